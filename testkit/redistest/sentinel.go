package redistest

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"veltrix/testkit/redisserver"
)

// primaryName is what the Sentinels call the primary.
const primaryName = "main"

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
	first := Start(t, append([]string{"--repl-diskless-sync-delay", "0"}, args...)...)
	g.Servers = append(g.Servers, first)
	for range replicas {
		g.Servers = append(g.Servers, Start(t, append([]string{
			"--repl-diskless-sync-delay", "0", "--replicaof", "127.0.0.1 " + strconv.Itoa(first.Port()),
		}, args...)...))
	}
	for range 3 {
		g.Sentinels = append(g.Sentinels, begin(t, func(o redisserver.Options) (*redisserver.Server, error) {
			return redisserver.StartSentinel(t.Context(), o, primaryName, first.Addr())
		}))
	}
	for _, s := range g.Sentinels {
		s.Until("the Sentinels to know each other", func() bool { return s.Agrees(primaryName, replicas) })
	}
	first.Until("the replicas to be in step", func() bool {
		return strings.Count(first.Do("INFO", "replication"), "state=online") == replicas
	})
	return g
}

// URL is the address of the group, with all Sentinels.
func (g *Group) URL() string {
	query := url.Values{"master": {primaryName}}
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
	_, port, _ := strings.Cut(sentinel.Do("SENTINEL", "GET-MASTER-ADDR-BY-NAME", primaryName), "\n")
	for _, s := range g.Servers {
		if strconv.Itoa(s.Port()) == port {
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
	s.Must("REPLICAOF", "127.0.0.1", strconv.Itoa(g.Primary().Port()))
}
