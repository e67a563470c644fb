package main

import (
	"errors"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"veltrix/faults/lab"
)

// linkFaults are those of the connections between nodes and Redis.
func linkFaults() []Fault {
	failing := func(s *Shot) (string, error) {
		text, err := s.rises("veltrix_store_failures_total")
		if err != nil {
			return "", err
		}
		bytes, err := s.Link.Passed(s)
		if bytes == 0 && err == nil {
			err = errors.New("the link passed nothing")
		}
		return text + fmt.Sprintf(", the link passed %d bytes", bytes), err
	}
	poison := func(name, about string, short bool, toxics func(*Shot) []lab.Toxic) Fault {
		return Fault{
			Name: name, About: about, On: lab.SingleRedis, Short: short,
			Inject: func(s *Shot) error {
				err := s.mark("veltrix_store_failures_total")
				for _, x := range toxics(s) {
					err = errors.Join(err, s.Link.Poison(x))
				}
				return err
			},
			Evidence: failing,
			Undo:     func(s *Shot) error { return s.Link.Heal() },
		}
	}
	return []Fault{
		poison("reply-lost", "Redis executes, and its reply is cut off (limit_data)", true, func(s *Shot) []lab.Toxic {
			return []lab.Toxic{{Type: "limit_data", Downstream: true, Attributes: map[string]any{"bytes": s.Rand.IntN(400)}}}
		}),
		poison("request-cut", "a request to Redis is cut off (limit_data)", false, func(s *Shot) []lab.Toxic {
			return []lab.Toxic{{Type: "limit_data", Attributes: map[string]any{"bytes": s.Rand.IntN(4000)}}}
		}),
		poison("redis-reset", "connections to Redis are reset (reset_peer)", false, func(s *Shot) []lab.Toxic {
			return []lab.Toxic{{Type: "reset_peer", Downstream: true, Attributes: map[string]any{"timeout": s.Rand.IntN(20)}}}
		}),
		poison("redis-half-open", "what Redis says is swallowed and nothing is closed (timeout)", false, func(*Shot) []lab.Toxic {
			return []lab.Toxic{{Type: "timeout", Downstream: true, Attributes: map[string]any{"timeout": 0}}}
		}),
		{
			Name: "redis-slow", About: "200 to 300 ms to Redis and back", On: lab.SingleRedis,
			Inject: func(s *Shot) error {
				return s.Link.Poison(lab.Toxic{Type: "latency", Downstream: true, Attributes: map[string]any{"latency": 250, "jitter": 50}})
			},
			Evidence: func(s *Shot) (string, error) {
				c := goredis.NewClient(&goredis.Options{Addr: s.Link.Addr})
				defer func() { _ = c.Close() }() // two commands
				if err := c.Ping(s).Err(); err != nil {
					return "", err
				}
				began := time.Now()
				if err := c.Ping(s).Err(); err != nil {
					return "", err
				}
				if err := s.Load.await(s, 50); err != nil {
					return "", err
				}
				return took(began, 200*time.Millisecond)
			},
			Undo: func(s *Shot) error { return s.Link.Heal() },
		},
		{
			Name: "redis-cut", About: "a node is cut off from Redis for as long as batches are held", On: lab.SingleRedis,
			Inject: func(s *Shot) error {
				if err := s.mark("veltrix_store_failures_total"); err != nil {
					return err
				}
				return s.Link.Cut()
			},
			Evidence: failing,
			Undo:     func(s *Shot) error { return s.Link.Heal() },
		},
	}
}
