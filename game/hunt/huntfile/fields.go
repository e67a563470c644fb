package huntfile

import (
	"regexp"

	"veltrix/game/hunt"
)

// Bounds of what a hunt file says, in characters unless said otherwise.
const (
	maxTitle       = 200
	maxDescription = 20_000 // also of the texts after solving, closing and finishing
	maxHintText    = 5_000
	maxPrompt      = 2_000
	maxSay         = 1_000 // a reply
	maxWord        = 64    // category, tag, codes, type of an event
	maxLink        = 2_000
	maxIcon        = 32
	maxTags        = 20              // of one challenge
	maxCooldown    = 24 * 3600_000   // ms
	maxSpan        = 366 * 86400_000 // ms: within, after, limit, per
)

var huntFields = []field[hunt.Definition]{
	{"hunt", true, func(r *reader, it item, d *hunt.Definition) { d.ID = r.id(it) }},
	{"title", true, func(r *reader, it item, d *hunt.Definition) { d.Title = r.line(it, maxTitle) }},
	{"description", false, func(r *reader, it item, d *hunt.Definition) { d.Description = r.prose(it, maxDescription) }},
	{"mode", false, func(r *reader, it item, d *hunt.Definition) {
		d.Mode = hunt.Mode(r.oneOf(it, string(hunt.Solo), string(hunt.Team)))
	}},
	{"team", false, func(r *reader, it item, d *hunt.Definition) { readMapping(r, it, "the rule for teams", teamFields, d) }},
	{"listed", false, func(r *reader, it item, d *hunt.Definition) { d.Unlisted = !r.boolean(it) }},
	{"names", false, func(r *reader, it item, d *hunt.Definition) { d.FreeNames = r.oneOf(it, "unique", "free") == "free" }},
	{"opens", false, func(r *reader, it item, d *hunt.Definition) { d.Opens = r.time(it) }},
	{"closes", false, func(r *reader, it item, d *hunt.Definition) { d.Closes = r.time(it) }},
	{"freeze", false, func(r *reader, it item, d *hunt.Definition) { d.Freeze = r.time(it) }},
	{"limit", false, func(r *reader, it item, d *hunt.Definition) { d.Limit = r.duration(it, maxSpan) }},
	{"practice", false, func(r *reader, it item, d *hunt.Definition) { d.Practice = r.boolean(it) }},
	{"join_code", false, func(r *reader, it item, d *hunt.Definition) { d.JoinCode = r.line(it, maxWord) }},
	{"links", false, func(r *reader, it item, d *hunt.Definition) { readMapping(r, it, "the links", linkFields, &d.Links) }},
	{"divisions", false, func(r *reader, it item, d *hunt.Definition) {
		r.list(it, 0, hunt.MaxDivisions, func(e item) {
			var one hunt.Division
			readMapping(r, e, "a division", divisionFields, &one)
			d.Divisions = append(d.Divisions, one)
		})
	}},
	{"routes", false, func(r *reader, it item, d *hunt.Definition) {
		d.Routes = &hunt.Routes{By: hunt.Rotate}
		readMapping(r, it, "the routes", routeFields, d.Routes)
	}},
	{"finish", false, func(r *reader, it item, d *hunt.Definition) {
		d.Finish = new(hunt.Finish)
		readMapping(r, it, "the finish", finishFields, d.Finish)
	}},
	{"challenges", true, readChallenges},
	{"badges", false, readBadges},
}

func readHunt(r *reader, it item, d *hunt.Definition) {
	d.Mode = hunt.Solo
	readMapping(r, it, "a hunt", huntFields, d)
}

var teamFields = []field[hunt.Definition]{
	{"size", true, func(r *reader, it item, d *hunt.Definition) { d.TeamSize = r.integer(it, 1, hunt.MaxTeam) }},
}

var linkFields = []field[hunt.Links]{
	{"privacy", false, func(r *reader, it item, l *hunt.Links) { l.Privacy = r.link(it) }},
	{"imprint", false, func(r *reader, it item, l *hunt.Links) { l.Imprint = r.link(it) }},
}

var linkForm = regexp.MustCompile(`^https://[^\s/?#@]+([/?#]\S*)?$`)

// link reads an address that a page may open.
func (r *reader) link(it item) string {
	s := r.line(it, maxLink)
	if isText(it.node) && !linkForm.MatchString(s) {
		r.wrong(it.path, "This is not the address of a page.", "Write it whole, such as https://example.org/privacy.")
	}
	return s
}

var divisionFields = []field[hunt.Division]{
	{"id", true, func(r *reader, it item, d *hunt.Division) { d.ID = r.id(it) }},
	{"title", true, func(r *reader, it item, d *hunt.Division) { d.Title = r.line(it, maxTitle) }},
	{"code", false, func(r *reader, it item, d *hunt.Division) { d.Code = r.line(it, maxWord) }},
}

var routeFields = []field[hunt.Routes]{
	{"challenges", true, func(r *reader, it item, s *hunt.Routes) { s.Challenges = r.ids(it, 2, hunt.MaxChallenges) }},
	{"by", false, func(r *reader, it item, s *hunt.Routes) {
		s.By = hunt.RouteOrder(r.oneOf(it, string(hunt.Rotate), string(hunt.Shuffle)))
	}},
}

var finishFields = []field[hunt.Finish]{
	{"text", true, func(r *reader, it item, f *hunt.Finish) { f.Text = r.words(it, maxDescription) }},
	{"when", false, func(r *reader, it item, f *hunt.Finish) {
		f.When = new(hunt.When)
		readWhen(r, it, finishing, f.When)
	}},
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
	{"when", true, func(r *reader, it item, b *hunt.Badge) { readWhen(r, it, earning, &b.When) }},
}
