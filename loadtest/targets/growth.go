package main

import (
	"context"
	"errors"
	"os"
	"runtime"

	"go.uber.org/zap"

	"veltrix/game/bolt"
	store "veltrix/game/redis"
	"veltrix/loadtest/drive"
)

// mostGrowth is how much more either may cost.
const mostGrowth = 0.25

// hunts is the same load in one hunt and in many.
func hunts() target {
	t := target{name: "hunts", lines: func(r *rounds) []line {
		var lines []line
		for _, store := range stores {
			lines = append(lines, huntsLine(r, store))
		}
		return lines
	}}
	for _, store := range stores {
		for _, many := range []bool{false, true} {
			name, what := store+" one", "one hunt on "+store
			if many {
				name, what = store+" many", "many hunts on "+store
			}
			t.steps = append(t.steps, step{what, func(ctx context.Context, l *lab, v values) error {
				players, n := pick(l, 2000, 100), 1
				if many {
					n = players
				}
				// A late generator uses no more processor time.
				s, err := l.play(ctx, store, "--late=100s", flag("hunts", n), flag("players", players), "--watchers=0", "--challenges=50", flag("rate", pick(l, 1000, 100)),
					flag("connect-rate", connectRate), "--warmup=1s", flag("duration", pick(l, "6s", "2s")))
				if err == nil {
					v.cost(name, s)
				}
				return err
			}})
		}
	}
	return t
}

// cost keeps what an award cost, and how many frames it brought with it.
func (v values) cost(name string, s *drive.Summary) {
	v[name] = s.CPU("server").PerAward + s.CPU("redis").PerAward
	if s.Awards > 0 {
		v[name+" frames"] = s.Frames / s.Awards
	}
}

func huntsLine(r *rounds, store string) line {
	one, many := store+" one", store+" many"
	r = r.on(store)
	growth := r.ratio([]string{many}, []string{one}) - 1
	return r.line("server + Redis processor time per award, "+store+", 1 → 2,000 hunts, 2,000 players, 1,000 claims/s", "≤ +25 %", growth <= mostGrowth,
		"%+.0f %%: %.0f → %.0f µs; %.1f → %.1f frames an award", growth*100, r.sum(one), r.sum(many), r.sum(one+" frames"), r.sum(many+" frames"))
}

// The entrants of a board, and how many of them claim in both.
const (
	fewEntrants  = 100
	manyEntrants = 1_000_000
	claimants    = 100
)

// entrants is the same load on a board of few and of very many: the store and
// the board by themselves, beside what an award costs as a whole. Filling a
// store with a million takes longer than the load, so it is done once.
func entrants() target {
	t := target{name: "entrants", once: true, lines: entrantsLines, steps: []step{{"change of a board", boards}}}
	for _, store := range stores {
		t.steps = append(t.steps, step{"whole award on " + store, func(ctx context.Context, l *lab, v values) error {
			// At the peak an award costs least, so that what it costs more weighs most.
			s, err := l.play(ctx, store, "--closed", flag("players", fewEntrants), "--watchers=0", flag("challenges", pick(l, 500, 100)),
				"--warmup=100ms", "--duration=60s")
			if err == nil {
				v.cost(store, s)
			}
			return err
		}})
	}
	t.steps = append(t.steps, step{"entrants on redis", crowdedRedis}, step{"entrants on bolt", crowdedBolt})
	return t
}

func entrantsLines(r *rounds) []line {
	var lines []line
	for _, store := range stores {
		few, many := []string{store + " few", "board few"}, []string{store + " many", "board many"}
		more := r.of(func(v values) float64 { return v.sum(many) - v.sum(few) }, append(append([]string{}, few...), many...)...)
		growth := more / r.sum(store)
		lines = append(lines, r.on(store).line("server + Redis processor time per award, "+store+", 100 → 1,000,000 entrants: what store and board cost more, of a whole award at the peak of 100", "≤ +25 %",
			growth <= mostGrowth, "%+.0f %%: %+.1f µs (commit %.1f → %.1f, change and rank of a board %.2f → %.2f), of %.0f µs", growth*100, more,
			r.sum(store+" few"), r.sum(store+" many"), r.sum("board few"), r.sum("board many"), r.sum(store)))
	}
	return lines
}

// boards asks the benchmark of package game.
func boards(ctx context.Context, l *lab, v values) error {
	found, err := bench(ctx, "./game", "^BenchmarkBoardChange$/^(100|1000000)$", "-benchtime", pick(l, "2s", "100x"))
	if err != nil {
		return err
	}
	for name, n := range map[string]string{"board few": "BoardChange/100", "board many": "BoardChange/1000000"} {
		ns, ok := found[n]["ns/op"]
		if !ok {
			return errors.New(n + " says nothing")
		}
		v[name] = ns / 1000
	}
	return nil
}

// growing measures the same claims with few entrants and with many.
func growing(ctx context.Context, l *lab, v values, name string, b *bare, awards func() (award, error), fill func(more int) error) error {
	if err := b.join(ctx, fewEntrants, claimants); err != nil {
		return err
	}
	// The first rounds make the keys that later ones change.
	if _, err := awards(); err != nil {
		return err
	}
	a, err := awards()
	if err != nil {
		return err
	}
	v[name+" few"] = a.cpu
	if err := fill(pick(l, manyEntrants, 5000) - fewEntrants); err != nil {
		return err
	}
	runtime.GC() // of what filling left
	if a, err = awards(); err == nil {
		v[name+" many"] = a.cpu
	}
	return err
}

const (
	growthBatch  = 64
	growthRounds = 3 // calls of awards
)

// growthClaims is how many each of those makes; everybody claims everything.
func growthClaims(l *lab) int { return claimants * pick(l, 160, 20) }

func crowdedRedis(ctx context.Context, l *lab, v values) (err error) {
	d, err := newDatabase(ctx, "--auto-aof-rewrite-percentage", "0")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	s, err := d.open(ctx, store.AckFsync)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	b, err := newBare(ctx, s, growthRounds*growthClaims(l)/claimants)
	if err != nil {
		return err
	}
	return growing(ctx, l, v, onRedis, b,
		func() (award, error) { return d.awards(ctx, b, growthClaims(l), growthBatch) },
		func(more int) error { return d.fill(ctx, b, more) })
}

// fill adds entrants without waiting for the disk.
func (d *database) fill(ctx context.Context, b *bare, more int) (err error) {
	sync := func(how string) error { return d.rdb.ConfigSet(ctx, "appendfsync", how).Err() }
	if err := sync("no"); err != nil {
		return err
	}
	s, err := d.open(ctx, store.AckMemory)
	if err != nil {
		return err
	}
	kept := b.store
	b.store = s
	err = errors.Join(b.join(ctx, more, 0), s.Close())
	b.store = kept
	return errors.Join(err, sync("always"))
}

func crowdedBolt(ctx context.Context, l *lab, v values) (err error) {
	dir, err := os.MkdirTemp("", "vxbare")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := bolt.Open(dir, bolt.Options{}, zap.NewNop())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	b, err := newBare(ctx, s, growthRounds*growthClaims(l)/claimants)
	if err != nil {
		return err
	}
	return growing(ctx, l, v, onBolt, b,
		func() (award, error) { return b.awards(ctx, growthClaims(l), growthBatch) },
		func(more int) error {
			if err := s.Close(); err != nil {
				return err
			}
			fast, err := bolt.Open(dir, bolt.Options{NoSync: true}, zap.NewNop())
			if err != nil {
				return err
			}
			b.store = fast
			if err := errors.Join(b.join(ctx, more, 0), fast.Close()); err != nil {
				return err
			}
			if s, err = bolt.Open(dir, bolt.Options{}, zap.NewNop()); err != nil {
				return err
			}
			b.store = s
			return b.load(ctx)
		})
}
