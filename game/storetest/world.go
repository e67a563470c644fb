package storetest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"veltrix/game"
	"veltrix/game/hunt"
)

// Open opens an empty store for one test and closes it when the test ends. The
// store reads its time, Unix ms, from clock.
type Open func(t testing.TB, clock func() int64) game.Store

// world is one hunt in one store, and its clock.
type world struct {
	testing.TB
	store game.Store
	now   atomic.Int64
	hunt  string
	def   *hunt.Definition // as the store gave it, with its revision
	ids   atomic.Int64
}

func newWorld(t testing.TB, open Open) *world {
	w := &world{TB: t, hunt: "old-town"}
	w.now.Store(epoch0)
	w.store = open(t, w.now.Load)
	return w
}

// defined is a world with a hunt in phase draft.
func defined(t testing.TB, open Open, text func(string) string) *world {
	t.Helper()
	w := newWorld(t, open)
	w.define(text(w.hunt))
	return w
}

// opened is a world with an open hunt and these players in it.
func opened(t testing.TB, open Open, text func(string) string, players ...string) *world {
	t.Helper()
	w := defined(t, open, text)
	w.done(w.phase(game.Open))
	for _, p := range players {
		w.done(w.join(p))
	}
	return w
}

func (w *world) context() context.Context { return w.Context() }

// id makes a new command id.
func (w *world) id() string { return commandID(w.ids.Add(1)) }

func commandID(n int64) string { return fmt.Sprintf("00000000-0000-4000-8000-%012x", n) }

// pass lets time pass.
func (w *world) pass(ms int64) { w.now.Add(ms) }

// commit commits commands that were judged by the definition in force.
func (w *world) commit(cmds ...game.Command) game.Result {
	w.Helper()
	return w.commitBy(w.def, cmds...)
}

// commitBy commits commands that were judged by def.
func (w *world) commitBy(def *hunt.Definition, cmds ...game.Command) game.Result {
	w.Helper()
	for i := range cmds {
		if def != nil {
			cmds[i].Rev = def.Rev
		}
	}
	res, err := w.store.Commit(w.context(), w.hunt, def, game.Head{}, cmds)
	if err != nil {
		w.Fatalf("commit: %v", err)
	}
	if len(res.Replies) != len(cmds) {
		w.Fatalf("%d replies to %d commands", len(res.Replies), len(cmds))
	}
	return res
}

// one commits one command.
func (w *world) one(cmd game.Command) game.Reply {
	w.Helper()
	return w.commit(cmd).Replies[0]
}

// done commits one command that has to take effect, and now.
func (w *world) done(cmd game.Command) game.Reply {
	w.Helper()
	r := w.one(cmd)
	if (r.Outcome != game.OutDone && r.Outcome != game.OutAwarded) || r.Replay {
		w.Fatalf("%s: %+v", cmd.Type, r)
	}
	return r
}

// define applies a hunt file and takes the definition that the store gives.
func (w *world) define(text string) game.Reply {
	w.Helper()
	r := w.one(game.Command{Type: game.CmdDefine, Definition: parse(w, text), By: "olga"})
	w.def = w.load().Definition
	return r
}

func (w *world) load() *game.Summary {
	w.Helper()
	sum, err := w.store.Load(w.context(), w.hunt)
	if err != nil {
		w.Fatalf("load: %v", err)
	}
	return sum
}

func (w *world) entrant(id string) *game.Entrant {
	w.Helper()
	e, err := w.store.Entrant(w.context(), w.hunt, id)
	if err != nil {
		w.Fatalf("entrant %s: %v", id, err)
	}
	return e
}

func (w *world) rows(frozen bool) []game.Row {
	w.Helper()
	rows, _, err := w.store.Rows(w.context(), w.hunt, frozen)
	if err != nil {
		w.Fatalf("rows: %v", err)
	}
	return rows
}

// ledger reads the whole ledger.
func (w *world) ledger() []game.Entry {
	w.Helper()
	return readLedger(w, w.store, w.hunt)
}

// want compares a reply.
func (w *world) want(got, want game.Reply) {
	w.Helper()
	if d := difference(want, got); d != "" {
		w.Fatalf("reply%s\nwant %+v\ngot  %+v", d, want, got)
	}
}

// refused commits one command that has to be refused.
func (w *world) refused(cmd game.Command, code game.Code, why string) {
	w.Helper()
	w.want(w.one(cmd), game.Reply{Outcome: game.OutRefused, Code: code, Why: why})
}

// board expects entrants in this order, each with its points.
func (w *world) board(frozen bool, want ...string) {
	w.Helper()
	var got []string
	for _, r := range w.rows(frozen) {
		if r.Out {
			continue
		}
		got = append(got, fmt.Sprintf("%s %d", r.Entrant, r.Points))
	}
	if d := difference(want, got); d != "" {
		w.Fatalf("board (frozen %v)%s\nwant %v\ngot  %v", frozen, d, want, got)
	}
}

func readLedger(t testing.TB, store game.Store, id string) []game.Entry {
	t.Helper()
	var all []game.Entry
	for {
		page, err := store.Ledger(t.Context(), id, int64(len(all)), 100)
		if err != nil {
			t.Fatalf("ledger: %v", err)
		}
		if len(page) == 0 {
			return all
		}
		for _, n := range page {
			if n.Seq != int64(len(all))+1 {
				t.Fatalf("ledger: seq %d after %d entries", n.Seq, len(all))
			}
			all = append(all, n)
		}
	}
}

// Commands.

func (w *world) join(player string) game.Command {
	return game.Command{
		Type: game.CmdJoin, Entrant: player, Player: player, Name: "Name of " + player, Found: true, Admitted: true,
	}
}

func (w *world) right(player, challenge string) game.Command {
	return game.Command{
		Type: game.CmdClaim, ID: w.id(), Entrant: player, Player: player, Challenge: challenge, Right: true, Digest: "right",
	}
}

func (w *world) wrong(player, challenge, digest string) game.Command {
	c := w.right(player, challenge)
	c.Right, c.Digest = false, digest
	return c
}

func (w *world) photo(player, note string) game.Command {
	c := w.right(player, "photo")
	c.Right, c.Digest, c.Pending, c.Note = false, "", true, note
	return c
}

func (w *world) event(player string) game.Command {
	return game.Command{Type: game.CmdEvent, ID: w.id(), Entrant: player, Player: player, Challenge: "steps"}
}

func (w *world) hint(player, hint string) game.Command {
	return game.Command{Type: game.CmdHint, ID: w.id(), Entrant: player, Player: player, Challenge: "tower", Hint: hint}
}

func (w *world) phase(p game.Phase) game.Command {
	return game.Command{Type: game.CmdPhase, ID: w.id(), Phase: p, By: "olga"}
}

func (w *world) freeze(f game.Freeze) game.Command {
	return game.Command{Type: game.CmdPhase, ID: w.id(), Freeze: f, By: "olga"}
}

func (w *world) adjust(entrant string, points int64) game.Command {
	return game.Command{Type: game.CmdAdjust, ID: w.id(), Entrant: entrant, Points: points, By: "olga", Reason: "because"}
}

func (w *world) revoke(entrant, challenge, badge string) game.Command {
	return game.Command{
		Type: game.CmdRevoke, ID: w.id(), Entrant: entrant, Challenge: challenge, Badge: badge, By: "olga", Reason: "because",
	}
}

func (w *world) grant(entrant, challenge, badge string) game.Command {
	c := w.revoke(entrant, challenge, badge)
	c.Type = game.CmdGrant
	return c
}

func (w *world) review(claim, entrant string, approve bool) game.Command {
	return game.Command{
		Type: game.CmdReview, ID: claim, Entrant: entrant, Challenge: "photo", Approve: approve, By: "olga", Reason: "seen",
	}
}

func (w *world) ban(entrant string) game.Command {
	return game.Command{Type: game.CmdBan, ID: w.id(), Entrant: entrant, By: "olga", Reason: "cheats"}
}
