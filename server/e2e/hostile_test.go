package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"veltrix/testkit/player"
)

const plainHunt = `
hunt: plain
title: Plain
challenges:
  - {id: text, title: Text, points: 1, proof: {text: yes-it-is}}
  - {id: number, title: Number, points: 1, proof: {number: {value: 3}}}
  - {id: choice, title: Choice, points: 1, proof: {choice: {options: [a, b], answer: a}}}
  - {id: place, title: Place, points: 1, proof: {location: {lat: 10, lon: 20, radius: 100m}}}
`

// TestHostile sends frames that no good player sends. They do not reach a
// store, so one store is enough.
func TestHostile(t *testing.T) {
	store := stores[0].open(t)
	s := serve(t, store, "--hunt", huntFile(t, plainHunt))
	t.Run("frames", s.in(hostileFrames))
	t.Run("messages", s.in(hostileMessages))
	t.Run("proofs", s.in(hostileProofs))
	t.Run("tokens", s.in(hostileTokens))
	t.Run("names", s.in(hostileNames))
	t.Run("silence", s.in(hostileSilence))
	t.Run("origin", s.in(hostileOrigin))
	t.Run("nothing happened", s.in(func(t *testing.T, s *server) {
		for _, e := range s.ledger("plain") {
			if e.Type != "joined" && e.Type != "defined" && e.Type != "phase" {
				t.Errorf("entry %+v", e)
			}
		}
		s.verify("plain", &player.History{})
	}))
	s.audit(store)
}

func hostileFrames(t *testing.T, s *server) {
	_, token := s.player("Mallory 1")
	for _, c := range []struct {
		name string
		send func(k *sock)
		code int
	}{
		{"binary", func(k *sock) {
			if err := k.conn.SendRaw(t.Context(), true, []byte(`{"type":"ping"}`)); err != nil {
				t.Fatal(err)
			}
		}, 4400},
		{"too large", func(k *sock) { k.raw(`{"type":"ping","x":"` + strings.Repeat("x", 1<<20) + `"}`) }, 4413},
	} {
		t.Run(c.name, s.in(func(_ *testing.T, s *server) {
			k := s.hello(token)
			c.send(k)
			k.wantClose(c.code)
		}))
	}
}

// hostileMessages: whatever is in a message, it is answered and the session
// goes on.
func hostileMessages(t *testing.T, s *server) {
	_, token := s.player("Mallory 2")
	k, _ := s.join(token, "plain")
	claim := `{"type":"claim","id":"` + uuid.NewString() + `","hunt":"plain","challenge":"text","proof":`
	for _, c := range []struct{ name, frame, code string }{
		{"not JSON", `hello there`, "bad_request"},
		{"half an object", `{"type":"ping"`, "bad_request"},
		{"two objects", `{"type":"ping"}{"type":"ping"}`, "bad_request"},
		{"empty", ``, "bad_request"},
		{"null", `null`, "bad_request"},
		{"a number", `17`, "bad_request"},
		{"no type", `{"id":"1"}`, "bad_request"},
		{"type of another kind", `{"type":7}`, "bad_request"},
		{"unknown type", `{"type":"steal","id":"1"}`, "bad_request"},
		{"hello again", `{"type":"hello","token":"x"}`, "bad_request"},
		{"array in an array", `[[{"type":"ping"}]]`, "bad_request"},
		{"deep", strings.Repeat("[", 4000) + strings.Repeat("]", 4000), "bad_request"},
		{"invalid UTF-8 as an escape", `{"type":"join","id":"\ud800","hunt":"\ud800"}`, ""},
		{"long id", `{"type":"join","hunt":"plain","id":"` + strings.Repeat("i", 65) + `"}`, "bad_request"},
		{"no hunt", `{"type":"join","id":"1"}`, ""},
		{"hunt of strange letters", `{"type":"join","id":"1","hunt":"../../etc"}`, ""},
		{"claim id is no UUID", `{"type":"claim","id":"1","hunt":"plain","challenge":"text","proof":{"text":"a"}}`, "bad_request"},
		{"claim id in braces", `{"type":"claim","id":"{` + uuid.NewString() + `}","hunt":"plain","challenge":"text","proof":{"text":"a"}}`, "bad_request"},
		{"claim without proof", `{"type":"claim","id":"` + uuid.NewString() + `","hunt":"plain","challenge":"text"}`, ""},
		{"unknown challenge", `{"type":"claim","id":"` + uuid.NewString() + `","hunt":"plain","challenge":"nine","proof":{"text":"a"}}`, "unknown_challenge"},
		{"empty proof", claim + `{}}`, ""},
		{"two proofs", claim + `{"text":"a","code":"b"}}`, ""},
		{"proof is an array", claim + `["a"]}`, ""},
		{"text is a number", claim + `{"text":5}}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			k.t = t
			k.raw(c.frame)
			m := k.want("error", "")
			if m.Code == "" || m.Code == "internal" || m.Code == "unavailable" || c.code != "" && m.Code != c.code {
				t.Errorf("got %s, want code %q", m.Raw, c.code)
			}
			if m.Message == "" {
				t.Errorf("an error without a message: %s", m.Raw)
			}
			for _, extra := range k.fence() {
				t.Errorf("then came %s", extra.Raw)
			}
		})
	}
	k.t = t
	// In an array every message has its own answer.
	k.raw(`[{"type":"nonsense","id":"a"},{"type":"join","id":"b","hunt":"plain"}]`)
	k.wantError("a", "bad_request")
	k.want("joined", "b")
}

func hostileProofs(t *testing.T, s *server) {
	_, token := s.player("Mallory 3")
	k, _ := s.join(token, "plain")
	for _, c := range []struct{ name, challenge, proof string }{
		{"number for text", "text", `{"number":3}`},
		{"text for number", "number", `{"text":"3"}`},
		{"code for choice", "choice", `{"code":"a"}`},
		{"review of what needs none", "text", `{"review":{"note":"please"}}`},
		{"NaN", "number", `{"number":NaN}`},
		{"NaN as text", "number", `{"number":"NaN"}`},
		{"huge number", "number", `{"number":1e999}`},
		{"north of the pole", "place", `{"location":{"lat":90.1,"lon":20,"accuracy":5}}`},
		{"beyond the date line", "place", `{"location":{"lat":10,"lon":180.5,"accuracy":5}}`},
		{"negative accuracy", "place", `{"location":{"lat":10,"lon":20,"accuracy":-1}}`},
		{"too vague", "place", `{"location":{"lat":10,"lon":20,"accuracy":101}}`},
		{"choice of objects", "choice", `{"choice":[{}]}`},
		{"very long text", "text", `{"text":"` + strings.Repeat("a", 6000) + `"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			k.t = t
			id := uuid.NewString()
			k.raw(`{"type":"claim","id":"` + id + `","hunt":"plain","challenge":"` + c.challenge + `","proof":` + c.proof + `}`)
			m := k.until("answer", func(m player.Message) bool { return m.Type == "error" || m.Type == "verdict" })
			if m.Type != "error" || m.Code != "bad_proof" && m.Code != "bad_request" {
				t.Errorf("got %s", m.Raw)
			}
		})
	}
	k.t = t
	for _, number := range []string{"1e308", "-0", "3.0000000000000004", "9007199254740993"} {
		k.raw(`{"type":"claim","id":"` + uuid.NewString() + `","hunt":"plain","challenge":"number","proof":{"number":` + number + `}}`)
		if m := k.want("verdict", ""); m.Outcome != "wrong" {
			t.Errorf("%s: %s", number, m.Raw)
		}
	}
}

func hostileTokens(t *testing.T, s *server) {
	good := mint(t, "p-1", "Minted", time.Now().Add(time.Hour))
	k := s.hello(good)
	if k.seen[0].Player != "p-1" || k.seen[0].Name != "Minted" {
		t.Errorf("welcome %s", k.seen[0].Raw)
	}
	parts := strings.Split(good, ".")
	for name, token := range map[string]string{
		"nonsense":       "nonsense",
		"expired":        mint(t, "p-1", "Minted", time.Now().Add(-time.Hour)),
		"no signature":   parts[0] + "." + parts[1] + ".",
		"other content":  parts[0] + "." + strings.Split(mint(t, "p-2", "Minted", time.Now().Add(time.Hour)), ".")[1] + "." + parts[2],
		"algorithm none": "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + parts[1] + ".",
		"no subject":     mint(t, "", "Minted", time.Now().Add(time.Hour)),
		"bad name":       mint(t, "p-1", "\u202egnihtyna", time.Now().Add(time.Hour)),
	} {
		t.Run(name, s.in(func(_ *testing.T, s *server) {
			k := s.dial()
			k.send(obj{"type": "hello", "token": token})
			k.wantClose(4401)
		}))
	}
}

func hostileNames(t *testing.T, s *server) {
	for name, body := range map[string]any{
		"empty":        obj{"name": ""},
		"spaces":       obj{"name": " \t\u00a0 "},
		"too long":     obj{"name": strings.Repeat("ä", 300)},
		"control":      obj{"name": "a\u0007b"},
		"bidi":         obj{"name": "\u202eadA"},
		"invisible":    obj{"name": "\u200b\u200b"},
		"not a string": obj{"name": 5},
		"no name":      obj{},
		"not JSON":     "name=Ada",
		"an array":     []string{"Ada"},
		"too large":    obj{"name": strings.Repeat("x", 1<<20)},
	} {
		t.Run(name, s.in(func(t *testing.T, s *server) {
			a := s.call("POST", "/api/v1/players", "", body, "Content-Type", "application/json")
			if a.status < 400 || a.status >= 500 {
				t.Fatalf("%d %s", a.status, a.body)
			}
			a.problem(t, a.status)
		}))
	}
	for _, name := range []string{"Ada", "Zoë", "李小龙", "أمل", "O'Neil-Smith", "👩‍🚀 Valentina"} {
		s.player(name)
	}
}

// hostileSilence: a connection that sends nothing, or claims before its hello,
// is closed.
func hostileSilence(t *testing.T, s *server) {
	silent := s.dial()
	rude := s.dial()
	rude.send(obj{"type": "claim", "id": uuid.NewString(), "hunt": "plain", "challenge": "text", "proof": obj{"text": "a"}})
	m, err := rude.next()
	switch {
	case err != nil:
		t.Errorf("a claim before hello: %v", err)
	case m.Type == "error":
		if m.Code != "unauthorized" && m.Code != "bad_request" {
			t.Errorf("a claim before hello: %s", m.Raw)
		}
	case m.Type != "bye" || m.Reconnect:
		t.Errorf("a claim before hello: %s", m.Raw)
	}
	silent.wantClose(4408)
}

func hostileOrigin(t *testing.T, s *server) {
	upgrade := func(origin string) int {
		return s.call("GET", "/ws", "", nil, "Origin", origin, "Connection", "Upgrade", "Upgrade", "websocket",
			"Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==").status
	}
	if status := upgrade("https://elsewhere.example"); status != http.StatusForbidden {
		t.Errorf("a page of another site: %d", status)
	}
	if a := s.call("GET", "/ws", "", nil); a.status < 400 || a.status >= 500 {
		t.Errorf("GET /ws without an upgrade: %d", a.status)
	}
}
