package huntfile

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"veltrix/game/hunt"
)

// Plan is what applying a hunt file would change.
type Plan struct {
	Hunt       string   `json:"hunt"`
	New        bool     `json:"new"`    // there is no such hunt yet
	Fields     []string `json:"fields"` // changed keys of the hunt itself
	Challenges Changes  `json:"challenges"`
	Badges     Changes  `json:"badges"`
	MaxScore   int64    `json:"max_score"` // of the new file
	// Text is the plan for people, a sentence a line.
	Text []string `json:"text"`
}

// Changes are the changes of the challenges or of the badges, each list in file
// order.
type Changes struct {
	Added   []Change `json:"added"`
	Changed []Change `json:"changed"`
	Removed []Change `json:"removed"`
	Moved   bool     `json:"moved"` // those that remain come in another order
}

// Change is one challenge or badge; Fields are the keys of the file that
// changed.
type Change struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Fields []string `json:"fields,omitempty"`
	// Was is, of an added one, the id of a removed one that it looks like: it has
	// the same title, or the same proof or rule. Whoever has that can earn this again.
	Was string `json:"was,omitempty"`
}

// Empty reports that applying the file would change nothing that it says.
func (p *Plan) Empty() bool {
	return !p.New && len(p.Fields) == 0 && p.Challenges.empty() && p.Badges.empty()
}

func (c *Changes) empty() bool {
	return len(c.Added)+len(c.Changed)+len(c.Removed) == 0 && !c.Moved
}

// Diff is the plan that leads from one definition to another; before is nil for a
// new hunt.
func Diff(before, after *hunt.Definition) Plan {
	p := Plan{Hunt: after.ID, New: before == nil, MaxScore: hunt.MaxScore(after)}
	if before == nil {
		before = &hunt.Definition{}
	} else {
		p.Fields = changedFields(huntKeys(before), huntKeys(after))
	}
	p.Fields = list(p.Fields)
	p.Challenges = compare(before.Challenges, after.Challenges,
		func(c *hunt.Challenge) Change { return Change{ID: c.ID, Title: c.Title} }, challengeKeys)
	p.Challenges.renamed(func(was, is string) int {
		a, b := before.Challenge(was), after.Challenge(is)
		return alike(a.Title, b.Title, reflect.DeepEqual(a.Proof, b.Proof))
	})
	p.Badges = compare(before.Badges, after.Badges,
		func(b *hunt.Badge) Change { return Change{ID: b.ID, Title: b.Title} }, badgeKeys)
	p.Badges.renamed(func(was, is string) int {
		a, b := before.Badge(was), after.Badge(is)
		return alike(a.Title, b.Title, reflect.DeepEqual(a.When, b.When) && !a.When.Manual)
	})
	p.Text = p.sentences()
	return p
}

// keyed is a key of the file and its value.
type keyed struct {
	key   string
	value any
}

func changedFields(before, after []keyed) []string {
	var out []string
	for i := range after {
		if !reflect.DeepEqual(before[i].value, after[i].value) {
			out = append(out, after[i].key)
		}
	}
	return out
}

func huntKeys(d *hunt.Definition) []keyed {
	return []keyed{
		{"hunt", d.ID},
		{"title", d.Title},
		{"description", d.Description},
		{"mode", d.Mode},
		{"team", d.TeamSize},
		{"listed", d.Unlisted},
		{"names", d.FreeNames},
		{"opens", d.Opens},
		{"closes", d.Closes},
		{"freeze", d.Freeze},
		{"limit", d.Limit},
		{"practice", d.Practice},
		{"join_code", d.JoinCode},
		{"links", d.Links},
		{"divisions", list(d.Divisions)},
		{"routes", d.Routes},
		{"finish", d.Finish},
	}
}

func challengeKeys(c *hunt.Challenge) []keyed {
	hints := slices.Clone(c.Hints)
	for i := range hints {
		hints[i].Requires = list(hints[i].Requires)
	}
	return []keyed{
		{"id", c.ID},
		{"title", c.Title},
		{"description", c.Description},
		{"category", c.Category},
		{"tags", list(c.Tags)},
		{"points", c.Points},
		{"bonus", list(c.Bonus)},
		{"proof", c.Proof},
		{"requires", []any{list(c.Requires), c.Unlock}},
		{"optional", c.Optional},
		{"attempts", [2]int64{c.MaxAttempts, c.Cooldown}},
		{"penalty", c.Penalty},
		{"replies", list(c.Replies)},
		{"hints", list(hints)},
		{"opens", c.Opens},
		{"closes", c.Closes},
		{"solved", c.Solved},
		{"solution", c.Solution},
	}
}

func badgeKeys(b *hunt.Badge) []keyed {
	return []keyed{
		{"id", b.ID},
		{"title", b.Title},
		{"description", b.Description},
		{"icon", b.Icon},
		{"points", b.Points},
		{"when", b.When},
	}
}

// list makes an absent list an empty one: both say the same in a file, and
// JSON shows them as [].
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func compare[T any](before, after []T, name func(*T) Change, keys func(*T) []keyed) Changes {
	c := Changes{Added: []Change{}, Changed: []Change{}, Removed: []Change{}}
	old := make(map[string]int, len(before))
	for i := range before {
		old[name(&before[i]).ID] = i
	}
	kept := make(map[string]bool, len(after))
	last := -1
	for i := range after {
		one := name(&after[i])
		was, ok := old[one.ID]
		if !ok {
			c.Added = append(c.Added, one)
			continue
		}
		kept[one.ID] = true
		c.Moved = c.Moved || was < last
		last = was
		if one.Fields = changedFields(keys(&before[was]), keys(&after[i])); len(one.Fields) > 0 {
			c.Changed = append(c.Changed, one)
		}
	}
	for i := range before {
		if one := name(&before[i]); !kept[one.ID] {
			c.Removed = append(c.Removed, one)
		}
	}
	return c
}

// alike says how much two things look like one: not at all, by what earns them,
// by their titles, or by both.
func alike(a, b string, sameRule bool) int {
	likeness := 0
	if sameRule {
		likeness = 1
	}
	if hunt.Normal(a) == hunt.Normal(b) {
		likeness += 2
	}
	return likeness
}

// renamed finds what was added under another id than it had, the most alike
// first.
func (c *Changes) renamed(likeness func(was, is string) int) {
	taken := map[string]bool{}
	for least := 3; least > 0; least-- {
		for i := range c.Added {
			for _, old := range c.Removed {
				if c.Added[i].Was == "" && !taken[old.ID] && likeness(old.ID, c.Added[i].ID) >= least {
					c.Added[i].Was = old.ID
					taken[old.ID] = true
				}
			}
		}
	}
}

func (p *Plan) sentences() []string {
	if p.Empty() {
		return []string{"Nothing changes."}
	}
	var out []string
	if p.New {
		out = append(out, fmt.Sprintf("The hunt %s is new.", p.Hunt))
	}
	if len(p.Fields) > 0 {
		out = append(out, "The hunt changes: "+strings.Join(p.Fields, ", ")+".")
	}
	if slices.Contains(p.Fields, "mode") {
		out = append(out, "A change of mode is refused once somebody has joined.")
	}
	out = append(out, p.Challenges.sentences("challenge")...)
	out = append(out, p.Badges.sentences("badge")...)
	if !p.New && !p.Challenges.empty() {
		out = append(out, "Nobody's points change: awards stay as they were given.")
	}
	if !p.New && len(p.Badges.Changed)+len(p.Badges.Removed) > 0 {
		out = append(out, "Badges that were earned are kept.")
	}
	return append(out, fmt.Sprintf("The maximum score is %d.", p.MaxScore))
}

func (c *Changes) sentences(what string) []string {
	var out []string
	for _, part := range []struct {
		word    string
		changes []Change
	}{{"Added", c.Added}, {"Changed", c.Changed}, {"Removed", c.Removed}} {
		for _, one := range part.changes {
			s := fmt.Sprintf("%s: %s %s (%s)", part.word, what, one.ID, one.Title)
			if len(one.Fields) > 0 {
				s += ": " + strings.Join(one.Fields, ", ")
			}
			out = append(out, s+".")
		}
	}
	for _, one := range c.Added {
		if one.Was != "" {
			out = append(out, fmt.Sprintf("The %s %s looks like %s under another id. They are two: whoever has %s can earn %s again. To keep one, write its id as it was.",
				what, one.ID, one.Was, one.Was, one.ID))
		}
	}
	if c.Moved {
		out = append(out, fmt.Sprintf("The %ss come in another order.", what))
	}
	return out
}
