package main

import (
	"encoding/json"
	"slices"
	"strings"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/hub"
	"veltrix/server/protocol"
)

// audience is who follows a hunt on this node, and what they were shown.
type audience struct {
	members map[string][]*member // by entrant, without watchers; guarded by play.mu

	// On the hunt's goroutine only:
	version  uint64 // of the last board
	rows     []protocol.Row
	worths   map[string]protocol.Worth
	seq      int64 // of the board
	frozen   bool
	entrants int
	full     []byte                     // the board as it was last shown
	views    map[string]json.RawMessage // definitions as seen, by what is unlocked
	viewRev  string
}

func topic(hunt string) string { return "hunt/" + hunt }

// of returns a hunt's audience, making it when there is none.
func (p *play) of(hunt string) *audience {
	p.mu.RLock()
	a := p.audiences[hunt]
	p.mu.RUnlock()
	if a != nil {
		return a
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if a = p.audiences[hunt]; a == nil {
		a = &audience{members: map[string][]*member{}}
		p.audiences[hunt] = a
	}
	return a
}

// enter makes the session part of the hunt and sends it the snapshot, in one
// step of the hunt's goroutine: every later message of the hunt follows.
func (s *session) enter(v *actor.View, r *protocol.Request, e *game.Entrant, missed []json.RawMessage, reset bool) {
	m := &member{hunt: v.Hunt, session: s}
	if e != nil {
		m.entrant = e.ID
	}
	a := s.play.of(v.Hunt)
	if !s.play.admit(s, a, m) {
		return
	}
	name := topic(v.Hunt)
	s.play.hub.Unsubscribe(s.out, name)
	if a.full == nil || s.play.hub.Count(name) == 0 {
		s.play.Board(v, true) // nobody was shown the newest board
	}
	joined := a.snapshot(v, r, e, s.play.now())
	joined.Missed, joined.Reset = missed, reset
	if joined.You != nil {
		m.rank, m.entrants, m.points = joined.You.Rank, joined.You.Entrants, e.Total
	}
	s.out.Send(joined.Encode())
	// The session ends or has too many topics: then it is told by hub.
	if err := s.play.hub.Subscribe(s.out, name, hub.Held{Slot: slotBoard, Version: a.version}); err != nil {
		s.play.part(s.forget(v.Hunt))
		if err == hub.ErrTooManyTopics {
			s.send(protocol.Refuse(r.ID, game.CodeBadRequest, "this session is in too many hunts"))
		}
	}
}

// snapshot is what who comes in is sent; a nil entrant only watches.
func (a *audience) snapshot(v *actor.View, r *protocol.Request, e *game.Entrant, now int64) *protocol.Joined {
	joined := &protocol.Joined{
		Type: "watching", ID: r.ID, Hunt: v.Hunt, Epoch: v.Epoch, Seq: v.Seq, Rev: v.Definition.Rev,
		Phase: v.Phase, Frozen: v.Frozen, Opens: v.Opens(), Closes: v.Closes(), Now: now,
		Definition: a.definition(v, e), Board: a.full,
	}
	if e != nil {
		joined.Type, joined.You = "joined", you(v, e)
	}
	return joined
}

// admit records the membership unless the session has ended.
func (p *play) admit(s *session, a *audience, m *member) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	old := s.removeLocked(m.hunt)
	s.hunts = append(s.hunts, m)
	p.mu.Lock()
	defer p.mu.Unlock()
	a.remove(old)
	if m.entrant != "" {
		a.members[m.entrant] = append(a.members[m.entrant], m)
	}
	return true
}

// forget takes a hunt off the session's list, and returns what the session was
// there, nil nothing.
func (s *session) forget(hunt string) *member {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.removeLocked(hunt)
}

// part takes a member out of its hunt's audience.
func (p *play) part(m *member) {
	if m == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.audiences[m.hunt]; a != nil {
		a.remove(m)
	}
}

func (a *audience) remove(m *member) {
	if m == nil || m.entrant == "" {
		return
	}
	list := slices.DeleteFunc(slices.Clone(a.members[m.entrant]), func(o *member) bool { return o == m })
	if len(list) == 0 {
		delete(a.members, m.entrant)
	} else {
		a.members[m.entrant] = list
	}
}

// sessions returns the sessions of an entrant in a hunt.
func (p *play) sessions(hunt, entrant string) []*member {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if a := p.audiences[hunt]; a != nil {
		return a.members[entrant] // replaced, never changed in place but by append
	}
	return nil
}

// you is an entrant as it sees itself.
func you(v *actor.View, e *game.Entrant) *protocol.You {
	y := &protocol.You{
		Entrant: e.ID, Name: e.Name, Points: e.Total,
		Solved: map[string]protocol.Solved{}, Badges: map[string]protocol.Held{},
		Hints: map[string]protocol.Hint{}, Attempts: map[string]protocol.Attempt{},
	}
	y.Rank, y.Entrants = v.Rank(e.ID)
	for id, a := range e.Awards {
		if !a.Revoked {
			y.Solved[id] = protocol.Solved{Seq: a.Seq, Points: a.Points, At: a.At}
		}
	}
	for id, b := range e.Badges {
		y.Badges[id] = protocol.Held{Seq: b.Seq, At: b.At}
	}
	for id, h := range e.Hints {
		challenge, hint, _ := strings.Cut(id, "/")
		y.Hints[id] = protocol.Hint{Text: hintText(v.Definition, challenge, hint), Cost: h.Cost}
	}
	for id, t := range e.Attempts {
		if t.Pending != nil {
			if y.Pending == nil {
				y.Pending = map[string]protocol.Pending{}
			}
			y.Pending[id] = protocol.Pending{ID: t.Pending.ID, At: t.Pending.At}
		}
		c := v.Definition.Challenge(id)
		if c == nil || t.Count == 0 || c.MaxAttempts == 0 && c.Cooldown == 0 {
			continue
		}
		var attempt protocol.Attempt
		if c.MaxAttempts > 0 {
			left := max(0, c.MaxAttempts-t.Count)
			attempt.Left = &left
		}
		if t.RetryAt > 0 {
			attempt.RetryAt = v.Wall(t.RetryAt)
		}
		y.Attempts[id] = attempt
	}
	if e.Invite != "" {
		y.Team = &protocol.OwnTeam{Code: e.Invite, Players: len(e.Players)}
	}
	return y
}

// maxViews bounds the definitions kept as seen: one for each set of unlocked
// challenges that occurs; a hunt has few of them at a time.
const maxViews = 256

// definition returns the definition as an entrant may see it, nil for anyone.
func (a *audience) definition(v *actor.View, e *game.Entrant) json.RawMessage {
	d := v.Definition
	started := v.Phase != game.Draft
	rev := string(v.Phase) + "/" + v.Epoch + "/" + itoa(d.Rev)
	if a.viewRev != rev || len(a.views) >= maxViews {
		a.viewRev, a.views = rev, map[string]json.RawMessage{}
	}
	solved := func(challenge string) bool {
		if e == nil {
			return false
		}
		award, has := e.Awards[challenge]
		return has && !award.Revoked
	}
	var key strings.Builder
	for i := range d.Challenges {
		c := &d.Challenges[i]
		if len(c.Requires) > 0 && !slices.ContainsFunc(c.Requires, func(id string) bool { return !solved(id) }) {
			key.WriteString(c.ID)
			key.WriteByte(' ')
		}
	}
	if seen := a.views[key.String()]; seen != nil {
		return seen
	}
	seen := json.RawMessage(protocol.Encode(d.Public(started, solved)))
	a.views[key.String()] = seen
	return seen
}
