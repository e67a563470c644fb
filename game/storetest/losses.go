package storetest

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"veltrix/game"
	"veltrix/game/hunt"
)

// knowing commits commands with a head that the caller remembers.
func (w *world) knowing(known game.Head, cmds ...game.Command) game.Result {
	w.Helper()
	for i := range cmds {
		if w.def != nil {
			cmds[i].Rev = w.def.Rev
		}
	}
	res, err := w.store.Commit(w.context(), w.hunt, w.def, known, cmds)
	if err != nil {
		w.Fatalf("commit: %v", err)
	}
	return res
}

func (w *world) head() game.Head {
	w.Helper()
	heads, err := w.store.Heads(w.context(), []string{w.hunt})
	if err != nil || len(heads) != 1 {
		w.Fatalf("heads: %v, %v", heads, err)
	}
	return heads[0]
}

func restore(list ...game.Entry) []game.Command {
	cmds := make([]game.Command, len(list))
	for i := range list {
		cmds[i] = game.Command{Type: game.CmdRestore, Entry: &list[i]}
	}
	return cmds
}

// epochsOf checks that a ledger of several epochs hangs together and returns
// its recovered entries.
func (w *world) epochsOf() []game.Entry {
	w.Helper()
	var list []game.Entry
	all := w.ledger()
	for i, n := range all {
		fresh := i == 0 || n.Epoch != all[i-1].Epoch
		if n.Type == game.Recovered {
			list = append(list, n)
		}
		if (n.Type == game.Recovered) != (fresh && (i > 0 || n.Text != "")) {
			w.Fatalf("entry %+v after epoch %s", n, all[max(0, i-1)].Epoch)
		}
		if i > 0 && (n.At < all[i-1].At || fresh && later(n.Epoch, 0) <= later(all[i-1].Epoch, 0)) {
			w.Fatalf("entry %+v runs back", n)
		}
	}
	return list
}

func later(epoch string, ms int64) int64 {
	n, _ := strconv.ParseInt(epoch, 10, 64) // 0 is in no ledger
	return n + ms
}

func headKnown(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	head, all := w.head(), w.ledger()
	last := all[len(all)-1]
	if head != (game.Head{Epoch: last.Epoch, Seq: last.Seq, Nonce: last.Nonce}) {
		t.Fatalf("head %+v, last entry %+v", head, last)
	}
	heads, err := w.store.Heads(w.context(), []string{"nowhere", w.hunt, "nowhere"})
	if err != nil || len(heads) != 3 || heads[0] != (game.Head{}) || heads[1] != head || heads[2] != (game.Head{}) {
		t.Fatalf("%+v, %v", heads, err)
	}
	if heads, err := w.store.Heads(w.context(), nil); err != nil || len(heads) != 0 {
		t.Fatalf("%+v, %v", heads, err)
	}
	many := make([]string, 600)
	for i := range many {
		many[i] = fmt.Sprint("h", i)
	}
	many[599] = w.hunt
	if heads, err = w.store.Heads(w.context(), many); err != nil || len(heads) != 600 || heads[599] != head {
		t.Fatalf("%d heads, %v", len(heads), err)
	}
	for _, known := range []game.Head{
		head, {}, {Epoch: head.Epoch, Seq: head.Seq}, {Epoch: head.Epoch, Seq: head.Seq - 1, Nonce: "AAAAAA"}, {Epoch: head.Epoch},
	} {
		if res := w.knowing(known); res.Epoch != head.Epoch || len(res.Entries) != 0 {
			t.Fatalf("knowing %+v: %+v", known, res)
		}
	}
	for _, known := range []game.Head{
		{Epoch: "now", Seq: 1}, {Epoch: "-5", Seq: 1}, {Epoch: "9007199254740992", Seq: 1}, {Epoch: "5", Seq: -1}, {Epoch: "007", Seq: 1},
	} {
		if res, err := w.store.Commit(w.context(), w.hunt, w.def, known, nil); err == nil {
			t.Errorf("knowing %+v: %+v", known, res)
		}
	}
	if w.head() != head {
		t.Fatal("what a node said was believed")
	}
}

// historyLost: each sign that history was lost starts one epoch.
func historyLost(t *testing.T, open Open) {
	for name, known := range map[string]func(h game.Head) game.Head{
		"an entry after": func(h game.Head) game.Head { return game.Head{Epoch: h.Epoch, Seq: h.Seq + 10, Nonce: "AAAAAA"} },
		"another head":   func(h game.Head) game.Head { return game.Head{Epoch: h.Epoch, Seq: h.Seq, Nonce: "AAAAAA"} },
		"a fork":         func(h game.Head) game.Head { return game.Head{Epoch: h.Epoch, Seq: 2, Nonce: "AAAAAA", Forked: true} },
		"an epoch to come": func(h game.Head) game.Head {
			return game.Head{Epoch: strconv.FormatInt(later(h.Epoch, 9*minute), 10), Seq: 1, Nonce: "AAAAAA"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := opened(t, open, plain, "ada")
			claim := w.right("ada", "gate")
			w.done(claim)
			w.pass(minute)
			before := w.head()
			lost := known(before)
			res := w.knowing(lost, claim, w.right("ada", "well"), game.Command{Type: game.CmdAnnounce, ID: w.id(), Text: "Hello", By: "olga"})
			if len(res.Entries) != 2 || res.Entries[0].Type != game.Recovered || res.Entries[0].Seq != before.Seq+1 || res.Epoch == before.Epoch {
				t.Fatalf("%+v", res)
			}
			text := res.Entries[0].Text
			for _, word := range []string{
				fmt.Sprintf("after seq %d of epoch %s", before.Seq, before.Epoch), fmt.Sprintf("seq %d of epoch %s", lost.Seq, lost.Epoch),
			} {
				if !strings.Contains(text, word) {
					t.Errorf("%q lacks %q", text, word)
				}
			}
			if later(res.Epoch, 0) <= max(later(before.Epoch, 0), later(lost.Epoch, 0)) {
				t.Errorf("epoch %s after %s", res.Epoch, lost.Epoch)
			}
			// Replays answer; what has to be judged is judged again in the new epoch.
			if !res.Replies[0].Replay || res.Replies[1].Outcome != game.OutStale || res.Replies[2].Outcome != game.OutDone {
				t.Errorf("%+v", res.Replies)
			}
			for range 2 { // other nodes notice later
				again := w.knowing(lost, w.right("ada", "well"))
				if again.Epoch != res.Epoch || len(again.Entries) != 0 || again.Replies[0].Outcome != game.OutStale {
					t.Fatalf("%+v", again)
				}
			}
			w.pass(second)
			if r := w.knowing(w.head(), w.right("ada", "well")); r.Replies[0].Outcome != game.OutAwarded || r.Epoch != res.Epoch {
				t.Fatalf("%+v", r)
			}
			if n := len(w.epochsOf()); n != 1 {
				t.Fatalf("%d recovered entries", n)
			}
			e := w.entrant("ada")
			if e.JoinedAt != epoch0 || e.Awards["gate"].At != epoch0 || e.Awards["well"].At != epoch0+minute+second {
				t.Fatalf("times of %+v", e)
			}
			for after := range w.head().Seq + 1 {
				page, err := w.store.Ledger(w.context(), w.hunt, after, 3)
				if err != nil || int64(len(page)) != min(3, w.head().Seq-after) {
					t.Fatalf("after %d: %+v, %v", after, page, err)
				}
			}
		})
	}
}

// lossAtOnce: of many nodes that notice at the same time, one starts the epoch.
func lossAtOnce(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	head := w.head()
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			known := game.Head{Epoch: head.Epoch, Seq: head.Seq + 5 + int64(i), Nonce: "AAAAAA"}
			if _, err := w.store.Commit(w.context(), w.hunt, w.def, known, []game.Command{{Type: game.CmdAdvance}}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(w.epochsOf()); n != 1 || w.head().Seq != head.Seq+1 {
		t.Fatalf("%d epochs began, head %+v", n, w.head())
	}
}

// played is a hunt in which everything happened that can be restored.
func played(t testing.TB, open Open) *world {
	w := opened(t, open, badged, "ada", "bob", "cyd")
	w.done(w.right("ada", "gate"))
	w.pass(second)
	w.done(w.right("bob", "gate"))
	w.done(w.hint("ada", "h1"))
	w.done(w.right("ada", "well"))
	w.done(w.right("bob", "well"))
	w.done(w.adjust("bob", 25))
	w.done(w.adjust("cyd", -30))
	w.done(w.grant("cyd", "easy", ""))
	w.done(w.revoke("cyd", "easy", ""))
	w.done(w.grant("cyd", "easy", ""))
	w.done(w.revoke("ada", "", "night-owl"))
	photo := w.photo("bob", "see")
	w.one(photo)
	w.done(w.review(photo.ID, "bob", true))
	w.done(game.Command{Type: game.CmdAnnounce, ID: w.id(), Text: "Hello", By: "olga"})
	w.done(w.freeze(game.FreezeOn))
	w.done(w.phase(game.Paused))
	w.pass(minute)
	w.done(w.phase(game.Open))
	w.done(w.ban("bob"))
	w.done(w.phase(game.Closed))
	return w
}

// standings is what players must find again after a loss: by entrant its row and
// what it was given.
func (w *world) standings() map[string]string {
	m := map[string]string{}
	for _, id := range []string{"ada", "bob", "cyd"} {
		e := w.entrant(id)
		var b strings.Builder
		fmt.Fprintf(&b, "total %d solves %d firsts %d banned %t badges %d hints %d;", e.Total, e.Solves, e.Firsts, e.Banned, len(e.Badges), len(e.Hints))
		for _, c := range []string{"gate", "well", "photo", "easy"} {
			a := e.Awards[c]
			fmt.Fprintf(&b, " %s %s %s %d %d %d %t %t %q;", c, a.ID, a.Player, a.Points, a.Bonus, a.Total, a.First, a.Revoked, a.Badges)
		}
		m[id] = b.String()
	}
	return m
}

// restored puts a whole hunt back after it is gone, some entries at a time. The
// standings are the same and each thing is there once, however often it is done.
func restored(t *testing.T, open Open) {
	w := played(t, open)
	all, standings, head, phases := w.ledger(), w.standings(), w.head(), w.load().Phase
	rows := w.rows(false)
	w.hunt = "again"
	def := w.def
	w.def = nil
	res := w.knowing(head, game.Command{Type: game.CmdDefine, Definition: parse(t, badged(w.hunt)), By: "olga"})
	if len(res.Entries) != 2 || res.Entries[0].Type != game.Recovered || res.Entries[1].Type != game.Defined ||
		!strings.HasPrefix(res.Entries[0].Text, "after nothing; ") || later(res.Epoch, 0) <= later(head.Epoch, 0) {
		t.Fatalf("%+v", res)
	}
	w.def = w.load().Definition
	for round := range 2 {
		before := w.head().Seq
		for i := 1; i < len(all); i += 3 { // the first one is the definition
			for j, r := range w.knowing(w.head(), restore(all[i:min(i+3, len(all))]...)...).Replies {
				if r.Outcome != game.OutDone || r.Replay != (round > 0) {
					t.Fatalf("round %d: restoring %+v: %+v", round, all[i+j], r)
				}
			}
		}
		if round > 0 && w.head().Seq != before {
			t.Fatalf("%d entries the second time", w.head().Seq-before)
		}
	}
	if got := w.standings(); difference(standings, got) != "" {
		t.Fatalf("standings\n%v\nwant\n%v", got, standings)
	}
	for i, row := range w.rows(false) {
		row.Tie = rows[i].Tie
		if row != rows[i] {
			t.Fatalf("row %+v, want %+v", row, rows[i])
		}
	}
	if sum := w.load(); sum.Phase != phases || !sum.Frozen {
		t.Fatalf("%+v", sum)
	}
	for i, n := range w.ledger() {
		if (n.Type.PutBack() || n.Type == game.Joined) != n.Restores() {
			t.Errorf("entry %d: %+v", i, n)
		}
	}
	// Commands that come again get the replies of then.
	for _, n := range all {
		if n.Type == game.Awarded && n.By != "" && n.Player == "" {
			grant := game.Command{Type: game.CmdGrant, ID: n.ID, Entrant: n.Entrant, Challenge: n.Challenge, By: n.By, Reason: n.Reason}
			if r := w.one(grant); r.Outcome != game.OutDone || !r.Replay || r.Points != n.Points {
				t.Errorf("grant %s again: %+v", n.ID, r)
			}
			grant.Reason = "other"
			w.refused(grant, game.CodeConflict, game.WhyReused)
		}
		if n.Type != game.Awarded || n.Entrant != "ada" {
			continue
		}
		r := w.commitBy(def, game.Command{
			Type: game.CmdClaim, ID: n.ID, Entrant: n.Entrant, Player: n.Player, Challenge: n.Challenge, Right: true,
		}).Replies[0]
		if r.Outcome != game.OutAwarded || !r.Replay || r.Points != n.Points || r.Bonus != n.Bonus {
			t.Errorf("claim %s again: %+v", n.ID, r)
		}
	}
	if n := len(w.epochsOf()); n != 1 {
		t.Errorf("%d recovered entries", n)
	}
}

func restoreRefused(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada", "bob")
	award := game.Entry{
		Epoch: w.head().Epoch, Seq: 90, Nonce: "AAAAAA", Type: game.Awarded, Entrant: "ada", Player: "ada", Challenge: "gate",
		Points: 150, Bonus: 50, ID: w.id(),
	}
	of := func(change func(n *game.Entry)) game.Command {
		n := award
		change(&n)
		return restore(n)[0]
	}
	w.refused(game.Command{Type: game.CmdRestore}, game.CodeBadRequest, "")
	for _, not := range []game.EntryType{game.Defined, game.Recovered, "", "other"} {
		w.refused(of(func(n *game.Entry) { n.Type = not }), game.CodeBadRequest, "")
	}
	w.refused(of(func(n *game.Entry) { n.Entrant = "eve" }), game.CodeUnknownEntrant, "")
	w.refused(of(func(n *game.Entry) { n.Points = hunt.MaxPoints + 1 }), game.CodeConflict, game.WhyBound)
	w.done(w.ban("bob"))
	w.refused(of(func(n *game.Entry) { n.Entrant = "bob" }), game.CodeForbidden, game.WhyBanned)

	// The player's own retry of the claim came first.
	own := w.done(w.right("ada", "gate"))
	r := w.one(restore(award)[0])
	own.Outcome, own.Replay = game.OutDone, true
	w.want(r, own)
	// Taken back is not lost.
	w.done(w.revoke("ada", "gate", ""))
	own.Revoked = true
	w.want(w.one(restore(award)[0]), own)
	if e := w.entrant("ada"); e.Total != 0 || e.Solves != 0 {
		t.Fatalf("%+v", e)
	}
}

// restoreRevoked: two nodes remember the same, and between their restores the
// organizer takes a badge and an award back. Neither comes again.
func restoreRevoked(t *testing.T, open Open) {
	w := played(t, open)
	all := w.ledger()
	w.hunt, w.def = "again", nil
	w.define(badged(w.hunt))
	w.commit(restore(all[1:]...)...)
	badge := ""
	for b := range w.entrant("ada").Badges {
		badge = b
	}
	w.done(w.revoke("ada", "", badge))
	w.done(w.revoke("cyd", "easy", ""))
	before, seq := w.standings(), w.head().Seq
	for i, r := range w.commit(restore(all[1:]...)...).Replies {
		if !r.Replay {
			t.Errorf("%+v came again: %+v", all[i+1], r)
		}
	}
	if w.head().Seq != seq || difference(before, w.standings()) != "" {
		t.Fatalf("%v\nwant %v", w.standings(), before)
	}
}

// restoreBeforeSchedule: what was lost just before a hunt closes is put back
// before it closes, so that the badges for places go to the right ones.
func restoreBeforeSchedule(t *testing.T, open Open) {
	w := defined(t, open, scheduled)
	w.pass(minute)
	w.done(w.join("ada"))
	w.done(w.join("bob"))
	w.done(w.right("bob", "easy"))
	head := w.head()
	// This node reports as lost: a player and two awards.
	lost := []game.Entry{
		{Type: game.Joined, Entrant: "cyd", Player: "cyd", Name: "Cyd"},
		{Type: game.Awarded, Entrant: "cyd", Player: "cyd", Challenge: "gate", Points: 150, Bonus: 50, ID: w.id()},
		{Type: game.Awarded, Entrant: "ada", Player: "ada", Challenge: "gate", Points: 130, Bonus: 30, ID: w.id()},
	}
	for i := range lost {
		lost[i].Epoch, lost[i].Seq, lost[i].Nonce = head.Epoch, head.Seq+int64(i)+1, "AAAAAA"
	}
	w.pass(60 * minute)
	known := game.Head{Epoch: head.Epoch, Seq: head.Seq + 3, Nonce: "AAAAAA"}
	if res := w.knowing(known, game.Command{Type: game.CmdAdvance}); len(res.Entries) != 1 {
		t.Fatalf("the schedule ran before the restore: %+v", res)
	}
	w.knowing(w.head(), restore(lost...)...)
	if sum := w.load(); sum.Phase != game.Open {
		t.Fatalf("phase %s", sum.Phase)
	}
	// A claim among restores is decided like any other.
	res := w.knowing(w.head(), append(restore(lost...), w.right("ada", "easy"))...)
	if got := res.Replies[3].Outcome; got != game.OutClosed || w.load().Phase != game.Closed {
		t.Fatalf("%s in phase %s", got, w.load().Phase)
	}
	res = w.commit(w.freeze(game.FreezeOff))
	placed := map[string]bool{}
	for _, n := range res.Entries {
		if n.Type == game.Badged && n.ID == "" {
			placed[n.Entrant] = true
		}
	}
	if !placed["cyd"] || !placed["ada"] {
		t.Fatalf("badges for places: %v in %+v", placed, res.Entries)
	}
}
