package play

import (
	"encoding/json"
	"slices"

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
		a = &audience{members: map[string][]*member{}}
		p.audiences[hunt] = a
	}
	return a
}

// admit records the membership unless the session has ended.
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

// part takes a member out of its hunt's audience.
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

// sessions returns the sessions of an entrant in a hunt.
func (p *Publisher) membersOf(hunt, entrant string) []*member {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if a := p.audiences[hunt]; a != nil {
		return a.members[entrant] // replaced, never changed in place but by append
	}
	return nil
}
