package rules

import (
	"slices"

	"veltrix/game"
)

// restore puts a lost entry back. An organizer's command is done again with the
// same id. It earns no badges: those that it earned are entries, too.
func (s *State) restore(cmd game.Command, now int64, c *change) game.Reply {
	if cmd.Entry == nil {
		return refuse(game.CodeBadRequest, "")
	}
	switch again := cmd.Entry.Again(); again.Type {
	case "":
		return refuse(game.CodeBadRequest, "")
	case game.CmdRestore:
		return s.putBack(*cmd.Entry, c)
	case game.CmdJoin:
		return s.join(again, c)
	case game.CmdAdvance:
		return game.Reply{Outcome: game.OutDone}
	default:
		return s.organize(again, now, c)
	}
}

// putBack gives an award, a badge or a hint again, with the points that it had,
// unless it stands, stood and was taken back, or was put back before.
func (s *State) putBack(n game.Entry, c *change) game.Reply {
	e := s.Entrants[n.Entrant]
	switch {
	case e == nil || e.JoinSeq == 0:
		return refuse(game.CodeUnknownEntrant, "")
	case s.Restored[n.Origin()] || s.stood(e, n):
		r := game.Reply{Outcome: game.OutDone, Replay: true}
		if a, has := e.Awards[n.Challenge]; has && n.Type == game.Awarded {
			r.Seq, r.At, r.Points, r.Bonus, r.Total, r.Revoked = a.Seq, a.At, a.Points, a.Bonus, a.Total, a.Revoked
		}
		return r
	case e.Banned:
		return refuse(game.CodeForbidden, game.WhyBanned)
	case bounded(e.Total+n.Points) != nil:
		return refuse(game.CodeConflict, game.WhyBound)
	}
	n.Text, n.Total = game.RestoredPrefix+n.Origin(), e.Total+n.Points
	return done(c.add(n))
}

// stood reports whether what a lost entry gave is there, or was there and an
// organizer took it back.
func (s *State) stood(e *game.Entrant, n game.Entry) bool {
	a, awarded := e.Awards[n.Challenge]
	organized := n.By != "" && n.Player == "" && n.ID != ""
	d, done := s.Commands[n.ID]
	done = done && organized
	switch n.Type {
	case game.Awarded:
		if organized {
			return done || awarded && !a.Revoked // a grant may follow a revocation
		}
		return awarded
	case game.Hinted:
		_, bought := e.Hints[n.Challenge+"/"+n.Hint]
		return bought
	}
	_, held := e.Badges[n.Badge]
	return held || awarded && a.ID == n.ID && slices.Contains(a.Badges, n.Badge) ||
		done && (d.Content == fingerprint(n) || slices.Contains(d.Badges, n.Badge))
}
