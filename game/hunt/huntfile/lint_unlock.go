package huntfile

import (
	"fmt"

	"veltrix/game/hunt"
)

// prerequisites finds challenges that can never be unlocked, and routes that lead
// nowhere.
func (l linter) prerequisites() {
	challenges := l.d.Challenges
	known := l.challengeIDs()
	index := indexOf(known)
	needs := make([][]need, len(challenges))
	for i := range challenges {
		c, path := &challenges[i], challengePath(i)+".requires"
		needs[i] = l.needs(c.Requires, path, "challenge", known, index, i)
		if w := c.Unlock; w != nil {
			l.condition(w, path, asker{"Nobody can unlock this challenge", i, best(c)})
			if len(w.Challenges) > 0 && w.Needed() == int64(len(w.Challenges)) {
				needs[i] = l.needs(w.Challenges, path+".challenges", "challenge", known, index, i)
			}
		}
	}
	if !l.cycles(needs, known, "challenge", "unlocked") {
		return
	}
	l.lateUnlocks(needs)
	l.routes(needs, index, known)
	if !l.objected {
		l.outOfReach(needs, index)
	}
}

// best is the most that a challenge can give.
func best(c *hunt.Challenge) int64 {
	var bonus int64
	for _, b := range c.Bonus {
		bonus = max(bonus, b)
	}
	return c.Points.Initial + bonus
}

// reach is what can be solved.
type reach struct {
	solvable []bool
	solves   int64
	points   int64
}

// counted is what a condition counts: the challenges that match its category and
// tag, and those that it lists.
type counted struct{ matching, listed []int }

// outOfReach finds conditions that wait, through what they count, for
// themselves. Their parts must be right, one by one.
func (l linter) outOfReach(needs [][]need, index map[string]int) {
	challenges := l.d.Challenges
	counts := make([]counted, len(challenges))
	for i := range challenges {
		if w := challenges[i].Unlock; w != nil {
			counts[i] = l.counted(w, index)
		}
	}
	r := reach{solvable: make([]bool, len(challenges))}
	for i := range l.d.Badges {
		r.points += l.d.Badges[i].Points
	}
	for before := int64(-1); before != r.solves; {
		before = r.solves
		for i := range challenges {
			if c := &challenges[i]; !r.solvable[i] && r.all(needs[i]) && (c.Unlock == nil || r.meets(c.Unlock, counts[i])) {
				r.solvable[i] = true
				r.solves++
				r.points += best(c)
			}
		}
	}
	for i := range challenges {
		if !r.solvable[i] && r.all(needs[i]) {
			l.wrong(challengePath(i)+".requires",
				fmt.Sprintf("Nobody can unlock this challenge: without it at most %s can be solved, for %s.", count(r.solves, "challenge"), count(r.points, "point")),
				"Require less.")
		}
	}
}

func (l linter) counted(w *hunt.When, index map[string]int) counted {
	var c counted
	for i := range l.d.Challenges {
		if w.Solves > 0 && w.Matches(&l.d.Challenges[i]) {
			c.matching = append(c.matching, i)
		}
	}
	for _, id := range w.Challenges {
		c.listed = append(c.listed, index[id])
	}
	return c
}

func (r *reach) all(needs []need) bool {
	for _, n := range needs {
		if !r.solvable[n.to] {
			return false
		}
	}
	return true
}

func (r *reach) meets(w *hunt.When, c counted) bool {
	return w.Points <= r.points && w.Firsts <= r.solves && w.Streak <= r.solves &&
		r.among(c.matching) >= w.Solves && r.among(c.listed) >= w.Needed()
}

func (r *reach) among(challenges []int) (solvable int64) {
	for _, i := range challenges {
		if r.solvable[i] {
			solvable++
		}
	}
	return solvable
}

// routes finds stops at which an entrant is stuck.
func (l linter) routes(needs [][]need, index map[string]int, known []string) {
	if l.d.Routes == nil {
		return
	}
	for k, id := range l.d.Routes.Challenges {
		path := fmt.Sprintf("routes.challenges[%d]", k)
		i, ok := index[id]
		if !ok {
			l.unknown(path, "challenge", id, known)
			continue
		}
		c := &l.d.Challenges[i]
		switch other := l.stopBefore(i, needs, map[int]bool{}); {
		case other != "":
			l.wrong(path, fmt.Sprintf("The stop %s waits for %s, another stop: whoever comes to %s first is stuck.", id, other, id),
				"Take it out of the routes, or take out what it requires.")
		case len(c.Requires) > 0 || c.Unlock != nil:
			l.odd(path, fmt.Sprintf("The stop %s requires something besides: a route stands still there until that is met.", id),
				"Take out what it requires, unless everybody has it before.")
		case c.Closes != 0 && (l.d.Closes == 0 || c.Closes < l.d.Closes):
			l.odd(path, fmt.Sprintf("The stop %s closes before the hunt: whoever has not passed it by then is stuck.", id), "Leave its closes out.")
		}
	}
}

// stopBefore is a stop for which challenge i waits, or "".
func (l linter) stopBefore(i int, needs [][]need, seen map[int]bool) string {
	for _, n := range needs[i] {
		if id := l.d.Challenges[n.to].ID; l.d.Routes.Has(id) {
			return id
		}
		if !seen[n.to] {
			seen[n.to] = true
			if id := l.stopBefore(n.to, needs, seen); id != "" {
				return id
			}
		}
	}
	return ""
}

// lateUnlocks finds challenges that close before everything they require has
// opened. The needs must not have a circle.
func (l linter) lateUnlocks(needs [][]need) {
	opens := make([]int64, len(needs))
	known := make([]bool, len(needs))
	var opening func(i int) int64
	opening = func(i int) int64 {
		if known[i] {
			return opens[i]
		}
		known[i] = true
		opens[i] = max(l.d.Opens, l.d.Challenges[i].Opens, l.afterOpening(i))
		for _, n := range needs[i] {
			opens[i] = max(opens[i], opening(n.to))
		}
		return opens[i]
	}
	for i := range needs {
		c := &l.d.Challenges[i]
		if c.Closes == 0 {
			continue
		}
		if at := l.afterOpening(i); at >= c.Closes {
			l.wrong(challengePath(i)+".requires.after", fmt.Sprintf("The challenge is unlocked at %s, when it has closed.", clock(at)), "Write a shorter time, or let this challenge close later.")
		}
		for _, n := range needs[i] {
			if at := opening(n.to); at >= c.Closes {
				l.wrong(n.path, fmt.Sprintf("%s cannot be solved before %s, when this challenge has closed.", l.d.Challenges[n.to].ID, clock(at)), "Take it out, or let this challenge close later.")
			}
		}
	}
}

// afterOpening is when the time is up for which challenge i waits, or 0 if the file
// does not say.
func (l linter) afterOpening(i int) int64 {
	w := l.d.Challenges[i].Unlock
	if w == nil || w.After == 0 || l.d.Opens == 0 || l.d.Limit != 0 {
		return 0
	}
	return l.d.Opens + w.After
}
