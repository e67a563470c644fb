package hunt_test

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
)

func parsed(t testing.TB, src string) *hunt.Definition {
	t.Helper()
	d, findings := huntfile.Parse([]byte(src))
	if d == nil {
		t.Fatalf("not a hunt:\n%s", findings)
	}
	return d
}

func textProof(s string) hunt.Proof { return hunt.Proof{Text: &s} }

func numberProof(v float64) hunt.Proof { return hunt.Proof{Number: &v} }

func codeProof(s string) hunt.Proof { return hunt.Proof{Code: &s} }

// withProof is a challenge with this proof, in YAML.
func withProof(t testing.TB, proof string) *hunt.Challenge {
	t.Helper()
	return parsed(t, "hunt: h\ntitle: T\nchallenges:\n  - {id: a, title: A, points: 1, proof: "+proof+"}\n").Challenge("a")
}

func TestJudge(t *testing.T) {
	const (
		decomposed = "cafe\u0301"
		composed   = "café"
	)
	at := func(lat, lon, accuracy float64) hunt.Proof {
		return hunt.Proof{Location: &hunt.Location{Lat: lat, Lon: lon, Accuracy: accuracy}}
	}
	choose := func(options ...string) hunt.Proof { return hunt.Proof{Choice: options} }
	for _, tc := range []struct {
		name  string
		proof string
		right []hunt.Proof
		wrong []hunt.Proof
	}{
		{
			"text", `{text: [ "The  Old Gate", "straße", "café", "ﬁsh", "42" ]}`,
			[]hunt.Proof{
				textProof("the old gate"), textProof("  THE OLD\t\nGATE "), textProof("the\u00a0old gate"), textProof("STRASSE"),
				textProof("CAFÉ"), textProof(decomposed), textProof("fish"), textProof("４２"), textProof("the old gate."),
			},
			[]hunt.Proof{textProof("theoldgate"), textProof("cafe"), textProof("4 2")},
		},
		{
			"exact text", `{text: ["Gate", " x", "the caf\u00e9"], exact: true}`,
			[]hunt.Proof{textProof("Gate"), textProof("Gate "), textProof("x"), textProof("the cafe\u0301")},
			[]hunt.Proof{textProof("gate"), textProof("Gate."), textProof("the  caf\u00e9"), textProof("the cafe")},
		},
		{
			"regex", `{regex: "(?i)blue|caf\u00e9|18[0-9]{2}"}`,
			[]hunt.Proof{textProof("Blue"), textProof(" blue\n"), textProof(decomposed), textProof("1874")},
			[]hunt.Proof{textProof("bluebird"), textProof("a blue"), textProof("18745"), textProof("blue\nx")},
		},
		{
			"number", `{number: {value: 0.3, tolerance: 0.1}}`,
			[]hunt.Proof{numberProof(0.3), numberProof(0.4), numberProof(0.2), numberProof(0.25)},
			[]hunt.Proof{numberProof(0.40000001), numberProof(0.19999999), numberProof(-0.3), numberProof(1e308), numberProof(-1e308)},
		},
		{
			"number without tolerance", `{number: {value: 0.3}}`,
			[]hunt.Proof{numberProof(0.3)},
			[]hunt.Proof{numberProof(0.30000000000000004), numberProof(0.29999999999999993), numberProof(5e-324)},
		},
		{
			"zero", `{number: {value: 0}}`,
			[]hunt.Proof{numberProof(0), numberProof(math.Copysign(0, -1))},
			[]hunt.Proof{numberProof(5e-324)},
		},
		{
			"choice", `{choice: {options: [red, green, blue], answer: green}}`,
			[]hunt.Proof{choose("green"), choose("green")},
			[]hunt.Proof{choose("red"), choose("blue")},
		},
		{
			"choice of several", `{choice: {options: [red, green, blue], answer: [green, blue]}}`,
			[]hunt.Proof{choose("green", "blue"), choose("blue", "green"), choose("blue", "green", "blue")},
			[]hunt.Proof{choose("green"), choose("red", "green", "blue"), choose("red")},
		},
		{
			"code", `{code: "K7 Z-9 Ä"}`,
			[]hunt.Proof{codeProof("k7z-9ä"), codeProof(" K 7 Z - 9 Ä\t"), codeProof("Ｋ７z-9a\u0308")},
			[]hunt.Proof{codeProof("k7z9ä"), codeProof("k7z-9")},
		},
		{
			// A degree of latitude is 6371008.8·π/180 = 111195.08 m.
			"location", `{location: {lat: 60, lon: 20, radius: 1km}}`,
			[]hunt.Proof{at(60, 20, 0), at(60+999.9/111195.08, 20, 100), at(60-999.9/111195.08, 20, 5), at(60, 20+999.9/(111195.08*0.5), 0)},
			[]hunt.Proof{at(60+1000.1/111195.08, 20, 0), at(60, 20+1000.9/(111195.08*0.5), 0), at(-60, 20, 0), at(60, -160, 0)},
		},
		{
			"location at the date line", `{location: {lat: 0, lon: 179.9999, radius: 50m}}`,
			[]hunt.Proof{at(0, -179.9999, 0), at(0, 180, 0), at(0, -180, 0)},
			[]hunt.Proof{at(0, 179.999, 0)},
		},
		{
			"location at the pole", `{location: {lat: 90, lon: 0, radius: 100m}}`,
			[]hunt.Proof{at(90, 123, 0), at(89.9995, -77, 0)},
			[]hunt.Proof{at(89.99, 0, 0)},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := withProof(t, tc.proof)
			for i, p := range slices.Concat(tc.right, tc.wrong) {
				j, err := c.Judge(p)
				if err != nil {
					t.Fatalf("%s: %v", show(p), err)
				}
				if want := i < len(tc.right); j.Right != want || j.Review || len(j.Digest) != 8 {
					t.Errorf("%s: got %+v, want right %v", show(p), j, want)
				}
			}
		})
	}
}

func show(p hunt.Proof) string {
	switch {
	case p.Text != nil:
		return "text " + *p.Text
	case p.Code != nil:
		return "code " + *p.Code
	case p.Number != nil:
		return "number " + decimal(*p.Number)
	case p.Location != nil:
		return "location " + decimal(p.Location.Lat) + " " + decimal(p.Location.Lon)
	}
	return "choice " + strings.Join(p.Choice, ",")
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func TestJudgeRefuses(t *testing.T) {
	const (
		text     = `{text: seekrit}`
		place    = `{location: {lat: 12.5, lon: 34.5, radius: 50m}}`
		single   = `{choice: {options: [red, seekrit], answer: seekrit}}`
		multiple = `{choice: {options: [red, seekrit], answer: [seekrit]}}`
		number   = `{number: {value: 77}}`
		review   = `{review: {prompt: Well?}}`
	)
	at := func(lat, lon, accuracy float64) hunt.Proof {
		return hunt.Proof{Location: &hunt.Location{Lat: lat, Lon: lon, Accuracy: accuracy}}
	}
	nan, inf := math.NaN(), math.Inf(1)
	both := textProof("x")
	both.Number = numberProof(1).Number
	for _, tc := range []struct {
		name, proof string
		given       hunt.Proof
		want        string
	}{
		{"nothing", text, hunt.Proof{}, "The proof is empty. This challenge takes a text."},
		{"two kinds", text, both, "A proof is of one kind only. This challenge takes a text."},
		{"wrong kind", text, numberProof(1), "This challenge takes a text."},
		{"wrong kind for a regex", `{regex: "seekri[t]"}`, numberProof(1), "This challenge takes a text."},
		{"wrong kind for a place", place, textProof("x"), "This challenge takes your location."},
		{"event", `{event: {type: seekrit}}`, textProof("x"), "This challenge cannot be claimed: it is awarded when the event is reported."},
		{"blank text", text, textProof(" \n"), "Your answer is empty."},
		{"blank code", `{code: seekrit}`, codeProof(""), "Your answer is empty."},
		{"long text", text, textProof(strings.Repeat("ä", 1001)), "Your answer is too long: at most 1000 characters."},
		{"long code", `{code: seekrit}`, codeProof(strings.Repeat("9", 1001)), "Your answer is too long: at most 1000 characters."},
		{"control character", text, textProof("a\x00b"), "Your answer has a control character in it."},
		{"not UTF-8", text, textProof("a\xff"), "Your answer is not valid text."},
		{"not a number", number, numberProof(nan), "Your answer is not a finite number."},
		{"infinite", number, numberProof(inf), "Your answer is not a finite number."},
		{"no option", single, hunt.Proof{Choice: hunt.Choice{}}, "Choose at least one option."},
		{"unknown option", single, hunt.Proof{Choice: hunt.Choice{"blue"}}, "One of the chosen options is not offered."},
		{"two options", single, hunt.Proof{Choice: hunt.Choice{"red", "seekrit"}}, "Choose one option only."},
		{"51 options", multiple, hunt.Proof{Choice: make(hunt.Choice, 51)}, "You chose more options than there are."},
		{"latitude", place, at(90.1, 0, 0), "The latitude is not between -90 and 90 degrees."},
		{"latitude NaN", place, at(nan, 0, 0), "The latitude is not between -90 and 90 degrees."},
		{"longitude", place, at(0, -180.1, 0), "The longitude is not between -180 and 180 degrees."},
		{"longitude NaN", place, at(0, nan, 0), "The longitude is not between -180 and 180 degrees."},
		{"accuracy below zero", place, at(12.5, 34.5, -1), "The accuracy is not a number of metres."},
		{"accuracy NaN", place, at(12.5, 34.5, nan), "The accuracy is not a number of metres."},
		{"inaccurate", place, at(12.5, 34.5, 100.5), "Your position is too inaccurate (±101 m). Wait for a better one, in the open, and try again."},
		{"long note", review, hunt.Proof{Review: &hunt.ReviewRequest{Note: strings.Repeat("n", 2001)}}, "Your answer is too long: at most 2000 characters."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			j, err := withProof(t, tc.proof).Judge(tc.given)
			var refused *hunt.ProofError
			if !errors.As(err, &refused) || refused.Message != tc.want || j != (hunt.Judgement{}) {
				t.Errorf("got %+v, %v, want %s", j, err, tc.want)
			}
		})
	}
}

func TestJudgeForReview(t *testing.T) {
	c := withProof(t, `{review: {prompt: Well?}}`)
	for _, note := range []string{"A comet.", "", strings.Repeat("ü", 2000)} {
		j, err := c.Judge(hunt.Proof{Review: &hunt.ReviewRequest{Note: note}})
		if err != nil || !j.Review || j.Right || len(j.Digest) != 8 {
			t.Errorf("note of %d bytes: %+v, %v", len(note), j, err)
		}
	}
}

// A player who tries accuracies learns nothing about the place.
func TestAccuracyDoesNotTellTheRadius(t *testing.T) {
	for _, radius := range []string{"1m", "30m", "99.9m", "100km"} {
		c := withProof(t, "{location: {lat: 12.5, lon: 34.5, radius: "+radius+"}}")
		for accuracy, want := range map[float64]bool{0: true, 31: true, hunt.MaxInaccuracy: true, 100.01: false, 5000: false} {
			_, err := c.Judge(hunt.Proof{Location: &hunt.Location{Lat: 12.5, Lon: 34.5, Accuracy: accuracy}})
			if (err == nil) != want {
				t.Errorf("radius %s, accuracy %v: %v", radius, accuracy, err)
			}
		}
	}
}

func TestDigestIsThatOfTheNormalAnswer(t *testing.T) {
	at := func(lat, lon float64) hunt.Proof { return hunt.Proof{Location: &hunt.Location{Lat: lat, Lon: lon}} }
	for _, tc := range []struct {
		proof string
		same  [][2]hunt.Proof
		other [][2]hunt.Proof
	}{
		{`{text: x}`, [][2]hunt.Proof{{textProof("The GATE"), textProof(" the  gate ")}}, [][2]hunt.Proof{{textProof("a"), textProof("b")}}},
		{`{text: x, exact: true}`, nil, [][2]hunt.Proof{{textProof("a"), textProof("A")}}},
		{`{regex: x}`, [][2]hunt.Proof{{textProof("a "), textProof(" a")}}, [][2]hunt.Proof{{textProof("a"), textProof("A")}}},
		{`{code: x}`, [][2]hunt.Proof{{codeProof("A b"), codeProof("ab")}}, nil},
		{`{number: {value: 1}}`, [][2]hunt.Proof{{numberProof(0), numberProof(math.Copysign(0, -1))}}, [][2]hunt.Proof{{numberProof(1), numberProof(1.5)}}},
		{
			`{choice: {options: [p, q, r], answer: [p]}}`,
			[][2]hunt.Proof{{hunt.Proof{Choice: hunt.Choice{"q", "r"}}, hunt.Proof{Choice: hunt.Choice{"r", "q", "r"}}}},
			[][2]hunt.Proof{{hunt.Proof{Choice: hunt.Choice{"q"}}, hunt.Proof{Choice: hunt.Choice{"q", "r"}}}},
		},
		{
			`{location: {lat: 0, lon: 0.5, radius: 50}}`,
			[][2]hunt.Proof{{at(10, 20), at(10.00001, 20.00001)}, {at(0, 180), at(0, -180)}},
			[][2]hunt.Proof{{at(10, 20), at(10.001, 20)}, {at(1, 23), at(12, 3)}},
		},
	} {
		c := withProof(t, tc.proof)
		digestOf := func(p hunt.Proof) string {
			j, err := c.Judge(p)
			if err != nil {
				t.Fatal(err)
			}
			return j.Digest
		}
		for _, p := range tc.same {
			if digestOf(p[0]) != digestOf(p[1]) {
				t.Errorf("%s: %s and %s have different digests", tc.proof, show(p[0]), show(p[1]))
			}
		}
		for _, p := range tc.other {
			if digestOf(p[0]) == digestOf(p[1]) {
				t.Errorf("%s: %s and %s have the same digest", tc.proof, show(p[0]), show(p[1]))
			}
		}
	}
	// A digest depends on the challenge, so it says nothing about other challenges.
	// It is stable, because stores keep it. It is SHA-256("a\0text\0gate"), 48 bits.
	a, b := withProof(t, `{text: x}`), *withProof(t, `{text: x}`)
	b.ID = "b"
	ja, _ := a.Judge(textProof("Gate"))
	jb, _ := b.Judge(textProof("Gate"))
	if ja.Digest == jb.Digest {
		t.Error("two challenges give an answer the same digest")
	}
	if ja.Digest != "DZrubfZU" {
		t.Errorf("the digest of stored answers changed to %s", ja.Digest)
	}
}

func TestEventMeets(t *testing.T) {
	c := withProof(t, `{event: {type: scan, count: 3, match: {level: 3, door: north, open: true}}}`)
	fields := map[string]string{"level": "3", "door": "north", "open": "true", "other": "1"}
	if c.Proof.Count != 3 || !c.Proof.Meets("scan", fields) {
		t.Errorf("%+v does not meet %+v", fields, c.Proof)
	}
	if c.Proof.Meets("beep", fields) {
		t.Error("an event of another type counts")
	}
	delete(fields, "open")
	if c.Proof.Meets("scan", fields) {
		t.Error("an event without a field to match counts")
	}
	if withProof(t, `{text: scan}`).Proof.Meets("scan", nil) {
		t.Error("an event counts for a text")
	}
}

func BenchmarkJudge(b *testing.B) {
	for _, bm := range []struct {
		name, proof string
		given       hunt.Proof
	}{
		{"text", `{text: the old gate}`, textProof("The Old Gate")},
		{"unicode", `{text: größe}`, textProof("GRÖSSE")},
		{"regex", `{regex: "(?i)(the )?old gates?"}`, textProof("The Old Gate")},
		{"worst regex", `{regex: "(x{1,20}y?){20}z"}`, textProof(strings.Repeat("x", 1000))},
		{"number", `{number: {value: 3.14, tolerance: 0.01}}`, numberProof(3.141)},
		{"number at the edge", `{number: {value: 3.14, tolerance: 0.01}}`, numberProof(3.15)},
		{"choice", `{choice: {options: [a, b, c, d], answer: [b, c]}}`, hunt.Proof{Choice: hunt.Choice{"b", "c"}}},
		{"code", `{code: K7Z9}`, codeProof("k7z9")},
		{"location", `{location: {lat: 54.1, lon: 12.1, radius: 50m}}`, hunt.Proof{Location: &hunt.Location{Lat: 54.1001, Lon: 12.1001, Accuracy: 8}}},
	} {
		b.Run(bm.name, func(b *testing.B) {
			c := withProof(b, bm.proof)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Judge(bm.given); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
