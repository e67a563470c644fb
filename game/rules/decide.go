package rules

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"veltrix/game"
	"veltrix/game/hunt"
)

// Now is the time of a commit: the store's clock, but never before the head
// of the ledger.
func (s *State) Now(clock int64) int64 { return max(clock, s.LastAt) }

// Advance returns what the schedule has to do at now. Apply it and ask again
// until nothing is due.
func (s *State) Advance(now int64) (Change, bool) {
	step, planned := s.Next()
	if !planned || step.At > s.HuntTime(now) {
		return Change{}, false
	}
	c := s.change(now)
	c.add(game.Entry{Type: game.Phased, Phase: step.Phase, Frozen: step.Frozen, By: game.Schedule})
	if step.Phase == game.Closed {
		s.placeBadges(c, now)
	}
	return c.Change, true
}

// Decide says what a command does at now. The caller has let the schedule
// advance to now.
func (s *State) Decide(cmd game.Command, now int64) (game.Reply, Change) {
	c := s.change(now)
	reply := s.decide(cmd, now, c)
	return reply, c.Change
}

func (s *State) decide(cmd game.Command, now int64, c *change) game.Reply {
	switch cmd.Type {
	case game.CmdDefine:
		return s.define(cmd, c)
	case game.CmdAdvance:
		return game.Reply{Outcome: game.OutDone}
	}
	if s.Definition == nil {
		return refuse(game.CodeUnknownHunt, "")
	}
	switch cmd.Type {
	case game.CmdJoin:
		return s.join(cmd, c)
	case game.CmdClaim:
		return s.claim(cmd, now, c)
	case game.CmdEvent:
		return s.event(cmd, now, c)
	case game.CmdHint:
		return s.hint(cmd, now, c)
	case game.CmdReview:
		return s.review(cmd, c)
	case game.CmdRestore:
		return s.restore(cmd, now, c)
	case game.CmdAdjust, game.CmdRevoke, game.CmdGrant, game.CmdPhase, game.CmdAnnounce, game.CmdBan:
		return s.organize(cmd, now, c)
	}
	return refuse(game.CodeBadRequest, "")
}

// change collects entries and numbers them.
type change struct {
	Change
	epoch string
	seq   int64
	now   int64
}

func (s *State) change(now int64) *change {
	return &change{epoch: s.Epoch, seq: s.Seq, now: now}
}

func (c *change) add(n game.Entry) game.Entry {
	c.seq++
	n.Epoch, n.Seq, n.At = c.epoch, c.seq, c.now
	c.Entries = append(c.Entries, n)
	return n
}

// refuse returns the reply of a refusal; why is one of game's Why constants,
// or empty.
func refuse(code game.Code, why string) game.Reply {
	return game.Reply{Outcome: game.OutRefused, Code: code, Why: why}
}

// stale reports whether the command was judged by another revision. A command
// that restores an entry was judged long ago.
func (s *State) stale(cmd game.Command) bool { return cmd.Entry == nil && cmd.Rev != s.Definition.Rev }

func (s *State) define(cmd game.Command, c *change) game.Reply {
	d := cmd.Definition
	if s.Definition != nil {
		if string(d.Source) == string(s.Definition.Source) {
			return game.Reply{Outcome: game.OutDone, Replay: true, Rev: s.Definition.Rev}
		}
		if d.Mode != s.Definition.Mode && len(s.Players) > 0 {
			return refuse(game.CodeConflict, game.WhyMode)
		}
	} else if s.Epoch == "" {
		c.epoch = strconv.FormatInt(c.now, 10)
	}
	rev := int64(1)
	if s.Definition != nil {
		rev = s.Definition.Rev + 1
	}
	c.Definition = redefine(d, rev)
	n := c.add(game.Entry{Type: game.Defined, Rev: rev, By: cmd.By, Reason: cmd.Reason})
	return game.Reply{Outcome: game.OutDone, Seq: n.Seq, At: n.At, Rev: rev}
}

func (s *State) join(cmd game.Command, c *change) game.Reply {
	id, known := s.Players[cmd.Player]
	if known {
		e := s.Entrants[id]
		if e.Banned && cmd.Entry == nil {
			return refuse(game.CodeForbidden, game.WhyBanned)
		}
		if cmd.Entrant != "" && cmd.Entrant != id && !cmd.Found {
			return refuse(game.CodeConflict, game.WhyOtherTeam)
		}
		return game.Reply{Outcome: game.OutDone, Replay: true, Seq: e.JoinSeq, At: e.JoinedAt, Entrant: clone(e)}
	}
	e := s.Entrants[cmd.Entrant]
	switch {
	case e != nil && e.Banned:
		return refuse(game.CodeForbidden, game.WhyBanned)
	case s.stale(cmd):
		return game.Reply{Outcome: game.OutStale}
	case cmd.Entry != nil: // it was let in
	case s.Phase == game.Closed:
		return refuse(game.CodeClosed, "")
	case !cmd.Admitted:
		return refuse(game.CodeBadCode, "")
	case e == nil && !cmd.Found:
		return refuse(game.CodeUnknownEntrant, "")
	case e != nil && cmd.Found:
		return refuse(game.CodeConflict, game.WhyHas)
	}
	n := game.Entry{Type: game.Joined, Entrant: cmd.Entrant, Player: cmd.Player, Name: cmd.Name, Invite: cmd.Invite}
	if e != nil {
		n.Name, n.Invite = e.Name, e.Invite
	}
	n = c.add(n)
	after := New()
	if e != nil {
		after.Entrants[e.ID] = clone(e)
	}
	after.applyJoined(n)
	return game.Reply{Outcome: game.OutDone, Seq: n.Seq, At: n.At, Entrant: after.Entrants[n.Entrant]}
}

func (s *State) hint(cmd game.Command, now int64, c *change) game.Reply {
	e, no := s.joined(cmd.Entrant)
	if e == nil {
		return no
	}
	if b, bought := e.Hints[cmd.Challenge+"/"+cmd.Hint]; bought {
		return game.Reply{Outcome: game.OutDone, Replay: true, Seq: b.Seq, At: b.At, Points: -b.Cost, Total: b.Total}
	}
	if s.stale(cmd) {
		return game.Reply{Outcome: game.OutStale}
	}
	ch := s.Definition.Challenge(cmd.Challenge)
	if ch == nil {
		return refuse(game.CodeUnknownChallenge, "")
	}
	h := ch.Hint(cmd.Hint)
	if h == nil {
		return refuse(game.CodeUnknownHint, "")
	}
	if !s.within(ch, now) {
		return refuse(game.CodeClosed, "")
	}
	missing := unsolved(e, ch.Requires)
	for _, r := range h.Requires {
		if _, has := e.Hints[ch.ID+"/"+r]; !has && len(unsolved(e, ch.Requires)) == 0 {
			missing = append(missing, r)
		}
	}
	if len(missing) > 0 {
		r := refuse(game.CodeForbidden, game.WhyLocked)
		r.Requires = missing
		return r
	}
	if h.Cost > 0 && e.Total < h.Cost {
		return refuse(game.CodeInsufficientPoints, "")
	}
	n := c.add(game.Entry{
		Type: game.Hinted, Entrant: e.ID, Player: cmd.Player, Challenge: ch.ID, Hint: h.ID,
		Points: -h.Cost, Total: e.Total - h.Cost, ID: cmd.ID,
	})
	return game.Reply{Outcome: game.OutDone, Seq: n.Seq, At: n.At, Points: n.Points, Total: n.Total}
}

// joined returns the entrant, or nil and the refusal.
func (s *State) joined(id string) (*game.Entrant, game.Reply) {
	e := s.Entrants[id]
	switch {
	case e == nil || e.JoinSeq == 0:
		return nil, refuse(game.CodeNotJoined, "")
	case e.Banned:
		return nil, refuse(game.CodeForbidden, game.WhyBanned)
	}
	return e, game.Reply{}
}

// within reports whether claims for the challenge count now.
func (s *State) within(ch *hunt.Challenge, now int64) bool {
	t := s.HuntTime(now)
	return s.Phase == game.Open && ch.Opens <= t && (ch.Closes == 0 || t < ch.Closes)
}

func unsolved(e *game.Entrant, challenges []string) []string {
	var missing []string
	for _, id := range challenges {
		if !solved(e, id) {
			missing = append(missing, id)
		}
	}
	return missing
}

func solved(e *game.Entrant, challenge string) bool {
	a, has := e.Awards[challenge]
	return has && !a.Revoked
}

// fingerprint is the content of an organizer's command, as its first entry
// shows it: the same id with another fingerprint is a conflict.
func fingerprint(n game.Entry) string {
	var points int64
	var text string
	switch n.Type {
	case game.Adjusted:
		points = n.Points
	case game.Announced, game.Phased:
		text = n.Text
	}
	return strings.Join([]string{
		string(n.Type), n.Entrant, n.Challenge, n.Badge, strconv.FormatInt(points, 10), text, n.Reason,
	}, "\x00")
}

// clone copies an entrant so that a reply shares nothing with the state.
func clone(e *game.Entrant) *game.Entrant {
	c := *e
	c.Players = slices.Clone(e.Players)
	c.Awards = maps.Clone(e.Awards)
	c.Badges = maps.Clone(e.Badges)
	c.Hints = maps.Clone(e.Hints)
	c.Attempts = maps.Clone(e.Attempts)
	return &c
}
