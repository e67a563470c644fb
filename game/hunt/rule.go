package hunt

import (
	"fmt"
	"strings"
	"time"
)

// maxTitles bounds the titles in the text of a rule; one of them may be "3 more".
const maxTitles = 5

// ruleText is a badge's rule as an English sentence. It names challenges only
// if named is set.
func (d *Definition) ruleText(w *When, named bool) string {
	if w.Manual {
		return "Given by the organizers."
	}
	var parts []string
	say := func(set int64, one, many string) {
		if set == 1 {
			parts = append(parts, one)
		} else if set > 1 {
			parts = append(parts, fmt.Sprintf(many, set))
		}
	}
	where := ""
	if w.Category != "" {
		where = " in the category “" + w.Category + "”"
	} else if w.Tag != "" {
		where = " tagged “" + w.Tag + "”"
	}
	say(w.Solves, "solve a challenge"+where, "solve %d challenges"+strings.ReplaceAll(where, "%", "%%"))
	if len(w.Challenges) > 0 {
		parts = append(parts, d.challengesText(w, named))
	}
	say(w.Points, "reach 1 point", "reach %d points")
	say(w.Firsts, "be the first to solve a challenge", "be the first to solve %d challenges")
	say(w.Streak, "give a right answer", "give %d right answers in a row")
	if w.Within > 0 && len(parts) == 0 {
		parts = append(parts, "score")
	}
	text := conjunction(parts)
	if w.Within > 0 {
		text += " within " + SpellDuration(w.Within) + " of joining"
	}
	if w.Place > 0 {
		place := "finish first"
		if w.Place > 1 {
			place = fmt.Sprintf("finish among the first %d", w.Place)
		}
		if w.Division != "" {
			title := w.Division
			if division := d.Division(w.Division); division != nil {
				title = division.Title
			}
			place += " in the division “" + title + "”"
		}
		if text != "" {
			text += ", then "
		}
		text += place
	}
	if text == "" {
		return ""
	}
	return upper(text) + "."
}

func (d *Definition) challengesText(w *When, named bool) string {
	count := len(w.Challenges)
	all := w.Any == 0 || w.Any == int64(count)
	if !named {
		switch {
		case all && count == 1:
			return "solve a certain challenge"
		case all:
			return fmt.Sprintf("solve %d certain challenges", count)
		}
		return fmt.Sprintf("solve %d of %d certain challenges", w.Any, count)
	}
	var titles []string
	for _, id := range w.Challenges {
		title := id
		if c := d.Challenge(id); c != nil {
			title = c.Title
		}
		titles = append(titles, "“"+title+"”")
	}
	if count > maxTitles {
		titles = append(titles[:maxTitles-1], fmt.Sprintf("%d more", count-maxTitles+1))
	}
	if all {
		return "solve " + conjunction(titles)
	}
	return fmt.Sprintf("solve %d of %s", w.Any, conjunction(titles))
}

func conjunction(parts []string) string {
	switch last := len(parts) - 1; {
	case last < 0:
		return ""
	case last == 0:
		return parts[0]
	default:
		return strings.Join(parts[:last], ", ") + " and " + parts[last]
	}
}

// SpellDuration writes a duration of ms milliseconds in words, such as “1 hour
// and 30 minutes”.
func SpellDuration(ms int64) string {
	rest := time.Duration(ms) * time.Millisecond
	var words []string
	for _, u := range []struct {
		name string
		unit time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}, {"millisecond", time.Millisecond}} {
		n := rest / u.unit
		rest %= u.unit
		switch {
		case n == 1:
			words = append(words, "1 "+u.name)
		case n > 1:
			words = append(words, fmt.Sprintf("%d %ss", n, u.name))
		}
	}
	return conjunction(words)
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
