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
		if s.Restored[cmd.Entry.Origin()] {
			return game.Reply{Outcome: game.OutDone, Replay: true}
		}
		return s.join(again, c)
	case game.CmdAdvance:
		return game.Reply{Outcome: game.OutDone}
	default:
		return s.organize(again, now, c)
	}
}

// putBack gives what a lost entry gave again, with the points that it had, unless
// it stands, stood and was taken back, or was put back before.
func (s *State) putBack(n game.Entry, c *change) game.Reply {
	e := s.Entrants[n.Entrant]
	if !n.Type.Gives() {
		n.Points = 0
	}
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
	n.Text, n.Total = game.RestoredPrefix+n.Origin(), 0
	if n.Type.Gives() {
		n.Total = e.Total + n.Points
	}
	tried := e.Attempts[n.Challenge]
	switch n.Type {
	case game.Awarded:
		n.Since = s.since(e, n)
		n.Tie = tieWith(e, n, c.seq+1)
	case game.Submitted:
		seq := c.seq + 1
		tried.Pending = &game.Review{
			ID: n.ID, Entrant: e.ID, Player: n.Player, Challenge: n.Challenge, Note: n.Note, At: c.now, Seq: seq,
		}
		c.Tried = &Tried{e.ID, n.Challenge, tried}
	case game.Rejected:
		tried.Pending = nil
		c.Tried = &Tried{e.ID, n.Challenge, tried}
	}
	return done(c.add(n))
}

// since is what an award that is put back ties with, see game.Entry: seqs of the
// lost history say nothing.
func (s *State) since(e *game.Entrant, n game.Entry) int64 {
	if a, had := e.Awards[n.Challenge]; had { // it was taken back
		return a.Tie
	}
	if p := e.Attempts[n.Challenge].Pending; p != nil && p.ID == n.ID {
		return p.Seq
	}
	return 0
}

// stood reports whether what a lost entry gave is there, or was there and an
// organizer took it back.
func (s *State) stood(e *game.Entrant, n game.Entry) bool {
	a, awarded := e.Awards[n.Challenge]
	d, done := s.Commands[n.ID]
	done = done && n.Organized()
	pending := e.Attempts[n.Challenge].Pending
	switch n.Type {
	case game.Awarded:
		if n.Organized() {
			return done || awarded && !a.Revoked // a grant may follow a revocation
		}
		return awarded
	case game.Hinted:
		_, bought := e.Hints[n.Challenge+"/"+n.Hint]
		return bought
	case game.Penalised:
		_, paid := e.Fined[n.Challenge+"/"+n.ID]
		return paid
	case game.Submitted:
		return awarded || pending != nil
	case game.Rejected:
		return pending == nil || pending.ID != n.ID
	case game.Started:
		return e.Clock != 0
	case game.Finished:
		return e.FinishedSeq != 0
	}
	_, held := e.Badges[n.Badge]
	return held || awarded && a.ID == n.ID && slices.Contains(a.Badges, n.Badge) ||
		done && (d.Content == fingerprint(n) || slices.Contains(d.Badges, n.Badge))
}
