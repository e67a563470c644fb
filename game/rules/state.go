// Package rules is the executable specification of scoring: what a command
// does to a hunt. docs/rules.md says the same in words, game/redis/lua in Lua.
//
// Guarantees:
//   - Decide is a pure function of the state, the command and the time: no
//     clock, no I/O, no randomness, and it changes nothing. So are Recover and
//     Advance.
//   - A State changes only by Apply of what they returned, or by ApplyEntry and
//     ApplyTried of what Apply once took, so it is a fold of the ledger and of the
//     recorded attempts.
//   - The schedule is decided in Schedule.Next alone, and what the next award
//     of a challenge gives in Worth.
//   - Points are integers and |total| ≤ hunt.MaxPoints.
//
// Concurrency properties: there are no goroutines and no locks. A State and its
// Schedule belong to one goroutine at a time. Definitions and entries are
// shared and never changed; what a State returns shares no maps with it.
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
	// The definition in force, and where the hunt is in its life.
	Schedule

	// The head of the ledger.
	Epoch  string
	Seq    int64
	LastAt int64 // Unix ms
	Nonce  string

	// Who plays, and what was given.
	Entrants map[string]*game.Entrant
	Players  map[string]string // player → entrant
	Joined   int64             // the number of the next entrant
	Names    map[string]int64  // how many entrants have names that look so
	Tallies  map[string]game.Tally
	Skips    map[string]bool // challenges that are skipped for all
	Placed   []Placed        // the badges for places that are held

	// What later commands are held against.
	Commands map[string]Done        // organizers' commands, by id
	Restored map[string]bool        // lost entries that were put back, see game.Entry.Origin
	Waiting  map[string]game.Review // by entrant and challenge

	// Wrong answers, by challenge and digest.
	Given map[string]map[string]*game.Given

	// The frozen board. FrozenRows are the rows that changed since the freeze,
	// as they were; nil for an entrant that was not there. FrozenTallies are
	// those of the freeze.
	FrozenSeq     int64
	FrozenRows    map[string]*game.Row
	FrozenTallies map[string]game.Tally
}

// Placed is a badge that an entrant got for its place.
type Placed struct{ Entrant, Badge string }

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
	// Gave is a wrong answer that is to be kept.
	Gave *Gave
	// Definition comes with an entry of type defined.
	Definition *hunt.Definition
}

// Gave is a wrong answer that an entrant gave to a challenge.
type Gave struct{ Entrant, Challenge, Digest, Text string }

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
		Names:    map[string]int64{},
		Tallies:  map[string]game.Tally{},
		Skips:    map[string]bool{},
		Commands: map[string]Done{},
		Restored: map[string]bool{},
		Waiting:  map[string]game.Review{},
		Given:    map[string]map[string]*game.Given{},
	}
}

// Summary returns the state without its entrants. It shares no maps.
func (s *State) Summary() *game.Summary {
	sum := &game.Summary{
		Epoch: s.Epoch, Seq: s.Seq, Nonce: s.Nonce, Definition: s.Definition,
		Phase: s.Phase, Frozen: s.Frozen, FrozenSeq: s.FrozenSeq,
		OpenedAt: s.OpenedAt, ClosedAt: s.ClosedAt, PausedAt: s.PausedAt, Shift: s.Shift,
		OpensAt: s.OpensAt, ClosesAt: s.ClosesAt, Extra: s.Extra, DeletedAt: s.DeletedAt,
		Skips: maps.Clone(s.Skips), Joined: s.Joined, Tallies: maps.Clone(s.Tallies),
	}
	if s.Frozen {
		sum.FrozenTallies = maps.Clone(s.FrozenTallies)
	}
	for _, e := range s.Entrants {
		if e.JoinSeq != 0 && !e.Out() {
			sum.Entrants++
		}
	}
	return sum
}

// Rows returns every row as game.Store.Rows does; with frozen, and while the
// hunt is frozen, as it was at the freeze. Names, divisions and who is out are
// always those of now.
func (s *State) Rows(frozen bool) []game.Row {
	rows := make([]game.Row, 0, len(s.Entrants))
	for _, e := range s.Entrants {
		if e.JoinSeq == 0 {
			continue
		}
		row := rowOf(e)
		if frozen && s.Frozen {
			if was, changed := s.FrozenRows[e.ID]; changed {
				if was == nil {
					continue
				}
				row = *was
				row.Name, row.Division, row.Out = e.Name, e.Division, e.Out()
			}
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, game.CompareRows)
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

// Answers lists the wrong answers to a challenge as game.Store does.
func (s *State) Answers(challenge string) []game.Given {
	list := make([]game.Given, 0, len(s.Given[challenge]))
	for _, g := range s.Given[challenge] {
		one := *g
		one.Entrants = slices.Sorted(slices.Values(g.Entrants))
		list = append(list, one)
	}
	slices.SortFunc(list, game.CompareGiven)
	return list
}

func rowOf(e *game.Entrant) game.Row {
	return game.Row{
		Entrant: e.ID, Name: e.Name, Points: e.Total,
		Solved: e.Solves, Badges: int64(len(e.Badges)), Tie: e.Tie, Division: e.Division, Out: e.Out(),
	}
}
