package hunt

import (
	"iter"
	"regexp"
	"slices"
)

// Bounds of proofs.
const (
	MaxText    = 1_000 // characters of a text or code, as an answer and in a proof
	MaxNote    = 2_000 // characters of the note for a review
	MaxOptions = 50    // of a choice
)

// MaxInaccuracy is the accuracy in metres that a location needs at least. It is
// the same for every challenge, so that it tells nothing about a radius.
// Satellites and wireless networks place a phone within 5 to 50 m, also between
// high houses; a mobile network alone within some hundreds, which says nothing
// about where in the town a player stands.
const MaxInaccuracy = 100.0

// Criterion is what a proof must meet; Kind says which fields count.
type Criterion struct {
	Kind      Kind
	Texts     []string // text: the accepted answers
	Exact     bool     // text: compare answers as they are
	Regex     string   // regex, RE2, without the anchors
	Number    float64
	Tolerance float64
	Options   []string // choice, in file order
	Answers   []string // choice: one or several of Options
	Multiple  bool     // choice: the answer was given as a list
	Code      string
	Lat, Lon  float64           // degrees
	Radius    float64           // metres
	Event     string            // event: its type
	Count     int64             // event: how many are needed
	Match     map[string]string // event: fields of its data that must be equal
	Prompt    string            // review

	// What Judge compares with. New makes it out of the fields above.
	re     *regexp.Regexp
	accept []string // text, code: the answers in normal form
	order  []string // choice: Options, sorted
	mask   uint64   // choice: which of order are right
}

// Meets reports whether an event of this type with these fields counts for the
// criterion. Values are compared as text: whole numbers without a fraction,
// truth values as true and false.
func (c *Criterion) Meets(event string, fields map[string]string) bool {
	if c.Kind != KindEvent || c.Event != event {
		return false
	}
	for name, want := range c.Match {
		if got, ok := fields[name]; !ok || got != want {
			return false
		}
	}
	return true
}

// Accepted yields the answers of a text or code in the form in which Judge
// compares them, in file order.
func (c *Criterion) Accepted() iter.Seq2[int, string] { return slices.All(c.accept) }

// MatchesAll reports whether the pattern of a regex matches the whole of s as
// it is; Judge takes white space off both ends of an answer first.
func (c *Criterion) MatchesAll(s string) bool { return c.re.MatchString(s) }

// Kind is the kind of a proof.
type Kind string

// The kinds of proof. A player answers a regex challenge with a text proof.
const (
	KindText     Kind = "text"
	KindRegex    Kind = "regex"
	KindNumber   Kind = "number"
	KindChoice   Kind = "choice"
	KindCode     Kind = "code"
	KindLocation Kind = "location"
	KindEvent    Kind = "event"
	KindReview   Kind = "review"
)

// Shown is the kind of proof that players see and send: for a regex challenge
// a text, because the pattern is an answer.
func (k Kind) Shown() Kind {
	if k == KindRegex {
		return KindText
	}
	return k
}
