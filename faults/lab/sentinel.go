package lab

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	goredis "github.com/redis/go-redis/v9"
)

// master is what Sentinel calls the primary.
const master = "hunts"

// sentinel starts a primary, two replicas and three Sentinels. Everyone reaches
// a Redis over its link, replicas and Sentinels too.
func (l *Lab) sentinel(ctx context.Context) error {
	for i := range 3 {
		listen, err := l.ports.take()
		if err != nil {
			return err
		}
		r, err := l.newRedis("redis"+strconv.Itoa(i), append([]string{
			"--replica-announce-ip", "127.0.0.1", "--replica-announce-port", strconv.Itoa(listen),
			"--repl-ping-replica-period", "1", "--min-replicas-max-lag", "5",
		}, l.durability()...)...)
		if err != nil {
			return err
		}
		if r.Link, err = l.Toxiproxy.link(r.Name, listen, r.Port); err != nil {
			return err
		}
		l.StoreLinks = append(l.StoreLinks, r.Link)
		if i > 0 {
			r.args = append(r.args, "--replicaof", strings.Replace(l.Redis[0].Link.Addr, ":", " ", 1))
		}
		if err := r.Start(ctx); err != nil {
			return err
		}
	}
	query := url.Values{"master": {master}}
	var first string
	for i := range 3 {
		port, err := l.ports.take()
		if err != nil {
			return err
		}
		config := filepath.Join(l.Dir, "sentinel"+strconv.Itoa(i)+".conf")
		host, primary, _ := strings.Cut(l.Redis[0].Link.Addr, ":")
		text := fmt.Sprintf("bind 127.0.0.1\nport %d\nsentinel monitor %s %s %s 2\nsentinel down-after-milliseconds %s 1000\n"+
			"sentinel failover-timeout %s 6000\nsentinel parallel-syncs %s 2\n", port, master, host, primary, master, master, master)
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			return err
		}
		p, err := launch(l.Dir, "sentinel"+strconv.Itoa(i), nil, "redis-server", config, "--sentinel")
		if err != nil {
			return err
		}
		l.Sentinels = append(l.Sentinels, &Sentinel{process: p, Cmd: goredis.NewSentinelClient(&goredis.Options{Addr: loopback(port)})})
		if i == 0 {
			first = loopback(port)
		} else {
			query.Add("addr", loopback(port))
		}
	}
	for range l.opts.Nodes {
		l.stores = append(l.stores, "redis-sentinel://"+first+"?"+query.Encode())
	}
	return Until(ctx, "Sentinel sees everyone", func() (bool, error) {
		for _, s := range l.Sentinels {
			facts, err := s.Cmd.Master(ctx, master).Result()
			if err != nil || facts["num-slaves"] != "2" || facts["num-other-sentinels"] != "2" || facts["flags"] != "master" {
				return false, nil //nolint:nilerr // not yet
			}
		}
		replicas, err := l.Redis[0].Info(ctx, "replication")
		return err == nil && replicas["connected_slaves"] == "2", nil
	})
}

// durability are settings of servers that keep the level of the nodes and not
// more: with the replicated level a primary without a replica must not take
// writes, with the memory level nothing is on disk.
func (l *Lab) durability() []string {
	switch {
	case l.opts.Ack == "memory":
		return []string{"--appendonly", "no"}
	case l.opts.Ack == "replicated" && l.Kind != SingleRedis:
		return []string{"--min-replicas-to-write", "1"}
	}
	return nil
}

// Sentinel is a running Sentinel.
type Sentinel struct {
	Cmd     *goredis.SentinelClient
	process *Process
}

// Failover has Sentinel make a replica the primary though the primary is well.
func (s *Sentinel) Failover(ctx context.Context) error { return s.Cmd.Failover(ctx, master).Err() }

func (s *Sentinel) end() error { return errors.Join(s.Cmd.Close(), s.process.end()) }

// Primary is the Redis that takes writes: by Sentinel's word, or the only one.
func (l *Lab) Primary(ctx context.Context) (*Redis, error) {
	if len(l.Sentinels) == 0 {
		return l.Redis[0], nil
	}
	var found *Redis
	err := Until(ctx, "there is a primary", func() (bool, error) {
		for _, s := range l.Sentinels {
			addr, err := s.Cmd.GetMasterAddrByName(ctx, master).Result()
			if err != nil || len(addr) != 2 {
				continue
			}
			for _, r := range l.Redis {
				if r.Link.Addr == addr[0]+":"+addr[1] {
					role, err := r.Info(ctx, "replication")
					if err == nil && role["role"] == "master" {
						found = r
						return true, nil
					}
				}
			}
		}
		return false, nil
	})
	return found, err
}

// Replicated waits until every replica follows the primary.
func (l *Lab) Replicated(ctx context.Context) error {
	return Until(ctx, "every replica follows", func() (bool, error) {
		masters := 0
		for _, r := range l.Redis {
			info, err := r.Info(ctx, "replication")
			if err != nil {
				return false, nil //nolint:nilerr // not yet
			}
			if info["role"] == "master" {
				masters++
				if l.Kind == SentinelRedis && info["connected_slaves"] != "2" || l.Kind == ClusterRedis && info["connected_slaves"] == "0" {
					return false, nil
				}
			} else if info["master_link_status"] != "up" {
				return false, nil
			}
		}
		return masters == max(1, len(l.Redis)/2), nil
	})
}
