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
	n := s.phase()
	n.Phase, n.Frozen, n.By = step.Phase, step.Frozen, game.Schedule
	c.add(n)
	if step.Phase == game.Closed && !step.Frozen {
		s.places(c)
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
		return s.advance(cmd, c)
	}
	if s.Definition == nil || s.DeletedAt != 0 && cmd.Type != game.CmdDelete && cmd.Type != game.CmdRestore {
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
		return s.review(cmd, now, c)
	case game.CmdStart:
		return s.start(cmd, c)
	case game.CmdRestore:
		return s.restore(cmd, now, c)
	}
	if _, organizes := organizing[cmd.Type]; organizes {
		return s.organize(cmd, now, c)
	}
	return refuse(game.CodeBadRequest, "")
}

// advance is nothing but a look at whether an entrant has finished, if it names
// one: after a challenge was skipped for all.
func (s *State) advance(cmd game.Command, c *change) game.Reply {
	e := s.Entrants[cmd.Entrant]
	if e == nil || e.JoinSeq == 0 || s.Definition == nil || s.DeletedAt != 0 {
		return game.Reply{Outcome: game.OutDone}
	}
	if s.stale(cmd) {
		return game.Reply{Outcome: game.OutStale}
	}
	return game.Reply{Outcome: game.OutDone, Finished: s.finish(c, standingOf(e), game.Entry{})}
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
	n := game.Entry{Type: game.Defined, Rev: 1, By: cmd.By, Reason: cmd.Reason, Opens: d.Opens, Closes: d.Closes}
	if was := s.Definition; was != nil {
		switch {
		case s.DeletedAt != 0:
			return refuse(game.CodeConflict, game.WhyBin)
		case string(d.Source) == string(was.Source):
			return game.Reply{Outcome: game.OutDone, Replay: true, Rev: was.Rev}
		case cmd.If != 0 && cmd.If != was.Rev:
			r := refuse(game.CodeConflict, game.WhyRev)
			r.Rev = was.Rev
			return r
		case d.Mode != was.Mode && len(s.Players) > 0:
			return refuse(game.CodeConflict, game.WhyMode)
		}
		// What the file does not change stays as an organizer has set it.
		if d.Opens == was.Opens {
			n.Opens = s.OpensAt
		}
		if d.Closes == was.Closes {
			n.Closes = s.ClosesAt
		}
		n.Rev = was.Rev + 1
	} else if s.Epoch == "" {
		c.epoch = strconv.FormatInt(c.now, 10)
	}
	c.Definition = redefine(d, n.Rev)
	n = c.add(n)
	return game.Reply{Outcome: game.OutDone, Seq: n.Seq, At: n.At, Rev: n.Rev}
}

func (s *State) hint(cmd game.Command, now int64, c *change) game.Reply {
	e, no := s.joined(cmd.Entrant)
	if e == nil {
		return no
	}
	if b, bought := e.Hints[cmd.Challenge+"/"+cmd.Hint]; bought {
		return game.Reply{Outcome: game.OutDone, Replay: true, Seq: b.Seq, At: b.At, Points: -b.Cost, Total: b.Total, Rev: b.Rev}
	}
	if s.stale(cmd) {
		return game.Reply{Outcome: game.OutStale}
	}
	h, no := s.available(e, cmd, now)
	if h == nil {
		return no
	}
	n := c.add(game.Entry{
		Type: game.Hinted, Entrant: e.ID, Player: cmd.Player, Challenge: cmd.Challenge, Hint: h.ID,
		Points: -h.Cost, Total: e.Total - h.Cost, ID: cmd.ID, Rev: s.Definition.Rev,
	})
	return game.Reply{Outcome: game.OutDone, Seq: n.Seq, At: n.At, Points: n.Points, Total: n.Total, Rev: n.Rev}
}

// available returns the hint if the entrant may buy it, or nil and the reply.
func (s *State) available(e *game.Entrant, cmd game.Command, now int64) (*hunt.Hint, game.Reply) {
	closed := refuse(game.CodeClosed, "")
	if r, no := s.unseen(e); no {
		if r.Outcome == game.OutClosed {
			r = closed
		}
		return nil, r
	}
	ch := s.Definition.Challenge(cmd.Challenge)
	if ch == nil {
		return nil, refuse(game.CodeUnknownChallenge, "")
	}
	h := ch.Hint(cmd.Hint)
	if h == nil {
		return nil, refuse(game.CodeUnknownHint, "")
	}
	if r, no := s.outside(e, ch, now); no {
		closed.Why = r.Why
		return nil, closed
	}
	r := refuse(game.CodeForbidden, game.WhyLocked)
	if lock, no := s.locked(e, ch, now); no {
		r.Requires, r.Unmet, r.From = lock.Requires, lock.Unmet, lock.From
		return nil, r
	}
	for _, id := range h.Requires {
		if _, has := e.Hints[ch.ID+"/"+id]; !has {
			r.Requires = append(r.Requires, id)
		}
	}
	if len(r.Requires) > 0 {
		return nil, r
	}
	if from := s.walk(standingOf(e), now).began() + h.After; h.After != 0 && s.HuntTime(now) < from {
		r.From = s.Wall(from)
		return nil, r
	}
	if h.Cost > 0 && e.Total < h.Cost {
		return nil, refuse(game.CodeInsufficientPoints, "")
	}
	return h, game.Reply{}
}

// start starts the clock of an entrant.
func (s *State) start(cmd game.Command, c *change) game.Reply {
	e, no := s.joined(cmd.Entrant)
	if e == nil {
		return no
	}
	if e.Clock != 0 {
		return game.Reply{Outcome: game.OutDone, Replay: true, Ends: s.wallEnds(e)}
	}
	switch {
	case s.stale(cmd):
		return game.Reply{Outcome: game.OutStale}
	case s.Definition.Limit == 0:
		return refuse(game.CodeConflict, game.WhyNoLimit)
	case s.Phase != game.Open:
		return refuse(game.CodeClosed, "")
	}
	n := c.add(game.Entry{Type: game.Started, Entrant: e.ID, Player: cmd.Player, ID: cmd.ID, Clock: s.HuntTime(c.now)})
	began := *e
	began.Clock = n.Clock
	return game.Reply{Outcome: game.OutDone, Seq: n.Seq, At: n.At, Ends: s.wallEnds(&began)}
}

func (s *State) wallEnds(e *game.Entrant) int64 {
	if ends := s.Ends(e); ends != 0 {
		return s.Wall(ends)
	}
	return 0
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

func solved(e *game.Entrant, challenge string) bool {
	a, has := e.Awards[challenge]
	return has && !a.Revoked
}

// fingerprint is the content of an organizer's command, as its first entry
// shows it: the same id with another fingerprint is a conflict. Names are no part
// of it: an entry does not keep them.
func fingerprint(n game.Entry) string {
	var number int64
	var text string
	switch n.Type {
	case game.Adjusted:
		number, text = n.Points, strconv.FormatBool(n.KeepPlace)
	case game.Announced, game.Phased:
		text = n.Text
	case game.Extended:
		number = n.Minutes
	case game.Divided:
		text = n.Division
	case game.Moved:
		text = n.Player
	}
	return strings.Join([]string{
		string(n.Type), n.Entrant, n.Challenge, n.Badge, strconv.FormatInt(number, 10), text, n.Reason,
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
	c.Members = maps.Clone(e.Members)
	c.Skips = maps.Clone(e.Skips)
	c.Fined = maps.Clone(e.Fined)
	return &c
}
