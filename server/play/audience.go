package play

import (
	"encoding/json"
	"slices"

	"veltrix/game"
	"veltrix/server/protocol"
)

// audience is the sessions in a hunt on this node, and what they were shown.
type audience struct {
	// Guarded by Publisher.mu.
	members map[string][]*member // by entrant, without watchers

	// Owned by the hunt's goroutine.
	shown   shownBoard
	views   map[string]json.RawMessage // definitions as seen, by their names
	viewRev string                     // what the views are of
	varies  bool                       // entrants may see different things of it
	present map[string]*present        // entrants that are here; some that have left, too
	watched sight                      // what those who watch were shown
	opening opening
	phase   game.Phase // as the last entry had it; empty before
}

// shownBoard is the board as the audience was last shown it.
type shownBoard struct {
	version  uint64 // in slotBoard; 0 for none
	seq      int64
	frozen   bool
	entrants int
	rows     []protocol.Row
	worths   map[string]protocol.Worth // as of the last board that showed them
	full     []byte                    // encoded
}

// topic is the hub's name for a hunt's audience, and watched for those of it who
// only watch.
func topic(hunt string) string   { return "hunt/" + hunt }
func watched(hunt string) string { return "watched/" + hunt }

// audience returns a hunt's audience. It makes it when there is none.
func (p *Publisher) audience(hunt string) *audience {
	p.mu.RLock()
	a := p.audiences[hunt]
	p.mu.RUnlock()
	if a != nil {
		return a
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if a = p.audiences[hunt]; a == nil {
		a = &audience{members: map[string][]*member{}, present: map[string]*present{}}
		p.audiences[hunt] = a
	}
	return a
}

// addMember records the membership, in place of the session's former one in the
// hunt. It does nothing and returns false when the session has ended.
func (p *Publisher) addMember(s *session, a *audience, m *member) bool {
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

// removeMember takes a member out of its hunt's audience; nil does nothing.
func (p *Publisher) removeMember(m *member) {
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

// membersOf returns the memberships of an entrant in a hunt. The list is not to
// be changed.
func (p *Publisher) membersOf(hunt, entrant string) []*member {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if a := p.audiences[hunt]; a != nil {
		return a.members[entrant] // replaced, and changed in place by append only
	}
	return nil
}
