package audit

import (
	"fmt"
	"strconv"
	"strings"

	"veltrix/game"
)

// ledgerFold is a hunt as its ledger alone says it is.
type ledgerFold struct {
	differf func(seq int64, format string, args ...any)

	seq, at int64
	epoch   int64
	nonce   string
	hunt    huntFold

	entrants map[string]*entrantFold
	players  map[string]string          // entrants by player; empty for one who was moved out
	numbers  int64                      // the number of the next entrant
	holders  map[string]map[string]bool // by challenge: entrants that count and ever had it
	commands map[string]int64           // seq by id
	counts   map[game.EntryType]int64
	origins  map[string]int64 // seq by what a restored entry puts back

	frozenSeq  int64
	shown      map[string]game.Row   // at the freeze, by entrant
	shownTally map[string]game.Tally // at the freeze
}

func newLedgerFold(differf func(seq int64, format string, args ...any)) *ledgerFold {
	return &ledgerFold{
		differf: differf, entrants: map[string]*entrantFold{}, players: map[string]string{},
		holders: map[string]map[string]bool{}, commands: map[string]int64{}, counts: map[game.EntryType]int64{},
		origins: map[string]int64{}, hunt: huntFold{skips: map[string]bool{}},
	}
}

// add folds the next entry and checks it against those before.
func (f *ledgerFold) add(n *game.Entry) {
	f.order(n)
	f.counts[n.Type]++
	f.once(n)
	f.restored(n)
	f.allowed(n)
	f.takenBack(n)
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
		f.adjusted(n)
	case game.Revoked:
		f.revoked(n)
	case game.Penalised:
		f.penalised(n)
	case game.Submitted, game.Rejected:
		f.handedIn(n)
	case game.Banned, game.Unbanned, game.Hidden, game.Shown:
		f.out(n)
	case game.Renamed:
		f.entrant(n)
	case game.Divided:
		f.entrant(n).division = n.Division
	case game.Moved:
		f.moved(n)
	case game.Started, game.Finished:
		f.walked(n)
	case game.Skipped, game.Unskipped:
		f.skipped(n)
	case game.Extended, game.Phased, game.Defined, game.Deleted, game.Undeleted:
		f.changed(n)
	case game.Announced, game.Recovered:
	default:
		f.differf(n.Seq, "the type %q is unknown", n.Type)
	}
	f.quiet(n)
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

// putBack reports whether the entry puts a lost one back, and which.
func putBack(n *game.Entry) (lost string, is bool) {
	switch n.Type {
	case game.Joined, game.Awarded, game.Badged, game.Hinted, game.Penalised, game.Submitted, game.Rejected, game.Started,
		game.Finished:
		return strings.CutPrefix(n.Text, "restores ")
	}
	return "", false
}

// restored checks that nothing lost was put back twice.
func (f *ledgerFold) restored(n *game.Entry) {
	lost, is := putBack(n)
	if !is {
		return
	}
	if first, known := f.origins[lost]; known {
		f.differf(n.Seq, "the lost entry %s was put back before, at seq %d", lost, first)
	}
	f.origins[lost] = n.Seq
}

// once checks that no organizer's command took effect twice. Badges and the finish
// that come with one bear its id, too.
func (f *ledgerFold) once(n *game.Entry) {
	if n.ID == "" || n.By == "" || n.By == game.Schedule || n.Player != "" && n.Type != game.Moved {
		return
	}
	if first, known := f.commands[n.ID]; known {
		if n.Type != game.Badged && n.Type != game.Finished {
			f.differf(n.Seq, "the command %s took effect before, at seq %d", n.ID, first)
		}
		return
	}
	f.commands[n.ID] = n.Seq
}

// allowed checks that players did nothing while they might not. What is put back
// may come at any time.
func (f *ledgerFold) allowed(n *game.Entry) {
	_, is := putBack(n)
	played := n.Type == game.Hinted || n.Type == game.Started || n.Type == game.Submitted ||
		n.Type == game.Awarded && n.By == ""
	if is || !played {
		return
	}
	if h := &f.hunt; h.phase != game.Open || h.deletedAt != 0 {
		f.differf(n.Seq, "%s by a player in the phase %s, in the bin since %d", n.Type, h.phase, h.deletedAt)
	}
	if e := f.entrants[n.Entrant]; e != nil && e.banned {
		f.differf(n.Seq, "%s by %s, which is banned", n.Type, n.Entrant)
	}
}

// quiet checks that an entry says only what its type has.
func (f *ledgerFold) quiet(n *game.Entry) {
	switch n.Type {
	case game.Awarded, game.Badged, game.Hinted, game.Penalised, game.Adjusted, game.Revoked:
	default:
		if n.Points != 0 || n.Total != 0 {
			f.differf(n.Seq, "%s moves %d points to %d", n.Type, n.Points, n.Total)
		}
	}
	ties := n.Type == game.Awarded || n.Type == game.Adjusted || n.Type == game.Revoked
	if e := f.entrants[n.Entrant]; ties && e != nil && n.Tie != e.tie() {
		f.differf(n.Seq, "%s ties with seq %d then, its awards and corrections say %d", n.Entrant, n.Tie, e.tie())
	} else if !ties && n.Tie != 0 {
		f.differf(n.Seq, "%s moves a tie to seq %d", n.Type, n.Tie)
	}
	if n.Since != 0 && n.Type != game.Awarded {
		f.differf(n.Seq, "%s ties since seq %d", n.Type, n.Since)
	}
}

// rows are the lines of the board, by entrant. What persons wrote is not in the
// ledger.
func (f *ledgerFold) rows() map[string]game.Row {
	rows := make(map[string]game.Row, len(f.entrants))
	for id, e := range f.entrants {
		rows[id] = game.Row{
			Entrant: id, Points: e.sum, Solved: e.solves(), Badges: int64(len(e.badges)), Tie: e.tie(),
			Division: e.division, Out: e.out(),
		}
	}
	return rows
}

// shownRows are those that players see while the board is frozen: with the
// divisions of now, and without those who are out by now.
func (f *ledgerFold) shownRows() map[string]game.Row {
	rows := make(map[string]game.Row, len(f.shown))
	for id, r := range f.shown {
		e := f.entrants[id]
		r.Division, r.Out = e.division, e.out()
		rows[id] = r
	}
	return rows
}

// tallies counts, of entrants that count, who has each challenge and who ever
// had it.
func (f *ledgerFold) tallies() map[string]game.Tally {
	tallies := map[string]game.Tally{}
	for _, e := range f.entrants {
		if e.out() {
			continue
		}
		for id, a := range e.awards {
			t := tallies[id]
			t.Given++
			if !a.Revoked {
				t.Solves++
			}
			tallies[id] = t
		}
	}
	return tallies
}

// counted is how many entrants are on the board.
func (f *ledgerFold) counted() int64 {
	var count int64
	for _, e := range f.entrants {
		if !e.out() {
			count++
		}
	}
	return count
}

// String sums a hunt up.
func (f *ledgerFold) String() string {
	return fmt.Sprintf("%d entries, %d entrants, %d awards", f.seq, len(f.entrants), f.counts[game.Awarded])
}
