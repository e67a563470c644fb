package redistest

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"veltrix/testkit/redisserver"
)

// Cluster is a Redis Cluster.
type Cluster struct {
	t testing.TB
	// Primaries at the start; the slots are spread over them evenly, in order.
	Primaries []*Server
	// Replicas, the first one of each primary, then the second, …
	Replicas []*Server
}

// StartCluster starts a cluster of so many primaries with so many replicas
// each, and waits until all nodes know all slots. Each slot is served whatever
// happens to the others.
func StartCluster(t testing.TB, primaries, replicas int, args ...string) *Cluster {
	t.Helper()
	args = append([]string{
		"--cluster-enabled", "yes", "--cluster-node-timeout", strconv.Itoa(redisserver.DownAfter),
		"--cluster-require-full-coverage", "no", "--repl-diskless-sync-delay", "0",
	}, args...)
	var nodes []redisserver.Node
	var servers []*Server
	for range primaries * (1 + replicas) {
		s := Start(t, args...)
		servers = append(servers, s)
		nodes = append(nodes, redisserver.Node{Server: s.Server, Addr: s.Addr()})
	}
	if err := redisserver.FormCluster(t.Context(), nodes, primaries); err != nil {
		t.Fatal(err)
	}
	return &Cluster{t: t, Primaries: servers[:primaries], Replicas: servers[primaries:]}
}

// Servers are all nodes.
func (c *Cluster) Servers() []*Server { return slices.Concat(c.Primaries, c.Replicas) }

// URL is the address of the cluster, with all nodes.
func (c *Cluster) URL() string {
	query := url.Values{}
	all := c.Servers()
	for _, s := range all[1:] {
		query.Add("addr", s.Addr())
	}
	return "redis-cluster://" + all[0].Addr() + "?" + query.Encode()
}

// Owner is the primary at the start that has a key's slot, and the slot.
func (c *Cluster) Owner(key string) (*Server, int) {
	c.t.Helper()
	slot, err := strconv.Atoi(c.Primaries[0].Do("CLUSTER", "KEYSLOT", key))
	if err != nil {
		c.t.Fatal(err)
	}
	for i, s := range c.Primaries {
		if slot < redisserver.FirstSlot(i+1, len(c.Primaries)) {
			return s, slot
		}
	}
	return nil, slot
}

// AwaitFailover waits until a replica of old is a primary for all nodes that
// are alive.
func (c *Cluster) AwaitFailover(old *Server) {
	c.t.Helper()
	port := ":" + strconv.Itoa(old.Port()) + "@"
	for _, s := range c.Servers() {
		if s == old || !s.Process().Alive() {
			continue
		}
		s.Until("a failover", func() bool {
			masters := 0
			for line := range strings.Lines(s.Do("CLUSTER", "NODES")) {
				if strings.Contains(line, "master") && !strings.Contains(line, "fail") && !strings.Contains(line, port) {
					masters++
				}
			}
			return masters == len(c.Primaries) && strings.Contains(s.Do("CLUSTER", "INFO"), "cluster_state:ok")
		})
	}
}

// ID is the name of a node in its cluster.
func (s *Server) ID() string { return s.Do("CLUSTER", "MYID") }
