package bolt

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/bolt/bolttest"
	"veltrix/game/bolt/salvage"
	"veltrix/game/hunt"
)

var (
	cuts = flag.Int("cuts", 60, "how many power cuts TestPowerCut makes")
	seed = flag.Uint64("seed", 1, "of TestPowerCut, TestKilled and TestDamagedPlaces")
)

// acknowledged has the entries whose commits were answered, by hunt.
type acknowledged map[string][]game.Entry

// recorded makes a tape of commits, among which writes and syncs fail now and
// then. known is what was acknowledged before the tape began; defs are the
// definitions of the hunts.
func recorded(t *testing.T, r *rand.Rand, commits int) (tp *tape, known acknowledged, defs map[string]*hunt.Definition) {
	t.Helper()
	tp, opened := recording(t)
	s, err := Open(t.TempDir(), Options{opened: opened}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{"crowd-a", "crowd-b"}
	known, defs = acknowledged{}, map[string]*hunt.Definition{}
	have := map[string]int64{}
	for _, id := range ids {
		defs[id] = bolttest.Start(t, s, bolttest.Crowd(t, id, 50))
		if known[id], err = s.Ledger(t.Context(), id, 0, 1<<10); err != nil {
			t.Fatal(err)
		}
		have[id] = int64(len(known[id]))
	}
	tp.begin(s.path)
	for n := range commits {
		id := ids[r.IntN(2)]
		if r.IntN(8) == 0 {
			tp.fail = failures[r.IntN(len(failures))]
		}
		for tries := 0; ; tries++ {
			_, err := s.Commit(t.Context(), id, defs[id], game.Head{}, batchOf(r, defs[id], n))
			if err == nil {
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
		// The result of a replay does not have the entries; the ledger does.
		list, err := s.Ledger(t.Context(), id, have[id], 1<<10)
		if err != nil {
			t.Fatal(err)
		}
		have[id] += int64(len(list))
		tp.note(event{acked: func(a *acknowledged) { (*a)[id] = append((*a)[id], list...) }})
	}
	tp.fail = nothing
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	tp.close()
	return tp, known, defs
}

var failures = []failure{pageWrite, halfWrite, pageSync, metaWrite, metaSync}

// and adds what was acknowledged later.
func (a acknowledged) and(later acknowledged) acknowledged {
	sum := acknowledged{}
	for id, list := range a {
		sum[id] = slices.Concat(list, later[id])
	}
	return sum
}

// TestPowerCut replays what was written up to a random moment, with what was not
// synced lost, torn and out of order: the file opens, has all that was
// acknowledged, and goes on. Writes and syncs fail now and then meanwhile.
func TestPowerCut(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 1))
	tp, known, defs := recorded(t, r, 250)
	for _, f := range append(failures, settling) {
		if tp.fired[f] == 0 {
			t.Errorf("%s never failed", f)
		}
	}
	for range *cuts {
		after := r.IntN(len(tp.events) + 1)
		image, acked := tp.cutPower(after, sector, r)
		if err := holds(t, image, known.and(acked), defs, false); err != nil {
			t.Fatalf("seed %d, power cut after event %d of %d: %v", *seed, after, len(tp.events), err)
		}
	}
	t.Logf("seed %d: %d power cuts in %d events; failed: %v", *seed, *cuts, len(tp.events), tp.fired)
}

// TestTornMeta: on a disk that tears even a sector, a meta page may be half
// written. The file is refused then, and a repair loses nothing that was
// acknowledged.
func TestTornMeta(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 4))
	tp, known, defs := recorded(t, r, 40)
	moments := tp.afterMeta()
	refused := 0
	for range 40 {
		after := moments[r.IntN(len(moments))]
		image, acked := tp.cutPower(after, 8, r)
		err := holds(t, image, known.and(acked), defs, false)
		if errors.Is(err, ErrDamaged) {
			refused++
			err = holds(t, image, known.and(acked), defs, true)
		}
		if err != nil {
			t.Fatalf("seed %d, meta page torn at event %d: %v", *seed, after, err)
		}
	}
	if refused == 0 {
		t.Error("no meta page was torn")
	}
	t.Logf("%d of 40 files were refused and repaired", refused)
}

// batchOf makes the commands of a player who claims something, sometimes with a
// long notice so that pages split and the file grows.
func batchOf(r *rand.Rand, def *hunt.Definition, n int) []game.Command {
	p := bolttest.Player(n / 50)
	batch := []game.Command{bolttest.Joining(p), bolttest.Claiming(p, fmt.Sprintf("c%d", n%50))}
	if r.IntN(6) == 0 {
		id := fmt.Sprintf("long %d", n)
		batch = append(batch, game.Command{Type: game.CmdAnnounce, ID: id, Text: strings.Repeat("x", r.IntN(9000)), By: "olga"})
	}
	for i := range batch {
		batch[i].Rev = def.Rev
	}
	return batch
}

// holds returns an error unless a file opens, with mend after a repair, has what
// was acknowledged, and can be written to.
func holds(t *testing.T, image []byte, acked acknowledged, defs map[string]*hunt.Definition, mend bool) (err error) {
	dir := t.TempDir()
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }() // thousands of them fill a disk
	if err := os.WriteFile(filepath.Join(dir, FileName), image, 0o600); err != nil {
		return err
	}
	if mend {
		if _, err := salvage.Repair(dir, time.Now()); err != nil {
			return err
		}
	}
	s, err := Open(dir, Options{NoSync: true}, zap.NewNop())
	if err != nil {
		return err
	}
	for id, want := range acked {
		list, err := s.Ledger(t.Context(), id, 0, bolttest.Everything)
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
		if _, err := s.Commit(t.Context(), id, defs[id], game.Head{}, []game.Command{cmd}); err != nil {
			return err
		}
	}
	if err := s.Close(); err != nil {
		return err
	}
	reports, err := salvage.Check(dir)
	for _, r := range reports {
		err = errors.Join(err, r.Err)
	}
	return err
}

// TestFailingDisk: each thing that can fail fails; the commit is refused as
// unavailable, the next one succeeds, and the file is whole. It shows as well
// that bbolt syncs where the tape assumes it.
func TestFailingDisk(t *testing.T) {
	dir := t.TempDir()
	tp, opened := recording(t)
	s, err := Open(dir, Options{opened: opened}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	def := bolttest.Start(t, s, bolttest.Crowd(t, "crowd", 50))
	other := bolttest.Start(t, s, bolttest.Crowd(t, "other", 50))
	bolttest.Commit(t, s, "crowd", def, bolttest.Joining(bolttest.Player(0)))
	for i, f := range []failure{pageWrite, halfWrite, pageSync, metaWrite, metaSync} {
		cmd := bolttest.Claiming(bolttest.Player(0), fmt.Sprintf("c%d", i))
		cmd.Rev = def.Rev
		tp.fail = f
		if _, err := s.Commit(t.Context(), "crowd", def, game.Head{}, []game.Command{cmd}); !errors.Is(err, game.ErrUnavailable) || tp.fired[f] != 1 {
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
		bolttest.Commit(t, s, "other", other, bolttest.Joining(bolttest.Player(i)))
		res := bolttest.Commit(t, s, "crowd", def, cmd)
		// Something may be there only if the meta page was written.
		if res.Replies[0].Outcome != game.OutAwarded || (res.Replies[0].Replay && f != metaSync) {
			t.Fatalf("%s: %+v", f, res)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	tp.close()
	if reports, err := salvage.Check(dir); err != nil || reports[0].Err != nil || reports[1].Err != nil || reports[0].Entries != 8 {
		t.Fatal(reports, err)
	}
}
