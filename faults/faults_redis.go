package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"veltrix/faults/lab"
	"veltrix/testkit/process"
)

func redisFaults() []Fault {
	return []Fault{
		{
			Name: "redis-killed", About: "kill -9 of Redis", On: lab.SingleRedis, Short: true,
			Inject:   func(s *Shot) error { return s.Redis.Kill() },
			Evidence: func(*Shot) (string, error) { return "Redis died of SIGKILL", nil },
			Undo:     func(s *Shot) error { return s.Redis.Restart(s) },
		},
		{
			Name: "redis-killed-rewriting", About: "kill -9 of Redis while it rewrites its append-only file", On: lab.SingleRedis,
			Inject: func(s *Shot) error {
				// A slow child: the rewrite is under way when the kill comes.
				if err := s.Redis.Cmd.ConfigSet(s, "rdb-key-save-delay", "20000").Err(); err != nil {
					return err
				}
				return process.Until(s, "a rewrite begins", func() (bool, error) { // the one that a node asked for may not be over
					err := s.Redis.Cmd.BgRewriteAOF(s).Err()
					if goredis.HasErrorPrefix(err, "Background append only file rewriting already") { // go-redis strips ERR
						return false, nil
					}
					return err == nil, err
				})
			},
			Evidence: func(s *Shot) (string, error) {
				err := process.Until(s, "Redis rewrites", func() (bool, error) {
					info, err := s.Redis.Info(s, "persistence")
					return info["aof_rewrite_in_progress"] == "1", err
				})
				if err != nil {
					return "", err
				}
				if err := s.Load.await(s, 20); err != nil { // appended meanwhile
					return "", err
				}
				info, err := s.Redis.Info(s, "persistence")
				if err != nil {
					return "", err
				}
				if err := s.Redis.Kill(); err != nil {
					return "", err
				}
				if info["aof_rewrite_in_progress"] != "1" {
					return "", errors.New("the rewrite was over")
				}
				return "Redis died of SIGKILL with aof_rewrite_in_progress:1", nil
			},
			Undo: func(s *Shot) error { return s.Redis.Restart(s) },
		},
		{
			Name: "redis-stalls", About: "Redis stands still for 0.7 s (DEBUG SLEEP)", On: lab.SingleRedis,
			Inject: func(s *Shot) error {
				s.began = time.Now()
				return s.Redis.Cmd.Do(s, "DEBUG", "SLEEP", "0.7").Err()
			},
			Evidence: func(s *Shot) (string, error) { return took(s.began, 700*time.Millisecond) },
		},
		{
			Name: "script-flush", About: "SCRIPT FLUSH", On: lab.SingleRedis, Short: true,
			Inject: func(s *Shot) error {
				n, err := s.Redis.Errors(s, "NOSCRIPT")
				s.before = float64(n)
				return errors.Join(err, s.Redis.Cmd.ScriptFlush(s).Err())
			},
			Evidence: func(s *Shot) (string, error) { return s.answered("NOSCRIPT") },
		},
		answers("redis-readonly", "Redis became a replica: READONLY", "READONLY",
			func(s *Shot) error { return s.Redis.Cmd.ReplicaOf(s, "127.0.0.1", "1").Err() },
			func(s *Shot) error { return s.Redis.Cmd.ReplicaOf(s, "NO", "ONE").Err() }),
		answers("redis-oom", "Redis has no memory left: OOM", "OOM",
			func(s *Shot) error { return s.Redis.Cmd.ConfigSet(s, "maxmemory", "1mb").Err() },
			func(s *Shot) error { return s.Redis.Cmd.ConfigSet(s, "maxmemory", "0").Err() }),
		answers("redis-misconf", "Redis cannot save its snapshot: MISCONF", "MISCONF", breakSaving, mendSaving),
		answers("redis-busy", "a script of somebody else keeps Redis busy: BUSY", "BUSY", func(s *Shot) error {
			if err := s.Redis.Cmd.ConfigSet(s, "busy-reply-threshold", "20").Err(); err != nil {
				return err
			}
			s.done = make(chan struct{})
			go func() { // ends when the script is killed by Undo, which waits
				defer close(s.done)
				s.err = s.Redis.Cmd.Eval(s, "while true do end", nil).Err()
			}()
			return nil
		}, func(s *Shot) error {
			err := s.Redis.Cmd.ScriptKill(s).Err()
			<-s.done
			if s.err == nil || !strings.Contains(s.err.Error(), "killed") {
				err = errors.Join(err, fmt.Errorf("the script ended with %w", s.err))
			}
			return err
		}),
		{
			Name: "redis-loading", About: "Redis loads its file for a while: LOADING", On: lab.SingleRedis,
			Inject: func(s *Shot) error {
				delay, err := loadDelay(s)
				if err != nil {
					return err
				}
				if err := s.Redis.Kill(); err != nil {
					return err
				}
				return s.Redis.Start(s, "--key-load-delay", strconv.FormatInt(delay, 10))
			},
			Evidence: func(s *Shot) (string, error) {
				if err := s.Redis.Loaded(s); err != nil {
					return "", err
				}
				s.before = 0
				return s.answered("LOADING")
			},
			Undo: func(s *Shot) error { return s.Redis.Cmd.ConfigSet(s, "key-load-delay", "0").Err() },
		},
		{
			Name: "redis-disk-full", About: "the disk of Redis is full: it cannot append, and ends", On: lab.SingleRedis, SmallDisk: 48 << 20,
			Inject: func(s *Shot) error {
				s.Redis.Process().Expect()
				return s.Redis.Fill()
			},
			Evidence: func(s *Shot) (string, error) {
				if err := s.Redis.Process().Wait(); err != nil {
					return "", err
				}
				state := s.Redis.Process().State()
				if state.ExitCode() != 1 {
					return "", fmt.Errorf("it ended with %v", state)
				}
				return "Redis could not append and ended with " + state.String(), nil
			},
			Undo: func(s *Shot) error {
				if err := s.Redis.Free(); err != nil {
					return err
				}
				return s.Redis.Restart(s)
			},
		},
		{
			Name: "redis-power-cut", About: "the power of Redis's machine is cut: it dies, and with it what was written but not synced", On: lab.SingleRedis,
			Power: true, Short: true,
			Inject: func(s *Shot) error {
				gone, err := s.Redis.CutPower(s.Rand)
				s.before = float64(gone)
				return errors.Join(err, s.Redis.Restart(s))
			},
			Evidence: func(s *Shot) (string, error) {
				if s.before == 0 {
					return "", errors.New("everything was on the disk")
				}
				return fmt.Sprintf("%.0f bytes were written but not synced, and are gone", s.before), nil
			},
			Undo: rewritten,
		},
		{
			Name: "bell-killed", About: "the connections that wait for the bell are killed", On: lab.SingleRedis,
			Inject: func(s *Shot) error {
				return process.Until(s, "a node waits for the bell", func() (bool, error) { // it may still be coming back from the last time
					n, err := s.Redis.Cmd.ClientKillByFilter(s, "TYPE", "pubsub").Result()
					s.before = float64(n)
					return n > 0, err
				})
			},
			Evidence: killed,
		},
		{
			Name: "connections-killed", About: "every connection of the nodes to Redis is killed", On: lab.SingleRedis,
			Inject: func(s *Shot) error {
				n, err := s.Redis.Cmd.ClientKillByFilter(s, "TYPE", "normal", "SKIPME", "yes").Result()
				s.before = float64(n)
				return err
			},
			Evidence: killed,
		},
		{
			Name: "redis-paused", About: "Redis is stopped for a second (SIGSTOP)", On: lab.SingleRedis,
			Inject: func(s *Shot) error { return s.Redis.Process().Signal(syscall.SIGSTOP) },
			Evidence: func(s *Shot) (string, error) {
				c := goredis.NewClient(&goredis.Options{Addr: s.Redis.Cmd.Options().Addr, ReadTimeout: time.Second, MaxRetries: -1})
				defer func() { _ = c.Close() }() // one command
				if err := c.Ping(s).Err(); err == nil {
					return "", errors.New("it answered while it was stopped")
				}
				return "Redis answered nothing for a second", nil
			},
			Undo: func(s *Shot) error { return s.Redis.Process().Signal(syscall.SIGCONT) },
		},
	}
}

// loadDelay waits until the file of Redis is worth loading and returns the delay
// of each command that makes it load for about two seconds. A command is about
// 70 bytes, and the shortest sleep takes about 55 µs: Redis takes a negative
// delay for "one in so many". It looks at its connections every 1,024 commands.
func loadDelay(s *Shot) (int64, error) {
	const enough, command, sleep, whole = 1 << 20, 70, 55, 2_000_000
	path, err := s.Redis.AOF()
	if err != nil {
		return 0, err
	}
	var size int64
	err = process.Until(s, "the file grows", func() (bool, error) {
		info, err := os.Stat(path)
		if err == nil {
			size = info.Size()
		}
		return size >= enough, err
	})
	commands := size / command
	if each := whole/max(1, commands) - sleep; each > 0 {
		return each, err
	}
	return -max(1, commands*sleep/whole), err
}

// killed: the injection said how many connections it killed.
func killed(s *Shot) (string, error) {
	if s.before == 0 {
		return "", errors.New("there was no such connection")
	}
	return fmt.Sprintf("Redis killed %.0f connections", s.before), nil
}

// answers has Redis answer an error until the nodes have got it.
func answers(name, about, word string, inject, undo func(*Shot) error) Fault {
	return Fault{
		Name: name, About: about, On: lab.SingleRedis,
		Inject: func(s *Shot) error {
			n, err := s.Redis.Errors(s, word)
			s.before = float64(n)
			return errors.Join(err, inject(s))
		},
		Evidence: func(s *Shot) (string, error) {
			if word == "BUSY" { // INFO is not answered either
				return s.logged(word)
			}
			return s.answered(word)
		},
		Undo: undo,
	}
}

// answered waits until Redis has answered an error more often than before.
func (s *Shot) answered(word string) (string, error) {
	var n int64
	err := process.Until(s, "Redis answers "+word, func() (bool, error) {
		var err error
		n, err = s.Redis.Errors(s, word)
		return n > int64(s.before), err
	})
	return fmt.Sprintf("Redis answered %s %d times", word, n-int64(s.before)), err
}

// logged waits until Redis, which answers nothing else, says it to us too.
func (s *Shot) logged(word string) (string, error) {
	err := process.Until(s, "Redis answers "+word, func() (bool, error) {
		err := s.Redis.Cmd.Get(s, "nothing").Err()
		return err != nil && strings.HasPrefix(err.Error(), word), nil
	})
	if err != nil {
		return "", err
	}
	if err := process.Until(s, "a node fails to commit", func() (bool, error) {
		for _, n := range s.Lab.Nodes {
			v, err := n.Metric(s, "veltrix_store_failures_total")
			if err == nil && v > 0 {
				s.note = n.Name
				return true, nil
			}
		}
		return false, nil
	}); err != nil {
		return "", err
	}
	return "Redis answered " + word + ", and " + s.note + " failed to commit", nil
}

func took(began time.Time, least time.Duration) (string, error) {
	d := time.Since(began)
	if d < least {
		return "", fmt.Errorf("it took %v only", d)
	}
	return fmt.Sprintf("Redis answered nothing for %d ms", d.Milliseconds()), nil
}

// breakSaving puts a directory where the snapshot should be.
func breakSaving(s *Shot) error {
	// A save that Redis began by itself the last time may have left a file.
	err := process.Until(s, "no save is under way", func() (bool, error) {
		info, err := s.Redis.Info(s, "persistence")
		return info["rdb_bgsave_in_progress"] == "0", err
	})
	if err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(s.Redis.Dir(), "dump.rdb")); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(s.Redis.Dir(), "dump.rdb", "x"), 0o755); err != nil {
		return err
	}
	if err := s.Redis.Cmd.ConfigSet(s, "save", "3600 1").Err(); err != nil {
		return err
	}
	if err := s.Redis.Cmd.BgSave(s).Err(); err != nil {
		return err
	}
	return process.Until(s, "the snapshot fails", func() (bool, error) {
		info, err := s.Redis.Info(s, "persistence")
		return info["rdb_last_bgsave_status"] == "err", err
	})
}

func mendSaving(s *Shot) error {
	return errors.Join(s.Redis.Cmd.ConfigSet(s, "save", "").Err(), os.RemoveAll(filepath.Join(s.Redis.Dir(), "dump.rdb")))
}
