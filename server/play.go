package main

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/hub"
	"veltrix/server/auth"
	"veltrix/server/protocol"
)

// play is where hub and game meet: it turns what sessions say into requests
// to hunts, and what hunts publish into messages to sessions.
type play struct {
	hub   *hub.Hub
	auth  *auth.Tokens
	log   *zap.Logger
	clock *actor.Clock
	hunts *actor.Hunts // set once, before the first session
	shelf *shelf       // likewise
	gate  *gate

	hard    context.Context // ends when the node gives up
	readers sync.WaitGroup  // visits that read their ledger

	unknown prometheus.Counter
	// versions numbers boards and tickers of all hunts, so that none is used
	// twice even when a hunt ends and comes back.
	versions atomic.Uint64

	mu        sync.RWMutex
	audiences map[string]*audience // by hunt; made by the first session that enters
}

func newPlay(h *hub.Hub, a *auth.Tokens, log *zap.Logger, reg prometheus.Registerer) *play {
	p := &play{
		hub: h, auth: a, log: log.Named("play"), audiences: map[string]*audience{}, hard: context.Background(),
		unknown: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "veltrix_bad_messages_total", Help: "Messages of clients that could not be understood.",
		}),
	}
	reg.MustRegister(p.unknown)
	p.gate = newGate(reg)
	return p
}

// ServeHTTP upgrades /ws.
func (p *play) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.hub.Accept(w, r, func(s *hub.Session) hub.Peer {
		return &session{play: p, out: s}
	})
}

// session is the server's half of a WebSocket. Its requests come on the
// session's goroutine; what hunts do to it comes on theirs.
type session struct {
	play   *play
	out    *hub.Session
	greet  bool
	player string // empty: may only watch
	name   string
	rate   bucket

	mu      sync.Mutex
	hunts   []*member // in no order; few, so that a walk is shorter than a map
	joining []string  // hunts with a visit under way
	closed  bool
}

// member is a session in a hunt.
type member struct {
	hunt    string
	entrant string // empty when it only watches
	session *session
	// Of the last standing sent; touched on the hunt's goroutine only.
	rank, entrants int
	points         int64
}

// Receive implements hub.Peer.
func (s *session) Receive(frame []byte) {
	protocol.Decode(frame, func(r *protocol.Request, err *protocol.Error) {
		if err != nil {
			s.play.unknown.Inc()
			s.send(err)
			return
		}
		if wait := s.rate.take(time.Now()); wait > 0 {
			e := protocol.Refuse(r.ID, protocol.CodeRateLimited, "too many messages; slow down")
			e.Hunt, e.RetryAfter = r.Hunt, wait.Milliseconds()+1
			s.send(e)
			return
		}
		if err := s.request(r); err != nil {
			err.Hunt = r.Hunt
			s.send(err)
		}
	})
}

// Closed implements hub.Peer.
func (s *session) Closed() {
	s.mu.Lock()
	s.closed = true
	hunts := s.hunts
	s.hunts = nil
	s.mu.Unlock()
	for _, m := range hunts {
		s.play.part(m)
	}
}

func (s *session) memberLocked(hunt string) *member {
	for _, m := range s.hunts {
		if m.hunt == hunt {
			return m
		}
	}
	return nil
}

// removeLocked takes the session out of its list of a hunt, and returns what
// it was there.
func (s *session) removeLocked(hunt string) *member {
	m := s.memberLocked(hunt)
	if m != nil {
		s.hunts = slices.DeleteFunc(s.hunts, func(o *member) bool { return o == m })
	}
	return m
}

func (s *session) joiningLocked(hunt string) bool { return slices.Contains(s.joining, hunt) }

func (s *session) doneJoiningLocked(hunt string) {
	if s.joining = slices.DeleteFunc(s.joining, func(h string) bool { return h == hunt }); len(s.joining) == 0 {
		s.joining = nil
	}
}

func (s *session) send(message any) { s.out.Send(protocol.Encode(message)) }

func (s *session) request(r *protocol.Request) *protocol.Error {
	if r.Type == protocol.TypeHello {
		return s.hello(r)
	}
	if !s.greet {
		return protocol.Refuse(r.ID, protocol.CodeUnauthorized, "say hello first")
	}
	switch r.Type {
	case protocol.TypePing:
		s.send(protocol.Pong{Type: "pong", ID: r.ID, Now: s.play.now()})
		return nil
	case protocol.TypeJoin:
		return s.join(r)
	case protocol.TypeWatch:
		return s.watch(r)
	case protocol.TypeLeave:
		return s.leave(r)
	case protocol.TypeClaim:
		return s.claim(r)
	case protocol.TypeHint:
		return s.hint(r)
	}
	s.play.unknown.Inc()
	return protocol.Refuse(r.ID, game.CodeBadRequest, "unknown type")
}

func (s *session) hello(r *protocol.Request) *protocol.Error {
	if s.greet {
		return protocol.Refuse(r.ID, game.CodeBadRequest, "hello was said before")
	}
	if r.Token != "" {
		player, name, err := s.play.auth.Player(r.Token)
		if err != nil {
			s.out.Send(protocol.Encode(protocol.Refuse(r.ID, protocol.CodeUnauthorized, "the token is not valid")))
			s.out.Close(hub.BadToken)
			return nil //nolint:nilerr // it is answered; why exactly is nobody's business
		}
		s.player, s.name = player, name
	}
	s.greet = true
	s.out.Admit()
	cfg := s.play.hub.Config()
	s.send(protocol.Welcome{
		Type: "welcome", ID: r.ID, Session: s.out.ID(), Player: s.player, Name: s.name, Now: s.play.now(),
		Heartbeat: cfg.Heartbeat.Milliseconds(), MaxFrame: cfg.MaxFrame,
	})
	return nil
}

// now is the store's clock, Unix ms.
func (p *play) now() int64 { return p.clock.Now().UnixMilli() }

// bucket is a token bucket: a session may send maxRate messages a second and
// maxBurst at once, which is far above what a person or a busy load generator
// does and bounds what one socket can make a node work.
type bucket struct {
	tokens float64
	at     time.Time
}

const (
	maxRate  = 1000
	maxBurst = 2000
)

// take returns 0, or how long to wait for a token.
func (b *bucket) take(t time.Time) time.Duration {
	if b.at.IsZero() {
		b.tokens = maxBurst
	} else {
		b.tokens = min(maxBurst, b.tokens+maxRate*t.Sub(b.at).Seconds())
	}
	b.at = t
	if b.tokens < 1 {
		return time.Duration((1 - b.tokens) / maxRate * float64(time.Second))
	}
	b.tokens--
	return 0
}
