package actor

import (
	"veltrix/game"
	"veltrix/game/hunt"
)

// revisions are the definitions of a hunt from the one that was published last to
// the one in force. A batch may hold many: entries are published after all of them
// are folded, and each is to be shown as it was.
type revisions struct {
	known     []*hunt.Definition // oldest first; empty: the one in force is published
	published int64              // the revision that was published last; 0: the one in force
}

// learn takes over a definition, in place of the one in force.
func (r *revisions) learn(before, d *hunt.Definition) {
	if before == nil || before.Rev >= d.Rev {
		return
	}
	if len(r.known) == 0 {
		r.known = append(r.known, before)
	}
	if r.published == 0 {
		r.published = before.Rev
	}
	r.known = append(r.known, d)
}

// publish notes that an entry goes out.
func (r *revisions) publish(n *game.Entry, inForce int64) {
	if n.Type != game.Defined {
		return
	}
	for len(r.known) > 0 && r.known[0].Rev < n.Rev {
		r.known = r.known[1:]
	}
	if r.published = n.Rev; n.Rev >= inForce {
		*r = revisions{}
	}
}

// Published is the definition that was published last, and its revision.
func (v *View) Published() (*hunt.Definition, int64) {
	rev := v.revisions.published
	if rev == 0 {
		return v.Definition, v.Definition.Rev
	}
	for _, d := range v.revisions.known {
		if d.Rev >= rev {
			return d, rev
		}
	}
	return v.Definition, rev
}
