package redis

import (
	"strings"
	"testing"
)

// The first lines of INFO on Valkey 8.
const infoOfValkey = "# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\nserver_mode:%MODE%\r\n" +
	"run_id:0123456789abcdef0123456789abcdef01234567\r\ntcp_port:6379\r\n# Replication\r\nrole:master\r\n"

// TestDoctorOfValkey: a Valkey server is called so, and its mode is understood.
func TestDoctorOfValkey(t *testing.T) {
	d := &doctor{servers: &servers{kind: single}}
	d.server(&facts{info: infoFacts(strings.Replace(infoOfValkey, "%MODE%", "standalone", 1))})
	found := map[string]Finding{}
	for _, f := range d.findings {
		found[f.Name] = f
	}
	if f := found["role"]; f.Verdict != Fine || f.Text != "master of a standalone Valkey" {
		t.Errorf("role: %+v", f)
	}
	if f := found["version"]; f.Verdict != Fine || f.Text != "Valkey 8.0.1, as Redis 7.2.4" {
		t.Errorf("version: %+v", f)
	}
	for mode, want := range map[string]string{"cluster": "redis-cluster://", "sentinel": "redis-sentinel://"} {
		wrong := misplaced(single, infoFacts(strings.Replace(infoOfValkey, "%MODE%", mode, 1)))
		if len(wrong) != 1 || !strings.Contains(wrong[0], want) {
			t.Errorf("a %s of Valkey at redis://: %q", mode, wrong)
		}
	}
	if product, version := productOf(map[string]string{"redis_version": "7.4.0", "redis_mode": "standalone"}); product != "Redis" || version != "7.4.0" {
		t.Errorf("Redis is called %s %s", product, version)
	}
}
