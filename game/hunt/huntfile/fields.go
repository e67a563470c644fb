package huntfile

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"

	"veltrix/game/hunt"
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

var huntFields = []field[hunt.Definition]{
	{"hunt", true, func(r *reader, it item, d *hunt.Definition) { d.ID = r.id(it) }},
	{"title", true, func(r *reader, it item, d *hunt.Definition) { d.Title = r.line(it, maxTitle) }},
	{"description", false, func(r *reader, it item, d *hunt.Definition) { d.Description = r.prose(it, maxDescription) }},
	{"mode", false, func(r *reader, it item, d *hunt.Definition) {
		d.Mode = hunt.Mode(r.oneOf(it, string(hunt.Solo), string(hunt.Team)))
	}},
	{"opens", false, func(r *reader, it item, d *hunt.Definition) { d.Opens = r.time(it) }},
	{"closes", false, func(r *reader, it item, d *hunt.Definition) { d.Closes = r.time(it) }},
	{"freeze", false, func(r *reader, it item, d *hunt.Definition) { d.Freeze = r.time(it) }},
	{"join_code", false, func(r *reader, it item, d *hunt.Definition) { d.JoinCode = r.line(it, maxWord) }},
	{"challenges", true, readChallenges},
	{"badges", false, readBadges},
}

func readHunt(r *reader, it item, d *hunt.Definition) {
	d.Mode = hunt.Solo
	readMapping(r, it, "a hunt", huntFields, d)
}

func readChallenges(r *reader, it item, d *hunt.Definition) {
	r.list(it, 1, hunt.MaxChallenges, func(e item) {
		var c hunt.Challenge
		readMapping(r, e, "a challenge", challengeFields, &c)
		d.Challenges = append(d.Challenges, c)
	})
}

var challengeFields = []field[hunt.Challenge]{
	{"id", true, func(r *reader, it item, c *hunt.Challenge) { c.ID = r.id(it) }},
	{"title", true, func(r *reader, it item, c *hunt.Challenge) { c.Title = r.line(it, maxTitle) }},
	{"description", false, func(r *reader, it item, c *hunt.Challenge) { c.Description = r.prose(it, maxDescription) }},
	{"category", false, func(r *reader, it item, c *hunt.Challenge) { c.Category = r.line(it, maxWord) }},
	{"tags", false, func(r *reader, it item, c *hunt.Challenge) { c.Tags = readTags(r, it) }},
	{"points", true, readPoints},
	{"bonus", false, func(r *reader, it item, c *hunt.Challenge) {
		r.list(it, 0, hunt.MaxBonus, func(e item) { c.Bonus = append(c.Bonus, r.integer(e, 0, hunt.MaxPoints)) })
	}},
	{"proof", true, readProof},
	{"requires", false, func(r *reader, it item, c *hunt.Challenge) { c.Requires = r.ids(it, 0, hunt.MaxChallenges) }},
	{"attempts", false, func(r *reader, it item, c *hunt.Challenge) {
		readMapping(r, it, "the limit of attempts", attemptsFields, c)
	}},
	{"hints", false, func(r *reader, it item, c *hunt.Challenge) {
		r.list(it, 0, hunt.MaxHints, func(e item) {
			var h hunt.Hint
			readMapping(r, e, "a hint", hintFields, &h)
			c.Hints = append(c.Hints, h)
		})
	}},
	{"opens", false, func(r *reader, it item, c *hunt.Challenge) { c.Opens = r.time(it) }},
	{"closes", false, func(r *reader, it item, c *hunt.Challenge) { c.Closes = r.time(it) }},
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

var attemptsFields = []field[hunt.Challenge]{
	{"max", false, func(r *reader, it item, c *hunt.Challenge) { c.MaxAttempts = r.integer(it, 1, hunt.MaxAttempts) }},
	{"cooldown", false, func(r *reader, it item, c *hunt.Challenge) { c.Cooldown = r.duration(it, maxCooldown) }},
}

var hintFields = []field[hunt.Hint]{
	{"id", true, func(r *reader, it item, h *hunt.Hint) { h.ID = r.id(it) }},
	{"title", false, func(r *reader, it item, h *hunt.Hint) { h.Title = r.line(it, maxTitle) }},
	{"text", true, func(r *reader, it item, h *hunt.Hint) { h.Text = r.words(it, maxHintText) }},
	{"cost", false, func(r *reader, it item, h *hunt.Hint) { h.Cost = r.integer(it, 0, hunt.MaxPoints) }},
	{"requires", false, func(r *reader, it item, h *hunt.Hint) { h.Requires = r.ids(it, 0, hunt.MaxHints) }},
}

var pointsFields = []field[hunt.Points]{
	{"initial", true, func(r *reader, it item, p *hunt.Points) { p.Initial = r.integer(it, 0, hunt.MaxPoints) }},
	{"minimum", false, func(r *reader, it item, p *hunt.Points) { p.Minimum = r.integer(it, 0, hunt.MaxPoints) }},
	{"decay", false, func(r *reader, it item, p *hunt.Points) { p.Decay = r.integer(it, 1, hunt.MaxPoints) }},
	{"function", false, func(r *reader, it item, p *hunt.Points) {
		p.Function = hunt.Decay(r.oneOf(it, string(hunt.Linear), string(hunt.Quadratic)))
	}},
}

const pointsRemedy = "Write a number or, for a value that falls, {initial: 500, minimum: 100, decay: 30, function: linear}."

func readPoints(r *reader, it item, c *hunt.Challenge) {
	p := &c.Points
	switch {
	case isNumber(it.node):
		p.Initial = r.integer(it, 0, hunt.MaxPoints)
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
	p.Minimum, p.Function = p.Initial, hunt.Static
}

func readBadges(r *reader, it item, d *hunt.Definition) {
	r.list(it, 0, hunt.MaxBadges, func(e item) {
		var b hunt.Badge
		readMapping(r, e, "a badge", badgeFields, &b)
		d.Badges = append(d.Badges, b)
	})
}

var badgeFields = []field[hunt.Badge]{
	{"id", true, func(r *reader, it item, b *hunt.Badge) { b.ID = r.id(it) }},
	{"title", true, func(r *reader, it item, b *hunt.Badge) { b.Title = r.line(it, maxTitle) }},
	{"description", false, func(r *reader, it item, b *hunt.Badge) { b.Description = r.prose(it, maxDescription) }},
	{"icon", false, func(r *reader, it item, b *hunt.Badge) { b.Icon = r.line(it, maxIcon) }},
	{"points", false, func(r *reader, it item, b *hunt.Badge) { b.Points = r.integer(it, 0, hunt.MaxPoints) }},
	{"when", true, readWhen},
}

var whenFields = []field[hunt.When]{
	{"solves", false, func(r *reader, it item, w *hunt.When) { w.Solves = r.integer(it, 1, hunt.MaxChallenges) }},
	{"category", false, func(r *reader, it item, w *hunt.When) { w.Category = r.line(it, maxWord) }},
	{"tag", false, func(r *reader, it item, w *hunt.When) { w.Tag = r.line(it, maxWord) }},
	{"challenges", false, func(r *reader, it item, w *hunt.When) { w.Challenges = r.ids(it, 1, hunt.MaxChallenges) }},
	{"any", false, func(r *reader, it item, w *hunt.When) { w.Any = r.integer(it, 1, hunt.MaxChallenges) }},
	{"points", false, func(r *reader, it item, w *hunt.When) { w.Points = r.integer(it, 1, hunt.MaxPoints) }},
	{"firsts", false, func(r *reader, it item, w *hunt.When) { w.Firsts = r.integer(it, 1, hunt.MaxChallenges) }},
	{"streak", false, func(r *reader, it item, w *hunt.When) { w.Streak = r.integer(it, 1, hunt.MaxChallenges) }},
	{"within", false, func(r *reader, it item, w *hunt.When) { w.Within = r.duration(it, maxWithin) }},
	{"place", false, func(r *reader, it item, w *hunt.When) { w.Place = r.integer(it, 1, maxPlace) }},
	{"manual", false, func(r *reader, it item, w *hunt.When) { w.Manual = r.boolean(it) }},
}

// maxPlace is the lowest place that can earn a badge. Closing a hunt gives all
// badges for places in one atomic step, which it bounds.
const maxPlace = 1000

func readWhen(r *reader, it item, b *hunt.Badge) {
	seen := readMapping(r, it, "the rule of a badge", whenFields, &b.When)
	r.checkWhen(it, seen, b.When.Manual)
}

// checkWhen finds conditions that cannot stand together.
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
