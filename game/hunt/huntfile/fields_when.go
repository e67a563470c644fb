package huntfile

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"veltrix/game/hunt"
)

// whenFields are the conditions of badges, for unlocking and for finishing.
var whenFields = []field[hunt.When]{
	{"solves", false, func(r *reader, it item, w *hunt.When) { w.Solves = r.integer(it, 1, hunt.MaxChallenges) }},
	{"category", false, func(r *reader, it item, w *hunt.When) { w.Category = r.line(it, maxWord) }},
	{"tag", false, func(r *reader, it item, w *hunt.When) { w.Tag = r.line(it, maxWord) }},
	{"challenges", false, func(r *reader, it item, w *hunt.When) { w.Challenges = r.ids(it, 1, hunt.MaxChallenges) }},
	{"any", false, func(r *reader, it item, w *hunt.When) { w.Any = r.integer(it, 1, hunt.MaxChallenges) }},
	{"points", false, func(r *reader, it item, w *hunt.When) { w.Points = r.integer(it, 1, hunt.MaxPoints) }},
	{"firsts", false, func(r *reader, it item, w *hunt.When) { w.Firsts = r.integer(it, 1, hunt.MaxChallenges) }},
	{"streak", false, func(r *reader, it item, w *hunt.When) { w.Streak = r.integer(it, 1, hunt.MaxChallenges) }},
	{"within", false, func(r *reader, it item, w *hunt.When) { w.Within = r.duration(it, maxSpan) }},
	{"after", false, func(r *reader, it item, w *hunt.When) { w.After = r.duration(it, maxSpan) }},
	{"place", false, func(r *reader, it item, w *hunt.When) { w.Place = r.integer(it, 1, maxPlace) }},
	{"division", false, func(r *reader, it item, w *hunt.When) { w.Division = r.id(it) }},
	{"manual", false, func(r *reader, it item, w *hunt.When) { w.Manual = r.boolean(it) }},
}

// maxPlace is the lowest place that can earn a badge. Closing a hunt gives all
// badges for places in one atomic step, which it bounds.
const maxPlace = 1000

// use is what a condition is for.
type use struct {
	what    string   // names it in findings
	without []string // the keys that it cannot have
	home    string   // where those belong
}

var (
	earning   = use{"the rule of a badge", []string{"after"}, "requires and finish"}
	unlocking = use{"a condition for unlocking", []string{"within", "place", "division", "manual"}, "badges"}
	finishing = use{"a condition for finishing", []string{"within", "place", "division", "manual"}, "badges"}
)

func readWhen(r *reader, it item, u use, w *hunt.When) {
	seen := readMapping(r, it, u.what, whenFields, w)
	for _, key := range u.without {
		if seen[key] {
			r.wrong(it.path+"."+key, key+" belongs to "+u.home+".", "Leave it out.")
			delete(seen, key)
			if len(seen) == 0 {
				return
			}
		}
	}
	r.checkWhen(it, u, seen, w.Manual)
}

// checkWhen finds conditions that cannot stand together.
func (r *reader) checkWhen(it item, u use, seen map[string]bool, manual bool) {
	switch {
	case len(it.node.Content) == 0 && it.node.Kind == yaml.MappingNode:
		example := "Write, for example, {solves: 3} or {manual: true}."
		if slices.Contains(u.without, "manual") {
			example = "Write, for example, {solves: 3} or {after: 15m}."
		}
		r.wrong(it.path, upper(u.what)+" has at least one condition.", example)
	case seen["manual"] && !manual:
		r.wrong(it.path+".manual", "manual is true or left out.", "Leave it out, or write manual: true alone.")
	case seen["manual"] && len(seen) > 1:
		r.wrong(it.path+".manual", "A badge that an organizer gives has no other condition.", "Keep manual: true alone, or leave it out.")
	}
	if seen["category"] && seen["tag"] {
		r.wrong(it.path+".tag", "Solves are counted in a category or with a tag, not both.", "Keep one of the two.")
	}
	for _, key := range []string{"category", "tag"} {
		if seen[key] && !seen["solves"] {
			r.wrong(it.path+"."+key, key+" says which solves count, and solves is missing.", "Add solves: 1 or more.")
		}
	}
	if seen["any"] && !seen["challenges"] {
		r.wrong(it.path+".any", "any says how many of challenges count, and challenges is missing.", "Add challenges: [a, b], or write solves.")
	}
	if seen["division"] && !seen["place"] {
		r.wrong(it.path+".division", "division says on which board the place counts, and place is missing.", "Add place: 1.")
	}
}

// readRequires reads a list of challenges or a condition.
func readRequires(r *reader, it item, c *hunt.Challenge) {
	switch it.node.Kind {
	case yaml.SequenceNode:
		c.Requires = r.ids(it, 0, hunt.MaxChallenges)
	case yaml.MappingNode:
		c.Unlock = new(hunt.When)
		readWhen(r, it, unlocking, c.Unlock)
	default:
		r.wrong(it.path, "What a challenge requires is a list of challenges or a condition, not "+kindOf(it.node)+".",
			"Write [a, b] for challenges that must all be solved, or {solves: 3}.")
	}
}
