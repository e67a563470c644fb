package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"veltrix/game"
)

// everything is a team hunt in which all types of entries can be.
var everything = titled(`mode: team
limit: 10h
finish: {text: Well done., when: {solves: 2}}
divisions: [{id: school, title: Schools}, {id: open, title: Open}]
challenges:
  - {id: gate, title: Gate, points: 100, bonus: [50], penalty: 5, proof: {text: gate-answer}}
  - {id: well, title: Well, points: 70, penalty: 5, proof: {text: well-answer}, hints: [{id: h, title: H, text: T., cost: 10}]}
  - {id: photo, title: Photo, points: {up_to: 60}, proof: {review: {prompt: Show it.}}}
  - {id: steps, title: Steps, points: 10, proof: {event: {type: step, count: 3}}}
badges:
  - {id: starter, title: Starter, points: 5, when: {solves: 1}}
  - {id: honour, title: Honour, points: 30, when: {manual: true}}
  - {id: best, title: Best, points: 7, when: {place: 1}}
`)

// types are all types of entries that are put back or done again.
var types = []game.EntryType{
	game.Joined, game.Awarded, game.Badged, game.Hinted, game.Adjusted, game.Revoked, game.Phased, game.Announced, game.Banned,
	game.Unbanned, game.Hidden, game.Shown, game.Renamed, game.Divided, game.Moved, game.Extended, game.Skipped, game.Unskipped,
	game.Started, game.Submitted, game.Rejected, game.Penalised, game.Finished, game.Deleted, game.Undeleted,
}

// by is a claim of a player of a team.
func by(cmd game.Command, team string) game.Command {
	cmd.Entrant = team
	return cmd
}

// full is a hunt in which there is everything: entries of all types, claims that
// wait, events that were counted, a frozen board.
func full(t testing.TB, open Open) *world {
	w := defined(t, open, everything)
	early := w.phase(game.Open)
	early.At = epoch0 + 60*minute
	w.done(early)
	for _, team := range []string{"reds", "blues", "greens"} {
		join := w.joinTeam(team, team+"1", true)
		join.Division, join.Chosen = "school", true
		w.done(join)
		w.done(w.joinTeam(team, team+"2", false))
	}
	w.done(w.phase(game.Open))
	for _, team := range []string{"reds", "blues", "greens"} {
		w.done(by(w.start(team+"1"), team))
		w.pass(second)
	}
	w.done(by(w.right("reds1", "gate"), "reds"))
	w.one(by(w.wrong("reds2", "well", "x"), "reds"))
	hint := by(w.hint("reds2", "h"), "reds")
	hint.Challenge = "well"
	w.done(hint)
	w.done(by(w.right("reds2", "well"), "reds"))
	w.done(by(w.right("blues1", "gate"), "blues"))
	w.done(w.revoke("blues", "gate", ""))
	w.done(w.grant("blues", "gate", ""))
	w.done(w.adjust("blues", 25))
	keep := w.adjust("greens", 3)
	keep.KeepPlace = true
	w.done(keep)
	for _, approve := range []bool{false, true} {
		claim := by(w.photo("greens1", "see"), "greens")
		w.one(claim)
		review := w.review(claim.ID, "greens", approve)
		review.Judged, review.Points = approve, 44
		w.one(review)
	}
	w.one(by(w.photo("blues1", "wait"), "blues"))
	w.one(by(w.event("blues1"), "blues"))
	w.done(w.grant("greens", "", "honour"))
	w.done(w.revoke("greens", "", "honour"))
	w.done(w.hide("greens"))
	w.done(lift(w.hide("greens"), w.id()))
	w.done(w.ban("blues"))
	w.done(lift(w.ban("blues"), w.id()))
	w.done(w.rename("greens", "Team Green", "team green"))
	w.done(game.Command{Type: game.CmdDivide, ID: w.id(), Entrant: "greens", Division: "open", By: "olga"})
	w.done(w.move("reds2", "blues"))
	w.done(w.move("greens2", ""))
	w.done(w.extend("reds", 5))
	w.done(w.extend("", 7))
	w.done(w.skip("reds", "photo"))
	w.done(w.skip("blues", "steps"))
	w.done(lift(w.skip("blues", "steps"), w.id()))
	w.done(w.skip("", "steps"))
	w.done(w.phase(game.Paused))
	w.pass(minute)
	w.done(w.phase(game.Open))
	w.done(game.Command{Type: game.CmdAnnounce, ID: w.id(), Text: "Hello", By: "olga"})
	w.done(w.phase(game.Closed))
	w.pass(minute)
	w.done(w.reopen(0))
	w.done(w.bin(false))
	w.pass(minute)
	w.done(w.bin(true))
	w.done(w.hide("greens"))
	w.done(w.freeze(game.FreezeOn))
	w.done(by(w.right("greens1", "gate"), "greens"))
	return w
}

// Full fills a store of its own with a hunt in which there is everything, and
// returns the hunt's id.
func Full(t testing.TB, open Open) (game.Store, string) {
	w := full(t, open)
	return w.store, w.hunt
}

// standing is what a team must find again after a loss.
func (w *world) standing(id string) string {
	e := w.entrant(id)
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q %s %v %v number %d in %q, out %t %t, start %d, more %d, finished %t, skips %v; total %d solves %d firsts %d;",
		id, e.Name, e.Invite, e.Players, e.Members, e.Number, e.Division, e.Banned, e.Hidden, e.Clock, e.Extra, e.FinishedSeq != 0,
		e.Skips, e.Total, e.Solves, e.Firsts)
	for _, c := range []string{"gate", "well", "photo", "steps"} {
		if a, has := e.Awards[c]; has {
			fmt.Fprintf(&b, " %s %s %s %d %d %d %t %t %q;", c, a.ID, a.Player, a.Points, a.Bonus, a.Total, a.First, a.Revoked, a.Badges)
		}
		if p := e.Attempts[c].Pending; p != nil {
			fmt.Fprintf(&b, " %s waits as %s of %s: %q;", c, p.ID, p.Player, p.Note)
		}
		for id, f := range e.Fined {
			if strings.HasPrefix(id, c+"/") {
				fmt.Fprintf(&b, " fine %s %d %d;", id, f.Points, f.Total)
			}
		}
	}
	for _, badge := range []string{"starter", "honour", "best"} {
		if h, has := e.Badges[badge]; has {
			fmt.Fprintf(&b, " %s %d %d;", badge, h.Points, h.Place)
		}
	}
	for hint, h := range e.Hints {
		fmt.Fprintf(&b, " hint %s %s %d %d of %d;", hint, h.ID, h.Cost, h.Total, h.Rev)
	}
	return b.String()
}

// healed puts back a hunt in which there is everything. It is there again once,
// however often that is done, in whatever order nodes come.
func healed(t *testing.T, open Open) {
	w := full(t, open)
	all, head := w.ledger(), w.head()
	for _, typ := range types {
		if !slices.ContainsFunc(all, func(n game.Entry) bool { return n.Type == typ }) {
			t.Errorf("no entry %s is put back", typ)
		}
	}
	look := func() (list []string) {
		for _, id := range []string{"reds", "blues", "greens"} {
			list = append(list, w.standing(id))
		}
		for _, frozen := range []bool{false, true} {
			for _, r := range w.rows(frozen) {
				r.Tie = 0 // seqs are of another history
				list = append(list, fmt.Sprintf("%+v", r))
			}
		}
		sum := w.load()
		return append(list, fmt.Sprintf("%s frozen %t, bin %d, extra %d, skips %v, joined %d, entrants %d, %v, then %v", sum.Phase,
			sum.Frozen, sum.DeletedAt, sum.Extra, sum.Skips, sum.Joined, sum.Entrants, sum.Tallies, sum.FrozenTallies))
	}
	before := look()
	w.hunt, w.def = "again", nil
	w.knowing(head, game.Command{Type: game.CmdDefine, Definition: parse(t, everything(w.hunt)), By: "olga"})
	w.def = w.load().Definition
	var seq int64
	for round := range 3 {
		for i := 1; i < len(all); i += 4 { // the first one is the definition
			part := all[i:min(i+4, len(all))]
			for j, r := range w.knowing(w.head(), restore(part...)...).Replies {
				other := part[j].Type == game.Joined && part[j].Player == "reds2" && r.Why == game.WhyOtherTeam // by now
				again := !part[j].Type.PutBack() && part[j].Type != game.Joined && part[j].ID == ""             // happens by itself
				if r.Outcome != game.OutDone && !(round > 0 && other) || r.Replay != (round > 0) && !again && !other {
					t.Fatalf("round %d: restoring %s: %+v", round, set(part[j]), r)
				}
			}
		}
		if after := look(); difference(before, after) != "" {
			t.Fatalf("round %d: %s\nwant %s\ngot  %s", round, difference(before, after), strings.Join(before, "\n"), strings.Join(after, "\n"))
		}
		if round > 0 && w.head().Seq != seq {
			t.Fatalf("round %d: %d entries more: %+v", round, w.head().Seq-seq, w.ledger()[seq:])
		}
		seq = w.head().Seq
	}
	for _, p := range []string{"reds1", "reds2", "blues1", "blues2", "greens1", "greens2"} {
		of, err := w.store.EntrantOf(w.context(), w.hunt, p)
		if want := map[string]string{"reds2": "blues", "greens2": ""}; err == nil && of != strings.TrimRight(p, "12") && of != want[p] ||
			err != nil && p != "greens2" {
			t.Errorf("%s is in %q: %v", p, of, err)
		}
	}
	if n := len(w.epochsOf()); n != 1 {
		t.Errorf("%d recovered entries", n)
	}
	w.tiesHealed(all)
}

// tiesHealed expects that each award ties with what it tied with before, by the
// seqs of the history of now.
func (w *world) tiesHealed(lost []game.Entry) {
	w.Helper()
	now := map[string]game.Entry{} // by the lost entry that it puts back
	for _, n := range w.ledger() {
		now[n.Origin()] = n
	}
	checked := 0
	for _, n := range lost {
		if n.Since == 0 {
			continue
		}
		first := lost[n.Since-1]
		if got, want := now[n.Origin()].Since, now[first.Origin()].Seq; got != want || want == 0 {
			w.Errorf("%s of %s ties with seq %d, want %d, of the entry %s", n.Challenge, n.Entrant, got, want, first.Type)
		}
		checked++
	}
	if checked != 2 { // a review and a grant of what was revoked
		w.Errorf("%d awards with another tie than their own", checked)
	}
}
