package play

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/server/protocol"
)

// present is an entrant with sessions in a hunt on this node, as what it sees goes
// by. It belongs to the hunt's goroutine.
type present struct {
	*actor.Walker
	sees sight  // what it was shown last
	ends int64  // when its own clock was last said to end
	here string // who of the team was said to be here
}

// sight is what somebody sees of a definition, and its name.
type sight struct {
	view  string
	marks []byte // a set of marks for each challenge, in file order
}

// What somebody sees of a challenge.
const (
	seesIt     byte = 1 << iota // that it is there
	seesOpen                    // its window has begun
	seesText                    // it is unlocked
	seesSolved                  // its text after solving
)

// sightOf is what a viewer sees of a definition. A view's name says the revision,
// the phase, what is unlocked, and whether more texts are shown.
func (a *audience) sightOf(d *hunt.Definition, viewer *hunt.Viewer) sight {
	marks := make([]byte, len(d.Challenges))
	for i := range d.Challenges {
		c := &d.Challenges[i]
		if !viewer.Started {
			continue
		}
		marks[i] = seesIt
		if !viewer.Waits(d, c) {
			marks[i] |= seesOpen
			if viewer.MayRead(d, c) {
				marks[i] |= seesText
			}
		}
		if c.Solved != "" && viewer.Awarded(c.ID) {
			marks[i] |= seesSolved
		}
	}
	sum := sha256.New()
	sum.Write([]byte(a.viewRev))
	for _, is := range []bool{viewer.Started, viewer.Closed, viewer.Finished} {
		sum.Write(strconv.AppendBool(nil, is))
	}
	sum.Write(marks)
	return sight{base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:9]), marks}
}

// viewerOf is an entrant, or nobody, as a viewer of the definition at now.
func viewerOf(v *actor.View, d *hunt.Definition, w *actor.Walker, now int64) hunt.Viewer {
	viewer := hunt.Viewer{
		Started: v.Phase != game.Draft && (d.Limit == 0 || w != nil && w.Clock() != 0),
		Closed:  v.Phase == game.Closed, Now: v.HuntTime(now),
		Awarded: func(string) bool { return false },
	}
	if viewer.Closed {
		viewer.Started = v.OpenedAt != 0
	}
	nobody := w == nil
	if nobody {
		w = &actor.Walker{}
	} else {
		viewer.Finished = w.Finished != 0
		viewer.Awarded = w.Solved
	}
	viewer.Unlocked = func(c *hunt.Challenge) bool {
		if nobody && d.Routes.Has(c.ID) && !v.Skips[c.ID] {
			return false // each entrant begins with another stop
		}
		return v.Unlocked(d, w, c, now)
	}
	return viewer
}

// revise drops what is kept of another revision or phase.
func (a *audience) revise(v *actor.View, d *hunt.Definition) {
	rev := string(v.Phase) + "/" + v.Epoch + "/" + strconv.FormatInt(d.Rev, 10)
	if a.viewRev != rev || len(a.views) >= maxViews {
		a.viewRev, a.views = rev, map[string]json.RawMessage{}
		a.varies = varies(d)
	}
}

// varies reports whether what an entrant sees of the definition depends on what it
// has done.
func varies(d *hunt.Definition) bool {
	return d.Routes != nil || d.Limit != 0 || d.Finish != nil || slices.ContainsFunc(d.Challenges, func(c hunt.Challenge) bool {
		return len(c.Requires) > 0 || c.Unlock != nil || c.Solved != ""
	})
}

// look returns what an entrant, or nobody, sees of the definition, and for what
// viewer that is.
func (a *audience) look(v *actor.View, w *actor.Walker, now int64) (*hunt.Definition, hunt.Viewer, sight) {
	d, _ := v.Published()
	a.revise(v, d)
	viewer := viewerOf(v, d, w, now)
	return d, viewer, a.sightOf(d, &viewer)
}

// definition returns the definition as an entrant sees it; nil is nobody.
func (a *audience) definition(v *actor.View, w *actor.Walker, now int64) (json.RawMessage, sight) {
	d, viewer, sees := a.look(v, w, now)
	if seen := a.views[sees.view]; seen != nil {
		return seen, sees
	}
	seen := json.RawMessage(protocol.Encode(d.Public(viewer)))
	a.views[sees.view] = seen
	return seen, sees
}

// unlocked encodes what of a definition was not seen before, and returns nil when
// nothing is new. Messages of this call with the same content are encoded once.
type unlocked struct {
	v       *actor.View
	a       *audience
	now     int64
	encoded map[string][]byte
}

func (p *Publisher) unlocked(v *actor.View, now int64) *unlocked {
	return &unlocked{v, p.audience(v.Hunt), now, map[string][]byte{}}
}

// since returns the message of what an entrant, or nobody, sees more than was, and
// what it sees.
func (u *unlocked) since(w *actor.Walker, was sight) ([]byte, sight) {
	d, viewer, sees := u.a.look(u.v, w, u.now)
	if sees.view == was.view || len(sees.marks) != len(was.marks) {
		return nil, sees
	}
	key := was.view + "/" + sees.view
	if msg, made := u.encoded[key]; made {
		return msg, sees
	}
	m := protocol.Unlocked{Type: "unlocked", Hunt: u.v.Hunt, View: sees.view, Challenges: []hunt.PublicChallenge{}}
	for i := range d.Challenges {
		if sees.marks[i]&^was.marks[i] != 0 {
			m.Challenges = append(m.Challenges, d.PublicChallenge(&d.Challenges[i], viewer))
		}
	}
	var msg []byte
	if len(m.Challenges) > 0 {
		msg = protocol.Encode(m)
	}
	u.encoded[key] = msg
	return msg, sees
}

// reveal sends an entrant's sessions what of the definition it sees from now on.
func (p *Publisher) reveal(u *unlocked, e *present) {
	msg, sees := u.since(e.Walker, e.sees)
	e.sees = sees
	if msg == nil {
		return
	}
	for _, m := range p.membersOf(u.v.Hunt, e.Entrant) {
		m.session.out.Send(msg)
	}
}

// revealWatched sends those who only watch what they see from now on.
func (p *Publisher) revealWatched(u *unlocked) {
	msg, sees := u.since(nil, u.a.watched)
	if u.a.watched = sees; msg != nil {
		p.hub.Publish(watched(u.v.Hunt), msg)
	}
}

// revealAll sends everybody who is here what they see from now on.
func (p *Publisher) revealAll(v *actor.View, now int64) {
	u := p.unlocked(v, now)
	p.revealWatched(u)
	for _, e := range u.a.present {
		p.reveal(u, e)
	}
}

// walk brings the entrants that are here up to an entry, and shows them what they
// see from then on.
func (p *Publisher) walk(v *actor.View, n *game.Entry) {
	a := p.audience(v.Hunt)
	for _, id := range []string{n.Entrant, n.From} {
		if e := a.present[id]; id != "" && e != nil {
			e.Apply(n)
			if n.Type == game.Started {
				e.ends = v.Ends(e.Walker)
			}
		}
	}
	switch n.Type {
	case game.Awarded, game.Badged, game.Adjusted, game.Started, game.Finished, game.Skipped:
		if !a.varies {
			return
		}
	default:
		return
	}
	switch e := a.present[n.Entrant]; {
	case n.Entrant == "": // skipped for all
		p.revealAll(v, n.At)
	case e != nil:
		p.reveal(p.unlocked(v, n.At), e)
	}
}

const (
	// tickEvery is how often an audience is looked at for what time changes.
	tickEvery = time.Second
	// spread is over how long it is sent what opens for all, so that they do not all
	// claim at once; spreadEvery is the time between two parts of it.
	spread      = 2 * time.Second
	spreadEvery = 100 * time.Millisecond
)

// opening is what is still to be sent of what has opened.
type opening struct {
	to   []*present
	part int // entrants a part
}

// Tick implements actor.Publisher.
func (p *Publisher) Tick(v *actor.View) time.Duration {
	a := p.audience(v.Hunt)
	now := p.clock()
	a.prune(p)
	p.sayTeams(v, a)
	if len(a.opening.to) > 0 {
		p.sendOpening(v, a, now)
	} else if p.opens(v, a, now); len(a.opening.to) > 0 {
		return spreadEvery
	}
	switch {
	case len(a.opening.to) > 0:
		return spreadEvery
	case timed(v.Definition) || v.Definition.Mode == hunt.Team:
		return tickEvery
	}
	return 0
}

// timed reports whether time alone unlocks something.
func timed(d *hunt.Definition) bool {
	return slices.ContainsFunc(d.Challenges, func(c hunt.Challenge) bool {
		return c.Opens != 0 || c.Unlock != nil && c.Unlock.After != 0
	})
}

// opens sends what time has opened: to those who watch at once, to entrants part
// by part.
func (p *Publisher) opens(v *actor.View, a *audience, now int64) {
	if !timed(v.Definition) {
		return
	}
	u := p.unlocked(v, now)
	p.revealWatched(u)
	for _, e := range a.present {
		if _, _, sees := a.look(v, e.Walker, now); sees.view != e.sees.view {
			a.opening.to = append(a.opening.to, e)
		}
	}
	a.opening.part = max(1, (len(a.opening.to)*int(spreadEvery)+int(spread)-1)/int(spread))
	p.sendOpening(v, a, now)
}

func (p *Publisher) sendOpening(v *actor.View, a *audience, now int64) {
	o := &a.opening
	u := p.unlocked(v, now)
	part := min(o.part, len(o.to))
	for _, e := range o.to[:part] {
		p.reveal(u, e)
	}
	o.to = o.to[part:]
}

// prune forgets the entrants that have no session here any more.
func (a *audience) prune(p *Publisher) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if len(a.present) == len(a.members) {
		return
	}
	for id := range a.present {
		if len(a.members[id]) == 0 {
			delete(a.present, id)
		}
	}
}

// sayTeams tells teams who of them is here, where that has changed.
func (p *Publisher) sayTeams(v *actor.View, a *audience) {
	if v.Definition.Mode != hunt.Team {
		return
	}
	for _, e := range a.present {
		members := p.membersOf(v.Hunt, e.Entrant)
		list := teamOf(e.Walker, members)
		if here := sayHere(list); here != e.here {
			e.here = here
			msg := protocol.Encode(protocol.TeamNow{Type: "team", Hunt: v.Hunt, Members: list})
			for _, m := range members {
				m.session.out.Send(msg)
			}
		}
	}
}

// teamOf lists the players of a team; members are its sessions here.
func teamOf(w *actor.Walker, members []*member) []protocol.Member {
	list := make([]protocol.Member, len(w.Players))
	for i, player := range w.Players {
		list[i] = protocol.Member{
			Name: w.Members[player],
			Here: slices.ContainsFunc(members, func(m *member) bool { return m.session.player == player }),
		}
	}
	return list
}

// sayHere is a team in a word that changes when it does.
func sayHere(list []protocol.Member) string {
	var b strings.Builder
	for _, m := range list {
		b.WriteString(m.Name + "\x00" + strconv.FormatBool(m.Here) + "\x00")
	}
	return b.String()
}
