package play

import (
	"slices"
	"strings"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/server/protocol"
)

// snapshot is what a session gets when it joins or, with a nil entrant, watches.
// members are the entrant's sessions here.
func (a *audience) snapshot(v *actor.View, r *protocol.Request, e *game.Entrant, members []*member, now int64) *protocol.Joined {
	if a.phase == "" {
		a.phase = v.Phase
	}
	_, rev := v.Published()
	var w *actor.Walker
	if e != nil {
		w = actor.NewWalker(e)
	}
	definition, sees := a.definition(v, w, now)
	joined := &protocol.Joined{
		Type: "watching", ID: r.ID, Hunt: v.Hunt, Epoch: v.Epoch, Seq: v.Seq, Rev: rev,
		Phase: v.Phase, Frozen: v.Frozen, Opens: v.Opens(), Closes: v.Closes(), Now: now,
		View: sees.view, Board: a.shown.full,
	}
	if r.View != sees.view {
		joined.Definition = definition
	}
	if e == nil {
		if a.watched.marks == nil { // otherwise others watch, who may not have been sent what has just opened
			a.watched = sees
		}
		return joined
	}
	entrant := &present{Walker: w, sees: sees}
	joined.Type, joined.You = "joined", you(v, e)
	if team := joined.You.Team; team != nil {
		team.Members = teamOf(w, members)
		entrant.here = sayHere(team.Members)
	}
	entrant.ends = v.Ends(w)
	joined.You.Ends = entrant.ends
	if was := a.present[e.ID]; was != nil {
		was.Walker = w // the other sessions hear at the next tick of what this one has been sent
		return joined
	}
	a.present[e.ID] = entrant
	return joined
}

// you is an entrant as it sees itself.
func you(v *actor.View, e *game.Entrant) *protocol.You {
	y := &protocol.You{
		Entrant: e.ID, Name: e.Name, Points: e.Total,
		Solved: map[string]protocol.Solved{}, Badges: map[string]protocol.Held{},
		Hints: map[string]protocol.Hint{}, Attempts: map[string]protocol.Attempt{},
	}
	y.Rank, y.Entrants = v.Rank(e.ID)
	y.Division, y.DivisionRank, y.Finished = e.Division, v.DivisionRank(e.ID), e.FinishedAt
	for id := range v.Skips {
		y.Skipped = append(y.Skipped, id)
	}
	for id := range e.Skips {
		if !v.Skips[id] {
			y.Skipped = append(y.Skipped, id)
		}
	}
	slices.Sort(y.Skipped)
	for id, a := range e.Awards {
		if !a.Revoked {
			y.Solved[id] = protocol.Solved{Seq: a.Seq, Points: a.Points, At: a.At}
		}
	}
	for id, b := range e.Badges {
		y.Badges[id] = protocol.Held{Seq: b.Seq, At: b.At}
	}
	for id, h := range e.Hints {
		challenge, hint, _ := strings.Cut(id, "/")
		title, text := v.HintText(challenge, hint, h.Rev)
		y.Hints[id] = protocol.Hint{Title: title, Text: text, Cost: h.Cost}
	}
	for id, t := range e.Attempts {
		if t.Pending != nil {
			if y.Pending == nil {
				y.Pending = map[string]protocol.Pending{}
			}
			y.Pending[id] = protocol.Pending{ID: t.Pending.ID, At: t.Pending.At}
		}
		c := v.Definition.Challenge(id)
		if c == nil || t.Count == 0 || c.Guarded() && t.RetryAt == 0 {
			continue
		}
		var attempt protocol.Attempt
		if c.MaxAttempts > 0 {
			left := max(0, c.MaxAttempts-t.Count)
			attempt.Left = &left
		}
		if t.RetryAt > 0 {
			attempt.RetryAt = v.Wall(t.RetryAt)
		}
		y.Attempts[id] = attempt
	}
	if e.Invite != "" {
		y.Team = &protocol.OwnTeam{Code: e.Invite, Players: len(e.Players)}
	}
	return y
}

// maxViews bounds the definitions that are kept as seen: one for each set of
// unlocked challenges that occurs. A hunt has few of them at a time.
const maxViews = 256
