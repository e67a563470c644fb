package redistest

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// slots is the number of hash slots of every cluster.
const slots = 16384

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
		"--cluster-enabled", "yes", "--cluster-node-timeout", strconv.Itoa(downAfter),
		"--cluster-require-full-coverage", "no", "--repl-diskless-sync-delay", "0",
	}, args...)
	c := &Cluster{t: t}
	for range primaries {
		c.Primaries = append(c.Primaries, Start(t, args...))
	}
	for range primaries * replicas {
		c.Replicas = append(c.Replicas, Start(t, args...))
	}
	for i, s := range c.Primaries {
		s.Must("CLUSTER", "ADDSLOTSRANGE", strconv.Itoa(slots*i/primaries), strconv.Itoa(slots*(i+1)/primaries-1))
		s.Must("CLUSTER", "SET-CONFIG-EPOCH", strconv.Itoa(i+1))
	}
	first := strconv.Itoa(c.Primaries[0].port)
	all := c.Servers()
	for _, s := range all[1:] {
		s.Must("CLUSTER", "MEET", "127.0.0.1", first)
	}
	for _, s := range all {
		s.Until("the nodes to meet", func() bool { return c.sees(s, len(all)) })
	}
	for i, s := range c.Replicas {
		id := c.Primaries[i%primaries].ID()
		s.Until("a replica to be one", func() bool { return s.Do("CLUSTER", "REPLICATE", id) == "OK" })
	}
	for i, s := range c.Primaries {
		s.Until("the replicas to be in step", func() bool {
			return strings.Count(s.Do("INFO", "replication"), "state=online") == replicas && c.sees(c.Primaries[(i+1)%primaries], len(all))
		})
	}
	for _, s := range all {
		s.Until("every node to know the replicas", func() bool {
			return strings.Count(s.Do("CLUSTER", "NODES"), "slave") == primaries*replicas
		})
	}
	return c
}

func (c *Cluster) sees(s *Server, nodes int) bool {
	info := s.Do("CLUSTER", "INFO")
	return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_slots_ok:"+strconv.Itoa(slots)) &&
		strings.Contains(info, fmt.Sprintf("cluster_known_nodes:%d\r", nodes))
}

// Servers are all nodes.
func (c *Cluster) Servers() []*Server {
	return append(append([]*Server{}, c.Primaries...), c.Replicas...)
}

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
		if slot < slots*(i+1)/len(c.Primaries) {
			return s, slot
		}
	}
	return nil, slot
}

// AwaitFailover waits until a replica of old is a primary for all nodes that
// are alive.
func (c *Cluster) AwaitFailover(old *Server) {
	c.t.Helper()
	port := ":" + strconv.Itoa(old.port) + "@"
	for _, s := range c.Servers() {
		if s == old || s.process == nil {
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
