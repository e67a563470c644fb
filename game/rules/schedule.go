package rules

import (
	"veltrix/game"
	"veltrix/game/hunt"
)

// Schedule is as much of a hunt as its times move: what it was planned for, and
// what of that has happened. Times are Unix ms, 0 for none, unless they are
// said to be hunt time.
type Schedule struct {
	// Definition has the planned times, in hunt time; nil before the first define.
	Definition *hunt.Definition

	Phase    game.Phase
	OpenedAt int64
	ClosedAt int64
	PausedAt int64 // while paused, or closed during a pause
	Shift    int64 // ms of all finished pauses

	Frozen bool
	// FreezeChanged is the hunt time of the last freeze or reveal: a planned
	// freeze of that time or before is not carried out any more.
	FreezeChanged int64
}

// Step is what the schedule does next.
type Step struct {
	At     int64 // hunt time
	Phase  game.Phase
	Frozen bool
}

// Next returns the next step, and false when the schedule does nothing any more
// by itself. Opening, freezing and closing are separate steps.
func (s *Schedule) Next() (Step, bool) {
	d := s.Definition
	if d == nil {
		return Step{}, false
	}
	switch {
	case s.Phase == game.Draft && d.Opens != 0:
		return Step{At: d.Opens, Phase: game.Open, Frozen: s.Frozen}, true
	case s.Phase != game.Open:
		return Step{}, false
	case d.Freeze != 0 && !s.Frozen && s.FreezeChanged < d.Freeze && (d.Closes == 0 || d.Freeze < d.Closes):
		return Step{At: d.Freeze, Phase: game.Open, Frozen: true}, true
	case d.Closes != 0:
		return Step{At: d.Closes, Phase: game.Closed, Frozen: s.Frozen}, true
	}
	return Step{}, false
}

// Moved takes over what an entry of type phase did. Only the fold of the state or
// view that the schedule is a part of calls it.
func (s *Schedule) Moved(n game.Entry) {
	at := s.HuntTime(n.At)
	switch {
	case n.Phase == game.Open && s.Phase == game.Draft:
		s.OpenedAt = n.At
	case n.Phase == game.Open && s.Phase == game.Paused:
		s.Shift += n.At - s.PausedAt
		s.PausedAt = 0
	case n.Phase == game.Paused && s.Phase == game.Open:
		s.PausedAt = n.At
	case n.Phase == game.Closed && s.Phase != game.Closed:
		s.ClosedAt = n.At
	}
	s.Phase = n.Phase
	if n.Frozen != s.Frozen {
		s.Frozen, s.FreezeChanged = n.Frozen, at
	}
}

// HuntTime turns Unix ms into hunt time, which stands still during pauses.
func (s *Schedule) HuntTime(now int64) int64 {
	if s.PausedAt != 0 {
		now = s.PausedAt
	}
	return now - s.Shift
}

// Wall turns hunt time into Unix ms, by the pauses so far.
func (s *Schedule) Wall(huntTime int64) int64 { return huntTime + s.Shift }

// Opens is when the hunt opened, or else is to open.
func (s *Schedule) Opens() int64 {
	if s.OpenedAt != 0 || s.Definition == nil {
		return s.OpenedAt
	}
	return s.Definition.Opens
}

// Closes is when the hunt closed, or else is to close; 0 during a pause, whose end
// nobody knows.
func (s *Schedule) Closes() int64 {
	switch d := s.Definition; {
	case s.ClosedAt != 0:
		return s.ClosedAt
	case d == nil || d.Closes == 0 || s.PausedAt != 0:
		return 0
	default:
		return s.Wall(d.Closes)
	}
}
