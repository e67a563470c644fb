package huntfile

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"

	"veltrix/game/hunt"
)

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
	{"requires", false, readRequires},
	{"optional", false, func(r *reader, it item, c *hunt.Challenge) { c.Optional = r.boolean(it) }},
	{"attempts", false, func(r *reader, it item, c *hunt.Challenge) {
		readMapping(r, it, "the limit of attempts", attemptsFields, c)
	}},
	{"penalty", false, func(r *reader, it item, c *hunt.Challenge) { c.Penalty = r.integer(it, 0, hunt.MaxPoints) }},
	{"replies", false, readReplies},
	{"hints", false, func(r *reader, it item, c *hunt.Challenge) {
		r.list(it, 0, hunt.MaxHints, func(e item) {
			var h hunt.Hint
			readMapping(r, e, "a hint", hintFields, &h)
			c.Hints = append(c.Hints, h)
		})
	}},
	{"opens", false, func(r *reader, it item, c *hunt.Challenge) { c.Opens = r.time(it) }},
	{"closes", false, func(r *reader, it item, c *hunt.Challenge) { c.Closes = r.time(it) }},
	{"solved", false, func(r *reader, it item, c *hunt.Challenge) { c.Solved = r.prose(it, maxDescription) }},
	{"solution", false, func(r *reader, it item, c *hunt.Challenge) { c.Solution = r.prose(it, maxDescription) }},
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
	{"after", false, func(r *reader, it item, h *hunt.Hint) { h.After = r.duration(it, maxSpan) }},
	{"cost", false, func(r *reader, it item, h *hunt.Hint) { h.Cost = r.integer(it, 0, hunt.MaxPoints) }},
	{"requires", false, func(r *reader, it item, h *hunt.Hint) { h.Requires = r.ids(it, 0, hunt.MaxHints) }},
}

var replyFields = []field[hunt.Reply]{
	{"text", false, func(r *reader, it item, p *hunt.Reply) { p.Texts = r.texts(it) }},
	{"regex", false, func(r *reader, it item, p *hunt.Reply) { p.Regex = r.pattern(it) }},
	{"say", true, func(r *reader, it item, p *hunt.Reply) { p.Say = r.words(it, maxSay) }},
}

// readReplies reads the replies of a challenge, whose patterns together are no
// larger than one of a proof.
func readReplies(r *reader, it item, c *hunt.Challenge) {
	steps := 0
	r.list(it, 0, hunt.MaxReplies, func(e item) {
		p := readReply(r, e)
		c.Replies = append(c.Replies, p)
		if size, err := programSize(p.Regex); p.Regex != "" && err == nil {
			steps += size
		}
	})
	if steps > maxRegexSteps && len(c.Replies) > 1 {
		r.wrong(it.path, "The regular expressions of these replies are too large together.", fmt.Sprintf("Repeat fewer times; they may have %d steps.", maxRegexSteps))
	}
}

func readReply(r *reader, it item) hunt.Reply {
	var p hunt.Reply
	seen := readMapping(r, it, "a reply", replyFields, &p)
	if it.node.Kind == yaml.MappingNode && seen["text"] == seen["regex"] {
		r.wrong(it.path, "A reply is to answers in text, or to those that a regex matches.", `Write one of the two, such as {text: fish, say: Warm.}.`)
	}
	return p
}

var pointsFields = []field[hunt.Points]{
	{"initial", false, func(r *reader, it item, p *hunt.Points) { p.Initial = r.integer(it, 0, hunt.MaxPoints) }},
	{"minimum", false, func(r *reader, it item, p *hunt.Points) { p.Minimum = r.integer(it, 0, hunt.MaxPoints) }},
	{"decay", false, func(r *reader, it item, p *hunt.Points) { p.Decay = r.integer(it, 1, hunt.MaxPoints) }},
	{"per", false, func(r *reader, it item, p *hunt.Points) { p.Per = r.duration(it, maxSpan) }},
	{"function", false, func(r *reader, it item, p *hunt.Points) {
		p.Function = hunt.Decay(r.oneOf(it, string(hunt.Linear), string(hunt.Quadratic), string(hunt.ByTime)))
	}},
	{"up_to", false, func(r *reader, it item, p *hunt.Points) {
		p.Function, p.Initial = hunt.Judged, r.integer(it, 1, hunt.MaxPoints)
	}},
}

const (
	pointsRemedy = "Write a number or, for a value that falls, {initial: 500, minimum: 100, decay: 30, function: linear}."
	byTimeRemedy = "For a value that falls with time write {initial: 500, minimum: 100, decay: 5, per: 1m, function: time}."
)

func readPoints(r *reader, it item, c *hunt.Challenge) {
	p := &c.Points
	if isNumber(it.node) {
		p.Initial = r.integer(it, 0, hunt.MaxPoints)
		p.Minimum, p.Function = p.Initial, hunt.Static
		return
	}
	if it.node.Kind != yaml.MappingNode {
		r.wrong(it.path, fmt.Sprintf("Points are a number or a mapping, not %s.", kindOf(it.node)), pointsRemedy)
		p.Function = hunt.Static
		return
	}
	seen := readMapping(r, it, "a value that falls", pointsFields, p)
	switch falls := seen["minimum"] || seen["decay"] || seen["function"] || seen["per"]; {
	case seen["up_to"]:
		if len(seen) > 1 {
			r.wrong(it.path+".up_to", "Points that an organizer decides on have no other key.", "Keep up_to alone, or leave it out.")
		}
		return
	case !seen["initial"]:
		r.wrong(it.path, "A value that falls needs the key initial.", "Add initial: here.")
	case !falls:
		p.Minimum, p.Function = p.Initial, hunt.Static
		return
	}
	for _, key := range []string{"minimum", "decay", "function"} {
		if !seen[key] && seen["initial"] {
			r.wrong(it.path, "A value that falls needs minimum, decay and function; "+key+" is missing.", pointsRemedy)
		}
	}
	switch byTime := p.Function == hunt.ByTime; {
	case byTime && !seen["per"]:
		r.wrong(it.path, "A value that falls with time needs per, the time in which it loses decay.", byTimeRemedy)
	case seen["per"] && !byTime && seen["function"]:
		r.wrong(it.path+".per", "per belongs to function: time.", byTimeRemedy)
	}
}
