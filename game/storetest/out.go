package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"veltrix/game"
)

// falling has a challenge that falls by 10 for each solver.
var falling = titled(`challenges:
  - {id: fall, title: Fall, points: {initial: 100, minimum: 50, decay: 10, function: linear}, bonus: [20, 10], proof: {text: fall-answer}}
  - {id: easy, title: Easy, points: 5, proof: {text: easy-answer}}
badges:
  - {id: best, title: Best, points: 1, when: {place: 1}}
`)

func (w *world) hide(entrant string) game.Command {
	return game.Command{Type: game.CmdHide, ID: w.id(), Entrant: entrant, By: "olga", Reason: "staff"}
}

func lift(cmd game.Command, id string) game.Command {
	cmd.ID, cmd.Lift = id, true
	return cmd
}

// fallen expects the tally of the challenge that falls.
func (w *world) fallen(solves, given int64) {
	w.Helper()
	if got := w.load().Tallies["fall"]; got != (game.Tally{Solves: solves, Given: given}) {
		w.Fatalf("the tally is %+v, want %d solves of %d given", got, solves, given)
	}
}

// outWorth: nothing of banned and hidden entrants counts for what a challenge is
// worth, nor for its first solve and bonus. Lifted, it counts again.
func outWorth(t *testing.T, open Open) {
	w := opened(t, open, falling, "t1", "t2", "t3", "t4", "t5", "ada", "bob")
	for i, want := range []int64{120, 100, 80, 70, 60} { // 100+20, 90+10, 80, 70, 60
		if r := w.done(w.right([]string{"t1", "t2", "t3", "t4", "t5"}[i], "fall")); r.Points != want {
			t.Fatalf("solver %d got %d, want %d", i, r.Points, want)
		}
	}
	w.done(w.revoke("t4", "fall", ""))
	w.fallen(4, 5)
	for _, id := range []string{"t1", "t2", "t3", "t4"} {
		w.done(w.ban(id))
	}
	w.done(w.hide("t5"))
	w.fallen(0, 0)
	if n := w.load().Entrants; n != 2 {
		t.Fatalf("%d entrants", n)
	}
	all := w.ledger()
	if n := all[len(all)-2]; n.Type != game.Banned || n.Awards != "-fall" {
		t.Fatalf("%+v", n)
	}
	if n := all[len(all)-1]; n.Type != game.Hidden || n.Awards != "fall" {
		t.Fatalf("%+v", n)
	}
	r := w.done(w.right("ada", "fall"))
	if r.Points != 120 || r.Bonus != 20 || w.entrant("ada").Firsts != 1 {
		t.Fatalf("the first who counts: %+v", r)
	}
	w.fallen(1, 1)
	for _, id := range []string{"t1", "t2", "t3", "t4"} {
		w.done(lift(w.ban(id), w.id()))
	}
	w.fallen(4, 5) // t4 had it once
	w.done(lift(w.hide("t5"), w.id()))
	w.fallen(5, 6)
	if e := w.entrant("t1"); e.Firsts != 1 || e.Total != 120 { // what was given stays
		t.Fatalf("%+v", e)
	}
	r = w.done(w.right("bob", "fall"))
	if r.Points != 50 || r.Bonus != 0 || w.entrant("bob").Firsts != 0 {
		t.Fatalf("after five who count: %+v", r)
	}
}

// outBoard: they are on no board, and get no badge for a place.
func outBoard(t *testing.T, open Open) {
	three := func(id string) string { return strings.Replace(falling(id), "place: 1", "place: 3", 1) }
	w := opened(t, open, three, "ada", "bob", "cyd")
	w.done(w.adjust("ada", 50))
	w.done(w.adjust("bob", 40))
	w.done(w.adjust("cyd", 30))
	w.done(w.freeze(game.FreezeOn))
	w.done(w.hide("ada"))
	w.done(w.ban("bob"))
	w.board(false, "cyd 30")
	w.board(true, "cyd 30")
	rows := w.rows(false)
	if len(rows) != 3 || rows[0].Out || rows[1].Entrant != "ada" || !rows[1].Out || !rows[2].Out || rows[2].Points != 40 {
		t.Fatalf("%+v", rows)
	}
	w.done(lift(w.ban("bob"), w.id()))
	w.board(true, "bob 40", "cyd 30")
	w.done(w.freeze(game.FreezeOff))
	res := w.commit(w.phase(game.Closed))
	var got []string
	for _, n := range res.Entries[1:] {
		got = append(got, fmt.Sprint(n.Entrant, " ", n.Badge, " ", n.Place))
	}
	if want := []string{"bob best 1", "cyd best 2"}; !slices.Equal(got, want) { // ada has no place
		t.Fatalf("%q, want %q", got, want)
	}
}

// outPlays: a hidden entrant plays on, out of all that counts.
func outPlays(t *testing.T, open Open) {
	w := opened(t, open, falling, "ada", "bob")
	w.done(w.hide("ada"))
	r := w.done(w.right("ada", "fall"))
	if r.Points != 120 || w.entrant("ada").Firsts != 0 {
		t.Fatalf("%+v", r)
	}
	w.fallen(0, 0)
	if r = w.done(w.right("bob", "fall")); r.Points != 120 || w.entrant("bob").Firsts != 1 {
		t.Fatalf("%+v", r)
	}
	w.done(w.ban("ada")) // it is out already
	if n := w.ledger()[w.load().Seq-1]; n.Awards != "" {
		t.Fatalf("%+v", n)
	}
	w.done(lift(w.hide("ada"), w.id()))
	w.fallen(1, 1)
	w.done(lift(w.ban("ada"), w.id()))
	w.fallen(2, 2)
	if n := w.ledger()[w.load().Seq-1]; n.Type != game.Unbanned || n.Awards != "fall" {
		t.Fatalf("%+v", n)
	}
	w.board(false, "ada 120", "bob 120")
}

// outLifted: hiding and banning are undone, once.
func outLifted(t *testing.T, open Open) {
	w := opened(t, open, falling, "ada")
	for _, cmd := range []game.Command{w.ban("ada"), w.hide("ada")} {
		w.refused(lift(cmd, w.id()), game.CodeConflict, game.WhyHasNot)
		w.done(cmd)
		again := cmd
		again.ID = w.id()
		w.refused(again, game.CodeConflict, game.WhyHas)
		back := lift(cmd, w.id())
		got := w.done(back)
		got.Replay = true
		w.want(w.one(back), got)
		back.Lift = false
		w.refused(back, game.CodeConflict, game.WhyReused)
		w.refused(lift(cmd, w.id()), game.CodeConflict, game.WhyHasNot)
	}
	w.done(w.ban("ada"))
	w.refused(w.right("ada", "easy"), game.CodeForbidden, game.WhyBanned)
	w.done(lift(w.ban("ada"), w.id()))
	w.done(w.right("ada", "easy"))
	w.board(false, "ada 5")
}
