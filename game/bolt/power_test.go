package bolt

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/hunt"
)

var (
	cuts = flag.Int("cuts", 60, "how many power cuts TestPowerCut makes")
	seed = flag.Uint64("seed", 1, "of TestPowerCut, TestKilled and TestDamagedPlaces")
)

// acknowledged is what the player of a test was told, by hunt.
type acknowledged map[string][]game.Entry

// TestPowerCut replays what was written up to a random moment, with what was not
// synced lost, torn and out of order: the file opens, has all that was
// acknowledged, and goes on. Writes and syncs fail now and then meanwhile.
func TestPowerCut(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 1))
	dir := t.TempDir()
	tp, opened := recording(t)
	s, err := Open(dir, Options{opened: opened}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	defs := map[string]*hunt.Definition{}
	ids := []string{"crowd-a", "crowd-b"}
	for _, id := range ids {
		defs[id] = start(t, s, crowd(t, id, 50))
	}
	known, have := acknowledged{}, map[string]int64{}
	for _, id := range ids {
		list, err := s.Ledger(t.Context(), id, 0, 1<<10)
		if err != nil {
			t.Fatal(err)
		}
		known[id], have[id] = list, int64(len(list))
	}
	tp.begin(s.path)
	failures := []failure{pageWrite, halfWrite, pageSync, metaWrite, metaSync}
	for n := range 250 {
		id := ids[r.IntN(2)]
		if r.IntN(8) == 0 {
			tp.fail = failures[r.IntN(len(failures))]
		}
		for tries := 0; ; tries++ {
			_, err := s.Commit(t.Context(), id, defs[id], batchOf(r, defs[id], n))
			if err == nil {
				// Of a replay the entries are in the ledger only.
				list, err := s.Ledger(t.Context(), id, have[id], 1<<10)
				if err != nil {
					t.Fatal(err)
				}
				have[id] += int64(len(list))
				tp.note(event{acked: func(a *acknowledged) { (*a)[id] = append((*a)[id], list...) }})
				break
			}
			tp.mend()
			if !errors.Is(err, game.ErrUnavailable) || tries == 20 {
				t.Fatal(err)
			}
			if r.IntN(3) == 0 {
				tp.fail = settling
			}
		}
	}
	tp.fail = nothing
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	tp.close()
	for _, f := range append(failures, settling) {
		if tp.fired[f] == 0 {
			t.Errorf("%s never failed", f)
		}
	}
	writes := 0
	for range *cuts {
		after := r.IntN(len(tp.events) + 1)
		image, acked := tp.cutPower(after, r)
		for id, list := range known {
			acked[id] = append(list[:len(list):len(list)], acked[id]...)
		}
		if err := holds(t, image, acked, defs); err != nil {
			t.Fatalf("seed %d, power cut after event %d of %d: %v", *seed, after, len(tp.events), err)
		}
	}
	for _, e := range tp.events {
		if e.data != nil {
			writes++
		}
	}
	t.Logf("%d power cuts in %d writes; failed: %v", *cuts, writes, tp.fired)
}

// batchOf is a player who claims something, sometimes with a long notice so
// that pages split and the file grows.
func batchOf(r *rand.Rand, def *hunt.Definition, n int) []game.Command {
	p := player(n / 50)
	batch := []game.Command{joining(p), claiming(p, fmt.Sprintf("c%d", n%50))}
	if r.IntN(6) == 0 {
		id := fmt.Sprintf("long %d", n)
		batch = append(batch, game.Command{Type: game.CmdAnnounce, ID: id, Text: strings.Repeat("x", r.IntN(9000)), By: "olga"})
	}
	for i := range batch {
		batch[i].Rev = def.Rev
	}
	return batch
}

// holds returns an error unless a file opens, has what was acknowledged, and can
// be written to.
func holds(t *testing.T, image []byte, acked acknowledged, defs map[string]*hunt.Definition) (err error) {
	dir := t.TempDir()
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }() // thousands of them fill a disk
	if err := os.WriteFile(filepath.Join(dir, FileName), image, 0o600); err != nil {
		return err
	}
	s, err := Open(dir, Options{NoSync: true}, zap.NewNop())
	if err != nil {
		return err
	}
	for id, want := range acked {
		list, err := s.Ledger(t.Context(), id, 0, 1<<20)
		if err != nil {
			return err
		}
		if len(list) < len(want) {
			return fmt.Errorf("%s has %d entries, %d were acknowledged", id, len(list), len(want))
		}
		for i, n := range want {
			if list[i] != n {
				return fmt.Errorf("%s: entry %d is %+v, acknowledged was %+v", id, i+1, list[i], n)
			}
		}
		cmd := game.Command{Type: game.CmdAnnounce, ID: "after", Text: "we go on", By: "olga"}
		if _, err := s.Commit(t.Context(), id, defs[id], []game.Command{cmd}); err != nil {
			return err
		}
	}
	if err := s.Close(); err != nil {
		return err
	}
	reports, err := Check(dir)
	for _, r := range reports {
		err = errors.Join(err, r.Err)
	}
	return err
}

// TestFailingDisk: each thing that can fail fails; the commit is refused as
// unavailable, the next one succeeds, and the file is whole. It shows as well
// that bbolt syncs where the tape takes it for granted.
func TestFailingDisk(t *testing.T) {
	dir := t.TempDir()
	tp, opened := recording(t)
	s, err := Open(dir, Options{opened: opened}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	def := start(t, s, crowd(t, "crowd", 50))
	other := start(t, s, crowd(t, "other", 50))
	mustCommit(t, s, "crowd", def, joining(player(0)))
	for i, f := range []failure{pageWrite, halfWrite, pageSync, metaWrite, metaSync} {
		cmd := claiming(player(0), fmt.Sprintf("c%d", i))
		cmd.Rev = def.Rev
		tp.fail = f
		if _, err := s.Commit(t.Context(), "crowd", def, []game.Command{cmd}); !errors.Is(err, game.ErrUnavailable) || tp.fired[f] != 1 {
			t.Fatalf("%s: %v", f, err)
		}
		tp.mend()
		tp.fail = settling
		if err := s.Ready(t.Context()); !errors.Is(err, game.ErrUnavailable) {
			t.Fatalf("%s: ready: %v", f, err)
		}
		if err := s.Ready(t.Context()); err != nil {
			t.Fatalf("%s: ready: %v", f, err)
		}
		mustCommit(t, s, "other", other, joining(player(i)))
		res := mustCommit(t, s, "crowd", def, cmd)
		// Only of a transaction whose meta page was written something may be there.
		if res.Replies[0].Outcome != game.OutAwarded || (res.Replies[0].Replay && f != metaSync) {
			t.Fatalf("%s: %+v", f, res)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	tp.close()
	if reports, err := Check(dir); err != nil || reports[0].Err != nil || reports[1].Err != nil || reports[0].Entries != 8 {
		t.Fatal(reports, err)
	}
}
