package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"veltrix/game"
)

const malformed = "This challenge takes a text."

// shapeAfterLock: what a proof must look like is judged only once the challenge
// may be claimed.
func shapeAfterLock(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	bad := func(challenge string) game.Command {
		c := w.wrong("ada", challenge, "")
		c.Malformed = malformed
		return c
	}
	w.want(w.one(bad("tower")), requires("gate"))
	w.want(w.one(bad("dawn")), game.Reply{Outcome: game.OutClosed})
	w.refused(bad("no-such"), game.CodeUnknownChallenge, "")
	w.refused(bad("gate"), game.CodeBadProof, malformed)
	if a := w.entrant("ada").Attempts; len(a) != 0 {
		t.Fatalf("a proof that cannot be judged cost something: %+v", a)
	}
	w.done(w.right("ada", "gate"))
	w.refused(bad("tower"), game.CodeBadProof, malformed)
	w.one(w.wrong("ada", "tower", "x"))
	w.refused(bad("tower"), game.CodeBadProof, malformed) // before the cooldown
	if r := w.one(bad("gate")); r.Outcome != game.OutAlready {
		t.Fatalf("%+v", r)
	}
	w.done(w.phase(game.Paused))
	w.want(w.one(bad("easy")), game.Reply{Outcome: game.OutClosed})
}

// shapeOfDraft: ids of a draft cannot be told apart from ids that do not exist.
func shapeOfDraft(t *testing.T, open Open) {
	w := defined(t, open, plain)
	w.done(w.join("ada"))
	closed := game.Reply{Outcome: game.OutClosed}
	for _, id := range []string{"gate", "tower", "dawn", "photo", "steps", "no-such"} {
		claim, bad, near, pending, event, hint := w.right("ada", id), w.wrong("ada", id, "x"), w.wrong("ada", id, "y"),
			w.photo("ada", "see"), w.event("ada"), w.hint("ada", "h1")
		bad.Malformed, near.Near = malformed, true
		pending.Challenge, event.Challenge, hint.Challenge = id, id, id
		for _, c := range []game.Command{claim, bad, near, pending, event} {
			w.want(w.one(c), closed)
		}
		w.refused(hint, game.CodeClosed, "")
	}
}

// closedFrozen: closing while frozen gives no badge for a place; the reveal does.
func closedFrozen(t *testing.T, open Open) {
	w := opened(t, open, falling, "ada", "bob")
	w.done(w.adjust("ada", 10))
	w.done(w.freeze(game.FreezeOn))
	w.done(w.adjust("bob", 20))
	res := w.commit(w.phase(game.Closed))
	if len(res.Entries) != 1 {
		t.Fatalf("%+v", res.Entries)
	}
	w.board(true, "ada 10", "bob 0")
	w.board(false, "bob 20", "ada 10")
	res = w.commit(w.freeze(game.FreezeOff))
	if len(res.Entries) != 2 || res.Entries[1].Type != game.Badged || res.Entries[1].Entrant != "bob" || res.Entries[1].Place != 1 {
		t.Fatalf("%+v", res.Entries)
	}
	w.board(true, "bob 21", "ada 10")
}

// hintAsBought: a hint that the file edits or drops stays what was bought.
func hintAsBought(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada", "bob")
	first := w.def
	for _, p := range []string{"ada", "bob"} {
		w.done(w.right(p, "gate"))
	}
	if r := w.done(w.hint("ada", "h1")); r.Rev != 1 || r.Points != -10 {
		t.Fatalf("%+v", r)
	}
	w.define(strings.Replace(plain(w.hunt), "text: First hint., cost: 10", "text: Other hint., cost: 15", 1))
	if r := w.one(w.hint("ada", "h1")); r.Rev != 1 || r.Points != -10 || !r.Replay {
		t.Fatalf("%+v", r)
	}
	if r := w.done(w.hint("bob", "h1")); r.Rev != 2 || r.Points != -15 {
		t.Fatalf("%+v", r)
	}
	w.define(strings.NewReplacer("      - {id: h1, title: One, text: First hint., cost: 10}\n", "", ", requires: [h1]", "").Replace(plain(w.hunt)))
	for who, rev := range map[string]int64{"ada": 1, "bob": 2} {
		if r := w.one(w.hint(who, "h1")); r.Rev != rev || !r.Replay || w.entrant(who).Hints["tower/h1"].Rev != rev {
			t.Fatalf("%s: %+v", who, r)
		}
	}
	w.done(w.join("cyd"))
	w.done(w.right("cyd", "gate"))
	w.refused(w.hint("cyd", "h1"), game.CodeUnknownHint, "")
	for rev, text := range map[int64]string{1: "First hint.", 2: "Other hint.", 3: ""} {
		d, err := w.store.Definition(w.context(), w.hunt, rev)
		if err != nil || d.Rev != rev {
			t.Fatalf("revision %d: %+v, %v", rev, d, err)
		}
		h := d.Challenge("tower").Hint("h1")
		if (h == nil) != (text == "") || h != nil && h.Text != text {
			t.Fatalf("revision %d has %+v", rev, h)
		}
	}
	if d, err := w.store.Definition(w.context(), w.hunt, 1); err != nil || string(d.Source) != string(first.Source) {
		t.Fatalf("%v", err)
	}
	for _, rev := range []int64{0, -1, 4} {
		if _, err := w.store.Definition(w.context(), w.hunt, rev); !errors.Is(err, game.ErrUnknownRevision) {
			t.Fatalf("revision %d: %v", rev, err)
		}
	}
	if _, err := w.store.Definition(w.context(), "nowhere", 1); !errors.Is(err, game.ErrUnknownHunt) {
		t.Fatal(err)
	}
}

func (w *world) joinTeam(team, player string, found bool) game.Command {
	return game.Command{
		Type: game.CmdJoin, Entrant: team, Player: player, Name: "Team " + team, Looks: "team " + team, Member: "Me, " + player,
		Invite: "in", Found: found, Admitted: true,
	}
}

func (w *world) move(player, team string) game.Command {
	return game.Command{Type: game.CmdMove, ID: w.id(), Player: player, Entrant: team, By: "olga", Reason: "wrong team"}
}

// teamRules: a team has a size and a name of its own; nobody is silently given
// another team than the one asked for.
func teamRules(t *testing.T, open Open) {
	w := defined(t, open, squadsOfTwo)
	w.done(w.joinTeam("reds", "ada", true))
	w.done(w.joinTeam("reds", "bob", false))
	w.refused(w.joinTeam("reds", "cyd", false), game.CodeConflict, game.WhyFull)
	copied := w.joinTeam("reds2", "cyd", true)
	copied.Looks = "team reds"
	w.refused(copied, game.CodeConflict, game.WhyName)
	w.done(w.joinTeam("blues", "cyd", true))
	// Whoever is in a team and asks for another one is told so.
	w.refused(w.joinTeam("greens", "ada", true), game.CodeConflict, game.WhyOtherTeam)
	w.refused(w.joinTeam("blues", "ada", false), game.CodeConflict, game.WhyOtherTeam)
	own := w.joinTeam("reds", "ada", true)
	own.Entrant = "another-id" // the same founding sent again
	if r := w.one(own); r.Outcome != game.OutDone || !r.Replay || r.Entrant.ID != "reds" {
		t.Fatalf("%+v", r)
	}
	e := w.entrant("reds")
	if !slices.Equal(e.Players, []string{"ada", "bob"}) || e.Members["ada"] != "Me, ada" || e.Members["bob"] != "Me, bob" || len(e.Members) != 2 {
		t.Fatalf("%+v", e)
	}
}

// teamMoves: an organizer puts a player into another team, or out of its team.
func teamMoves(t *testing.T, open Open) {
	w := defined(t, open, squadsOfTwo)
	w.done(w.joinTeam("reds", "ada", true))
	w.done(w.joinTeam("reds", "bob", false))
	w.done(w.joinTeam("blues", "cyd", true))
	w.refused(w.move("eve", "blues"), game.CodeUnknownEntrant, "")
	w.refused(w.move("bob", "greens"), game.CodeUnknownEntrant, "")
	w.refused(w.move("bob", "reds"), game.CodeConflict, game.WhyHas)
	cmd := w.move("bob", "blues")
	got := w.done(cmd)
	if n := w.ledger()[got.Seq-1]; n.Type != game.Moved || n.Player != "bob" || n.From != "reds" || n.Entrant != "blues" || n.Member != "Me, bob" {
		t.Fatalf("%+v", n)
	}
	got.Replay = true
	w.want(w.one(cmd), got)
	cmd.Player = "ada"
	w.refused(cmd, game.CodeConflict, game.WhyReused)
	in := func(team string, players ...string) {
		t.Helper()
		e := w.entrant(team)
		if !slices.Equal(e.Players, players) || len(e.Members) != len(players) {
			t.Fatalf("%s has %v and the names %v", team, e.Players, e.Members)
		}
		for _, p := range players {
			if of, err := w.store.EntrantOf(w.context(), w.hunt, p); err != nil || of != team || e.Members[p] != "Me, "+p {
				t.Fatalf("%s is in %q, %v", p, of, err)
			}
		}
	}
	in("reds", "ada")
	in("blues", "cyd", "bob")
	w.done(w.move("ada", "blues")) // an organizer may make a team larger
	in("reds")
	in("blues", "cyd", "bob", "ada")
	w.done(w.move("bob", ""))
	in("blues", "cyd", "ada")
	if of, err := w.store.EntrantOf(w.context(), w.hunt, "bob"); !errors.Is(err, game.ErrUnknownEntrant) {
		t.Fatalf("%q, %v", of, err)
	}
	w.done(w.joinTeam("reds", "bob", false)) // and there is room again
	in("reds", "bob")
	if len(w.rows(false)) != 2 {
		t.Fatalf("%+v", w.rows(false))
	}
	solo := opened(t, open, plain, "ada", "bob")
	solo.refused(solo.move("ada", "bob"), game.CodeConflict, game.WhyMode)
}

// penalties are paid once for a claim id, as long as the hunt lasts, and never
// below zero.
func penalties(t *testing.T, open Open) {
	w := opened(t, open, titled(`challenges:
  - {id: a, title: A, points: 12, proof: {text: a-answer}}
  - {id: b, title: B, points: 10, penalty: 5, proof: {text: b-answer}}
  - {id: photo, title: Photo, points: 10, penalty: 5, proof: {review: {prompt: Show it.}}}
`), "ada")
	r := w.one(w.wrong("ada", "b", "x")) // has nothing
	w.want(r, game.Reply{Outcome: game.OutWrong, At: epoch0, Left: -1})
	w.done(w.right("ada", "a"))
	tie := w.entrant("ada").Tie
	first := w.wrong("ada", "b", "y")
	got := w.one(first)
	w.want(got, game.Reply{Outcome: game.OutWrong, Seq: 5, At: epoch0, Left: -1, Penalty: 5, Total: 7})
	if n := w.ledger()[4]; n.Type != game.Penalised || n.Points != -5 || n.Total != 7 || n.ID != first.ID || n.Challenge != "b" || n.Tie != 0 {
		t.Fatalf("%+v", n)
	}
	got.Replay = true
	w.pass(second)
	w.want(w.one(first), got)
	w.want(w.one(w.wrong("ada", "b", "y")), game.Reply{Outcome: game.OutWrong, At: epoch0 + second, Left: -1}) // the same answer
	near := w.wrong("ada", "b", "almost")
	near.Near = true
	w.want(w.one(near), game.Reply{Outcome: game.OutNear, At: epoch0 + second}) // costs nothing
	if r = w.one(w.wrong("ada", "b", "z")); r.Penalty != 5 || r.Total != 2 {
		t.Fatalf("%+v", r)
	}
	if r = w.one(w.wrong("ada", "b", "last")); r.Penalty != 2 || r.Total != 0 {
		t.Fatalf("%+v", r)
	}
	w.done(w.adjust("ada", 100))
	for i := range game.RecentClaims {
		w.one(w.wrong("ada", "b", fmt.Sprint("more", i)))
	}
	if e := w.entrant("ada"); e.Total != 80 || e.Tie == tie || len(e.Fined) != 7 || e.Fined["b/"+first.ID] != (game.Fine{Seq: 5, At: epoch0, Points: 5, Total: 7}) {
		t.Fatalf("%+v", e)
	}
	w.want(w.one(first), got) // long forgotten as a claim, not as paid
	w.done(w.right("ada", "b"))
	// An organizer's rejection is a wrong claim.
	claim := w.photo("ada", "see")
	w.one(claim)
	if r = w.one(w.review(claim.ID, "ada", false)); r.Outcome != game.OutWrong || r.Penalty != 5 || r.Total != 85 {
		t.Fatalf("%+v", r)
	}
}

// practice: once closed, claims are answered right or wrong, and nothing is kept.
func practice(t *testing.T, open Open) {
	w := opened(t, open, titled(`practice: true
challenges:
  - {id: a, title: A, points: 10, penalty: 5, attempts: {max: 1, cooldown: 1m}, proof: {text: a-answer}}
  - {id: b, title: B, points: 10, requires: [a], proof: {text: b-answer}}
  - {id: photo, title: Photo, points: 10, proof: {review: {prompt: Show it.}}}
  - {id: steps, title: Steps, points: 10, proof: {event: {type: step, count: 1}}}
`), "ada", "bob")
	mine := w.right("ada", "a")
	got := w.done(mine)
	w.done(w.phase(game.Closed))
	head := w.head()
	for range 2 {
		w.want(w.one(w.right("bob", "a")), game.Reply{Outcome: game.OutRight, Practice: true})
		w.want(w.one(w.wrong("bob", "a", "x")), game.Reply{Outcome: game.OutWrong, Practice: true, Left: -1})
		w.want(w.one(w.right("bob", "b")), game.Reply{Outcome: game.OutRight, Practice: true}) // nothing is locked
	}
	near := w.wrong("bob", "a", "almost")
	near.Near = true
	w.want(w.one(near), game.Reply{Outcome: game.OutNear, Practice: true})
	bad := w.wrong("bob", "a", "")
	bad.Malformed = malformed
	w.refused(bad, game.CodeBadProof, malformed)
	w.refused(w.right("bob", "no-such"), game.CodeUnknownChallenge, "")
	w.want(w.one(w.photo("bob", "see")), game.Reply{Outcome: game.OutClosed}) // nobody looks
	w.want(w.one(w.event("bob")), game.Reply{Outcome: game.OutClosed})
	got.Replay = true
	w.want(w.one(mine), got)
	if r := w.one(w.right("ada", "a")); r.Outcome != game.OutAlready || r.Points != 10 {
		t.Fatalf("%+v", r)
	}
	if e := w.entrant("bob"); len(e.Attempts)+len(e.Awards) != 0 || e.Total != 0 || w.head() != head {
		t.Fatalf("%+v", e)
	}
	without := opened(t, open, plain, "ada")
	without.done(without.phase(game.Closed))
	without.want(without.one(without.right("ada", "gate")), game.Reply{Outcome: game.OutClosed})
}

// divisions are chosen on joining, where a code is asked for with that, or given
// by an organizer. Each has its own badges for places.
func divisions(t *testing.T, open Open) {
	w := opened(t, open, titled(`divisions: [{id: school, title: Schools, code: APPLE}, {id: open, title: Open}]
challenges: [{id: a, title: A, points: 10, proof: {text: a-answer}}]
badges:
  - {id: best, title: Best, when: {place: 1}}
  - {id: best-school, title: Best School, points: 3, when: {place: 1, division: school}}
`))
	in := func(who, division string, chosen bool) game.Command {
		c := w.join(who)
		c.Division, c.Chosen = division, chosen
		return c
	}
	w.refused(in("ada", "none", true), game.CodeBadRequest, game.WhyDivision)
	w.refused(in("ada", "school", false), game.CodeBadCode, game.WhyDivision)
	w.done(in("ada", "school", true))
	w.done(in("bob", "open", true))
	w.done(w.join("cyd")) // in none
	w.done(in("dan", "school", true))
	if e := w.entrant("ada"); e.Division != "school" || w.entrant("cyd").Division != "" || w.ledger()[2].Division != "school" {
		t.Fatalf("%+v", e)
	}
	divide := func(who, division string) game.Command {
		return game.Command{Type: game.CmdDivide, ID: w.id(), Entrant: who, Division: division, By: "olga", Reason: "age"}
	}
	w.refused(divide("cyd", "none"), game.CodeBadRequest, game.WhyDivision)
	w.refused(divide("eve", "open"), game.CodeUnknownEntrant, "")
	w.done(w.freeze(game.FreezeOn))
	w.done(w.adjust("cyd", 0)) // its row is kept as it was
	w.done(divide("cyd", "school"))
	w.done(divide("dan", ""))
	for _, frozen := range []bool{false, true} {
		for _, r := range w.rows(frozen) {
			if want := map[string]string{"ada": "school", "bob": "open", "cyd": "school"}[r.Entrant]; r.Division != want {
				t.Fatalf("%+v", r)
			}
		}
	}
	w.done(w.freeze(game.FreezeOff))
	w.done(w.adjust("bob", 30))
	w.done(w.adjust("dan", 25))
	w.done(w.adjust("cyd", 20))
	w.done(w.adjust("ada", 10))
	var got []string
	for _, n := range w.commit(w.phase(game.Closed)).Entries[1:] {
		got = append(got, fmt.Sprint(n.Entrant, " ", n.Badge, " ", n.Place))
	}
	if want := []string{"bob best 1", "cyd best-school 1"}; !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
}

// names: no two entrants look alike, unless the file lets them.
func names(t *testing.T, open Open) {
	w := opened(t, open, plain)
	called := func(who, looks string) game.Command {
		c := w.join(who)
		c.Looks = looks
		return c
	}
	w.done(called("ada", "ada"))
	w.refused(called("bob", "ada"), game.CodeConflict, game.WhyName)
	w.done(called("bob", "bob"))
	w.refused(w.rename("bob", "Ada", "ada"), game.CodeConflict, game.WhyName)
	if r := w.one(called("ada", "ada")); r.Outcome != game.OutDone || !r.Replay {
		t.Fatalf("coming back: %+v", r)
	}
	w.done(w.ban("ada"))
	w.refused(called("cyd", "ada"), game.CodeConflict, game.WhyName) // a ban frees no name
	w.define(strings.Replace(plain(w.hunt), "mode: solo", "mode: solo\nnames: free", 1))
	w.done(called("cyd", "ada"))
	w.done(w.rename("bob", "Ada", "ada"))
	// Names that were free once are no conflict of themselves.
	w.define(plain(w.hunt))
	w.refused(w.rename("bob", "Ada", "ada"), game.CodeConflict, game.WhyName)
	w.done(w.rename("bob", "Bob", "bob"))
	w.refused(called("dan", "ada"), game.CodeConflict, game.WhyName)
}

// judged: where the file says up_to, an organizer says how many points a claim
// gets.
func judged(t *testing.T, open Open) {
	w := opened(t, open, titled(`challenges:
  - {id: photo, title: Photo, points: {up_to: 60}, bonus: [5], proof: {review: {prompt: Show it.}}}
  - {id: a, title: A, points: 10, proof: {text: a-answer}}
`), "ada", "bob", "cyd")
	claim := w.photo("ada", "see")
	w.one(claim)
	review := func(points int64) game.Command {
		c := w.review(claim.ID, "ada", true)
		c.Judged, c.Points = true, points
		return c
	}
	w.refused(review(61), game.CodeBadRequest, game.WhyPoints)
	w.refused(review(-1), game.CodeBadRequest, game.WhyPoints)
	if r := w.done(review(30)); r.Points != 35 || r.Bonus != 5 {
		t.Fatalf("%+v", r)
	}
	give := func(who, challenge string, points int64) game.Command {
		c := w.grant(who, challenge, "")
		c.Judged, c.Points = true, points
		return c
	}
	w.refused(give("bob", "a", 5), game.CodeBadRequest, game.WhyPoints) // has its own worth
	if r := w.done(give("bob", "photo", 0)); r.Points != 0 {
		t.Fatalf("%+v", r)
	}
	w.done(w.revoke("ada", "photo", ""))
	if r := w.done(w.grant("ada", "photo", "")); r.Points != 35 {
		t.Fatalf("given again: %+v", r)
	}
	w.done(w.revoke("ada", "photo", ""))
	if r := w.done(give("ada", "photo", 60)); r.Points != 65 || r.Bonus != 5 { // the bonus that it had
		t.Fatalf("%+v", r)
	}
	if r := w.done(w.grant("cyd", "photo", "")); r.Points != 60 { // nobody said less
		t.Fatalf("%+v", r)
	}
}

// near: an answer that the file has a reply to costs nothing.
func near(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	w.done(w.right("ada", "gate"))
	almost := w.wrong("ada", "tower", "almost")
	almost.Near = true
	for range 5 {
		w.want(w.one(almost), game.Reply{Outcome: game.OutNear, At: epoch0})
	}
	if e := w.entrant("ada"); len(e.Attempts) != 0 || e.Streak != 1 {
		t.Fatalf("%+v", e)
	}
	w.one(w.wrong("ada", "tower", "x"))
	w.want(w.one(almost), game.Reply{Outcome: game.OutCooldown, RetryAfter: 10 * second})
}

// onlyIf: a file is applied only to the revision that its author has seen.
func onlyIf(t *testing.T, open Open) {
	w := defined(t, open, plain)
	apply := func(text string, ifRev int64) game.Reply {
		return w.one(game.Command{Type: game.CmdDefine, Definition: parse(t, text), If: ifRev, By: "olga"})
	}
	w.want(apply(plainAgain(w.hunt), 2), game.Reply{Outcome: game.OutRefused, Code: game.CodeConflict, Why: game.WhyRev, Rev: 1})
	if r := apply(plainAgain(w.hunt), 1); r.Outcome != game.OutDone || r.Rev != 2 {
		t.Fatalf("%+v", r)
	}
	w.want(apply(plain(w.hunt), 1), game.Reply{Outcome: game.OutRefused, Code: game.CodeConflict, Why: game.WhyRev, Rev: 2})
	w.want(apply(plainAgain(w.hunt), 1), game.Reply{Outcome: game.OutDone, Replay: true, Rev: 2})
}
