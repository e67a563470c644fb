package play

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/hub"
	"veltrix/server/protocol"
)

const (
	// MaxMissed is how many entries a session may be behind and still get what it
	// missed; one that is farther behind gets the snapshot alone.
	MaxMissed = 50_000
	// maxRounds bounds how often a hunt may outrun the reading of its ledger.
	maxRounds = 5
)

// visit is a join or watch under way. It holds a place. Whoever has it owns its
// fields: the session's goroutine, the hunt's, or one that reads the ledger.
type visit struct {
	session *session
	asked   protocol.Request
	post    func() *protocol.Error // asks the hunt again
	began   time.Time
	ended   bool

	entrant *game.Entrant // nil when the session watches

	// What the session missed.
	missed []game.Entry // read from the store so far
	upTo   int64        // the seq that missed reaches
	rounds int          // readings of the ledger
	lost   bool         // the ledger has another history
}

// newVisit begins a visit when there is a place for it. Otherwise it is nil: the
// error is the answer, or the session is closed.
func (s *session) newVisit(r *protocol.Request) (*visit, *protocol.Error) {
	s.mu.Lock()
	under, newcomer := s.joiningLocked(r.Hunt), len(s.hunts)+len(s.joining) == 0
	s.mu.Unlock()
	if under {
		return nil, protocol.RefuseReply(r.ID, game.Reply{Code: game.CodeBusy})
	}
	after, ok := s.gateway.places.take(newcomer)
	switch {
	case ok:
	case after == 0: // the node stops; the hub says so in a moment
		return nil, nil
	case newcomer:
		s.out.CloseAfter(hub.Overloaded, after)
		return nil, nil
	default:
		e := protocol.Refuse(r.ID, protocol.CodeOverloaded, "too many join at once; ask again then")
		e.RetryAfter = after.Milliseconds()
		return nil, e
	}
	s.mu.Lock()
	s.joining = append(s.joining, r.Hunt)
	s.mu.Unlock()
	return &visit{session: s, asked: *r, began: time.Now()}, nil
}

// start asks the hunt.
func (t *visit) start() *protocol.Error {
	err := t.post()
	if err != nil {
		t.end()
	}
	return err
}

// end gives the place back, once.
func (t *visit) end() {
	if t.ended {
		return
	}
	t.ended = true
	s := t.session
	s.mu.Lock()
	s.doneJoiningLocked(t.asked.Hunt)
	s.mu.Unlock()
	s.gateway.places.giveBack(time.Since(t.began))
}

// fail ends the visit with an error.
func (t *visit) fail(e *protocol.Error) {
	e.Hunt = t.asked.Hunt
	t.session.send(e)
	t.end()
}

// arrive lets the session into the hunt, or first has the ledger read for what the
// hunt does not remember. It runs on the hunt's goroutine.
func (t *visit) arrive(v *actor.View) {
	reading := false
	defer func() {
		if !reading { // also when enter panicked
			t.end()
		}
	}()
	recent, behind, reset := t.recent(v)
	if reading = behind; reading {
		hunt, epoch, memory, head := v.Hunt, v.Epoch, v.Remembers(), v.Seq // the view is the hunt's
		t.session.gateway.readings.Go(func() { t.readPast(hunt, epoch, memory, head) })
		return
	}
	var missed []json.RawMessage
	if t.asked.Since != nil && !reset {
		missed = t.messages(v, recent)
	}
	t.session.enter(v, t, missed, reset)
}

// recent returns the entries that the session missed and that the hunt
// remembers. It reports behind when older ones have to be read first, and reset
// when what was missed cannot be listed.
func (t *visit) recent(v *actor.View) (entries []game.Entry, behind, reset bool) {
	since := t.asked.Since
	if since == nil {
		return nil, false, false
	}
	if t.lost || since.Epoch != v.Epoch || since.Seq < 0 || since.Seq > v.Seq || v.Seq-since.Seq > MaxMissed {
		return nil, false, true
	}
	t.upTo = max(t.upTo, since.Seq)
	entries, remembered := v.After(t.upTo)
	if remembered {
		return entries, false, false
	}
	t.rounds++
	return nil, t.rounds <= maxRounds, t.rounds > maxRounds
}

// readPast reads the ledger up to where the hunt's memory begins, and asks the
// hunt again. What it reads past that counts, too, up to the head that the hunt
// had: later entries the session will be sent.
func (t *visit) readPast(hunt, epoch string, memory, head int64) {
	need := memory
	if t.rounds > 1 {
		need = head // the memory has moved on
	}
	ctx, cancel := context.WithTimeout(t.session.gateway.hard, readPatience)
	defer cancel()
	for t.upTo < need && !t.lost {
		entries, last, err := t.session.gateway.publisher.pages.read(ctx, hunt, epoch, t.upTo, need)
		switch {
		case errors.Is(err, errLost):
			t.lost = true
			continue
		case err != nil:
			t.fail(protocol.RefuseReply(t.asked.ID, game.Reply{Code: codeOf(err)}))
			return
		}
		last = min(last, head)
		for i := range entries {
			if n := &entries[i]; n.Seq > t.upTo && n.Seq <= last && t.concerns(n) {
				t.missed = append(t.missed, *n)
			}
		}
		t.upTo = last
	}
	if e := t.post(); e != nil {
		t.fail(e)
	}
}

// concerns reports whether an entry is one that the session missed.
func (t *visit) concerns(n *game.Entry) bool {
	return n.Type == game.Announced || t.entrant != nil && n.Entrant == t.entrant.ID && listed(n)
}

// listed reports whether entries of this kind are listed when they were missed.
// What became of the others is in the snapshot.
func listed(n *game.Entry) bool {
	switch n.Type {
	case game.Awarded, game.Badged, game.Hinted, game.Adjusted, game.Revoked, game.Announced, game.Penalised, game.Rejected,
		game.Finished:
		return true
	}
	return false
}

// messages turns what was missed into the messages that it would have been.
func (t *visit) messages(v *actor.View, recent []game.Entry) []json.RawMessage {
	all := t.missed
	for i := range recent {
		if t.concerns(&recent[i]) {
			all = append(all, recent[i])
		}
	}
	messages := make([]json.RawMessage, 0, len(all))
	for i := range all {
		n := &all[i]
		if n.Type == game.Announced {
			messages = append(messages, protocol.Encode(notice(v, n)))
			continue
		}
		for _, m := range personal(v, nil, n, all[i+1:]) {
			messages = append(messages, protocol.Encode(m))
		}
	}
	return messages
}

// enter makes the session part of the hunt and sends it the snapshot, in one
// step of the hunt's goroutine: every later message of the hunt follows.
func (s *session) enter(v *actor.View, t *visit, missed []json.RawMessage, reset bool) {
	r, e := &t.asked, t.entrant
	m := &member{hunt: v.Hunt, session: s}
	if e != nil {
		m.entrant = e.ID
	}
	a := s.gateway.publisher.audience(v.Hunt)
	if !s.gateway.publisher.addMember(s, a, m) {
		return
	}
	t.end() // before the snapshot goes out: the next join may be on its way at once
	s.unsubscribe(v.Hunt)
	if a.shown.full == nil || s.gateway.hub.Count(topic(v.Hunt)) == 0 {
		s.gateway.publisher.Board(v, true) // while nobody is here no board is made
	}
	joined := a.snapshot(v, r, e, s.gateway.publisher.membersOf(v.Hunt, m.entrant), s.gateway.now())
	joined.Missed, joined.Reset = missed, reset
	if joined.You != nil {
		m.rank, m.entrants, m.points = joined.You.Rank, joined.You.Entrants, e.Total
	}
	s.out.Send(joined.Encode())
	err := s.gateway.hub.Subscribe(s.out, topic(v.Hunt), hub.Held{Slot: slotBoard, Version: a.shown.version})
	if err == nil && e == nil {
		err = s.gateway.hub.Subscribe(s.out, watched(v.Hunt))
	}
	if err != nil {
		s.unsubscribe(v.Hunt)
		s.gateway.publisher.removeMember(s.leaveHunt(v.Hunt))
		if err == hub.ErrTooManyTopics {
			s.send(protocol.Refuse(r.ID, game.CodeBadRequest, "this session is in too many hunts"))
		}
	}
}
