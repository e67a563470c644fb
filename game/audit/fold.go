package audit

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"veltrix/game"
	"veltrix/game/hunt"
)

// ledgerFold is a hunt as its ledger alone says it is.
type ledgerFold struct {
	differf func(seq int64, format string, args ...any)

	seq, at    int64
	epoch      int64
	nonce      string
	rev        int64
	phase      game.Phase
	frozen     bool
	frozenSeq  int64
	openedAt   int64
	closedAt   int64
	pausedAt   int64
	shift      int64
	entrants   map[string]*entrantFold
	players    map[string]string
	tallies    map[string]game.Tally
	shown      map[string]game.Row   // at the freeze, by entrant
	shownTally map[string]game.Tally // at the freeze
	commands   map[string]int64      // seq by id
	counts     map[game.EntryType]int64
	origins    map[string]int64 // seq by what a restored entry puts back
}

// entrantFold is an entrant as the ledger says it is.
type entrantFold struct {
	name     string
	players  []string
	joinSeq  int64
	joinedAt int64
	banned   bool
	sum      int64 // of the points of its entries
	tie      int64
	solves   int64
	firsts   int64
	awards   map[string]*game.Award
	badges   map[string]game.Held
	hints    map[string]game.Bought
}

func newLedgerFold(differf func(seq int64, format string, args ...any)) *ledgerFold {
	return &ledgerFold{
		differf: differf, entrants: map[string]*entrantFold{}, players: map[string]string{},
		tallies: map[string]game.Tally{}, commands: map[string]int64{}, counts: map[game.EntryType]int64{}, origins: map[string]int64{},
	}
}

// add folds the next entry and checks it against those before.
func (f *ledgerFold) add(n *game.Entry) {
	f.order(n)
	f.counts[n.Type]++
	f.once(n)
	f.restored(n)
	switch n.Type {
	case game.Joined:
		f.joined(n)
	case game.Awarded:
		f.awarded(n)
	case game.Badged:
		f.badged(n)
	case game.Hinted:
		f.hinted(n)
	case game.Adjusted:
		f.move(n)
	case game.Revoked:
		f.revoked(n)
	case game.Banned:
		if e := f.entrant(n); e.banned {
			f.differf(n.Seq, "%s is banned a second time", n.Entrant)
		} else {
			e.banned = true
		}
	case game.Phased:
		f.phased(n)
	case game.Defined:
		if n.Rev != f.rev+1 {
			f.differf(n.Seq, "revision %d follows revision %d", n.Rev, f.rev)
		}
		f.rev = n.Rev
		if f.phase == "" {
			f.phase = game.Draft
		}
	case game.Announced, game.Recovered:
	default:
		f.differf(n.Seq, "the type %q is unknown", n.Type)
	}
}

// order checks what every line has: seq without a gap, time and epoch that
// never fall.
func (f *ledgerFold) order(n *game.Entry) {
	if n.Seq != f.seq+1 {
		f.differf(n.Seq, "seq %d follows %d", n.Seq, f.seq)
	}
	if n.At < f.at {
		f.differf(n.Seq, "its time %d is before that of the entry before, %d", n.At, f.at)
	}
	epoch, err := strconv.ParseInt(n.Epoch, 10, 64)
	switch {
	case err != nil:
		f.differf(n.Seq, "its epoch %q is not a number", n.Epoch)
	case epoch < f.epoch:
		f.differf(n.Seq, "its epoch %d is older than that of the entry before, %d", epoch, f.epoch)
	case epoch > f.epoch && f.epoch != 0 && n.Type != game.Recovered:
		f.differf(n.Seq, "the epoch %d begins with %s, not with what was lost", epoch, n.Type)
		f.epoch = epoch
	case epoch == f.epoch && n.Type == game.Recovered:
		f.differf(n.Seq, "it says that history was lost, but goes on with epoch %d", epoch)
	default:
		f.epoch = epoch
	}
	f.seq, f.at, f.nonce = n.Seq, max(f.at, n.At), n.Nonce
}

// restored checks that nothing lost was put back twice.
func (f *ledgerFold) restored(n *game.Entry) {
	lost, is := strings.CutPrefix(n.Text, "restores ")
	if !is || n.Type != game.Awarded && n.Type != game.Badged && n.Type != game.Hinted {
		return
	}
	if first, known := f.origins[lost]; known {
		f.differf(n.Seq, "the lost entry %s was put back before, at seq %d", lost, first)
	}
	f.origins[lost] = n.Seq
}

// once checks that no organizer's command took effect twice. Badges that come
// with one bear its id, too.
func (f *ledgerFold) once(n *game.Entry) {
	if n.ID == "" || n.By == "" || n.Player != "" {
		return
	}
	if first, known := f.commands[n.ID]; known {
		if n.Type != game.Badged {
			f.differf(n.Seq, "the command %s took effect before, at seq %d", n.ID, first)
		}
		return
	}
	f.commands[n.ID] = n.Seq
}

func (f *ledgerFold) entrant(n *game.Entry) *entrantFold {
	e := f.entrants[n.Entrant]
	if e == nil {
		if n.Type != game.Joined {
			f.differf(n.Seq, "%s of %q, who never joined", n.Type, n.Entrant)
		}
		e = &entrantFold{awards: map[string]*game.Award{}, badges: map[string]game.Held{}, hints: map[string]game.Bought{}}
		f.entrants[n.Entrant] = e
	}
	return e
}

func (f *ledgerFold) joined(n *game.Entry) {
	e := f.entrant(n)
	if e.joinSeq == 0 {
		e.name, e.joinSeq, e.joinedAt, e.tie = n.Name, n.Seq, n.At, n.Seq
	}
	if other, known := f.players[n.Player]; known {
		f.differf(n.Seq, "player %s joined before, as %s", n.Player, other)
	}
	f.players[n.Player] = n.Entrant
	e.players = append(e.players, n.Player)
}

// move adds an entry's points to its entrant and checks the total that it
// claims.
func (f *ledgerFold) move(n *game.Entry) *entrantFold {
	e := f.entrant(n)
	e.sum += n.Points
	if n.Total != e.sum {
		f.differf(n.Seq, "%s has the total %d, its entries add up to %d", n.Entrant, n.Total, e.sum)
	}
	if e.sum > hunt.MaxPoints || e.sum < -hunt.MaxPoints {
		f.differf(n.Seq, "%s has %d points, past the bound of ±%d", n.Entrant, e.sum, hunt.MaxPoints)
	}
	return e
}

func (f *ledgerFold) awarded(n *game.Entry) {
	e := f.move(n)
	if before := e.awards[n.Challenge]; before != nil && !before.Revoked {
		f.differf(n.Seq, "%s was awarded %s before, at seq %d", n.Entrant, n.Challenge, before.Seq)
		e.solves--
	}
	t := f.tallies[n.Challenge]
	a := &game.Award{
		ID: n.ID, Player: n.Player, Seq: n.Seq, At: n.At,
		Points: n.Points, Bonus: n.Bonus, Total: n.Total, First: t.Given == 0,
	}
	if a.First {
		e.firsts++
	}
	e.awards[n.Challenge] = a
	e.solves++
	e.tie = n.Seq
	f.tallies[n.Challenge] = game.Tally{Solves: t.Solves + 1, Given: t.Given + 1}
}

func (f *ledgerFold) badged(n *game.Entry) {
	e := f.move(n)
	if held, has := e.badges[n.Badge]; has {
		f.differf(n.Seq, "%s was given the badge %s before, at seq %d", n.Entrant, n.Badge, held.Seq)
	}
	e.badges[n.Badge] = game.Held{Seq: n.Seq, At: n.At, Points: n.Points}
	if a := e.awards[n.Challenge]; n.Challenge != "" && a != nil && a.ID == n.ID {
		a.Badges, a.Total = append(a.Badges, n.Badge), n.Total
	}
}

func (f *ledgerFold) hinted(n *game.Entry) {
	e := f.move(n)
	key := n.Challenge + "/" + n.Hint
	if bought, has := e.hints[key]; has {
		f.differf(n.Seq, "%s bought the hint %s before, at seq %d", n.Entrant, key, bought.Seq)
	}
	if n.Points > 0 {
		f.differf(n.Seq, "the hint %s gave %d points", key, n.Points)
	}
	e.hints[key] = game.Bought{ID: n.ID, Seq: n.Seq, At: n.At, Cost: -n.Points, Total: n.Total}
}

func (f *ledgerFold) revoked(n *game.Entry) {
	e := f.move(n)
	if n.Badge != "" {
		held, has := e.badges[n.Badge]
		switch {
		case !has:
			f.differf(n.Seq, "%s loses the badge %s, which it has not", n.Entrant, n.Badge)
		case n.Points != -held.Points:
			f.differf(n.Seq, "the badge %s gave %s %d points, taken back are %d", n.Badge, n.Entrant, held.Points, -n.Points)
		}
		delete(e.badges, n.Badge)
		return
	}
	a := e.awards[n.Challenge]
	if a == nil || a.Revoked {
		f.differf(n.Seq, "%s loses the award of %s, which it has not", n.Entrant, n.Challenge)
		return
	}
	if n.Points != -a.Points {
		f.differf(n.Seq, "%s gave %s %d points, taken back are %d", n.Challenge, n.Entrant, a.Points, -n.Points)
	}
	a.Revoked = true
	e.solves--
	if a.First {
		e.firsts--
	}
	t := f.tallies[n.Challenge]
	f.tallies[n.Challenge] = game.Tally{Solves: t.Solves - 1, Given: t.Given}
}

// moves are the changes of phase that there are.
var moves = map[game.Phase][]game.Phase{
	game.Draft:  {game.Open},
	game.Open:   {game.Paused, game.Closed},
	game.Paused: {game.Open, game.Closed},
}

func (f *ledgerFold) phased(n *game.Entry) {
	switch {
	case n.Phase == f.phase:
		if n.Frozen == f.frozen {
			f.differf(n.Seq, "the phase was %s before", n.Phase)
		}
	case !slices.Contains(moves[f.phase], n.Phase):
		f.differf(n.Seq, "the phase goes from %s to %s", f.phase, n.Phase)
	}
	if f.phase == game.Draft && n.Phase == game.Open {
		f.openedAt = n.At
	}
	if f.phase == game.Paused && n.Phase == game.Open {
		f.shift += n.At - f.pausedAt
		f.pausedAt = 0
	}
	if f.phase != n.Phase && n.Phase == game.Paused {
		f.pausedAt = n.At
	}
	if f.phase != n.Phase && n.Phase == game.Closed {
		f.closedAt = n.At
	}
	f.phase = n.Phase
	if n.Frozen == f.frozen {
		return
	}
	f.frozen, f.frozenSeq, f.shown, f.shownTally = n.Frozen, 0, nil, nil
	if n.Frozen {
		f.frozenSeq, f.shown, f.shownTally = n.Seq, f.rows(), maps.Clone(f.tallies)
	}
}

// rows are the lines of the board, by entrant.
func (f *ledgerFold) rows() map[string]game.Row {
	rows := make(map[string]game.Row, len(f.entrants))
	for id, e := range f.entrants {
		if !e.banned {
			rows[id] = game.Row{
				Entrant: id, Name: e.name, Points: e.sum, Solved: e.solves, Badges: int64(len(e.badges)), Tie: e.tie,
			}
		}
	}
	return rows
}

// shownRows are those that players see while the board is frozen.
func (f *ledgerFold) shownRows() map[string]game.Row {
	rows := make(map[string]game.Row, len(f.shown))
	for id, r := range f.shown {
		if !f.entrants[id].banned {
			rows[id] = r
		}
	}
	return rows
}

// String sums a hunt up.
func (f *ledgerFold) String() string {
	return fmt.Sprintf("%d entries, %d entrants, %d awards", f.seq, len(f.entrants), f.counts[game.Awarded])
}
