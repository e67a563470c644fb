// Package play is the session gateway: the only place where hub's sessions and
// game's hunts meet. A Gateway turns what sessions say into requests to hunts, and
// a Publisher turns what hunts publish into messages to sessions.
//
// # Guarantees
//
//   - Every request that is decoded gets exactly one answer, or the session is
//     closed: by its hunt's reply (claim, hint, join, watch), or at once by a
//     refusal.
//   - A session gets a hunt's snapshot, and after it everything that the hunt
//     publishes, in ledger order and none missing: both begin in one step of the
//     hunt's goroutine (session.enter).
//   - Requests of a session to one hunt reach it in the order in which they were
//     sent. A session may send hello, join and claims at once.
//   - The session that asked for an award or a hint gets it as the reply, and the
//     entrant's other sessions get it as a message: no session gets it twice.
//   - A board goes out as a delta only to a session that was sent the version
//     before (hub.State).
//   - Joins never crowd out claims: at most JoinsAtOnce are under way (joinPlaces).
//     A session that comes back and is up to MaxMissed entries behind gets what
//     it missed; the ledger is read once for all of them (ledgerPages).
//
// # Goroutines
//
// Nothing here starts a goroutine but a visit that has to read its hunt's ledger:
// at most JoinsAtOnce, since each holds a place, for at most readPatience and
// less when Config.Hard ends. Gateway.Wait waits for them. Otherwise the code
// runs on
//
//   - the session's goroutine, which hub owns: Receive, Closed and what they
//     call, up to Hunts.Post. It blocks only while a newcomer waits for a place,
//     at most JoinPatience;
//   - the hunt's goroutine, which game/actor owns: all methods of Publisher but
//     Audience and FanOut, which any goroutine may call; Request.Done; and so
//     visit.arrive and session.enter. It never blocks;
//   - the node's: NewPublisher, NewGateway, StopJoins and Wait.
//
// A visit (a join or watch under way) is handed from the session's goroutine to
// the hunt's by Hunts.Post, from there to a reading goroutine, and back to the
// hunt's by another Post. Whoever holds it owns its fields.
//
// # Locks
//
// Lock order: session.mu, then Publisher.mu, then hub's locks. joinPlaces.mu and
// ledgerPages.mu are taken alone. No lock is held while a hunt is asked or the
// store is read; the places of a page (page.turn, then ledgerPages.reads) are.
//
//   - session.mu guards in which hunts the session is, and whether it has ended;
//   - Publisher.mu guards the map of audiences and the members of each;
//   - what an audience was shown, and the standing that a member was sent,
//     belongs to the hunt's goroutine and has no lock;
//   - the rest of a session belongs to the session's goroutine.
package play

import (
	"context"
	"net/http"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"veltrix/game/actor"
	"veltrix/hub"
	"veltrix/internal/queue"
	"veltrix/server/auth"
)

// Gateway takes what sessions ask of hunts. Safe for concurrent use.
type Gateway struct {
	hub       *hub.Hub
	publisher *Publisher
	hunts     *actor.Hunts
	clock     *actor.Clock // the store's
	tokens    *auth.Tokens
	brake     *auth.Brake
	hard      context.Context    // ends when the node gives up
	unknown   prometheus.Counter // messages that are not understood

	places   *joinPlaces
	readings sync.WaitGroup // visits that read their ledger; grows on hunts' goroutines
}

// Config is what a gateway works with.
type Config struct {
	Publisher *Publisher // the one of Hunts
	Hunts     *actor.Hunts
	Clock     *actor.Clock // the store's
	Tokens    *auth.Tokens
	Brake     *auth.Brake // of codes, the node's
	// Hard ends when the node gives up: from then on no ledger is read.
	Hard context.Context
}

// NewGateway returns a gateway and registers its metrics. It starts nothing.
func NewGateway(with Config, reg prometheus.Registerer) *Gateway {
	g := &Gateway{
		hub: with.Publisher.hub, publisher: with.Publisher, hunts: with.Hunts, clock: with.Clock, tokens: with.Tokens, brake: with.Brake,
		hard: with.Hard, places: newJoinPlaces(reg),
		unknown: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "veltrix_bad_messages_total", Help: "Messages of clients that could not be understood.",
		}),
	}
	reg.MustRegister(g.unknown)
	return g
}

// ServeHTTP makes a session of a WebSocket request.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.hub.Accept(w, r, func(s *hub.Session) hub.Peer {
		return &session{gateway: g, out: s, network: auth.Network(r.RemoteAddr), rate: queue.New(MaxRate, MaxBurst)}
	})
}

// StopJoins ends the waiting for places. Sessions that waited get no answer but
// the hub's bye, which has to follow. It is called once.
func (g *Gateway) StopJoins() { g.places.close() }

// Wait returns when no visit reads a ledger any more. It is called when the hunts
// have ended.
func (g *Gateway) Wait() { g.readings.Wait() }

// now is the store's clock, Unix ms.
func (g *Gateway) now() int64 { return g.clock.Now().UnixMilli() }
