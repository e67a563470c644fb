package huntfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"veltrix/game/hunt"
)

// everyKey uses every key of the hunt file at least once.
const everyKey = `hunt: old-town
title: Old Town
description: |
  Two *lines*
  of it.
mode: team
team: {size: 4}
listed: false
names: free
opens: 2026-12-01T10:00:00+01:00
closes: "2026-12-01T12:00:00+01:00"
freeze: 2026-12-01T11:45:00.5+01:00
limit: 90m
practice: true
join_code: LANTERN
links: {privacy: "https://example.org/privacy?x=1", imprint: "https://example.org"}
divisions:
  - {id: school, title: Schools, code: APPLES}
  - {id: open, title: Open}
routes: {challenges: [pick, picks, sign], by: shuffle}
finish: {text: "**Well done.**", when: {solves: 2, after: 5m}}
challenges:
  - id: gate
    title: Gate
    description: D
    category: harbour
    tags: [night, old]
    points: 100
    bonus: [50, 30]
    proof: {text: [Gate, door], exact: true}
    requires: []
    attempts: {max: 5, cooldown: 1m30s}
    hints:
      - {id: h1, title: Where, text: There., cost: 10, requires: []}
      - {id: h2, text: Here., requires: [h1], after: 20m}
    optional: true
    penalty: 5
    replies:
      - {text: [window, fence], say: Warm.}
      - {text: roof, say: Lower.}
      - {regex: "(?i)gate", say: Mind the letters.}
    solved: The *story*.
    solution: It was the gate.
    opens: 2026-12-01T10:30:00+01:00
    closes: 2026-12-01T11:30:00+01:00
  - {id: year, title: Y, points: {initial: 500, minimum: 100, decay: 30, function: linear}, proof: {regex: "1[89][0-9]{2}"}, requires: [gate]}
  - {id: pi, title: P, points: {initial: 500, minimum: 100, decay: 30, function: quadratic}, proof: {number: {value: 3.14, tolerance: 1e-2}}}
  - {id: pick, title: P, points: 1, proof: {choice: {options: [a, b], answer: b}}, attempts: {max: 1}}
  - {id: picks, title: P, points: {initial: 7}, proof: {choice: {options: [a, b, c], answer: [c, a]}}}
  - {id: sign, title: S, points: 1, proof: {code: K7 Z}}
  - {id: place, title: L, points: 1, proof: {location: {lat: -54.1, lon: 12, radius: 1.2km}}}
  - {id: places, title: L, points: 1, proof: {location: {lat: 54.1, lon: 12, radius: 75}}}
  - {id: scans, title: E, points: 1, proof: {event: {type: scan, count: 3, match: {door: north, level: 3, open: true}}}}
  - {id: photo, title: R, points: {up_to: 30}, proof: {review: {prompt: Show it.}}, requires: {challenges: [gate, year], any: 1, points: 300, after: 15m}}
  - {id: falls, title: F, points: {initial: 50, minimum: 10, decay: 5, per: 1m30s, function: time}, proof: {text: water}}
badges:
  - {id: owl, title: Owl, description: B, icon: "🦉", points: 20, when: {solves: 1, tag: night}}
  - {id: port, title: Port, when: {solves: 1, category: harbour}}
  - {id: both, title: Both, when: {challenges: [gate, year], any: 1, points: 10, firsts: 1, streak: 2, within: 30m, place: 3}}
  - {id: kind, title: Kind, when: {manual: true}}
  - {id: best-school, title: Best School, when: {place: 1, division: school}}
`

// objections are the findings but for notes.
func objections(findings Findings) Findings {
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return f.Severity == SeverityNote })
}

func TestParse(t *testing.T) {
	d, findings := Parse([]byte(everyKey))
	if len(objections(findings)) != 0 {
		t.Fatalf("findings:\n%s", findings)
	}
	ms := func(minute int64) int64 { return 1796115600_000 + minute*60_000 } // 2026-12-01T10:00+01:00
	gate := *d.Challenge("gate")
	gate.Proof = hunt.Criterion{Kind: gate.Proof.Kind, Texts: gate.Proof.Texts, Exact: gate.Proof.Exact} // without what New prepares
	want := hunt.Challenge{
		ID: "gate", Title: "Gate", Description: "D", Category: "harbour", Tags: []string{"night", "old"},
		Points: hunt.Points{Initial: 100, Minimum: 100, Function: hunt.Static}, Bonus: []int64{50, 30},
		Proof:       hunt.Criterion{Kind: hunt.KindText, Texts: []string{"Gate", "door"}, Exact: true},
		MaxAttempts: 5, Cooldown: 90_000,
		Hints: []hunt.Hint{{ID: "h1", Title: "Where", Text: "There.", Cost: 10}, {ID: "h2", Text: "Here.", Requires: []string{"h1"}, After: 1200_000}},
		Opens: ms(30), Closes: ms(90), Optional: true, Penalty: 5,
		Solved: "The *story*.", Solution: "It was the gate.",
	}
	replies := gate.Replies
	gate.Replies = nil
	if len(replies) != 3 || !slices.Equal(replies[0].Texts, []string{"window", "fence"}) || replies[0].Say != "Warm." ||
		!slices.Equal(replies[1].Texts, []string{"roof"}) || replies[2].Regex != "(?i)gate" || replies[2].Texts != nil {
		t.Errorf("replies: %+v", replies)
	}
	if !reflect.DeepEqual(gate, want) {
		t.Errorf("got  %+v\nwant %+v", gate, want)
	}
	top := hunt.Definition{
		ID: d.ID, Title: d.Title, Description: d.Description, Mode: d.Mode,
		Opens: d.Opens, Closes: d.Closes, Freeze: d.Freeze, JoinCode: d.JoinCode, Rev: d.Rev, Source: d.Source,
		TeamSize: d.TeamSize, Unlisted: d.Unlisted, FreeNames: d.FreeNames, Limit: d.Limit, Practice: d.Practice,
		Links: d.Links, Divisions: d.Divisions, Routes: d.Routes, Finish: d.Finish,
	}
	wantTop := hunt.Definition{
		ID: "old-town", Title: "Old Town", Description: "Two *lines*\nof it.\n", Mode: hunt.Team,
		Opens: ms(0), Closes: ms(120), Freeze: ms(105) + 500, JoinCode: "LANTERN", Source: []byte(everyKey),
		TeamSize: 4, Unlisted: true, FreeNames: true, Limit: 5400_000, Practice: true,
		Links:     hunt.Links{Privacy: "https://example.org/privacy?x=1", Imprint: "https://example.org"},
		Divisions: []hunt.Division{{ID: "school", Title: "Schools", Code: "APPLES"}, {ID: "open", Title: "Open"}},
		Routes:    &hunt.Routes{Challenges: []string{"pick", "picks", "sign"}, By: hunt.Shuffle},
		Finish:    &hunt.Finish{Text: "**Well done.**", When: &hunt.When{Solves: 2, After: 300_000}},
	}
	if !reflect.DeepEqual(top, wantTop) {
		t.Errorf("got  %+v\nwant %+v", top, wantTop)
	}
	for id, want := range map[string]hunt.Points{
		"year":  {Initial: 500, Minimum: 100, Decay: 30, Function: hunt.Linear},
		"pi":    {Initial: 500, Minimum: 100, Decay: 30, Function: hunt.Quadratic},
		"picks": {Initial: 7, Minimum: 7, Function: hunt.Static},
		"photo": {Initial: 30, Function: hunt.Judged},
		"falls": {Initial: 50, Minimum: 10, Decay: 5, Per: 90_000, Function: hunt.ByTime},
	} {
		if got := d.Challenge(id).Points; got != want {
			t.Errorf("%s: points %+v, want %+v", id, got, want)
		}
	}
	if p := d.Challenge("place").Proof; p.Lat != -54.1 || p.Lon != 12 || p.Radius != 1200 || d.Challenge("places").Proof.Radius != 75 {
		t.Errorf("place: %+v", p)
	}
	if p := d.Challenge("scans").Proof; p.Count != 3 || !reflect.DeepEqual(p.Match, map[string]string{"door": "north", "level": "3", "open": "true"}) {
		t.Errorf("scans: %+v", p)
	}
	wantRule := hunt.When{Challenges: []string{"gate", "year"}, Any: 1, Points: 10, Firsts: 1, Streak: 2, Within: 1800_000, Place: 3}
	if got := d.Badge("both").When; !reflect.DeepEqual(got, wantRule) {
		t.Errorf("got %+v, want %+v", got, wantRule)
	}
	wantRule = hunt.When{Place: 1, Division: "school"}
	if got := d.Badge("best-school").When; !reflect.DeepEqual(got, wantRule) {
		t.Errorf("got %+v, want %+v", got, wantRule)
	}
	wantRule = hunt.When{Challenges: []string{"gate", "year"}, Any: 1, Points: 300, After: 900_000}
	if c := d.Challenge("photo"); c.Requires != nil || !reflect.DeepEqual(*c.Unlock, wantRule) {
		t.Errorf("got %+v and %v, want %+v", c.Unlock, c.Requires, wantRule)
	}
	if d.Challenge("nowhere") != nil || d.Badge("none") != nil || gate.Hint("h2").Text != "Here." || gate.Hint("h3") != nil {
		t.Error("an index finds the wrong thing")
	}
	if got := hunt.MaxScore(d); got != 100+50+500+500+1+7+1+1+1+1+30+50+20 {
		t.Errorf("maximum score %d", got)
	}
}

func TestParseReadsJSON(t *testing.T) {
	src := "{\n\t\"hunt\": \"h\",\n\t\"title\": \"\\ud83c\\udfee \\u00e9\\/\\\\ \\\"\",\n\t\"challenges\": [\n\t\t" +
		"{\"id\": \"a\", \"title\": \"A\", \"points\": 1e1, \"proof\": {\"text\": \"x\\ty\"}}\n\t]\n}"
	d, findings := Parse([]byte(src))
	if d != nil || len(findings) != 1 || findings[0].Line != 5 {
		t.Fatalf("a tab in an answer: %s", findings)
	}
	d = parsed(t, strings.Replace(src, `x\ty`, "x", 1))
	if d.Title != `🏮 é/\ "` || d.Challenges[0].Points.Initial != 10 {
		t.Errorf("got %q and %+v", d.Title, d.Challenges[0].Points)
	}
}

func TestParseKeepsTheSource(t *testing.T) {
	src := []byte("\ufeff" + planned)
	d, findings := Parse(src)
	if d == nil {
		t.Fatalf("a byte order mark is refused: %s", findings)
	}
	src[10] = '!'
	if !bytes.Equal(d.Source, []byte("\ufeff"+planned)) {
		t.Error("the source changed with the caller's bytes")
	}
}

func TestFindingsAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("hunt: h\ntitle: T\n")
	for i := range 5000 {
		fmt.Fprintf(&b, "key-%d: 1\n", i)
	}
	_, findings := Parse([]byte(b.String()))
	last := findings[len(findings)-1]
	if len(findings) != MaxFindings+1 || last.Severity != SeverityError || !strings.HasPrefix(last.Message, "Not shown: 4801 more errors") {
		t.Errorf("%d findings, the last: %s", len(findings), last)
	}
	if findings[0].Line != 3 || findings[1].Line != 4 {
		t.Errorf("the first are not listed first: %s", findings[:2])
	}
}

// Warnings that fill the list do not hide an error.
func TestAnErrorAfterManyWarningsIsSeen(t *testing.T) {
	var b strings.Builder
	b.WriteString("hunt: h\ntitle: T\nchallenges:\n")
	for i := range 300 {
		fmt.Fprintf(&b, "  - {id: c%d, title: A, points: 10, bonus: [1, 2], proof: {number: {value: 1}}}\n", i)
	}
	b.WriteString("badges:\n  - {id: b, title: B, when: {solves: 301}}\n")
	d, findings := Parse([]byte(b.String()))
	if d != nil || !findings.Failed() {
		t.Errorf("definition %v, findings failed %v", d != nil, findings.Failed())
	}
	if n := len(findings); n != MaxFindings+3 || findings[n-3].Message != "Not shown: 1 more error." {
		t.Errorf("%d findings, the last but two: %s", n, findings[n-3])
	}
}

func TestFindingOnTheWire(t *testing.T) {
	_, findings := Parse([]byte("hunt: h\ntitle: T\nmode: duel\nchallenges:\n  - {id: a, title: A, points: 10, proof: {text: x}}\n"))
	got, err := json.Marshal(findings)
	want := `[{"line":3,"column":7,"severity":"error","path":"mode","message":"\"duel\" is not known here.","remedy":"Write one of: solo, team."}]`
	if err != nil || string(got) != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
}

// hostile are files that cost the most time for their size. A quarter of the
// bound is enough to show whether the time grows faster than the file.
func hostile() map[string]string {
	const size = hunt.MaxFile / 4
	fill := func(head, body, tail string) string {
		return head + strings.Repeat(body, (size-len(head)-len(tail))/len(body)) + tail
	}
	const head = "hunt: h\ntitle: T\n"
	var requires, ids strings.Builder
	for i := range 250 {
		fmt.Fprintf(&ids, "%d,", i)
	}
	for i := range 250 {
		fmt.Fprintf(&requires, " - {id: %d, title: A, points: 0, proof: {code: %d}, requires: [%s]}\n", i, i, ids.String())
	}
	var answers strings.Builder
	for i := range 400 {
		fmt.Fprintf(&answers, " - {id: t%d, title: A, points: 0, proof: {text: [%s]}}\n", i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("aaaaaaaaa%d,", i), 100), ","))
	}
	for i := range 100 {
		fmt.Fprintf(&answers, " - {id: r%d, title: A, points: 0, proof: {regex: '(a?){400}b'}}\n", i)
	}
	// Each condition counts all others, and a pass over them unlocks the last one only.
	var conditions strings.Builder
	for i := range 499 {
		fmt.Fprintf(&conditions, " - {id: c%d, title: A, tags: [t], points: 0, proof: {text: answer}, requires: {solves: %d, tag: t}}\n", i, 499-i)
	}
	return map[string]string{
		"brackets":        fill("a: ", "[", ""),
		"closed brackets": fill("a: ", "[]", ""),
		"braces":          fill("", "{a: ", ""),
		"questions":       fill("", "? ", ""),
		"dashes":          fill("", "- ", ""),
		"comments":        fill("", "#\n", ""),
		"comments apart":  fill(head, "\n\n# x\n", ""),
		"quotes":          fill("a: \"", "\\u00e4", "\""),
		"pairs":           fill(`{"hunt":"h","title":"`, `\ud83c\udfee`, `"}`),
		"pairs in keys":   fill(`{"hunt":"h"`, `,"\ud83c\udfee":1`, `}`),
		"unknown keys":    fill(head, "aaaaaaaaaaaa: 1\n", ""),
		"flow list":       fill(head+"challenges: [", "1,", "1]"),
		"tags":            fill(head, "? !!str x\n", ""),
		"anchors":         fill(head+"description: [", "&a *a,", "]"),
		"words":           fill(head+"description: ", "x ", ""),
		"lines":           fill(head+"description:", "\n  x", "\n"),
		"requires":        head + "challenges:\n" + requires.String(),
		"answers":         head + "challenges:\n" + answers.String(),
		"conditions":      head + "challenges:\n" + conditions.String() + " - {id: one, title: A, tags: [t], points: 0, proof: {code: x}}\n",
	}
}

// Parse ends within the test's time, whatever the file.
func TestParseOfHostileFiles(t *testing.T) {
	for name, src := range hostile() {
		t.Run(name, func(t *testing.T) {
			d, findings := Parse([]byte(src))
			if (d == nil) != findings.Failed() || len(findings) == 0 || len(findings) > MaxFindings+3 {
				t.Errorf("definition %v, %d findings", d != nil, len(findings))
			}
		})
	}
	if _, findings := Parse(make([]byte, hunt.MaxFile+1)); len(findings) != 1 || !strings.Contains(findings[0].Message, "1048577 bytes") {
		t.Errorf("a large file: %s", findings)
	}
}
