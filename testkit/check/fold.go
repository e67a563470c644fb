package check

import (
	"fmt"
	"slices"
)

// Fold plays a ledger, one entry after the other, and then compares boards with
// what the entries add up to. It keeps awards and sums but not the entries, so
// that a ledger of millions can be checked as it is read.
//
// The zero Fold is ready. It is not safe for concurrent use.
type Fold struct {
	// Report gets everything that is wrong.
	Report func(problem string)
	// Unjoined allows entries of entrants who have not joined: a ledger that has
	// no joins.
	Unjoined bool

	entries   int64
	epochs    int
	last      Entry // without what is not compared with the next one
	awards    map[solve]Award
	standings map[string]*standing
}

// solve is an entrant's challenge.
type solve struct{ entrant, challenge string }

// Award is what is kept of an entry "awarded".
type Award struct {
	Seq    int64
	ID     string // of the claim
	Points int64
	Bonus  int64

	revoked bool
}

// standing is what an entrant's entries add up to.
type standing struct {
	points int64
	tie    int64 // what an entry said last, else seq of the last award, else of joining
	solves int64
	badges map[string]bool
	banned bool
	hidden bool
}

// out reports whether the entrant is on no board.
func (s *standing) out() bool { return s.banned || s.hidden }

func (f *Fold) addf(format string, args ...any) { f.Report(fmt.Sprintf(format, args...)) }

// Entries is how many entries there were.
func (f *Fold) Entries() int64 { return f.entries }

// Epochs is how many histories the ledger has: more than one where history was
// lost.
func (f *Fold) Epochs() int { return f.epochs }

// Awards is how many pairs of entrant and challenge were awarded, also those of
// which the award was revoked.
func (f *Fold) Awards() int { return len(f.awards) }

// Award is the last award of a challenge to an entrant, also when it was revoked.
func (f *Fold) Award(entrant, challenge string) (Award, bool) {
	a, ok := f.awards[solve{entrant, challenge}]
	return a, ok
}

// Entry takes the next entry.
func (f *Fold) Entry(e *Entry) {
	if f.awards == nil {
		f.awards, f.standings = make(map[solve]Award), make(map[string]*standing)
	}
	f.entries++
	if e.Seq != f.entries {
		f.addf("entry %d of the ledger has seq %d", f.entries, e.Seq)
	}
	f.epoch(e)
	if f.entries > 1 && e.At < f.last.At {
		f.addf("seq %d is %d ms older than the entry before", e.Seq, f.last.At-e.At)
	}
	f.last = Entry{Epoch: e.Epoch, At: e.At}
	if e.Entrant != "" {
		f.entrant(e)
	}
}

// epoch checks that epochs rise and that each but the first begins by saying
// that history was lost.
func (f *Fold) epoch(e *Entry) {
	if f.entries == 1 {
		f.epochs = 1
		if e.Type == "recovered" { // of the epoch before nothing is left
			f.epochs++
		}
		return
	}
	before := f.last.Epoch
	switch {
	case e.Epoch != before && e.Type != "recovered":
		f.addf("seq %d has epoch %s, the entry before has %s, and nothing says why", e.Seq, e.Epoch, before)
	case e.Epoch == before && e.Type == "recovered":
		f.addf("seq %d says that history was lost and goes on with epoch %s", e.Seq, e.Epoch)
	case e.Epoch == before:
		return
	}
	f.epochs++
	if len(e.Epoch) < len(before) || len(e.Epoch) == len(before) && e.Epoch < before {
		f.addf("seq %d has epoch %s, before it was %s", e.Seq, e.Epoch, before)
	}
}

// entrant takes an entry of an entrant.
func (f *Fold) entrant(e *Entry) {
	s := f.standings[e.Entrant]
	if s == nil {
		if e.Type != "joined" && !f.Unjoined {
			f.addf("seq %d is of %s, who has not joined", e.Seq, e.Entrant)
		}
		s = &standing{tie: e.Seq, badges: make(map[string]bool)}
		f.standings[e.Entrant] = s
	}
	s.points += e.Points
	if changesPoints(e.Type) && e.Total != s.points {
		f.addf("seq %d says a total of %d for %s, whose points sum to %d", e.Seq, e.Total, e.Entrant, s.points)
	}
	switch e.Type {
	case "awarded":
		of := solve{e.Entrant, e.Challenge}
		if first, ok := f.awards[of]; ok && !first.revoked {
			f.addf("seq %d awards %s to %s again, after seq %d", e.Seq, e.Challenge, e.Entrant, first.Seq)
		} else {
			s.solves++
		}
		f.awards[of] = Award{Seq: e.Seq, ID: e.ID, Points: e.Points, Bonus: e.Bonus}
		s.tie = e.Seq
	case "badge":
		if s.badges[e.Badge] {
			f.addf("seq %d gives the badge %s to %s again", e.Seq, e.Badge, e.Entrant)
		}
		s.badges[e.Badge] = true
	case "revoked":
		f.revoke(s, e)
	case "banned", "unbanned":
		s.banned = e.Type == "banned"
	case "hidden", "shown":
		s.hidden = e.Type == "hidden"
	}
	if e.Tie != 0 {
		s.tie = e.Tie
	}
}

func (f *Fold) revoke(s *standing, e *Entry) {
	if e.Badge != "" {
		delete(s.badges, e.Badge)
		return
	}
	of := solve{e.Entrant, e.Challenge}
	if a, ok := f.awards[of]; ok && !a.revoked {
		a.revoked = true
		f.awards[of] = a
		s.solves--
	}
}

func changesPoints(typ string) bool {
	return slices.Contains([]string{"awarded", "badge", "hinted", "adjusted", "revoked", "penalised"}, typ)
}

// Board compares a board of the same moment with the ledger.
func (f *Fold) Board(b *Board) {
	ranked := 0
	for _, s := range f.standings {
		if !s.out() {
			ranked++
		}
	}
	if len(b.Rows) != ranked || b.Entrants != int64(ranked) {
		f.addf("the board has %d rows and says %d entrants, the ledger has %d", len(b.Rows), b.Entrants, ranked)
	}
	var above *standing
	for i, r := range b.Rows {
		s := f.standings[r.Entrant]
		if s == nil || s.out() {
			f.addf("row %d of the board is %s, who is not in the hunt", i+1, r.Entrant)
			continue
		}
		if r.Rank != int64(i)+1 {
			f.addf("row %d of the board has rank %d", i+1, r.Rank)
		}
		if r.Points != s.points || r.Solved != s.solves || r.Badges != int64(len(s.badges)) {
			f.addf("the board has %+v, the ledger %d points, %d solves, %d badges", r, s.points, s.solves, len(s.badges))
		}
		if above != nil && (above.points < s.points || above.points == s.points && above.tie > s.tie) {
			f.addf("row %d of the board, %s, belongs above the row before it", i+1, r.Entrant)
		}
		above = s
	}
}
