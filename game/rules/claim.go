package rules

import (
	"slices"

	"veltrix/game"
	"veltrix/game/hunt"
)

func (s *State) claim(cmd game.Command, now int64, c *change) game.Reply {
	e, no := s.joined(cmd.Entrant)
	if e == nil {
		return no
	}
	if r, ended := s.before(e, cmd); ended {
		return r
	}
	tried := e.Attempts[cmd.Challenge]
	for _, w := range tried.Recent {
		if w.ID == cmd.ID {
			return game.Reply{Outcome: game.OutWrong, Replay: true, At: w.At, Left: w.Left, RetryAfter: w.RetryAfter}
		}
	}
	p := tried.Pending
	if p != nil && p.ID == cmd.ID {
		return game.Reply{Outcome: game.OutPending, At: p.At, Replay: true}
	}
	ch, no := s.claimable(e, cmd, now)
	if ch == nil {
		return no
	}
	if p != nil {
		return game.Reply{Outcome: game.OutPending, At: p.At}
	}
	t := s.HuntTime(now)
	if ch.MaxAttempts > 0 && tried.Count >= ch.MaxAttempts {
		return game.Reply{Outcome: game.OutExhausted}
	}
	if t < tried.RetryAt {
		return game.Reply{Outcome: game.OutCooldown, RetryAfter: tried.RetryAt - t}
	}
	switch {
	case cmd.Pending:
		tried.Pending = &game.Review{
			ID: cmd.ID, Entrant: e.ID, Player: cmd.Player, Challenge: ch.ID, Note: cmd.Note, At: now,
		}
		c.Tried = &Tried{e.ID, ch.ID, tried}
		return game.Reply{Outcome: game.OutPending, At: now}
	case cmd.Right:
		return s.award(c, e, ch, game.Entry{Player: cmd.Player, ID: cmd.ID})
	case slices.Contains(tried.Answers, cmd.Digest):
		return game.Reply{Outcome: game.OutWrong, At: now, Left: left(ch, tried.Count)}
	}
	return s.wrong(c, e, ch, cmd)
}

// before answers a claim or event by the award that there is.
func (s *State) before(e *game.Entrant, cmd game.Command) (game.Reply, bool) {
	a, has := e.Awards[cmd.Challenge]
	if !has {
		return game.Reply{}, false
	}
	r := game.Reply{
		Outcome: game.OutAlready, Seq: a.Seq, At: a.At, Points: a.Points, Bonus: a.Bonus, Total: a.Total,
		Right: cmd.Right, Revoked: a.Revoked,
	}
	if a.ID == cmd.ID {
		r.Outcome, r.Replay, r.Right, r.Badges = game.OutAwarded, true, false, slices.Clone(a.Badges)
	}
	return r, true
}

// claimable returns the challenge, or nil and the reply, by rows 6 to 9 of
// docs/rules.md.
func (s *State) claimable(e *game.Entrant, cmd game.Command, now int64) (*hunt.Challenge, game.Reply) {
	if s.stale(cmd) {
		return nil, game.Reply{Outcome: game.OutStale}
	}
	ch := s.Definition.Challenge(cmd.Challenge)
	if ch == nil {
		return nil, refuse(game.CodeUnknownChallenge, "")
	}
	if !s.within(ch, now) {
		return nil, game.Reply{Outcome: game.OutClosed}
	}
	if missing := unsolved(e, ch.Requires); len(missing) > 0 {
		return nil, game.Reply{Outcome: game.OutLocked, Requires: missing}
	}
	return ch, game.Reply{}
}

func (s *State) wrong(c *change, e *game.Entrant, ch *hunt.Challenge, cmd game.Command) game.Reply {
	tried := e.Attempts[ch.ID]
	tried.Count++
	tried.RetryAt = s.HuntTime(c.now) + ch.Cooldown
	tried.Broken = s.Seq
	tried.Pending = nil
	w := game.Wrong{ID: cmd.ID, At: c.now, Left: left(ch, tried.Count), RetryAfter: ch.Cooldown}
	tried.Recent = last(game.RecentClaims, tried.Recent, w)
	if cmd.Digest != "" {
		tried.Answers = last(game.RecentAnswers, tried.Answers, cmd.Digest)
	}
	c.Tried = &Tried{e.ID, ch.ID, tried}
	return game.Reply{Outcome: game.OutWrong, At: w.At, Left: w.Left, RetryAfter: w.RetryAfter}
}

// last appends v to a copy and keeps the last n.
func last[T any](n int, list []T, v T) []T {
	list = append(slices.Clip(list), v)
	return list[max(0, len(list)-n):]
}

func left(ch *hunt.Challenge, count int64) int64 {
	if ch.MaxAttempts == 0 {
		return -1
	}
	return max(0, ch.MaxAttempts-count)
}

// award gives the challenge and the badges that come with it. n brings the
// player and id of a claim, or by and reason of an organizer.
func (s *State) award(c *change, e *game.Entrant, ch *hunt.Challenge, n game.Entry) game.Reply {
	tally := s.Tallies[ch.ID]
	points, bonus := Worth(ch, tally)
	if bounded(e.Total+points) != nil {
		return refuse(game.CodeConflict, game.WhyBound)
	}
	n.Type, n.Entrant, n.Challenge = game.Awarded, e.ID, ch.ID
	n.Points, n.Bonus, n.Total = points, bonus, e.Total+points
	n = c.add(n)

	after := standingOf(e)
	after.award(n, tally.Given == 0)
	badges := s.badges(c, after, n)
	return game.Reply{
		Outcome: game.OutAwarded, Seq: n.Seq, At: n.At, Points: n.Points, Bonus: n.Bonus,
		Total: after.total, Badges: badges,
	}
}

func (s *State) event(cmd game.Command, now int64, c *change) game.Reply {
	e, no := s.joined(cmd.Entrant)
	if e == nil {
		return no
	}
	cmd.Right = true
	if r, ended := s.before(e, cmd); ended {
		return r
	}
	tried := e.Attempts[cmd.Challenge]
	count := int64(len(tried.Events))
	if slices.Contains(tried.Events, cmd.ID) {
		return game.Reply{Outcome: game.OutPending, Replay: true, Count: count}
	}
	ch, no := s.claimable(e, cmd, now)
	if ch == nil {
		return no
	}
	if count+1 >= ch.Proof.Count {
		return s.award(c, e, ch, game.Entry{Player: cmd.Player, ID: cmd.ID})
	}
	tried.Events = append(slices.Clip(tried.Events), cmd.ID)
	c.Tried = &Tried{e.ID, ch.ID, tried}
	return game.Reply{Outcome: game.OutPending, At: now, Count: count + 1}
}
