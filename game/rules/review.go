package rules

import (
	"veltrix/game"
	"veltrix/game/hunt"
)

// review decides a claim that waits for an organizer: an approval awards it as of
// now, a rejection makes it a wrong claim.
func (s *State) review(cmd game.Command, c *change) game.Reply {
	e := s.Entrants[cmd.Entrant]
	if e == nil || e.JoinSeq == 0 {
		return refuse(game.CodeUnknownEntrant, "")
	}
	p := e.Attempts[cmd.Challenge].Pending
	if p == nil || p.ID != cmd.ID {
		if a, has := e.Awards[cmd.Challenge]; has && a.ID == cmd.ID && cmd.Approve {
			r, _ := s.before(e, cmd)
			return r
		}
		return refuse(game.CodeUnknownClaim, "")
	}
	if s.stale(cmd) {
		return game.Reply{Outcome: game.OutStale}
	}
	ch := s.Definition.Challenge(cmd.Challenge)
	if ch == nil && cmd.Approve {
		return refuse(game.CodeUnknownChallenge, "")
	}
	if ch == nil { // removed since: nothing but a refusal is left for the claim
		ch = &hunt.Challenge{ID: cmd.Challenge}
	}
	if cmd.Approve {
		return s.award(c, e, ch, game.Entry{Player: p.Player, ID: p.ID, By: cmd.By, Reason: cmd.Reason})
	}
	cmd.Digest = ""
	return s.wrong(c, e, ch, cmd)
}
