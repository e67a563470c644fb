package actor

import (
	"slices"
	"sort"

	"veltrix/game"
)

// board ranks rows: by points, then by tie. It is a list of sorted chunks, so
// that a change among a million rows moves a few hundred pointers and a rank
// is a sum over the chunks before it.
type board struct {
	rows   map[string]*game.Row
	chunks [][]place
	// out has the rows of entrants that are banned or hidden. They change as others
	// do, and come back as they are.
	out map[string]*game.Row
	// divisions are boards of the same rows; nil on those boards.
	divisions map[string]*board
}

// place is a row and the score it stands at.
type place struct {
	score int64
	row   *game.Row
}

const chunkSize = 512

// newBoard takes rows in the order of game.CompareRows.
func newBoard(rows []game.Row) *board {
	b := &board{rows: make(map[string]*game.Row, len(rows)), out: map[string]*game.Row{}, divisions: map[string]*board{}}
	kept := slices.Clone(rows)
	for i := range kept {
		r := &kept[i]
		if r.Out {
			b.out[r.Entrant] = r
			continue
		}
		b.append(r)
		if r.Division != "" {
			b.division(r.Division).append(r)
		}
	}
	return b
}

// append adds a row that ranks after all others.
func (b *board) append(r *game.Row) {
	b.rows[r.Entrant] = r
	last := len(b.chunks) - 1
	if last < 0 || len(b.chunks[last]) == chunkSize {
		b.chunks = append(b.chunks, nil)
		last++
	}
	b.chunks[last] = append(b.chunks[last], place{game.Score(r.Points, r.Tie), r})
}

// division returns the board of a division, which it makes when there is none.
func (b *board) division(id string) *board {
	d := b.divisions[id]
	if d == nil {
		d = &board{rows: map[string]*game.Row{}}
		b.divisions[id] = d
	}
	return d
}

func (b *board) clone() *board {
	rows := make([]game.Row, 0, len(b.rows)+len(b.out))
	for _, chunk := range b.chunks {
		for _, p := range chunk {
			rows = append(rows, *p.row)
		}
	}
	for _, r := range b.out {
		rows = append(rows, *r)
	}
	return newBoard(rows)
}

func (b *board) len() int { return len(b.rows) }

// chunk returns the index of the chunk that holds score or would hold it.
func (b *board) chunk(score int64) int {
	return sort.Search(len(b.chunks)-1, func(i int) bool {
		c := b.chunks[i]
		return c[len(c)-1].score <= score
	})
}

// find returns where score stands in a chunk, or where it would be inserted.
func find(chunk []place, score int64) int {
	return sort.Search(len(chunk), func(i int) bool { return chunk[i].score <= score })
}

// insert puts a row on the board, or among those that are out.
func (b *board) insert(r *game.Row) {
	if r.Out {
		b.out[r.Entrant] = r
		return
	}
	b.place(r)
	if r.Division != "" && b.divisions != nil {
		b.division(r.Division).place(r)
	}
}

func (b *board) place(r *game.Row) {
	b.rows[r.Entrant] = r
	p := place{game.Score(r.Points, r.Tie), r}
	if len(b.chunks) == 0 {
		b.chunks = append(b.chunks, []place{p})
		return
	}
	i := b.chunk(p.score)
	c := b.chunks[i]
	c = slices.Insert(c, find(c, p.score), p)
	b.chunks[i] = c
	if len(c) >= 2*chunkSize {
		b.chunks[i] = c[:chunkSize:chunkSize]
		b.chunks = slices.Insert(b.chunks, i+1, slices.Clone(c[chunkSize:]))
	}
}

// remove takes a row off, wherever it is.
func (b *board) remove(r *game.Row) {
	if r.Out {
		delete(b.out, r.Entrant)
		return
	}
	b.unplace(r)
	if r.Division != "" && b.divisions != nil {
		b.division(r.Division).unplace(r)
	}
}

func (b *board) unplace(r *game.Row) {
	delete(b.rows, r.Entrant)
	score := game.Score(r.Points, r.Tie)
	i := b.chunk(score)
	c := b.chunks[i]
	c = slices.Delete(c, find(c, score), find(c, score)+1)
	b.chunks[i] = c
	if len(c) == 0 {
		b.chunks = slices.Delete(b.chunks, i, i+1)
	}
}

// row returns an entrant's row, also one that is out; nil when it has none.
func (b *board) row(entrant string) *game.Row {
	if r := b.rows[entrant]; r != nil {
		return r
	}
	return b.out[entrant]
}

// change moves a row to where it belongs after f changed it.
func (b *board) change(entrant string, f func(*game.Row)) {
	r := b.row(entrant)
	if r == nil {
		return // it joined after the freeze
	}
	after := *r
	f(&after)
	if after.Points == r.Points && after.Tie == r.Tie && after.Out == r.Out && after.Division == r.Division {
		*r = after
		return
	}
	b.remove(r)
	*r = after
	b.insert(r)
}

// rank returns the rank of an entrant, 1 for the first, 0 when it is not on
// the board.
func (b *board) rank(entrant string) int {
	r := b.rows[entrant]
	if r == nil {
		return 0
	}
	return b.rankWith(entrant, game.Score(r.Points, r.Tie))
}

// rankWith returns the rank that an entrant on the board would have with
// another score, 0 when it is not on the board.
func (b *board) rankWith(entrant string, score int64) int {
	r := b.rows[entrant]
	if r == nil {
		return 0
	}
	i := b.chunk(score)
	n := find(b.chunks[i], score) + 1
	for _, c := range b.chunks[:i] {
		n += len(c)
	}
	if game.Score(r.Points, r.Tie) > score {
		n-- // it would not stand above itself
	}
	return n
}

// page appends up to limit rows from offset, in rank order.
func (b *board) page(rows []game.Row, offset, limit int) []game.Row {
	for _, c := range b.chunks {
		if offset >= len(c) {
			offset -= len(c)
			continue
		}
		for _, p := range c[offset:] {
			if limit == 0 {
				return rows
			}
			rows = append(rows, *p.row)
			limit--
		}
		offset = 0
	}
	return rows
}
