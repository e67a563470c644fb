package main

import (
	"fmt"
	"strings"
)

// challenges of each hunt; a soak has more, so that it makes fewer hunts.
const challenges, soakChallenges = 40, 200

// The kinds of hunts that are played at once.
const (
	solo  = "solo"  // many players, bonuses, badges
	team  = "team"  // three players claim for each entrant
	mixed = "mixed" // attempts and hints; paused and edited while it is played
)

// definition is the hunt file of a hunt. Every edit gives another revision that
// awards more.
func definition(id, kind string, edit, challenges int) string {
	var b strings.Builder
	mode := "solo"
	if kind == team {
		mode = "team"
	}
	fmt.Fprintf(&b, "hunt: %s\ntitle: Hunt %s, edit %d\nmode: %s\nchallenges:\n", id, id, edit, mode)
	for i := range challenges {
		fmt.Fprintf(&b, "  - {id: c%d, title: Challenge %d, points: %d, bonus: [7, 3], tags: [t%d], proof: {text: answer %d}", i, i, 10+i+edit, i%3, i)
		if kind == mixed {
			b.WriteString(", attempts: {max: 5}, hints: [{id: h1, title: Hint, text: Look up., cost: 1}]")
		}
		b.WriteString("}\n")
	}
	b.WriteString("badges:\n")
	b.WriteString("  - {id: five, title: Five, points: 5, when: {solves: 5}}\n")
	b.WriteString("  - {id: streak, title: Streak, points: 2, when: {streak: 7}}\n")
	b.WriteString("  - {id: tagged, title: Tagged, when: {solves: 4, tag: t1}}\n")
	fmt.Fprintf(&b, "  - {id: all, title: All, points: 11, when: {solves: %d}}\n", challenges)
	return b.String()
}

// answer is the proof of a challenge, right or not.
func answer(challenge int, right bool) map[string]string {
	if right {
		return map[string]string{"text": fmt.Sprintf("answer %d", challenge)}
	}
	return map[string]string{"text": "no idea"}
}
