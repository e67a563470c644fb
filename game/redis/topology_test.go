package redis_test

import (
	"testing"

	"veltrix/game"
	"veltrix/game/redis"
	"veltrix/game/storetest"
	"veltrix/testkit/redistest"
)

// TestSentinelConformance and TestClusterConformance run the rules on the
// other topologies; the seeds are those of every run.
func TestSentinelConformance(t *testing.T) {
	group := redistest.StartGroup(t, 1)
	conform(t, group.URL())
}

func TestClusterConformance(t *testing.T) {
	c := redistest.StartCluster(t, 3, 0)
	conform(t, c.URL())
}

func conform(t *testing.T, url string) {
	t.Helper()
	at := func(t testing.TB, clock func() int64) game.Store {
		return openAt(t, redis.Options{URL: url, Prefix: freshPrefix(), Clock: clock})
	}
	t.Run("rules", func(t *testing.T) { storetest.Run(t, at) })
	t.Run("seeds", func(t *testing.T) { storetest.RunSeeds(t, 5, at) })
}
