package redis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"veltrix/game"
	"veltrix/game/hunt"
)

const (
	// rowsPage and rowsTouched keep one call of the script near a millisecond.
	rowsPage    = 500
	rowsTouched = 500
	// rowsTries bounds how often the reading starts over because an organizer
	// froze or revealed the board meanwhile, or history was lost.
	rowsTries = 8
	// rowsRounds bounds the calls for a hunt that writes faster than it is
	// read. Reading 500 entries takes less time than writing ten, so a handful
	// of calls suffices.
	rowsRounds = 1000
)

// Rows returns the board in rank order and the seq at which it is exact: every
// row is what folding the ledger up to that seq gives, no more and no less, so
// a caller may fold later entries onto them, increments too. While the hunt is
// frozen and frozen is asked for, the seq is that of the freeze.
//
// The board is read in pages, each at a moment of its own. Then the rows of all
// entrants that the ledger has named since the first page are read again, until
// there are none.
func (s *Store) Rows(ctx context.Context, id string, frozen bool) ([]game.Row, int64, error) {
	if !hunt.ValidID(id) {
		return nil, 0, unknownHunt(id)
	}
	for range rowsTries {
		b := &board{store: s, hunt: id, frozen: frozen, rows: map[string]game.Row{}}
		done, err := b.read(ctx)
		if err != nil {
			return nil, 0, err
		}
		if done {
			return b.sorted(), cmp.Or(b.freeze, b.head), nil
		}
	}
	return nil, 0, fmt.Errorf("%w: redis: the board of hunt %q is frozen and revealed all the time", game.ErrUnavailable, id)
}

// board is a board that is being read, by the one goroutine that called Rows.
type board struct {
	// What to read.
	store  *Store
	hunt   string
	frozen bool

	// What was read so far.
	calls  int
	rows   map[string]game.Row // by entrant
	epoch  string
	head   int64 // of the last call
	freeze int64 // seq of the freeze whose rows these are, or 0
}

// read returns false when the board has to be read from the beginning.
func (b *board) read(ctx context.Context) (bool, error) {
	var first int64
	for _, set := range []string{"board", "out"} {
		for at := "+inf"; at != ""; {
			next, ok, err := b.call(ctx, set, at, rowsPage)
			if err != nil || !ok {
				return false, err
			}
			if first == 0 {
				first = b.head
			}
			at = ""
			if next != "" {
				at = "(" + next
			}
		}
	}
	for seen := first; seen < b.head; {
		if b.calls > rowsRounds {
			return false, fmt.Errorf("%w: redis: hunt %q changes faster than it can be read", game.ErrUnavailable, b.hunt)
		}
		next, ok, err := b.call(ctx, "touched", strconv.FormatInt(seen, 10), rowsTouched)
		if err != nil || !ok {
			return false, err
		}
		upTo, err := strconv.ParseInt(next, 10, 64)
		if err != nil || upTo <= seen {
			return false, fmt.Errorf("redis: the ledger of hunt %q ends at %d, its head is %d", b.hunt, seen, b.head)
		}
		seen = upTo
	}
	return true, nil
}

// call runs the script once and adds its rows. It returns false when the freeze
// or the epoch is not that of the calls before.
func (b *board) call(ctx context.Context, what, from string, count int) (next string, ok bool, err error) {
	ctx, cancel := b.store.limit(ctx)
	defer cancel()
	flag := "0"
	if b.frozen {
		flag = "1"
	}
	reply, err := rowsScript.Run(ctx, b.store.rdb, callKeys(b.store.key(b.hunt, "meta")), flag, what, from, count).Text()
	if err != nil {
		return "", false, classify(err)
	}
	u := &unpacker{b: []byte(reply)}
	switch u.str() {
	case "unknown_hunt":
		return "", false, unknownHunt(b.hunt)
	case "format":
		return "", false, otherFormat(b.hunt, u.int())
	}
	epoch, head, freeze := u.str(), u.int(), u.int()
	if b.calls > 0 && (freeze != b.freeze || epoch != b.epoch) {
		return "", false, nil
	}
	b.calls, b.epoch, b.head, b.freeze = b.calls+1, epoch, head, freeze
	next = u.str()
	for n := u.int(); n > 0 && u.err == nil; n-- {
		row := game.Row{Entrant: u.str()}
		there := u.bool()
		row.Name, row.Points, row.Solved, row.Badges, row.Tie = u.str(), u.int(), u.int(), u.int(), u.int()
		row.Division, row.Out = u.str(), u.bool()
		if there {
			b.rows[row.Entrant] = row
		} else {
			delete(b.rows, row.Entrant)
		}
	}
	if u.err != nil {
		return "", false, fmt.Errorf("redis: board of hunt %q: %w", b.hunt, u.err)
	}
	return next, true, nil
}

func (b *board) sorted() []game.Row {
	list := make([]game.Row, 0, len(b.rows))
	for _, row := range b.rows {
		list = append(list, row)
	}
	slices.SortFunc(list, game.CompareRows)
	return list
}
