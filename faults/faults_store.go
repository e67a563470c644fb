package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"veltrix/faults/lab"
	"veltrix/testkit/process"
)

// lossFaults take entries from the store whose verdicts players already have.
func lossFaults() []Fault {
	return []Fault{
		{
			Name: "aof-cut", About: "Redis dies and loses the end of its append-only file", On: lab.SingleRedis, Lossy: true,
			Inject: func(s *Shot) error {
				if err := s.lostBefore(); err != nil {
					return err
				}
				if err := s.Load.await(s, 100); err != nil { // something to lose
					return err
				}
				if err := s.Redis.Kill(); err != nil {
					return err
				}
				path, err := s.Redis.AOF()
				if err != nil {
					return err
				}
				info, err := os.Stat(path)
				if err != nil {
					return err
				}
				// A commit is 2 kB or so; the last ones were not answered yet.
				cut := min(info.Size()/2, int64(20_000+s.Rand.IntN(20_000)))
				s.note = fmt.Sprintf("%d of %d bytes cut off", cut, info.Size())
				if err := os.Truncate(path, info.Size()-cut); err != nil {
					return err
				}
				return s.Redis.Restart(s)
			},
			Evidence: (*Shot).lostRises,
			Undo:     rewritten,
		},
		{
			Name: "redis-wiped", About: "FLUSHALL: Redis forgets everything", On: lab.SingleRedis, Lossy: true,
			Inject: func(s *Shot) error {
				return errors.Join(s.lostBefore(), s.Redis.Cmd.FlushAll(s).Err())
			},
			Evidence: (*Shot).lostRises,
		},
		{
			Name: "redis-disk-lost", About: "Redis dies and its disk is empty when it comes back", On: lab.SingleRedis, Lossy: true,
			Inject: func(s *Shot) error {
				return errors.Join(s.lostBefore(), s.Redis.Kill(), s.Redis.LoseDisk(), s.Redis.Restart(s))
			},
			Evidence: (*Shot).lostRises,
		},
		{
			Name: "redis-killed-memory", About: "kill -9 of a Redis that keeps nothing on disk, --ack memory", On: lab.SingleRedis, Ack: "memory", Lossy: true,
			Inject: func(s *Shot) error {
				return errors.Join(s.lostBefore(), s.Redis.Kill(), s.Redis.Restart(s))
			},
			Evidence: (*Shot).lostRises,
		},
	}
}

// rewritten waits until the nodes have had Redis rewrite its file: a file that
// ends in half a transaction is whole again only then.
func rewritten(s *Shot) error {
	return process.Until(s, "Redis has rewritten its file", func() (bool, error) {
		info, err := s.Redis.Info(s, "persistence")
		return info["aof_rewrite_in_progress"] == "0" && info["aof_rewrites"] != "0", err
	})
}

// lost adds up a metric over all nodes; those that are down count nothing.
func (s *Shot) lost() (sum float64) {
	for _, n := range s.Lab.Nodes {
		if v, err := n.Metric(s, "veltrix_history_lost_total"); err == nil {
			sum += v
		}
	}
	return sum
}

func (s *Shot) lostBefore() error {
	s.before = s.lost()
	return nil
}

func (s *Shot) lostRises() (string, error) {
	var now float64
	err := process.Until(s, "a node notices that history was lost", func() (bool, error) {
		now = s.lost()
		return now > s.before, nil
	})
	return fmt.Sprintf("%s; veltrix_history_lost_total of all nodes: %.0f, was %.0f", s.note, now, s.before), err
}

// failoverFaults are those of Sentinel and Cluster.
func failoverFaults() []Fault {
	var list []Fault
	for _, ack := range []string{"replicated", "fsync", "memory"} {
		lossy := ack != "replicated" // replication is behind what was acknowledged
		for _, on := range []lab.Kind{lab.SentinelRedis, lab.ClusterRedis} {
			list = append(list, Fault{
				Name: string(on) + "-killed-" + ack, About: "kill -9 of a primary under " + string(on) + ", --ack " + ack, On: on, Ack: ack, Lossy: lossy,
				Inject:   func(s *Shot) error { return s.Redis.Kill() },
				Evidence: (*Shot).promoted,
				Undo:     rejoin,
			})
		}
	}
	return append(list, Fault{
		Name: "sentinel-disk-lost", About: "the primary dies with its disk; a replica takes over", On: lab.SentinelRedis, Ack: "replicated",
		Inject:   func(s *Shot) error { return errors.Join(s.Redis.Kill(), s.Redis.LoseDisk()) },
		Evidence: (*Shot).promoted,
		Undo:     rejoin,
	}, Fault{
		Name: "sentinel-failover", About: "SENTINEL FAILOVER with scripts in flight", On: lab.SentinelRedis, Ack: "replicated",
		// The old primary takes writes until it learns of the new one, and the
		// replica that acknowledges them is not the one that was promoted.
		Lossy:    true,
		Inject:   func(s *Shot) error { return s.Lab.Sentinels[s.Rand.IntN(3)].Failover(s) },
		Evidence: (*Shot).promoted,
		Undo:     settle,
	}, Fault{
		Name: "cluster-failover", About: "CLUSTER FAILOVER with scripts in flight", On: lab.ClusterRedis, Ack: "replicated",
		Inject: func(s *Shot) error {
			r, err := s.Lab.ReplicaOf(s, s.Redis)
			if err != nil {
				return err
			}
			return r.Cmd.ClusterFailover(s).Err()
		},
		Evidence: (*Shot).promoted,
		Undo:     settle,
	}, Fault{
		Name: "cluster-moves-slot", About: "the slot of a hunt moves to another primary: MOVED, ASK, TRYAGAIN", On: lab.ClusterRedis, Ack: "replicated",
		Inject: moveSlot,
		Evidence: func(s *Shot) (string, error) {
			n, err := s.Redis.Errors(s, "MOVED")
			if err != nil {
				return "", err
			}
			err = process.Until(s, "the nodes are sent on", func() (bool, error) {
				m, err := s.Redis.Errors(s, "MOVED")
				a, aerr := s.Redis.Errors(s, "ASK")
				n = m + a
				return float64(n) > s.before, errors.Join(err, aerr)
			})
			return fmt.Sprintf("%s; the old primary answered MOVED or ASK %d times", s.note, n-int64(s.before)), err
		},
		Undo: settle,
	})
}

// promoted waits until another than the victim is the primary.
func (s *Shot) promoted() (string, error) {
	var now *lab.Redis
	err := process.Until(s, "another becomes the primary", func() (bool, error) {
		var err error
		if s.Lab.Kind == lab.ClusterRedis {
			now, err = s.Lab.Successor(s, s.Redis)
		} else {
			now, err = s.Lab.Primary(s)
		}
		return now != nil && now != s.Redis, err
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s is the primary, after %s", now.Name, s.Redis.Name), nil
}

func rejoin(s *Shot) error {
	if err := s.Redis.Restart(s); err != nil {
		return err
	}
	return settle(s)
}

func settle(s *Shot) error {
	if s.Lab.Kind == lab.ClusterRedis {
		if err := s.Lab.ClusterWell(s); err != nil {
			return err
		}
	}
	return s.Lab.Replicated(s)
}

// moveSlot migrates the slot of a hunt that is played, key by key.
func moveSlot(s *Shot) error {
	id, _, _ := s.Load.current(s.Rand.IntN(len(kinds)))
	key := "veltrix:{" + id + "}:meta"
	from, err := s.Lab.PrimaryOf(s, key)
	if err != nil {
		return err
	}
	s.Redis = from
	m, err := from.Errors(s, "MOVED")
	a, aerr := from.Errors(s, "ASK")
	if err = errors.Join(err, aerr); err != nil {
		return err
	}
	s.before = float64(m + a)
	moved, to, err := s.Lab.MoveSlot(s, from, key)
	s.note = fmt.Sprintf("%d keys of %s moved from %s to %s", moved, strings.TrimSuffix(key, ":meta"), from.Name, to)
	return err
}
