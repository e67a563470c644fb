package redisserver

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"

	"veltrix/testkit/process"
)

// Slots is the number of hash slots of every cluster.
const Slots = 16384

// BusOffset is what Redis adds to the port of a node for the bus of its cluster.
const BusOffset = 10000

// Node is a server that becomes part of a cluster.
type Node struct {
	*Server
	Addr string // host:port at which the other nodes and the clients reach it
}

// FirstSlot is the first slot of the i-th primary of a cluster that was just
// formed.
func FirstSlot(i, primaries int) int { return i * Slots / primaries }

// FormCluster makes servers that run in cluster mode one cluster: the first ones
// are the primaries, over which the slots are spread evenly and in order, the
// others are replicas of each primary in turn. It returns when every node knows
// that all slots are served and which nodes are replicas, and the replicas are
// in step.
func FormCluster(ctx context.Context, nodes []Node, primaries int) error {
	for i, n := range nodes[:primaries] {
		if err := n.all(
			[]string{"CLUSTER", "ADDSLOTSRANGE", strconv.Itoa(FirstSlot(i, primaries)), strconv.Itoa(FirstSlot(i+1, primaries) - 1)},
			[]string{"CLUSTER", "SET-CONFIG-EPOCH", strconv.Itoa(i + 1)},
		); err != nil {
			return err
		}
	}
	if err := meet(nodes); err != nil {
		return err
	}
	for _, n := range nodes {
		if err := n.process.Until(ctx, "has met all nodes", func() (bool, error) { return n.ClusterIsWhole(len(nodes)), nil }); err != nil {
			return err
		}
	}
	for i, n := range nodes[primaries:] {
		id := nodes[i%primaries].Do("CLUSTER", "MYID")
		if err := n.process.Until(ctx, "is a replica", func() (bool, error) { return n.Do("CLUSTER", "REPLICATE", id) == "OK", nil }); err != nil {
			return err
		}
	}
	return process.Until(ctx, "the replicas of the cluster are in step and known", func() (bool, error) {
		for i, n := range nodes {
			if !n.ClusterIsWhole(len(nodes)) || strings.Count(n.Do("CLUSTER", "NODES"), "slave") != len(nodes)-primaries {
				return false, nil
			}
			if i < primaries && strings.Count(n.Do("INFO", "replication"), "state=online") != (len(nodes)-i-1)/primaries {
				return false, nil
			}
		}
		return true, nil
	})
}

// meet introduces each node to every other. A node that meets itself may hear
// from itself that it is a primary, after it became a replica.
func meet(nodes []Node) error {
	for i, n := range nodes {
		for k, other := range nodes {
			if k == i {
				continue
			}
			host, port, err := net.SplitHostPort(other.Addr)
			if err != nil {
				return err
			}
			if err := n.all([]string{"CLUSTER", "MEET", host, port, strconv.Itoa(other.Port() + BusOffset)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// all sends commands that have to succeed.
func (s *Server) all(commands ...[]string) error {
	for _, c := range commands {
		if reply := s.Do(c...); reply != "OK" {
			return fmt.Errorf("%s: %v: %q", s.opts.Name, c, reply)
		}
	}
	return nil
}

// ClusterIsWhole says whether a node knows so many nodes, and that all slots are
// served.
func (s *Server) ClusterIsWhole(nodes int) bool {
	info := s.Do("CLUSTER", "INFO")
	return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_slots_ok:"+strconv.Itoa(Slots)) &&
		strings.Contains(info, fmt.Sprintf("cluster_known_nodes:%d\r", nodes))
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
