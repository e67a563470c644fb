package hunt

import (
	"strings"
	"testing"
)

func TestNewRefuses(t *testing.T) {
	for want, change := range map[string]func(*Definition){
		`"" cannot be the id of a hunt`:                func(d *Definition) { d.ID = "" },
		`"a b" cannot be the id of a challenge`:        func(d *Definition) { d.Challenges[0].ID = "a b" },
		`"B" cannot be the id of a badge`:              func(d *Definition) { d.Badges = []Badge{{ID: "B"}} },
		`challenge a: there is no kind ""`:             func(d *Definition) { d.Challenges[0].Proof.Kind = "" },
		`challenge a: the pattern cannot be compiled:`: func(d *Definition) { d.Challenges[0].Proof = Criterion{Kind: KindRegex, Regex: "("} },
		`a reply of the challenge a: the pattern cannot be compiled:`: func(d *Definition) {
			d.Challenges[0].Replies = []Reply{{Regex: ")", Say: "s"}}
		},
		`challenge a: 51 options are more than 50`: func(d *Definition) {
			d.Challenges[0].Proof = Criterion{Kind: KindChoice, Options: make([]string, 51)}
		},
		`challenge a: the answer "z" is not among the options`: func(d *Definition) {
			d.Challenges[0].Proof = Criterion{Kind: KindChoice, Options: []string{"x", "y"}, Answers: []string{"z"}}
		},
	} {
		d := Definition{ID: "h", Challenges: []Challenge{{ID: "a", Proof: Criterion{Kind: KindText, Texts: []string{"x"}}}}}
		if _, err := New(d); err != nil {
			t.Fatal(err)
		}
		change(&d)
		if made, err := New(d); made != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestNewFindsTheFirstOfEqualIDs(t *testing.T) {
	review := Criterion{Kind: KindReview}
	d, err := New(Definition{
		ID:         "h",
		Challenges: []Challenge{{ID: "a", Title: "first", Proof: review}, {ID: "a", Title: "second", Proof: review}},
		Badges:     []Badge{{ID: "b", Title: "first"}, {ID: "b", Title: "second"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c, b := d.Challenge("a"), d.Badge("b"); c.Title != "first" || b.Title != "first" {
		t.Errorf("got %s and %s", c.Title, b.Title)
	}
	if d.Challenge("b") != nil || d.Badge("a") != nil {
		t.Error("an index finds the wrong thing")
	}
}
