package hunt

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"
)

// Bounds of what a hunt file says, in characters unless said otherwise.
const (
	maxTitle       = 200
	maxDescription = 20_000
	maxHintText    = 5_000
	maxPrompt      = 2_000
	maxWord        = 64 // category, tag, join code, type of an event
	maxIcon        = 32
	maxTags        = 20              // of one challenge
	maxCooldown    = 24 * 3600_000   // ms
	maxWithin      = 366 * 86400_000 // ms
)

var huntFields = []field[Definition]{
	{"hunt", true, func(r *reader, it item, d *Definition) { d.ID = r.id(it) }},
	{"title", true, func(r *reader, it item, d *Definition) { d.Title = r.line(it, maxTitle) }},
	{"description", false, func(r *reader, it item, d *Definition) { d.Description = r.prose(it, maxDescription) }},
	{"mode", false, func(r *reader, it item, d *Definition) { d.Mode = Mode(r.oneOf(it, string(Solo), string(Team))) }},
	{"opens", false, func(r *reader, it item, d *Definition) { d.Opens = r.time(it) }},
	{"closes", false, func(r *reader, it item, d *Definition) { d.Closes = r.time(it) }},
	{"freeze", false, func(r *reader, it item, d *Definition) { d.Freeze = r.time(it) }},
	{"join_code", false, func(r *reader, it item, d *Definition) { d.JoinCode = r.line(it, maxWord) }},
	{"challenges", true, readChallenges},
	{"badges", false, readBadges},
}

func readHunt(r *reader, it item, d *Definition) {
	d.Mode = Solo
	readMapping(r, it, "a hunt", huntFields, d)
}

func readChallenges(r *reader, it item, d *Definition) {
	r.list(it, 1, MaxChallenges, func(e item) {
		var c Challenge
		readMapping(r, e, "a challenge", challengeFields, &c)
		d.Challenges = append(d.Challenges, c)
	})
}

var challengeFields = []field[Challenge]{
	{"id", true, func(r *reader, it item, c *Challenge) { c.ID = r.id(it) }},
	{"title", true, func(r *reader, it item, c *Challenge) { c.Title = r.line(it, maxTitle) }},
	{"description", false, func(r *reader, it item, c *Challenge) { c.Description = r.prose(it, maxDescription) }},
	{"category", false, func(r *reader, it item, c *Challenge) { c.Category = r.line(it, maxWord) }},
	{"tags", false, func(r *reader, it item, c *Challenge) { c.Tags = readTags(r, it) }},
	{"points", true, readPoints},
	{"bonus", false, func(r *reader, it item, c *Challenge) {
		r.list(it, 0, MaxBonus, func(e item) { c.Bonus = append(c.Bonus, r.integer(e, 0, MaxPoints)) })
	}},
	{"proof", true, readProof},
	{"requires", false, func(r *reader, it item, c *Challenge) { c.Requires = r.ids(it, 0, MaxChallenges) }},
	{"attempts", false, func(r *reader, it item, c *Challenge) {
		readMapping(r, it, "the limit of attempts", attemptsFields, c)
	}},
	{"hints", false, func(r *reader, it item, c *Challenge) {
		r.list(it, 0, MaxHints, func(e item) {
			var h Hint
			readMapping(r, e, "a hint", hintFields, &h)
			c.Hints = append(c.Hints, h)
		})
	}},
	{"opens", false, func(r *reader, it item, c *Challenge) { c.Opens = r.time(it) }},
	{"closes", false, func(r *reader, it item, c *Challenge) { c.Closes = r.time(it) }},
}

func readTags(r *reader, it item) []string {
	var tags []string
	r.list(it, 0, maxTags, func(e item) {
		tag := r.line(e, maxWord)
		if slices.Contains(tags, tag) {
			r.wrong(e.path, "This tag comes twice.", "Keep one of the two.")
		}
		tags = append(tags, tag)
	})
	return tags
}

var attemptsFields = []field[Challenge]{
	{"max", false, func(r *reader, it item, c *Challenge) { c.MaxAttempts = r.integer(it, 1, MaxAttempts) }},
	{"cooldown", false, func(r *reader, it item, c *Challenge) { c.Cooldown = r.duration(it, maxCooldown) }},
}

var hintFields = []field[Hint]{
	{"id", true, func(r *reader, it item, h *Hint) { h.ID = r.id(it) }},
	{"title", false, func(r *reader, it item, h *Hint) { h.Title = r.line(it, maxTitle) }},
	{"text", true, func(r *reader, it item, h *Hint) { h.Text = r.words(it, maxHintText) }},
	{"cost", false, func(r *reader, it item, h *Hint) { h.Cost = r.integer(it, 0, MaxPoints) }},
	{"requires", false, func(r *reader, it item, h *Hint) { h.Requires = r.ids(it, 0, MaxHints) }},
}

var pointsFields = []field[Points]{
	{"initial", true, func(r *reader, it item, p *Points) { p.Initial = r.integer(it, 0, MaxPoints) }},
	{"minimum", false, func(r *reader, it item, p *Points) { p.Minimum = r.integer(it, 0, MaxPoints) }},
	{"decay", false, func(r *reader, it item, p *Points) { p.Decay = r.integer(it, 1, MaxPoints) }},
	{"function", false, func(r *reader, it item, p *Points) {
		p.Function = Decay(r.oneOf(it, string(Linear), string(Quadratic)))
	}},
}

const pointsRemedy = "Write a number or, for a value that falls, {initial: 500, minimum: 100, decay: 30, function: linear}."

func readPoints(r *reader, it item, c *Challenge) {
	p := &c.Points
	switch {
	case isNumber(it.node):
		p.Initial = r.integer(it, 0, MaxPoints)
	case it.node.Kind != yaml.MappingNode:
		r.wrong(it.path, fmt.Sprintf("Points are a number or a mapping, not %s.", kindOf(it.node)), pointsRemedy)
	default:
		seen := readMapping(r, it, "a value that falls", pointsFields, p)
		if seen["minimum"] || seen["decay"] || seen["function"] {
			for _, key := range []string{"minimum", "decay", "function"} {
				if !seen[key] {
					r.wrong(it.path, "A value that falls needs minimum, decay and function; "+key+" is missing.", pointsRemedy)
				}
			}
			return
		}
	}
	p.Minimum, p.Function = p.Initial, Static
}

func readBadges(r *reader, it item, d *Definition) {
	r.list(it, 0, MaxBadges, func(e item) {
		var b Badge
		readMapping(r, e, "a badge", badgeFields, &b)
		d.Badges = append(d.Badges, b)
	})
}

var badgeFields = []field[Badge]{
	{"id", true, func(r *reader, it item, b *Badge) { b.ID = r.id(it) }},
	{"title", true, func(r *reader, it item, b *Badge) { b.Title = r.line(it, maxTitle) }},
	{"description", false, func(r *reader, it item, b *Badge) { b.Description = r.prose(it, maxDescription) }},
	{"icon", false, func(r *reader, it item, b *Badge) { b.Icon = r.line(it, maxIcon) }},
	{"points", false, func(r *reader, it item, b *Badge) { b.Points = r.integer(it, 0, MaxPoints) }},
	{"when", true, readWhen},
}

var whenFields = []field[When]{
	{"solves", false, func(r *reader, it item, w *When) { w.Solves = r.integer(it, 1, MaxChallenges) }},
	{"category", false, func(r *reader, it item, w *When) { w.Category = r.line(it, maxWord) }},
	{"tag", false, func(r *reader, it item, w *When) { w.Tag = r.line(it, maxWord) }},
	{"challenges", false, func(r *reader, it item, w *When) { w.Challenges = r.ids(it, 1, MaxChallenges) }},
	{"any", false, func(r *reader, it item, w *When) { w.Any = r.integer(it, 1, MaxChallenges) }},
	{"points", false, func(r *reader, it item, w *When) { w.Points = r.integer(it, 1, MaxPoints) }},
	{"firsts", false, func(r *reader, it item, w *When) { w.Firsts = r.integer(it, 1, MaxChallenges) }},
	{"streak", false, func(r *reader, it item, w *When) { w.Streak = r.integer(it, 1, MaxChallenges) }},
	{"within", false, func(r *reader, it item, w *When) { w.Within = r.duration(it, maxWithin) }},
	{"place", false, func(r *reader, it item, w *When) { w.Place = r.integer(it, 1, maxPlace) }},
	{"manual", false, func(r *reader, it item, w *When) { w.Manual = r.boolean(it) }},
}

// maxPlace is the lowest place that a badge can be for: closing a hunt gives
// all of them in one atomic step.
const maxPlace = 1000

func readWhen(r *reader, it item, b *Badge) {
	seen := readMapping(r, it, "the rule of a badge", whenFields, &b.When)
	r.checkWhen(it, seen, b.When.Manual)
}

// checkWhen looks at which conditions stand together.
func (r *reader) checkWhen(it item, seen map[string]bool, manual bool) {
	switch {
	case len(it.node.Content) == 0 && it.node.Kind == yaml.MappingNode:
		r.wrong(it.path, "The rule of a badge has at least one condition.", "Write, for example, {solves: 3} or {manual: true}.")
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
}
