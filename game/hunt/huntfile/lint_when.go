package huntfile

import (
	"fmt"
	"slices"

	"veltrix/game/hunt"
)

// asker is what waits for a condition.
type asker struct {
	nobody string // begins a finding about a condition that nobody can meet
	self   int    // the challenge that it unlocks, or -1
	own    int64  // points that are to be had only when it is met
}

func (l linter) badge(b *hunt.Badge, path string) {
	l.condition(&b.When, path+".when", asker{"Nobody can earn this badge", -1, b.Points})
}

func (l linter) finish() {
	switch f := l.d.Finish; {
	case f == nil:
	case f.When != nil:
		l.condition(f.When, "finish.when", asker{"Nobody can finish", -1, 0})
	case !slices.ContainsFunc(l.d.Challenges, func(c hunt.Challenge) bool { return !c.Optional }):
		l.odd("finish", "Every challenge is optional, so everybody has finished from the start.", "Add when, or take optional out where something is needed.")
	}
}

// condition finds parts that nobody can meet.
func (l linter) condition(w *hunt.When, path string, a asker) {
	others := int64(len(l.d.Challenges))
	challenge := "challenge"
	if a.self >= 0 {
		others--
		challenge = "other challenge"
	}
	l.solves(w, path, a)
	l.listed(w, path, a)
	if listed := int64(len(w.Challenges)); w.Any > listed {
		l.wrong(path+".any", a.nobody+": challenges lists "+count(listed, "challenge")+".", fmt.Sprintf("Write at most %d.", listed))
	}
	if best := hunt.MaxScore(l.d) - a.own; w.Points > best {
		l.wrong(path+".points", a.nobody+": without it there are at most "+count(best, "point")+".", fmt.Sprintf("Write at most %d.", best))
	}
	if w.Firsts > others {
		l.wrong(path+".firsts", a.nobody+": the hunt has "+count(others, challenge)+".", fmt.Sprintf("Write at most %d.", others))
	}
	if w.Streak > others {
		l.wrong(path+".streak", a.nobody+": the hunt has "+count(others, challenge)+" to be right about.", fmt.Sprintf("Write at most %d.", others))
	}
	if span := l.span(); span > 0 && w.After >= span {
		l.wrong(path+".after", a.nobody+": it is possible only "+hunt.SpellDuration(w.After)+" after the start, and playing takes at most "+hunt.SpellDuration(span)+".", "Write a shorter time.")
	}
	if w.Division != "" && l.d.Division(w.Division) == nil {
		var known []string
		for _, d := range l.d.Divisions {
			known = append(known, d.ID)
		}
		l.unknown(path+".division", "division", w.Division, known)
	}
}

// listed finds unknown challenges. Those that must all be solved to unlock another
// are found with what it requires.
func (l linter) listed(w *hunt.When, path string, a asker) {
	if a.self >= 0 && w.Needed() == int64(len(w.Challenges)) {
		return
	}
	known := l.challengeIDs()
	for i, id := range w.Challenges {
		at := fmt.Sprintf("%s.challenges[%d]", path, i)
		switch {
		case a.self >= 0 && id == known[a.self]:
			l.wrong(at, "It requires itself.", "Take it out.")
		case l.d.Challenge(id) == nil:
			l.unknown(at, "challenge", id, known)
		}
	}
}

func (l linter) solves(w *hunt.When, path string, a asker) {
	if w.Solves == 0 {
		return
	}
	var found int64
	for i := range l.d.Challenges {
		c := &l.d.Challenges[i]
		if i != a.self && w.Matches(c) {
			found++
		}
	}
	which, key, name := "", "solves", ""
	if w.Category != "" {
		which, key, name = " in this category", "category", w.Category
	} else if w.Tag != "" {
		which, key, name = " with this tag", "tag", w.Tag
	}
	challenge := "challenge"
	if a.self >= 0 {
		challenge = "other challenge"
	}
	switch {
	case found == 0 && l.full():
		l.wrong(path, "", "")
	case found == 0 && key != "solves":
		l.wrong(path+"."+key, fmt.Sprintf("%s: no %s has the %s %q.", a.nobody, challenge, key, clip(name)), instead(name, l.words(w, a.self)))
	case w.Solves > found:
		l.wrong(path+".solves", fmt.Sprintf("%s: the hunt has %s%s.", a.nobody, count(found, challenge), which), fmt.Sprintf("Write at most %d.", found))
	}
}

// words are the tags or categories of the challenges but one.
func (l linter) words(w *hunt.When, but int) []string {
	var words []string
	for i := range l.d.Challenges {
		switch c := &l.d.Challenges[i]; {
		case i == but:
		case w.Tag != "":
			words = append(words, c.Tags...)
		case c.Category != "":
			words = append(words, c.Category)
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// span is how many ms an entrant can play, or 0 when the file does not say.
func (l linter) span() int64 {
	d := l.d
	var window int64
	if d.Opens != 0 && d.Closes != 0 {
		window = d.Closes - d.Opens
	}
	if d.Limit != 0 && (window == 0 || d.Limit < window) {
		return d.Limit
	}
	return window
}

// count says how many of something there are.
func count[N int | int64](n N, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
