package rules

import (
	"veltrix/game"
	"veltrix/game/hunt"
)

// Schedule is as much of a hunt as its times move: what it was planned for, and
// what of that has happened. Times are Unix ms, 0 for none, unless they are
// said to be hunt time.
type Schedule struct {
	// Definition has the planned freeze, in hunt time; nil before the first define.
	Definition *hunt.Definition

	// OpensAt and ClosesAt are the plan, in hunt time: the hunt file's until an
	// organizer says something else, and again the file's once that changes them.
	OpensAt  int64
	ClosesAt int64

	Phase    game.Phase
	OpenedAt int64
	ClosedAt int64 // while closed
	PausedAt int64 // while paused, or closed during a pause
	Shift    int64 // ms of all finished pauses, the times for which it was closed among them
	Extra    int64 // ms that everybody's time was extended by

	DeletedAt int64 // while in the bin

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
	if d == nil || s.DeletedAt != 0 {
		return Step{}, false
	}
	switch {
	case s.Phase == game.Draft && s.OpensAt != 0:
		return Step{At: s.OpensAt, Phase: game.Open, Frozen: s.Frozen}, true
	case s.Phase != game.Open:
		return Step{}, false
	case d.Freeze != 0 && !s.Frozen && s.FreezeChanged < d.Freeze && (s.ClosesAt == 0 || d.Freeze < s.ClosesAt):
		return Step{At: d.Freeze, Phase: game.Open, Frozen: true}, true
	case s.ClosesAt != 0:
		return Step{At: s.ClosesAt, Phase: game.Closed, Frozen: s.Frozen}, true
	}
	return Step{}, false
}

// Moved takes over what an entry says of the schedule. Only the fold of the state or
// view that the schedule is a part of calls it.
func (s *Schedule) Moved(n game.Entry) {
	switch n.Type {
	case game.Defined:
		s.OpensAt, s.ClosesAt = n.Opens, n.Closes
		if s.Phase == "" {
			s.Phase = game.Draft
		}
	case game.Extended:
		if n.Entrant == "" {
			s.extend(n.Minutes * msPerMinute)
		}
	case game.Deleted:
		s.DeletedAt = n.At
	case game.Undeleted:
		if s.Phase == game.Open { // the time in the bin is a pause
			s.Shift += n.At - s.DeletedAt
		}
		s.DeletedAt = 0
	case game.Phased:
		s.phased(n)
	}
}

// ScheduleOf is the schedule of a hunt that was loaded. It does not know when the
// freeze last changed.
func ScheduleOf(sum *game.Summary) Schedule {
	return Schedule{
		Definition: sum.Definition, OpensAt: sum.OpensAt, ClosesAt: sum.ClosesAt, Phase: sum.Phase,
		OpenedAt: sum.OpenedAt, ClosedAt: sum.ClosedAt, PausedAt: sum.PausedAt, Shift: sum.Shift,
		Extra: sum.Extra, DeletedAt: sum.DeletedAt, Frozen: sum.Frozen,
	}
}

const msPerMinute = 60_000

func (s *Schedule) extend(ms int64) {
	s.Extra += ms
	if s.ClosesAt != 0 {
		s.ClosesAt += ms
	}
}

func (s *Schedule) phased(n game.Entry) {
	at := s.HuntTime(n.At)
	switch {
	case n.Phase == game.Open && s.Phase == game.Draft:
		s.OpenedAt = n.At
	case n.Phase == game.Open && (s.Phase == game.Paused || s.Phase == game.Closed):
		s.Shift = s.resumed(n.At)
		s.PausedAt, s.ClosedAt = 0, 0
	case n.Phase == game.Paused && s.Phase == game.Open:
		s.PausedAt = n.At
	case n.Phase == game.Closed && s.Phase != game.Closed:
		s.ClosedAt = n.At
	}
	s.Phase, s.OpensAt, s.ClosesAt = n.Phase, n.Opens, n.Closes
	if n.Frozen != s.Frozen {
		s.Frozen, s.FreezeChanged = n.Frozen, at
	}
}

// resumed is Shift after a hunt that is paused or closed opens at now, Unix ms.
func (s *Schedule) resumed(now int64) int64 {
	since := s.PausedAt
	if since == 0 {
		since = s.ClosedAt
	}
	return s.Shift + now - since
}

// phase is an entry that leaves the schedule as it is.
func (s *Schedule) phase() game.Entry {
	return game.Entry{Type: game.Phased, Phase: s.Phase, Frozen: s.Frozen, Opens: s.OpensAt, Closes: s.ClosesAt}
}

// Running is for how long, in ms of hunt time, the hunt or what opens in it at
// that hunt time has been open at t.
func (s *Schedule) Running(opens, t int64) int64 { return max(0, t-max(s.OpenedAt, opens)) }

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
	if s.OpenedAt != 0 {
		return s.OpenedAt
	}
	return s.OpensAt
}

// Closes is when the hunt closed, or else is to close; 0 during a pause, whose end
// nobody knows.
func (s *Schedule) Closes() int64 {
	switch {
	case s.ClosedAt != 0:
		return s.ClosedAt
	case s.ClosesAt == 0 || s.PausedAt != 0:
		return 0
	default:
		return s.Wall(s.ClosesAt)
	}
}
