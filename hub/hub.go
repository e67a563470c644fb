// Package hub carries messages between a node and its peers over WebSockets.
// It knows sessions, topics and bytes, and nothing of what they say; a message
// is one JSON text, and that is all it has to be.
//
// # Guarantees
//
//   - Reliable messages (Send, Publish) reach a session in the order in which
//     they were sent to it, none missing, or the session is closed. What waits
//     goes out together: one message bare, several as a JSON array.
//   - State (SetState, Put) is conflated: only the newest version is ever
//     written, and it is chosen when the frame is assembled. A delta is written
//     only to a session that was sent exactly its base before. State follows
//     the reliable messages that were waiting, never overtakes them.
//   - Nothing is dropped in silence. A session whose queue passes its bound is
//     closed as Slow, and its last message says so.
//   - After Quiet nothing is received any more, and what was is dealt with;
//     sessions are still written to.
//   - Peers are sent a ping every Config.Heartbeat. One of which no frame, no pong
//     either, is heard for Config.Silence is closed as Silent.
//   - A bye message and a typed close frame precede every end by the server,
//     unless the peer cannot be written to any more.
//   - No function blocks on a socket, except Quiet, Drain and the 101 answer
//     of Accept. A slow peer delays nobody else.
//   - Peer.Receive and Peer.Closed are called on the session's goroutine, one
//     after the other, and Closed exactly once as the last.
//
// # Concurrency properties
//
// All methods are safe for concurrent use. New starts nothing, and there is
// nothing to run; the goroutines, all waited for by Drain, are:
//
//   - one per session, which reads, watches the deadlines and is the only one
//     that takes the session apart;
//   - up to GOMAXPROCS workers while anything waits to be written. A worker
//     takes the next session from a list, assembles one frame and offers it to
//     the kernel without waiting. Sessions that were sent something of their
//     own go before those that are part of a fan-out, eight for one;
//   - one for each session whose socket did not take a frame whole (or is not
//     plain TCP), for as long as the rest of that frame takes;
//   - one now and then that asks the workers for the pings that are due.
//
// A fan-out is written in portions with a pause after each: otherwise the
// requests that arrive meanwhile would all wait until the last one is written.
//
// So an idle session costs one goroutine and no buffer but 256 bytes.
// At any time at most one of them writes to a session's socket, and the
// WebSocket library never does: what it would write is left to the outbox.
//
// Lock order: topic.mu, then Session.mu, then ready.mu; also topic.mu, then
// topics.mu. Hub.mu is taken alone. No lock is held while a socket is written
// to or a Peer is called.
package hub

import (
	"math/rand/v2"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"time"

	"go.uber.org/zap"
)

// Hub holds the sessions of a node.
type Hub struct {
	// These never change.
	cfg     Config
	log     *zap.Logger
	metrics *Metrics
	linger  time.Duration // how long a closed session waits for its peer
	pause   time.Duration // between portions of a fan-out; 0 for none

	// Each of these is safe for concurrent use, or has a lock of its own.
	frames  sync.Pool     // *[]byte of MaxFrame+1: held only while a message is read
	parting chan struct{} // closed, by part, once every session was sent its bye
	part    sync.Once
	ready   ready
	topics  topics

	mu       sync.Mutex // guards what follows
	draining bool
	cut      bool      // draining took too long
	reserved int       // sessions and upgrades on their way to be one
	due      time.Time // by then all connections that were refused are asked to be back
	wheel    wheel
	wg       sync.WaitGroup // grows from zero only under mu while not draining
}

// New returns a hub. The configuration must be valid.
func New(cfg Config, log *zap.Logger, metrics *Metrics) *Hub {
	h := &Hub{
		cfg:     cfg,
		log:     log.Named("hub"),
		metrics: metrics,
		linger:  2 * time.Second,
		pause:   pause,
		parting: make(chan struct{}),
	}
	h.frames.New = func() any {
		b := make([]byte, cfg.MaxFrame+1)
		return &b
	}
	h.ready.limit = runtime.GOMAXPROCS(0)
	h.topics.named = make(map[string]*topic)
	return h
}

// Sessions returns how many sessions there are.
func (h *Hub) Sessions() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.wheel.n
}

// reserve makes room for a session; the reason is empty when there is some.
// Otherwise after is when to come back.
func (h *Hub) reserve() (reason string, after time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.draining:
		return "restarting", h.laterLocked(time.Now())
	case h.reserved >= h.cfg.MaxSessions:
		return "too many sessions", h.laterLocked(time.Now())
	}
	h.reserved++
	h.wg.Add(1)
	return "", 0
}

// laterLocked finds a time to come back for a connection that is refused: each a
// byePace after the one before, so that those who obey come back as fast as a
// node takes them in.
func (h *Hub) laterLocked(now time.Time) time.Duration {
	if soonest := now.Add(leastAway); h.due.Before(soonest) {
		h.due = soonest
	}
	if h.due = h.due.Add(byePace); h.due.Sub(now) > mostAway {
		h.due = now.Add(mostAway)
		return mostAway/2 + rand.N(mostAway/2)
	}
	return h.due.Sub(now) + rand.N(byePace)
}

// leastAway is about what a restart takes, mostAway what a person waits.
const (
	leastAway = time.Second
	mostAway  = time.Minute
)

func (h *Hub) release() {
	h.mu.Lock()
	h.reserved--
	h.mu.Unlock()
	h.wg.Done()
}

// adopt makes s one of the hub's sessions. It closes one that was upgraded while
// the hub began to drain.
func (h *Hub) adopt(s *Session) {
	h.mu.Lock()
	h.boardLocked(s)
	draining, cut := h.draining, h.cut
	h.mu.Unlock()
	h.metrics.sessions.Inc()
	switch {
	case cut:
		s.abandon()
	case draining:
		s.CloseAfter(Restarting, rand.N(h.cfg.spread(h.cfg.MaxSessions)))
	}
}

func (h *Hub) forget(s *Session) {
	h.mu.Lock()
	h.wheel.drop(s)
	h.mu.Unlock()
	h.metrics.ended(s.code)
}

// refuse answers a request that cannot become a session now.
func (h *Hub) refuse(w http.ResponseWriter, reason string, after time.Duration) {
	h.metrics.refused.Inc()
	w.Header().Set("Retry-After", strconv.Itoa(int((after+time.Second-1)/time.Second)))
	http.Error(w, reason, http.StatusServiceUnavailable)
}
