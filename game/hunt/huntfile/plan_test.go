package huntfile

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"veltrix/game/hunt"
)

const planned = `hunt: h
title: T
challenges:
  - {id: a, title: A, points: 10, proof: {text: x}, hints: [{id: h, text: t}]}
  - {id: b, title: B, points: 10, proof: {regex: "y+"}}
  - {id: c, title: C, points: 10, proof: {choice: {options: [p, q], answer: q}}, attempts: {max: 1}}
badges:
  - {id: one, title: One, when: {solves: 1}}
  - {id: two, title: Two, when: {solves: 2}}
`

func TestDiffOfTheSameFileIsEmpty(t *testing.T) {
	// An empty list says the same as a list left out.
	same := strings.Replace(planned, "proof: {text: x}", "proof: {text: x}, tags: [], requires: []", 1)
	p := Diff(parsed(t, planned), parsed(t, same))
	if !p.Empty() || !reflect.DeepEqual(p.Text, []string{"Nothing changes."}) {
		t.Errorf("got %+v", p)
	}
}

func TestDiffOfANewHunt(t *testing.T) {
	p := Diff(nil, parsed(t, planned))
	if !p.New || p.Empty() || len(p.Challenges.Added) != 3 || len(p.Badges.Added) != 2 || len(p.Fields) != 0 || p.MaxScore != 30 {
		t.Errorf("got %+v", p)
	}
	if p.Text[0] != "The hunt h is new." {
		t.Errorf("got %q", p.Text)
	}
}

func TestDiffNamesEveryKeyThatChanged(t *testing.T) {
	after := parsed(t, `hunt: h
title: T2
mode: team
challenges:
  - {id: c, title: C, points: 10, proof: {choice: {options: [p, q], answer: p}}, attempts: {max: 1}}
  - {id: a, title: A, points: {initial: 10, minimum: 1, decay: 5, function: linear}, proof: {text: x}, hints: [{id: h, text: t, cost: 1}], tags: [n]}
  - {id: d, title: D, points: 10, proof: {text: z}}
badges:
  - {id: one, title: One, icon: i, when: {solves: 2}}
`)
	p := Diff(parsed(t, planned), after)
	want := Plan{
		Hunt: "h", Fields: []string{"title", "mode"}, MaxScore: 30,
		Challenges: Changes{
			Added:   []Change{{ID: "d", Title: "D"}},
			Changed: []Change{{ID: "c", Title: "C", Fields: []string{"proof"}}, {ID: "a", Title: "A", Fields: []string{"tags", "points", "hints"}}},
			Removed: []Change{{ID: "b", Title: "B"}},
			Moved:   true,
		},
		Badges: Changes{
			Added:   []Change{},
			Changed: []Change{{ID: "one", Title: "One", Fields: []string{"icon", "when"}}},
			Removed: []Change{{ID: "two", Title: "Two"}},
		},
		Text: []string{
			"The hunt changes: title, mode.",
			"A change of mode is refused once somebody has joined.",
			"Added: challenge d (D).",
			"Changed: challenge c (C): proof.",
			"Changed: challenge a (A): tags, points, hints.",
			"Removed: challenge b (B).",
			"The challenges come in another order.",
			"Changed: badge one (One): icon, when.",
			"Removed: badge two (Two).",
			"Nobody's points change: awards stay as they were given.",
			"Badges that were earned are kept.",
			"The maximum score is 30.",
		},
	}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("got  %+v\nwant %+v", p, want)
	}
	wire, err := json.Marshal(p)
	if err != nil || !strings.Contains(string(wire), `"changed":[{"id":"c","title":"C","fields":["proof"]}`) {
		t.Errorf("on the wire: %s, %v", wire, err)
	}
}

// A challenge under a new id is another challenge, and pays those again who solved
// the old one. The plan says so.
func TestDiffFindsRenames(t *testing.T) {
	renamed := strings.NewReplacer("id: a, title: A", "id: a2, title: a", // by title and proof
		`id: b, title: B`, "id: b2, title: New", // by proof
		"id: c, title: C, points: 10, proof: {choice: {options: [p, q], answer: q}}", "id: c2, title: C, points: 10, proof: {text: other}",
		"id: one, title: One", "id: uno, title: Uno", "{id: two, title: Two, when: {solves: 2}}", "{id: two-2, title: Two, when: {solves: 3}}")
	p := Diff(parsed(t, planned), parsed(t, renamed.Replace(planned)))
	want := []Change{{ID: "a2", Title: "a", Was: "a"}, {ID: "b2", Title: "New", Was: "b"}, {ID: "c2", Title: "C", Was: "c"}}
	if !reflect.DeepEqual(p.Challenges.Added, want) {
		t.Errorf("got %+v", p.Challenges.Added)
	}
	if want := []Change{{ID: "uno", Title: "Uno", Was: "one"}, {ID: "two-2", Title: "Two", Was: "two"}}; !reflect.DeepEqual(p.Badges.Added, want) {
		t.Errorf("got %+v", p.Badges.Added)
	}
	const says = "The challenge a2 looks like a under another id. They are two: whoever has a can earn a2 again. To keep one, write its id as it was."
	if !slices.Contains(p.Text, says) {
		t.Errorf("got %q", p.Text)
	}
	other := strings.Replace(planned, "id: a, title: A, points: 10, proof: {text: x}", "id: z, title: Z, points: 10, proof: {text: zebra}", 1)
	if p := Diff(parsed(t, planned), parsed(t, other)); p.Challenges.Added[0].Was != "" {
		t.Errorf("another challenge looks like %s", p.Challenges.Added[0].Was)
	}
}

// A change of a key that the parser knows, but not the plan, would stay unseen.
func TestDiffKnowsEveryKey(t *testing.T) {
	names := func(ks []keyed) string {
		var out []string
		for _, k := range ks {
			out = append(out, k.key)
		}
		return strings.Join(out, " ")
	}
	top := strings.Join(keysOf(huntFields), " ")
	if got := names(huntKeys(&hunt.Definition{})) + " challenges badges"; got != top {
		t.Errorf("hunt: the plan compares %s, the parser reads %s", got, top)
	}
	if got, want := names(challengeKeys(&hunt.Challenge{})), strings.Join(keysOf(challengeFields), " "); got != want {
		t.Errorf("challenge: the plan compares %s, the parser reads %s", got, want)
	}
	if got, want := names(badgeKeys(&hunt.Badge{})), strings.Join(keysOf(badgeFields), " "); got != want {
		t.Errorf("badge: the plan compares %s, the parser reads %s", got, want)
	}
}
