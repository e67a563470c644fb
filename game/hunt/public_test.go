package hunt_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
)

func wire(t interface{ Fatal(...any) }, v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// solver is a viewer who has solved these challenges.
func solver(started bool, solved []string) hunt.Viewer {
	has := func(id string) bool { return slices.Contains(solved, id) }
	return hunt.Viewer{
		Started: started, Awarded: has,
		Unlocked: func(c *hunt.Challenge) bool {
			return !slices.ContainsFunc(c.Requires, func(id string) bool { return !has(id) })
		},
	}
}

const shown = `hunt: h
title: T
description: About
opens: 2026-12-01T10:00:00Z
join_code: LANTERN
challenges:
  - {id: a, title: A, description: DA, category: c, tags: [n], points: 10, bonus: [5], proof: {regex: "18[0-9]+"}, attempts: {max: 3, cooldown: 10s}, hints: [{id: h, title: H, text: secret, cost: 2}]}
  - {id: b, title: B, description: DB, points: {initial: 9, minimum: 1, decay: 4, function: linear}, proof: {choice: {options: [p, q], answer: [q]}}, requires: [a], hints: [{id: h, text: secret}]}
badges:
  - {id: k, title: K, icon: i, points: 3, when: {challenges: [a, b], within: 90s}}
`

func TestPublicOnTheWire(t *testing.T) {
	d := parsed(t, shown)
	const (
		top    = `{"hunt":"h","title":"T","description":"About","mode":"solo","opens":1796119200000,"code_required":true,"challenges":`
		a      = `{"id":"a","title":"A","description":"DA","category":"c","tags":["n"],"points":{"initial":10,"minimum":10,"decay":0,"function":"static"},"bonus":[5],"proof":{"kind":"text"},"requires":[],"attempts":{"max":3,"cooldown":10000},"hints":[{"id":"h","title":"H","cost":2,"requires":[]}],"locked":false}`
		b      = `{"id":"b","title":"B","description":"%s","category":"","tags":[],"points":{"initial":9,"minimum":1,"decay":4,"function":"linear"},"bonus":[],"proof":{"kind":"choice"%s},"requires":["a"],"attempts":{"max":0,"cooldown":0},"hints":[%s],"locked":%v}`
		badges = `,"badges":[{"id":"k","title":"K","description":"","icon":"i","points":3,"text":"%s"}],"challenge_count":2}`
	)
	named := fmt.Sprintf(badges, "Solve “A” and “B” within 1 minute and 30 seconds of joining.")
	for _, tc := range []struct {
		name    string
		started bool
		solved  []string
		want    string
	}{
		{"draft", false, []string{"a", "b"}, top + "[]" + fmt.Sprintf(badges, "Solve 2 certain challenges within 1 minute and 30 seconds of joining.")},
		{"nothing solved", true, nil, top + "[" + a + "," + fmt.Sprintf(b, "", "", "", true) + "]" + named},
		{
			"a solved", true,
			[]string{"a"},
			top + "[" + a + "," + fmt.Sprintf(b, "DB", `,"options":["p","q"],"multiple":true`, `{"id":"h","title":"","cost":0,"requires":[]}`, false) + "]" + named,
		},
	} {
		if got := wire(t, d.Public(solver(tc.started, tc.solved))); got != tc.want {
			t.Errorf("%s: got\n%s\nwant\n%s", tc.name, got, tc.want)
		}
	}
}

func TestRuleText(t *testing.T) {
	const file = `hunt: h
title: T
challenges:
  - {id: a, title: Apple, category: fruit, tags: [n], points: 10, proof: {text: a}}
  - {id: b, title: Bell, category: fruit, tags: [n], points: 10, proof: {text: b}}
  - {id: c, title: Cat, points: 10, proof: {text: c}}
  - {id: d, title: Dog, points: 10, proof: {text: d}}
  - {id: e, title: Elk, points: 10, proof: {text: e}}
  - {id: f, title: Fog, points: 10, proof: {text: f}}
badges:
  - {id: b, title: B, when: RULE}
`
	for rule, want := range map[string]string{
		"{manual: true}":                                "Given by the organizers.",
		"{solves: 1}":                                   "Solve a challenge.",
		"{solves: 2, category: fruit}":                  "Solve 2 challenges in the category “fruit”.",
		"{solves: 1, tag: n}":                           "Solve a challenge tagged “n”.",
		"{challenges: [a]}":                             "Solve “Apple”.",
		"{challenges: [a, b, c]}":                       "Solve “Apple”, “Bell” and “Cat”.",
		"{challenges: [a, b, c], any: 2}":               "Solve 2 of “Apple”, “Bell” and “Cat”.",
		"{challenges: [a, b, c, d, e, f]}":              "Solve “Apple”, “Bell”, “Cat”, “Dog” and 2 more.",
		"{points: 50}":                                  "Reach 50 points.",
		"{firsts: 1}":                                   "Be the first to solve a challenge.",
		"{firsts: 3, streak: 2}":                        "Be the first to solve 3 challenges and give 2 right answers in a row.",
		"{within: 1d}":                                  "Score within 1 day of joining.",
		"{place: 1}":                                    "Finish first.",
		"{solves: 2, points: 20, within: 2h, place: 3}": "Solve 2 challenges and reach 20 points within 2 hours of joining, then finish among the first 3.",
	} {
		d := parsed(t, strings.Replace(file, "RULE", rule, 1))
		if got := d.Public(hunt.Viewer{Started: true}).Badges[0].Text; got != want {
			t.Errorf("%s: got %s, want %s", rule, got, want)
		}
	}
}

const second = `hunt: h
title: T
description: About
mode: team
team: {size: 4}
limit: 90m
practice: true
join_code: LANTERN
links: {privacy: "https://example.org/p"}
divisions: [{id: school, title: Schools, code: ORCHARD}, {id: open, title: Open}]
routes: {challenges: [b, c], by: rotate}
finish: {text: "**Done**"}
challenges:
  - {id: a, title: A, description: DA, points: {up_to: 30}, proof: {review: {prompt: P}}, optional: true, requires: {challenges: [b, c], any: 1, points: 5, after: 15m}}
  - id: b
    title: B
    description: DB
    points: {initial: 9, minimum: 1, decay: 2, per: 1m, function: time}
    proof: {text: birch}
    penalty: 5
    attempts: {max: 3}
    hints: [{id: h, text: secret, after: 20m}]
    replies: [{text: oak, say: Warm}]
    solved: The story
    solution: It was birch
  - {id: c, title: C, points: 4, proof: {text: cedar}}
  - {id: l, title: Later, description: DL, category: x, points: 4, proof: {choice: {options: [p, q], answer: p}}, attempts: {max: 1}, opens: 2026-12-01T11:00:00Z, solution: It was p}
badges:
  - {id: k, title: K, when: {place: 3, division: school}}
`

func TestPublicOfTheSecondEdition(t *testing.T) {
	d := parsed(t, second)
	const (
		opens = 1796122800000
		head  = `{"hunt":"h","title":"T","description":"%s","mode":"team","team_size":4,"limit":5400000,"practice":true,"code_required":true,` +
			`"links":{"privacy":"https://example.org/p"},"divisions":[{"id":"school","title":"Schools","code_required":true},{"id":"open","title":"Open","code_required":false}],`
		badge = `"badges":[{"id":"k","title":"K","description":"","icon":"","points":0,"text":"Finish among the first 3 in the division “Schools”."}],"challenge_count":4}`

		a = `{"id":"a","title":"A","description":"","category":"","tags":[],"points":{"initial":30,"minimum":0,"decay":0,"function":"judged","up_to":30},"bonus":[],"proof":{"kind":"review"},` +
			`"requires":{"challenges":["b","c"],"any":1,"points":5,"after":"15m"},"optional":true,"attempts":{"max":0,"cooldown":0},"hints":[],"locked":true}`
		b = `{"id":"b","title":"B","description":"%s","category":"","tags":[],"points":{"initial":9,"minimum":1,"decay":2,"per":60000,"function":"time"},"bonus":[],"proof":{"kind":"text"},` +
			`"requires":[],"attempts":{"max":3,"cooldown":0},"penalty":5,"hints":[%s],"locked":%v%s}`
		bHint = `{"id":"h","title":"","cost":0,"after":1200000,"requires":[]}`
		c     = `{"id":"c","title":"C","description":"","category":"","tags":[],"points":{"initial":4,"minimum":4,"decay":0,"function":"static"},"bonus":[],"proof":{"kind":"text"},"requires":[],"attempts":{"max":0,"cooldown":0},"hints":[],"locked":true}`
		l     = `{"id":"l","title":"Later","description":"","category":"","tags":[],"points":{"initial":0,"minimum":0,"decay":0,"function":""},"bonus":[],"proof":{"kind":""},"requires":[],"attempts":{"max":0,"cooldown":0},"hints":[],"opens":1796122800000,"locked":true,"waiting":true%s}`
		lOpen = `{"id":"l","title":"Later","description":"DL","category":"x","tags":[],"points":{"initial":4,"minimum":4,"decay":0,"function":"static"},"bonus":[],"proof":{"kind":"choice","options":["p","q"]},"requires":[],"attempts":{"max":1,"cooldown":0},"hints":[],"opens":1796122800000,"locked":false%s}`
	)
	at := func(now int64, awarded ...string) hunt.Viewer {
		v := solver(true, awarded)
		v.Now, v.Unlocked = now, nil
		return v
	}
	// Practice shows everything, unlocked or not.
	tried := strings.NewReplacer(`"title":"A","description":""`, `"title":"A","description":"DA"`, `"kind":"review"}`,
		`"kind":"review","prompt":"P"}`, `"locked":true`, `"locked":false`).Replace
	closed := at(opens, "b")
	closed.Closed, closed.Finished = true, true
	outside := closed
	outside.Outside = true
	bOnly := at(opens - 1)
	bOnly.Unlocked = func(c *hunt.Challenge) bool { return c.ID == "b" || c.ID == "l" }
	about := fmt.Sprintf(head, "About")
	for _, tc := range []struct {
		name   string
		viewer hunt.Viewer
		want   string
	}{
		{"a stranger before the start", hunt.Viewer{}, about + `"challenges":[],` + badge},
		{"outside", outside, fmt.Sprintf(head, "") + `"challenges":[],"badges":[],"challenge_count":0}`},
		{"nothing met", at(opens - 1), about + `"challenges":[` + a + "," + fmt.Sprintf(b, "", "", true, "") + "," + c + "," + fmt.Sprintf(l, "") + "]," + badge},
		{"one stop unlocked", bOnly, about + `"challenges":[` + a + "," + fmt.Sprintf(b, "DB", bHint, false, "") + "," + c + "," + fmt.Sprintf(l, "") + "]," + badge},
		{"one awarded", at(opens, "b"), about + `"challenges":[` + a + "," + fmt.Sprintf(b, "DB", bHint, false, `,"solved":"The story"`) + "," + c + "," + fmt.Sprintf(lOpen, "") + "]," + badge},
		{
			"closed and finished", closed,
			about + `"finish":"**Done**","challenges":[` + tried(a) + "," + fmt.Sprintf(b, "DB", bHint, false, `,"solved":"The story","solution":"It was birch"`) + "," + tried(c) + "," + fmt.Sprintf(lOpen, `,"solution":"It was p"`) + "]," + badge,
		},
	} {
		if got := wire(t, d.Public(tc.viewer)); got != tc.want {
			t.Errorf("%s: got\n%s\nwant\n%s", tc.name, got, tc.want)
		}
	}
	if got := wire(t, d.PublicChallenge(d.Challenge("b"), at(opens, "b"))); got != fmt.Sprintf(b, "DB", bHint, false, `,"solved":"The story"`) {
		t.Errorf("one challenge: %s", got)
	}
}

// A condition on the wire is what the file says.
func TestConditionIsAsInTheFile(t *testing.T) {
	for when, want := range map[string]string{
		"{solves: 3, category: harbour}":         `{"solves":3,"category":"harbour"}`,
		"{solves: 1, tag: night, after: 90s}":    `{"solves":1,"tag":"night","after":"1m30s"}`,
		"{firsts: 1, streak: 2, after: 1d500ms}": `{"firsts":1,"streak":2,"after":"1d500ms"}`,
		"{challenges: [b], any: 1, points: 20}":  `{"challenges":["b"],"any":1,"points":20}`,
	} {
		file := "hunt: h\ntitle: T\nchallenges:\n" +
			"  - {id: a, title: A, points: 10, proof: {text: x}, requires: " + when + "}\n"
		for _, id := range []string{"b", "c", "d"} {
			file += "  - {id: " + id + ", title: B, category: harbour, tags: [night], points: 10, proof: {text: answer-" + id + "}}\n"
		}
		d := parsed(t, file)
		got := wire(t, d.Challenge("a").Unlock.Condition())
		if got != want {
			t.Errorf("%s: got %s, want %s", when, got, want)
		}
		// JSON is YAML, so the condition can be read back.
		again := parsed(t, strings.Replace(file, when, strings.ReplaceAll(got, `":`, `": `), 1))
		if wire(t, again.Challenge("a").Unlock) != wire(t, d.Challenge("a").Unlock) {
			t.Errorf("%s becomes another condition: %s", when, got)
		}
	}
}

// drawn is a hunt apart from its secrets, which file adds.
type drawn struct {
	kinds   []int
	texts   []int // how many answers
	hints   []int
	needs   [][]string
	code    bool
	options int
	several bool
}

func drawHunt(t *rapid.T) drawn {
	var d drawn
	count := rapid.IntRange(1, 6).Draw(t, "challenges")
	d.code = rapid.Bool().Draw(t, "code")
	d.options = rapid.IntRange(2, 5).Draw(t, "options")
	d.several = rapid.Bool().Draw(t, "several")
	for i := range count {
		d.kinds = append(d.kinds, rapid.IntRange(0, 7).Draw(t, "kind"))
		d.texts = append(d.texts, rapid.IntRange(1, 3).Draw(t, "texts"))
		d.hints = append(d.hints, rapid.IntRange(0, 2).Draw(t, "hints"))
		var needs []string
		for k := range i {
			if rapid.Bool().Draw(t, "need") {
				needs = append(needs, fmt.Sprintf("c%d", k))
			}
		}
		d.needs = append(d.needs, needs)
	}
	return d
}

// file writes the hunt with secrets made from the salt, and returns those too.
// Nothing public has the digits of a salt.
func (d drawn) file(salt int) (file string, secrets []string) {
	secret := func(form string, args ...any) string {
		s := fmt.Sprintf(form, args...)
		secrets = append(secrets, s)
		return s
	}
	proof := func(i int) map[string]any {
		switch d.kinds[i] {
		case 0:
			var texts []string
			for k := range d.texts[i] {
				texts = append(texts, secret("Answer%d%d%d", salt, i, k))
			}
			return map[string]any{"text": texts}
		case 1:
			return map[string]any{"regex": secret("pattern%d%d", salt, i) + "[0-9]"}
		case 2:
			return map[string]any{"number": map[string]any{"value": json.Number(secret("%d.%d7", salt, i)), "tolerance": json.Number(secret("0.%d%d1", salt, i))}}
		case 3: // the options are public; which of them is right is secret
			var options []string
			for k := range d.options {
				options = append(options, fmt.Sprintf("option-%d", k))
			}
			right := options[salt%d.options]
			if d.several {
				return map[string]any{"choice": map[string]any{"options": options, "answer": []string{right}}}
			}
			return map[string]any{"choice": map[string]any{"options": options, "answer": right}}
		case 4:
			return map[string]any{"code": secret("CODE%d%d", salt, i)}
		case 5:
			return map[string]any{"location": map[string]any{
				"lat": json.Number("4" + secret(".%d%d", salt, i)), "lon": json.Number("-7" + secret(".%d%d", salt, i+1)), "radius": json.Number(secret("%d", salt/10)),
			}}
		case 6:
			return map[string]any{"event": map[string]any{"type": secret("type%d%d", salt, i), "count": salt % 900, "match": map[string]any{secret("field%d%d", salt, i): secret("value%d%d", salt, i)}}}
		}
		return map[string]any{"review": map[string]any{"prompt": "What did you see?"}}
	}
	content := map[string]any{
		"hunt": "h", "title": "T", "divisions": []any{map[string]any{"id": "x", "title": "X", "code": secret("DIVISION%d", salt)}},
		"finish": map[string]any{"text": secret("Finish text %d", salt)},
	}
	if d.code {
		content["join_code"] = secret("JOIN%d", salt)
	}
	var challenges []any
	for i := range d.kinds {
		var hints []any
		for k := range d.hints[i] {
			hints = append(hints, map[string]any{"id": fmt.Sprintf("h%d", k), "title": "Hint", "text": secret("Hint text %d %d %d", salt, i, k), "cost": 1})
		}
		challenges = append(challenges, map[string]any{
			"id": fmt.Sprintf("c%d", i), "title": "C", "description": "D", "points": 100,
			"proof": proof(i), "requires": orNone(d.needs[i]), "hints": orNone(hints),
		})
		if d.kinds[i] <= 1 || d.kinds[i] == 4 {
			challenges[i].(map[string]any)["replies"] = []any{map[string]any{"text": secret("Foreseen%d%d", salt, i), "say": secret("Reply%d%d", salt, i)}}
		}
	}
	content["challenges"] = challenges
	content["badges"] = []any{map[string]any{"id": "b", "title": "B", "when": map[string]any{"challenges": []string{"c0"}}}}
	out, _ := json.Marshal(content) // maps of texts and numbers always become JSON
	return string(out), secrets
}

// orNone makes an absent list an empty one, as the file needs it.
func orNone[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// Two hunts that differ only in their secrets look the same to everybody, and
// no secret is public.
func TestPublicRevealsNoSecret(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := drawHunt(t)
		one, secrets := shape.file(918273)
		other, _ := shape.file(645546)
		d1, f1 := huntfile.Parse([]byte(one))
		d2, f2 := huntfile.Parse([]byte(other))
		if d1 == nil || d2 == nil {
			t.Fatalf("not a hunt: %s\n%s\n%s", one, f1, f2)
		}
		started := rapid.Bool().Draw(t, "started")
		var solved []string
		for i := range d1.Challenges {
			if rapid.Bool().Draw(t, "solved") {
				solved = append(solved, d1.Challenges[i].ID)
			}
		}
		viewer := solver(started, solved)
		viewer.Closed, viewer.Outside = rapid.Bool().Draw(t, "closed"), rapid.Bool().Draw(t, "outside")
		seen := wire(t, d1.Public(viewer))
		if seen != wire(t, d2.Public(viewer)) {
			t.Fatalf("the secrets make a difference:\n%s\n%s", seen, wire(t, d2.Public(viewer)))
		}
		for _, s := range secrets {
			if strings.Contains(strings.ToLower(seen), strings.ToLower(s)) {
				t.Fatalf("%q shows in %s", s, seen)
			}
		}
	})
}

// Two hunts with different secrets refuse a proof with the same message.
func TestRefusalsRevealNoSecret(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := drawHunt(t)
		one, _ := shape.file(918273)
		other, _ := shape.file(645546)
		d1, _ := huntfile.Parse([]byte(one))
		d2, _ := huntfile.Parse([]byte(other))
		p := rapid.SampledFrom([]hunt.Proof{
			{},
			textProof(""), textProof("a\x00"), codeProof(" "), numberProof(1),
			{Choice: hunt.Choice{"x"}},
			{Choice: hunt.Choice{"option-0", "option-1"}},
			{Location: &hunt.Location{Lat: 91}},
			{Location: &hunt.Location{Accuracy: 1e7}},
			{Location: &hunt.Location{Accuracy: 70_000}},
			{Review: &hunt.ReviewRequest{Note: strings.Repeat("n", 2001)}},
		}).Draw(t, "proof")
		for i := range d1.Challenges {
			_, err1 := d1.Challenges[i].Judge(p)
			_, err2 := d2.Challenges[i].Judge(p)
			if fmt.Sprint(err1) != fmt.Sprint(err2) {
				t.Fatalf("%v or %v", err1, err2)
			}
		}
	})
}
