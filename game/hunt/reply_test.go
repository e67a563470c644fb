package hunt_test

import (
	"testing"

	"veltrix/game/hunt"
)

func TestReplies(t *testing.T) {
	texts := []hunt.Reply{
		{Texts: []string{"Fish", "don't know"}, Say: "warm"},
		{Regex: "18[0-9][0-9]", Say: "century"},
		{Texts: []string{"1850"}, Say: "later"},
	}
	text := func(s ...string) hunt.Criterion { return hunt.Criterion{Kind: hunt.KindText, Texts: s} }
	exact := text("Gate")
	exact.Exact = true
	for _, tc := range []struct {
		name    string
		proof   hunt.Criterion
		replies []hunt.Reply
		given   hunt.Proof
		want    string
	}{
		{"in other letters", text("herring"), texts, textProof(" FISH! "), "warm"},
		{"with typography", text("herring"), texts, textProof("Don’t know."), "warm"},
		{"pattern", text("1874"), texts, textProof(" 1875\n"), "century"},
		{"the first that matches", text("1874"), texts, textProof("1850"), "century"},
		{"the whole answer", text("1874"), texts, textProof("in 1875"), ""},
		{"not foreseen", text("herring"), texts, textProof("gull"), ""},
		{"right", text("fish"), texts, textProof("fish"), ""},
		{"exact", exact, []hunt.Reply{{Texts: []string{"gate"}, Say: "capital"}}, textProof("GATE"), "capital"},
		{"to a pattern's challenge", hunt.Criterion{Kind: hunt.KindRegex, Regex: "gates?"}, []hunt.Reply{{Texts: []string{"door"}, Say: "no"}}, textProof("Door"), "no"},
		{"code", hunt.Criterion{Kind: hunt.KindCode, Code: "K7"}, []hunt.Reply{{Texts: []string{"K-8 Z"}, Say: "old sign"}}, codeProof("k–8z"), "old sign"},
		{"number", hunt.Criterion{Kind: hunt.KindNumber, Number: 3}, []hunt.Reply{{Texts: []string{"4.50"}, Say: "one less"}}, numberProof(4.5), "one less"},
		{"number by pattern", hunt.Criterion{Kind: hunt.KindNumber, Number: 3}, []hunt.Reply{{Regex: "[0-9]{7}", Say: "too many"}}, numberProof(1e6), "too many"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d, err := hunt.New(hunt.Definition{ID: "h", Challenges: []hunt.Challenge{{ID: "a", Proof: tc.proof, Replies: tc.replies}}})
			if err != nil {
				t.Fatal(err)
			}
			j, err := d.Challenge("a").Judge(tc.given)
			if err != nil || j.Say != tc.want || j.Right != (tc.name == "right") {
				t.Errorf("got %+v, %v, want %q", j, err, tc.want)
			}
		})
	}
}
