package check

import (
	"fmt"
	"slices"

	"veltrix/testkit/player"
)

// maxProblems bounds what Verify reports; one broken invariant breaks many
// lines.
const maxProblems = 50

// findings collects what is wrong.
type findings struct {
	list   []string
	count  int
	epochs int // of the ledger: more than one where history was lost
}

func (f *findings) addf(format string, args ...any) {
	f.count++
	if len(f.list) < maxProblems {
		f.list = append(f.list, fmt.Sprintf(format, args...))
	}
}

// Verify reports every way in which history, ledger and board of one hunt
// disagree; nil is consistent. Ledger and board must be of the same moment. A
// nil history checks ledger and board alone, a nil board history and ledger.
func Verify(history []player.Claim, ledger []Entry, board *Board) []string {
	var f findings
	f.sequence(ledger)
	standings := f.fold(ledger)
	f.history(history, ledger)
	if board != nil {
		f.board(board, standings)
	}
	if f.count > len(f.list) {
		f.list = append(f.list, fmt.Sprintf("… and %d more", f.count-len(f.list)))
	}
	return f.list
}

func (f *findings) sequence(ledger []Entry) {
	for i, e := range ledger {
		if e.Seq != int64(i)+1 {
			f.addf("entry %d of the ledger has seq %d", i+1, e.Seq)
		}
		f.epoch(ledger, i)
		if i > 0 && e.At < ledger[i-1].At {
			f.addf("seq %d is %d ms older than the entry before", e.Seq, ledger[i-1].At-e.At)
		}
	}
}

// epoch checks that epochs rise and that each but the first begins by saying
// that history was lost.
func (f *findings) epoch(ledger []Entry, i int) {
	e := ledger[i]
	if i == 0 {
		f.epochs = 1
		if e.Type == "recovered" { // of the epoch before nothing is left
			f.epochs++
		}
		return
	}
	before := ledger[i-1].Epoch
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

// standing is what an entrant's entries add up to.
type standing struct {
	points int64
	tie    int64 // seq of the last award, of joining before the first
	awards map[string]bool
	badges map[string]bool
	banned bool
}

// fold plays the ledger.
func (f *findings) fold(ledger []Entry) map[string]*standing {
	all := make(map[string]*standing)
	for _, e := range ledger {
		if e.Entrant == "" {
			continue
		}
		s := all[e.Entrant]
		if s == nil {
			if e.Type != "joined" {
				f.addf("seq %d is of %s, who has not joined", e.Seq, e.Entrant)
			}
			s = &standing{tie: e.Seq, awards: make(map[string]bool), badges: make(map[string]bool)}
			all[e.Entrant] = s
		}
		s.points += e.Points
		if changesPoints(e.Type) && e.Total != s.points {
			f.addf("seq %d says a total of %d for %s, whose points sum to %d", e.Seq, e.Total, e.Entrant, s.points)
		}
		f.apply(s, e)
	}
	return all
}

func changesPoints(typ string) bool {
	return slices.Contains([]string{"awarded", "badge", "hinted", "adjusted", "revoked"}, typ)
}

func (f *findings) apply(s *standing, e Entry) {
	switch e.Type {
	case "awarded":
		if s.awards[e.Challenge] {
			f.addf("seq %d awards %s to %s again", e.Seq, e.Challenge, e.Entrant)
		}
		s.awards[e.Challenge] = true
		s.tie = e.Seq
	case "badge":
		if s.badges[e.Badge] {
			f.addf("seq %d gives the badge %s to %s again", e.Seq, e.Badge, e.Entrant)
		}
		s.badges[e.Badge] = true
	case "revoked":
		if e.Badge != "" {
			delete(s.badges, e.Badge)
		} else {
			delete(s.awards, e.Challenge)
		}
	case "banned":
		s.banned = true
	}
}

// history compares what players were told with the ledger.
func (f *findings) history(claims []player.Claim, ledger []Entry) {
	awards := awards{bySeq: make(map[int64]Entry), last: make(map[[2]string]Entry), lost: f.epochs > 1}
	byID := make(map[string][]Entry)
	bought := make(map[string]bool)
	entrantOf := make(map[string]string)
	for _, e := range ledger {
		switch e.Type {
		case "awarded":
			awards.bySeq[e.Seq] = e
			awards.last[[2]string{e.Entrant, e.Challenge}] = e
			byID[e.ID] = append(byID[e.ID], e)
		case "hinted":
			bought[e.Entrant+" "+e.Challenge+"/"+e.Hint] = true
		case "joined":
			entrantOf[e.Player] = e.Entrant
		}
	}
	for _, c := range claims {
		if len(c.Verdicts) == 0 && c.Refusal == nil {
			f.addf("claim %s of %s for %s was sent %d times and has no answer", c.ID, c.Player, c.Challenge, c.Sent)
		}
		if n := len(byID[c.ID]); n > 1 {
			f.addf("claim %s was awarded %d times", c.ID, n)
		}
		for _, e := range byID[c.ID] {
			if e.Player != c.Player || e.Challenge != c.Challenge {
				f.addf("seq %d has the id of claim %s of %s for %s but is %+v", e.Seq, c.ID, c.Player, c.Challenge, e)
			}
		}
		if c.Hint != "" {
			if len(c.Verdicts) > 0 && !bought[entrantOf[c.Player]+" "+c.Challenge+"/"+c.Hint] {
				f.addf("%s was given hint %s/%s, which is not in the ledger", c.Player, c.Challenge, c.Hint)
			}
			continue
		}
		f.verdicts(&c, entrantOf[c.Player], awards)
	}
}

// awards finds what a verdict is about.
type awards struct {
	bySeq map[int64]Entry
	last  map[[2]string]Entry // by entrant and challenge
	lost  bool
}

// find returns the award that a verdict names by its seq. Where history was
// lost that may be the seq of then, and the award stands elsewhere.
func (a *awards) find(seq int64, entrant, challenge string) (Entry, bool) {
	e, ok := a.bySeq[seq]
	if a.lost && (!ok || e.Entrant != entrant || e.Challenge != challenge) {
		e, ok = a.last[[2]string{entrant, challenge}]
	}
	return e, ok
}

func (f *findings) verdicts(c *player.Claim, entrant string, awards awards) {
	fresh := 0
	for i, v := range c.Verdicts {
		if first := c.Verdicts[0]; i > 0 && lasting(first.Outcome) && v.Outcome != closedThen &&
			(v.Outcome != first.Outcome || v.Points != first.Points || f.epochs < 2 && (v.Seq != first.Seq || v.Total != first.Total)) {
			f.addf("claim %s was answered %s and then %s", c.ID, first.Raw, v.Raw)
		}
		switch v.Outcome {
		case "awarded":
			if !v.Replay {
				fresh++
			}
			e, ok := awards.find(v.Seq, entrant, c.Challenge)
			if !ok || e.ID != c.ID || e.Entrant != entrant || e.Challenge != c.Challenge ||
				e.Points != v.Points || e.Bonus != v.Bonus {
				f.addf("claim %s of %s for %s was told %s but seq %d is %+v", c.ID, c.Player, c.Challenge, v.Raw, v.Seq, e)
			}
		case "already":
			if e, ok := awards.find(v.Seq, entrant, c.Challenge); !ok || e.Entrant != entrant || e.Challenge != c.Challenge || e.Points != v.Points {
				f.addf("claim %s of %s for %s was told %s but seq %d is %+v", c.ID, c.Player, c.Challenge, v.Raw, v.Seq, e)
			}
		case "":
			f.addf("claim %s has a verdict without an outcome: %s", c.ID, v.Raw)
		}
	}
	if fresh > max(1, f.epochs) { // in each epoch it may be decided once
		f.addf("claim %s was told %d times that it was awarded just now", c.ID, fresh)
	}
}

// closedThen is what a copy of a claim may be told that another node decided
// earlier, while the hunt was paused, and answered later.
const closedThen = "closed"

// lasting says whether an outcome stays the answer to its claim for good.
func lasting(outcome string) bool { return outcome == "awarded" || outcome == "already" }

// board compares the board with the fold of the ledger.
func (f *findings) board(b *Board, standings map[string]*standing) {
	ranked := 0
	for _, s := range standings {
		if !s.banned {
			ranked++
		}
	}
	if len(b.Rows) != ranked || b.Entrants != int64(ranked) {
		f.addf("the board has %d rows and says %d entrants, the ledger has %d", len(b.Rows), b.Entrants, ranked)
	}
	var above *standing
	for i, r := range b.Rows {
		s := standings[r.Entrant]
		if s == nil || s.banned {
			f.addf("row %d of the board is %s, who is not in the hunt", i+1, r.Entrant)
			continue
		}
		if r.Rank != int64(i)+1 {
			f.addf("row %d of the board has rank %d", i+1, r.Rank)
		}
		if r.Points != s.points || r.Solved != int64(len(s.awards)) || r.Badges != int64(len(s.badges)) {
			f.addf("the board has %+v, the ledger %d points, %d solves, %d badges", r, s.points, len(s.awards), len(s.badges))
		}
		if above != nil && (above.points < s.points || above.points == s.points && above.tie > s.tie) {
			f.addf("row %d of the board, %s, belongs above the row before it", i+1, r.Entrant)
		}
		above = s
	}
}
