package actor

import (
	"iter"
	"maps"
	"slices"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/rules"
)

// Walker is as much of an entrant as what it sees goes by, some hundred bytes. It
// begins as the entrant was in a reply, and Apply brings it up to later entries.
// It knows no streak that another node's wrong claim broke and no first solve: what
// it gets wrong by that is right again when the entrant joins.
type Walker struct {
	Entrant  string
	Name     string
	Players  []string          // of a team; never changed, replaced
	Members  map[string]string // names by player; never changed, replaced
	Finished int64             // Unix ms
	Extra    int64             // ms
	figures  rules.Figures
	solved   []string
	skipped  []string
}

// NewWalker returns an entrant as it is in a reply. It shares nothing with it that
// changes.
func NewWalker(e *game.Entrant) *Walker {
	w := &Walker{
		Entrant: e.ID, Name: e.Name, Players: e.Players, Members: e.Members, Finished: e.FinishedAt, Extra: e.Extra,
		figures: rules.Figures{
			Total: e.Total, Solves: e.Solves, Firsts: e.Firsts, Streak: e.Streak, Number: e.Number, Clock: e.Clock,
		},
	}
	for id, a := range e.Awards {
		if !a.Revoked {
			w.solved = append(w.solved, id)
		}
	}
	for id := range e.Skips {
		w.skipped = append(w.skipped, id)
	}
	return w
}

// Apply brings the walker up to an entry, and reports whether it is about it.
func (w *Walker) Apply(n *game.Entry) bool {
	if n.Type == game.Moved && n.From == w.Entrant {
		w.leave(n.Player)
		return true
	}
	if n.Entrant != w.Entrant {
		return false
	}
	f := &w.figures
	if n.Type.Gives() || n.Type == game.Adjusted || n.Type == game.Revoked {
		f.Total = n.Total
	}
	switch n.Type {
	case game.Joined, game.Moved:
		w.enter(n)
	case game.Renamed:
		w.Name = n.Name
	case game.Awarded:
		w.solved = append(w.solved, n.Challenge)
		f.Solves++
		if n.Player != "" {
			f.Streak++
		}
	case game.Revoked:
		if n.Badge == "" {
			w.solved = without(w.solved, n.Challenge)
			f.Solves--
		}
	case game.Skipped:
		w.skipped = append(w.skipped, n.Challenge)
	case game.Unskipped:
		w.skipped = without(w.skipped, n.Challenge)
	case game.Started:
		f.Clock = n.Clock
	case game.Extended:
		w.Extra += n.Minutes * 60_000
	case game.Finished:
		w.Finished = n.At
	}
	return true
}

func (w *Walker) enter(n *game.Entry) {
	if slices.Contains(w.Players, n.Player) {
		return
	}
	w.Players = append(slices.Clip(w.Players), n.Player)
	if n.Member != "" {
		w.Members = maps.Clone(w.Members)
		if w.Members == nil {
			w.Members = map[string]string{}
		}
		w.Members[n.Player] = n.Member
	}
}

func (w *Walker) leave(player string) {
	w.Players = without(slices.Clone(w.Players), player)
}

func without(list []string, id string) []string {
	return slices.DeleteFunc(list, func(o string) bool { return o == id })
}

// Clock is the hunt time of the entrant's start, 0 before.
func (w *Walker) Clock() int64 { return w.figures.Clock }

// Solved implements rules.Walker.
func (w *Walker) Solved(challenge string) bool { return slices.Contains(w.solved, challenge) }

// Skipped implements rules.Walker.
func (w *Walker) Skipped(challenge string) bool { return slices.Contains(w.skipped, challenge) }

// Skips implements rules.Walker.
func (w *Walker) Skips() iter.Seq[string] { return slices.Values(w.skipped) }

// Figures implements rules.Walker.
func (w *Walker) Figures() rules.Figures { return w.figures }

// Unlocked reports whether the entrant has unlocked a challenge of the definition
// d at now, Unix ms.
func (v *View) Unlocked(d *hunt.Definition, w *Walker, c *hunt.Challenge, now int64) bool {
	if len(c.Requires) == 0 && c.Unlock == nil && !d.Routes.Has(c.ID) {
		return true
	}
	s := &v.Schedule
	if d != v.Definition {
		other := v.Schedule
		other.Definition, s = d, &other
	}
	_, locked := rules.Walk{Schedule: s, Walker: w, SkippedForAll: v.Skips, Now: now}.Locked(c)
	return !locked
}

// Ends is when the entrant's own time is over, Unix ms; 0 before its start and
// without a limit.
func (v *View) Ends(w *Walker) int64 {
	ends := v.Schedule.Ends(&game.Entrant{Clock: w.figures.Clock, Extra: w.Extra})
	if ends == 0 {
		return 0
	}
	return v.Wall(ends)
}
