package bolt

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/bolt/bolttest"
	"veltrix/game/hunt"
)

var benchEntries = flag.Int("bench-entries", 20_000, "entries of the ledger that BenchmarkOpen opens")

// BenchmarkOpen opens a store and loads a hunt of -bench-entries entries.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	s, err := Open(dir, Options{NoSync: true}, zap.NewNop())
	if err != nil {
		b.Fatal(err)
	}
	const challenges = 100
	def := bolttest.Start(b, s, bolttest.Crowd(b, "crowd", challenges))
	var batch []game.Command
	for i := range *benchEntries / (challenges + 1) {
		batch = append(batch, bolttest.Joining(bolttest.Player(i)))
		for c := range challenges {
			batch = append(batch, bolttest.Claiming(bolttest.Player(i), fmt.Sprintf("c%d", c)))
		}
		for len(batch) >= game.MaxBatch {
			bolttest.Commit(b, s, "crowd", def, batch[:game.MaxBatch]...)
			batch = batch[game.MaxBatch:]
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, FileName))
	if err != nil {
		b.Fatal(err)
	}
	var seq int64
	for b.Loop() {
		s, err := Open(dir, Options{}, zap.NewNop())
		if err != nil {
			b.Fatal(err)
		}
		sum, err := s.Load(b.Context(), "crowd")
		if err != nil {
			b.Fatal(err)
		}
		seq = sum.Seq
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(seq), "entries")
	b.ReportMetric(float64(info.Size())/float64(seq), "bytes/entry")
}

// BenchmarkCommit counts durable claims, by size of batch and by how many hunts
// commit at the same time.
func BenchmarkCommit(b *testing.B) {
	for _, hunts := range []int{1, 8} {
		for _, size := range []int{1, 8, 64} {
			b.Run(fmt.Sprintf("hunts=%d/batch=%d", hunts, size), func(b *testing.B) { benchmarkCommit(b, hunts, size) })
		}
	}
	// 256 claims in one transaction, of four hunts.
	b.Run("hunts=4/batch=64", func(b *testing.B) { benchmarkCommit(b, 4, 64) })
}

func benchmarkCommit(b *testing.B, hunts, size int) {
	s := open(b, b.TempDir(), Options{})
	const challenges = 500
	var defs []*hunt.Definition
	for i := range hunts {
		defs = append(defs, bolttest.Start(b, s, bolttest.Crowd(b, fmt.Sprintf("crowd-%d", i), challenges)))
	}
	n := 0
	for b.Loop() {
		var all sync.WaitGroup
		for _, def := range defs {
			all.Go(func() {
				batch := make([]game.Command, 0, size)
				for i := range size {
					at := n*size + i
					p := bolttest.Player(at / challenges)
					if at%challenges == 0 {
						bolttest.Commit(b, s, def.ID, def, bolttest.Joining(p))
					}
					batch = append(batch, bolttest.Claiming(p, fmt.Sprintf("c%d", at%challenges)))
				}
				bolttest.Commit(b, s, def.ID, def, batch...)
			})
		}
		all.Wait()
		n++
	}
	b.ReportMetric(float64(n*size*hunts)/b.Elapsed().Seconds(), "claims/s")
}
