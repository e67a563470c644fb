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
