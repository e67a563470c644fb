package redis_test

import (
	"context"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
	"veltrix/game/redis"
	"veltrix/testkit/redistest"
)

// benchHunt has 20 challenges whose value falls, and badges of every kind that
// a claim may bring, unless it has none.
func benchHunt(id string, badges bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "hunt: %s\ntitle: Benchmark\nmode: solo\nchallenges:\n", id)
	for i := range 20 {
		fmt.Fprintf(&b, "  - id: lantern-%02d\n    title: Lantern %d\n    category: %s\n    points: {initial: 500, minimum: 100, decay: 30, function: quadratic}\n"+
			"    bonus: [50, 30, 10]\n    proof: {text: \"a%d\"}\n", i, i, []string{"harbour", "castle"}[i%2], i)
		if i%4 == 3 {
			fmt.Fprintf(&b, "    requires: [lantern-%02d]\n", i-1)
		}
	}
	if !badges {
		return b.String()
	}
	b.WriteString("badges:\n" +
		"  - {id: first-steps, title: First steps, when: {solves: 1}}\n" +
		"  - {id: sailor, title: Sailor, points: 20, when: {solves: 5, category: harbour}}\n" +
		"  - {id: knight, title: Knight, points: 20, when: {solves: 10, category: castle}}\n" +
		"  - {id: rich, title: Rich, when: {points: 11000}}\n")
	return b.String()
}

type benchWorld struct {
	store *redis.Store
	id    string
	def   *hunt.Definition
	n     int // claims made
	group int // players who join at a time
}

func uuid(kind, n int) string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", kind, n) }

func (w *benchWorld) commit(tb testing.TB, batch []game.Command) {
	res, err := w.store.Commit(context.Background(), w.id, w.def, game.Head{}, batch)
	if err != nil {
		tb.Error(err)
		return
	}
	for i := range res.Replies {
		if o := res.Replies[i].Outcome; o != game.OutDone && o != game.OutAwarded {
			tb.Errorf("%+v", res.Replies[i])
		}
	}
}

func newBenchWorld(tb testing.TB, s *redis.Store, id string, badges bool) *benchWorld {
	d, findings := huntfile.Parse([]byte(benchHunt(id, badges)))
	if d == nil {
		tb.Fatal(findings)
	}
	w := &benchWorld{store: s, id: id, group: 64}
	w.commit(tb, []game.Command{{Type: game.CmdDefine, Definition: d, By: "olga"}})
	sum, err := s.Load(context.Background(), id)
	if err != nil {
		tb.Fatal(err)
	}
	w.def = sum.Definition
	w.commit(tb, []game.Command{{Type: game.CmdPhase, ID: uuid(9, 0), Rev: 1, Phase: game.Open, By: "olga"}})
	return w
}

// batch makes claims, all right: a group of players at a time finds one lantern
// after the other.
func (w *benchWorld) batch(tb testing.TB, size int) []game.Command {
	batch := make([]game.Command, 0, size)
	for range size {
		group, rest := w.n/(w.group*20), w.n%(w.group*20)
		if rest == 0 {
			joins := make([]game.Command, w.group)
			for i := range joins {
				p := uuid(1, group*w.group+i)
				joins[i] = game.Command{
					Type: game.CmdJoin, Rev: 1, Entrant: p, Player: p, Name: fmt.Sprintf("Player %d", i), Found: true, Admitted: true,
				}
			}
			w.commit(tb, joins)
		}
		p := uuid(1, group*w.group+rest%w.group)
		batch = append(batch, game.Command{
			Type: game.CmdClaim, ID: uuid(2, w.n), Rev: 1, Entrant: p, Player: p,
			Challenge: fmt.Sprintf("lantern-%02d", rest/w.group), Right: true, Digest: "AAAAAAAA",
		})
		w.n++
	}
	return batch
}

func BenchmarkCommit(b *testing.B) {
	for _, sync := range []string{"always", "everysec"} {
		server := redistest.Start(b, "--appendfsync", sync)
		for _, hunts := range []int{1, 8} {
			for _, size := range []int{1, 8, 64, game.MaxBatch} {
				b.Run(fmt.Sprintf("%s/hunts=%d/batch=%d", sync, hunts, size), func(b *testing.B) {
					benchmarkCommit(b, server, hunts, size, false)
				})
			}
		}
		b.Run(sync+"/hunts=4/batch=64", func(b *testing.B) { benchmarkCommit(b, server, 4, 64, false) })
		for _, size := range []int{64, game.MaxBatch} {
			b.Run(fmt.Sprintf("%s/badges/hunts=1/batch=%d", sync, size), func(b *testing.B) {
				benchmarkCommit(b, server, 1, size, true)
			})
		}
		b.Run(sync+"/badges/hunts=8/batch=64", func(b *testing.B) { benchmarkCommit(b, server, 8, 64, true) })
	}
}

func benchmarkCommit(b *testing.B, server *redistest.Server, hunts, size int, badges bool) {
	s := openAt(b, redis.Options{URL: server.UnixURL(), Prefix: freshPrefix(), Ack: redis.AckMemory})
	worlds := make([]*benchWorld, hunts)
	for i := range worlds {
		worlds[i] = newBenchWorld(b, s, fmt.Sprintf("h%d", i), badges)
		worlds[i].group = max(64, size) // so that no batch has two claims of one player
	}
	spent, kept := measured(b, server)
	b.ResetTimer()
	var all sync.WaitGroup
	for i, w := range worlds {
		share := b.N / hunts
		if i < b.N%hunts {
			share++
		}
		all.Go(func() {
			for left := share; left > 0; left -= size {
				w.commit(b, w.batch(b, min(size, left)))
			}
		})
	}
	all.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "awards/s")
	cpu, aof := measured(b, server)
	b.ReportMetric((cpu-spent)*1e6/float64(b.N), "redis-cpu-µs/award")
	b.ReportMetric((aof-kept)/float64(b.N), "aof-bytes/award")
}

// measured is the processor time that Redis has used, in seconds, and the size
// of its append-only file. Unlike the durations it keeps of commands, that
// time does not count what else runs on the machine.
func measured(tb testing.TB, server *redistest.Server) (cpu, aof float64) {
	info, err := direct(tb, server).InfoMap(context.Background(), "cpu", "persistence").Result()
	if err != nil {
		tb.Fatal(err)
	}
	number := func(section, name string) float64 {
		n, err := strconv.ParseFloat(info[section][name], 64)
		if err != nil {
			tb.Fatal(err)
		}
		return n
	}
	return number("CPU", "used_cpu_user") + number("CPU", "used_cpu_sys"), number("Persistence", "aof_current_size")
}

// direct is a plain connection to the server.
func direct(tb testing.TB, server *redistest.Server) *goredis.Client {
	tb.Helper()
	rdb := goredis.NewClient(&goredis.Options{Network: "unix", Addr: server.Socket(), Protocol: 2, DisableIdentity: true})
	tb.Cleanup(func() {
		if err := rdb.Close(); err != nil {
			tb.Error(err)
		}
	})
	return rdb
}

// BenchmarkMemory reports what an award costs in Redis's memory, at 20 awards
// an entrant: bytes/award in ledger, board and entrants, all-bytes/award in
// all keys of the hunt.
func BenchmarkMemory(b *testing.B) {
	server := redistest.Start(b, "--appendonly", "no")
	rdb := direct(b, server)
	for _, badges := range []bool{false, true} {
		b.Run(fmt.Sprintf("badges=%v", badges), func(b *testing.B) {
			var core, all float64
			for b.Loop() {
				prefix := freshPrefix()
				s := openAt(b, redis.Options{URL: server.UnixURL(), Prefix: prefix, Ack: redis.AckMemory})
				w := newBenchWorld(b, s, "h", badges)
				const awards = 20 * 64 * 10
				for range awards / 64 {
					w.commit(b, w.batch(b, 64))
				}
				core, all = memory(b, rdb, prefix, awards)
			}
			b.ReportMetric(core, "bytes/award")
			b.ReportMetric(all, "all-bytes/award")
		})
	}
}

func memory(tb testing.TB, rdb *goredis.Client, prefix string, awards float64) (core, all float64) {
	keys, err := rdb.Keys(context.Background(), prefix+":{h}:*").Result()
	if err != nil {
		tb.Fatal(err)
	}
	for _, key := range keys {
		n, err := rdb.MemoryUsage(context.Background(), key, 0).Result()
		if err != nil {
			tb.Fatal(err)
		}
		all += float64(n) / awards
		switch strings.Split(key, ":")[2] {
		case "ledger", "board", "e":
			core += float64(n) / awards
		}
	}
	return core, all
}

var benchEntries = flag.Int("bench-entries", 20_000, "entries of the ledger that BenchmarkLoad loads")

// BenchmarkLoad reads a hunt of -bench-entries entries, 20 awards an entrant,
// as a node does before it serves the first request of it.
func BenchmarkLoad(b *testing.B) {
	server := redistest.Start(b, "--appendonly", "no")
	s := openAt(b, redis.Options{URL: server.UnixURL(), Prefix: freshPrefix(), Ack: redis.AckMemory})
	w := newBenchWorld(b, s, "h", false)
	for range *benchEntries * 20 / 21 / 64 {
		w.commit(b, w.batch(b, 64))
	}
	var sum *game.Summary
	var rows []game.Row
	for b.Loop() {
		var err error
		if sum, err = s.Load(b.Context(), "h"); err != nil {
			b.Fatal(err)
		}
		if rows, _, err = s.Rows(b.Context(), "h", false); err != nil {
			b.Fatal(err)
		}
		if _, err = s.Ledger(b.Context(), "h", max(0, sum.Seq-1024), 1024); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(sum.Seq), "entries")
	b.ReportMetric(float64(len(rows)), "entrants")
}
