package hub

import (
	"errors"
	"sync"
	"sync/atomic"
)

// Slots is how many states a topic has, numbered from 0.
const Slots = 4

// State is one version of something of which only the newest counts.
type State struct {
	// Version names it; never 0, and never used twice in a slot.
	Version uint64
	// Base is the version to which Delta applies; without Delta it says nothing.
	Base  uint64
	Full  []byte // must not be changed any more, neither Delta
	Delta []byte
}

// Held is a state that a session has from elsewhere, such as a snapshot that
// was sent to it.
type Held struct {
	Slot    int
	Version uint64
}

// Errors of Subscribe.
var (
	ErrClosed        = errors.New("session is closed")
	ErrTooManyTopics = errors.New("session has too many topics")
)

// topic is an audience.
type topic struct {
	name   string
	states [Slots]atomic.Pointer[State] // written under mu, read without

	mu      sync.Mutex // guards what follows, and subscription.index
	dead    bool       // taken out of topics
	members []*subscription
}

// subscription is a session's part in a topic.
type subscription struct {
	session *Session
	topic   *topic

	index int // in topic.members; guarded by topic.mu

	// Guarded by Session.mu.
	dirty uint8         // bits of the slots whose state may have to be sent
	sent  [Slots]uint64 // versions that the session has, or will have before anything else
}

// topics holds the topics that have a member or a state.
type topics struct {
	mu    sync.RWMutex
	named map[string]*topic
}

// lockTopic returns the topic, locked; nil if there is none and it is not to
// be made.
func (h *Hub) lockTopic(name string, create bool) *topic {
	for {
		h.topics.mu.RLock()
		t := h.topics.named[name]
		h.topics.mu.RUnlock()
		if t == nil {
			if !create {
				return nil
			}
			h.topics.mu.Lock()
			if t = h.topics.named[name]; t == nil {
				t = &topic{name: name}
				h.topics.named[name] = t
			}
			h.topics.mu.Unlock()
		}
		t.mu.Lock()
		if !t.dead {
			return t
		}
		t.mu.Unlock()
	}
}

// unlockTopic forgets the topic if nobody and nothing is left in it.
func (h *Hub) unlockTopic(t *topic) {
	if len(t.members) == 0 && !t.stateful() {
		t.dead = true
		h.topics.mu.Lock()
		delete(h.topics.named, t.name)
		h.topics.mu.Unlock()
	}
	t.mu.Unlock()
}

func (t *topic) stateful() bool {
	for i := range t.states {
		if t.states[i].Load() != nil {
			return true
		}
	}
	return false
}

// Subscribe adds the session to the topic. From now on it is sent what is
// published there, and before that the states that it does not hold. Held are
// the versions that the session has or that were sent to it before this call.
// Subscribing again changes only what is held; to replace a snapshot,
// unsubscribe, send it, and subscribe. Fails with ErrClosed or
// ErrTooManyTopics.
func (h *Hub) Subscribe(s *Session, name string, held ...Held) error {
	t := h.lockTopic(name, true)
	defer h.unlockTopic(t)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase != open {
		return ErrClosed
	}
	sub := s.subscriptionLocked(t)
	if sub == nil {
		if len(s.subs) >= h.cfg.MaxTopics {
			return ErrTooManyTopics
		}
		sub = &subscription{session: s, topic: t, index: len(t.members)}
		t.members = append(t.members, sub)
		s.subs = append(s.subs, sub)
	}
	for _, v := range held {
		sub.sent[v.Slot] = v.Version
	}
	for i := range t.states {
		if st := t.states[i].Load(); st != nil && st.Version != sub.sent[i] {
			sub.dirty |= 1 << i
			s.stale = true
		}
	}
	if s.stale {
		s.scheduleLocked(bulk)
	}
	return nil
}

// Unsubscribe takes the session out of the topic. States of it that still wait
// are not sent; reliable messages are.
func (h *Hub) Unsubscribe(s *Session, name string) {
	t := h.lockTopic(name, false)
	if t == nil {
		return
	}
	defer h.unlockTopic(t)
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.subscriptionLocked(t)
	if sub == nil {
		return
	}
	last := len(s.subs) - 1
	for i := range s.subs {
		if s.subs[i] == sub {
			s.subs[i], s.subs[last] = s.subs[last], nil
			s.subs = s.subs[:last]
			break
		}
	}
	t.remove(sub)
}

func (s *Session) subscriptionLocked(t *topic) *subscription {
	for _, sub := range s.subs {
		if sub.topic == t {
			return sub
		}
	}
	return nil
}

func (t *topic) remove(sub *subscription) {
	last := len(t.members) - 1
	moved := t.members[last]
	t.members[sub.index] = moved
	moved.index = sub.index
	t.members[last] = nil
	t.members = t.members[:last]
}

// leave takes the session, which is over, out of all its topics.
func (s *Session) leave() {
	s.mu.Lock()
	subs := s.subs
	s.subs = nil
	s.mu.Unlock()
	for _, sub := range subs {
		sub.topic.mu.Lock()
		sub.topic.remove(sub)
		s.hub.unlockTopic(sub.topic)
	}
}

// batchSize is how many sessions a fan-out hands to the workers at a time:
// enough to spare the lock, few enough that writing begins at once.
const batchSize = 256

// batch gathers the sessions of a fan-out for the workers.
type batch struct {
	hub   *Hub
	chain chain
}

func (b *batch) addLocked(s *Session) {
	if !s.markLocked(bulk) {
		return
	}
	if b.chain.add(s, bulk); b.chain.n == batchSize {
		b.done()
	}
}

func (b *batch) done() {
	b.hub.push(bulk, b.chain)
	b.chain = chain{}
}

// Publish sends a message, as Session.Send does, to every session in the topic.
// Messages of one topic reach all its sessions in the same order.
func (h *Hub) Publish(name string, msg []byte) {
	t := h.lockTopic(name, false)
	if t == nil {
		return
	}
	defer h.unlockTopic(t)
	b := batch{hub: h}
	for _, sub := range t.members {
		s := sub.session
		s.mu.Lock()
		if s.sendLocked(msg) {
			b.addLocked(s)
		}
		s.mu.Unlock()
	}
	b.done()
}

// SetState sets one of the topic's states. Each session in the topic is sent
// the newest version when it is its turn to be written to: Delta if it was sent
// exactly Base, Full otherwise, nothing if it has Version. A session that
// subscribes later is sent it then. The topic keeps it until a State without Version
// clears the slot.
func (h *Hub) SetState(name string, slot int, st State) {
	t := h.lockTopic(name, st.Version != 0)
	if t == nil {
		return
	}
	defer h.unlockTopic(t)
	if st.Version == 0 {
		t.states[slot].Store(nil)
		return
	}
	t.states[slot].Store(&st)
	b := batch{hub: h}
	skipped := 0
	for _, sub := range t.members {
		s := sub.session
		s.mu.Lock()
		if s.phase == open {
			if sub.dirty&(1<<slot) != 0 {
				skipped++
			}
			sub.dirty |= 1 << slot
			s.stale = true
			b.addLocked(s)
		}
		s.mu.Unlock()
	}
	b.done()
	h.metrics.skips.Add(float64(skipped))
}

// Count returns how many sessions are in the topic.
func (h *Hub) Count(name string) int {
	t := h.lockTopic(name, false)
	if t == nil {
		return 0
	}
	defer h.unlockTopic(t)
	return len(t.members)
}
