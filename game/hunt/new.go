package hunt

import (
	"fmt"
	"slices"
)

// New makes a definition out of what a hunt file says: it checks what this
// package relies on and prepares what is looked up or compared often. It takes
// over the slices of d; the caller must not change them afterwards.
//
// The error names an id that is not valid, a proof of an unknown kind, a pattern
// that is not RE2, or a choice whose answers are not among its options. New does not compare the parts of a hunt with each other: of two challenges or
// badges with one id the first is found, and huntfile.Parse refuses both.
func New(d Definition) (*Definition, error) {
	if !ValidID(d.ID) {
		return nil, fmt.Errorf("%q cannot be the id of a hunt", d.ID)
	}
	d.challenges = make(map[string]int, len(d.Challenges))
	for i := range d.Challenges {
		c := &d.Challenges[i]
		if !ValidID(c.ID) {
			return nil, fmt.Errorf("%q cannot be the id of a challenge", c.ID)
		}
		if _, ok := d.challenges[c.ID]; !ok {
			d.challenges[c.ID] = i
		}
		if err := c.Proof.prepare(); err != nil {
			return nil, fmt.Errorf("the proof of the challenge %s: %w", c.ID, err)
		}
		for j := range c.Replies {
			if err := c.Replies[j].prepare(c.Proof.Kind); err != nil {
				return nil, fmt.Errorf("a reply of the challenge %s: %w", c.ID, err)
			}
		}
	}
	d.badges = make(map[string]int, len(d.Badges))
	for i := range d.Badges {
		id := d.Badges[i].ID
		if !ValidID(id) {
			return nil, fmt.Errorf("%q cannot be the id of a badge", id)
		}
		if _, ok := d.badges[id]; !ok {
			d.badges[id] = i
		}
	}
	return &d, nil
}

// prepare makes what Judge compares with.
func (c *Criterion) prepare() error {
	c.re, c.accept, c.order, c.mask = nil, nil, nil, 0
	switch c.Kind {
	case KindText:
		for _, t := range c.Texts {
			if c.Exact {
				t = exactly(t)
			} else {
				t = Normal(t)
			}
			c.accept = append(c.accept, t)
		}
	case KindCode:
		c.accept = []string{Code(c.Code)}
	case KindRegex:
		re, err := anchored(c.Regex)
		if err != nil {
			return err
		}
		c.re = re
	case KindChoice:
		return c.prepareChoice()
	case KindNumber, KindLocation, KindEvent, KindReview:
	default:
		return fmt.Errorf("there is no kind %q", c.Kind)
	}
	return nil
}

func (c *Criterion) prepareChoice() error {
	if len(c.Options) > MaxOptions {
		return fmt.Errorf("%d options are more than %d", len(c.Options), MaxOptions)
	}
	c.order = slices.Sorted(slices.Values(c.Options))
	for _, answer := range c.Answers {
		i, ok := slices.BinarySearch(c.order, answer)
		if !ok {
			return fmt.Errorf("the answer %q is not among the options", answer)
		}
		c.mask |= 1 << i
	}
	return nil
}
