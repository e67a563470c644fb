package hub

import (
	"bytes"
	"errors"
	"os"
	"sync"
	"time"
)

// The lists of sessions that have something to write.
const (
	urgent = iota // sent something of their own
	bulk          // part of a fan-out
	lists
)

// bulkTurn is after how many urgent sessions one of the bulk has its turn.
const bulkTurn = 8

// The bulk is written in portions. After each the workers leave it alone for
// pause, so that the runtime sees what has arrived meanwhile, which it does not
// look for while goroutines run, and so that requests are served between
// portions and not behind all of it.
const (
	// portion is how many sessions at least: half a millisecond of writing.
	portion = 32
	// portions is how many at most make up a fan-out, about, so that pausing does
	// not take longer than writing does.
	portions = 64
	// pause is about the shortest that the runtime can sleep.
	pause = time.Millisecond
)

// ready holds the sessions that wait for a worker. A session is at most once
// in each list, so the lists are bounded by the sessions.
type ready struct {
	limit int // workers at most; never changes

	mu          sync.Mutex // guards all below, and Session.next
	list        [lists]chain
	urgentInRow int // urgent sessions taken since the last of the bulk

	// A fan-out lasts from when the bulk list gets its first session until it
	// has none.
	fanOutBegan time.Time     // zero between fan-outs
	fanOutTook  time.Duration // the last one
	fanOutSize  int           // the most sessions that have waited at once in this one
	portionLeft int           // sessions still to be taken of the portion that is being written
	paused      bool          // no session of the bulk is taken
	alarm       *time.Timer   // ends the pause; made by the first one

	workers int
	spare   []*worker
}

// chain is a list of sessions linked by Session.next.
type chain struct {
	head, tail *Session
	n          int
}

func (c *chain) add(s *Session, l int) {
	if c.tail == nil {
		c.head = s
	} else {
		c.tail.next[l] = s
	}
	c.tail = s
	c.n++
}

func (c *chain) pop(l int) *Session {
	s := c.head
	c.head, s.next[l] = s.next[l], nil
	c.n--
	if c.head == nil {
		c.tail = nil
	}
	return s
}

// scheduleLocked has a worker look at the session. The writer that has it now
// looks again by itself.
func (s *Session) scheduleLocked(l int) {
	if s.markLocked(l) {
		s.hub.push(l, chain{head: s, tail: s, n: 1})
	}
}

// markLocked reports whether the caller has to put the session on the list.
func (s *Session) markLocked(l int) bool {
	if s.writing || s.phase > closing || s.listed&(1<<l|1<<urgent) != 0 {
		return false
	}
	s.listed |= 1 << l
	return true
}

// push appends marked sessions to a list and starts a worker if there may be
// another. The sessions are not over, so the wait group is not empty.
func (h *Hub) push(l int, c chain) {
	if c.head == nil {
		return
	}
	r := &h.ready
	r.mu.Lock()
	if l == bulk && r.fanOutBegan.IsZero() {
		r.fanOutBegan = time.Now()
	}
	to := &r.list[l]
	if to.tail == nil {
		to.head = c.head
	} else {
		to.tail.next[l] = c.head
	}
	to.tail = c.tail
	if to.n += c.n; l == bulk {
		r.fanOutSize = max(r.fanOutSize, to.n)
	}
	if r.workers < r.limit && !(l == bulk && r.paused) {
		h.startLocked()
	}
	r.mu.Unlock()
}

// startLocked starts a worker.
func (h *Hub) startLocked() {
	r := &h.ready
	r.workers++
	var w *worker
	if n := len(r.spare); n > 0 {
		w = r.spare[n-1]
		r.spare = r.spare[:n-1]
	} else {
		w = new(worker)
	}
	h.wg.Add(1)
	go h.work(w)
}

// pop takes the next session, nil when the worker has to stop.
func (h *Hub) pop(w *worker) (*Session, int) {
	r := &h.ready
	r.mu.Lock()
	defer r.mu.Unlock()
	more := r.list[bulk].head != nil && !r.paused
	switch {
	case r.list[urgent].head != nil && !(more && r.urgentInRow >= bulkTurn):
		r.urgentInRow++
		return r.list[urgent].pop(urgent), urgent
	case more:
		r.urgentInRow = 0
		return h.popBulkLocked(), bulk
	}
	r.workers--
	r.spare = append(r.spare, w)
	return nil, 0
}

func (h *Hub) popBulkLocked() *Session {
	r := &h.ready
	c := &r.list[bulk]
	if r.portionLeft == 0 {
		r.portionLeft = max(portion, r.fanOutSize/portions)
	}
	s := c.pop(bulk)
	r.portionLeft--
	switch {
	case c.head == nil:
		r.portionLeft, r.fanOutSize = 0, 0
		r.fanOutTook, r.fanOutBegan = time.Since(r.fanOutBegan), time.Time{}
	case r.portionLeft == 0 && h.pause > 0:
		r.paused = true
		if r.alarm == nil {
			r.alarm = time.AfterFunc(h.pause, h.resume)
		} else {
			r.alarm.Reset(h.pause)
		}
	}
	return s
}

// resume ends the pause. Sessions that wait are not over, so the wait group is
// not empty.
func (h *Hub) resume() {
	r := &h.ready
	r.mu.Lock()
	defer r.mu.Unlock()
	r.paused = false
	for n := min(r.limit-r.workers, r.list[bulk].n); n > 0; n-- {
		h.startLocked()
	}
}

// FanOut is how long it took to write what was last sent to many; while that
// goes on, how long it has by now.
func (h *Hub) FanOut() time.Duration {
	r := &h.ready
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.fanOutBegan.IsZero() {
		return max(r.fanOutTook, time.Since(r.fanOutBegan))
	}
	return r.fanOutTook
}

// worker is what a writing goroutine needs; it outlives the goroutine.
type worker struct {
	frame   frame
	attempt attempt
}

func (h *Hub) work(w *worker) {
	defer h.wg.Done()
	for {
		s, l := h.pop(w)
		if s == nil {
			return
		}
		s.flush(w, l)
	}
}

// flush writes one frame of what waits for the session.
func (s *Session) flush(w *worker, l int) {
	s.mu.Lock()
	s.listed &^= 1 << l
	if s.writing || s.phase > closing {
		s.settledLocked()
		s.mu.Unlock()
		return
	}
	final := s.takeLocked(&w.frame)
	b := w.frame.bytes()
	if len(b) == 0 {
		s.settledLocked()
		s.mu.Unlock()
		return
	}
	s.writing = true
	s.mu.Unlock()

	// gofail: var beforeWrite struct{}

	m := s.hub.metrics
	m.framesOut.Inc()
	m.bytesOut.Add(float64(len(b)))
	a := &w.attempt
	a.buf, a.n, a.err = b, 0, nil
	if s.wire.fast != nil {
		s.wire.fast.tryWrite(a)
	}
	// gofail: var afterWrite struct{}

	switch {
	case a.err != nil:
		s.failed(a.err)
	case a.n == len(b):
		s.written(final)
	default:
		m.blocked.Inc()
		s.hub.wg.Add(1)
		go s.writeRest(bytes.Clone(b[a.n:]), final)
	}
}

// writeRest writes what the kernel did not take at once.
func (s *Session) writeRest(rest []byte, final bool) {
	defer s.hub.wg.Done()
	const step = 16 << 10 // see Config.WriteTimeout
	for len(rest) > 0 {
		n := min(len(rest), step)
		err := s.wire.SetWriteDeadline(s.writeBy())
		if err == nil {
			_, err = s.wire.Conn.Write(rest[:n])
		}
		if err != nil {
			s.failed(err)
			return
		}
		rest = rest[n:]
	}
	if err := s.wire.SetWriteDeadline(time.Time{}); err != nil {
		s.failed(err)
		return
	}
	s.written(final)
}

func (s *Session) writeBy() time.Time {
	by := time.Now().Add(s.hub.cfg.WriteTimeout)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase >= closing && s.closeBy.Before(by) {
		return s.closeBy
	}
	return by
}

// written lets go of the session, or lists it again if more waits.
func (s *Session) written(final bool) {
	if final {
		// Either fails only on a broken connection, which the reader sees.
		_ = s.wire.closeWrite()
		_ = s.wire.SetReadDeadline(past)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writing = false
	switch {
	case final:
		s.advanceLocked(flushed)
	case !s.pendingLocked():
	case s.phase == closing || !s.queue.empty():
		s.scheduleLocked(urgent)
	default:
		s.scheduleLocked(bulk)
	}
	s.settledLocked()
}

// failed ends a session that cannot be written to.
func (s *Session) failed(err error) {
	s.mu.Lock()
	if s.phase == open && errors.Is(err, os.ErrDeadlineExceeded) {
		s.code = Slow
	}
	s.mu.Unlock()
	s.abandon()
	s.mu.Lock()
	s.writing = false
	s.settledLocked()
	s.mu.Unlock()
}
