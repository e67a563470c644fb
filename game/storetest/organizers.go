package storetest

import (
	"slices"
	"testing"

	"veltrix/game"
	"veltrix/game/hunt"
)

func join(t *testing.T, open Open) {
	w := defined(t, open, plain)
	got := w.done(w.join("ada")) // in the draft already
	if got.Seq != 2 || got.Entrant == nil || got.Entrant.ID != "ada" || got.Entrant.Name != "Name of ada" ||
		!slices.Equal(got.Entrant.Players, []string{"ada"}) || got.Entrant.Tie != 2 {
		t.Fatalf("%+v", got)
	}
	w.pass(second)
	again := w.join("ada")
	again.Admitted = false // a player that has joined needs no code
	r := w.one(again)
	got.Replay = true
	w.want(r, got)
	if row := w.rows(false)[0]; row != (game.Row{Entrant: "ada", Name: "Name of ada", Tie: 2}) {
		t.Fatalf("%+v", row)
	}
	stranger := w.join("bob")
	stranger.Admitted = false
	w.refused(stranger, game.CodeBadCode, "")
	w.done(w.phase(game.Open))
	w.done(w.phase(game.Closed))
	w.refused(w.join("bob"), game.CodeClosed, "")
	w.done(w.ban("ada"))
	w.refused(w.join("ada"), game.CodeForbidden, game.WhyBanned)
	if id, err := w.store.EntrantOf(w.context(), w.hunt, "ada"); err != nil || id != "ada" {
		t.Fatalf("%q, %v", id, err)
	}
}

func joinTeam(t *testing.T, open Open) {
	w := defined(t, open, teams)
	found := game.Command{
		Type: game.CmdJoin, Entrant: "reds", Player: "ada", Name: "The Reds", Invite: "secret", Found: true, Admitted: true,
	}
	mate := game.Command{Type: game.CmdJoin, Entrant: "reds", Player: "bob", Admitted: true}
	w.refused(mate, game.CodeUnknownEntrant, "")
	w.done(found)
	r := w.done(mate)
	if !slices.Equal(r.Entrant.Players, []string{"ada", "bob"}) || r.Entrant.Name != "The Reds" || r.Entrant.Invite != "secret" {
		t.Fatalf("%+v", r.Entrant)
	}
	if len(w.rows(false)) != 1 || w.rows(false)[0].Tie != 2 {
		t.Fatalf("%+v", w.rows(false))
	}
	mate.Entrant = "blues"
	w.refused(mate, game.CodeConflict, game.WhyOtherTeam)
	twice := found
	twice.Player = "eve"
	w.refused(twice, game.CodeConflict, game.WhyHas)

	w.done(w.phase(game.Open))
	claim := w.right("bob", "gate")
	claim.Entrant = "reds"
	w.done(claim)
	if id, err := w.store.EntrantOf(w.context(), w.hunt, "bob"); err != nil || id != "reds" {
		t.Fatalf("%q, %v", id, err)
	}
	w.board(false, "reds 155")
	w.done(w.ban("reds"))
	mate.Entrant, mate.Player = "reds", "zoe"
	w.refused(mate, game.CodeForbidden, game.WhyBanned)
}

func define(t *testing.T, open Open) {
	w := newWorld(t, open)
	r := w.define(plain(w.hunt))
	w.want(r, game.Reply{Outcome: game.OutDone, Seq: 1, At: epoch0, Rev: 1})
	sum := w.load()
	if sum.Phase != game.Draft || sum.Definition.Rev != 1 || string(sum.Definition.Source) != plain(w.hunt) || sum.Epoch == "" {
		t.Fatalf("%+v", sum)
	}
	w.want(w.define(plain(w.hunt)), game.Reply{Outcome: game.OutDone, Replay: true, Rev: 1})
	w.want(w.define(teams(w.hunt)), game.Reply{Outcome: game.OutDone, Seq: 2, At: epoch0, Rev: 2})
	w.want(w.define(plain(w.hunt)), game.Reply{Outcome: game.OutDone, Seq: 3, At: epoch0, Rev: 3})
	w.done(w.join("ada"))
	w.want(w.define(teams(w.hunt)), game.Reply{Outcome: game.OutRefused, Code: game.CodeConflict, Why: game.WhyMode})

	// The next command of the batch is judged by the new definition.
	d := parse(t, plainAgain(w.hunt))
	res := w.commit(game.Command{Type: game.CmdDefine, Definition: d, By: "olga"}, w.phase(game.Open))
	if res.Replies[0].Rev != 4 || res.Replies[1].Outcome != game.OutStale || res.Rev != 4 {
		t.Fatalf("%+v", res)
	}
	w.def = w.load().Definition
	if w.def.Rev != 4 || w.def.Challenge("extra") == nil || w.def.Challenge("easy") != nil {
		t.Fatalf("rev %d is in force", w.def.Rev)
	}
	// An award outlives its challenge.
	w.done(w.phase(game.Open))
	w.done(w.right("ada", "extra"))
	w.define(plain(w.hunt))
	if e := w.entrant("ada"); e.Total != 15 || e.Solves != 1 {
		t.Fatalf("%+v", e)
	}
}

func adjust(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	w.refused(w.adjust("eve", 1), game.CodeUnknownEntrant, "")
	w.want(w.one(w.adjust("ada", -5)), game.Reply{Outcome: game.OutDone, Seq: 4, At: epoch0, Points: -5, Total: -5})
	w.refused(w.adjust("ada", hunt.MaxPoints+6), game.CodeConflict, game.WhyBound)
	w.refused(w.adjust("ada", -hunt.MaxPoints), game.CodeConflict, game.WhyBound)
	w.done(w.adjust("ada", hunt.MaxPoints+5))
	w.refused(w.right("ada", "easy"), game.CodeConflict, game.WhyBound)
	w.refused(w.grant("ada", "easy", ""), game.CodeConflict, game.WhyBound)
	w.done(w.ban("ada"))
	w.done(w.adjust("ada", -7))
}

func revoke(t *testing.T, open Open) {
	w := opened(t, open, badged, "ada")
	gate := w.right("ada", "gate")
	w.done(gate)
	w.refused(w.revoke("eve", "gate", ""), game.CodeUnknownEntrant, "")
	w.refused(w.revoke("ada", "well", ""), game.CodeConflict, game.WhyHasNot)
	w.refused(w.revoke("ada", "", "runner"), game.CodeConflict, game.WhyHasNot)
	w.want(w.one(w.revoke("ada", "gate", "")), game.Reply{Outcome: game.OutDone, Seq: 9, At: epoch0, Points: -150, Total: 112})
	w.refused(w.revoke("ada", "gate", ""), game.CodeConflict, game.WhyHasNot)
	w.want(w.one(w.revoke("ada", "", "rich")), game.Reply{Outcome: game.OutDone, Seq: 10, At: epoch0, Points: -80, Total: 32})
	e := w.entrant("ada")
	if e.Tie != e.JoinSeq || e.Solves != 0 || e.Firsts != 0 || !e.Awards["gate"].Revoked || len(e.Badges) != 3 {
		t.Fatalf("%+v", e)
	}
	if got := w.load().Tallies["gate"]; got != (game.Tally{Given: 1}) {
		t.Fatalf("%+v", got)
	}
}

func grant(t *testing.T, open Open) {
	w := defined(t, open, badged)
	w.done(w.join("ada"))
	w.refused(w.grant("eve", "gate", ""), game.CodeUnknownEntrant, "")
	w.refused(w.grant("ada", "no-such", ""), game.CodeUnknownChallenge, "")
	w.refused(w.grant("ada", "", "no-such"), game.CodeUnknownBadge, "")
	tower := w.grant("ada", "tower", "") // in the draft, and gate is not solved
	got := w.done(tower)
	if got.Outcome != game.OutDone || got.Points != 500 || !slices.Equal(got.Badges, []string{"starter", "richer", "rich"}) {
		t.Fatalf("%+v", got)
	}
	w.refused(w.grant("ada", "tower", ""), game.CodeConflict, game.WhyHas)
	honour := w.grant("ada", "", "honour")
	w.want(w.one(honour), game.Reply{Outcome: game.OutDone, Seq: 7, At: epoch0, Points: 30, Total: 622})
	w.refused(w.grant("ada", "", "honour"), game.CodeConflict, game.WhyHas)
	got.Replay = true
	w.want(w.one(tower), got)
	// An organizer can give back what was taken.
	w.done(w.revoke("ada", "tower", ""))
	w.done(w.grant("ada", "tower", ""))
	if e := w.entrant("ada"); e.Solves != 1 || e.Firsts != 1 || e.Awards["tower"].Revoked || e.Streak != 0 || e.Awards["tower"].Player != "" {
		t.Fatalf("%+v", e)
	}
}

func phases(t *testing.T, open Open) {
	w := defined(t, open, plain)
	try := func(allowed bool, cmd game.Command) {
		t.Helper()
		if allowed {
			w.done(cmd)
			return
		}
		w.refused(cmd, game.CodeConflict, game.WhyPhase)
	}
	try(false, w.phase(game.Paused))
	try(false, w.phase(game.Closed))
	try(false, w.phase(game.Draft))
	try(false, w.freeze(game.FreezeOn))
	try(true, w.phase(game.Open))
	try(false, w.phase(game.Open))
	try(false, w.freeze(game.FreezeOff))
	try(true, w.freeze(game.FreezeOn))
	try(false, w.freeze(game.FreezeOn))
	try(true, w.phase(game.Paused))
	try(false, w.phase(game.Paused))
	try(true, w.freeze(game.FreezeOff))
	try(true, w.freeze(game.FreezeOn))
	try(true, w.phase(game.Open))
	try(true, w.phase(game.Closed))
	try(true, w.phase(game.Open))
	try(true, w.phase(game.Closed))
	try(false, w.phase(game.Paused))
	try(false, w.phase(game.Closed))
	try(true, w.freeze(game.FreezeOff))
	try(true, w.freeze(game.FreezeOn))
	last := w.ledger()[len(w.ledger())-1]
	if last.Phase != game.Closed || !last.Frozen || last.By != "olga" {
		t.Fatalf("%+v", last)
	}
}

func announce(t *testing.T, open Open) {
	w := defined(t, open, plain)
	cmd := game.Command{Type: game.CmdAnnounce, ID: w.id(), Text: "Rain at the harbour", By: "olga"}
	got := w.done(cmd)
	w.want(got, game.Reply{Outcome: game.OutDone, Seq: 2, At: epoch0})
	w.pass(second)
	got.Replay = true
	w.want(w.one(cmd), got)
	if n := w.ledger()[1]; n.Type != game.Announced || n.Text != cmd.Text || n.By != "olga" {
		t.Fatalf("%+v", n)
	}
}

func ban(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada", "bob")
	w.done(w.right("ada", "gate"))
	w.done(w.freeze(game.FreezeOn))
	w.refused(w.ban("eve"), game.CodeUnknownEntrant, "")
	cmd := w.ban("ada")
	got := w.done(cmd)
	got.Replay = true
	w.want(w.one(cmd), got)
	w.refused(w.ban("ada"), game.CodeConflict, game.WhyHas)
	w.board(false, "bob 0")
	w.board(true, "bob 0")
	if sum := w.load(); sum.Entrants != 1 || sum.Tallies["gate"] != (game.Tally{}) {
		t.Fatalf("%+v", sum)
	}
	if e := w.entrant("ada"); !e.Banned || e.Total != 150 {
		t.Fatalf("%+v", e)
	}
	w.refused(w.hint("ada", "free"), game.CodeForbidden, game.WhyBanned)
}

// reusedIDs: each part of an organizer's command is its content.
func reusedIDs(t *testing.T, open Open) {
	w := opened(t, open, badged, "ada", "bob")
	adjust := w.adjust("ada", 7)
	got := w.done(adjust)
	others := []func(*game.Command){
		func(c *game.Command) { c.Entrant = "bob" },
		func(c *game.Command) { c.Points = 8 },
		func(c *game.Command) { c.Reason = "other" },
		func(c *game.Command) { c.Type, c.Points, c.Badge = game.CmdGrant, 0, "honour" },
		func(c *game.Command) { *c = w.phase(game.Paused); c.ID = adjust.ID },
		func(c *game.Command) { c.Type = game.CmdAnnounce; c.Text = "Hello" },
		func(c *game.Command) { c.Type = game.CmdBan },
	}
	for _, change := range others {
		other := adjust
		change(&other)
		w.refused(other, game.CodeConflict, game.WhyReused)
	}
	got.Replay = true
	w.want(w.one(adjust), got)

	pause := w.phase(game.Paused)
	w.done(pause)
	other := pause
	other.Phase = game.Closed
	w.refused(other, game.CodeConflict, game.WhyReused)
	other.Phase, other.Freeze = "", game.FreezeOn
	w.refused(other, game.CodeConflict, game.WhyReused)
	if r := w.one(pause); !r.Replay {
		t.Fatalf("%+v", r)
	}
	gift := w.grant("ada", "gate", "")
	w.done(gift)
	other = gift
	other.Challenge = "well"
	w.refused(other, game.CodeConflict, game.WhyReused)
	// A refused command left nothing behind: its id is free.
	bad := w.adjust("eve", 1)
	w.refused(bad, game.CodeUnknownEntrant, "")
	bad.Entrant = "bob"
	w.done(bad)
}
