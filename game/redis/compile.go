package redis

import (
	"crypto/sha256"

	"veltrix/game"
	"veltrix/game/hunt"
)

// compiled is a definition in the packed form that the script takes: rules in
// lua/state.lua. Only what a batch is about is sent.
type compiled struct {
	def        *hunt.Definition
	digest     []byte            // of its source
	badges     []byte            // a packed list; nil when there are none
	challenges map[string][]byte // by challenge
	routes     []byte            // nil without
	finish     []byte            // nil without
}

func compile(d *hunt.Definition) *compiled {
	c := &compiled{def: d, digest: digest(d.Source), challenges: make(map[string][]byte, len(d.Challenges))}
	for i := range d.Challenges {
		ch := &d.Challenges[i]
		c.challenges[ch.ID] = packChallenge(d, ch)
	}
	c.routes, c.finish = packRoutes(d), packFinish(d)
	if len(d.Badges) > 0 {
		var p packer
		p.list(len(d.Badges))
		for i := range d.Badges {
			p.raw(packBadge(d, &d.Badges[i]))
		}
		c.badges = p.b
	}
	return c
}

// digest distinguishes hunt files. A revision does not: histories that forked
// may both have it.
func digest(source []byte) []byte {
	sum := sha256.Sum256(source)
	return sum[:]
}

// packChallenge packs the values that named_challenge in lua/state.lua names.
func packChallenge(d *hunt.Definition, ch *hunt.Challenge) []byte {
	var p packer
	p.int(ch.Points.Initial)
	p.int(ch.Points.Minimum)
	p.int(ch.Points.Decay)
	p.str(string(ch.Points.Function))
	p.ints(ch.Bonus)
	p.strs(ch.Requires)
	p.int(ch.MaxAttempts)
	p.int(ch.Cooldown)
	p.int(ch.Opens)
	p.int(ch.Closes)
	p.int(ch.Proof.Count)
	p.int(ch.Points.Per)
	p.int(ch.Penalty)
	if ch.Unlock == nil {
		p.bool(false)
	} else {
		p.raw(packCondition(d, ch.Unlock))
	}
	p.bool(d.Routes.Has(ch.ID))
	return p.b
}

// packCondition packs what lua/unlock.lua says of a condition.
func packCondition(d *hunt.Definition, w *hunt.When) []byte {
	var p packer
	p.int(w.Solves)
	if of := counted(d, w); of != nil {
		p.strs(of)
	} else {
		p.bool(false)
	}
	if len(w.Challenges) > 0 {
		p.strs(w.Challenges)
	} else {
		p.bool(false)
	}
	p.int(wanting(w))
	p.int(w.Points)
	p.int(w.Firsts)
	p.int(w.Streak)
	p.int(w.After)
	return p.b
}

// counted lists the challenges whose solves a condition counts; nil for all.
func counted(d *hunt.Definition, w *hunt.When) []string {
	if w.Solves == 0 || w.Category == "" && w.Tag == "" {
		return nil
	}
	of := []string{}
	for i := range d.Challenges {
		if w.Matches(&d.Challenges[i]) {
			of = append(of, d.Challenges[i].ID)
		}
	}
	return of
}

// wanting is how many of a condition's challenges it asks for.
func wanting(w *hunt.When) int64 {
	if w.Any != 0 {
		return w.Any
	}
	return int64(len(w.Challenges))
}

func packRoutes(d *hunt.Definition) []byte {
	if d.Routes == nil {
		return nil
	}
	var p packer
	p.str(string(d.Routes.By))
	p.strs(d.Routes.Challenges)
	p.str(d.ID)
	return p.b
}

func packFinish(d *hunt.Definition) []byte {
	if d.Finish == nil {
		return nil
	}
	var p packer
	if d.Finish.When != nil {
		p.raw(packCondition(d, d.Finish.When))
		p.strs(nil)
		return p.b
	}
	p.bool(false)
	var all []string
	for i := range d.Challenges {
		if !d.Challenges[i].Optional {
			all = append(all, d.Challenges[i].ID)
		}
	}
	p.strs(all)
	return p.b
}

// packBadge packs the values that named_badge in lua/badges.lua names.
func packBadge(d *hunt.Definition, b *hunt.Badge) []byte {
	var p packer
	w := &b.When
	p.str(b.ID)
	p.int(b.Points)
	p.bool(w.Manual)
	p.int(w.Place)
	p.int(w.Points)
	p.int(w.Firsts)
	p.int(w.Streak)
	p.int(w.Within)
	p.int(w.Solves)
	if of := counted(d, w); of != nil {
		p.awards(of)
	} else {
		p.bool(false)
	}
	need := wanting(w)
	if len(w.Challenges) > 0 {
		p.awards(w.Challenges)
	} else {
		p.bool(false)
	}
	p.int(need)
	p.int(leastSolves(w, need))
	p.str(w.Division)
	return p.b
}

// leastSolves is how many challenges an entrant must have solved at least. It
// spares the script a look at those lists.
func leastSolves(w *hunt.When, need int64) int64 {
	distinct := map[string]bool{}
	for _, id := range w.Challenges {
		distinct[id] = true
	}
	if len(distinct) < len(w.Challenges) { // a challenge counts each time it is named
		need = min(need, 1)
	}
	return max(w.Solves, need)
}

// awards packs the names of the fields that hold the awards of challenges into
// a text of its own, which the script unpacks only when it has to look.
func (p *packer) awards(challenges []string) {
	var q packer
	q.list(len(challenges))
	for _, id := range challenges {
		q.str("a:" + id)
	}
	p.nested(&q)
}

// rules packs what a batch needs of a definition; false without one.
func (c *compiled) rules(p *packer, batch []game.Command) {
	if c == nil {
		p.bool(false)
		return
	}
	challenges, hints := c.mentioned(batch)
	f := p.fields()
	f.raw("digest", c.digest)
	f.optional("badges", c.badges)
	f.name("challenges").table(len(challenges))
	for _, id := range challenges {
		p.str(id)
		p.raw(c.challenges[id])
	}
	f.name("hints").table(len(hints))
	for name, h := range hints {
		p.str(name)
		p.packed(func(q *packer) {
			q.int(h.Cost)
			q.strs(h.Requires)
			q.int(h.After)
		})
	}
	f.bool("practice", c.def.Practice)
	f.int("size", c.def.TeamSize)
	f.name("divisions").table(len(c.def.Divisions))
	for i := range c.def.Divisions {
		p.str(c.def.Divisions[i].ID)
		p.bool(true)
	}
	f.optional("routes", c.routes)
	f.optional("finish", c.finish)
	f.end()
}

// mentioned lists the challenges and hints of the definition that a batch names.
func (c *compiled) mentioned(batch []game.Command) ([]string, map[string]*hunt.Hint) {
	var ids []string
	var hints map[string]*hunt.Hint
	seen := make(map[string]bool, 8)
	for i := range batch {
		cmd := &batch[i]
		if cmd.Challenge == "" {
			continue
		}
		ch := c.def.Challenge(cmd.Challenge)
		if ch == nil {
			continue
		}
		if !seen[ch.ID] {
			seen[ch.ID] = true
			ids = append(ids, ch.ID)
		}
		if cmd.Type != game.CmdHint {
			continue
		}
		if h := ch.Hint(cmd.Hint); h != nil {
			if hints == nil {
				hints = map[string]*hunt.Hint{}
			}
			hints[ch.ID+"/"+h.ID] = h
		}
	}
	return ids, hints
}

func places(d *hunt.Definition) bool {
	for i := range d.Badges {
		if d.Badges[i].When.Place != 0 {
			return true
		}
	}
	return false
}
