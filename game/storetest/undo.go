package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"veltrix/game"
)

func (w *world) rename(entrant, name, looks string) game.Command {
	return game.Command{Type: game.CmdRename, ID: w.id(), Entrant: entrant, Name: name, Looks: looks, By: "olga", Reason: "rude"}
}

func (w *world) bin(lifted bool) game.Command {
	return game.Command{Type: game.CmdDelete, ID: w.id(), Lift: lifted, By: "olga", Reason: "over"}
}

// reopen opens a closed hunt until a time, ms after epoch0; 0 for none.
func (w *world) reopen(closes int64) game.Command {
	cmd := w.phase(game.Open)
	cmd.SetCloses = true
	if closes != 0 {
		cmd.Closes = epoch0 + closes
	}
	return cmd
}

// renamed: a name changes on the board, also while it is frozen.
func renamed(t *testing.T, open Open) {
	w := opened(t, open, plain)
	for _, p := range []string{"ada", "bob"} {
		join := w.join(p)
		join.Looks = "name of " + p
		w.done(join)
	}
	w.done(w.freeze(game.FreezeOn))
	w.refused(w.rename("eve", "Eve", "eve"), game.CodeUnknownEntrant, "")
	w.refused(w.rename("ada", "Name of BOB", "name of bob"), game.CodeConflict, game.WhyName)
	cmd := w.rename("ada", "Ada L.", "ada l")
	got := w.done(cmd)
	got.Replay = true
	w.want(w.one(cmd), got)
	w.done(w.rename("ada", "ADA L.", "ada l")) // its own name is no other's
	for _, frozen := range []bool{false, true} {
		if row := w.rows(frozen)[0]; row.Entrant != "ada" || row.Name != "ADA L." {
			t.Fatalf("%+v", row)
		}
	}
	if e := w.entrant("ada"); e.Name != "ADA L." || e.Looks != "ada l" {
		t.Fatalf("%+v", e)
	}
	w.done(w.rename("bob", "Name of Ada", "name of ada")) // the old name is free
}

// openedAgain: a closed hunt opens again; the time in which it was closed is a
// pause. Where its end has passed somebody has to say another one.
func openedAgain(t *testing.T, open Open) {
	w := defined(t, open, scheduled) // opens at 1m, closes at 40m
	w.pass(minute)
	w.done(w.join("ada"))
	w.one(w.wrong("ada", "well", "x"))
	w.pass(39 * minute)
	w.commit(game.Command{Type: game.CmdAdvance})
	if sum := w.load(); sum.Phase != game.Closed || sum.ClosedAt != epoch0+40*minute {
		t.Fatalf("%+v", sum)
	}
	w.pass(20 * minute)
	w.refused(w.phase(game.Open), game.CodeConflict, game.WhyCloses)
	w.refused(w.reopen(59*minute), game.CodeConflict, game.WhyCloses)
	w.refused(w.reopen(60*minute), game.CodeConflict, game.WhyCloses)
	w.done(w.reopen(70 * minute))
	sum := w.load()
	if sum.Phase != game.Open || sum.ClosedAt != 0 || sum.Shift != 20*minute || sum.ClosesAt != epoch0+50*minute || sum.OpenedAt != epoch0+minute {
		t.Fatalf("%+v", sum)
	}
	w.pass(10*minute - 1)
	w.done(w.right("ada", "well"))
	w.pass(1)
	w.want(w.one(w.right("ada", "easy")), game.Reply{Outcome: game.OutClosed})
	w.pass(5 * minute)
	never := w.reopen(0)
	got := w.done(never)
	if sum = w.load(); sum.ClosesAt != 0 || sum.Shift != 25*minute {
		t.Fatalf("%+v", sum)
	}
	got.Replay = true
	w.want(w.one(never), got)
	never.SetCloses = false
	w.refused(never, game.CodeConflict, game.WhyReused)
	w.pass(300 * minute)
	w.done(w.right("ada", "easy"))
}

// openedAfterPause: a hunt that closed during a pause was paused all the time.
func openedAfterPause(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	w.pass(minute)
	w.done(w.phase(game.Paused))
	w.pass(minute)
	w.done(w.phase(game.Closed))
	w.pass(minute)
	w.done(w.phase(game.Open)) // no closes: none has passed
	if sum := w.load(); sum.Shift != 2*minute || sum.PausedAt != 0 || sum.ClosedAt != 0 {
		t.Fatalf("%+v", sum)
	}
	w.pass(9*minute - 1)
	w.want(w.one(w.right("ada", "dawn")), game.Reply{Outcome: game.OutClosed})
	w.pass(1)
	w.done(w.right("ada", "dawn"))
}

// placesTakenBack: a badge for a place goes back when the hunt opens again, and is
// given to whoever is there at the next closing.
func placesTakenBack(t *testing.T, open Open) {
	w := opened(t, open, falling, "ada", "bob")
	w.done(w.adjust("ada", 10))
	tie := w.entrant("ada").Tie
	res := w.commit(w.phase(game.Closed))
	if len(res.Entries) != 2 || res.Entries[1].Entrant != "ada" || res.Entries[1].Badge != "best" || res.Entries[1].Place != 1 {
		t.Fatalf("%+v", res.Entries)
	}
	w.board(false, "ada 11", "bob 0")
	res = w.commit(w.phase(game.Open))
	back := res.Entries[len(res.Entries)-1]
	if len(res.Entries) != 2 || back.Type != game.Revoked || back.Entrant != "ada" || back.Badge != "best" ||
		back.Points != -1 || back.Total != 10 || back.By != "" || back.ID != "" || back.Tie != tie {
		t.Fatalf("%+v", res.Entries)
	}
	w.done(w.adjust("bob", 20))
	w.done(w.phase(game.Closed))
	w.board(false, "bob 21", "ada 10")
	// One that an organizer took back already is not taken twice.
	w.done(w.revoke("bob", "", "best"))
	if res = w.commit(w.phase(game.Open)); len(res.Entries) != 1 {
		t.Fatalf("%+v", res.Entries)
	}
	// A badge that was granted by hand is for no place, and stays.
	w.done(w.grant("ada", "", "best"))
	w.done(w.phase(game.Closed))
	w.done(w.phase(game.Open))
	w.board(false, "bob 20", "ada 11")
}

// fileOpensNothing: applying a file never opens a closed hunt.
func fileOpensNothing(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	w.done(w.phase(game.Closed))
	w.define(scheduled(w.hunt))
	w.pass(5 * minute) // past opens, before closes
	if res := w.commit(game.Command{Type: game.CmdAdvance}); len(res.Entries) != 0 {
		t.Fatalf("%+v", res.Entries)
	}
	if sum := w.load(); sum.Phase != game.Closed || sum.OpensAt != epoch0+minute || sum.ClosesAt != epoch0+40*minute {
		t.Fatalf("%+v", sum)
	}
	w.want(w.one(w.right("ada", "easy")), game.Reply{Outcome: game.OutClosed})
	w.done(w.phase(game.Open)) // by hand, it does
	w.done(w.right("ada", "easy"))
}

// planStays: what a file does not change of the plan stays as it was set by hand.
func planStays(t *testing.T, open Open) {
	w := defined(t, open, scheduled)
	w.pass(minute)
	w.done(w.join("ada"))
	w.done(game.Command{Type: game.CmdExtend, ID: w.id(), Minutes: 5, By: "olga"})
	w.define(strings.Replace(scheduled(w.hunt), "title: Plain", "title: Plainer", 1))
	if sum := w.load(); sum.ClosesAt != epoch0+45*minute {
		t.Fatalf("%+v", sum)
	}
	w.define(strings.Replace(scheduled(w.hunt), "closes: "+stamp(40*minute), "closes: "+stamp(50*minute), 1))
	if sum := w.load(); sum.ClosesAt != epoch0+50*minute {
		t.Fatalf("%+v", sum)
	}
}

// binned: a hunt in the bin is there for nothing but being taken out of it.
func binned(t *testing.T, open Open) {
	w := defined(t, open, scheduled)
	w.pass(minute)
	w.done(w.join("ada"))
	claim := w.photo("ada", "see")
	w.one(claim)
	w.refused(w.bin(true), game.CodeConflict, game.WhyHasNot)
	w.pass(minute)
	cmd := w.bin(false)
	got := w.done(cmd)
	got.Replay = true
	w.want(w.one(cmd), got)
	w.refused(w.bin(false), game.CodeConflict, game.WhyHas)
	if sum := w.load(); sum.DeletedAt != epoch0+2*minute || sum.Phase != game.Open {
		t.Fatalf("%+v", sum)
	}
	for _, c := range []game.Command{
		w.join("bob"), w.join("ada"), w.right("ada", "easy"), claim, w.event("ada"), w.hint("ada", "h1"), w.adjust("ada", 1),
		w.revoke("ada", "easy", ""), w.grant("ada", "easy", ""), w.review(claim.ID, "ada", true), w.phase(game.Paused),
		w.freeze(game.FreezeOn), w.ban("ada"), w.hide("ada"), w.rename("ada", "A", "a"),
		{Type: game.CmdAnnounce, ID: w.id(), Text: "Hello", By: "olga"},
		{Type: game.CmdDivide, ID: w.id(), Entrant: "ada", By: "olga"},
		{Type: game.CmdMove, ID: w.id(), Player: "ada", By: "olga"},
		{Type: game.CmdExtend, ID: w.id(), Minutes: 1, By: "olga"},
		{Type: game.CmdSkip, ID: w.id(), Challenge: "easy", By: "olga"},
		{Type: game.CmdStart, ID: w.id(), Entrant: "ada", Player: "ada"},
	} {
		w.refused(c, game.CodeUnknownHunt, "")
	}
	r := w.one(game.Command{Type: game.CmdDefine, Definition: parse(t, plain(w.hunt)), By: "olga"})
	w.want(r, game.Reply{Outcome: game.OutRefused, Code: game.CodeConflict, Why: game.WhyBin})
	w.pass(60 * minute) // past freeze and closes
	if res := w.commit(game.Command{Type: game.CmdAdvance}); len(res.Entries) != 0 {
		t.Fatalf("the schedule moved a hunt in the bin: %+v", res.Entries)
	}
	if list, err := w.store.Hunts(w.context()); err != nil || !slices.Equal(list, []string{w.hunt}) {
		t.Fatalf("%v, %v", list, err)
	}
	w.done(w.bin(true))
	if sum := w.load(); sum.DeletedAt != 0 || sum.Shift != 60*minute || sum.Phase != game.Open || sum.Frozen {
		t.Fatalf("%+v", sum)
	}
	w.done(w.right("ada", "easy"))
	w.pass(28 * minute)
	w.commit(game.Command{Type: game.CmdAdvance})
	if !w.load().Frozen {
		t.Fatal("30 minutes of hunt time have passed")
	}
}

// binnedPaused: a pause goes on in the bin.
func binnedPaused(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	w.done(w.phase(game.Paused))
	w.pass(minute)
	w.done(w.bin(false))
	w.pass(minute)
	w.done(w.bin(true))
	w.pass(minute)
	w.done(w.phase(game.Open))
	if sum := w.load(); sum.Shift != 3*minute {
		t.Fatalf("%+v", sum)
	}
}

// purged: a hunt is gone for good if it lay in the bin for long enough, and no
// other one is.
func purged(t *testing.T, open Open) {
	w := opened(t, open, teams)
	for i := range 40 {
		id := commandID(int64(i))
		w.done(game.Command{Type: game.CmdJoin, Entrant: id, Player: "p" + id, Name: id, Member: "Me", Invite: id, Found: true, Admitted: true})
		claim := w.right("p"+id, "gate")
		claim.Entrant = id
		w.done(claim)
		claim = w.wrong("p"+id, "well", "x")
		claim.Entrant = id
		w.one(claim)
	}
	full, def := w.hunt, w.def
	w.hunt, w.def = "old-town-2", nil
	w.define(plain(w.hunt))
	w.done(w.phase(game.Open))
	w.done(w.join("ada"))
	rest, restDef := w.hunt, w.def
	there := func(want ...string) {
		t.Helper()
		if list, err := w.store.Hunts(w.context()); err != nil || !slices.Equal(list, want) {
			t.Fatalf("%q, want %q: %v", list, want, err)
		}
	}
	purge := func(id string, before int64) {
		t.Helper()
		if err := w.store.Purge(w.context(), id, before); err != nil {
			t.Fatal(err)
		}
	}
	purge("nowhere", epoch0+minute)
	purge(full, epoch0+minute) // it is not in the bin
	w.hunt, w.def = full, def
	w.pass(second)
	w.done(w.bin(false))
	purge(full, epoch0+second) // not before that time
	there(full, rest)
	if e := w.entrant(commandID(39)); e.Total != 105 {
		t.Fatalf("%+v", e)
	}
	w.done(w.bin(true))
	purge(full, epoch0+minute) // not any more
	there(full, rest)
	w.done(w.bin(false))
	purge(full, epoch0+second+1)
	there(rest)
	if _, err := w.store.Load(w.context(), full); !errors.Is(err, game.ErrUnknownHunt) {
		t.Fatal(err)
	}
	if _, err := w.store.Definition(w.context(), full, 1); !errors.Is(err, game.ErrUnknownHunt) {
		t.Fatal(err)
	}
	purge(full, epoch0+minute)
	w.hunt, w.def = rest, restDef
	w.board(false, "ada 0")
	w.done(w.right("ada", "easy"))
	// Its id begins anew.
	w.hunt, w.def = full, nil
	w.pass(second)
	w.define(teams(w.hunt))
	if sum := w.load(); sum.Seq != 1 || sum.Joined != 0 || sum.Entrants != 0 || len(sum.Tallies) != 0 || sum.DeletedAt != 0 {
		t.Fatalf("%+v", sum)
	}
	if rows := w.rows(false); len(rows) != 0 {
		t.Fatalf("%+v", rows)
	}
	if _, err := w.store.EntrantOf(w.context(), w.hunt, "p"+commandID(39)); !errors.Is(err, game.ErrUnknownEntrant) {
		t.Fatal(err)
	}
}
