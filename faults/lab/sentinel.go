package lab

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"veltrix/testkit/process"
	"veltrix/testkit/redisserver"
)

// master is what Sentinel calls the primary.
const master = "hunts"

// sentinel starts a primary, two replicas and three Sentinels. Everyone reaches
// a Redis over its link, replicas and Sentinels too.
func (l *Lab) sentinel(ctx context.Context) error {
	const replicas = 2
	for i := range 1 + replicas {
		err := l.linked(ctx, "redis"+strconv.Itoa(i), func(_, link int) []string {
			args := []string{
				"--replica-announce-ip", "127.0.0.1", "--replica-announce-port", strconv.Itoa(link), "--repl-ping-replica-period", "1", "--min-replicas-max-lag", "5",
			}
			if i > 0 {
				args = append(args, "--replicaof", strings.Replace(l.Redis[0].Link.Addr, ":", " ", 1))
			}
			return args
		})
		if err != nil {
			return err
		}
	}
	query := url.Values{"master": {master}}
	for i := range 3 {
		s, err := l.newSentinel(ctx, "sentinel"+strconv.Itoa(i))
		if err != nil {
			return err
		}
		if i > 0 {
			query.Add("addr", s.server.Addr())
		}
	}
	for range l.opts.Nodes {
		l.stores = append(l.stores, "redis-sentinel://"+l.Sentinels[0].server.Addr()+"?"+query.Encode())
	}
	return process.Until(ctx, "Sentinel sees everyone", func() (bool, error) {
		for _, s := range l.Sentinels {
			if !s.server.Agrees(master, replicas) {
				return false, nil
			}
		}
		info, err := l.Redis[0].Info(ctx, "replication")
		return err == nil && info["connected_slaves"] == strconv.Itoa(replicas), nil
	})
}

// newSentinel starts a Sentinel that watches the first Redis.
func (l *Lab) newSentinel(ctx context.Context, name string) (*Sentinel, error) {
	port, err := process.Port()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(l.Dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	o := redisserver.Options{Name: name, Dir: dir, Port: port, Log: l.log(name)}
	server, err := redisserver.StartSentinel(ctx, o, master, l.Redis[0].Link.Addr)
	if err != nil {
		return nil, err
	}
	s := &Sentinel{server: server, Cmd: goredis.NewSentinelClient(&goredis.Options{Addr: server.Addr()})}
	l.Sentinels = append(l.Sentinels, s)
	return s, nil
}

// durability are the settings with which a server keeps the --ack level of the
// nodes and not more. With replicated, a primary without a replica must not
// take writes; with memory, nothing is on disk.
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
	Cmd    *goredis.SentinelClient
	server *redisserver.Server
}

// Failover makes a replica the primary although the primary is alive.
func (s *Sentinel) Failover(ctx context.Context) error { return s.Cmd.Failover(ctx, master).Err() }

func (s *Sentinel) end() error { return errors.Join(s.Cmd.Close(), s.server.End()) }

// Primary is the Redis that takes writes, according to Sentinel; or the only
// one.
func (l *Lab) Primary(ctx context.Context) (*Redis, error) {
	if len(l.Sentinels) == 0 {
		return l.Redis[0], nil
	}
	var found *Redis
	err := process.Until(ctx, "there is a primary", func() (bool, error) {
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
	return process.Until(ctx, "every replica follows", func() (bool, error) {
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
