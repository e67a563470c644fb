package redis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

const (
	// probes are how often something is measured; the median counts.
	probes = 15
	// slowTrip and slowCommit are what a player would feel, several times over.
	slowTrip   = 20 * time.Millisecond
	slowCommit = 50 * time.Millisecond
	// skewed is a difference of clocks that people would see. Nothing depends
	// on it: all times are Redis's.
	skewed = time.Second
)

// probeScript writes KEYS[1] as a commit does and leaves nothing.
var probeScript = goredis.NewScript("#!lua\nredis.call('SET', KEYS[1], 'x')\nreturn redis.call('DEL', KEYS[1])")

// latency measures round trips, commits, and how far the clocks are apart.
func (d *doctor) latency(ctx context.Context, c *goredis.Client) error {
	key, err := d.keyOf(ctx, c)
	if err != nil {
		return err
	}
	trip, err := median(func() error { return c.Ping(ctx).Err() })
	if err != nil {
		return err
	}
	d.judge(trip < slowTrip, Advice, "round trip", trip.String(), trip.String()+": put the server nearer to its Redis")
	if err := probeScript.Run(ctx, c, []string{key}).Err(); err != nil { // loads it
		d.addf(Bad, "commit", "refused: %v", err)
		return nil
	}
	commit, err := median(func() error { return probeScript.EvalSha(ctx, c, []string{key}).Err() })
	if err != nil {
		return err
	}
	d.judge(commit < slowCommit, Advice, "commit", fmt.Sprintf("%v with its sync", commit), fmt.Sprintf("%v with its sync: give Redis a faster disk", commit))
	before := time.Now()
	theirs, err := c.Time(ctx).Result()
	if err != nil {
		return err
	}
	skew := theirs.Sub(before.Add(time.Since(before) / 2)).Round(time.Millisecond)
	d.judge(skew.Abs() < skewed, Advice, "clock", fmt.Sprintf("%v apart", skew),
		fmt.Sprintf("%v apart: schedules go by Redis's clock, logs by ours; run NTP on both", skew))
	return nil
}

// keyOf makes a key that this primary has.
func (d *doctor) keyOf(ctx context.Context, c *goredis.Client) (string, error) {
	for i := range 100_000 {
		key := fmt.Sprintf("%s:{doctor-%d}:probe", d.prefix, i)
		owner, err := d.servers.of(ctx, key)
		if err != nil || owner == c {
			return key, err
		}
	}
	return "", fmt.Errorf("no key belongs to %s: it has no slots", c.Options().Addr)
}

// median returns the median duration of some calls.
func median(call func() error) (time.Duration, error) {
	took := make([]time.Duration, probes)
	for i := range took {
		start := time.Now()
		if err := call(); err != nil {
			return 0, err
		}
		took[i] = time.Since(start).Round(10 * time.Microsecond)
	}
	slices.Sort(took)
	return took[probes/2], nil
}

// cluster looks at what connects the primaries.
func (d *doctor) cluster(ctx context.Context, primaries []*goredis.Client) {
	info, err := primaries[0].ClusterInfo(ctx).Result()
	if err != nil {
		d.addf(Bad, "cluster", "cannot be examined: %v", classify(err))
		return
	}
	facts := infoFacts(info)
	d.judge(facts["cluster_state"] == "ok" && facts["cluster_slots_ok"] == "16384", Bad, "slots",
		"all are served", fmt.Sprintf("the cluster is %s, %s of 16384 slots are served; redis-cli --cluster check, then fix", facts["cluster_state"], facts["cluster_slots_ok"]))
	var mu sync.Mutex
	with := map[string]bool{}
	// What cannot be reached is missing from the result, which is the finding.
	_ = d.servers.cluster.ForEachSlave(ctx, func(ctx context.Context, c *goredis.Client) error {
		info, err := c.Info(ctx, "replication").Result()
		facts := infoFacts(info)
		if err == nil && facts["master_link_status"] == "up" {
			mu.Lock()
			defer mu.Unlock()
			with[facts["master_port"]] = true
		}
		return err
	})
	d.judge(len(with) >= len(primaries), Advice, "replicas of shards", "each primary has one",
		fmt.Sprintf("only %d of %d primaries have one: the hunts of the others wait until their primary is back; redis-cli --cluster add-node … --cluster-slave", len(with), len(primaries)))
	got, err := primaries[0].ConfigGet(ctx, "cluster-require-full-coverage").Result()
	if err == nil && len(got) > 0 {
		d.judge(got["cluster-require-full-coverage"] == "no", Advice, "full coverage", "not required",
			"required: when one shard is down, all hunts wait; redis-cli CONFIG SET cluster-require-full-coverage no, on every node")
	}
}

// sentinels asks each Sentinel whether it would manage a failover.
func (d *doctor) sentinels(ctx context.Context, a *address) {
	living := 0
	var first map[string]string
	for _, addr := range a.seeds {
		s := goredis.NewSentinelClient(&goredis.Options{
			Addr: addr, Username: a.sentinelUser, Password: a.sentinelPassword, TLSConfig: tlsConfig(a.tls),
			Protocol: protocolVersion, DialTimeout: dialTimeout, DialerRetries: dialRetries, MaxRetries: -1,
			ReadTimeout: d.servers.timeout, ContextTimeoutEnabled: true, DisableIdentity: true,
		})
		state, err := s.Master(ctx, a.master).Result()
		if err == nil {
			err = s.CkQuorum(ctx, a.master).Err()
		}
		_ = s.Close() // only asked
		if err != nil {
			d.addf(Bad, "sentinel "+addr, "%v", err)
			continue
		}
		living++
		if first == nil {
			first = state
		}
	}
	if first == nil {
		return
	}
	others := number(first["num-other-sentinels"])
	d.judge(others >= 2, Advice, "sentinels", fmt.Sprintf("%d, a quorum of %s", others+1, first["quorum"]),
		fmt.Sprintf("%d: with fewer than three a failover may find no majority", others+1))
	d.judge(len(a.seeds) > 1, Advice, "sentinel addresses", fmt.Sprintf("%d, %d answer", len(a.seeds), living),
		"one: at the start that one has to live; add the others with &addr=HOST:PORT")
	after := time.Duration(cmp.Or(number(first["down-after-milliseconds"]), 30_000)) * time.Millisecond
	d.judge(after <= 10*time.Second, Advice, "down-after", after.String(),
		fmt.Sprintf("%v: that long claims wait before a failover begins; redis-cli -p 26379 SENTINEL SET %s down-after-milliseconds 5000", after, a.master))
	if flags := first["flags"]; strings.Contains(flags, "down") {
		d.addf(Bad, "primary", "the Sentinels say %s", flags)
	}
}
