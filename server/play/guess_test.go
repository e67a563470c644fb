package play

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"veltrix/hub"
	"veltrix/server/auth"
)

// guarded is a hunt with a code.
func guarded(mode string) string {
	return strings.Replace(manyChallenges(1), "mode: solo\n", "mode: "+mode+"\njoin_code: LANTERN\n"+
		"divisions:\n  - {id: school, title: Schools, code: APPLE}\n  - {id: open, title: Open}\n", 1)
}

// ask sends a request and returns its answer.
func (s *socket) ask(typ, more string) map[string]any {
	s.t.Helper()
	s.write(fmt.Sprintf(`{"type":%q,"id":"a","hunt":"h"%s}`, typ, more))
	return s.read("joined", "watching", "error")
}

// TestACodeGuardsWatching: whoever does not know the code does not see the hunt.
func TestACodeGuardsWatching(t *testing.T) {
	tb := newTable(t, guarded("solo"))
	joined := tb.connect("ada")
	if got := joined.ask("join", `,"code":"lantern"`); got["type"] != "joined" {
		t.Fatalf("join: %v", got)
	}
	for _, c := range []struct{ who, hello, more, want string }{
		{"anyone", "", "", "bad_code"},
		{"who guesses", "", `,"code":"candle"`, "bad_code"},
		{"a player who has not joined", "ben", "", "bad_code"},
		{"who knows the code", "", `,"code":" lan tern"`, "watching"},
		{"a player who has joined, elsewhere", "ada", "", "watching"},
		{"a display", "the display", "", "watching"},
		{"an organizer", "the organizer", "", "watching"},
	} {
		got := tb.connect(c.hello).ask("watch", c.more)
		if got["type"] != c.want && got["code"] != c.want {
			t.Errorf("%s gets %v, want %s", c.who, got, c.want)
		}
		if raw := fmt.Sprint(got); c.want == "bad_code" && strings.Contains(raw, "C0") {
			t.Errorf("%s sees %s", c.who, raw)
		}
	}
	if got := joined.ask("watch", ""); got["type"] != "watching" {
		t.Errorf("a session that has joined: %v", got)
	}
	if got := tb.connect("the display").ask("join", `,"code":"lantern"`); got["code"] != "unauthorized" {
		t.Errorf("a display joins: %v", got)
	}
	ws, _, err := websocket.Dial(t.Context(), tb.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ws.CloseNow() }()
	producer := &socket{t: t, ws: ws}
	producer.write(`{"type":"hello","token":"the producer"}`)
	producer.read("bye")
	if _, _, err := ws.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusCode(hub.BadToken) {
		t.Errorf("a producer's hello: %v", err)
	}
}

// TestATeamWatchesToo: a session in a team needs no code to watch.
func TestATeamWatchesToo(t *testing.T) {
	tb := newTable(t, guarded("team"))
	ada := tb.connect("ada")
	if got := ada.ask("join", `,"code":"lantern","team":{"name":"The Otters"}`); got["type"] != "joined" {
		t.Fatalf("join: %v", got)
	}
	if got := ada.ask("watch", ""); got["type"] != "watching" {
		t.Errorf("a team's session: %v", got)
	}
}

// TestGuessingACodeIsBraked: after a few wrong codes a player waits, whatever the
// code opens, with a right one too. Others of its address get in meanwhile, and
// so does who has joined before.
func TestGuessingACodeIsBraked(t *testing.T) {
	for _, c := range []struct{ mode, typ, wrong, right string }{
		{"solo", "join", `,"code":"%04d"`, `,"code":"lantern"`},
		{"solo", "watch", `,"code":"%04d"`, `,"code":"lantern"`},
		{"solo", "join", `,"code":"lantern","division":"school","division_code":"%04d"`, `,"code":"lantern","division":"school","division_code":"apple"`},
		{"team", "join", `,"code":"lantern","team":{"code":"%04d"}`, `,"code":"lantern","team":{"name":"The Otters"}`},
	} {
		t.Run(c.mode+c.typ+c.wrong, func(t *testing.T) {
			tb := newTable(t, guarded(c.mode))
			eve := tb.connect("eve")
			for i := range auth.FreePlayer {
				if got := eve.ask(c.typ, fmt.Sprintf(c.wrong, i)); got["code"] != "bad_code" {
					t.Fatalf("wrong code %d: %v", i, got)
				}
			}
			first := auth.FirstWait.Seconds() * 1000
			for i := range 3 {
				got := tb.connect("eve").ask(c.typ, fmt.Sprintf(c.wrong, 1000+i))
				if wait, _ := got["retry_after"].(float64); got["code"] != "rate_limited" || wait < first/2 || wait > first*1.3 {
					t.Errorf("one wrong code more: %v", got)
				}
			}
			if c.mode == "solo" {
				if got := eve.ask(c.typ, c.right); got["code"] != "rate_limited" {
					t.Errorf("the right code after guessing: %v", got)
				}
			}
			ada := tb.connect("ada")
			if got := ada.ask(c.typ, c.right); got["type"] == "error" {
				t.Errorf("another player of that address: %v", got)
			}
			for i := range 2 * auth.FreePlayer {
				if got := ada.ask(c.typ, fmt.Sprintf(c.wrong, i)); c.typ == "join" && c.mode == "solo" && got["type"] != "joined" {
					t.Errorf("who has joined, with a wrong code: %v", got)
				}
			}
		})
	}
}
