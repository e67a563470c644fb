package redis_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/redis"
	"veltrix/game/storetest"
	"veltrix/testkit/redistest"
)

// A pool that could not dial asks only once a second whether it is closed.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(redistest.M{M: m}, goleak.IgnoreAnyFunction("github.com/redis/go-redis/v9/internal/pool.(*ConnPool).tryDial"))
}

var prefixes atomic.Int64

// open opens a store under a prefix of its own on the shared server.
func open(t testing.TB, clock func() int64) game.Store { return openPrefix(t, freshPrefix(), clock) }

func freshPrefix() string { return fmt.Sprintf("t%d", prefixes.Add(1)) }

func openPrefix(t testing.TB, prefix string, clock func() int64) *redis.Store {
	t.Helper()
	return openAt(t, redis.Options{URL: redistest.Shared(t).UnixURL(), Prefix: prefix, Clock: clock})
}

func openAt(t testing.TB, opts redis.Options) *redis.Store {
	t.Helper()
	s, err := redis.Open(t.Context(), opts, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestConformance(t *testing.T) { storetest.Run(t, open) }

func TestProperty(t *testing.T) { storetest.RunProperty(t, withoutDisk(t)) }

func TestCoverage(t *testing.T) { storetest.Coverage(t, 800, withoutDisk(t)) }

// withoutDisk starts a server that keeps nothing, for tests of the rules.
func withoutDisk(t *testing.T) storetest.Open {
	server := redistest.Start(t, "--appendonly", "no")
	return func(t testing.TB, clock func() int64) game.Store {
		return openAt(t, redis.Options{URL: server.UnixURL(), Prefix: freshPrefix(), Ack: redis.AckMemory, Clock: clock})
	}
}
