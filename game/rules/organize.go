package rules

import (
	"slices"

	"veltrix/game"
)

// organize decides the organizers' commands that carry an id of their own.
func (s *State) organize(cmd game.Command, now int64, c *change) game.Reply {
	n := game.Entry{
		Entrant: cmd.Entrant, Challenge: cmd.Challenge, Badge: cmd.Badge,
		ID: cmd.ID, By: cmd.By, Reason: cmd.Reason,
	}
	switch cmd.Type {
	case game.CmdAdjust:
		n.Type, n.Points = game.Adjusted, cmd.Points
	case game.CmdRevoke:
		n.Type = game.Revoked
	case game.CmdGrant:
		n.Type = game.Awarded
		if cmd.Badge != "" {
			n.Type = game.Badged
		}
	case game.CmdPhase:
		n.Type, n.Text = game.Phased, string(cmd.Phase)+string(cmd.Freeze)
	case game.CmdAnnounce:
		n.Type, n.Text = game.Announced, cmd.Text
	case game.CmdBan:
		n.Type = game.Banned
	}
	if d, known := s.Commands[cmd.ID]; known {
		if d.Content != fingerprint(n) {
			return refuse(game.CodeConflict, game.WhyReused)
		}
		return game.Reply{
			Outcome: game.OutDone, Replay: true, Seq: d.Seq, At: d.At,
			Points: d.Points, Bonus: d.Bonus, Total: d.Total, Badges: slices.Clone(d.Badges),
		}
	}
	var e *game.Entrant
	if n.Type != game.Phased && n.Type != game.Announced {
		e = s.Entrants[cmd.Entrant]
		if e == nil || e.JoinSeq == 0 {
			return refuse(game.CodeUnknownEntrant, "")
		}
	}
	switch n.Type {
	case game.Adjusted:
		return s.adjust(cmd, c, e, n)
	case game.Revoked:
		return s.revoke(c, e, n)
	case game.Awarded, game.Badged:
		return s.grant(cmd, c, e, n)
	case game.Phased:
		return s.phase(cmd, now, c, n)
	case game.Banned:
		if e.Banned {
			return refuse(game.CodeConflict, game.WhyHas)
		}
	}
	return done(c.add(n))
}

func done(n game.Entry) game.Reply {
	return game.Reply{
		Outcome: game.OutDone, Seq: n.Seq, At: n.At, Points: n.Points, Bonus: n.Bonus, Total: n.Total,
	}
}

func (s *State) adjust(cmd game.Command, c *change, e *game.Entrant, n game.Entry) game.Reply {
	if s.stale(cmd) {
		return game.Reply{Outcome: game.OutStale}
	}
	n.Total = e.Total + cmd.Points
	if bounded(n.Total) != nil {
		return refuse(game.CodeConflict, game.WhyBound)
	}
	n = c.add(n)
	st := standingOf(e)
	st.total = n.Total
	r := done(n)
	if cmd.Entry == nil {
		r.Badges = s.badges(c, st, n)
		r.Total = st.total
	}
	return r
}

func (s *State) revoke(c *change, e *game.Entrant, n game.Entry) game.Reply {
	if n.Badge != "" {
		b, has := e.Badges[n.Badge]
		if !has {
			return refuse(game.CodeConflict, game.WhyHasNot)
		}
		n.Points = -b.Points
	} else {
		if !solved(e, n.Challenge) {
			return refuse(game.CodeConflict, game.WhyHasNot)
		}
		n.Points = -e.Awards[n.Challenge].Points
	}
	n.Total = e.Total + n.Points
	if bounded(n.Total) != nil {
		return refuse(game.CodeConflict, game.WhyBound)
	}
	return done(c.add(n))
}

func (s *State) grant(cmd game.Command, c *change, e *game.Entrant, n game.Entry) game.Reply {
	if s.stale(cmd) {
		return game.Reply{Outcome: game.OutStale}
	}
	if n.Type == game.Awarded {
		ch := s.Definition.Challenge(n.Challenge)
		switch {
		case ch == nil:
			return refuse(game.CodeUnknownChallenge, "")
		case solved(e, ch.ID):
			return refuse(game.CodeConflict, game.WhyHas)
		}
		r := s.award(c, e, ch, n)
		if r.Outcome == game.OutAwarded {
			r.Outcome = game.OutDone
		}
		return r
	}
	b := s.Definition.Badge(n.Badge)
	if b == nil {
		return refuse(game.CodeUnknownBadge, "")
	}
	if _, has := e.Badges[b.ID]; has {
		return refuse(game.CodeConflict, game.WhyHas)
	}
	n.Points, n.Total = b.Points, e.Total+b.Points
	if bounded(n.Total) != nil {
		return refuse(game.CodeConflict, game.WhyBound)
	}
	return done(c.add(n))
}

func (s *State) phase(cmd game.Command, now int64, c *change, n game.Entry) game.Reply {
	if s.stale(cmd) {
		return game.Reply{Outcome: game.OutStale}
	}
	n.Phase, n.Frozen = s.Phase, s.Frozen
	ok := false
	switch {
	case cmd.Phase != "":
		n.Phase = cmd.Phase
		switch cmd.Phase {
		case game.Open:
			ok = s.Phase == game.Draft || s.Phase == game.Paused
		case game.Paused:
			ok = s.Phase == game.Open
		case game.Closed:
			ok = s.Phase == game.Open || s.Phase == game.Paused
		}
	case cmd.Freeze == game.FreezeOn:
		n.Frozen = true
		ok = s.Phase != game.Draft && !s.Frozen
	case cmd.Freeze == game.FreezeOff:
		n.Frozen = false
		ok = s.Frozen
	}
	if !ok {
		return refuse(game.CodeConflict, game.WhyPhase)
	}
	n = c.add(n)
	if cmd.Phase == game.Closed && cmd.Entry == nil {
		s.placeBadges(c, now)
	}
	return done(n)
}
