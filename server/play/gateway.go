package play

import (
	"context"
	"net/http"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"veltrix/game/actor"
	"veltrix/hub"
	"veltrix/server/auth"
)

// Gateway takes what sessions ask of hunts. Safe for concurrent use.
type Gateway struct {
	hub       *hub.Hub
	publisher *Publisher
	hunts     *actor.Hunts
	clock     *actor.Clock // the store's
	tokens    *auth.Tokens
	places    *joinPlaces
	unknown   prometheus.Counter // messages that are not understood

	hard     context.Context // ends when the node gives up
	readings sync.WaitGroup  // visits that read their ledger
}

// Config is what a gateway works with.
type Config struct {
	Publisher *Publisher // the one of Hunts
	Hunts     *actor.Hunts
	Clock     *actor.Clock // the store's
	Tokens    *auth.Tokens
	Hard      context.Context // ends when the node gives up: nothing is read from the store any more
}

// NewGateway returns a gateway to hunts. It starts nothing. Its metrics are registered.
func NewGateway(with Config, reg prometheus.Registerer) *Gateway {
	g := &Gateway{
		hub: with.Publisher.hub, publisher: with.Publisher, hunts: with.Hunts, clock: with.Clock, tokens: with.Tokens,
		hard: with.Hard, places: newJoinPlaces(reg),
		unknown: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "veltrix_bad_messages_total", Help: "Messages of clients that could not be understood.",
		}),
	}
	reg.MustRegister(g.unknown)
	return g
}

// ServeHTTP upgrades /ws.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.hub.Accept(w, r, func(s *hub.Session) hub.Peer {
		return &session{gateway: g, out: s}
	})
}

// StopJoins lets sessions wait for a join no longer: they hear from the hub that
// the node stops. It is called once.
func (g *Gateway) StopJoins() { g.places.close() }

// Wait returns when nothing is read for joins any more. It is called when the
// hunts have ended.
func (g *Gateway) Wait() { g.readings.Wait() }

// now is the store's clock, Unix ms.
func (g *Gateway) now() int64 { return g.clock.Now().UnixMilli() }
