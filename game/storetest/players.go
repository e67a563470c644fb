package storetest

import (
	"slices"
	"testing"

	"veltrix/game"
)

func badges(t *testing.T, open Open) {
	w := opened(t, open, badged, "ada")
	// 150 for gate; starter 5, night-owl 20, rich 80 (points ≥ 120): 255, and so
	// richer (points ≥ 200), which stands before rich, in the next pass: 262.
	r := w.done(w.right("ada", "gate"))
	w.want(r, game.Reply{
		Outcome: game.OutAwarded, Seq: 4, At: epoch0, Points: 150, Bonus: 50, Total: 262,
		Badges: []string{"starter", "night-owl", "rich", "richer"},
	})
	for _, n := range w.ledger()[4:8] {
		if n.Type != game.Badged || n.ID != w.ledger()[3].ID || n.Challenge != "gate" || n.Player != "ada" {
			t.Fatalf("badge entry %+v", n)
		}
	}
	r = w.done(w.right("ada", "well")) // pioneer, quick (within a minute), both
	if !slices.Equal(r.Badges, []string{"pioneer", "quick", "both"}) || r.Total != 262+100+1+2 {
		t.Fatalf("%+v", r)
	}
	r = w.done(w.right("ada", "easy")) // runner, one-of
	if !slices.Equal(r.Badges, []string{"runner", "one-of"}) {
		t.Fatalf("%+v", r)
	}
	if row := w.rows(false)[0]; row.Badges != 9 || row.Solved != 3 || row.Tie != w.entrant("ada").Awards["easy"].Seq {
		t.Fatalf("%+v", row)
	}
	// An adjustment earns them too, and a badge that was taken back comes again.
	w.done(w.revoke("ada", "", "rich"))
	adjust := w.adjust("ada", 1000)
	r = w.done(adjust)
	if !slices.Equal(r.Badges, []string{"rich", "late-rich"}) {
		t.Fatalf("%+v", r)
	}
	r.Replay = true
	w.want(w.one(adjust), r)
	if r.Total != w.entrant("ada").Total {
		t.Fatalf("total %d, entrant has %d", r.Total, w.entrant("ada").Total)
	}
}

func badgesWithin(t *testing.T, open Open) {
	w := opened(t, open, badged, "ada", "bob")
	w.done(w.right("ada", "easy"))
	w.done(w.right("bob", "easy"))
	w.pass(minute)
	w.done(w.right("ada", "easier"))
	w.pass(1)
	w.done(w.right("bob", "easier"))
	if _, has := w.entrant("ada").Badges["quick"]; !has {
		t.Fatal("a minute after joining is within a minute")
	}
	if _, has := w.entrant("bob").Badges["quick"]; has {
		t.Fatal("more than a minute after joining")
	}
}

func streak(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	want := func(n int64) {
		t.Helper()
		if got := w.entrant("ada").Streak; got != n {
			t.Fatalf("streak %d, want %d", got, n)
		}
	}
	w.done(w.right("ada", "gate"))
	w.done(w.right("ada", "easy"))
	want(2)
	w.done(w.grant("ada", "well", ""))
	want(2) // a grant is not a right claim
	w.one(w.wrong("ada", "easier", "x"))
	want(0)
	w.one(w.wrong("ada", "easier", "x")) // the same answer costs nothing
	w.done(w.right("ada", "easier"))
	want(1)
	claim := w.photo("ada", "look")
	w.one(claim)
	want(1)
	w.done(w.review(claim.ID, "ada", true))
	want(2)
}

func event(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	one, two, three := w.event("ada"), w.event("ada"), w.event("ada")
	w.want(w.one(one), game.Reply{Outcome: game.OutPending, At: epoch0, Count: 1})
	w.want(w.one(one), game.Reply{Outcome: game.OutPending, Replay: true, Count: 1})
	w.want(w.one(two), game.Reply{Outcome: game.OutPending, At: epoch0, Count: 2})
	w.want(w.one(one), game.Reply{Outcome: game.OutPending, Replay: true, Count: 2})
	got := w.done(three)
	w.want(got, game.Reply{Outcome: game.OutAwarded, Seq: 4, At: epoch0, Points: 60, Total: 60})
	if n := w.ledger()[3]; n.ID != three.ID || n.Player != "ada" {
		t.Fatalf("entry %+v", n)
	}
	got.Replay = true
	w.want(w.one(three), got)
	w.want(w.one(one), game.Reply{Outcome: game.OutAlready, Seq: 4, At: epoch0, Points: 60, Total: 60, Right: true})
	w.refused(w.event("eve"), game.CodeNotJoined, "")
	w.done(w.phase(game.Paused))
	w.done(w.join("bob"))
	w.want(w.one(w.event("bob")), game.Reply{Outcome: game.OutClosed})
}

func hints(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	refused := game.Reply{Outcome: game.OutRefused, Code: game.CodeForbidden, Why: game.WhyLocked, Requires: []string{"gate"}}
	w.want(w.one(w.hint("ada", "h2")), refused)
	w.done(w.right("ada", "gate"))
	refused.Requires = []string{"h1"}
	w.want(w.one(w.hint("ada", "h2")), refused)
	w.refused(w.hint("eve", "h1"), game.CodeNotJoined, "")
	w.refused(w.hint("ada", "h9"), game.CodeUnknownHint, "")
	bad := w.hint("ada", "h1")
	bad.Challenge = "no-such"
	w.refused(bad, game.CodeUnknownChallenge, "")

	tie := w.entrant("ada").Tie
	got := w.done(w.hint("ada", "h1"))
	w.want(got, game.Reply{Outcome: game.OutDone, Seq: 5, At: epoch0, Points: -10, Total: 140, Rev: 1})
	w.done(w.adjust("ada", -130))
	got.Replay = true
	w.want(w.one(w.hint("ada", "h1")), got) // a team-mate with another id pays nothing
	w.refused(w.hint("ada", "h2"), game.CodeInsufficientPoints, "")
	w.done(w.adjust("ada", -100))
	w.done(w.hint("ada", "free"))
	e := w.entrant("ada")
	if e.Tie != tie || e.Total != -90 || e.Hints["tower/h1"].Cost != 10 || e.Hints["tower/h1"].Total != 140 {
		t.Fatalf("%+v", e)
	}
	w.done(w.phase(game.Paused))
	w.refused(w.hint("ada", "h2"), game.CodeClosed, "")
}

func reviews(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada", "bob")
	first, other := w.photo("ada", "look"), w.photo("bob", "here")
	w.want(w.one(first), game.Reply{Outcome: game.OutPending, Seq: 5, At: epoch0})
	w.pass(second)
	w.want(w.one(first), game.Reply{Outcome: game.OutPending, Seq: 5, At: epoch0, Replay: true})
	w.want(w.one(w.photo("ada", "another")), game.Reply{Outcome: game.OutPending, Seq: 5, At: epoch0})
	w.one(other)

	waiting := func(want ...game.Review) {
		t.Helper()
		list, err := w.store.Reviews(w.context(), w.hunt)
		if err != nil {
			t.Fatal(err)
		}
		if d := difference(want, list); d != "" {
			t.Fatalf("reviews%s", d)
		}
	}
	a := game.Review{ID: first.ID, Entrant: "ada", Player: "ada", Challenge: "photo", Note: "look", At: epoch0, Seq: 5}
	b := game.Review{ID: other.ID, Entrant: "bob", Player: "bob", Challenge: "photo", Note: "here", At: epoch0 + second, Seq: 6}
	waiting(a, b)
	w.refused(w.review(w.id(), "ada", true), game.CodeUnknownClaim, "")
	w.refused(w.review(first.ID, "bob", true), game.CodeUnknownClaim, "")
	w.refused(w.review(first.ID, "eve", true), game.CodeUnknownEntrant, "")

	w.want(w.one(w.review(first.ID, "ada", false)), game.Reply{Outcome: game.OutWrong, At: epoch0 + second, Left: 1})
	waiting(b)
	w.refused(w.review(first.ID, "ada", false), game.CodeUnknownClaim, "")
	w.want(w.one(first), game.Reply{Outcome: game.OutWrong, At: epoch0 + second, Left: 1, Replay: true})

	w.done(w.phase(game.Closed)) // deciding is not playing
	got := w.done(w.review(other.ID, "bob", true))
	w.want(got, game.Reply{Outcome: game.OutAwarded, Seq: 9, At: epoch0 + second, Points: 40, Total: 40})
	got.Replay = true
	w.want(w.one(w.review(other.ID, "bob", true)), got)
	w.want(w.one(other), got)
	waiting()
	if n := w.ledger()[8]; n.By != "olga" || n.Player != "bob" || n.Reason != "seen" || n.ID != other.ID || n.Since != 6 || n.Tie != 6 {
		t.Fatalf("entry %+v", n)
	}
}

// reviewSameID: a claim's id counts within its entrant and challenge.
func reviewSameID(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada", "bob")
	first := w.photo("ada", "mine")
	second := first
	second.Entrant, second.Player, second.Note = "bob", "bob", "mine too"
	w.one(first)
	w.one(second)
	list, err := w.store.Reviews(w.context(), w.hunt)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d claims wait: %v", len(list), err)
	}
	w.done(w.review(first.ID, "ada", true))
	list, err = w.store.Reviews(w.context(), w.hunt)
	if err != nil || len(list) != 1 || list[0].Entrant != "bob" {
		t.Fatalf("%+v wait: %v", list, err)
	}
	w.done(w.review(first.ID, "bob", true))
}
