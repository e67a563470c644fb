// Package rules is the executable specification of scoring: what a command
// does to a hunt. docs/rules.md says it in words, game/redis/lua in Lua.
//
// Guarantees:
//   - Decide is a pure function of the state, the command and the time: no
//     clock, no I/O, no randomness, and it changes nothing. So are Recover and
//     Advance.
//   - Apply of what they returned is the only way in which a State changes,
//     so a State is a fold of the ledger and of the recorded attempts.
//   - Points are integers and |total| ≤ hunt.MaxPoints.
//
// A State is not safe for concurrent use.
package rules

import (
	"cmp"
	"maps"
	"slices"

	"veltrix/game"
	"veltrix/game/hunt"
)

// State is a hunt as the rules see it.
type State struct {
	Epoch      string
	Seq        int64
	LastAt     int64 // at of the head
	Nonce      string
	Definition *hunt.Definition // in force; nil before the first define
	Phase      game.Phase
	OpenedAt   int64
	ClosedAt   int64
	PausedAt   int64
	Shift      int64
	Frozen     bool
	FrozenSeq  int64
	// FreezeChanged is the hunt time of the last freeze or reveal: the
	// schedule's freeze is done once it is not before its time.
	FreezeChanged int64

	Entrants map[string]*game.Entrant
	Players  map[string]string // player → entrant
	Tallies  map[string]game.Tally
	Commands map[string]Done        // organizers' commands, by id
	Restored map[string]bool        // lost entries that were put back, see Origin
	Waiting  map[string]game.Review // by entrant and challenge

	// FrozenRows are the rows that changed since the freeze, as they were; nil
	// for an entrant that was not there. FrozenTallies are those of the freeze.
	FrozenRows    map[string]*game.Row
	FrozenTallies map[string]game.Tally
}

// Done is what an organizer's command did, for its replay.
type Done struct {
	Content string // fingerprint
	Seq     int64
	At      int64
	Points  int64
	Bonus   int64
	Total   int64
	Badges  []string
}

// Change is what a command does.
type Change struct {
	Entries []game.Entry
	// Tried replaces what is known of an entrant's attempts at a challenge.
	Tried *Tried
	// Definition comes with an entry of type defined.
	Definition *hunt.Definition
}

// Tried is an entrant's attempts at a challenge.
type Tried struct {
	Entrant   string
	Challenge string
	Attempts  game.Attempts
}

// New returns the state of a hunt that does not exist yet.
func New() *State {
	return &State{
		Entrants: map[string]*game.Entrant{},
		Players:  map[string]string{},
		Tallies:  map[string]game.Tally{},
		Commands: map[string]Done{},
		Restored: map[string]bool{},
		Waiting:  map[string]game.Review{},
	}
}

// HuntTime is game.Summary.HuntTime of this state.
func (s *State) HuntTime(now int64) int64 {
	if s.PausedAt != 0 {
		now = s.PausedAt
	}
	return now - s.Shift
}

// Summary returns the state without its entrants. It shares no maps.
func (s *State) Summary() *game.Summary {
	sum := &game.Summary{
		Epoch: s.Epoch, Seq: s.Seq, Nonce: s.Nonce, Definition: s.Definition,
		Phase: s.Phase, Frozen: s.Frozen, FrozenSeq: s.FrozenSeq,
		OpenedAt: s.OpenedAt, ClosedAt: s.ClosedAt, PausedAt: s.PausedAt, Shift: s.Shift,
		Tallies: maps.Clone(s.Tallies),
	}
	if s.Frozen {
		sum.FrozenTallies = maps.Clone(s.FrozenTallies)
	}
	for _, e := range s.Entrants {
		if !e.Banned {
			sum.Entrants++
		}
	}
	return sum
}

// Rows returns the board in rank order; with frozen, and while the hunt is
// frozen, as it was at the freeze.
func (s *State) Rows(frozen bool) []game.Row {
	rows := make([]game.Row, 0, len(s.Entrants))
	for _, e := range s.Entrants {
		if e.Banned {
			continue
		}
		row := rowOf(e)
		if frozen && s.Frozen {
			if was, changed := s.FrozenRows[e.ID]; changed {
				if was == nil {
					continue
				}
				row = *was
			}
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b game.Row) int {
		return cmp.Or(cmp.Compare(b.Points, a.Points), cmp.Compare(a.Tie, b.Tie))
	})
	return rows
}

// Entrant returns a copy of an entrant, nil when nobody of that id joined.
func (s *State) Entrant(id string) *game.Entrant {
	if e := s.Entrants[id]; e != nil && e.JoinSeq != 0 {
		return clone(e)
	}
	return nil
}

// Reviews lists the claims that wait for an organizer, oldest first.
func (s *State) Reviews() []game.Review {
	list := make([]game.Review, 0, len(s.Waiting))
	for _, r := range s.Waiting {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b game.Review) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID),
			cmp.Compare(a.Entrant, b.Entrant), cmp.Compare(a.Challenge, b.Challenge))
	})
	return list
}

func rowOf(e *game.Entrant) game.Row {
	return game.Row{
		Entrant: e.ID, Name: e.Name, Points: e.Total,
		Solved: e.Solves, Badges: int64(len(e.Badges)), Tie: e.Tie,
	}
}
