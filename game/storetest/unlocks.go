package storetest

import (
	"slices"
	"testing"

	"veltrix/game"
)

// unmet is the reply to a claim for what a condition still locks.
func unmet(parts ...string) game.Reply { return game.Reply{Outcome: game.OutLocked, Unmet: parts} }

// requires is the reply to a claim for what a list still locks.
func requires(ids ...string) game.Reply { return game.Reply{Outcome: game.OutLocked, Requires: ids} }

var conditions = titled(`challenges:
  - {id: a, title: A, points: 100, category: harbour, tags: [night], proof: {text: a-answer}}
  - {id: b, title: B, points: 50, category: harbour, proof: {text: b-answer}}
  - {id: c, title: C, points: 10, tags: [night], proof: {text: c-answer}}
  - {id: list, title: List, points: 1, requires: [a, b], proof: {text: list-answer}}
  - {id: all, title: All, points: 1, requires: {challenges: [a, b]}, proof: {text: all-answer}}
  - {id: two, title: Two, points: 1, requires: {challenges: [a, b, c], any: 2}, proof: {text: two-answer}}
  - {id: rich, title: Rich, points: 1, requires: {points: 150}, proof: {text: rich-answer}}
  - {id: three, title: Three, points: 1, requires: {solves: 3}, proof: {text: three-answer}}
  - {id: ship, title: Ship, points: 1, requires: {solves: 2, category: harbour}, proof: {text: ship-answer}}
  - {id: owl, title: Owl, points: 1, requires: {solves: 2, tag: night}, proof: {text: owl-answer}}
  - {id: first, title: First, points: 1, requires: {firsts: 2}, proof: {text: first-answer}}
  - {id: run, title: Run, points: 1, requires: {streak: 2}, proof: {text: run-answer}}
  - {id: many, title: Many, points: 1, requires: {challenges: [a], points: 120, firsts: 2, streak: 2, after: 3m}, proof: {text: many-answer}}
`)

// unlockParts: each part of a condition has to hold; the reply tells those that
// do not.
func unlockParts(t *testing.T, open Open) {
	w := opened(t, open, conditions, "bob", "ada")
	parts := map[string]game.Reply{
		"list": requires("a", "b"), "all": unmet("challenges"), "two": unmet("challenges"), "rich": unmet("points"),
		"three": unmet("solves"), "ship": unmet("solves"), "owl": unmet("solves"), "first": unmet("firsts"), "run": unmet("streak"),
		"many": unmet("challenges", "points", "firsts", "streak", "after"),
	}
	still := func(ids ...string) {
		t.Helper()
		for _, id := range ids {
			w.want(w.one(w.right("ada", id)), parts[id])
			wrong := w.wrong("ada", id, "x")
			wrong.Malformed = "This challenge takes a text."
			w.want(w.one(wrong), parts[id])
		}
	}
	still("list", "all", "two", "rich", "three", "ship", "owl", "first", "run", "many")
	w.done(w.right("bob", "c"))
	w.done(w.right("ada", "c")) // 10 points, not the first, streak 1
	w.done(w.right("ada", "a")) // 110 points, a first, streak 2
	w.done(w.right("ada", "run"))
	w.done(w.right("ada", "owl"))
	w.done(w.right("ada", "two"))   // 113 points
	w.done(w.right("ada", "three")) // 114 points; four of these were first
	w.done(w.right("ada", "first"))
	parts["list"], parts["many"] = requires("b"), unmet("points", "after")
	still("list", "all", "ship", "rich", "many")
	w.done(w.adjust("ada", 35)) // 150
	w.done(w.right("ada", "rich"))
	w.done(w.right("ada", "b"))
	w.done(w.right("ada", "ship"))
	w.done(w.right("ada", "all"))
	w.done(w.right("ada", "list"))
	from := unmet("after") // nothing but time is missing
	from.From = epoch0 + 3*minute
	w.want(w.one(w.right("ada", "many")), from)
	// What was taken back does not unlock any more.
	w.done(w.right("bob", "a"))
	w.done(w.right("bob", "b"))
	w.done(w.revoke("bob", "b", ""))
	parts["list"] = requires("b")
	w.want(w.one(w.right("bob", "list")), requires("b"))
	w.want(w.one(w.right("bob", "all")), unmet("challenges"))
}

var afters = `challenges:
  - {id: late, title: Late, points: 1, requires: {after: 3m}, proof: {text: late-answer}, hints: [{id: h, title: H, text: T., cost: 0}]}
  - {id: tower, title: Tower, points: 1, proof: {text: tower-answer}, hints: [{id: h, title: H, text: T., after: 5m, cost: 0}]}
`

// unlockAfter: without a limit, time counts from the opening of the hunt, without
// the pauses.
func unlockAfter(t *testing.T, open Open) {
	w := defined(t, open, titled(afters))
	w.pass(minute)
	w.done(w.phase(game.Open))
	w.pass(2 * minute)
	w.done(w.join("ada"))
	locked := unmet("after")
	locked.From = epoch0 + 4*minute
	w.want(w.one(w.right("ada", "late")), locked)
	hint := w.hint("ada", "h")
	hint.Challenge = "late"
	refused := game.Reply{Outcome: game.OutRefused, Code: game.CodeForbidden, Why: game.WhyLocked, Unmet: []string{"after"}, From: locked.From}
	w.want(w.one(hint), refused)
	refused = game.Reply{Outcome: game.OutRefused, Code: game.CodeForbidden, Why: game.WhyLocked, From: epoch0 + 6*minute}
	w.want(w.one(w.hint("ada", "h")), refused)
	w.done(w.phase(game.Paused))
	w.pass(10 * minute)
	w.done(w.phase(game.Open))
	w.pass(minute - 1)
	locked.From += 10 * minute
	w.want(w.one(w.right("ada", "late")), locked)
	w.pass(1)
	w.done(w.right("ada", "late"))
	w.pass(2*minute - 1)
	refused.From += 10 * minute
	w.want(w.one(w.hint("ada", "h")), refused)
	w.pass(1)
	w.done(w.hint("ada", "h"))
}

// unlockAfterStart: with a limit, it counts from the entrant's own start.
func unlockAfterStart(t *testing.T, open Open) {
	w := opened(t, open, titled("limit: 1h\n"+afters), "ada", "bob")
	w.done(w.start("ada"))
	w.pass(2 * minute)
	w.done(w.start("bob"))
	w.pass(minute)
	w.done(w.right("ada", "late"))
	locked := unmet("after")
	locked.From = epoch0 + 5*minute
	w.want(w.one(w.right("bob", "late")), locked)
	w.pass(2 * minute)
	w.done(w.hint("ada", "h"))
	w.want(w.one(w.hint("bob", "h")), game.Reply{
		Outcome: game.OutRefused, Code: game.CodeForbidden, Why: game.WhyLocked, From: epoch0 + 7*minute,
	})
}

func routed(by string) func(string) string {
	return titled("routes: {challenges: [north, east, south, west], by: " + by + `}
challenges:
  - {id: gate, title: Gate, points: 1, proof: {text: gate-answer}}
  - {id: north, title: North, points: 1, proof: {text: north-answer}}
  - {id: east, title: East, points: 1, proof: {text: east-answer}}
  - {id: south, title: South, points: 1, proof: {text: south-answer}}
  - {id: west, title: West, points: 1, proof: {text: west-answer}}
`)
}

// walkRoute claims in an order and expects that nothing else is unlocked.
func (w *world) walkRoute(who string, order ...string) {
	w.Helper()
	w.done(w.right(who, "gate")) // no stop
	for i, stop := range order {
		for _, other := range order[i+1:] {
			w.want(w.one(w.right(who, other)), requires(stop))
		}
		w.done(w.right(who, stop))
	}
}

// routesRotate: the entrant with number n begins at the stop n mod 4.
func routesRotate(t *testing.T, open Open) {
	w := opened(t, open, routed("rotate"), "n0", "n1", "n2", "n3", "n4", "n5")
	for i, id := range []string{"n0", "n1", "n2", "n3", "n4", "n5"} {
		if n := w.ledger()[2+i]; n.Number != int64(i) || w.entrant(id).Number != int64(i) {
			t.Fatalf("%+v", n)
		}
	}
	w.done(w.hide("n2")) // numbers stay
	w.walkRoute("n0", "north", "east", "south", "west")
	w.walkRoute("n1", "east", "south", "west", "north")
	w.walkRoute("n2", "south", "west", "north", "east")
	w.walkRoute("n3", "west", "north", "east", "south")
	w.walkRoute("n4", "north", "east", "south", "west")
	w.walkRoute("n5", "east", "south", "west", "north")
}

// routesShuffle: the orders of the hunt old-town, as sha1sum sorts them, such as
// printf 'old-town|0|north' | sha1sum.
func routesShuffle(t *testing.T, open Open) {
	w := opened(t, open, routed("shuffle"), "n0", "n1", "n2", "n3", "n4")
	w.walkRoute("n0", "south", "east", "north", "west") // 644943d5 ad8747c1 e67c0d67 f1f509ae
	w.walkRoute("n1", "west", "east", "north", "south") // 91afc708 94864509 959c668b f085a20d
	w.walkRoute("n2", "east", "south", "west", "north") // b78a1869 b99e0a24 f91dd2b7 ffa4c6dd
	w.walkRoute("n3", "east", "north", "south", "west") // 0e60595c 38d25236 94e172b5 a920944b
	w.walkRoute("n4", "west", "south", "north", "east") // 3929c034 5fe44978 a052f527 f2b614e5
}

func (w *world) skip(entrant, challenge string) game.Command {
	return game.Command{Type: game.CmdSkip, ID: w.id(), Entrant: entrant, Challenge: challenge, By: "olga", Reason: "stolen"}
}

// skips: what is skipped counts as solved for unlocking, routes and finishing,
// without points.
func skips(t *testing.T, open Open) {
	w := opened(t, open, func(id string) string {
		return routed("rotate")(id) + `  - {id: end, title: End, points: 1, optional: true, requires: [north, east], proof: {text: end-answer}}
  - {id: most, title: Most, points: 1, optional: true, requires: {solves: 2}, proof: {text: most-answer}}
badges: [{id: two, title: Two, points: 5, when: {solves: 2}}]
`
	}, "ada", "bob")
	w.refused(w.skip("eve", "north"), game.CodeUnknownEntrant, "")
	w.refused(w.skip("ada", "no-such"), game.CodeUnknownChallenge, "")
	w.refused(lift(w.skip("ada", "north"), w.id()), game.CodeConflict, game.WhyHasNot)
	w.done(w.skip("ada", "north"))
	w.refused(w.skip("ada", "north"), game.CodeConflict, game.WhyHas)
	if e := w.entrant("ada"); e.Total != 0 || e.Solves != 0 || !e.Skips["north"] || len(w.entrant("bob").Skips) != 0 {
		t.Fatalf("%+v", e)
	}
	w.want(w.one(w.right("ada", "end")), requires("east"))
	w.want(w.one(w.right("ada", "most")), unmet("solves"))
	w.done(w.right("ada", "east")) // number 0 goes on after north
	w.done(w.right("ada", "end"))
	w.board(false, "ada 7", "bob 0") // two solves, not three: the skip is none
	w.done(w.skip("bob", "south"))
	w.want(w.one(w.right("bob", "most")), unmet("solves"))

	w.done(w.skip("", "east"))
	if sum := w.load(); !sum.Skips["east"] || len(sum.Skips) != 1 {
		t.Fatalf("%+v", sum)
	}
	w.refused(w.skip("", "east"), game.CodeConflict, game.WhyHas)
	w.done(w.right("bob", "most"))                           // east and south
	w.want(w.one(w.right("bob", "north")), requires("west")) // number 1: east, south, west, north
	w.done(lift(w.skip("", "east"), w.id()))
	w.want(w.one(w.right("bob", "west")), requires("east"))
	w.done(lift(w.skip("ada", "north"), w.id()))
	w.want(w.one(w.right("ada", "south")), requires("north"))
	// A challenge that is skipped can still be solved.
	w.done(w.skip("ada", "north"))
	w.done(w.right("ada", "north"))
	if n := w.entrant("ada").Solves; n != 3 {
		t.Fatalf("%d solves", n)
	}
}

// skipsOnce: what is solved and skipped, for one and for all, counts once.
func skipsOnce(t *testing.T, open Open) {
	w := opened(t, open, titled(`challenges:
  - {id: a, title: A, points: 1, proof: {text: a-answer}}
  - {id: b, title: B, points: 1, proof: {text: b-answer}}
  - {id: two, title: Two, points: 1, requires: {solves: 2}, proof: {text: two-answer}}
`), "ada", "bob")
	w.done(w.right("ada", "a"))
	w.done(w.skip("ada", "a"))
	w.want(w.one(w.right("ada", "two")), unmet("solves"))
	w.done(w.skip("", "a"))
	w.want(w.one(w.right("ada", "two")), unmet("solves"))
	w.done(w.skip("bob", "a"))
	w.want(w.one(w.right("bob", "two")), unmet("solves"))
	w.done(w.skip("bob", "b"))
	w.done(w.right("bob", "two"))
}

// finishes: an entrant finishes once, with everything that is not optional solved
// or skipped, and that is never taken back.
func finishes(t *testing.T, open Open) {
	w := opened(t, open, titled(`finish: {text: Well done.}
challenges:
  - {id: a, title: A, points: 1, proof: {text: a-answer}}
  - {id: b, title: B, points: 1, proof: {text: b-answer}}
  - {id: c, title: C, points: 1, optional: true, proof: {text: c-answer}}
badges: [{id: two, title: Two, when: {solves: 2}}]
`), "ada", "bob", "cyd")
	if r := w.done(w.right("ada", "a")); r.Finished {
		t.Fatalf("%+v", r)
	}
	last := w.right("ada", "b")
	got := w.done(last)
	if !got.Finished || !slices.Equal(got.Badges, []string{"two"}) {
		t.Fatalf("%+v", got)
	}
	n := w.ledger()[got.Seq+1]
	if n.Type != game.Finished || n.Entrant != "ada" || n.Player != "ada" || n.ID != last.ID || n.Points != 0 {
		t.Fatalf("%+v", n)
	}
	if e := w.entrant("ada"); e.FinishedSeq != n.Seq || e.FinishedAt != epoch0 {
		t.Fatalf("%+v", e)
	}
	got.Replay = true
	w.want(w.one(last), got)
	w.done(w.revoke("ada", "b", ""))
	if w.entrant("ada").FinishedSeq != n.Seq {
		t.Fatal("a finish was taken back")
	}
	if r := w.done(w.grant("ada", "b", "")); r.Finished {
		t.Fatal("finished twice")
	}
	// By a skip of its own.
	w.done(w.right("bob", "a"))
	skip := w.skip("bob", "b")
	if r := w.done(skip); !r.Finished || w.entrant("bob").FinishedSeq != r.Seq+1 {
		t.Fatalf("%+v", r)
	}
	w.done(lift(skip, w.id()))
	if w.entrant("bob").FinishedSeq == 0 {
		t.Fatal("a finish was taken back with its skip")
	}
	// By a skip for all: when it is looked at.
	w.done(w.right("cyd", "b"))
	w.done(w.skip("", "a"))
	if w.entrant("cyd").FinishedSeq != 0 {
		t.Fatal("a skip for all looks at no entrant")
	}
	look := game.Command{Type: game.CmdAdvance, Entrant: "cyd"}
	if r := w.done(look); !r.Finished {
		t.Fatalf("%+v", r)
	}
	if r := w.done(look); r.Finished {
		t.Fatalf("twice: %+v", r)
	}
}

// finishesWhen: a finish may have a condition of its own.
func finishesWhen(t *testing.T, open Open) {
	w := opened(t, open, titled(`finish: {text: Well done., when: {points: 10}}
challenges:
  - {id: a, title: A, points: 6, proof: {text: a-answer}}
  - {id: b, title: B, points: 3, proof: {text: b-answer}}
  - {id: c, title: C, points: 3, proof: {text: c-answer}}
`), "ada")
	w.done(w.right("ada", "a"))
	if r := w.done(w.right("ada", "b")); r.Finished {
		t.Fatalf("%+v", r)
	}
	cmd := w.adjust("ada", 1) // like any other way to get there
	if r := w.done(cmd); !r.Finished || w.entrant("ada").FinishedSeq == 0 {
		t.Fatalf("%+v", r)
	}
	// Time counts from the start of an entrant: before it, none has passed.
	clocked := opened(t, open, titled(`limit: 1h
finish: {text: Well done., when: {after: 3m}}
challenges: [{id: a, title: A, points: 6, proof: {text: a-answer}}]
`), "ada")
	clocked.pass(10 * minute)
	if r := clocked.done(clocked.grant("ada", "a", "")); r.Finished {
		t.Fatalf("%+v", r)
	}
	clocked.done(clocked.start("ada"))
	clocked.pass(3 * minute)
	if r := clocked.done(game.Command{Type: game.CmdAdvance, Entrant: "ada"}); !r.Finished {
		t.Fatalf("%+v", r)
	}
}
