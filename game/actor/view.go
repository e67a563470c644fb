package actor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/rules"
)

// View is what a node knows of a hunt: the store's summary and the boards, kept
// up to date by folding the ledger. It belongs to the hunt's goroutine; a function
// that gets one uses it only during the call.
type View struct {
	// Schedule is the definition in force and where the hunt is in its life, and
	// says what the hunt's times bring next, by the rules that the store goes by.
	// Only fold calls its Moved. It does not know when the freeze last changed.
	rules.Schedule

	Hunt  string
	Epoch string
	Seq   int64 // of the last entry that was published
	At    int64 // of the last entry, Unix ms

	FrozenAt  int64 // at and seq of the board that players see while frozen
	FrozenSeq int64

	// Skips are the challenges that are skipped for all.
	Skips map[string]bool

	folded                 int64 // seq of the last entry in the boards, ≥ Seq
	live                   *board
	frozenBoard            *board // nil unless frozen
	tallies, frozenTallies map[string]game.Tally
	loaded                 game.Head    // as it was read
	tail                   []game.Entry // up to loaded, until the view is in use
	memory                 *memory      // of the entries up to folded
	counts                 *counter
	older                  map[int64]*hunt.Definition // some that were in force before
	revisions              revisions                  // up to the definition in force
}

// errMoved means that a hunt changed in a way that cannot be folded while it
// was being read. It is read again.
var errMoved = fmt.Errorf("%w: hunt moved while it was loaded", game.ErrUnavailable)

// load reads a hunt from the store.
func load(ctx context.Context, store game.Store, id string) (*View, error) {
	for tries := 0; ; tries++ {
		v, err := loadOnce(ctx, store, id)
		if errors.Is(err, errMoved) && tries < 5 {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("load hunt %s: %w", id, err)
		}
		return v, nil
	}
}

func loadOnce(ctx context.Context, store game.Store, id string) (*View, error) {
	sum, err := store.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	v := &View{
		Hunt: id, Epoch: sum.Epoch, Seq: sum.Seq,
		Schedule: rules.ScheduleOf(sum), Skips: sum.Skips,
		FrozenSeq: sum.FrozenSeq, loaded: game.Head{Epoch: sum.Epoch, Seq: sum.Seq, Nonce: sum.Nonce},
		tallies: sum.Tallies,
	}
	rows, seq, err := store.Rows(ctx, id, false)
	if err != nil {
		return nil, err
	}
	v.live = newBoard(rows)
	if v.Frozen {
		frozen, _, err := store.Rows(ctx, id, true)
		if err != nil {
			return nil, err
		}
		v.frozenBoard, v.frozenTallies = newBoard(frozen), sum.FrozenTallies
	}
	return v, v.catchUp(ctx, store, seq)
}

// catchUp folds into the summary what happened between reading it and reading
// the board at seq, and learns the times of the head and of the freeze.
func (v *View) catchUp(ctx context.Context, store game.Store, seq int64) error {
	if seq < v.Seq {
		return errMoved // it lost its history this moment
	}
	from := max(0, v.Seq-maxTail)
	entries, err := store.Ledger(ctx, v.Hunt, from, int(seq-from))
	if err != nil {
		return err
	}
	last := int(v.Seq-from) - 1
	if len(entries) != int(seq-from) || !names(v.loaded, &entries[last]) {
		return errMoved
	}
	v.tail, v.At = entries, entries[last].At
	for i := range entries[last+1:] {
		n := &entries[last+1+i]
		if !countable(n.Type) || n.Epoch != v.Epoch {
			return errMoved
		}
		v.count(n)
		v.At, v.loaded = n.At, headOf(n)
	}
	v.Seq, v.folded = seq, seq
	if v.Frozen && v.FrozenSeq > 0 {
		entries, err = store.Ledger(ctx, v.Hunt, v.FrozenSeq-1, 1)
		if err != nil {
			return err
		}
		for i := range entries {
			v.FrozenAt = entries[i].At
		}
	}
	return nil
}

// countable reports whether entries of this type change nothing of a summary but
// its tallies, and these by the entry alone.
func countable(t game.EntryType) bool {
	switch t {
	case game.Phased, game.Defined, game.Extended, game.Skipped, game.Unskipped, game.Deleted, game.Undeleted,
		game.Banned, game.Unbanned, game.Hidden, game.Shown:
		return false
	}
	return true
}

// due is when the schedule has something to do next, Unix ms; 0 never. The store
// does not say when the freeze last changed, but it was not after the head: a
// freeze that was planned for before the head is left to the next commit.
func (v *View) due() int64 {
	s := v.Schedule
	s.FreezeChanged = v.HuntTime(v.At)
	if next, ok := s.Next(); ok {
		return s.Wall(next.At)
	}
	return 0
}

// Board is a page of a leaderboard.
type Board struct {
	Seq      int64
	At       int64
	Frozen   bool
	Entrants int
	Offset   int
	Rows     []game.Row
}

// Board returns a page; live past a freeze, else as players may see it. Division
// is empty for the overall board.
func (v *View) Board(division string, offset, limit int, live bool) Board {
	b, page := v.pick(live), Board{Seq: v.folded, At: v.At, Offset: offset}
	if b == v.frozenBoard {
		page.Seq, page.At, page.Frozen = v.FrozenSeq, v.FrozenAt, true
	}
	if division != "" {
		if b = b.divisions[division]; b == nil {
			return page
		}
	}
	page.Entrants = b.len()
	page.Rows = b.page(nil, max(0, offset), limit)
	return page
}

func (v *View) pick(live bool) *board {
	if v.frozenBoard != nil && !live {
		return v.frozenBoard
	}
	return v.live
}

// Rank returns an entrant's rank as players may see it, 0 when it is not on
// that board, and how many entrants are on it.
func (v *View) Rank(entrant string) (rank, entrants int) {
	b := v.pick(false)
	return b.rank(entrant), b.len()
}

// DivisionRank is Rank on the board of the entrant's division; 0 without one.
func (v *View) DivisionRank(entrant string) int {
	b := v.pick(false)
	if r := b.rows[entrant]; r != nil && r.Division != "" {
		return b.divisions[r.Division].rank(entrant)
	}
	return 0
}

// Row returns an entrant's live row, also one that is out.
func (v *View) Row(entrant string) (game.Row, bool) {
	if r := v.live.row(entrant); r != nil {
		return *r, true
	}
	return game.Row{}, false
}

// Revision returns a definition that was in force, nil when it is not known here.
func (v *View) Revision(rev int64) *hunt.Definition {
	if v.Definition.Rev == rev {
		return v.Definition
	}
	return v.older[rev]
}

// HintText returns title and text of a hint as the revision had them, and as the
// definition in force has them when that revision is not known here.
func (v *View) HintText(challenge, id string, rev int64) (title, text string) {
	for _, d := range []*hunt.Definition{v.Revision(rev), v.Definition} {
		if d == nil {
			continue
		}
		if c := d.Challenge(challenge); c != nil {
			if h := c.Hint(id); h != nil {
				return h.Title, h.Text
			}
		}
	}
	return "", ""
}

// RankWith returns the rank that an entrant would have on the live board with
// these points and this tie, 0 when it is not on that board; and how many
// entrants are on it.
func (v *View) RankWith(entrant string, points, tie int64) (rank, entrants int) {
	return v.live.rankWith(entrant, game.Score(points, tie)), v.live.len()
}

// Counts sums up what this node counted of the hunt's claims.
func (v *View) Counts() Counts { return v.counts.sum(time.Now()) }

// Tally counts the awards of a challenge, as players may see them or live.
func (v *View) Tally(challenge string, live bool) game.Tally {
	if v.frozenBoard != nil && !live {
		return v.frozenTallies[challenge]
	}
	return v.tallies[challenge]
}

// Worth returns the points that the next award of a challenge gives at now, Unix
// ms, its bonus included, and how many solved it, as players may see both.
func (v *View) Worth(c *hunt.Challenge, now int64) (points, solves int64) {
	t := v.Tally(c.ID, false)
	points, _ = rules.Worth(c, t, v.Running(c.Opens, v.HuntTime(now)))
	return points, t.Solves
}

// Remembers is the lowest seq that After knows the entries after.
func (v *View) Remembers() int64 { return v.memory.base.Seq }

// After returns the entries after seq up to View.Seq, and false when not all of
// them are in memory. The slice is only valid during the call.
func (v *View) After(seq int64) ([]game.Entry, bool) {
	return v.memory.after(seq, v.Seq)
}

// fold brings the boards up to an entry. The definition of a defined entry is
// the caller's business.
func (v *View) fold(n *game.Entry) {
	v.folded, v.At = n.Seq, n.At
	v.count(n)
	v.memory.add(n)
	v.foldSchedule(n)
	switch n.Type {
	case game.Joined:
		if v.live.row(n.Entrant) == nil {
			v.live.insert(&game.Row{Entrant: n.Entrant, Name: n.Name, Tie: n.Seq, Division: n.Division})
		}
	case game.Awarded:
		v.live.change(n.Entrant, func(r *game.Row) {
			r.Points, r.Tie = n.Total, n.Tie
			r.Solved++
		})
	case game.Badged:
		v.live.change(n.Entrant, func(r *game.Row) {
			r.Points = n.Total
			r.Badges++
		})
	case game.Hinted, game.Penalised:
		v.live.change(n.Entrant, func(r *game.Row) { r.Points = n.Total })
	case game.Adjusted:
		v.live.change(n.Entrant, func(r *game.Row) { r.Points, r.Tie = n.Total, n.Tie })
	case game.Revoked:
		v.live.change(n.Entrant, func(r *game.Row) {
			r.Points, r.Tie = n.Total, n.Tie
			if n.Badge != "" {
				r.Badges--
			} else {
				r.Solved--
			}
		})
	case game.Banned, game.Unbanned, game.Hidden, game.Shown:
		v.changeBoth(n.Entrant, func(r *game.Row) { r.Out = n.Out })
	case game.Renamed:
		v.changeBoth(n.Entrant, func(r *game.Row) { r.Name = n.Name })
	case game.Divided:
		v.changeBoth(n.Entrant, func(r *game.Row) { r.Division = n.Division })
	}
}

// changeBoth changes a row on the live board and on the frozen one.
func (v *View) changeBoth(entrant string, f func(*game.Row)) {
	v.live.change(entrant, f)
	if v.frozenBoard != nil {
		v.frozenBoard.change(entrant, f)
	}
}

// count brings the tallies up to an entry.
func (v *View) count(n *game.Entry) {
	switch n.Type {
	case game.Awarded, game.Revoked:
		if r := v.live.row(n.Entrant); n.Badge != "" || r != nil && r.Out {
			return
		}
	case game.Banned, game.Unbanned, game.Hidden, game.Shown:
		v.countAwards(n)
		return
	default:
		return
	}
	t := v.tallies[n.Challenge]
	switch {
	case n.Type == game.Revoked:
		t.Solves--
	case n.Since != 0 && n.Player == "": // granted again
		t.Solves++
	default:
		t.Solves, t.Given = t.Solves+1, t.Given+1
	}
	v.tallies[n.Challenge] = t
}

// countAwards brings the tallies up to an entrant that stops or begins to count.
func (v *View) countAwards(n *game.Entry) {
	one := int64(1)
	if n.Out {
		one = -1
	}
	for id := range strings.FieldsSeq(n.Awards) {
		id, revoked := strings.CutPrefix(id, "-")
		t := v.tallies[id]
		t.Given += one
		if !revoked {
			t.Solves += one
		}
		v.tallies[id] = t
	}
}

// foldSchedule brings the schedule and what is skipped up to an entry, and the
// frozen board.
func (v *View) foldSchedule(n *game.Entry) {
	was := v.Frozen
	v.Moved(*n)
	switch {
	case n.Type == game.Skipped && n.Entrant == "":
		v.Skips[n.Challenge] = true
	case n.Type == game.Unskipped && n.Entrant == "":
		delete(v.Skips, n.Challenge)
	}
	if v.Frozen == was {
		return
	}
	if v.Frozen {
		v.frozenBoard, v.FrozenSeq, v.FrozenAt = v.live.clone(), n.Seq, n.At
		v.frozenTallies = maps.Clone(v.tallies)
	} else {
		v.frozenBoard, v.frozenTallies, v.FrozenSeq, v.FrozenAt = nil, nil, 0, 0
	}
}
