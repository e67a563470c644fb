package rules

import "veltrix/game"

// Foreseen is what a correction would do to its entrant.
type Foreseen struct {
	Points int64 // the whole change of the total, badges that come with it included
	Total  int64 // after it
	Tie    int64 // after it, see game.Row
	Badges []string
}

// Foresee decides a correction of an entrant (adjust, revoke, grant or ban) at
// now, which is State.Now of a clock, and keeps nothing. Of the hunt it looks
// at Epoch, Seq, Definition, Phase and the tally of the command's challenge.
// With a refusal Foreseen says nothing. e is not changed.
func Foresee(sum *game.Summary, e *game.Entrant, cmd game.Command, now int64) (game.Reply, Foreseen) {
	s := New()
	s.Epoch, s.Seq = sum.Epoch, sum.Seq
	s.Definition, s.Phase = sum.Definition, sum.Phase
	s.Entrants[e.ID] = e
	if cmd.Challenge != "" {
		s.Tallies[cmd.Challenge] = sum.Tallies[cmd.Challenge]
	}
	cmd.Rev = sum.Definition.Rev
	reply, did := s.Decide(cmd, now)
	if reply.Outcome == game.OutRefused {
		return reply, Foreseen{}
	}
	f := Foreseen{Points: reply.Total - e.Total, Total: reply.Total, Tie: e.Tie, Badges: reply.Badges}
	if cmd.Type == game.CmdBan { // its reply has no total
		f.Points, f.Total = 0, e.Total
	}
	for _, n := range did.Entries {
		if n.Type == game.Awarded {
			f.Tie = n.Seq
		}
	}
	return reply, f
}
