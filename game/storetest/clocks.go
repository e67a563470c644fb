package storetest

import (
	"strings"
	"testing"

	"veltrix/game"
)

func (w *world) start(entrant string) game.Command {
	return game.Command{Type: game.CmdStart, ID: w.id(), Entrant: entrant, Player: entrant}
}

func (w *world) extend(entrant string, minutes int64) game.Command {
	return game.Command{Type: game.CmdExtend, ID: w.id(), Entrant: entrant, Minutes: minutes, By: "olga", Reason: "bus"}
}

// timed has a clock of ten minutes for each entrant and closes after an hour.
var timed = titled("closes: " + stamp(60*minute) + `
limit: 10m
challenges:
  - {id: a, title: A, points: 1, proof: {text: a-answer}, hints: [{id: h, title: H, text: T., cost: 0}]}
  - {id: b, title: B, points: 1, proof: {text: b-answer}}
`)

func (w *world) hinted(player string) game.Command {
	hint := w.hint(player, "h")
	hint.Challenge = "a"
	return hint
}

var tooLate = game.Reply{Outcome: game.OutClosed, Why: game.WhyLimit}

// limitStart: before its start an entrant cannot tell the challenges that there
// are from others.
func limitStart(t *testing.T, open Open) {
	w := defined(t, open, timed)
	w.done(w.join("ada"))
	w.refused(w.start("ada"), game.CodeClosed, "")
	for _, id := range []string{"a", "no-such"} {
		w.want(w.one(w.right("ada", id)), game.Reply{Outcome: game.OutClosed})
	}
	w.done(w.phase(game.Open))
	for _, id := range []string{"a", "no-such"} {
		claim := w.right("ada", id)
		claim.Malformed = "This challenge takes a text."
		w.refused(claim, game.CodeNotStarted, "")
		hint := w.hinted("ada")
		hint.Challenge = id
		w.refused(hint, game.CodeNotStarted, "")
	}
	w.refused(w.start("eve"), game.CodeNotJoined, "")
	w.pass(minute)
	got := w.done(w.start("ada"))
	w.want(got, game.Reply{Outcome: game.OutDone, Seq: 4, At: epoch0 + minute, Ends: epoch0 + 11*minute})
	if n := w.ledger()[3]; n.Type != game.Started || n.Clock != epoch0+minute || n.Player != "ada" {
		t.Fatalf("%+v", n)
	}
	w.pass(minute)
	w.want(w.one(w.start("ada")), game.Reply{Outcome: game.OutDone, Replay: true, Ends: epoch0 + 11*minute})
	w.done(w.hinted("ada"))
	w.pass(9*minute - 1)
	w.done(w.right("ada", "a"))
	w.pass(1)
	w.want(w.one(w.right("ada", "b")), tooLate)
	w.done(w.join("bob")) // has its own time
	w.done(w.start("bob"))
	w.done(w.right("bob", "b"))
}

// limitEdited: a start that is sent again is answered by the limit in force,
// whatever revision the sender knows.
func limitEdited(t *testing.T, open Open) {
	w := opened(t, open, timed, "ada")
	first, old := w.start("ada"), w.def
	w.done(first)
	w.define(strings.Replace(timed(w.hunt), "limit: 10m", "limit: 25m", 1))
	want := game.Reply{Outcome: game.OutDone, Replay: true, Ends: epoch0 + 25*minute}
	w.want(w.commitBy(old, first).Replies[0], want)
	w.want(w.commitBy(nil, first).Replies[0], want)
	known := w.head()
	known.Seq++ // of a history that was lost
	w.want(w.knowing(known, first).Replies[0], want)
}

// limitNone: in a hunt without a limit there is nothing to start.
func limitNone(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	w.refused(w.start("ada"), game.CodeConflict, game.WhyNoLimit)
	w.done(w.ban("ada"))
	w.refused(w.start("ada"), game.CodeForbidden, game.WhyBanned)
}

// limitEnds: an entrant's time ends with the hunt at the latest, and pauses do not
// count.
func limitEnds(t *testing.T, open Open) {
	w := opened(t, open, timed, "ada", "bob")
	w.done(w.start("ada"))
	w.pass(4 * minute)
	w.done(w.phase(game.Paused))
	w.pass(30 * minute)
	w.refused(w.hinted("bob"), game.CodeClosed, "")
	w.done(w.phase(game.Open))
	w.pass(6*minute - 1)
	w.done(w.right("ada", "a"))
	w.pass(1)
	w.want(w.one(w.right("ada", "b")), tooLate)
	late := w.hinted("ada")
	w.refused(late, game.CodeClosed, game.WhyLimit)
	w.pass(45 * minute) // 55 of 60
	if r := w.done(w.start("bob")); r.Ends != epoch0+90*minute {
		t.Fatalf("ends %d", (r.Ends-epoch0)/minute)
	}
}

// limitExtended: an extension is for one entrant, or for all; then the hunt closes
// later, too.
func limitExtended(t *testing.T, open Open) {
	w := opened(t, open, timed, "ada", "bob")
	w.done(w.start("ada"))
	w.done(w.start("bob"))
	w.refused(w.extend("eve", 5), game.CodeUnknownEntrant, "")
	cmd := w.extend("ada", 5)
	got := w.done(cmd)
	got.Replay = true
	w.want(w.one(cmd), got)
	cmd.Minutes = 6
	w.refused(cmd, game.CodeConflict, game.WhyReused)
	if e := w.entrant("ada"); e.Extra != 5*minute || w.load().ClosesAt != epoch0+60*minute {
		t.Fatalf("%+v", e)
	}
	w.pass(10 * minute)
	w.want(w.one(w.right("bob", "a")), tooLate)
	w.done(w.right("ada", "a"))
	w.done(w.extend("", 10)) // who is over time plays again
	if sum := w.load(); sum.Extra != 10*minute || sum.ClosesAt != epoch0+70*minute {
		t.Fatalf("%+v", sum)
	}
	w.done(w.right("bob", "a"))
	w.pass(10 * minute)
	w.want(w.one(w.right("bob", "b")), tooLate)
	w.pass(5*minute - 1)
	w.done(w.right("ada", "b"))
	w.pass(45*minute + 1)
	if w.commit(game.Command{Type: game.CmdAdvance}); w.load().Phase != game.Closed {
		t.Fatal("70 minutes are over")
	}
	w.refused(w.extend("", 5), game.CodeConflict, game.WhyPhase)
}

// pointsByTime fall for each whole minute since the hunt, or the challenge, opened,
// without the pauses.
func pointsByTime(t *testing.T, open Open) {
	w := defined(t, open, titled(`challenges:
  - {id: fall, title: Fall, points: {initial: 100, minimum: 20, decay: 7, per: 1m, function: time}, bonus: [3], proof: {text: fall-answer}}
  - {id: own, title: Own, opens: `+stamp(7*minute)+`, points: {initial: 50, minimum: 0, decay: 1, per: 10s, function: time}, proof: {text: own-answer}}
`))
	w.pass(5 * minute)
	w.done(w.phase(game.Open))
	worth := func(who, challenge string, points int64) {
		t.Helper()
		w.done(w.join(who))
		if r := w.done(w.right(who, challenge)); r.Points != points {
			t.Fatalf("%s is worth %d, want %d", challenge, r.Points, points)
		}
	}
	worth("p0", "fall", 103)
	w.pass(minute - 1)
	worth("p1", "fall", 100) // solvers do not count
	w.pass(1)
	worth("p2", "fall", 93)
	w.done(w.phase(game.Paused))
	w.pass(10 * minute)
	w.done(w.phase(game.Open))
	worth("p3", "fall", 93)
	w.pass(minute) // it opens now
	worth("p4", "fall", 86)
	worth("p4b", "own", 50)
	w.pass(29 * second)
	worth("p5", "own", 48)
	w.pass(10*minute - 29*second) // 12 minutes open
	worth("p6", "fall", 20)       // 100 − 84 is below 20
	w.pass(60 * minute)
	worth("p7", "own", 0)
}

// openInStep: a draft is told when it is to open, so that all can count down.
func openInStep(t *testing.T, open Open) {
	w := defined(t, open, plain)
	w.done(w.join("ada"))
	cmd := w.phase(game.Open)
	cmd.At = epoch0 + 2*minute
	r := w.done(cmd)
	n := w.ledger()[r.Seq-1]
	if n.Type != game.Phased || n.Phase != game.Draft || n.Opens != epoch0+2*minute || n.By != "olga" {
		t.Fatalf("%+v", n)
	}
	if sum := w.load(); sum.Phase != game.Draft || sum.OpensAt != epoch0+2*minute || sum.OpenedAt != 0 {
		t.Fatalf("%+v", sum)
	}
	over := w.phase(game.Open)
	over.At, over.SetCloses, over.Closes = epoch0+2*minute, true, epoch0+2*minute
	w.refused(over, game.CodeConflict, game.WhyCloses) // it would close as it opens
	earlier := w.phase(game.Open)
	earlier.At = epoch0 + minute
	w.done(earlier) // it may change
	w.pass(minute - 1)
	w.want(w.one(w.right("ada", "gate")), game.Reply{Outcome: game.OutClosed})
	w.pass(1)
	w.done(w.right("ada", "gate"))
	if sum := w.load(); sum.Phase != game.Open || sum.OpenedAt != epoch0+minute {
		t.Fatalf("%+v", sum)
	}
	w.done(w.phase(game.Paused))
	later := w.phase(game.Open)
	later.At = epoch0 + 60*minute
	w.refused(later, game.CodeConflict, game.WhyPhase)
	later.At = epoch0 // has passed: now
	w.done(later)
	if w.load().Phase != game.Open {
		t.Fatal("not open")
	}
}

// guessing: twenty wrong claims in a minute are free, then each costs a wait that
// doubles, until ten quiet minutes have passed.
func guessing(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	n := 0
	guess := func(wait int64) {
		t.Helper()
		n++
		r := w.one(w.wrong("ada", "easy", string(rune('A'+n%50))+string(rune('a'+n/50))))
		if r.Outcome != game.OutWrong || r.RetryAfter != wait || r.Left != -1 {
			t.Fatalf("guess %d: %+v, want a wait of %d", n, r, wait)
		}
	}
	for range 20 {
		guess(0)
	}
	w.pass(minute)
	for range 20 { // another minute, another twenty
		guess(0)
	}
	for _, wait := range []int64{5, 10, 20, 40, 80, 160, 300, 300} {
		guess(wait * second)
		w.pass(wait*second - 1)
		w.want(w.one(w.right("ada", "easy")), game.Reply{Outcome: game.OutCooldown, RetryAfter: 1})
		w.pass(1)
	}
	w.pass(10*minute - 300*second - 1) // since the last one
	guess(300 * second)
	w.pass(10 * minute)
	for range 20 {
		guess(0)
	}
	guess(5 * second)
	w.one(w.wrong("ada", "easier", "x")) // each challenge for itself
	w.done(w.right("ada", "easier"))
	w.pass(5 * second)
	w.done(w.right("ada", "easy"))
	// Where the file sets a cooldown, that is all.
	for range 25 {
		n++
		if r := w.one(w.wrong("ada", "well", string(rune('A'+n%50))+string(rune('a'+n/50)))); r.RetryAfter != 5*second {
			t.Fatalf("%+v", r)
		}
		w.pass(5 * second)
	}
}
