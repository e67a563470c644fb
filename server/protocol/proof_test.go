package protocol

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
)

func TestDecodeProof(t *testing.T) {
	for src, want := range map[string]hunt.Proof{
		`{"text":"1874"}`:      {Text: new("1874")},
		` { "text" : "" } `:    {Text: new("")},
		`{"number":-1.5e3}`:    {Number: new(-1500.0)},
		`{"choice":"a"}`:       {Choice: hunt.Choice{"a"}},
		`{"choice":["a","b"]}`: {Choice: hunt.Choice{"a", "b"}},
		`{"choice":[]}`:        {Choice: hunt.Choice{}},
		`{"code":"K7"}`:        {Code: new("K7")},
		`{"location":{"lat":1,"lon":-2.5,"accuracy":8}}`:                     {Location: &hunt.Location{Lat: 1, Lon: -2.5, Accuracy: 8}},
		`{"location":{"lat":0,"lon":0}}`:                                     {Location: &hunt.Location{}},
		`{"review":{"note":"n"}}`:                                            {Review: &hunt.ReviewRequest{Note: "n"}},
		`{"review":{"note":"` + strings.Repeat(`\ud83c\udfee`, 2000) + `"}}`: {Review: &hunt.ReviewRequest{Note: strings.Repeat("🏮", 2000)}},
	} {
		got, err := DecodeProof([]byte(src))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%.60s: got %+v, %v", src, got, err)
		}
		if got.Choice != nil && len(got.Choice) == 0 {
			continue // an empty choice is not a proof, and JSON leaves it out
		}
		back, err := json.Marshal(got)
		if again, err2 := DecodeProof(back); err != nil || err2 != nil || !reflect.DeepEqual(again, want) {
			t.Errorf("%.60s: becomes %.60s, %v, %v", src, back, err, err2)
		}
	}
}

func TestDecodeProofRefuses(t *testing.T) {
	const (
		noObject = "The proof is not a JSON object."
		empty    = "The proof is empty."
		several  = "A proof is of one kind only."
		unknown  = "The proof is of no known kind."
		strs     = "A choice is a string or a list of strings."
	)
	malformed := func(kind string) string { return "The " + kind + " in the proof is malformed." }
	for src, want := range map[string]string{
		``:                                  noObject,
		`null`:                              noObject,
		`"text"`:                            noObject,
		`[{"text":"a"}]`:                    noObject,
		`{"text":"a"`:                       noObject,
		`{"text":"a"}{}`:                    noObject,
		`{"text":"a"} x`:                    noObject,
		`{"text"}`:                          noObject,
		`{}`:                                empty,
		`{"text":null}`:                     empty,
		`{"review":null}`:                   empty,
		`{"text":"a","number":1}`:           several,
		`{"text":"a","text":"b"}`:           several,
		`{"text":"a","hint":1}`:             several,
		`{"Text":"a"}`:                      unknown,
		`{"regex":"a"}`:                     unknown,
		`{"event":{}}`:                      unknown,
		`{"":1}`:                            unknown,
		`{"text":1}`:                        malformed("text"),
		`{"number":"1"}`:                    malformed("number"),
		`{"number":1e999}`:                  malformed("number"),
		`{"code":["a"]}`:                    malformed("code"),
		`{"location":[1,2]}`:                malformed("location"),
		`{"location":{"lat":1,"lng":2}}`:    malformed("location"),
		`{"location":{"l_at":1,"lon":2}}`:   malformed("location"),
		`{"location":{"lat":1}}`:            "A location has lat and lon.",
		`{"location":{"lat":1,"lon":null}}`: "A location has lat and lon.",
		`{"review":"n"}`:                    malformed("review"),
		`{"review":{"text":"n"}}`:           malformed("review"),
		`{"choice":1}`:                      strs,
		`{"choice":{"a":"b"}}`:              strs,
		`{"choice":["a",null]}`:             strs,
		`{"choice":["a",1]}`:                strs,
		`{"choice":[` + strings.Repeat(`"a",`, 50) + `"a"]}`: "You chose more options than there are.",
		`{"text":"` + strings.Repeat("x", 30_000) + `"}`:     "The proof is too long.",
	} {
		got, err := DecodeProof([]byte(src))
		var refused *hunt.ProofError
		if !errors.As(err, &refused) || refused.Message != want {
			t.Errorf("%.60s: got %v, want %s", src, err, want)
		}
		if !reflect.DeepEqual(got, hunt.Proof{}) {
			t.Errorf("%.60s: got %+v beside the error", src, got)
		}
	}
}

// beyondDemo has the criteria that the demo does not show.
const beyondDemo = `hunt: h
title: T
challenges:
  - {id: exact, title: E, points: 1, proof: {text: [Gate, door], exact: true}}
  - {id: near, title: N, points: 1, proof: {number: {value: 3.14, tolerance: 1e-2}}}
  - {id: scans, title: S, points: 1, proof: {event: {type: scan, count: 3, match: {door: north, level: 3, open: true}}}}
`

func FuzzDecodeProof(f *testing.F) {
	for _, s := range []string{
		`{"text":"Darkness"}`, `{"number":12}`, `{"choice":["a","b"]}`, `{"choice":"The Bell"}`, `{"code":"glow"}`,
		`{"location":{"lat":43.38583,"lon":-8.40639,"accuracy":10}}`, `{"review":{"note":"n"}}`, `{"text":"a","number":1}`, `{"number":1e-400}`,
	} {
		f.Add([]byte(s))
	}
	var challenges []hunt.Challenge
	for _, src := range []string{string(huntfile.Demo()), beyondDemo} {
		d, findings := huntfile.Parse([]byte(src))
		if d == nil {
			f.Fatalf("not a hunt:\n%s", findings)
		}
		challenges = append(challenges, d.Challenges...)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := DecodeProof(src)
		var refused *hunt.ProofError
		if err != nil {
			if !errors.As(err, &refused) {
				t.Fatalf("the error %v is of another type", err)
			}
			return
		}
		for i := range challenges {
			c := &challenges[i]
			j, err := c.Judge(p)
			again, err2 := c.Judge(p)
			if j != again || fmt.Sprint(err) != fmt.Sprint(err2) {
				t.Fatalf("%s: judged twice: %+v %v, %+v %v", c.ID, j, err, again, err2)
			}
			if err != nil && !errors.As(err, &refused) {
				t.Fatalf("%s: the error %v is of another type", c.ID, err)
			}
			if err == nil && (len(j.Digest) != 8 || j.Review != (c.Proof.Kind == hunt.KindReview) || j.Right && j.Review) {
				t.Fatalf("%s: %+v", c.ID, j)
			}
		}
	})
}

func BenchmarkDecodeProof(b *testing.B) {
	for _, c := range []struct{ name, proof string }{
		{"text", `{"text":"1874"}`},
		{"number", `{"number":52.5}`},
		{"choice", `{"choice":["red","blue"]}`},
		{"location", `{"location":{"lat":53.5461,"lon":9.9937,"accuracy":12.5}}`},
	} {
		b.Run(c.name, func(b *testing.B) {
			src := []byte(c.proof)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := DecodeProof(src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
