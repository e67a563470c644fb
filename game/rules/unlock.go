package rules

import (
	"iter"
	"maps"

	"veltrix/game"
	"veltrix/game/hunt"
)

// The parts of a condition, by their keys in the hunt file.
const (
	partSolves     = "solves"
	partChallenges = "challenges"
	partPoints     = "points"
	partFirsts     = "firsts"
	partStreak     = "streak"
	partAfter      = "after"
)

// Walker is what unlocking and finishing look at of an entrant.
type Walker interface {
	Solved(challenge string) bool
	Skipped(challenge string) bool // for it alone
	Skips() iter.Seq[string]       // these
	Figures() Figures
}

// Figures are the numbers of an entrant that conditions and routes go by, as
// game.Entrant has them.
type Figures struct{ Total, Solves, Firsts, Streak, Number, Clock int64 }

// Walk is an entrant on its way through a hunt at a moment.
type Walk struct {
	*Schedule
	Walker
	SkippedForAll map[string]bool
	Now           int64 // Unix ms
}

// Lock says why a challenge is locked, as game.Reply does.
type Lock struct {
	Requires []string
	Unmet    []string
	From     int64
}

// walk is an entrant's way as the state knows it.
func (s *State) walk(st *standing, now int64) Walk { return Walk{&s.Schedule, st, s.Skips, now} }

// Locked reports whether the entrant has not unlocked a challenge: by its route,
// by a list of challenges or by a condition.
func (w Walk) Locked(ch *hunt.Challenge) (l Lock, locked bool) {
	if w.Definition.Routes.Has(ch.ID) && !w.Done(ch.ID) {
		if stop := w.Stop(); stop != "" && stop != ch.ID {
			return Lock{Requires: []string{stop}}, true
		}
	}
	for _, id := range ch.Requires {
		if !w.Done(id) {
			l.Requires = append(l.Requires, id)
		}
	}
	if ch.Unlock != nil {
		l.Unmet = w.unmet(ch.Unlock)
		if len(l.Unmet) == 1 && l.Unmet[0] == partAfter {
			l.From = w.Wall(w.began() + ch.Unlock.After)
		}
	}
	return l, len(l.Requires)+len(l.Unmet) > 0
}

// Stop is the challenge of the entrant's route that is unlocked; empty without
// routes and at the end.
func (w Walk) Stop() string {
	for _, id := range w.Definition.Route(w.Figures().Number) {
		if !w.Done(id) {
			return id
		}
	}
	return ""
}

// Done reports whether a challenge counts as solved for unlocking, routes and
// finishing.
func (w Walk) Done(challenge string) bool {
	return w.Solved(challenge) || w.SkippedForAll[challenge] || w.Skipped(challenge)
}

// began is the hunt time from which on time runs for the entrant, 0 before.
func (w Walk) began() int64 {
	if w.Definition.Limit != 0 {
		return w.Figures().Clock
	}
	return w.OpenedAt
}

// unmet lists the parts of a condition for unlocking or finishing that do not
// hold.
func (w Walk) unmet(c *hunt.When) []string {
	var parts []string
	lacks := func(part string, lacking bool) {
		if lacking {
			parts = append(parts, part)
		}
	}
	f, began := w.Figures(), w.began()
	lacks(partSolves, c.Solves != 0 && w.count(c) < c.Solves)
	lacks(partChallenges, !enough(c, w.Done))
	lacks(partPoints, c.Points != 0 && f.Total < c.Points)
	lacks(partFirsts, c.Firsts != 0 && f.Firsts < c.Firsts)
	lacks(partStreak, c.Streak != 0 && f.Streak < c.Streak)
	lacks(partAfter, c.After != 0 && (began == 0 || w.HuntTime(w.Now) < began+c.After))
	return parts
}

// count is how many challenges that a condition is about are done.
func (w Walk) count(c *hunt.When) int64 {
	var n int64
	if c.Category != "" || c.Tag != "" {
		for i := range w.Definition.Challenges {
			if ch := &w.Definition.Challenges[i]; c.Matches(ch) && w.Done(ch.ID) {
				n++
			}
		}
		return n
	}
	n = w.Figures().Solves
	for id := range w.SkippedForAll {
		if !w.Solved(id) {
			n++
		}
	}
	for id := range w.Skips() {
		if !w.SkippedForAll[id] && !w.Solved(id) {
			n++
		}
	}
	return n
}

// enough reports whether as many of the condition's challenges are done as it asks
// for.
func enough(w *hunt.When, done func(string) bool) bool {
	need := w.Any
	if need == 0 {
		need = int64(len(w.Challenges))
	}
	for _, id := range w.Challenges {
		if done(id) {
			need--
		}
	}
	return need <= 0
}

// finishes reports whether the entrant meets what finishing takes.
func (w Walk) finishes(f *hunt.Finish) bool {
	if f.When != nil {
		return len(w.unmet(f.When)) == 0
	}
	for i := range w.Definition.Challenges {
		if ch := &w.Definition.Challenges[i]; !ch.Optional && !w.Done(ch.ID) {
			return false
		}
	}
	return true
}

// locked answers a claim or a hint for a challenge that the entrant has not
// unlocked.
func (s *State) locked(e *game.Entrant, ch *hunt.Challenge, now int64) (game.Reply, bool) {
	if len(ch.Requires) == 0 && ch.Unlock == nil && s.Definition.Routes == nil {
		return game.Reply{}, false
	}
	l, locked := s.walk(standingOf(e), now).Locked(ch)
	return game.Reply{Outcome: game.OutLocked, Requires: l.Requires, Unmet: l.Unmet, From: l.From}, locked
}

// finish adds the entry of an entrant that has finished with this command, and
// reports whether it has.
func (s *State) finish(c *change, st *standing, cause game.Entry) bool {
	f := s.Definition.Finish
	if f == nil || st.e.FinishedSeq != 0 || !s.walk(st, c.now).finishes(f) {
		return false
	}
	c.add(game.Entry{Type: game.Finished, Entrant: st.e.ID, Player: cause.Player, ID: cause.ID, By: cause.By})
	return true
}

// Solved implements Walker.
func (st *standing) Solved(challenge string) bool {
	return challenge == st.extra || solved(st.e, challenge)
}

// Skipped implements Walker.
func (st *standing) Skipped(challenge string) bool { return st.e.Skips[challenge] }

// Skips implements Walker.
func (st *standing) Skips() iter.Seq[string] { return maps.Keys(st.e.Skips) }

// Figures implements Walker.
func (st *standing) Figures() Figures {
	return Figures{st.total, st.solves, st.firsts, st.streak, st.e.Number, st.e.Clock}
}
