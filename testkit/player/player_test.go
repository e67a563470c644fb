package player

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// request is what the fake server reads.
type request struct {
	Type, ID, Hunt, Challenge, Token string
	socket                           int // number of the connection, from 0
}

// fake is a server of which the test writes the answers to claims: a frame, or
// a close code.
type fake struct {
	t      *testing.T
	answer func(request) (frame string, code websocket.StatusCode)
	mu     sync.Mutex
	dialed int
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{Subprotocol}})
	if err != nil {
		f.t.Error(err)
		return
	}
	defer func() { _ = ws.CloseNow() }()
	f.mu.Lock()
	socket := f.dialed
	f.dialed++
	f.mu.Unlock()
	for {
		_, frame, err := ws.Read(r.Context())
		if err != nil {
			return // the player has gone
		}
		var requests []request
		if frame[0] != '[' {
			frame = append(append([]byte{'['}, frame...), ']')
		}
		if err := json.Unmarshal(frame, &requests); err != nil {
			f.t.Errorf("%v in %s", err, frame)
			return
		}
		for _, q := range requests {
			q.socket = socket
			frame, code := f.reply(q)
			if code != 0 {
				_ = ws.Close(code, "") // the player is not waited for
				return
			}
			if err := ws.Write(r.Context(), websocket.MessageText, []byte(frame)); err != nil {
				return
			}
		}
	}
}

func (f *fake) reply(q request) (string, websocket.StatusCode) {
	switch q.Type {
	case "hello":
		return `{"type":"welcome","player":"` + q.Token + `","heartbeat":60000}`, 0
	case "join":
		return `[{"type":"board","rows":[]},{"type":"joined","id":"` + q.ID + `","hunt":"` + q.Hunt + `","epoch":"1","seq":1,"you":{"entrant":"e"}}]`, 0
	default:
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.answer(q)
	}
}

func verdict(q request) string {
	return `{"type":"verdict","id":"` + q.ID + `","challenge":"` + q.Challenge + `","outcome":"awarded","badges":["b"]}`
}

// play runs a player against a fake server while test does something.
func play(t *testing.T, cfg Config, answer func(request) (string, websocket.StatusCode), test func(*Player, *History)) error {
	t.Helper()
	f := &fake{t: t, answer: answer}
	s := httptest.NewServer(f)
	defer s.Close()
	history := &History{}
	cfg.URL, cfg.Client, cfg.Token, cfg.Hunt, cfg.History = s.URL, s.Client(), "ada", "h", history
	p := New(cfg)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- p.Run(ctx) }()
	test(p, history)
	if t.Failed() || cfg.Pushed == nil { // otherwise the server ends it
		cancel()
	}
	err := <-done
	cancel()
	return err
}

func TestCopiesOverSockets(t *testing.T) {
	sockets := map[int]int{}
	err := play(t, Config{Sockets: 2, Copies: 3}, func(q request) (string, websocket.StatusCode) {
		sockets[q.socket]++
		return verdict(q), 0
	}, func(p *Player, h *History) {
		v, err := p.Claim(t.Context(), "c", map[string]string{"text": "x"})
		if err != nil || v.Outcome != "awarded" || len(v.Badges) != 1 {
			t.Errorf("%s, %v", v.Raw, err)
		}
		if err := h.Settled(t.Context()); err != nil {
			t.Error(err)
		}
		c := h.Claims()[0]
		// The first and the third go over one socket, the second over the other.
		if c.Player != "ada" || c.Challenge != "c" || c.Sent != 3 || c.Answers != 3 || len(c.Verdicts) != 3 || sockets[0]+sockets[1] != 3 || sockets[0] == 3 || sockets[1] == 3 || !c.Answered() {
			t.Errorf("%+v", c)
		}
	})
	if err != nil {
		t.Error(err)
	}
}

// TestLostVerdict: a connection that ends before the verdict is made again and
// the claim is sent again with the same id.
func TestLostVerdict(t *testing.T) {
	var ids []string
	err := play(t, Config{}, func(q request) (string, websocket.StatusCode) {
		ids = append(ids, q.ID)
		if len(ids) < 3 {
			return "", 4000
		}
		return verdict(q), 0
	}, func(p *Player, h *History) {
		if _, err := p.Claim(t.Context(), "c", nil); err != nil {
			t.Error(err)
		}
		if c := h.Claims(); len(c) != 1 || c[0].Sent != 3 || h.Awarded() != 1 {
			t.Errorf("%+v", c)
		}
	})
	if err != nil || len(ids) != 3 || ids[0] != ids[1] || ids[1] != ids[2] {
		t.Errorf("ids %v, %v", ids, err)
	}
}

func TestBusyThenRefused(t *testing.T) {
	n := 0
	err := play(t, Config{}, func(q request) (string, websocket.StatusCode) {
		n++
		code := `"busy","retry_after":1`
		if n == 3 {
			code = `"unknown_challenge","message":"no such challenge"`
		}
		return `{"type":"error","id":"` + q.ID + `","code":` + code + `}`, 0
	}, func(p *Player, h *History) {
		_, err := p.Claim(t.Context(), "c", nil)
		if err == nil || !strings.Contains(err.Error(), "unknown_challenge") {
			t.Errorf("error %v", err)
		}
		if c := h.Claims()[0]; c.Sent != 3 || c.Refusal == nil || !c.Answered() {
			t.Errorf("%+v", c)
		}
	})
	if err != nil {
		t.Error(err)
	}
}

// TestBanned: a close code that asks not to come back ends Run.
func TestBanned(t *testing.T) {
	var pushed []string
	err := play(t, Config{Pushed: func(m Message) { pushed = append(pushed, m.Type) }},
		func(request) (string, websocket.StatusCode) { return "", 4403 },
		func(p *Player, _ *History) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if err := p.Joined(ctx); err != nil {
				t.Error(err)
			}
			p.send(ctx, 0, begin(p), map[string]any{"type": "claim"})
		})
	var closed *CloseError
	if !errors.As(err, &closed) || closed.Code != 4403 || !closed.Final() {
		t.Errorf("Run returned %v", err)
	}
	if len(pushed) != 2 || pushed[0] != "board" || pushed[1] != "joined" {
		t.Errorf("pushed %v", pushed)
	}
}

// begin makes a claim known to the history.
func begin(p *Player) string {
	p.cfg.History.begin(Claim{ID: "1"})
	return "1"
}

func TestSplit(t *testing.T) {
	for frame, want := range map[string]int{`{"type":"a"}`: 1, ` [{"type":"a"},{"type":"b","badges":{"x":{}}}]`: 2, `[]`: 0} {
		if got, err := split([]byte(frame)); err != nil || len(got) != want {
			t.Errorf("%s: %v, %v", frame, got, err)
		}
	}
	for _, frame := range []string{``, `x`, `[1]`, `{"type":1}`, `[{"type":"a"}`} {
		if got, err := split([]byte(frame)); err == nil {
			t.Errorf("%s: %v", frame, got)
		}
	}
}
