package protocol

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Encode writes the verdict as the package's Encode does. It is the answer to
// every claim, so it is written field by field.
func (v *Verdict) Encode() []byte {
	o := object{b: make([]byte, 0, 256)}
	o.text("type", v.Type)
	o.text("id", v.ID)
	o.text("hunt", v.Hunt)
	o.text("challenge", v.Challenge)
	o.text("outcome", string(v.Outcome))
	o.some("seq", v.Seq)
	o.known("points", v.Points)
	o.known("bonus", v.Bonus)
	o.known("total", v.Total)
	o.some("rank", int64(v.Rank))
	if v.Badges != nil {
		o.texts("badges", v.Badges)
	}
	if v.Right != nil {
		o.truth("right", *v.Right)
	}
	o.known("attempts_left", v.AttemptsLeft)
	o.some("retry_after", v.RetryAfter)
	o.some("penalty", v.Penalty)
	switch requires := v.Requires.(type) {
	case nil:
	case []string:
		o.texts("requires", requires)
	default:
		o.name("requires")
		o.b = append(o.b, Encode(requires)...)
	}
	o.words("why", v.Why)
	o.words("say", v.Say)
	o.words("solved", v.Solved)
	o.words("finish", v.Finish)
	if v.Practice {
		o.truth("practice", true)
	}
	o.some("at", v.At)
	if v.Replay {
		o.truth("replay", true)
	}
	if v.Revoked {
		o.truth("revoked", true)
	}
	return append(o.b, '}')
}

// object writes the members of a JSON object one after the other.
type object struct{ b []byte }

func (o *object) name(name string) {
	before := byte(',')
	if len(o.b) == 0 {
		before = '{'
	}
	o.b = append(append(append(o.b, before, '"'), name...), '"', ':')
}

func (o *object) quote(s string) {
	// The error says that something was no UTF-8; that is replaced, as
	// encoding/json does.
	o.b, _ = jsontext.AppendQuote(o.b, s)
}

func (o *object) text(name, s string) {
	o.name(name)
	o.quote(s)
}

func (o *object) texts(name string, list []string) {
	o.name(name)
	o.b = append(o.b, '[')
	for i, s := range list {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.quote(s)
	}
	o.b = append(o.b, ']')
}

// words leaves out an empty text.
func (o *object) words(name, s string) {
	if s != "" {
		o.text(name, s)
	}
}

// some leaves out a zero, known leaves out nil.
func (o *object) some(name string, n int64) {
	if n != 0 {
		o.known(name, &n)
	}
}

func (o *object) known(name string, n *int64) {
	if n != nil {
		o.name(name)
		o.b = strconv.AppendInt(o.b, *n, 10)
	}
}

func (o *object) truth(name string, v bool) {
	o.name(name)
	o.b = strconv.AppendBool(o.b, v)
}
