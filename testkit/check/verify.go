package check

import (
	"fmt"

	"veltrix/testkit/player"
)

// maxProblems bounds what Verify reports; one broken invariant breaks many
// lines.
const maxProblems = 50

// findings collects what is wrong.
type findings struct {
	list  []string
	count int
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
	fold := Fold{Report: func(problem string) { f.addf("%s", problem) }}
	for i := range ledger {
		fold.Entry(&ledger[i])
	}
	f.history(history, ledger, fold.Epochs())
	if board != nil {
		fold.Board(board)
	}
	if f.count > len(f.list) {
		f.list = append(f.list, fmt.Sprintf("… and %d more", f.count-len(f.list)))
	}
	return f.list
}

// history compares what players were sent with the ledger.
func (f *findings) history(claims []player.Claim, ledger []Entry, epochs int) {
	awards := awards{bySeq: make(map[int64]Entry), last: make(map[[2]string]Entry), epochs: epochs}
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
		f.verdicts(&c, entrantOf[c.Player], &awards)
	}
}

// awards finds the award that a verdict is about.
type awards struct {
	bySeq  map[int64]Entry
	last   map[[2]string]Entry // by entrant and challenge
	epochs int                 // of the ledger: more than one where history was lost
}

// find returns the award that a verdict names by its seq. Where history was
// lost, that may be the seq in the lost history, and the award stands
// elsewhere.
func (a *awards) find(seq int64, entrant, challenge string) (Entry, bool) {
	e, ok := a.bySeq[seq]
	if a.epochs > 1 && (!ok || e.Entrant != entrant || e.Challenge != challenge) {
		e, ok = a.last[[2]string{entrant, challenge}]
	}
	return e, ok
}

func (f *findings) verdicts(c *player.Claim, entrant string, awards *awards) {
	fresh := 0
	for i, v := range c.Verdicts {
		if first := c.Verdicts[0]; i > 0 && lasting(first.Outcome) && v.Outcome != closedThen &&
			(v.Outcome != first.Outcome || v.Points != first.Points || awards.epochs < 2 && (v.Seq != first.Seq || v.Total != first.Total)) {
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
	if fresh > max(1, awards.epochs) { // in each epoch it may be decided once
		f.addf("claim %s was told %d times that it was awarded just now", c.ID, fresh)
	}
}

// closedThen is the outcome that a copy of a claim may get from another node,
// which decided it earlier, while the hunt was paused, and answered later.
const closedThen = "closed"

// lasting says whether an outcome stays the answer to its claim for good.
func lasting(outcome string) bool { return outcome == "awarded" || outcome == "already" }
