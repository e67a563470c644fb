package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/storetest"
	"veltrix/internal/queue"
	"veltrix/server/auth"
	"veltrix/server/protocol"
)

func TestPlayers(t *testing.T) {
	d := newDesk(t, nil)
	var made struct{ Player, Name, Token string }
	r := d.call("POST", "/api/v1/players", "", obj{"name": "  Ada \u00a0 L. "}).ok(&made)
	if r.status != http.StatusCreated || made.Name != "Ada L." || r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %s", r.status, r.body)
	}
	id, name, err := d.api.tokens.Player(made.Token)
	if err != nil || id != made.Player || name != made.Name {
		t.Errorf("the token is of %q %q: %v", id, name, err)
	}
	for _, c := range []struct {
		body   any
		status int
		code   game.Code
		word   string
	}{
		{obj{}, 400, game.CodeBadRequest, "name is missing"},
		{obj{"name": nil}, 400, game.CodeBadRequest, "name is missing"},
		{obj{"name": " "}, 400, game.CodeBadRequest, "seen"},
		{obj{"name": "a\u202eb"}, 400, game.CodeBadRequest, "U+202E"},
		{obj{"name": 7}, 400, game.CodeBadRequest, "name cannot be a JSON number"},
		{obj{"name": "Ada", "admin": true}, 400, game.CodeBadRequest, `"admin"`},
		{[]int{1}, 400, game.CodeBadRequest, "array"},
		{obj{"name": strings.Repeat("x", MaxBody)}, 413, protocol.CodeTooLarge, "65536"},
	} {
		if p := d.call("POST", "/api/v1/players", "", c.body).refused(c.status, c.code); !strings.Contains(p.Detail, c.word) {
			t.Errorf("%v: %q does not say %q", c.body, p.Detail, c.word)
		}
	}
	for body, word := range map[string]string{"": "empty", `{"name":`: "middle", `{"name":"Ada"} {}`: "follows", "{nome}": "byte 2"} {
		p := d.call("POST", "/api/v1/players", "", body, "Content-Type", "application/json; charset=utf-8").refused(400, game.CodeBadRequest)
		if !strings.Contains(p.Detail, word) {
			t.Errorf("%q: %q does not say %q", body, p.Detail, word)
		}
	}
	d.call("POST", "/api/v1/players", "", `{"name":"Ada"}`).refused(415, codeMediaType)
}

func TestPlayersAreLimitedByAddress(t *testing.T) {
	d := newDesk(t, nil, func(c *Config) { c.PlayerRate = 0.1 })
	for range 3 {
		d.call("POST", "/api/v1/players", "", obj{"name": "Ada"}).ok(nil)
	}
	// A header that anyone can write does not make another address.
	r := d.call("POST", "/api/v1/players", "", obj{"name": "Ada"}, "X-Forwarded-For", "203.0.113.9")
	if p := r.refused(429, protocol.CodeRateLimited); p.RetryAfter < 1 || r.header.Get("Retry-After") == "" {
		t.Errorf("no word of when: %s", r.body)
	}
}

// TestObedientNewPlayersGetIn: 400 players of one address who wait as long as they
// are told, all get in, and soon.
func TestObedientNewPlayersGetIn(t *testing.T) {
	const players = 400
	synctest.Test(t, func(t *testing.T) {
		l := newAddressLimit(2) // 60 at once
		var tries atomic.Int64
		var all sync.WaitGroup
		began := time.Now()
		for i := range players {
			all.Go(func() {
				remote := fmt.Sprintf("192.0.2.1:%d", 1000+i)
				for wait := l.wait(remote); wait > 0; wait = l.wait(remote) {
					tries.Add(1)
					time.Sleep(wait)
				}
			})
		}
		all.Wait()
		if n := players + tries.Load(); n > 2*players {
			t.Errorf("%d requests of %d players", n, players)
		}
		if took := time.Since(began); took > 220*time.Second {
			t.Errorf("took %v, the rate needs 170 s", took)
		}
	})
}

func TestAddressLimitIsBounded(t *testing.T) {
	l := newAddressLimit(1)
	of := func(remote string) *queue.Limit { return l.ofLocked(auth.Network(remote)) }
	first := of("10.0.0.0:1")
	for i := range 3 * maxAddresses {
		of(fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255))
	}
	if n := len(l.recent) + len(l.old); n > 2*maxAddresses {
		t.Errorf("%d addresses are remembered", n)
	}
	if of("10.0.0.0:1") == first {
		t.Error("the oldest address was not forgotten")
	}
	if of("[2001:db8::1]:5") != of("[2001:db8::ffff]:6") {
		t.Error("two addresses of one IPv6 network count apart")
	}
	if of("[::ffff:192.0.2.1]:5") != of("192.0.2.1:6") || of("192.0.2.1:6") == of("192.0.2.2:6") {
		t.Error("IPv4 addresses are not told apart, or in two ways")
	}
}

func TestAuthorization(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	token, err := d.api.tokens.Mint("ada", "Ada", auth.PlayerTTL)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ method, path, want string }{
		{"PUT", "", deskOrganizer},
		{"DELETE", "", deskOrganizer},
		{"GET", "/definition", deskOrganizer},
		{"POST", "/phase", deskOrganizer},
		{"POST", "/adjustments", deskOrganizer},
		{"POST", "/revocations", deskOrganizer},
		{"POST", "/grants", deskOrganizer},
		{"POST", "/announcements", deskOrganizer},
		{"POST", "/bans", deskOrganizer},
		{"POST", "/names", deskOrganizer},
		{"POST", "/visibility", deskOrganizer},
		{"POST", "/extensions", deskOrganizer},
		{"POST", "/divisions", deskOrganizer},
		{"POST", "/moves", deskOrganizer},
		{"POST", "/skips", deskOrganizer},
		{"GET", "/reviews", deskOrganizer},
		{"POST", "/reviews/" + uuid.NewString(), deskOrganizer},
		{"GET", "/ledger", deskOrganizer},
		{"GET", "/results.csv", deskOrganizer},
		{"GET", "/entrants", deskOrganizer},
		{"GET", "/entrants/ada", deskOrganizer},
		{"GET", "/stats", deskOrganizer},
		{"GET", "/board?live=1", deskOrganizer},
		{"POST", "/events", deskProducer},
	} {
		path := "/api/v1/hunts/fair" + c.path
		for _, bad := range []string{"", "nonsense", c.want + "x"} {
			if r := d.call(c.method, path, bad, nil); r.refused(401, protocol.CodeUnauthorized).Code == "" || r.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s %s: 401 without WWW-Authenticate", c.method, path)
			}
		}
		for _, other := range []string{token, deskOrganizer, deskProducer, deskDisplay} {
			if other != c.want {
				d.call(c.method, path, other, nil).refused(403, game.CodeForbidden)
			}
		}
		if r := d.call(c.method, path, c.want, nil); r.status == 401 || r.status == 403 {
			t.Errorf("%s %s: the right token is refused: %s", c.method, path, r.body)
		}
		if c.method == "GET" {
			d.call(c.method, strings.Replace(path, "fair", "nowhere", 1), c.want, nil).refused(404, game.CodeUnknownHunt)
		}
	}
}

func TestUnknownPaths(t *testing.T) {
	d := newDesk(t, nil)
	d.call("GET", "/api/v1/nothing", "", nil).refused(404, codeNotFound)
	d.call("GET", "/api/v1/hunts/Not%20An%20Id", "", nil).refused(404, game.CodeUnknownHunt)
	d.call("GET", "/api/v1/hunts/nowhere", "", nil).refused(404, game.CodeUnknownHunt)
	d.call("GET", "/api/v1/hunts/nowhere/board", "", nil).refused(404, game.CodeUnknownHunt)
	r := d.call("POST", "/api/v1/hunts/fair", "", nil)
	if r.refused(405, codeMethod); r.header.Get("Allow") != "GET, PUT, DELETE" {
		t.Errorf("Allow: %q", r.header.Get("Allow"))
	}
	if r := d.call("GET", "/anything/else", "", nil); r.body != "the page" || r.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the page: %+v", r)
	}
	if p := d.call("GET", "/api/v1/hunts?pages=1", "", nil).refused(400, game.CodeBadRequest); !strings.Contains(p.Detail, `"pages"`) {
		t.Errorf("an unknown parameter: %s", p.Detail)
	}
}

// sickStore fails as its fields say.
type sickStore struct {
	game.Store
	ready, commit error
	panics        bool
}

func (s *sickStore) Ready(ctx context.Context) error {
	if s.ready != nil {
		return s.ready
	}
	return s.Store.Ready(ctx)
}

func (s *sickStore) Commit(ctx context.Context, id string, d *hunt.Definition, known game.Head, batch []game.Command) (game.Result, error) {
	if s.commit != nil {
		return game.Result{}, s.commit
	}
	return s.Store.Commit(ctx, id, d, known, batch)
}

func (s *sickStore) Hunts(ctx context.Context) ([]string, error) {
	if s.panics {
		panic("out of order")
	}
	return s.Store.Hunts(ctx)
}

func TestReadiness(t *testing.T) {
	store := &sickStore{Store: storetest.NewReference(now)}
	d := newDesk(t, store)
	d.call("GET", "/healthz", "", nil).ok(nil)
	d.call("GET", "/readyz", "", nil).ok(nil)
	store.ready = fmt.Errorf("disk full: %w", game.ErrUnavailable)
	r := d.call("GET", "/readyz", "", nil)
	if p := r.refused(503, game.CodeUnavailable); strings.Contains(p.Detail, "disk") {
		t.Errorf("the answer says what is wrong inside: %s", p.Detail)
	}
	d.call("GET", "/healthz", "", nil).ok(nil)
	store.ready = nil
	d.api.NotReady()
	d.call("GET", "/readyz", "", nil).refused(503, game.CodeUnavailable)
}

func TestFailingStore(t *testing.T) {
	store := &sickStore{Store: storetest.NewReference(now)}
	d := newDesk(t, store)
	d.fair("open")
	store.commit = fmt.Errorf("connection refused: %w", game.ErrUnavailable)
	r := d.post("announcements", obj{"text": "Tea"})
	if p := r.refused(503, game.CodeUnavailable); p.RetryAfter == 0 || r.header.Get("Retry-After") != "1" {
		t.Errorf("no word of when to try again: %s", r.body)
	}
	store.commit = errors.New("secret internals")
	if p := d.post("announcements", obj{"text": "Tea"}).refused(500, game.CodeInternal); strings.Contains(p.Detail, "secret") {
		t.Errorf("the answer says what is wrong inside: %s", p.Detail)
	}
	store.panics = true
	d.api.list.forget()
	d.call("GET", "/api/v1/hunts", "", nil).refused(500, game.CodeInternal)
}

// TestStatuses: every code of the game has its place in the one table.
func TestStatuses(t *testing.T) {
	for _, c := range []game.Code{
		game.CodeBadRequest, game.CodeForbidden, game.CodeUnknownHunt, game.CodeUnknownChallenge, game.CodeUnknownHint,
		game.CodeUnknownBadge, game.CodeUnknownEntrant, game.CodeUnknownClaim, game.CodeBadProof, game.CodeNotJoined,
		game.CodeBadCode, game.CodeConflict, game.CodeInsufficientPoints, game.CodeClosed, game.CodeBusy,
		game.CodeUnavailable, game.CodeInternal, protocol.CodeUnauthorized, protocol.CodeRateLimited, protocol.CodeTooLarge,
	} {
		if p := refuse(c, ""); p.Code != c || p.Status != statuses[c] || p.Detail == "" {
			t.Errorf("%s: %+v", c, p)
		}
	}
	if p := refuse("what_is_this", ""); p.Status != 500 || p.Code != game.CodeInternal {
		t.Errorf("an unknown code: %+v", p)
	}
}

func TestCORS(t *testing.T) {
	d := newDesk(t, nil, func(c *Config) { c.Origins = []string{"https://*.example.org", "fair.test"} })
	for origin, allowed := range map[string]bool{
		"https://play.example.org": true, "http://play.example.org": false, "https://example.org": false,
		"https://play.example.org.evil.test": false, "http://fair.test": true, "null": false,
	} {
		r := d.call("GET", "/api/v1/hunts", "", nil, "Origin", origin)
		if got := r.header.Get("Access-Control-Allow-Origin"); (got == origin) != allowed || !allowed && got != "" {
			t.Errorf("%s: allowed is %q", origin, got)
		}
		if !slices.Contains(r.header.Values("Vary"), "Origin") {
			t.Errorf("%s: no Vary", origin)
		}
	}
	r := d.call("OPTIONS", "/api/v1/players", "", nil, "Origin", "http://fair.test", "Access-Control-Request-Method", "POST")
	if r.status != http.StatusNoContent || !strings.Contains(r.header.Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("preflight: %d %v", r.status, r.header)
	}
	plain := newDesk(t, nil)
	if r := plain.call("GET", "/api/v1/hunts", "", nil, "Origin", "http://fair.test"); r.header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("origins are allowed that nobody configured")
	}
}

func TestSchema(t *testing.T) {
	r := newDesk(t, nil).call("GET", "/schema/hunt.json", "", nil)
	if r.ok(nil); !strings.Contains(r.body, `"challenges"`) || r.header.Get("Content-Type") != "application/schema+json" {
		t.Errorf("%d %s", r.status, r.header.Get("Content-Type"))
	}
}
