package hunt

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestDecodeProof(t *testing.T) {
	for src, want := range map[string]Proof{
		`{"text":"1874"}`:      textProof("1874"),
		` { "text" : "" } `:    textProof(""),
		`{"number":-1.5e3}`:    numberProof(-1500),
		`{"choice":"a"}`:       {Choice: Choice{"a"}},
		`{"choice":["a","b"]}`: {Choice: Choice{"a", "b"}},
		`{"choice":[]}`:        {Choice: Choice{}},
		`{"code":"K7"}`:        codeProof("K7"),
		`{"location":{"lat":1,"lon":-2.5,"accuracy":8}}`:                     {Location: &Location{1, -2.5, 8}},
		`{"location":{"lat":0,"lon":0}}`:                                     {Location: &Location{}},
		`{"review":{"note":"n"}}`:                                            {Review: &ReviewRequest{"n"}},
		`{"review":{"note":"` + strings.Repeat(`\ud83c\udfee`, 2000) + `"}}`: {Review: &ReviewRequest{strings.Repeat("🏮", 2000)}},
	} {
		got, err := DecodeProof([]byte(src))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%.60s: got %+v, %v", src, got, err)
		}
		if got.Choice != nil && len(got.Choice) == 0 {
			continue // no proof, so it is not written either
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
		var refused *ProofError
		if !errors.As(err, &refused) || refused.Message != want {
			t.Errorf("%.60s: got %v, want %s", src, err, want)
		}
		if !reflect.DeepEqual(got, Proof{}) {
			t.Errorf("%.60s: got %+v beside the error", src, got)
		}
	}
}

func FuzzDecodeProof(f *testing.F) {
	for _, s := range []string{
		`{"text":"Darkness"}`, `{"number":12}`, `{"choice":["a","b"]}`, `{"choice":"The Bell"}`, `{"code":"glow"}`,
		`{"location":{"lat":43.38583,"lon":-8.40639,"accuracy":10}}`, `{"review":{"note":"n"}}`, `{"text":"a","number":1}`, `{"number":1e-400}`,
	} {
		f.Add([]byte(s))
	}
	d := parsed(f, everyKey)
	d.Challenges = append(d.Challenges, parsed(f, string(Demo())).Challenges...)
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := DecodeProof(src)
		var refused *ProofError
		if err != nil {
			if !errors.As(err, &refused) {
				t.Fatalf("the error %v is of another type", err)
			}
			return
		}
		for i := range d.Challenges {
			c := &d.Challenges[i]
			j, err := c.Judge(p)
			again, err2 := c.Judge(p)
			if j != again || fmt.Sprint(err) != fmt.Sprint(err2) {
				t.Fatalf("%s: judged twice: %+v %v, %+v %v", c.ID, j, err, again, err2)
			}
			if err != nil && !errors.As(err, &refused) {
				t.Fatalf("%s: the error %v is of another type", c.ID, err)
			}
			if err == nil && (len(j.Digest) != 8 || j.Review != (c.Proof.Kind == KindReview) || j.Right && j.Review) {
				t.Fatalf("%s: %+v", c.ID, j)
			}
		}
	})
}
