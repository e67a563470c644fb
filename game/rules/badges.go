package rules

import (
	"errors"

	"veltrix/game"
	"veltrix/game/hunt"
)

var errBound = errors.New("total out of bounds")

// bounded returns an error for a total that cannot stand on a board.
func bounded(total int64) error {
	if total > hunt.MaxPoints || total < -hunt.MaxPoints {
		return errBound
	}
	return nil
}

// standing is what badge conditions look at: an entrant, and what the command
// that is being decided adds to it.
type standing struct {
	e      *game.Entrant
	total  int64
	solves int64
	firsts int64
	streak int64
	place  int64  // rank at closing, else 0
	extra  string // challenge awarded by this command
	earned map[string]bool
}

func standingOf(e *game.Entrant) *standing {
	return &standing{e: e, total: e.Total, solves: e.Solves, firsts: e.Firsts, streak: e.Streak}
}

func (st *standing) award(n game.Entry, first bool) {
	st.total, st.extra = n.Total, n.Challenge
	st.solves++
	if first {
		st.firsts++
	}
	if n.Player != "" {
		st.streak++
	}
}

func (st *standing) solved(challenge string) bool {
	return challenge == st.extra || solved(st.e, challenge)
}

func (st *standing) has(badge string) bool {
	_, has := st.e.Badges[badge]
	return has || st.earned[badge]
}

// badges gives what the standing has earned, again until a pass gives none,
// since a badge's points may earn the next. It returns their ids in order.
func (s *State) badges(c *change, st *standing, cause game.Entry) []string {
	var ids []string
	for again := true; again; {
		again = false
		for i := range s.Definition.Badges {
			b := &s.Definition.Badges[i]
			if b.When.Place != 0 || st.has(b.ID) || !s.earns(st, &b.When, c.now) {
				continue
			}
			if s.give(c, st, b, cause) {
				ids = append(ids, b.ID)
				again = true
			}
		}
	}
	return ids
}

// give adds the entry of a badge unless its points would pass the bound.
func (s *State) give(c *change, st *standing, b *hunt.Badge, cause game.Entry) bool {
	if bounded(st.total+b.Points) != nil {
		return false
	}
	st.total += b.Points
	if st.earned == nil {
		st.earned = map[string]bool{}
	}
	st.earned[b.ID] = true
	n := game.Entry{
		Type: game.Badged, Entrant: st.e.ID, Player: cause.Player, Badge: b.ID,
		Points: b.Points, Total: st.total, ID: cause.ID, By: cause.By, Reason: cause.Reason,
	}
	if cause.Type == game.Awarded {
		n.Challenge = cause.Challenge
	}
	c.add(n)
	return true
}

func (s *State) earns(st *standing, w *hunt.When, now int64) bool {
	switch {
	case w.Manual,
		w.Place != 0 && (st.place == 0 || st.place > w.Place),
		w.Points != 0 && st.total < w.Points,
		w.Firsts != 0 && st.firsts < w.Firsts,
		w.Streak != 0 && st.streak < w.Streak,
		w.Within != 0 && now-st.e.JoinedAt > w.Within,
		w.Solves != 0 && s.solves(st, w) < w.Solves:
		return false
	}
	if len(w.Challenges) == 0 {
		return true
	}
	need, n := int64(len(w.Challenges)), int64(0)
	if w.Any != 0 {
		need = w.Any
	}
	for _, id := range w.Challenges {
		if st.solved(id) {
			n++
		}
	}
	return n >= need
}

// solves counts the solved challenges that a condition is about.
func (s *State) solves(st *standing, w *hunt.When) int64 {
	if w.Category == "" && w.Tag == "" {
		return st.solves
	}
	var n int64
	for i := range s.Definition.Challenges {
		ch := &s.Definition.Challenges[i]
		if w.Matches(ch) && st.solved(ch.ID) {
			n++
		}
	}
	return n
}

// placeBadges gives the badges for places when the hunt closes, and then the
// other badges that they bring.
func (s *State) placeBadges(c *change, now int64) {
	var most int64
	for i := range s.Definition.Badges {
		most = max(most, s.Definition.Badges[i].When.Place)
	}
	if most == 0 {
		return
	}
	for i, row := range s.Rows(false) {
		if int64(i) >= most || row.Points <= 0 {
			return
		}
		st := standingOf(s.Entrants[row.Entrant])
		st.place = int64(i) + 1
		gave := false
		for j := range s.Definition.Badges {
			b := &s.Definition.Badges[j]
			if b.When.Place != 0 && !st.has(b.ID) && s.earns(st, &b.When, now) {
				gave = s.give(c, st, b, game.Entry{}) || gave
			}
		}
		if gave {
			s.badges(c, st, game.Entry{})
		}
	}
}
