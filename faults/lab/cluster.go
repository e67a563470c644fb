package lab

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"veltrix/testkit/process"
	"veltrix/testkit/redisserver"
)

// cluster starts three primaries and three replicas. Clients and replicas reach
// each over its link; the bus of the cluster is not proxied.
func (l *Lab) cluster(ctx context.Context) error {
	const primaries = 3
	for i := range 2 * primaries {
		err := l.linked(ctx, "redis"+strconv.Itoa(i), func(port, link int) []string {
			return []string{
				"--cluster-enabled", "yes", "--cluster-node-timeout", "1500", "--cluster-replica-validity-factor", "0",
				"--cluster-announce-ip", "127.0.0.1", "--cluster-announce-port", strconv.Itoa(link), "--cluster-announce-bus-port", strconv.Itoa(port + redisserver.BusOffset),
				"--cluster-allow-replica-migration", "no",
			}
		})
		if err != nil {
			return err
		}
	}
	nodes := make([]redisserver.Node, len(l.Redis))
	for i, r := range l.Redis {
		nodes[i] = redisserver.Node{Server: r.Server, Addr: r.Link.Addr}
	}
	if err := redisserver.FormCluster(ctx, nodes, primaries); err != nil {
		return fmt.Errorf("form the cluster: %w", err)
	}
	query := url.Values{}
	for _, r := range l.Redis[1:] {
		query.Add("addr", r.Link.Addr)
	}
	for range l.opts.Nodes {
		l.stores = append(l.stores, "redis-cluster://"+l.Redis[0].Link.Addr+"?"+query.Encode())
	}
	return l.Replicated(ctx)
}

// ClusterWell waits until every server says that the cluster is whole.
func (l *Lab) ClusterWell(ctx context.Context) error {
	return process.Until(ctx, "the cluster is whole", func() (bool, error) {
		for _, r := range l.Redis {
			if !r.ClusterIsWhole(len(l.Redis)) {
				return false, nil
			}
		}
		return true, nil
	})
}

// PrimaryOf is the server that has the slot of a hunt's keys.
func (l *Lab) PrimaryOf(ctx context.Context, key string) (*Redis, error) {
	var found *Redis
	err := process.Until(ctx, "the slot has a primary", func() (bool, error) {
		for _, r := range l.Redis {
			slot, err := r.Cmd.ClusterKeySlot(ctx, key).Result()
			if err != nil {
				continue
			}
			ranges, err := r.Cmd.ClusterSlots(ctx).Result() //nolint:staticcheck // CLUSTER SHARDS is younger than some servers
			if err != nil {
				continue
			}
			for _, one := range ranges {
				if int(slot) < one.Start || int(slot) > one.End || len(one.Nodes) == 0 {
					continue
				}
				for _, candidate := range l.Redis {
					info, err := candidate.Info(ctx, "replication")
					if err == nil && info["role"] == "master" && candidate.Link.Addr == one.Nodes[0].Addr {
						found = candidate
						return true, nil
					}
				}
			}
		}
		return false, nil
	})
	return found, err
}

// Successor is the primary that has taken over from a victim: the one with the
// most slots of its former replicas; nil while there is none.
func (l *Lab) Successor(ctx context.Context, victim *Redis) (*Redis, error) {
	i := l.index(victim)
	for k, r := range l.Redis {
		if r == victim || k%(len(l.Redis)/2) != i%(len(l.Redis)/2) {
			continue
		}
		if info, err := r.Info(ctx, "replication"); err == nil && info["role"] == "master" {
			return r, nil
		}
	}
	return nil, nil
}

// ReplicaOf is a replica of a primary.
func (l *Lab) ReplicaOf(ctx context.Context, primary *Redis) (*Redis, error) {
	i := l.index(primary)
	for k, r := range l.Redis {
		if r == primary || k%(len(l.Redis)/2) != i%(len(l.Redis)/2) {
			continue
		}
		if info, err := r.Info(ctx, "replication"); err == nil && info["role"] == "slave" {
			return r, nil
		}
	}
	return nil, fmt.Errorf("%s has no replica", primary.Name)
}

func (l *Lab) index(r *Redis) int {
	for i := range l.Redis {
		if l.Redis[i] == r {
			return i
		}
	}
	return -1
}

// MoveSlot moves the slot of a key to another primary, key by key, and returns
// how many keys moved and where to.
func (l *Lab) MoveSlot(ctx context.Context, from *Redis, key string) (moved int, name string, err error) {
	var to *Redis
	for i := 1; i < len(l.Redis) && to == nil; i++ {
		r := l.Redis[(l.index(from)+i)%len(l.Redis)]
		if info, err := r.Info(ctx, "replication"); err == nil && info["role"] == "master" {
			to = r
		}
	}
	if to == nil {
		return 0, "", fmt.Errorf("there is no primary but %s", from.Name)
	}
	slot, err := from.Cmd.ClusterKeySlot(ctx, key).Result()
	if err != nil {
		return 0, "", err
	}
	var ids [2]string
	for i, r := range []*Redis{from, to} {
		if ids[i], err = r.Cmd.Do(ctx, "CLUSTER", "MYID").Text(); err != nil {
			return 0, "", err
		}
	}
	if err := to.Cmd.Do(ctx, "CLUSTER", "SETSLOT", slot, "IMPORTING", ids[0]).Err(); err != nil {
		return 0, "", err
	}
	if err := from.Cmd.Do(ctx, "CLUSTER", "SETSLOT", slot, "MIGRATING", ids[1]).Err(); err != nil {
		return 0, "", err
	}
	for {
		keys, err := from.Cmd.ClusterGetKeysInSlot(ctx, int(slot), 10).Result()
		if err != nil {
			return moved, to.Name, err
		}
		if len(keys) == 0 {
			break
		}
		for _, k := range keys {
			if err := from.Cmd.Migrate(ctx, "127.0.0.1", strconv.Itoa(to.Port()), k, 0, 10*time.Second).Err(); err != nil {
				return moved, to.Name, err
			}
			moved++
		}
	}
	for _, r := range []*Redis{to, from} {
		if err := r.Cmd.Do(ctx, "CLUSTER", "SETSLOT", slot, "NODE", ids[1]).Err(); err != nil {
			return moved, to.Name, err
		}
	}
	return moved, to.Name, nil
}
