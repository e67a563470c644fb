package huntfile

import (
	"fmt"
	"time"

	"veltrix/game/hunt"
)

// linter checks what a well-formed file says.
type linter struct {
	*notes
	d *hunt.Definition
}

func lint(d *hunt.Definition, n *notes) {
	l := linter{n, d}
	l.identities()
	l.huntWindow()
	l.limit()
	l.teams()
	l.divisions()
	for i := range d.Challenges {
		c, path := &d.Challenges[i], challengePath(i)
		l.points(c, path)
		l.window(c, path)
		l.hints(c, path)
		l.attempts(c, path)
		l.penalty(c, path)
		l.proof(c, path)
		l.replies(c, path)
	}
	l.prerequisites()
	l.sharedAnswers()
	for i := range d.Badges {
		l.badge(&d.Badges[i], fmt.Sprintf("badges[%d]", i))
	}
	l.finish()
	l.total()
	l.guessing()
}

func challengePath(i int) string { return fmt.Sprintf("challenges[%d]", i) }

// identities finds ids that come twice.
func (l linter) identities() {
	challenges := indexOf(l.challengeIDs())
	for i := range l.d.Challenges {
		c, path := &l.d.Challenges[i], challengePath(i)
		if k := challenges[c.ID]; k != i {
			l.twice("challenge", c.ID, path+".id", challengePath(k)+".id")
		}
		first := map[string]int{}
		for j, h := range c.Hints {
			if k, ok := first[h.ID]; ok {
				l.twice("hint of this challenge", h.ID, fmt.Sprintf("%s.hints[%d].id", path, j), fmt.Sprintf("%s.hints[%d].id", path, k))
				continue
			}
			first[h.ID] = j
		}
	}
	badges := map[string]int{}
	for i := range l.d.Badges {
		id := l.d.Badges[i].ID
		if k, ok := badges[id]; ok {
			l.twice("badge", id, fmt.Sprintf("badges[%d].id", i), fmt.Sprintf("badges[%d].id", k))
			continue
		}
		badges[id] = i
	}
}

func (l linter) twice(what, id, path, first string) {
	l.wrong(path, fmt.Sprintf("Another %s has the id %s, in line %d.", what, id, l.place(first).line), fmt.Sprintf("Write another id, such as %s-2.", id[:min(len(id), 62)]))
}

func clock(ms int64) string {
	return time.UnixMilli(ms).UTC().Format(time.RFC3339)
}

func (l linter) huntWindow() {
	d := l.d
	if d.Opens != 0 && d.Closes != 0 && d.Closes <= d.Opens {
		l.wrong("closes", "The hunt closes before it opens.", "Write a time after "+clock(d.Opens)+".")
		return
	}
	if d.Freeze == 0 {
		return
	}
	if d.Opens != 0 && d.Freeze <= d.Opens {
		l.wrong("freeze", "The board freezes before the hunt opens.", "Write a time after "+clock(d.Opens)+".")
	}
	if d.Closes != 0 && d.Freeze >= d.Closes {
		l.wrong("freeze", "The board freezes only after the hunt has closed.", "Write a time before "+clock(d.Closes)+".")
	}
}

// window compares the window of a challenge with that of the hunt.
func (l linter) window(c *hunt.Challenge, path string) {
	d := l.d
	switch {
	case c.Opens != 0 && c.Closes != 0 && c.Closes <= c.Opens:
		l.wrong(path+".closes", "The challenge closes before it opens.", "Write a time after "+clock(c.Opens)+".")
		return
	case c.Opens != 0 && d.Closes != 0 && c.Opens >= d.Closes:
		l.wrong(path+".opens", "The challenge opens only after the hunt has closed.", "Write a time before "+clock(d.Closes)+".")
		return
	case c.Closes != 0 && d.Opens != 0 && c.Closes <= d.Opens:
		l.wrong(path+".closes", "The challenge closes before the hunt opens.", "Write a time after "+clock(d.Opens)+".")
		return
	}
	if c.Opens != 0 && d.Opens != 0 && c.Opens < d.Opens {
		l.odd(path+".opens", "The challenge opens before the hunt does, which has no effect.", "Leave it out, or write a time after "+clock(d.Opens)+".")
	}
	if c.Closes != 0 && d.Closes != 0 && c.Closes > d.Closes {
		l.odd(path+".closes", "The challenge closes after the hunt does, which has no effect.", "Leave it out, or write a time before "+clock(d.Closes)+".")
	}
}

func (l linter) points(c *hunt.Challenge, path string) {
	p, falls := c.Points, c.Points.Initial-c.Points.Minimum
	switch {
	case p.Function == hunt.Static:
	case p.Function == hunt.Judged:
		if c.Proof.Kind != hunt.KindReview {
			l.wrong(path+".points.up_to", "Nobody decides how many points this is worth: its proof is not reviewed.", fmt.Sprintf("Write points: %d, or a review as the proof.", p.Initial))
		}
	case p.Function == hunt.Quadratic && p.Decay > hunt.MaxDecay:
		l.wrong(path+".points.decay", fmt.Sprintf("A quadratic value falls over at most %d solvers.", hunt.MaxDecay), fmt.Sprintf("Write a number from 1 to %d.", hunt.MaxDecay))
	case falls < 0:
		l.wrong(path+".points.minimum", "The minimum is above the initial value.", fmt.Sprintf("Write at most %d.", p.Initial))
	case falls == 0:
		l.odd(path+".points.minimum", "The value never falls: minimum and initial are the same.", fmt.Sprintf("Write a lower minimum, or points: %d.", p.Initial))
	case p.Function == hunt.ByTime:
		if span := l.span(); span > 0 && p.Per >= span {
			l.odd(path+".points.per", "The value never falls: playing takes at most "+hunt.SpellDuration(span)+".", fmt.Sprintf("Write a shorter time, or points: %d.", p.Initial))
		}
	case p.Function == hunt.Linear && p.Decay >= falls:
		l.odd(path+".points.decay", "The second solver gets the minimum already: a linear decay is the loss for each solver.", fmt.Sprintf("Write less than %d, or function: quadratic.", falls))
	case p.Function == hunt.Quadratic && p.Decay == 1:
		l.odd(path+".points.decay", "The second solver gets the minimum already: a quadratic decay is the number of solvers over which the value falls.", "Write the number of solvers that you expect.")
	}
	for i := 1; i < len(c.Bonus); i++ {
		if c.Bonus[i] > c.Bonus[i-1] {
			l.odd(fmt.Sprintf("%s.bonus[%d]", path, i), "A later solver gets a larger bonus than an earlier one.", fmt.Sprintf("Write at most %d.", c.Bonus[i-1]))
		}
	}
}

func (l linter) attempts(c *hunt.Challenge, path string) {
	limited := c.MaxAttempts != 0 || c.Cooldown != 0
	switch {
	case c.Proof.Kind == hunt.KindEvent && limited:
		l.odd(path+".attempts", "Attempts have no effect on an event: nobody can claim it.", "Leave them out.")
	case c.Proof.Kind == hunt.KindChoice && !c.Proof.Multiple && c.Cooldown == 0 && (c.MaxAttempts == 0 || c.MaxAttempts >= int64(len(c.Proof.Options))):
		l.odd(path+".proof.choice", "Trying one option after the other finds the answer.",
			fmt.Sprintf("Add attempts: {max: %d} or {cooldown: 1m}.", max(1, len(c.Proof.Options)/2)))
	}
}

// total keeps every reachable total within what the board can hold.
func (l linter) total() {
	if best := hunt.MaxScore(l.d); best > hunt.MaxPoints {
		l.wrong("challenges", fmt.Sprintf("An entrant could reach %d points.", best), fmt.Sprintf("Make points, bonuses and badges smaller: together at most %d.", hunt.MaxPoints))
	}
}
