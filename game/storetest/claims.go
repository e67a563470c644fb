package storetest

import (
	"testing"

	"veltrix/game"
)

func claimAward(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada", "bob")
	first := w.right("ada", "gate")
	got := w.done(first)
	w.want(got, game.Reply{Outcome: game.OutAwarded, Seq: 5, At: epoch0, Points: 150, Bonus: 50, Total: 150})

	w.pass(second)
	got.Replay = true
	w.want(w.one(first), got) // the same id from another device

	again := w.right("ada", "gate")
	already := game.Reply{Outcome: game.OutAlready, Seq: 5, At: epoch0, Points: 150, Bonus: 50, Total: 150, Right: true}
	w.want(w.one(again), already)
	w.want(w.one(again), already)
	already.Right = false
	w.want(w.one(w.wrong("ada", "gate", "x")), already)

	w.want(w.done(w.right("bob", "gate")), game.Reply{
		Outcome: game.OutAwarded, Seq: 6, At: epoch0 + second, Points: 130, Bonus: 30, Total: 130,
	})
	n := w.ledger()[4]
	n.Nonce = ""
	if d := difference(game.Entry{
		Epoch: w.load().Epoch, Seq: 5, At: epoch0, Type: game.Awarded, Entrant: "ada", Player: "ada", Challenge: "gate",
		Points: 150, Bonus: 50, Total: 150, Tie: 5, ID: first.ID,
	}, n); d != "" {
		t.Fatalf("entry%s", d)
	}
	e := w.entrant("ada")
	if e.Total != 150 || e.Solves != 1 || e.Firsts != 1 || e.Streak != 1 || e.Tie != 5 || !e.Awards["gate"].First {
		t.Fatalf("entrant %+v", e)
	}
}

func claimRefused(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada", "bob")
	w.refused(w.right("eve", "gate"), game.CodeNotJoined, "")
	w.refused(w.right("ada", "no-such"), game.CodeUnknownChallenge, "")
	w.done(w.ban("bob"))
	w.refused(w.right("bob", "gate"), game.CodeForbidden, game.WhyBanned)
}

func claimWrong(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	w.done(w.right("ada", "gate"))
	first := w.wrong("ada", "tower", "a")
	wrong := game.Reply{Outcome: game.OutWrong, At: epoch0, Left: 2, RetryAfter: 10 * second}
	w.want(w.one(first), wrong)
	head := w.load().Seq

	w.pass(11 * second)
	w.want(w.one(w.wrong("ada", "tower", "b")), game.Reply{
		Outcome: game.OutWrong, At: epoch0 + 11*second, Left: 1, RetryAfter: 10 * second,
	})
	w.pass(11 * second)
	wrong.Replay = true
	w.want(w.one(first), wrong) // as it was
	w.want(w.one(w.wrong("ada", "tower", "c")), game.Reply{
		Outcome: game.OutWrong, At: epoch0 + 22*second, Left: 0, RetryAfter: 10 * second,
	})
	w.want(w.one(w.right("ada", "tower")), game.Reply{Outcome: game.OutExhausted})
	w.pass(11 * second)
	w.want(w.one(w.right("ada", "tower")), game.Reply{Outcome: game.OutExhausted})
	if w.load().Seq != head {
		t.Fatal("wrong claims are in the ledger")
	}
	a := w.entrant("ada").Attempts["tower"]
	if a.Count != 3 || len(a.Recent) != 3 || len(a.Answers) != 3 || a.RetryAt != epoch0+32*second {
		t.Fatalf("attempts %+v", a)
	}
}

func claimCooldown(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	w.want(w.one(w.wrong("ada", "well", "a")), game.Reply{Outcome: game.OutWrong, At: epoch0, Left: -1, RetryAfter: 5 * second})
	w.pass(4999)
	w.want(w.one(w.right("ada", "well")), game.Reply{Outcome: game.OutCooldown, RetryAfter: 1})
	w.pass(1)
	w.done(w.right("ada", "well"))
}

func claimSameAnswer(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	w.one(w.wrong("ada", "easy", "d0"))
	w.want(w.one(w.wrong("ada", "easy", "d0")), game.Reply{Outcome: game.OutWrong, At: epoch0, Left: -1})
	if a := w.entrant("ada").Attempts["easy"]; a.Count != 1 || len(a.Recent) != 1 {
		t.Fatalf("the same answer was counted: %+v", a)
	}
	for i := 1; i <= game.RecentAnswers; i++ {
		w.one(w.wrong("ada", "easy", "d"+string(rune('0'+i))))
	}
	a := w.entrant("ada").Attempts["easy"]
	if a.Count != game.RecentAnswers+1 || len(a.Recent) != game.RecentClaims || len(a.Answers) != game.RecentAnswers {
		t.Fatalf("attempts %+v", a)
	}
	w.one(w.wrong("ada", "easy", "d0")) // forgotten by now: it costs again
	if a := w.entrant("ada").Attempts["easy"]; a.Count != game.RecentAnswers+2 {
		t.Fatalf("attempts %+v", a)
	}
}

func claimLocked(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	locked := game.Reply{Outcome: game.OutLocked, Requires: []string{"gate"}}
	w.want(w.one(w.right("ada", "tower")), locked)
	w.want(w.one(w.wrong("ada", "tower", "x")), locked)
	if a := w.entrant("ada").Attempts["tower"]; a.Count != 0 {
		t.Fatalf("a locked claim cost an attempt: %+v", a)
	}
	w.done(w.right("ada", "gate"))
	w.done(w.right("ada", "tower"))

	w.done(w.join("bob"))
	w.done(w.right("bob", "gate"))
	w.done(w.revoke("bob", "gate", ""))
	w.want(w.one(w.right("bob", "tower")), locked)
}

func claimWindow(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada", "bob")
	closed := game.Reply{Outcome: game.OutClosed}
	w.pass(10*minute - 1)
	w.want(w.one(w.right("ada", "dawn")), closed)
	w.pass(1)
	w.done(w.right("ada", "dawn"))
	w.pass(10*minute - 1)
	w.want(w.one(w.wrong("bob", "dawn", "x")), game.Reply{Outcome: game.OutWrong, At: epoch0 + 20*minute - 1, Left: -1})
	w.pass(1)
	w.want(w.one(w.right("bob", "dawn")), closed)
}

func claimStale(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	gate, old := w.right("ada", "gate"), w.def
	w.done(gate)
	w.one(w.wrong("ada", "well", "x"))
	w.define(plainAgain(w.hunt))

	stale := game.Reply{Outcome: game.OutStale}
	judged := []game.Command{
		w.right("ada", "easier"), w.wrong("ada", "easier", "x"), w.photo("ada", ""), w.event("ada"), w.hint("ada", "free"),
		w.adjust("ada", 1), w.grant("ada", "easier", ""), w.phase(game.Paused), w.join("eve"),
	}
	for _, r := range w.commitBy(old, judged...).Replies {
		w.want(r, stale)
	}
	// A new definition does not change what was decided before.
	r := w.commitBy(old, gate).Replies[0]
	if r.Outcome != game.OutAwarded || !r.Replay {
		t.Fatalf("replay by an old revision: %+v", r)
	}
	r = w.commitBy(old, w.right("ada", "gate")).Replies[0]
	if r.Outcome != game.OutAlready {
		t.Fatalf("already by an old revision: %+v", r)
	}
	free := []game.Command{
		{Type: game.CmdAnnounce, ID: w.id(), Text: "Hello", By: "olga"}, w.revoke("ada", "gate", ""), w.ban("ada"),
	}
	for i, r := range w.commitBy(old, free...).Replies {
		if r.Outcome != game.OutDone {
			t.Fatalf("%s needs no revision: %+v", free[i].Type, r)
		}
	}
	w.refused(w.right("bob", "easy"), game.CodeNotJoined, "")
	w.done(w.join("bob"))
	w.refused(w.right("bob", "easy"), game.CodeUnknownChallenge, "")
}

func claimDecay(t *testing.T, open Open) {
	w := opened(t, open, plain, "p0", "p1", "p2", "p3", "p4")
	gate := []int64{150, 130, 100, 100, 100}
	tower := []int64{500, 456, 323, 100, 100} // 500 − 400·x²/9, rounded up
	well := []int64{100, 90, 80, 70, 70}
	for i, p := range []string{"p0", "p1", "p2", "p3", "p4"} {
		for _, c := range []struct {
			challenge string
			points    int64
		}{{"gate", gate[i]}, {"tower", tower[i]}, {"well", well[i]}} {
			if r := w.done(w.right(p, c.challenge)); r.Points != c.points {
				t.Fatalf("%s of solver %d gives %d, want %d", c.challenge, i, r.Points, c.points)
			}
		}
	}
	// A revoked solve restores the worth, never the bonus or the first.
	w.done(w.revoke("p0", "well", ""))
	w.done(w.revoke("p1", "well", ""))
	w.done(w.revoke("p0", "gate", ""))
	w.done(w.join("p5"))
	if r := w.done(w.right("p5", "well")); r.Points != 70 {
		t.Fatalf("3 solves stand: %+v", r)
	}
	w.done(w.revoke("p2", "well", ""))
	w.done(w.revoke("p5", "well", ""))
	w.done(w.join("p6"))
	if r := w.done(w.right("p6", "well")); r.Points != 80 {
		t.Fatalf("2 solves stand: %+v", r)
	}
	if r := w.done(w.right("p6", "gate")); r.Points != 100 || r.Bonus != 0 {
		t.Fatalf("a bonus was paid twice: %+v", r)
	}
	if e := w.entrant("p6"); e.Firsts != 0 {
		t.Fatalf("first again: %+v", e)
	}
	if got := w.load().Tallies["well"]; got != (game.Tally{Solves: 3, Given: 7}) {
		t.Fatalf("tally %+v", got)
	}
}

// claimReplayOrder: an award, or a wrong claim that is remembered, answers before
// anything else is looked at.
func claimReplayOrder(t *testing.T, open Open) {
	w := opened(t, open, badged, "ada")
	gate, wrong := w.right("ada", "gate"), w.wrong("ada", "well", "x")
	got := w.done(gate)
	if len(got.Badges) == 0 || got.Total <= got.Points {
		t.Fatalf("no badges came: %+v", got)
	}
	said := w.one(wrong)
	w.done(w.adjust("ada", -20))
	w.done(w.phase(game.Closed))
	got.Replay, said.Replay = true, true
	w.want(w.one(gate), got)
	w.want(w.one(wrong), said)
	w.done(w.revoke("ada", "gate", ""))
	got.Revoked = true
	w.want(w.one(gate), got)
	r := w.one(w.right("ada", "gate"))
	if r.Outcome != game.OutAlready || !r.Revoked {
		t.Fatalf("a revoked award came back: %+v", r)
	}
	w.done(w.ban("ada"))
	w.refused(gate, game.CodeForbidden, game.WhyBanned)
}
