package rules

import (
	"errors"
	"slices"

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
	if b.When.Place != 0 {
		n.Place = st.place
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
	return enough(w, st.Solved)
}

// solves counts the solved challenges that a condition is about.
func (s *State) solves(st *standing, w *hunt.When) int64 {
	if w.Category == "" && w.Tag == "" {
		return st.solves
	}
	var n int64
	for i := range s.Definition.Challenges {
		ch := &s.Definition.Challenges[i]
		if w.Matches(ch) && st.Solved(ch.ID) {
			n++
		}
	}
	return n
}

// places gives the badges for places, on the overall board and on those of the
// divisions, and then the other badges that they bring: when the hunt closes,
// or when it is revealed after that.
func (s *State) places(c *change) {
	gave := map[string]*standing{}
	var order []string
	rows := s.Rows(false)
	for _, division := range s.ranked() {
		place := int64(0)
		for _, row := range rows {
			if row.Out || row.Points <= 0 || division != "" && row.Division != division {
				continue
			}
			place++
			if place > s.lowest(division) {
				break
			}
			st := gave[row.Entrant]
			if st == nil {
				st = standingOf(s.Entrants[row.Entrant])
			}
			if st.place = place; s.place(c, st, division) && gave[row.Entrant] == nil {
				gave[row.Entrant] = st
				order = append(order, row.Entrant)
			}
		}
	}
	for _, id := range order {
		gave[id].place = 0
		s.badges(c, gave[id], game.Entry{})
	}
}

// ranked lists the boards that badges for places go by, the overall one as "".
func (s *State) ranked() []string {
	var boards []string
	for i := range s.Definition.Badges {
		if w := &s.Definition.Badges[i].When; w.Place != 0 && !slices.Contains(boards, w.Division) {
			boards = append(boards, w.Division)
		}
	}
	return boards
}

// lowest is the lowest place on a board for which there is a badge.
func (s *State) lowest(division string) int64 {
	var most int64
	for i := range s.Definition.Badges {
		if w := &s.Definition.Badges[i].When; w.Division == division {
			most = max(most, w.Place)
		}
	}
	return most
}

// place gives the badges for the standing's place on a board.
func (s *State) place(c *change, st *standing, division string) bool {
	gave := false
	for i := range s.Definition.Badges {
		b := &s.Definition.Badges[i]
		if b.When.Place != 0 && b.When.Division == division && !st.has(b.ID) && s.earns(st, &b.When, c.now) {
			gave = s.give(c, st, b, game.Entry{}) || gave
		}
	}
	return gave
}

// takePlaces takes the badges for places back when a closed hunt opens again.
func (s *State) takePlaces(c *change) {
	total := map[string]int64{}
	for _, p := range s.Placed {
		e := s.Entrants[p.Entrant]
		before, seen := total[e.ID]
		if !seen {
			before = e.Total
		}
		points := e.Badges[p.Badge].Points
		total[e.ID] = before - points
		c.add(game.Entry{
			Type: game.Revoked, Entrant: e.ID, Badge: p.Badge, Points: -points, Total: total[e.ID], Tie: e.Tie,
		})
	}
}
