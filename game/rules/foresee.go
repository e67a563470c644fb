package rules

import "veltrix/game"

// Foreseen is what a correction would do to its entrant.
type Foreseen struct {
	Points int64 // the whole change of the total, badges that come with it included
	Total  int64 // after it
	Tie    int64 // after it, see game.Row
	Badges []string
}

// Foresee decides an organizer's command about one entrant at now, which is
// State.Now of a clock, and keeps nothing. Of the hunt it looks at the summary
// alone, so it does not know other entrants' names; others are those that the
// command names besides. For a command about all e has no id. With a refusal
// Foreseen says nothing. e is not changed.
func Foresee(sum *game.Summary, e *game.Entrant, cmd game.Command, now int64, others ...*game.Entrant) (game.Reply, Foreseen) {
	s := New()
	s.Epoch, s.Seq = sum.Epoch, sum.Seq
	s.Schedule = ScheduleOf(sum)
	s.Skips = sum.Skips
	if e.ID != "" {
		s.Entrants[e.ID] = e
	}
	for _, other := range others {
		s.Entrants[other.ID] = other
	}
	for _, player := range e.Players {
		s.Players[player] = e.ID
	}
	if cmd.Challenge != "" {
		s.Tallies[cmd.Challenge] = sum.Tallies[cmd.Challenge]
	}
	cmd.Rev = sum.Definition.Rev
	reply, did := s.Decide(cmd, now)
	if reply.Outcome == game.OutRefused {
		return reply, Foreseen{}
	}
	f := Foreseen{Total: e.Total, Tie: e.Tie, Badges: reply.Badges}
	for _, n := range did.Entries {
		f.Points += n.Points
		if n.Tie != 0 {
			f.Tie = n.Tie
		}
	}
	f.Total += f.Points
	return reply, f
}
