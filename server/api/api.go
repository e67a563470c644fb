// Package api is the HTTP API: what pages, organizers and producers of events ask
// without a WebSocket. docs/http.md is the contract.
//
// Guarantees:
//   - What is not carried out is answered with a problem document (RFC 9457) that
//     has a code of the protocol and, where waiting helps, a time to retry.
//   - Bodies and parameters are bounded and strict: an unknown one is refused.
//   - A hunt's state is looked at, and its commands are carried out, by its actor
//     (Hunts.Look and Hunts.Post). What costs more than a moment of a hunt's time
//     is read from the store, or taken from the hunt in pieces.
//   - What anyone may ask for as often as they like is kept for a moment and
//     answered to all, or limited by address.
//
// Nothing here starts a goroutine: steps run on those of net/http. Each thing that
// is kept has a lock of its own, and none is held while another is taken.
package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/server/auth"
	"veltrix/server/protocol"
)

// API is the HTTP API of a node. Its methods are safe for concurrent use.
type API struct {
	store    game.Store
	hunts    *actor.Hunts
	clock    *actor.Clock
	tokens   *auth.Tokens
	origins  []string
	proxies  Proxies
	sessions func() int
	audience func(hunt string) int
	log      *zap.Logger

	draining atomic.Bool

	// Each of these has a lock of its own.
	registrations *addressLimit
	list          listing
	charts        folded[huntChart]
	off           folded[offList]
	waiting       folded[waitingCount]
	given         folded[allAnswers]
	warned        warnings
	brake         *auth.Brake
}

// Config is what an API works with.
type Config struct {
	Store  game.Store
	Hunts  *actor.Hunts
	Clock  *actor.Clock // the store's
	Tokens *auth.Tokens
	// Origins are the web origins, besides our own, whose pages may use the API,
	// as patterns of hub.Config.Origins.
	Origins []string
	// Proxies are those whose word on the address of a client counts.
	Proxies Proxies
	Brake   *auth.Brake // of codes, the node's
	// PlayerRate is how many players a second one address may register; 0 is no
	// limit.
	PlayerRate float64
	// Sessions is how many WebSockets this node has, Audience how many of them
	// are in a hunt.
	Sessions func() int
	Audience func(hunt string) int
}

// New returns an API. It starts nothing.
func New(with Config, log *zap.Logger) *API {
	return &API{
		store: with.Store, hunts: with.Hunts, clock: with.Clock, tokens: with.Tokens, origins: with.Origins,
		proxies: with.Proxies, brake: with.Brake,
		sessions: with.Sessions, audience: with.Audience, log: log.Named("http"),
		registrations: newAddressLimit(with.PlayerRate),
	}
}

// NotReady makes the API say that the node is not ready, so that load balancers
// send nothing new here. It answers as before.
func (a *API) NotReady() { a.draining.Store(true) }

// Timeouts of a request. A command waits as long as a batch is held for a
// failing store, and a little more.
const (
	CommandTimeout = 15 * time.Second
	readTimeout    = 10 * time.Second
)

// step does the work of one request: it writes the answer, or returns what to
// answer instead. An error that is not a *problem is the server's fault.
type step func(w http.ResponseWriter, r *http.Request) error

// Handler routes everything that the public address serves.
func (a *API) Handler(play, page http.Handler) http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, s step) { mux.Handle(pattern, a.serve(s)) }

	handle("GET /healthz", a.healthz)
	handle("GET /readyz", a.readyz)
	handle("GET /schema/hunt.json", a.schema)
	handle("POST /api/v1/players", a.register)
	handle("GET /api/v1/hunts", a.listHunts)
	handle("GET /api/v1/hunts/{hunt}", a.showHunt)
	handle("GET /api/v1/hunts/{hunt}/board", a.board)
	handle("GET /api/v1/hunts/{hunt}/series", a.series)
	handle("GET /h/{hunt}/qr.svg", a.qr)

	organizer := func(pattern string, s step) { handle(pattern, a.only(auth.Organizer, s)) }
	organizer("PUT /api/v1/hunts/{hunt}", a.define)
	organizer("DELETE /api/v1/hunts/{hunt}", a.discard)
	organizer("GET /api/v1/bin", a.bin)
	organizer("POST /api/v1/bin/{hunt}/restore", a.restore)
	organizer("GET /api/v1/hunts/{hunt}/definition", a.definition)
	organizer("POST /api/v1/hunts/{hunt}/phase", a.phase)
	organizer("POST /api/v1/hunts/{hunt}/adjustments", a.adjust)
	organizer("POST /api/v1/hunts/{hunt}/revocations", a.revoke)
	organizer("POST /api/v1/hunts/{hunt}/grants", a.grant)
	organizer("POST /api/v1/hunts/{hunt}/announcements", a.announce)
	organizer("POST /api/v1/hunts/{hunt}/bans", a.ban)
	organizer("POST /api/v1/hunts/{hunt}/visibility", a.hide)
	organizer("POST /api/v1/hunts/{hunt}/names", a.rename)
	organizer("POST /api/v1/hunts/{hunt}/divisions", a.divide)
	organizer("POST /api/v1/hunts/{hunt}/moves", a.move)
	organizer("POST /api/v1/hunts/{hunt}/extensions", a.extend)
	organizer("POST /api/v1/hunts/{hunt}/skips", a.skip)
	organizer("GET /api/v1/hunts/{hunt}/reviews", a.reviews)
	organizer("POST /api/v1/hunts/{hunt}/reviews/{claim}", a.review)
	organizer("GET /api/v1/hunts/{hunt}/answers", a.answers)
	organizer("POST /api/v1/hunts/{hunt}/answers/grants", a.regrant)
	organizer("GET /api/v1/hunts/{hunt}/ledger", a.ledger)
	organizer("GET /api/v1/hunts/{hunt}/results.csv", a.results)
	organizer("GET /api/v1/hunts/{hunt}/results.xlsx", a.sheet)
	organizer("GET /api/v1/hunts/{hunt}/entrants", a.entrants)
	organizer("GET /api/v1/hunts/{hunt}/entrants/{entrant}", a.entrant)
	organizer("GET /api/v1/hunts/{hunt}/stats", a.stats)
	organizer("POST /api/v1/lint", a.lint)
	handle("POST /api/v1/hunts/{hunt}/events", a.only(auth.Producer, a.events))

	handle("GET /ws", a.upgradable(play))
	mux.Handle("/", page)
	return a.around(mux)
}

// serve turns a step into an http.Handler.
func (a *API) serve(s step) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A name that no hunt can have stays away from hunts and store.
		if id := r.PathValue("hunt"); id != "" && !hunt.ValidID(id) {
			refuse(game.CodeUnknownHunt, "").write(w)
			return
		}
		if p := readable(r); p != nil {
			p.write(w)
			return
		}
		err := s(w, r)
		var p *problem
		switch {
		case err == nil:
		case errors.As(err, &p):
			p.write(w)
		default:
			a.fail(w, r, err)
		}
	})
}

// fail answers what a store or a hunt failed with.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, game.ErrUnknownHunt):
		refuse(game.CodeUnknownHunt, "").write(w)
	case errors.Is(err, game.ErrUnknownEntrant):
		refuse(game.CodeUnknownEntrant, "").write(w)
	case r.Context().Err() != nil: // nobody hears an answer
	case errors.Is(err, game.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		a.log.Warn("request failed", requestFields(r, zap.Error(err))...)
		refuse(game.CodeUnavailable, "").write(w)
	default:
		a.log.Error("request failed", requestFields(r, zap.Error(err))...)
		refuse(game.CodeInternal, "").write(w)
	}
}

// only carries out requests that bear a role's token.
func (a *API) only(want auth.Role, s step) step {
	return func(w http.ResponseWriter, r *http.Request) error {
		switch got := a.tokens.Role(bearer(r)); got {
		case want:
			return s(w, r)
		case "":
			return refuse(protocol.CodeUnauthorized, "send the "+string(want)+"'s token: Authorization: Bearer TOKEN")
		default:
			return refuse(game.CodeForbidden, "this is for the "+string(want)+", the token is of a "+string(got))
		}
	}
}

// bearer is the token of a request, "" when there is none.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
