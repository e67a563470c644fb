package play

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/server/protocol"
)

// snapshot is what a session gets when it joins or, with a nil entrant, watches.
func (a *audience) snapshot(v *actor.View, r *protocol.Request, e *game.Entrant, now int64) *protocol.Joined {
	_, rev := v.Published()
	joined := &protocol.Joined{
		Type: "watching", ID: r.ID, Hunt: v.Hunt, Epoch: v.Epoch, Seq: v.Seq, Rev: rev,
		Phase: v.Phase, Frozen: v.Frozen, Opens: v.Opens(), Closes: v.Closes(), Now: now,
		Definition: a.definition(v, e, now), Board: a.shown.full,
	}
	if e != nil {
		joined.Type, joined.You = "joined", you(v, e)
	}
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
		y.Hints[id] = protocol.Hint{Text: hintText(v.Definition, challenge, hint), Cost: h.Cost}
	}
	for id, t := range e.Attempts {
		if t.Pending != nil {
			if y.Pending == nil {
				y.Pending = map[string]protocol.Pending{}
			}
			y.Pending[id] = protocol.Pending{ID: t.Pending.ID, At: t.Pending.At}
		}
		c := v.Definition.Challenge(id)
		if c == nil || t.Count == 0 || c.MaxAttempts == 0 && c.Cooldown == 0 {
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

// hintText is the text of a hint, "" when the definition has it no more.
func hintText(d *hunt.Definition, challenge, id string) string {
	if c := d.Challenge(challenge); c != nil {
		if h := c.Hint(id); h != nil {
			return h.Text
		}
	}
	return ""
}

// maxViews bounds the definitions that are kept as seen: one for each set of
// unlocked challenges that occurs. A hunt has few of them at a time.
const maxViews = 256

// definition returns the definition as an entrant may see it; nil is an entrant
// that solved nothing.
func (a *audience) definition(v *actor.View, e *game.Entrant, now int64) json.RawMessage {
	d, _ := v.Published()
	rev := string(v.Phase) + "/" + v.Epoch + "/" + strconv.FormatInt(d.Rev, 10)
	if a.viewRev != rev || len(a.views) >= maxViews {
		a.viewRev, a.views = rev, map[string]json.RawMessage{}
	}
	viewer := viewerOf(v, d, e, now)
	var key strings.Builder
	for i := range d.Challenges {
		c := &d.Challenges[i]
		awarded := viewer.Awarded(c.ID)
		if len(c.Requires) > 0 && (awarded || viewer.Unlocked(c)) {
			key.WriteString(c.ID + " ")
		}
		if awarded && c.Solved != "" {
			key.WriteString(c.ID + "! ")
		}
		if c.Opens != 0 && (awarded || viewer.Now >= c.Opens) {
			key.WriteString(c.ID + "@ ")
		}
	}
	if seen := a.views[key.String()]; seen != nil {
		return seen
	}
	seen := json.RawMessage(protocol.Encode(d.Public(viewer)))
	a.views[key.String()] = seen
	return seen
}

// viewerOf is an entrant, or nobody, as a viewer of the definition.
func viewerOf(v *actor.View, d *hunt.Definition, e *game.Entrant, now int64) hunt.Viewer {
	awarded := func(challenge string) bool {
		if e == nil {
			return false
		}
		award, has := e.Awards[challenge]
		return has && !award.Revoked
	}
	return hunt.Viewer{
		Started: v.Phase != game.Draft, Closed: v.Phase == game.Closed, Now: v.HuntTime(now),
		Awarded: awarded,
		Unlocked: func(c *hunt.Challenge) bool {
			return c.Unlock == nil && !d.Routes.Has(c.ID) &&
				!slices.ContainsFunc(c.Requires, func(id string) bool { return !awarded(id) })
		},
	}
}
