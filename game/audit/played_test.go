package audit

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
	"veltrix/game/storetest"
)

const fair = `hunt: fair
title: The fair
mode: team
limit: 10h
finish: {text: Well done., when: {solves: 2}}
divisions: [{id: school, title: Schools}, {id: open, title: Open}]
challenges:
  - {id: one, title: One, points: 10, bonus: [5], proof: {text: uno}, hints: [{id: h, title: H, text: T., cost: 3}]}
  - {id: two, title: Two, points: 20, penalty: 2, proof: {text: due}}
  - {id: three, title: Three, points: {up_to: 50}, proof: {review: {prompt: Show it.}}}
badges:
  - {id: hero, title: Hero, points: 7, when: {manual: true}}
  - {id: starter, title: Starter, points: 5, when: {solves: 1}}
  - {id: best, title: Best, points: 4, when: {place: 1}}
  - {id: best-school, title: Best School, when: {place: 1, division: school}}
`

// step is a command of a hunt that is played, and its outcome.
type step struct {
	game.Command
	want game.Outcome
}

// claimed is a claim by the player of an entrant's name.
func claimed(entrant, challenge string, change func(*game.Command)) game.Command {
	c := game.Command{Type: game.CmdClaim, Entrant: entrant, Player: entrant, Challenge: challenge}
	change(&c)
	return c
}

func right(c *game.Command) { c.Right = true }
func wrong(c *game.Command) { c.Digest = "nonsense" }
func shown(c *game.Command) { c.Pending, c.Note = true, "Look." }

// beginning has all who play, and how they begin.
func beginning(d *hunt.Definition) []step {
	steps := []step{
		{game.Command{Type: game.CmdDefine, Definition: d}, game.OutDone},
		{game.Command{Type: game.CmdPhase, Phase: game.Open, At: 5_000_000}, game.OutDone},
		{game.Command{Type: game.CmdPhase, Phase: game.Open}, game.OutDone},
	}
	for _, id := range []string{"ada", "bob", "eve", "kim", "joe"} {
		join := game.Command{Type: game.CmdJoin, Entrant: id, Player: id, Name: strings.ToUpper(id), Looks: id, Member: "The " + id, Found: true}
		if id != "bob" {
			join.Division, join.Chosen = "school", true
		}
		steps = append(steps, step{join, game.OutDone}, step{game.Command{Type: game.CmdStart, Entrant: id, Player: id}, game.OutDone})
	}
	for _, id := range []string{"max", "tim"} {
		steps = append(steps, step{game.Command{Type: game.CmdJoin, Entrant: "bob", Player: id}, game.OutDone})
	}
	return steps
}

// middle is what they and the organizers do.
func middle() []step {
	return []step{
		{claimed("ada", "one", right), game.OutAwarded},
		{claimed("ada", "two", wrong), game.OutWrong},
		{claimed("ada", "two", right), game.OutAwarded},
		{game.Command{Type: game.CmdHint, Entrant: "ada", Player: "ada", Challenge: "one", Hint: "h"}, game.OutDone},
		{claimed("bob", "one", right), game.OutAwarded},
		{game.Command{Type: game.CmdPhase, Phase: game.Paused}, game.OutDone},
		{game.Command{Type: game.CmdPhase, Phase: game.Open}, game.OutDone},
		{game.Command{Type: game.CmdRevoke, Entrant: "bob", Challenge: "one", Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdGrant, Entrant: "bob", Challenge: "one", Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdGrant, Entrant: "eve", Badge: "hero", Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdRevoke, Entrant: "eve", Badge: "hero", Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdAdjust, Entrant: "eve", Points: 9, Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdAdjust, Entrant: "eve", Points: 1, Reason: "x", KeepPlace: true}, game.OutDone},
		{claimed("eve", "three", shown), game.OutPending},
		{claimed("kim", "three", shown), game.OutPending},
		{game.Command{Type: game.CmdReview, Entrant: "eve", Challenge: "three", Approve: true, Judged: true, Points: 4}, game.OutAwarded},
		{game.Command{Type: game.CmdReview, Entrant: "kim", Challenge: "three"}, game.OutWrong},
		{claimed("kim", "three", shown), game.OutPending},
		{claimed("kim", "one", right), game.OutAwarded},
		{claimed("kim", "two", right), game.OutAwarded},
		{game.Command{Type: game.CmdRevoke, Entrant: "kim", Challenge: "two", Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdHide, Entrant: "kim", Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdHide, Entrant: "kim", Lift: true, Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdRename, Entrant: "kim", Name: "Kim", Looks: "kim", Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdDivide, Entrant: "eve", Division: "open", Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdMove, Player: "max", Entrant: "ada", Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdMove, Player: "tim", Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdSkip, Entrant: "eve", Challenge: "one", Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdSkip, Entrant: "ada", Challenge: "three", Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdSkip, Entrant: "eve", Challenge: "one", Lift: true, Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdSkip, Challenge: "three", Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdExtend, Entrant: "ada", Minutes: 5, Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdExtend, Minutes: 7, Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdPhase, Phase: game.Closed}, game.OutDone},
	}
}

// end opens the hunt again, freezes and closes it.
func end(edited *hunt.Definition) []step {
	return []step{
		{game.Command{Type: game.CmdPhase, Phase: game.Open, SetCloses: true, Closes: 9_000_000}, game.OutDone},
		{game.Command{Type: game.CmdPhase, Freeze: game.FreezeOn}, game.OutDone},
		{claimed("eve", "two", right), game.OutAwarded},
		{game.Command{Type: game.CmdBan, Entrant: "kim", Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdHide, Entrant: "kim", Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdBan, Entrant: "joe", Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdBan, Entrant: "joe", Lift: true, Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdAnnounce, Text: "x"}, game.OutDone},
		{game.Command{Type: game.CmdPhase, Phase: game.Closed}, game.OutDone},
		{game.Command{Type: game.CmdDelete, Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdDelete, Lift: true, Reason: "x"}, game.OutDone},
		{game.Command{Type: game.CmdDefine, Definition: edited}, game.OutDone},
	}
}

// played is a store in which a hunt was played with everything that there is.
func played(t *testing.T) game.Store {
	t.Helper()
	d, findings := huntfile.Parse([]byte(fair))
	if d == nil {
		t.Fatal(findings)
	}
	now := int64(1_000_000)
	store := storetest.NewReference(func() int64 { now += 1000; return now })
	var rev int64
	waiting := map[string]string{}
	for i, c := range slices.Concat(beginning(d), middle(), end(edited(t, d))) {
		cmd := c.Command
		cmd.Rev, cmd.Admitted = rev, true
		if cmd.Type != game.CmdJoin && cmd.Type != game.CmdDefine {
			cmd.ID = fmt.Sprintf("6f1c0b1e-2f5e-4a6c-9d0e-%012d", i)
		}
		if cmd.Player == "" || cmd.Type == game.CmdMove {
			cmd.By = "organizer"
		}
		switch {
		case cmd.Pending:
			waiting[cmd.Entrant] = cmd.ID
		case cmd.Type == game.CmdReview:
			cmd.ID = waiting[cmd.Entrant]
		}
		res, err := store.Commit(t.Context(), "fair", nil, game.Head{}, []game.Command{cmd})
		if err != nil || res.Replies[0].Outcome != c.want {
			t.Fatalf("%+v: %+v, %v", cmd, res.Replies, err)
		}
		rev = res.Rev
	}
	return store
}

// edited is the hunt without its hint.
func edited(t *testing.T, d *hunt.Definition) *hunt.Definition {
	t.Helper()
	e, findings := huntfile.Parse(bytes.ReplaceAll(d.Source, []byte(", hints: [{id: h, title: H, text: T., cost: 3}]"), nil))
	if e == nil {
		t.Fatal(findings)
	}
	return e
}
