package rules

import (
	"veltrix/game"
	"veltrix/game/hunt"
)

func (s *State) join(cmd game.Command, c *change) game.Reply {
	if id, known := s.Players[cmd.Player]; known {
		return s.joinAgain(s.Entrants[id], cmd)
	}
	e := s.Entrants[cmd.Entrant]
	if e != nil && e.Banned {
		return refuse(game.CodeForbidden, game.WhyBanned)
	}
	if s.stale(cmd) {
		return game.Reply{Outcome: game.OutStale}
	}
	if cmd.Entry == nil { // what is restored was let in
		if r, no := s.admit(e, cmd); no {
			return r
		}
	}
	n := game.Entry{
		Type: game.Joined, Entrant: cmd.Entrant, Player: cmd.Player, Name: cmd.Name, Looks: cmd.Looks, Member: cmd.Member,
		Invite: cmd.Invite, Division: cmd.Division, Number: s.Joined,
	}
	if e != nil {
		n.Name, n.Looks, n.Invite, n.Division, n.Number = e.Name, e.Looks, e.Invite, e.Division, e.Number
	} else if cmd.Entry != nil {
		n.Number = cmd.Entry.Number
	}
	if cmd.Entry != nil {
		n.Text = game.RestoredPrefix + cmd.Entry.Origin()
	}
	n = c.add(n)
	after := New()
	if e != nil {
		after.Entrants[e.ID] = clone(e)
	}
	after.applyJoined(n)
	return game.Reply{Outcome: game.OutDone, Seq: n.Seq, At: n.At, Entrant: after.Entrants[n.Entrant]}
}

// joinAgain answers a player that has joined the entrant before.
func (s *State) joinAgain(e *game.Entrant, cmd game.Command) game.Reply {
	if cmd.Entry == nil {
		other := cmd.Entrant != "" && cmd.Entrant != e.ID
		switch {
		case e.Banned:
			return refuse(game.CodeForbidden, game.WhyBanned)
		case other && !cmd.Found, other && cmd.Looks != e.Looks:
			return refuse(game.CodeConflict, game.WhyOtherTeam)
		}
	} else if cmd.Entrant != e.ID {
		return refuse(game.CodeConflict, game.WhyOtherTeam)
	}
	return game.Reply{Outcome: game.OutDone, Replay: true, Seq: e.JoinSeq, At: e.JoinedAt, Entrant: clone(e)}
}

// admit answers a new player that may not join; e is nil before anybody has joined
// it.
func (s *State) admit(e *game.Entrant, cmd game.Command) (game.Reply, bool) {
	d := s.Definition
	var division *hunt.Division
	if cmd.Division != "" {
		division = d.Division(cmd.Division)
	}
	switch {
	case s.Phase == game.Closed:
		return refuse(game.CodeClosed, ""), true
	case !cmd.Admitted:
		return refuse(game.CodeBadCode, ""), true
	case e == nil && !cmd.Found:
		return refuse(game.CodeUnknownEntrant, ""), true
	case e != nil && cmd.Found:
		return refuse(game.CodeConflict, game.WhyHas), true
	case e != nil:
		full := d.TeamSize != 0 && int64(len(e.Players)) >= d.TeamSize
		return refuse(game.CodeConflict, game.WhyFull), full
	case s.taken(cmd.Looks, nil):
		return refuse(game.CodeConflict, game.WhyName), true
	case cmd.Division == "":
		return game.Reply{}, false
	case division == nil:
		return refuse(game.CodeBadRequest, game.WhyDivision), true
	case !cmd.Chosen:
		return refuse(game.CodeBadCode, game.WhyDivision), true
	}
	return game.Reply{}, false
}
