package rules

import (
	"veltrix/game"
	"veltrix/game/hunt"
)

// value is what an award gives.
type value struct {
	points, bonus int64 // points with the bonus
}

// worth is what an award of the challenge gives at now.
func (s *State) worth(ch *hunt.Challenge, now int64) value {
	points, bonus := Worth(ch, s.Tallies[ch.ID], s.Running(ch.Opens, s.HuntTime(now)))
	return value{points, bonus}
}

// judged is what an organizer's award gives at now, and the refusal of points that
// the challenge does not allow.
func (s *State) judged(ch *hunt.Challenge, cmd game.Command, now int64) (value, game.Reply) {
	v := s.worth(ch, now)
	if !cmd.Judged {
		return v, game.Reply{}
	}
	if ch.Points.Function != hunt.Judged || cmd.Points < 0 || cmd.Points > ch.Points.Initial {
		return v, refuse(game.CodeBadRequest, game.WhyPoints)
	}
	v.points = cmd.Points + v.bonus
	return v, game.Reply{}
}

// award gives the challenge, and the badges that come with it. n brings the
// player and id of a claim, or by and reason of an organizer, and what the award
// ties with when that is not its own entry.
func (s *State) award(c *change, e *game.Entrant, ch *hunt.Challenge, n game.Entry, v value) game.Reply {
	if bounded(e.Total+v.points) != nil {
		return refuse(game.CodeConflict, game.WhyBound)
	}
	n.Type, n.Entrant, n.Challenge = game.Awarded, e.ID, ch.ID
	n.Points, n.Bonus, n.Total = v.points, v.bonus, e.Total+v.points
	n.Tie = tieWith(e, n, c.seq+1)
	n = c.add(n)

	after := standingOf(e)
	after.award(n, s.first(e, n))
	badges := s.badges(c, after, n)
	finished := s.finish(c, after, n)
	return game.Reply{
		Outcome: game.OutAwarded, Seq: n.Seq, At: n.At, Points: n.Points, Bonus: n.Bonus,
		Total: after.total, Badges: badges, Finished: finished,
	}
}

// tieWith is the entrant's tie after an award of that seq.
func tieWith(e *game.Entrant, n game.Entry, seq int64) int64 {
	if n.Points <= 0 {
		return e.Tie
	}
	if n.Since != 0 {
		seq = n.Since
	}
	return max(e.Tie, seq)
}

// tieWithout is the entrant's tie once an award is taken back.
func tieWithout(e *game.Entrant, challenge string) int64 {
	tie := max(e.JoinSeq, e.Raised)
	for id, a := range e.Awards {
		if id != challenge && !a.Revoked && a.Points > 0 {
			tie = max(tie, a.Tie)
		}
	}
	return tie
}

// first reports whether an award is the first one of its challenge among
// entrants who count. One that is given again is what it was.
func (s *State) first(e *game.Entrant, n game.Entry) bool {
	if a, again := e.Awards[n.Challenge]; again {
		return a.First
	}
	return !e.Out() && s.Tallies[n.Challenge].Given == 0
}
