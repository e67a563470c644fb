package huntfile

import (
	"fmt"
	"strings"

	"veltrix/game/hunt"
)

// need is a requirement: the index of what is required, and where the file says
// so.
type need struct {
	to   int
	path string
}

// hints finds hints that can never be bought and hints that never pay.
func (l linter) hints(c *hunt.Challenge, path string) {
	known := make([]string, len(c.Hints))
	var cost int64
	for i, h := range c.Hints {
		known[i] = h.ID
		cost += h.Cost
	}
	index := indexOf(known)
	needs := make([][]need, len(c.Hints))
	for i, h := range c.Hints {
		if span := l.span(); span > 0 && h.After >= span {
			l.wrong(fmt.Sprintf("%s.hints[%d].after", path, i), "Nobody can have this hint: playing takes at most "+hunt.SpellDuration(span)+".", "Write a shorter time.")
		}
		needs[i] = l.needs(h.Requires, fmt.Sprintf("%s.hints[%d].requires", path, i), "hint of this challenge", known, index, i)
	}
	l.cycles(needs, known, "hint", "bought")
	if cost > c.Points.Initial {
		l.odd(path+".hints", fmt.Sprintf("The hints cost %d points together, the challenge gives %d.", cost, c.Points.Initial), "Make the hints cheaper.")
	}
}

func (l linter) challengeIDs() []string {
	ids := make([]string, len(l.d.Challenges))
	for i := range ids {
		ids[i] = l.d.Challenges[i].ID
	}
	return ids
}

func indexOf(ids []string) map[string]int {
	index := make(map[string]int, len(ids))
	for i, id := range ids {
		if _, ok := index[id]; !ok {
			index[id] = i
		}
	}
	return index
}

// needs resolves the ids that the one at index self requires.
func (l linter) needs(ids []string, path, what string, known []string, index map[string]int, self int) []need {
	var out []need
	for j, id := range ids {
		at := fmt.Sprintf("%s[%d]", path, j)
		to, ok := index[id]
		switch {
		case id == known[self]:
			l.wrong(at, "It requires itself.", "Take it out.")
		case !ok:
			l.unknown(at, what, id, known)
		default:
			out = append(out, need{to, at})
		}
	}
	return out
}

func (l linter) unknown(path, what, id string, known []string) {
	if l.full() {
		l.wrong(path, "", "")
		return
	}
	l.wrong(path, fmt.Sprintf("No %s has the id %s.", what, clip(id)), instead(id, known))
}

// cycles finds what requires itself through others, and what waits for such a
// circle. It reports whether there is none.
func (l linter) cycles(needs [][]need, names []string, what, done string) bool {
	stuck := stuckOnes(needs)
	if len(stuck) == 0 {
		return true
	}
	reported := map[int]bool{}
	for i := range needs {
		if !stuck[i] || reported[i] {
			continue
		}
		ring := ringFrom(i, needs, stuck)
		if ring[0] == i {
			words := make([]string, 0, len(ring)+1)
			for _, k := range ring {
				words = append(words, names[k])
				reported[k] = true
			}
			l.wrong(firstStuck(needs[i], stuck).path, fmt.Sprintf("These wait for each other: %s.", strings.Join(shorten(append(words, names[i])), " → ")), "Take one of the requires out.")
		}
	}
	for i := range needs {
		if stuck[i] && !reported[i] {
			n := firstStuck(needs[i], stuck)
			l.wrong(n.path, fmt.Sprintf("The %s %s can never be %s: it waits for %s, which waits in a circle.", what, names[i], done, names[n.to]), "Correct the circle, or take this out.")
		}
	}
	return false
}

func shorten(words []string) []string {
	if len(words) <= 8 {
		return words
	}
	return append(append(words[:4:4], "…"), words[len(words)-3:]...)
}

// stuckOnes are those that remain after taking away, again and again, all that
// need nothing of what is left.
func stuckOnes(needs [][]need) map[int]bool {
	stuck := map[int]bool{}
	missing := make([]int, len(needs))
	dependents := make([][]int, len(needs))
	var free []int
	for i, ns := range needs {
		missing[i] = len(ns)
		stuck[i] = true
		for _, n := range ns {
			dependents[n.to] = append(dependents[n.to], i)
		}
		if len(ns) == 0 {
			free = append(free, i)
		}
	}
	for len(free) > 0 {
		i := free[len(free)-1]
		free = free[:len(free)-1]
		delete(stuck, i)
		for _, k := range dependents[i] {
			if missing[k]--; missing[k] == 0 {
				free = append(free, k)
			}
		}
	}
	return stuck
}

func firstStuck(ns []need, stuck map[int]bool) need {
	for _, n := range ns {
		if stuck[n.to] {
			return n
		}
	}
	return need{to: -1}
}

// ringFrom follows the requirements of i until one comes a second time, and
// returns the circle that begins and ends there.
func ringFrom(i int, needs [][]need, stuck map[int]bool) []int {
	var walk []int
	seen := map[int]int{}
	for {
		if at, ok := seen[i]; ok {
			return walk[at:]
		}
		seen[i] = len(walk)
		walk = append(walk, i)
		i = firstStuck(needs[i], stuck).to
	}
}
