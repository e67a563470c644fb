package rules

import (
	"slices"

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

// locked answers a claim or a hint for a challenge that the entrant has not
// unlocked: by its route, by a list of challenges or by a condition.
func (s *State) locked(e *game.Entrant, ch *hunt.Challenge, now int64) (game.Reply, bool) {
	r := game.Reply{Outcome: game.OutLocked}
	if stop := s.stop(e); stop != "" && stop != ch.ID && s.Definition.Routes.Has(ch.ID) && !s.done(e, ch.ID) {
		r.Requires = []string{stop}
		return r, true
	}
	for _, id := range ch.Requires {
		if !s.done(e, id) {
			r.Requires = append(r.Requires, id)
		}
	}
	if ch.Unlock != nil {
		r.Unmet = s.unmet(standingOf(e), ch.Unlock, now)
		if len(r.Unmet) == 1 && r.Unmet[0] == partAfter {
			r.From = s.Wall(s.began(e) + ch.Unlock.After)
		}
	}
	return r, len(r.Requires)+len(r.Unmet) > 0
}

// stop is the challenge of the entrant's route that is unlocked; empty without
// routes and at the end.
func (s *State) stop(e *game.Entrant) string {
	for _, id := range s.Definition.Route(e.Number) {
		if !s.done(e, id) {
			return id
		}
	}
	return ""
}

// done reports whether a challenge counts as solved for unlocking, routes and
// finishing.
func (s *State) done(e *game.Entrant, challenge string) bool {
	return solved(e, challenge) || s.Skips[challenge] || e.Skips[challenge]
}

// began is the hunt time from which on time runs for an entrant.
func (s *State) began(e *game.Entrant) int64 {
	if s.Definition.Limit != 0 {
		return e.Clock
	}
	return s.OpenedAt
}

// unmet lists the parts of a condition for unlocking or finishing that do not
// hold.
func (s *State) unmet(st *standing, w *hunt.When, now int64) []string {
	var parts []string
	lacks := func(part string, lacking bool) {
		if lacking {
			parts = append(parts, part)
		}
	}
	done := func(id string) bool { return st.solved(id) || s.done(st.e, id) }
	lacks(partSolves, w.Solves != 0 && s.count(st, w, done) < w.Solves)
	lacks(partChallenges, !enough(w, done))
	lacks(partPoints, w.Points != 0 && st.total < w.Points)
	lacks(partFirsts, w.Firsts != 0 && st.firsts < w.Firsts)
	lacks(partStreak, w.Streak != 0 && st.streak < w.Streak)
	began := s.began(st.e)
	lacks(partAfter, w.After != 0 && (began == 0 || s.HuntTime(now) < began+w.After))
	return parts
}

// count is how many challenges that a condition is about are done.
func (s *State) count(st *standing, w *hunt.When, done func(string) bool) int64 {
	var n int64
	if w.Category != "" || w.Tag != "" {
		for i := range s.Definition.Challenges {
			if ch := &s.Definition.Challenges[i]; w.Matches(ch) && done(ch.ID) {
				n++
			}
		}
		return n
	}
	n = st.solves
	for id := range s.Skips {
		if !st.solved(id) {
			n++
		}
	}
	for id := range st.e.Skips {
		if !s.Skips[id] && !st.solved(id) {
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

// finish adds the entry of an entrant that has finished with this command, and
// reports whether it has.
func (s *State) finish(c *change, st *standing, cause game.Entry) bool {
	f := s.Definition.Finish
	if f == nil || st.e.FinishedSeq != 0 || !s.finishes(st, f, c.now) {
		return false
	}
	c.add(game.Entry{Type: game.Finished, Entrant: st.e.ID, Player: cause.Player, ID: cause.ID, By: cause.By})
	return true
}

func (s *State) finishes(st *standing, f *hunt.Finish, now int64) bool {
	if f.When != nil {
		return len(s.unmet(st, f.When, now)) == 0
	}
	return !slices.ContainsFunc(s.Definition.Challenges, func(ch hunt.Challenge) bool {
		return !ch.Optional && !st.solved(ch.ID) && !s.done(st.e, ch.ID)
	})
}
