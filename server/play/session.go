package play

import (
	"net/netip"
	"slices"
	"sync"
	"time"

	"veltrix/game"
	"veltrix/hub"
	"veltrix/internal/queue"
	"veltrix/server/auth"
	"veltrix/server/protocol"
)

// session is the gateway's half of a WebSocket. It is a hub.Peer.
type session struct {
	gateway *Gateway
	out     *hub.Session

	// Owned by the session's goroutine.
	network netip.Prefix // of the peer
	greeted bool
	player  string // empty: it may only watch
	name    string
	guest   bool // has a token that lets it watch every hunt
	rate    queue.Limit

	mu      sync.Mutex // guards what follows
	hunts   []*member  // in no order; few, so that a walk is shorter than a map
	joining []string   // hunts with a visit under way
	closed  bool
}

// member is a session in a hunt.
type member struct {
	hunt    string
	entrant string // empty when it only watches
	session *session

	// The last standing that was sent; owned by the hunt's goroutine.
	rank, entrants, division int
	points                   int64
}

// Receive implements hub.Peer.
func (s *session) Receive(frame []byte) {
	protocol.Decode(frame, func(r *protocol.Request, err *protocol.Error) {
		if err != nil {
			s.gateway.unknown.Inc()
			s.send(err)
			return
		}
		if wait := s.rate.Take(time.Now()); wait > 0 {
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
		s.gateway.publisher.removeMember(m)
	}
}

// memberLocked is what the session is in a hunt, nil for nothing.
func (s *session) memberLocked(hunt string) *member {
	for _, m := range s.hunts {
		if m.hunt == hunt {
			return m
		}
	}
	return nil
}

// removeLocked takes the hunt off the session's list, and returns what the
// session was there, nil for nothing.
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

// request carries out a request or hands it to its hunt. An error is its answer.
func (s *session) request(r *protocol.Request) *protocol.Error {
	if r.Type == protocol.TypeHello {
		return s.hello(r)
	}
	if !s.greeted {
		return protocol.Refuse(r.ID, protocol.CodeUnauthorized, "say hello first")
	}
	switch r.Type {
	case protocol.TypePing:
		s.send(protocol.Pong{Type: "pong", ID: r.ID, Now: s.gateway.now()})
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
	case protocol.TypeStart:
		return s.start(r)
	}
	s.gateway.unknown.Inc()
	return protocol.Refuse(r.ID, game.CodeBadRequest, "unknown type")
}

func (s *session) hello(r *protocol.Request) *protocol.Error {
	if s.greeted {
		return protocol.Refuse(r.ID, game.CodeBadRequest, "hello was said before")
	}
	if r.Token != "" && !s.identify(r.Token) {
		s.out.Send(protocol.Encode(protocol.Refuse(r.ID, protocol.CodeUnauthorized, "the token is not valid")))
		s.out.Close(hub.BadToken)
		return nil
	}
	s.greeted = true
	s.out.Admit()
	cfg := s.gateway.hub.Config()
	s.send(protocol.Welcome{
		Type: "welcome", ID: r.ID, Session: s.out.ID(), Player: s.player, Name: s.name, Now: s.gateway.now(),
		Heartbeat: cfg.Heartbeat.Milliseconds(), MaxFrame: cfg.MaxFrame,
	})
	return nil
}

// identify takes what a token says of the session: a player's, or one of an
// organizer or a display, who watch. It reports whether it is valid.
func (s *session) identify(token string) bool {
	tokens := s.gateway.tokens
	if tokens.Is(auth.Display, token) || tokens.Is(auth.Organizer, token) {
		s.guest = true
		return true
	}
	var err error
	s.player, s.name, err = tokens.Player(token)
	return err == nil
}

// Bounds of what one session may send. They are far above what a person or a busy
// load generator does, and bound what one socket can make a node work.
const (
	MaxRate  = 1000 // messages a second
	MaxBurst = 2000 // messages at once
)
