package actor_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/storetest"
)

// TestPurgedHuntIsNotPutBack: a node that still knows a hunt which lay in the bin
// for long does not take its end for a loss; one that was lost before is put back.
func TestPurgedHuntIsNotPutBack(t *testing.T) {
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		after   time.Duration
		restart bool
		stays   bool
	}{
		"known in memory":     {31 * day, false, false},
		"remembered on disk":  {31 * day, true, false},
		"lost while it could": {29 * day, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "memory")
				ref := storetest.NewReference(clock)
				begin := func() *lossy {
					l := &lossy{ref: ref, node: prepare(t, ref, func(o *actor.Options) { o.Remember, o.Look = dir, time.Hour })}
					l.run()
					return l
				}
				l := begin()
				l.open(healFile)
				l.join("p")
				if r := l.do(game.Command{Type: game.CmdDelete, ID: "d-1", By: "organizer"}); r.Outcome != game.OutDone {
					t.Fatalf("%+v", r)
				}
				if c.restart {
					l.stop()
				}
				time.Sleep(c.after)
				lose(t, ref, !c.stays)
				if c.restart {
					l = begin()
				}
				time.Sleep(2 * time.Hour)
				if _, err := ref.Load(t.Context(), "h"); errors.Is(err, game.ErrUnknownHunt) == c.stays {
					t.Errorf("the store says %v", err)
				}
				if _, err := os.Stat(filepath.Join(dir, "h.ndjson")); (err == nil) != c.stays {
					t.Errorf("what the node remembers: %v", err)
				}
				// The id is free again.
				if r := l.do(game.Command{Type: game.CmdDefine, Definition: parse(t, healFile)}); !c.stays && (r.Outcome != game.OutDone || r.Rev != 1) {
					t.Errorf("a new hunt: %+v", r)
				}
				l.stop()
			})
		})
	}
}

// lose takes the hunt out of the store: purged, or by accident.
func lose(t *testing.T, ref *storetest.Reference, purged bool) {
	t.Helper()
	if !purged {
		ref.Forget("h", storetest.Past{})
		return
	}
	if err := ref.Purge(t.Context(), "h", clock()-game.BinTime); err != nil {
		t.Fatal(err)
	}
}
