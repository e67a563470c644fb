package redis_test

import (
	"slices"
	"strings"
	"testing"

	"veltrix/game/redis"
	"veltrix/testkit/redistest"
)

// look examines and returns the findings by name.
func look(t *testing.T, opts redis.Options) map[string]redis.Finding {
	t.Helper()
	list, err := redis.Examine(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]redis.Finding{}
	for _, f := range list {
		if _, twice := m[f.Name]; twice || f.Text == "" {
			t.Errorf("%+v", f)
		}
		m[f.Name] = f
	}
	return m
}

func bad(m map[string]redis.Finding) (names []string) {
	for name, f := range m {
		if f.Verdict == redis.Bad {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func TestDoctor(t *testing.T) {
	server := redistest.Start(t)
	opts := redis.Options{URL: server.URL()}
	before := server.Do("INFO", "keyspace")
	for _, c := range []struct {
		set, value, reset string
		name              string
		verdict           redis.Verdict
		says              string
	}{
		{"", "", "", "commit", redis.Fine, "sync"},
		{"", "", "", "clock", redis.Fine, "apart"},
		{"", "", "", "replicas", redis.Advice, "REPLICAOF"},
		{"appendonly", "no", "yes", "appendonly", redis.Bad, "CONFIG SET appendonly yes"},
		{"appendfsync", "everysec", "always", "appendfsync", redis.Bad, "CONFIG SET appendfsync always"},
		{"no-appendfsync-on-rewrite", "yes", "no", "no-appendfsync-on-rewrite", redis.Bad, "rewrite"},
		{"maxmemory-policy", "allkeys-lru", "noeviction", "maxmemory-policy", redis.Bad, "noeviction"},
		{"maxmemory", "1000000000", "0", "maxmemory", redis.Fine, "in use"},
		{"maxmemory", "1", "0", "maxmemory", redis.Bad, "OOM"},
		{"maxmemory", "1", "0", "commit", redis.Bad, "OOM"},
		{"min-replicas-to-write", "1", "0", "commit", redis.Bad, "NOREPLICAS"},
		{"timeout", "30", "0", "timeout", redis.Advice, "CONFIG SET timeout 0"},
		{"tcp-keepalive", "0", "300", "tcp-keepalive", redis.Advice, "CONFIG SET tcp-keepalive"},
		{"maxclients", "100", "10000", "maxclients", redis.Advice, "maxclients 10000"},
		{"client-output-buffer-limit", "normal 1000 0 0", "normal 0 0 0", "client-output-buffer normal", redis.Advice, "normal 0 0 0"},
		{"busy-reply-threshold", "5", "5000", "busy-reply-threshold", redis.Advice, "BUSY"},
		{"auto-aof-rewrite-percentage", "0", "100", "AOF rewrite", redis.Advice, "100"},
		{"save", "3600 1", "", "snapshots", redis.Advice, "MISCONF"},
	} {
		t.Run(c.set+" "+c.name, func(t *testing.T) {
			if c.set != "" {
				server.Must("CONFIG", "SET", c.set, c.value)
				defer server.Must("CONFIG", "SET", c.set, c.reset)
			}
			m := look(t, opts)
			if f := m[c.name]; f.Verdict != c.verdict || !strings.Contains(f.Text, c.says) {
				t.Errorf("%+v", f)
			}
			if names := bad(m); c.verdict != redis.Bad && len(names) > 0 {
				t.Errorf("bad: %q", names)
			}
		})
	}
	if after := server.Do("INFO", "keyspace"); after != before {
		t.Errorf("it left something: %q", after)
	}
}

func TestDoctorWithoutConfig(t *testing.T) {
	server := redistest.Start(t)
	server.Must("ACL", "SETUSER", "game", "on", ">pass", "~*", "&*", "+@all", "-config")
	m := look(t, redis.Options{URL: "redis://game:pass@" + server.Addr()})
	if f := m["CONFIG"]; f.Verdict != redis.Advice || !strings.Contains(f.Text, "ACL SETUSER game") {
		t.Errorf("%+v", f)
	}
	if names := bad(m); len(names) > 0 {
		t.Errorf("bad: %q", names)
	}
}

func TestDoctorOfSentinel(t *testing.T) {
	t.Parallel()
	g := redistest.StartGroup(t, 1)
	m := look(t, redis.Options{URL: g.URL()})
	for name, verdict := range map[string]redis.Verdict{
		"replicas": redis.Fine, "min-replicas-to-write": redis.Advice, "sentinels": redis.Fine, "sentinel addresses": redis.Fine,
		"down-after": redis.Fine, "client-output-buffer replica": redis.Fine, "repl-backlog-size": redis.Advice, "commit": redis.Fine,
	} {
		if m[name].Verdict != verdict {
			t.Errorf("%s: %+v", name, m[name])
		}
	}
	g.Sentinels[2].Kill()
	m = look(t, redis.Options{URL: g.URL(), Ack: redis.AckReplicated})
	if names := bad(m); !slices.Equal(names, []string{"min-replicas-to-write", "sentinel " + g.Sentinels[2].Addr()}) {
		t.Errorf("bad: %q", names)
	}
	// The wrong kind of address.
	for url, says := range map[string]string{
		"redis://" + g.Sentinels[0].Addr(): "redis-sentinel://",
		g.Servers[1].URL():                 "primary",
	} {
		if f := look(t, redis.Options{URL: url})["role"]; f.Verdict != redis.Bad || !strings.Contains(f.Text, says) {
			t.Errorf("%s: %+v", url, f)
		}
	}
}

func TestDoctorOfCluster(t *testing.T) {
	t.Parallel()
	c := redistest.StartCluster(t, 3, 0)
	m := look(t, redis.Options{URL: c.URL()})
	if names := bad(m); len(names) > 0 {
		t.Errorf("bad: %q", names)
	}
	if m["slots"].Verdict != redis.Fine || m["full coverage"].Verdict != redis.Fine || m["replicas of shards"].Verdict != redis.Advice ||
		m["commit "+c.Primaries[2].Addr()].Verdict != redis.Fine {
		t.Errorf("%+v", m)
	}
	if f := look(t, redis.Options{URL: c.Primaries[0].URL()})["role"]; f.Verdict != redis.Bad || !strings.Contains(f.Text, "redis-cluster://") {
		t.Errorf("%+v", f)
	}
	c.Primaries[1].Must("CLUSTER", "DELSLOTS", "6000")
	for _, s := range []int{0, 2} {
		c.Primaries[s].Must("CLUSTER", "DELSLOTS", "6000")
	}
	c.Primaries[0].Must("CONFIG", "SET", "appendfsync", "no")
	if names := bad(look(t, redis.Options{URL: c.URL()})); !slices.Equal(names, []string{"appendfsync " + c.Primaries[0].Addr(), "slots"}) {
		t.Errorf("bad: %q", names)
	}
}
