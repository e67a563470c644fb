package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/game/storetest"
	"veltrix/server/auth"
)

// The tokens of a desk.
const (
	deskOrganizer = "organizer-of-the-desk"
	deskProducer  = "producer-of-the-desk"
	deskDisplay   = "display-of-the-desk"
)

var deskKey = strings.Repeat("k", 32)

// desk is the HTTP side on a store in memory.
type desk struct {
	t      *testing.T
	api    *API
	url    string
	client *http.Client
}

// now is the clock of a store in memory, Unix ms.
func now() int64 { return time.Now().UnixMilli() }

// mute publishes to nobody.
type mute struct{ actor.Publisher }

func (mute) Entry(*actor.View, *game.Entry, []game.Entry, any) {}
func (mute) FanOut() time.Duration                             { return 0 }
func (mute) Board(*actor.View, bool)                           {}
func (mute) Ticker(*actor.View, []actor.Event, int)            {}
func (mute) Standings(*actor.View)                             {}
func (mute) Reset(*actor.View)                                 {}
func (mute) Forget(string)                                     {}
func (mute) Audience(string) int                               { return 0 }
func (mute) Present(string) []string                           { return nil }

func newDesk(t *testing.T, store game.Store, change ...func(*Config)) *desk {
	t.Helper()
	if store == nil {
		store = storetest.NewReference(now)
	}
	opts := actor.DefaultOptions()
	opts.CommitRetry = 30 * time.Millisecond // a store that fails here never recovers
	clock := new(actor.Clock)
	hunts := actor.NewHunts(store, clock, mute{}, opts, actor.NewMetrics(prometheus.NewRegistry()), zap.NewNop())
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := hunts.Run(ctx, context.WithoutCancel(ctx)); err != nil {
			t.Errorf("hunts: %v", err)
		}
	})
	d := &desk{t: t, client: &http.Client{Transport: &http.Transport{}}}
	with := Config{
		Store: store, Hunts: hunts, Clock: clock,
		Brake:    auth.NewBrake(),
		Sessions: func() int { return 5 }, Audience: func(string) int { return 3 },
		Tokens: auth.NewTokens(deskKey, map[auth.Role]string{
			auth.Organizer: deskOrganizer, auth.Producer: deskProducer, auth.Display: deskDisplay,
		}, time.Now),
	}
	for _, f := range change {
		f(&with)
	}
	d.api = New(with, zap.NewNop())
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "the page") })
	play := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "play") })
	server := httptest.NewServer(d.api.Handler(play, page))
	d.url = server.URL
	t.Cleanup(func() {
		d.client.CloseIdleConnections()
		server.Close()
		cancel()
		running.Wait()
	})
	return d
}

// reply is a response that was read.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

// call sends a request. A string body goes as YAML, any other as JSON; header
// is pairs of name and value.
func (d *desk) call(method, path, token string, body any, header ...string) reply {
	d.t.Helper()
	var reader io.Reader = http.NoBody
	media := jsonType
	switch b := body.(type) {
	case nil:
	case string:
		media, reader = "application/yaml", strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			d.t.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.url+path, reader)
	if err != nil {
		d.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", media)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := d.client.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return reply{d.t, res.StatusCode, res.Header, string(raw)}
}

// ok demands success and decodes the answer.
func (r reply) ok(into any) reply {
	r.t.Helper()
	if r.status < 200 || r.status > 299 {
		r.t.Fatalf("status %d: %s", r.status, r.body)
	}
	if into != nil {
		if err := json.Unmarshal([]byte(r.body), into); err != nil {
			r.t.Fatalf("%v in %s", err, r.body)
		}
	}
	return r
}

// refused demands a problem document of this shape.
func (r reply) refused(status int, code game.Code) problem {
	r.t.Helper()
	var p problem
	if err := json.Unmarshal([]byte(r.body), &p); err != nil {
		r.t.Fatalf("status %d, no problem document: %v in %q", r.status, err, r.body)
	}
	if r.status != status || p.Status != status || p.Code != code {
		r.t.Fatalf("status %d, want %d %s: %s", r.status, status, code, r.body)
	}
	if media := r.header.Get("Content-Type"); media != "application/problem+json" {
		r.t.Errorf("content type %q", media)
	}
	if p.Type != "about:blank" || p.Title != http.StatusText(status) || p.Detail == "" {
		r.t.Errorf("problem document %s", r.body)
	}
	return p
}

type obj map[string]any

const deskHunt = `hunt: fair
title: The fair
join_code: LANTERN
challenges:
  - {id: one, title: One, points: 10, bonus: [5], proof: {text: uno-answer}}
  - {id: two, title: Two, points: 20, proof: {text: due-answer}}
  - {id: photo, title: Photo, points: 40, proof: {review: {prompt: Show it.}}}
  - {id: steps, title: Steps, points: 5, proof: {event: {type: step, count: 2, match: {floor: "3"}}}}
badges:
  - {id: hero, title: Hero, points: 7, when: {manual: true}}
`

// fair puts the desk's hunt in place, in this phase.
func (d *desk) fair(phase string) {
	d.t.Helper()
	d.call("PUT", "/api/v1/hunts/fair", deskOrganizer, deskHunt).ok(nil)
	if phase != "draft" {
		d.post("phase", obj{"phase": phase}).ok(nil)
	}
}

// post sends an organizer's command to the fair, with an id when it has none.
func (d *desk) post(what string, body obj) reply {
	d.t.Helper()
	if body["id"] == nil {
		body["id"] = uuid.NewString()
	}
	return d.call("POST", "/api/v1/hunts/fair/"+what, deskOrganizer, body)
}

// enter has a player join the fair; its entrant has the same id.
func (d *desk) enter(player, name string) {
	d.t.Helper()
	d.play(actor.Request{
		Command:  game.Command{Type: game.CmdJoin, Entrant: player, Player: player, Name: name, Found: true},
		JoinCode: "lantern",
	}, game.OutDone)
}

// claim has a player claim a challenge of the fair.
func (d *desk) claim(player, challenge string, p hunt.Proof, want game.Outcome) string {
	d.t.Helper()
	id := uuid.NewString()
	d.play(actor.Request{
		Command: game.Command{Type: game.CmdClaim, ID: id, Entrant: player, Player: player, Challenge: challenge},
		Proof:   &p,
	}, want)
	return id
}

func (d *desk) play(r actor.Request, want game.Outcome) {
	d.t.Helper()
	got, err := d.api.hunts.Do(d.t.Context(), "fair", r)
	if err != nil || got.Outcome != want {
		d.t.Fatalf("%s: %+v, %v", r.Command.Type, got, err)
	}
}

func text(s string) hunt.Proof { return hunt.Proof{Text: &s} }
