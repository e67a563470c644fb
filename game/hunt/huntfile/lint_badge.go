package huntfile

import (
	"fmt"
	"slices"

	"veltrix/game/hunt"
)

// badge finds conditions that nobody can meet.
func (l linter) badge(b *hunt.Badge, path string) {
	path += ".when"
	w := &b.When
	l.badgeSolves(w, path)
	known := l.challengeIDs()
	for i, id := range w.Challenges {
		if l.d.Challenge(id) == nil {
			l.unknown(fmt.Sprintf("%s.challenges[%d]", path, i), "challenge", id, known)
		}
	}
	if listed := int64(len(w.Challenges)); w.Any > listed {
		l.wrong(path+".any", "Nobody can earn this badge: challenges lists "+count(listed, "challenge")+".", fmt.Sprintf("Write at most %d.", listed))
	}
	if best := hunt.MaxScore(l.d) - b.Points; w.Points > best {
		l.wrong(path+".points", "Nobody can earn this badge: without it there are at most "+count(best, "point")+".", fmt.Sprintf("Write at most %d.", best))
	}
	all := int64(len(l.d.Challenges))
	if w.Firsts > all {
		l.wrong(path+".firsts", "Nobody can earn this badge: the hunt has "+count(all, "challenge")+".", fmt.Sprintf("Write at most %d.", all))
	}
	if w.Streak > all {
		l.wrong(path+".streak", "Nobody can earn this badge: the hunt has "+count(all, "challenge")+" to be right about.", fmt.Sprintf("Write at most %d.", all))
	}
}

func (l linter) badgeSolves(w *hunt.When, path string) {
	if w.Solves == 0 {
		return
	}
	var found int64
	var words []string
	for i := range l.d.Challenges {
		c := &l.d.Challenges[i]
		if w.Tag != "" {
			words = append(words, c.Tags...)
		} else if c.Category != "" {
			words = append(words, c.Category)
		}
		if (w.Category == "" || w.Category == c.Category) && (w.Tag == "" || slices.Contains(c.Tags, w.Tag)) {
			found++
		}
	}
	which, key, name := "", "solves", ""
	if w.Category != "" {
		which, key, name = " in this category", "category", w.Category
	} else if w.Tag != "" {
		which, key, name = " with this tag", "tag", w.Tag
	}
	switch {
	case found == 0 && l.full():
		l.wrong(path, "", "")
	case found == 0:
		slices.Sort(words)
		l.wrong(path+"."+key, fmt.Sprintf("Nobody can earn this badge: no challenge has the %s %q.", key, clip(name)), instead(name, slices.Compact(words)))
	case w.Solves > found:
		l.wrong(path+".solves", fmt.Sprintf("Nobody can earn this badge: the hunt has %s%s.", count(found, "challenge"), which), fmt.Sprintf("Write at most %d.", found))
	}
}

// count says how many of something there are.
func count[N int | int64](n N, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
