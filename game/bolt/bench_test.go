package bolt

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
)

var benchEntries = flag.Int("bench-entries", 20_000, "entries of the ledger that BenchmarkOpen opens")

// crowd is a hunt file with so many challenges.
func crowd(t testing.TB, id string, challenges int) *hunt.Definition {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "hunt: %s\ntitle: Crowd\nmode: solo\nchallenges:\n", id)
	for i := range challenges {
		fmt.Fprintf(&b, "  - {id: c%d, title: C, points: 10, proof: {text: answer-%d}}\n", i, i)
	}
	d, findings := huntfile.Parse([]byte(b.String()))
	if d == nil {
		t.Fatal(findings)
	}
	return d
}

// start defines and opens a hunt and returns its definition.
func start(t testing.TB, s *Store, d *hunt.Definition) *hunt.Definition {
	t.Helper()
	mustCommit(t, s, d.ID, nil, game.Command{Type: game.CmdDefine, Definition: d, By: "olga"})
	sum, err := s.Load(t.Context(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	mustCommit(t, s, d.ID, sum.Definition, game.Command{Type: game.CmdPhase, ID: "open", Phase: game.Open, By: "olga"})
	return sum.Definition
}

func mustCommit(t testing.TB, s *Store, id string, def *hunt.Definition, batch ...game.Command) game.Result {
	t.Helper()
	if def != nil {
		for i := range batch {
			batch[i].Rev = def.Rev
		}
	}
	res, err := s.Commit(context.Background(), id, def, game.Head{}, batch)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range res.Replies {
		if r.Outcome == game.OutRefused || r.Outcome == game.OutStale {
			t.Fatalf("%+v: %+v", batch[i], r)
		}
	}
	return res
}

func player(i int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", i) }

func joining(p string) game.Command {
	return game.Command{Type: game.CmdJoin, Entrant: p, Player: p, Name: "Player", Found: true, Admitted: true}
}

func claiming(p, challenge string) game.Command {
	return game.Command{
		Type: game.CmdClaim, ID: p[:24] + challenge + p[24+len(challenge):], Entrant: p, Player: p, Challenge: challenge, Right: true,
	}
}

// BenchmarkOpen opens a store and loads a hunt of -bench-entries entries.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	s, err := Open(dir, Options{NoSync: true}, zap.NewNop())
	if err != nil {
		b.Fatal(err)
	}
	const challenges = 100
	def := start(b, s, crowd(b, "crowd", challenges))
	var batch []game.Command
	for i := range *benchEntries / (challenges + 1) {
		batch = append(batch, joining(player(i)))
		for c := range challenges {
			batch = append(batch, claiming(player(i), fmt.Sprintf("c%d", c)))
		}
		for len(batch) >= game.MaxBatch {
			mustCommit(b, s, "crowd", def, batch[:game.MaxBatch]...)
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

// BenchmarkCommit is durable: it counts claims, by size of batch and by hunts
// that commit at the same time.
func BenchmarkCommit(b *testing.B) {
	for _, hunts := range []int{1, 8} {
		for _, size := range []int{1, 8, 64} {
			b.Run(fmt.Sprintf("hunts=%d/batch=%d", hunts, size), func(b *testing.B) { benchmarkCommit(b, hunts, size) })
		}
	}
	// 256 claims in one transaction: no batch has more than 64.
	b.Run("hunts=4/batch=64", func(b *testing.B) { benchmarkCommit(b, 4, 64) })
}

func benchmarkCommit(b *testing.B, hunts, size int) {
	s := open(b, b.TempDir(), Options{})
	const challenges = 500
	var defs []*hunt.Definition
	for i := range hunts {
		defs = append(defs, start(b, s, crowd(b, fmt.Sprintf("crowd-%d", i), challenges)))
	}
	n := 0
	for b.Loop() {
		var all sync.WaitGroup
		for _, def := range defs {
			all.Go(func() {
				batch := make([]game.Command, 0, size)
				for i := range size {
					at := n*size + i
					p := player(at / challenges)
					if at%challenges == 0 {
						mustCommit(b, s, def.ID, def, joining(p))
					}
					batch = append(batch, claiming(p, fmt.Sprintf("c%d", at%challenges)))
				}
				mustCommit(b, s, def.ID, def, batch...)
			})
		}
		all.Wait()
		n++
	}
	b.ReportMetric(float64(n*size*hunts)/b.Elapsed().Seconds(), "claims/s")
}
