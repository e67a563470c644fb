package huntfile

import (
	"fmt"

	"veltrix/game/hunt"
)

// teams finds rules for teams in a hunt without.
func (l linter) teams() {
	if l.d.TeamSize != 0 && l.d.Mode != hunt.Team {
		l.odd("team", "A hunt for single players has no teams.", "Write mode: team, or leave this out.")
	}
}

// limit compares the clock of an entrant with the hunt's window.
func (l linter) limit() {
	d := l.d
	if d.Limit == 0 || d.Opens == 0 || d.Closes == 0 {
		return
	}
	if window := d.Closes - d.Opens; window > 0 && d.Limit > window {
		l.odd("limit", fmt.Sprintf("The limit is longer than the hunt is open, which is %s.", hunt.SpellDuration(window)), "Write a shorter limit, or let the hunt close later.")
	}
}

// divisions finds divisions that cannot be told apart.
func (l linter) divisions() {
	ids, codes, titles := map[string]int{}, map[string]int{}, map[string]int{}
	for i := range l.d.Divisions {
		d, path := &l.d.Divisions[i], fmt.Sprintf("divisions[%d]", i)
		if k, ok := ids[d.ID]; ok {
			l.twice("division", d.ID, path+".id", fmt.Sprintf("divisions[%d].id", k))
		} else {
			ids[d.ID] = i
		}
		title := hunt.Normal(d.Title)
		if k, ok := titles[title]; ok {
			l.odd(path+".title", "The division "+l.d.Divisions[k].ID+" has this title, too.", "Write another title, or players cannot choose.")
		} else {
			titles[title] = i
		}
		if d.Code == "" {
			continue
		}
		code := hunt.Code(d.Code)
		if k, ok := codes[code]; ok {
			l.wrong(path+".code", "The division "+l.d.Divisions[k].ID+" has this code, too.", "Write another code.")
			continue
		}
		codes[code] = i
		if code == hunt.Code(l.d.JoinCode) {
			l.wrong(path+".code", "This is the hunt's join_code, which everybody knows who joins.", "Write another code.")
		}
	}
}

// penalty finds penalties that take nothing, or more than there is.
func (l linter) penalty(c *hunt.Challenge, path string) {
	switch k := c.Proof.Kind; {
	case c.Penalty == 0:
	case k == hunt.KindEvent:
		l.odd(path+".penalty", "The penalty has no effect: no claim of this challenge is wrong.", "Leave it out.")
	case c.Penalty > c.Points.Initial:
		l.odd(path+".penalty", fmt.Sprintf("A wrong claim costs more than the challenge gives, which is %s.", count(c.Points.Initial, "point")), "Write a smaller penalty.")
	}
}
