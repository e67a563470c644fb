package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
)

// epoch0 is where the clocks of the tests begin, Unix ms.
var epoch0 = time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC).UnixMilli()

// second and minute in ms.
const (
	second = 1000
	minute = 60 * second
)

// stamp writes a time, ms after epoch0, as a hunt file does.
func stamp(ms int64) string {
	return time.UnixMilli(epoch0 + ms).UTC().Format(time.RFC3339)
}

// parse reads a hunt file that has to be right.
func parse(t testing.TB, text string) *hunt.Definition {
	t.Helper()
	d, findings := huntfile.Parse([]byte(text))
	if d == nil {
		t.Fatalf("definition is wrong: %v\n%s", findings, text)
	}
	return d
}

// plain is a solo hunt without badges: every kind of rule about one challenge.
func plain(id string) string {
	return fmt.Sprintf(`hunt: %s
title: Plain
mode: solo
challenges:
  - {id: gate, title: Gate, points: 100, bonus: [50, 30], category: harbour, tags: [night], proof: {text: gate-answer}}
  - id: tower
    title: Tower
    points: {initial: 500, minimum: 100, decay: 3, function: quadratic}
    proof: {text: tower-answer}
    requires: [gate]
    attempts: {max: 3, cooldown: 10s}
    hints:
      - {id: h1, title: One, text: First hint., cost: 10}
      - {id: h2, title: Two, text: Second hint., cost: 20, requires: [h1]}
      - {id: free, title: Free, text: Costs nothing., cost: 0}
  - {id: well, title: Well, points: {initial: 100, minimum: 70, decay: 10, function: linear}, proof: {text: well-answer}, attempts: {cooldown: 5s}}
  - {id: photo, title: Photo, points: 40, category: harbour, proof: {review: {prompt: Show it.}}, attempts: {max: 2}}
  - {id: steps, title: Steps, points: 60, category: harbour, proof: {event: {type: step, count: 3}}}
  - {id: dawn, title: Dawn, points: 20, proof: {text: dawn-answer}, opens: %s, closes: %s}
  - {id: easy, title: Easy, points: 10, proof: {text: easy-answer}}
  - {id: easier, title: Easier, points: 10, proof: {text: easier-answer}}
`, id, stamp(10*minute), stamp(20*minute))
}

// plainAgain is plain after an edit: tower has other points and attempts, easy
// is gone, extra is new.
func plainAgain(id string) string {
	text := plain(id)
	text = strings.ReplaceAll(text, "points: {initial: 500, minimum: 100, decay: 3, function: quadratic}", "points: 250")
	text = strings.ReplaceAll(text, "attempts: {max: 3, cooldown: 10s}", "attempts: {max: 2, cooldown: 2s}")
	return strings.ReplaceAll(text, "{id: easy, title: Easy, points: 10, proof: {text: easy-answer}}",
		"{id: extra, title: Extra, points: 15, proof: {text: extra-answer}}")
}

const badgeText = `badges:
  - {id: starter, title: Starter, points: 5, when: {solves: 1}}
  - {id: night-owl, title: Night Owl, points: 20, when: {solves: 1, tag: night}}
  - {id: harbour-two, title: Harbour, when: {solves: 2, category: harbour}}
  - {id: richer, title: Richer, points: 7, when: {points: 200}}
  - {id: rich, title: Rich, points: 80, when: {points: 120}}
  - {id: pioneer, title: Pioneer, when: {firsts: 2}}
  - {id: runner, title: Runner, points: 3, when: {streak: 3}}
  - {id: quick, title: Quick, points: 1, when: {solves: 2, within: 1m}}
  - {id: both, title: Both, points: 2, when: {challenges: [gate, well]}}
  - {id: one-of, title: One Of, points: 2, when: {challenges: [well, easy, easier], any: 2}}
  - {id: honour, title: Honour, points: 30, when: {manual: true}}
  - {id: podium, title: Podium, points: 40, when: {place: 2}}
  - {id: winner, title: Winner, points: 60, when: {place: 1, solves: 2}}
  - {id: late-rich, title: Late Rich, points: 1, when: {points: 1000}}
`

// badged is plain with every kind of badge.
func badged(id string) string { return plain(id) + badgeText }

// scheduled opens after a minute, freezes after thirty and closes after forty.
func scheduled(id string) string {
	times := fmt.Sprintf("opens: %s\nfreeze: %s\ncloses: %s\n", stamp(minute), stamp(30*minute), stamp(40*minute))
	return strings.Replace(badged(id), "challenges:", times+"challenges:", 1)
}

// teams is a team hunt.
func teams(id string) string {
	return fmt.Sprintf(`hunt: %s
title: Teams
mode: team
join_code: LANTERN
challenges:
  - {id: gate, title: Gate, points: 100, bonus: [50], proof: {text: gate-answer}}
  - {id: well, title: Well, points: 70, proof: {text: well-answer}, attempts: {max: 2}}
badges:
  - {id: starter, title: Starter, points: 5, when: {solves: 1}}
`, id)
}

// walk is a solo hunt with routes, conditions, divisions, penalties, points that
// fall with time, practice and a finish.
func walk(id string) string {
	return fmt.Sprintf(`hunt: %s
title: Walk
divisions:
  - {id: school, title: Schools, code: APPLE}
  - {id: open, title: Open}
routes: {challenges: [north, east, south], by: rotate}
practice: true
finish: {text: Well walked.}
challenges:
  - {id: gate, title: Gate, points: 100, bonus: [50, 30], tags: [night], penalty: 15, proof: {text: gate-answer}, replies: [{text: almost, say: Warm.}]}
  - {id: north, title: North, points: {initial: 100, minimum: 20, decay: 7, per: 1m, function: time}, proof: {text: north-answer}}
  - {id: east, title: East, points: 20, category: harbour, proof: {text: east-answer}, penalty: 5, attempts: {max: 8}}
  - {id: south, title: South, points: 30, category: harbour, proof: {text: south-answer}, solved: You are there.}
  - {id: tower, title: Tower, points: 50, proof: {text: tower-answer}, requires: {challenges: [gate, east, south], any: 2}, hints: [{id: h1, title: One, text: First., after: 5m, cost: 10}, {id: h2, title: Two, text: Second., cost: 20, requires: [h1]}]}
  - {id: rich, title: Rich, points: 10, proof: {text: rich-answer}, requires: {points: 120, after: 3m}}
  - {id: proud, title: Proud, points: 0, proof: {text: proud-answer}, requires: {solves: 2, category: harbour}}
  - {id: late, title: Late, points: 5, optional: true, proof: {text: late-answer}, requires: {after: 10m}}
  - {id: photo, title: Photo, points: {up_to: 60}, optional: true, proof: {review: {prompt: Show it.}}}
  - {id: pair, title: Pair, points: 10, optional: true, proof: {text: pair-answer}, requires: {solves: 2, firsts: 1, streak: 2}}
badges:
  - {id: starter, title: Starter, points: 5, when: {solves: 1}}
  - {id: winner, title: Winner, points: 60, when: {place: 1}}
  - {id: best-school, title: Best School, points: 10, when: {place: 1, division: school}}
  - {id: podium, title: Podium, points: 3, when: {place: 2, division: open}}
  - {id: late-rich, title: Late Rich, points: 1, when: {points: 300}}
`, id)
}

// shortWalk is walk after an edit: it has other conditions, and finishing asks for
// something else.
func shortWalk(id string) string {
	return strings.NewReplacer(
		"finish: {text: Well walked.}", "finish: {text: Well walked., when: {solves: 2}}", "by: rotate", "by: shuffle",
		"any: 2}", "any: 1}", "points: 120, after: 3m", "points: 60", "practice: true\n", "names: free\n",
		"penalty: 15", "penalty: 40", "{id: open, title: Open}", "{id: other, title: Other}", "division: open", "division: other",
	).Replace(walk(id))
}

// clocked is a solo hunt with a clock for each entrant, and times of its own.
func clocked(id string) string {
	times := fmt.Sprintf("opens: %s\ncloses: %s\nlimit: 12m\n", stamp(minute), stamp(60*minute))
	return strings.NewReplacer("divisions:", times+"divisions:", "by: rotate", "by: shuffle",
		"finish: {text: Well walked.}", "finish: {text: Well walked., when: {challenges: [north, east, south], points: 80}}").Replace(walk(id))
}

// squadsOfTwo is a team hunt whose teams have room for two.
func squadsOfTwo(id string) string {
	return strings.Replace(teams(id), "mode: team", "mode: team\nteam: {size: 2}\ndivisions: [{id: school, title: Schools}]", 1)
}
