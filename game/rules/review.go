package rules

import (
	"veltrix/game"
	"veltrix/game/hunt"
)

// submit keeps a claim that an organizer has to decide. n has its player,
// challenge, id and note.
func (s *State) submit(c *change, e *game.Entrant, n game.Entry) game.Reply {
	n.Type, n.Entrant = game.Submitted, e.ID
	n = c.add(n)
	tried := e.Attempts[n.Challenge]
	tried.Pending = &game.Review{
		ID: n.ID, Entrant: e.ID, Player: n.Player, Challenge: n.Challenge, Note: n.Note, At: n.At, Seq: n.Seq,
	}
	c.Tried = &Tried{e.ID, n.Challenge, tried}
	return game.Reply{Outcome: game.OutPending, Seq: n.Seq, At: n.At}
}

// review decides a claim that waits for an organizer. An approval awards it: the
// value is as of now, the tie as of the entry submitted. A rejection makes it a
// wrong claim.
func (s *State) review(cmd game.Command, now int64, c *change) game.Reply {
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
	n := game.Entry{Player: p.Player, ID: p.ID, By: cmd.By, Reason: cmd.Reason}
	if cmd.Approve {
		v, no := s.judged(ch, cmd, now)
		if no.Outcome != "" {
			return no
		}
		n.Since = p.Seq
		return s.award(c, e, ch, n, v)
	}
	if ch == nil { // removed since: nothing but a refusal is left for the claim
		ch = &hunt.Challenge{ID: cmd.Challenge}
	}
	n.Type, n.Entrant, n.Challenge = game.Rejected, e.ID, ch.ID
	c.add(n)
	cmd.Digest, cmd.Player = "", p.Player
	return s.wrong(c, e, ch, cmd)
}
