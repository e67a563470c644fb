package hunt

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// Reply is what players read who give an answer that is not right but foreseen.
type Reply struct {
	Texts []string // answers in the file's words; or
	Regex string   // RE2, without the anchors
	Say   string

	re     *regexp.Regexp
	accept []string // Texts in the form in which answers are compared
}

// Replies reports whether challenges with such a proof can have replies: their
// answers are written down, and are right or wrong.
func (k Kind) Replies() bool {
	return k == KindText || k == KindRegex || k == KindCode || k == KindNumber
}

// prepare makes what an answer of this kind is compared with.
func (r *Reply) prepare(k Kind) error {
	r.re, r.accept = nil, nil
	for _, t := range r.Texts {
		r.accept = append(r.accept, k.replyForm(t))
	}
	if r.Regex != "" {
		re, err := anchored(r.Regex)
		if err != nil {
			return err
		}
		r.re = re
	}
	return nil
}

// replyForm is an answer in the form in which replies to answers of this kind
// compare it.
func (k Kind) replyForm(answer string) string {
	switch k {
	case KindCode:
		return Code(answer)
	case KindNumber:
		if v, err := strconv.ParseFloat(exactly(answer), 64); err == nil {
			return decimal(v)
		}
	}
	return Normal(answer)
}

// decimal is a number as people write it.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func anchored(pattern string) (*regexp.Regexp, error) {
	re, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
	if err != nil {
		return nil, fmt.Errorf("the pattern cannot be compiled: %w", err)
	}
	return re, nil
}

// ReplyTo returns the first reply to this answer, or nil: texts are compared in
// the form of the challenge's kind, a pattern must match the whole trimmed
// answer in NFC.
func (c *Challenge) ReplyTo(answer string) *Reply {
	if len(c.Replies) == 0 {
		return nil
	}
	form, exact := c.Proof.Kind.replyForm(answer), exactly(answer)
	for i := range c.Replies {
		r := &c.Replies[i]
		if slices.Contains(r.accept, form) || r.Matches(exact) {
			return r
		}
	}
	return nil
}

// Matches reports whether the reply has a pattern that matches the whole of s.
func (r *Reply) Matches(s string) bool { return r.re != nil && r.re.MatchString(s) }

// say is what a player reads who gave this proof, which is not right.
func (c *Challenge) say(p Proof) string {
	var r *Reply
	switch {
	case p.Text != nil:
		r = c.ReplyTo(*p.Text)
	case p.Code != nil:
		r = c.ReplyTo(*p.Code)
	case p.Number != nil:
		r = c.ReplyTo(decimal(*p.Number))
	}
	if r == nil {
		return ""
	}
	return r.Say
}
