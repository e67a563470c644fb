package storetest

import (
	"fmt"
	"testing"

	"veltrix/game"
)

// titled is a hunt of these lines.
func titled(lines string) func(id string) string {
	return func(id string) string { return fmt.Sprintf("hunt: %s\ntitle: Titled\n%s", id, lines) }
}

// equal has challenges of the same worth.
var equal = titled(`challenges:
  - {id: big, title: Big, points: 100, proof: {text: big-answer}}
  - {id: other, title: Other, points: 100, penalty: 5, proof: {text: other-answer}}
  - {id: more, title: More, points: 150, proof: {text: more-answer}}
  - {id: first, title: First, points: 100, bonus: [50], proof: {text: first-answer}}
  - {id: zero, title: Zero, points: 0, proof: {text: zero-answer}, hints: [{id: h, title: H, text: T., cost: 10}]}
badges:
  - {id: gift, title: Gift, points: 10, when: {manual: true}}
  - {id: honour, title: Honour, when: {manual: true}}
`)

// tied expects an entrant's tie and the same in its row.
func (w *world) tied(entrant string, tie int64) {
	w.Helper()
	if got := w.entrant(entrant).Tie; got != tie {
		w.Fatalf("%s ties with %d, want %d", entrant, got, tie)
	}
	for _, r := range w.rows(false) {
		if r.Entrant == entrant && r.Tie != tie {
			w.Fatalf("the row of %s ties with %d, want %d", entrant, r.Tie, tie)
		}
	}
}

// tiedSolve: a solve without points does not move its entrant among equals.
func tiedSolve(t *testing.T, open Open) {
	w := opened(t, open, equal, "ada", "bob")
	big := w.done(w.right("ada", "big")).Seq
	w.done(w.right("bob", "big"))
	w.board(false, "ada 100", "bob 100")
	w.done(w.right("ada", "zero"))
	w.board(false, "ada 100", "bob 100")
	w.tied("ada", big)
	w.done(w.revoke("ada", "zero", ""))
	w.tied("ada", big)
	if n := w.ledger()[w.load().Seq-1]; n.Type != game.Revoked || n.Tie != big {
		t.Fatalf("%+v", n)
	}
}

// tiedBadge: neither do badges, with points or without, nor hints, nor penalties.
func tiedBadge(t *testing.T, open Open) {
	w := opened(t, open, equal, "ada", "bob")
	big := w.done(w.right("ada", "big")).Seq
	w.done(w.right("bob", "big"))
	for _, badge := range []string{"gift", "honour"} {
		w.done(w.grant("bob", "", badge))
		w.done(w.grant("ada", "", badge))
	}
	w.board(false, "ada 110", "bob 110")
	for _, who := range []string{"bob", "ada"} {
		hint := w.hint(who, "h")
		hint.Challenge = "zero"
		w.done(hint)
		w.one(w.wrong(who, "other", "x"))
	}
	w.board(false, "ada 95", "bob 95")
	w.tied("ada", big)
	w.done(w.revoke("ada", "", "gift"))
	w.done(w.revoke("bob", "", "gift"))
	w.board(false, "ada 85", "bob 85")
	w.tied("ada", big)
}

// tiedRevoked: taking an award back gives the tie that stood before it.
func tiedRevoked(t *testing.T, open Open) {
	w := opened(t, open, equal, "ada", "bob")
	joined := w.entrant("ada").JoinSeq
	big := w.done(w.right("ada", "big")).Seq
	w.done(w.right("bob", "big"))
	w.tied("ada", big)
	later := w.done(w.right("ada", "other")).Seq
	w.tied("ada", later)
	w.done(w.revoke("ada", "other", ""))
	w.board(false, "ada 100", "bob 100")
	w.tied("ada", big)
	if n := w.ledger()[w.load().Seq-1]; n.Type != game.Revoked || n.Tie != big {
		t.Fatalf("%+v", n)
	}
	w.done(w.revoke("ada", "big", ""))
	w.tied("ada", joined)
	// An award before the last one leaves the last one's.
	w.done(w.right("bob", "other"))
	last := w.entrant("bob").Tie
	w.done(w.revoke("bob", "big", ""))
	w.tied("bob", last)
}

// tiedAgain: granting again what was revoked restores its tie, points, bonus and
// first solve, however often.
func tiedAgain(t *testing.T, open Open) {
	w := opened(t, open, equal, "ada", "bob")
	got := w.done(w.right("ada", "first"))
	w.done(w.right("bob", "more"))
	w.board(false, "ada 150", "bob 150")
	for range 2 {
		w.done(w.revoke("ada", "first", ""))
		r := w.done(w.grant("ada", "first", ""))
		if r.Points != 150 || r.Bonus != 50 {
			t.Fatalf("%+v", r)
		}
		w.board(false, "ada 150", "bob 150")
		w.tied("ada", got.Seq)
		n := w.ledger()[r.Seq-1]
		if n.Since != got.Seq || n.Tie != got.Seq {
			t.Fatalf("%+v", n)
		}
		if e := w.entrant("ada"); e.Firsts != 1 || e.Awards["first"].Tie != got.Seq || e.Awards["first"].Seq != r.Seq {
			t.Fatalf("%+v", e)
		}
	}
	if got := w.load().Tallies["first"]; got != (game.Tally{Solves: 1, Given: 1}) {
		t.Fatalf("given twice to one: %+v", got)
	}
}

// tiedCorrection: +50 puts nobody before one who had 150 already, unless it says
// so.
func tiedCorrection(t *testing.T, open Open) {
	w := opened(t, open, equal, "cyd", "ada", "bob")
	early := w.done(w.right("cyd", "big")).Seq
	w.done(w.right("ada", "big"))
	w.done(w.right("bob", "more"))
	w.board(false, "bob 150", "cyd 100", "ada 100")
	raised := w.done(w.adjust("ada", 50)).Seq
	w.board(false, "bob 150", "ada 150", "cyd 100")
	w.tied("ada", raised)
	keep := w.adjust("cyd", 50)
	keep.KeepPlace = true
	seq := w.done(keep).Seq
	w.board(false, "cyd 150", "bob 150", "ada 150")
	w.tied("cyd", early)
	if n := w.ledger()[seq-1]; !n.KeepPlace || n.Tie != early {
		t.Fatalf("%+v", n)
	}
	other := keep
	other.KeepPlace = false
	w.refused(other, game.CodeConflict, game.WhyReused)
	// Points that are taken move no tie, and an award after the correction does.
	w.done(w.adjust("ada", -50))
	w.tied("ada", raised)
	last := w.done(w.right("ada", "other")).Seq
	w.tied("ada", last)
	w.done(w.revoke("ada", "other", ""))
	w.tied("ada", raised)
}

// tiedReview: a claim ties with its entry submitted; the value and the bonus are
// as of the approval. A rejection is an entry, too.
func tiedReview(t *testing.T, open Open) {
	w := opened(t, open, titled(`challenges:
  - {id: big, title: Big, points: 100, proof: {text: big-answer}}
  - {id: photo, title: Photo, points: {initial: 100, minimum: 10, decay: 10, function: linear}, bonus: [50, 10], proof: {review: {prompt: Show it.}}}
`), "ada", "bob", "cyd")
	mine := w.photo("ada", "mine")
	handed := w.one(mine)
	w.want(handed, game.Reply{Outcome: game.OutPending, Seq: 6, At: epoch0})
	if n := w.ledger()[5]; n.Type != game.Submitted || n.Entrant != "ada" || n.Player != "ada" || n.Challenge != "photo" || n.ID != mine.ID {
		t.Fatalf("%+v", n)
	}
	w.done(w.right("bob", "big"))
	theirs := w.photo("cyd", "theirs")
	w.one(theirs)
	r := w.done(w.review(theirs.ID, "cyd", true))
	if r.Points != 150 || r.Bonus != 50 {
		t.Fatalf("handed in later, approved first: %+v", r)
	}
	r = w.done(w.review(mine.ID, "ada", true))
	if r.Points != 100 || r.Bonus != 10 {
		t.Fatalf("worth of the approval: %+v", r)
	}
	w.board(false, "cyd 150", "ada 100", "bob 100")
	w.tied("ada", handed.Seq)
	if n := w.ledger()[r.Seq-1]; n.Since != handed.Seq || n.Tie != handed.Seq {
		t.Fatalf("%+v", n)
	}
	// What came as of its time stays after what was handed in before.
	last := w.photo("bob", "late")
	w.one(last)
	raised := w.done(w.adjust("bob", 5)).Seq
	w.done(w.review(last.ID, "bob", true))
	w.tied("bob", raised)
	w.done(w.join("dan"))
	bad := w.photo("dan", "bad")
	w.one(bad)
	w.want(w.one(w.review(bad.ID, "dan", false)), game.Reply{Outcome: game.OutWrong, At: epoch0, Left: -1})
	if n := w.ledger()[w.load().Seq-1]; n.Type != game.Rejected || n.ID != bad.ID || n.By != "olga" || n.Reason != "seen" || n.Challenge != "photo" {
		t.Fatalf("%+v", n)
	}
}
