package check

import (
	"slices"

	"veltrix/testkit/player"
)

// Tally counts what must not be there.
type Tally struct {
	Claims     int // that were sent; hints too
	Awarded    int // with a verdict "awarded"
	Lost       int // with a verdict "awarded", and not in the ledger under their id with the same points
	Duplicated int // awards of a pair of entrant and challenge that has one, or of an id that has
	Unanswered int // without a verdict or a final refusal
	LongestMs  int64
}

// Count counts over the claims of one hunt. A claim that was awarded is lost
// when the ledger lacks it, whatever its seq: that Verify compares.
func Count(claims []player.Claim, ledger []Entry) Tally {
	t := Tally{Claims: len(claims)}
	type pair struct{ entrant, challenge string }
	held := make(map[pair]bool)
	byID := make(map[string]*Entry)
	for i := range ledger {
		e := &ledger[i]
		if e.Type != "awarded" {
			continue
		}
		// A revoked award is never given again by a claim.
		if p := (pair{e.Entrant, e.Challenge}); held[p] || byID[e.ID] != nil {
			t.Duplicated++
		} else {
			held[p] = true
		}
		byID[e.ID] = e
	}
	for i := range claims {
		c := &claims[i]
		if !c.Answered() {
			t.Unanswered++
		} else {
			t.LongestMs = max(t.LongestMs, (c.Ended-c.Began)/1000)
		}
		if !c.Awarded() {
			continue
		}
		t.Awarded++
		e := byID[c.ID]
		if e == nil || e.Entrant != c.Entrant || e.Challenge != c.Challenge ||
			!slices.ContainsFunc(c.Verdicts, func(v player.Message) bool { return v.Outcome == "awarded" && v.Points == e.Points }) {
			t.Lost++
		}
	}
	return t
}

// Add adds what another hunt has.
func (t *Tally) Add(o Tally) {
	t.Claims += o.Claims
	t.Awarded += o.Awarded
	t.Lost += o.Lost
	t.Duplicated += o.Duplicated
	t.Unanswered += o.Unanswered
	t.LongestMs = max(t.LongestMs, o.LongestMs)
}
