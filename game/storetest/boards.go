package storetest

import (
	"slices"
	"testing"

	"veltrix/game"
	"veltrix/game/hunt"
)

// ties: of entrants with equal points the one that got there first ranks higher.
// A correction that raises the total comes as of now, unless it keeps the place.
func ties(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada", "bob", "cyd")
	w.board(false, "ada 0", "bob 0", "cyd 0")
	w.done(w.right("bob", "easy"))
	w.done(w.right("ada", "easy"))
	w.board(false, "bob 10", "ada 10", "cyd 0")
	w.done(w.adjust("bob", -1))
	w.board(false, "ada 10", "bob 9", "cyd 0")
	keep := w.adjust("bob", 1)
	keep.KeepPlace = true
	w.done(keep)
	w.board(false, "bob 10", "ada 10", "cyd 0")
	w.done(w.adjust("bob", -1))
	w.done(w.adjust("bob", 1))
	w.board(false, "ada 10", "bob 10", "cyd 0")
	w.done(w.adjust("cyd", 10))
	w.board(false, "ada 10", "bob 10", "cyd 10")
	w.done(w.adjust("cyd", -15))
	w.board(false, "ada 10", "bob 10", "cyd -5")
	w.done(w.adjust("ada", -hunt.MaxPoints-10))
	w.done(w.adjust("cyd", hunt.MaxPoints+5))
	w.board(false, "cyd 4194303", "bob 10", "ada -4194303")
}

func schedule(t *testing.T, open Open) {
	w := defined(t, open, scheduled)
	w.done(w.join("ada"))
	w.pass(minute - 1)
	w.want(w.one(w.right("ada", "gate")), game.Reply{Outcome: game.OutClosed})
	w.pass(1)
	res := w.commit(w.right("ada", "gate"))
	if len(res.Entries) != 6 || res.Entries[0].Type != game.Phased || res.Entries[0].By != game.Schedule ||
		res.Entries[0].Phase != game.Open || res.Entries[0].ID != "" || res.Replies[0].Seq != res.Entries[1].Seq {
		t.Fatalf("%+v", res)
	}
	if sum := w.load(); sum.OpenedAt != epoch0+minute {
		t.Fatalf("%+v", sum)
	}
	w.pass(29 * minute)
	res = w.commit(w.right("ada", "easy"))
	if sum := w.load(); !sum.Frozen || sum.FrozenSeq != res.Entries[0].Seq || sum.FrozenTallies["easy"].Solves != 0 {
		t.Fatalf("%+v", sum)
	}
	// After a reveal by hand the schedule does not freeze again.
	w.done(w.freeze(game.FreezeOff))
	w.pass(second)
	if res = w.commit(game.Command{Type: game.CmdAdvance}); len(res.Entries) != 0 || w.load().Frozen {
		t.Fatalf("%+v", res)
	}
	w.pass(10 * minute)
	res = w.commit(w.right("ada", "well"))
	w.want(res.Replies[0], game.Reply{Outcome: game.OutClosed})
	if sum := w.load(); sum.Phase != game.Closed || sum.ClosedAt != epoch0+40*minute+second {
		t.Fatalf("%+v", sum)
	}
}

// scheduleLate: what is overdue happens in order, one entry each.
func scheduleLate(t *testing.T, open Open) {
	w := defined(t, open, scheduled)
	w.done(w.join("ada"))
	w.done(w.adjust("ada", 10))
	w.pass(60 * minute)
	res := w.commit(game.Command{Type: game.CmdAdvance})
	var got []string
	for _, n := range res.Entries {
		s := string(n.Type) + " " + string(n.Phase) + n.Badge
		if n.Frozen {
			s += " frozen"
		}
		got = append(got, s)
	}
	want := []string{"phase open", "phase open frozen", "phase closed frozen"}
	if !slices.Equal(got, want) {
		t.Fatalf("want %q\ngot  %q", want, got)
	}
	w.want(res.Replies[0], game.Reply{Outcome: game.OutDone})
}

// pause: windows, cooldowns and the schedule go by hunt time.
func pause(t *testing.T, open Open) {
	w := defined(t, open, scheduled)
	w.pass(minute)
	w.done(w.join("ada"))
	w.one(w.wrong("ada", "well", "x"))
	w.pass(second)
	w.done(w.phase(game.Paused))
	w.want(w.one(w.right("ada", "gate")), game.Reply{Outcome: game.OutClosed})
	if sum := w.load(); sum.PausedAt != epoch0+minute+second {
		t.Fatalf("%+v", sum)
	}
	w.pass(60 * minute)
	if res := w.commit(game.Command{Type: game.CmdAdvance}); len(res.Entries) != 0 {
		t.Fatalf("the schedule moved a paused hunt: %+v", res.Entries)
	}
	w.done(w.phase(game.Open))
	w.want(w.one(w.right("ada", "well")), game.Reply{Outcome: game.OutCooldown, RetryAfter: 4 * second})
	if sum := w.load(); sum.PausedAt != 0 || sum.Shift != 60*minute || w.now.Load()-sum.Shift != epoch0+minute+second {
		t.Fatalf("%+v", sum)
	}
	w.want(w.one(w.right("ada", "dawn")), game.Reply{Outcome: game.OutClosed})
	w.pass(9 * minute)
	w.done(w.right("ada", "dawn"))
	w.pass(20 * minute)
	w.commit(game.Command{Type: game.CmdAdvance})
	if !w.load().Frozen {
		t.Fatal("not frozen")
	}
	w.pass(10*minute - 2*second)
	w.commit(game.Command{Type: game.CmdAdvance})
	if p := w.load().Phase; p != game.Open {
		t.Fatal(p)
	}
	w.pass(second)
	w.commit(game.Command{Type: game.CmdAdvance})
	if p := w.load().Phase; p != game.Closed {
		t.Fatal(p)
	}
}

func freeze(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada", "bob", "cyd")
	w.done(w.right("ada", "gate"))
	w.done(w.freeze(game.FreezeOn))
	at := w.load().Seq
	w.board(true, "ada 150", "bob 0", "cyd 0")
	w.done(w.right("bob", "gate"))
	w.done(w.right("bob", "tower"))
	w.done(w.join("dan"))
	w.done(w.adjust("ada", -200))
	w.done(w.hint("bob", "h1"))
	w.board(false, "bob 620", "cyd 0", "dan 0", "ada -50")
	w.board(true, "ada 150", "bob 0", "cyd 0")
	_, seq, err := w.store.Rows(w.context(), w.hunt, true)
	if err != nil || seq != at {
		t.Fatalf("frozen rows of seq %d, want %d: %v", seq, at, err)
	}
	if _, seq, err = w.store.Rows(w.context(), w.hunt, false); err != nil || seq != w.load().Seq {
		t.Fatalf("rows of seq %d: %v", seq, err)
	}
	sum := w.load()
	if sum.FrozenSeq != at || sum.FrozenTallies["gate"].Solves != 1 || sum.Tallies["gate"].Solves != 2 || sum.Entrants != 4 {
		t.Fatalf("%+v", sum)
	}
	w.done(w.ban("cyd"))
	w.board(true, "ada 150", "bob 0")
	w.done(w.freeze(game.FreezeOff))
	w.board(true, "bob 620", "dan 0", "ada -50")
	if sum = w.load(); sum.Frozen || sum.FrozenSeq != 0 || sum.FrozenTallies != nil {
		t.Fatalf("%+v", sum)
	}
	// Frozen again, it is the board of now.
	w.done(w.freeze(game.FreezeOn))
	w.done(w.adjust("dan", 1000))
	w.board(true, "bob 620", "dan 0", "ada -50")
}

func closing(t *testing.T, open Open) {
	w := opened(t, open, badged, "ada", "bob", "cyd", "dan")
	w.done(w.right("bob", "gate"))   // 150 + 5 + 20 + 80 + 7
	w.done(w.right("ada", "easy"))   // 10 + 5
	w.done(w.right("cyd", "gate"))   // 130 + 5 + 20 + 80 + 7
	w.done(w.adjust("bob", 500))     // 762
	w.done(w.adjust("ada", 950))     // 965 + 80 + 7 = 1052, so late-rich: 1053
	w.done(w.right("bob", "easier")) // two solves
	before := w.rows(false)
	res := w.commit(w.phase(game.Closed))
	var got []string
	for _, n := range res.Entries[1:] {
		if n.ID != "" || n.By != "" || n.Player != "" {
			t.Fatalf("%+v", n)
		}
		got = append(got, n.Entrant+" "+n.Badge)
	}
	// ada has one solve and is no winner; bob is second.
	if want := []string{"ada podium", "bob podium"}; !slices.Equal(got, want) {
		t.Fatalf("want %q, got %q; board before: %+v", want, got, before)
	}
	if sum := w.load(); sum.Phase != game.Closed || sum.ClosedAt != epoch0 {
		t.Fatalf("%+v", sum)
	}
	w.want(w.one(w.right("ada", "gate")), game.Reply{Outcome: game.OutClosed})
}

// timeNeverGoesBack: after a clock was set back, no entry is older than the one
// before it.
func timeNeverGoesBack(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	w.pass(minute)
	w.done(w.right("ada", "gate"))
	w.pass(-30 * second)
	if r := w.done(w.right("ada", "easy")); r.At != epoch0+minute {
		t.Fatalf("%+v", r)
	}
	w.pass(45 * second)
	if r := w.done(w.right("ada", "easier")); r.At != epoch0+minute+15*second {
		t.Fatalf("%+v", r)
	}
}

func advance(t *testing.T, open Open) {
	w := opened(t, open, plain)
	head := w.load().Seq
	w.pass(second)
	res := w.commit(game.Command{Type: game.CmdAdvance})
	w.want(res.Replies[0], game.Reply{Outcome: game.OutDone})
	if len(res.Entries) != 0 || res.Seq != head || res.Now != epoch0+second || res.Rev != 1 || res.Epoch != w.load().Epoch {
		t.Fatalf("%+v", res)
	}
}
