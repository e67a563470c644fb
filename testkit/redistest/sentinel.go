package redistest

import (
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// downAfter is after how many milliseconds without an answer the Sentinels and
// the nodes of a cluster take a server for dead. A busy machine keeps a living
// one from answering for shorter.
const downAfter = 1000

// sentinelWait bounds the wait for a group to be formed or to elect a primary.
const sentinelWait = 60 * time.Second

// Group is a primary with replicas, watched by three Sentinels.
type Group struct {
	t         testing.TB
	Servers   []*Server // the first one is the primary at the start
	Sentinels []*Server
}

// StartGroup starts a primary and so many replicas with the arguments, and
// three Sentinels, and waits until all know each other.
func StartGroup(t testing.TB, replicas int, args ...string) *Group {
	t.Helper()
	g := &Group{t: t}
	g.Servers = append(g.Servers, Start(t, append([]string{"--repl-diskless-sync-delay", "0"}, args...)...))
	primary := strconv.Itoa(g.Servers[0].port)
	for range replicas {
		g.Servers = append(g.Servers, Start(t, append([]string{
			"--repl-diskless-sync-delay", "0", "--replicaof", "127.0.0.1 " + primary,
		}, args...)...))
	}
	for range 3 {
		g.Sentinels = append(g.Sentinels, startSentinel(t, primary))
	}
	for _, s := range g.Sentinels {
		s.Until("the Sentinels to know each other", func() bool {
			state := fields(s.Do("SENTINEL", "MASTER", "main"))
			return state["num-other-sentinels"] == "2" && state["num-slaves"] == strconv.Itoa(replicas) && state["flags"] == "master"
		})
	}
	g.Servers[0].Until("the replicas to be in step", func() bool {
		return strings.Count(g.Servers[0].Do("INFO", "replication"), "state=online") == replicas
	})
	return g
}

func startSentinel(t testing.TB, primary string) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "vx")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "sentinel.conf")
	text := "sentinel monitor main 127.0.0.1 " + primary + " 2\n" +
		"sentinel down-after-milliseconds main " + strconv.Itoa(downAfter) + "\n" +
		"sentinel failover-timeout main 6000\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, dir: dir, config: file}
	t.Cleanup(s.remove)
	s.start()
	return s
}

// URL is the address of the group, with all Sentinels.
func (g *Group) URL() string {
	query := url.Values{"master": {"main"}}
	for _, s := range g.Sentinels[1:] {
		query.Add("addr", s.Addr())
	}
	return "redis-sentinel://" + g.Sentinels[0].Addr() + "?" + query.Encode()
}

// Primary is the server that the first Sentinel takes for the primary.
func (g *Group) Primary() *Server {
	g.t.Helper()
	return g.primaryOf(g.Sentinels[0])
}

func (g *Group) primaryOf(sentinel *Server) *Server {
	g.t.Helper()
	_, port, _ := strings.Cut(sentinel.Do("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main"), "\n")
	for _, s := range g.Servers {
		if strconv.Itoa(s.port) == port {
			return s
		}
	}
	g.t.Fatalf("no server listens on port %q", port)
	return nil
}

// AwaitPrimary waits until all Sentinels agree on another primary than old
// which takes itself for one, too.
func (g *Group) AwaitPrimary(old *Server) *Server {
	g.t.Helper()
	for _, s := range g.Sentinels {
		s.Until("a failover", func() bool { return g.primaryOf(s) != old })
	}
	now := g.Primary()
	now.Until("the new primary", func() bool { return strings.Contains(now.Do("ROLE"), "master") })
	return now
}

// Follow makes a server a replica of the primary. The Sentinels would do that
// by themselves after some ten seconds.
func (g *Group) Follow(s *Server) {
	g.t.Helper()
	s.Must("REPLICAOF", "127.0.0.1", strconv.Itoa(g.Primary().port))
}

// fields reads a reply of names and values.
func fields(reply string) map[string]string {
	m := map[string]string{}
	lines := strings.Split(reply, "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		m[lines[i]] = lines[i+1]
	}
	return m
}
