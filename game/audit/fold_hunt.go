package audit

import (
	"cmp"
	"maps"
	"slices"

	"veltrix/game"
)

// huntFold is where a hunt is in its life, as the ledger says. Times are Unix ms,
// but for those of the plan, which are hunt time.
type huntFold struct {
	rev       int64
	phase     game.Phase
	frozen    bool
	openedAt  int64
	closedAt  int64
	pausedAt  int64
	shift     int64
	opensAt   int64
	closesAt  int64
	extra     int64
	deletedAt int64
	skips     map[string]bool // for all

	plans []plan // one for each revision
	// After a hunt was opened again: the badges for places that have to go back.
	owed map[held]bool
	// places are the ranks at the last closing or reveal, nil until one is asked for.
	places map[string]places
}

// plan is what the schedule goes by before and after a definition was applied.
type plan struct{ seq, opensBefore, closesBefore, opens, closes int64 }

type held struct{ entrant, badge string }

// places are the ranks of an entrant, on the board and on that of its division.
type places struct{ overall, division int64 }

const minute = 60_000

// huntTime is the time without the pauses.
func (h *huntFold) huntTime(at int64) int64 {
	if h.pausedAt != 0 {
		at = h.pausedAt
	}
	return at - h.shift
}

// changed folds what concerns the whole hunt.
func (f *ledgerFold) changed(n *game.Entry) {
	h := &f.hunt
	switch n.Type {
	case game.Phased:
		f.phased(n)
	case game.Defined:
		if n.Rev != h.rev+1 {
			f.differf(n.Seq, "revision %d follows revision %d", n.Rev, h.rev)
		}
		h.plans = append(h.plans, plan{n.Seq, h.opensAt, h.closesAt, n.Opens, n.Closes})
		h.rev, h.opensAt, h.closesAt = n.Rev, n.Opens, n.Closes
		if h.phase == "" {
			h.phase = game.Draft
		}
	case game.Extended:
		if h.phase == game.Closed {
			f.differf(n.Seq, "the time is extended, but the hunt is closed")
		}
		if n.Entrant != "" {
			f.entrant(n).extra += n.Minutes * minute
			return
		}
		if h.extra += n.Minutes * minute; h.closesAt != 0 {
			h.closesAt += n.Minutes * minute
		}
	case game.Deleted:
		if h.deletedAt != 0 {
			f.differf(n.Seq, "the hunt is deleted a second time")
		}
		h.deletedAt = n.At
	case game.Undeleted:
		if h.deletedAt == 0 {
			f.differf(n.Seq, "the hunt comes back from the bin, where it was not")
		} else if h.phase == game.Open {
			h.shift += n.At - h.deletedAt
		}
		h.deletedAt = 0
	}
}

// moves are the changes of phase that there are. A draft may be told when it is
// to open.
var moves = map[game.Phase][]game.Phase{
	game.Draft:  {game.Open, game.Draft},
	game.Open:   {game.Paused, game.Closed},
	game.Paused: {game.Open, game.Closed},
	game.Closed: {game.Open},
}

func (f *ledgerFold) phased(n *game.Entry) {
	h := &f.hunt
	switch {
	case n.Phase == h.phase && n.Frozen != h.frozen:
	case n.Phase == h.phase && n.Phase != game.Draft:
		f.differf(n.Seq, "the phase was %s before", n.Phase)
	case !slices.Contains(moves[h.phase], n.Phase):
		f.differf(n.Seq, "the phase goes from %s to %s", h.phase, n.Phase)
	}
	f.planned(n)
	was := h.phase
	switch {
	case was == n.Phase:
	case n.Phase == game.Paused:
		h.pausedAt = n.At
	case n.Phase == game.Closed:
		h.closedAt = n.At
	case n.Phase == game.Open && was == game.Draft:
		h.openedAt = n.At
	case n.Phase == game.Open:
		stopped := h.closedAt
		if h.pausedAt != 0 {
			stopped = h.pausedAt
		}
		h.shift += n.At - stopped
		h.pausedAt, h.closedAt = 0, 0
	}
	h.phase, h.opensAt, h.closesAt, h.places = n.Phase, n.Opens, n.Closes, nil
	if was == game.Closed && n.Phase == game.Open {
		h.owed = f.placed()
	}
	if n.Frozen == h.frozen {
		return
	}
	h.frozen, f.frozenSeq, f.shown, f.shownTally = n.Frozen, 0, nil, nil
	if n.Frozen {
		f.frozenSeq, f.shown, f.shownTally = n.Seq, f.rows(), f.tallies()
	}
}

// planned checks what an entry of the phase says of the plan: only who opens a hunt
// may change it, and the schedule acts in its time.
func (f *ledgerFold) planned(n *game.Entry) {
	h := &f.hunt
	opening := n.Phase == game.Open && h.phase != game.Open || n.Phase == game.Draft
	if n.Opens != h.opensAt && n.Phase != game.Draft || n.Closes != h.closesAt && !opening {
		f.differf(n.Seq, "it opens at %d and closes at %d then, before it did at %d and %d", n.Opens, n.Closes, h.opensAt, h.closesAt)
	}
	if n.By != game.Schedule {
		return
	}
	due := int64(0)
	switch {
	case n.Phase == game.Open && h.phase == game.Draft:
		due = h.opensAt
	case n.Phase == game.Closed:
		due = h.closesAt
	case n.Frozen: // when, the hunt file says
		return
	}
	if due == 0 || h.huntTime(n.At) < due {
		f.differf(n.Seq, "the schedule goes from %s to %s, which was planned for %d", h.phase, n.Phase, due)
	}
}

// placed are the badges for places that are held.
func (f *ledgerFold) placed() map[held]bool {
	owed := map[held]bool{}
	for id, e := range f.entrants {
		for badge, b := range e.badges {
			if b.Place != 0 {
				owed[held{id, badge}] = true
			}
		}
	}
	return owed
}

// takenBack checks that a hunt that was opened again took the badges for places
// back before anything else.
func (f *ledgerFold) takenBack(n *game.Entry) {
	owed := f.hunt.owed
	if n.Type == game.Revoked && n.By == "" {
		if !owed[held{n.Entrant, n.Badge}] {
			f.differf(n.Seq, "nobody takes the badge %s from %s", n.Badge, n.Entrant)
		}
		delete(owed, held{n.Entrant, n.Badge})
		return
	}
	f.settled()
}

// settled reports the badges for places that did not go back.
func (f *ledgerFold) settled() {
	owed := f.hunt.owed
	for _, b := range slices.SortedFunc(maps.Keys(owed), func(a, b held) int {
		return cmp.Or(cmp.Compare(a.entrant, b.entrant), cmp.Compare(a.badge, b.badge))
	}) {
		f.differf(f.seq, "%s keeps the badge %s for its place, but the hunt is open again", b.entrant, b.badge)
	}
	f.hunt.owed = nil
}

// place checks a badge for a place against the board of the moment when it is
// given.
func (f *ledgerFold) place(n *game.Entry) {
	h := &f.hunt
	if h.phase != game.Closed || h.frozen {
		f.differf(n.Seq, "the badge %s is for a place, but the phase is %s, frozen %v", n.Badge, h.phase, h.frozen)
	}
	if h.places == nil {
		h.places = f.ranks()
	}
	if p := h.places[n.Entrant]; n.Place != p.overall && n.Place != p.division {
		f.differf(n.Seq, "the badge %s is for place %d, %s is at %d, and at %d of its division",
			n.Badge, n.Place, n.Entrant, p.overall, p.division)
	}
}

// ranks are the places of those who have points.
func (f *ledgerFold) ranks() map[string]places {
	var rows []game.Row
	for _, r := range f.rows() {
		if !r.Out && r.Points > 0 {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b game.Row) int {
		if before(&a, &b) {
			return -1
		}
		return 1
	})
	ranks, in := map[string]places{}, map[string]int64{}
	for i, r := range rows {
		in[r.Division]++
		ranks[r.Entrant] = places{int64(i + 1), in[r.Division]}
	}
	return ranks
}
