package huntfile

import (
	"fmt"

	"veltrix/game/hunt"
)

func (l linter) proof(c *hunt.Challenge, path string) {
	path += ".proof"
	switch c.Proof.Kind {
	case hunt.KindText:
		l.texts(&c.Proof, path+".text")
		l.typed(&c.Proof, path+".text")
	case hunt.KindCode:
		l.typed(&c.Proof, path+".code")
	case hunt.KindRegex:
		l.regex(&c.Proof, path+".regex")
	case hunt.KindLocation:
		l.location(&c.Proof, path+".location")
	}
}

// textPath is the path of the answer with this index. A single answer need not
// be a list.
func (l linter) textPath(path string, i int) string {
	if one := fmt.Sprintf("%s[%d]", path, i); l.at[one] != (position{}) {
		return one
	}
	return path
}

func (l linter) texts(c *hunt.Criterion, path string) {
	because := "letter case, typography and spaces do not count, nor does punctuation at the ends"
	if c.Exact {
		because = "white space at the ends does not count"
	}
	first := map[string]bool{}
	for i, answer := range c.Accepted() {
		if first[answer] {
			l.odd(l.textPath(path, i), "This answer is accepted already: "+because+".", "Take it out.")
		}
		first[answer] = true
	}
}

// nonsense are texts so different that a pattern for an answer does not match
// all of them.
var nonsense = []string{"x", "7", "zebra quilt", "Ωµ 42!", "a-b_c.d", "QQQQQQQQQQQQ"}

func (l linter) regex(c *hunt.Criterion, path string) {
	matches := 0
	for _, s := range nonsense {
		if c.MatchesAll(s) {
			matches++
		}
	}
	switch {
	case matches == len(nonsense):
		l.wrong(path, "The regular expression matches every answer.", "Write what the answer has to contain.")
	case c.MatchesAll(""):
		l.odd(path, "The regular expression matches an empty answer.", "Require at least one character, for example with + instead of *.")
	}
}

// fineRadius is about how well a phone knows its place in a street.
const fineRadius = 10

func (l linter) location(c *hunt.Criterion, path string) {
	if c.Radius < fineRadius {
		l.odd(path+".radius", "Phones seldom know their place that well.", fmt.Sprintf("Write %dm or more.", fineRadius))
	}
	if c.Lat == 0 && c.Lon == 0 {
		l.odd(path, "This place lies in the ocean off Africa, at 0, 0.", "Write the coordinates of the place.")
	}
}

// matchBudget bounds the time of matching the answers of some challenges
// against the patterns of others, in characters times steps.
const matchBudget = 50_000_000

type owner struct {
	challenge int
	exact     string // how the player must write it; empty if only the normal form counts
}

// sharedAnswers finds answers that another challenge also accepts.
func (l linter) sharedAnswers() {
	owners := map[string]owner{}
	budget := matchBudget
	for i := range l.d.Challenges {
		c := &l.d.Challenges[i].Proof
		if c.Kind != hunt.KindText && c.Kind != hunt.KindCode {
			continue
		}
		base := challengePath(i) + ".proof." + string(c.Kind)
		for j, answer := range c.Accepted() {
			o := owner{challenge: i}
			if c.Exact {
				o.exact = answer
				answer = hunt.Normal(answer)
			}
			key := string(c.Kind) + ":" + answer
			before, ok := owners[key]
			switch {
			case !ok:
				owners[key] = o
			case before.challenge != i && (o.exact == "" || before.exact == "" || o.exact == before.exact):
				l.shared(l.textPath(base, j), "This answer is right", before.challenge)
			}
		}
	}
	for i := range l.d.Challenges {
		if l.d.Challenges[i].Proof.Kind == hunt.KindRegex {
			budget = l.matched(i, budget)
		}
	}
}

// matched finds the first challenge that has an answer which the pattern of
// challenge i matches. It returns what is left of the budget.
func (l linter) matched(i, budget int) int {
	pattern := &l.d.Challenges[i].Proof
	steps, err := programSize(pattern.Regex)
	if err != nil { // cannot be: New has compiled it
		return budget
	}
	for k := range l.d.Challenges {
		for _, answer := range l.d.Challenges[k].Proof.Texts {
			if budget -= (len(answer) + 1) * steps; budget < 0 {
				return budget
			}
			if pattern.MatchesAll(answer) {
				l.shared(challengePath(i)+".proof.regex", "This pattern matches an answer", k)
				return budget
			}
		}
	}
	return budget
}

func (l linter) shared(path, what string, other int) {
	l.odd(path, fmt.Sprintf("%s for %s too, in line %d.", what, l.d.Challenges[other].ID, l.place(challengePath(other)).line),
		"Change one of the two, or players solve both with one find.")
}
