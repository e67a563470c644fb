package hub

import "time"

// spokes is into how many parts the sessions are divided for their pings. A part
// of 20,000 sessions is three milliseconds of writing, which a verdict may have
// to wait behind.
const spokes = 64

// wheel holds the sessions, and turns by one spoke at a time as long as there are
// any: then the sessions of that spoke are sent a ping. It belongs to Hub.mu.
type wheel struct {
	spokes [spokes]map[*Session]struct{}
	n      int         // sessions
	at     int         // the spoke whose turn was last
	timer  *time.Timer // made with the first session
	due    []*Session  // of a turn; used again and again
}

// turn is the time from one spoke to the next.
func (c Config) turn() time.Duration { return max(c.Heartbeat/spokes, time.Millisecond) }

// boardLocked puts a session on the spoke whose turn was last, so that its first
// ping is one heartbeat away.
func (h *Hub) boardLocked(s *Session) {
	w := &h.wheel
	s.spoke = w.at
	if w.spokes[w.at] == nil {
		w.spokes[w.at] = make(map[*Session]struct{})
	}
	w.spokes[w.at][s] = struct{}{}
	w.n++
	switch {
	case w.timer == nil:
		w.timer = time.AfterFunc(h.cfg.turn(), h.turn)
	case w.n == 1:
		w.timer.Reset(h.cfg.turn())
	}
}

// drop takes a session off.
func (w *wheel) drop(s *Session) {
	delete(w.spokes[s.spoke], s)
	if w.n--; w.n == 0 {
		w.timer.Stop()
	}
}

// turn asks for the pings of the next spoke. It runs on a goroutine of the timer.
func (h *Hub) turn() {
	h.mu.Lock()
	w := &h.wheel
	if w.n == 0 { // the last session left while the timer fired
		h.mu.Unlock()
		return
	}
	h.wg.Add(1) // not from zero: a session is there
	defer h.wg.Done()
	w.at = (w.at + 1) % spokes
	due := w.due[:0]
	w.due = nil // a turn that takes long meets the next one
	for s := range w.spokes[w.at] {
		due = append(due, s)
	}
	w.timer.Reset(h.cfg.turn())
	h.mu.Unlock()
	for _, s := range due {
		s.sendPing()
	}
	clear(due)
	h.mu.Lock()
	w.due = due
	h.mu.Unlock()
}

// sendPing has the session's next frame end with a ping. One that waits already
// is enough.
func (s *Session) sendPing() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase == open && s.admitted {
		s.ping = true
		s.scheduleLocked(urgent)
	}
}
