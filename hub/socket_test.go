package hub

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

func TestEarlyBytes(t *testing.T) {
	f := newFixture(t, nil)
	srv := f.serve(t)
	var early, late []byte
	for i := range 40 {
		early = append(early, masked(opText, true, fmt.Appendf(nil, "%d %s", i, strings.Repeat("x", 60)))...)
	}
	// The last of them is cut in the middle.
	early, late = early[:len(early)-10], early[len(early)-10:]
	c := dial(t, srv, "", early)
	if _, err := c.Write(late); err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		var got int
		if _, err := fmt.Sscan(receive(t, f.got), &got); err != nil || got != i {
			t.Fatalf("got %d, %v, want %d", got, err, i)
		}
	}
}

// The bytes may lie in net/http's buffer, or be on their way while it hijacks.
func TestEarlyBytesInTheBuffer(t *testing.T) {
	ours, theirs := net.Pipe()
	defer ours.Close()
	defer theirs.Close()
	early := masked(opText, true, []byte(strings.Repeat("x", 1000)))
	var w wire
	w.open(theirs, bytes.Clone(early), 0)
	wrote := make(chan error, 1)
	go func() {
		_, err := ours.Write([]byte("more"))
		wrote <- err
	}()
	defer func() {
		if err := <-wrote; err != nil {
			t.Error(err)
		}
	}()
	got := make([]byte, len(early)+4)
	if _, err := io.ReadFull(&w, got); err != nil || string(got) != string(early)+"more" {
		t.Errorf("%v: got %q", err, got)
	}
}

func TestLibraryOfTheOtherSideSeesTheCode(t *testing.T) {
	f := newFixture(t, func(c *Config) { c.Subprotocols = []string{"one.v1"} })
	srv := f.serve(t)
	for code := range words {
		if code == gone {
			continue
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		ws, _, err := websocket.Dial(ctx, srv.URL, &websocket.DialOptions{Subprotocols: []string{"one.v1"}})
		if err != nil {
			t.Fatal(err)
		}
		defer ws.CloseNow()
		if ws.Subprotocol() != "one.v1" {
			t.Errorf("subprotocol %q", ws.Subprotocol())
		}
		receive(t, f.sessions).Close(code)
		typ, msg, err := ws.Read(ctx)
		if err != nil || typ != websocket.MessageText || !strings.Contains(string(msg), `"bye"`) {
			t.Fatalf("%s, %v", msg, err)
		}
		if _, _, err := ws.Read(ctx); websocket.CloseStatus(err) != websocket.StatusCode(code) {
			t.Errorf("%v, want %d", err, code)
		}
		receive(t, f.closed)
	}
}

func TestTooLargeIsHeardByAPeerThatKeepsWriting(t *testing.T) {
	f := newFixture(t, nil)
	srv := f.serve(t)
	c := dial(t, srv, "", nil)
	// Everything is written before anything is read: were the input left
	// unread, the kernel would reset the connection.
	c.say(t, strings.Repeat("x", 2<<20))
	c.wantBye(t, TooLarge)
}

func TestSlowReaderIsClosedWithALastWord(t *testing.T) {
	f := newFixture(t, func(c *Config) { c.MaxQueue = 64 << 10; c.WriteTimeout = time.Minute })
	srv := f.serve(t)
	slow, quick := dial(t, srv, "", nil), dial(t, srv, "", nil)
	for range 2 {
		if err := f.Subscribe(receive(t, f.sessions), "topic"); err != nil {
			t.Fatal(err)
		}
	}
	// The quick one reads each message before the next is published, so it
	// also shows that the slow one holds up nobody.
	pad := strings.Repeat("x", 4000)
	sent := 0
	for f.metric(t, "queue_overflows_total") == 0 {
		f.Publish("topic", fmt.Appendf(nil, `"%d %s"`, sent, pad))
		_, payload := quick.frame(t)
		var n int
		if _, err := fmt.Sscanf(string(payload), `"%d `, &n); err != nil || n != sent {
			t.Fatalf("%v: %.20s, want %d", err, payload, sent)
		}
		if sent++; sent > 20_000 {
			t.Fatal("80 MB were taken")
		}
	}
	for i, m := range slow.wantBye(t, Slow) {
		if !strings.HasPrefix(m, fmt.Sprintf(`"%d `, i)) {
			t.Fatalf("message %d is %.20s", i, m)
		}
	}
	slow.Close()
	receive(t, f.closed)
	if f.Count("topic") != 1 || f.metric(t, "closes_total", "slow") != 1 {
		t.Error("the slow one is still there")
	}
}

// A peer that does not read is sent few old states when it does again: most of
// them never were in the kernel.
func TestStateIsConflatedForASlowReader(t *testing.T) {
	f := newFixture(t, nil)
	srv := f.serve(t)
	slow, quick := dial(t, srv, "", nil), dial(t, srv, "", nil)
	for range 2 {
		if err := f.Subscribe(receive(t, f.sessions), "topic"); err != nil {
			t.Fatal(err)
		}
	}
	if err := slow.Conn.(*net.TCPConn).SetReadBuffer(16 << 10); err != nil {
		t.Fatal(err)
	}
	pad := strings.Repeat("x", 20_000)
	const versions = 400
	for v := uint64(1); v <= versions; v++ {
		f.SetState("topic", 0, State{Version: v, Full: fmt.Appendf(nil, `{"v":%d,"pad":"%s"}`, v, pad)})
		quick.frame(t)
	}
	last, seen := 0, 0
	for last != versions {
		_, payload := slow.frame(t)
		var v int
		if _, err := fmt.Sscanf(string(payload), `{"v":%d,`, &v); err != nil || v <= last {
			t.Fatalf("%v: version %d after %d", err, v, last)
		}
		last = v
		seen++
	}
	if skipped := f.metric(t, "states_total", "skipped"); int(skipped) != versions-seen || seen > versions/2 {
		t.Errorf("%d of %d versions seen, %v skipped", seen, versions, skipped)
	}
}

func TestOrigins(t *testing.T) {
	f := newFixture(t, func(c *Config) { c.Origins = []string{"*.friends.test", "https://exact.test"} })
	srv := f.serve(t)
	for origin, want := range map[string]int{
		"":                            101,
		"http://hunt.test":            101,
		"https://HUNT.test":           101,
		"http://a.friends.test":       101,
		"https://exact.test":          101,
		"http://exact.test":           403,
		"http://friends.test":         403,
		"http://hunt.test.evil.test":  403,
		"http://hunt.test:81":         403,
		"http://evil.test/?hunt.test": 403,
		"null":                        403,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "hunt.test"
		for k, v := range map[string]string{
			"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
			"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Origin": origin,
		} {
			if v != "" {
				r.Header.Set(k, v)
			}
		}
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %s", origin, resp.Status)
		}
	}
}

func TestRefusals(t *testing.T) {
	f := newFixture(t, func(c *Config) { c.MaxSessions = 1 })
	srv := httptest.NewServer(f)
	defer srv.Close()
	status := func() *http.Response {
		resp, err := http.Get(srv.URL)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp
	}
	if got := status().StatusCode; got != http.StatusUpgradeRequired {
		t.Errorf("no handshake: %d", got)
	}
	c := dial(t, srv, "", nil) // the refused one holds no place
	if r := status(); r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Retry-After") != "2" {
		t.Errorf("full: %v", r)
	}
	done := make(chan error)
	go func() { done <- f.Drain(t.Context()) }()
	c.wantBye(t, Restarting)
	c.Close()
	if err := receive(t, done); err != nil {
		t.Error(err)
	}
	if r := status(); r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Retry-After") != "2" {
		t.Errorf("drained: %v", r)
	}
	if n := f.metric(t, "refused_total"); n != 3 {
		t.Errorf("%v refusals counted", n)
	}
}

// TestRefusedConnectionsComeBackSpread: each is told its own time, as fast after
// one another as a node takes them in.
func TestRefusedConnectionsComeBackSpread(t *testing.T) {
	h := newFixture(t, nil).Hub
	now := time.Unix(1000, 0)
	for i := range 20_000 {
		place := leastAway + time.Duration(i+1)*byePace
		if after := h.laterLocked(now); after < place || after >= place+byePace {
			t.Fatalf("refusal %d: come back after %v, its place is at %v", i, after, place)
		}
	}
	for range 100_000 {
		if after := h.laterLocked(now); after > mostAway+byePace {
			t.Fatalf("sent away for %v", after)
		}
	}
	if after := h.laterLocked(now.Add(2 * mostAway)); after > leastAway+2*byePace {
		t.Errorf("a long time later: %v", after)
	}
}

func TestTLS(t *testing.T) {
	f := newFixture(t, nil)
	srv := httptest.NewUnstartedServer(f)
	srv.StartTLS()
	defer srv.Close()
	defer f.stop(t)
	nc, err := tls.Dial("tcp", srv.Listener.Addr().String(), srv.Client().Transport.(*http.Transport).TLSClientConfig)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, err := nc.Write([]byte(handshake + "\r\n")); err != nil {
		t.Fatal(err)
	}
	c := &client{Conn: nc}
	c.br = newReader(nc)
	c.upgraded(t)
	s := receive(t, f.sessions)
	c.say(t, "hello")
	if got := receive(t, f.got); got != "hello" {
		t.Errorf("got %q", got)
	}
	s.Send([]byte(`"` + strings.Repeat("x", 200_000) + `"`))
	s.Close(Overloaded)
	if before := c.wantBye(t, Overloaded); len(before) != 1 || len(before[0]) != 200_002 {
		t.Errorf("%d messages before the bye", len(before))
	}
}

// Everything at once, to be run with the race detector: sessions come, are
// closed from either side, are published to, and the hub drains meanwhile.
func TestTurmoil(t *testing.T) {
	f := newFixture(t, func(c *Config) { c.MaxQueue = 8 << 10 })
	srv := httptest.NewServer(f)
	defer srv.Close()
	f.receive = func(s *Session, frame []byte) {
		s.Admit()
		s.Send(bytes.Clone(frame))
		if err := f.Subscribe(s, string(frame[1:2])); err != nil && err != ErrClosed {
			t.Error(err)
		}
	}
	stop := make(chan struct{})
	var publishers, clients sync.WaitGroup
	for p := range 3 {
		publishers.Go(func() {
			for v := uint64(1); ; v++ {
				select {
				case <-stop:
					return
				default:
				}
				topic := fmt.Sprint(v % 3)
				f.Publish(topic, []byte(`"published"`))
				f.SetState(topic, p, state(topic, p, v, v-1))
				for _, s := range f.members(topic) {
					if s.Put("own", []byte(`1`)); rand.IntN(200) == 0 {
						s.Close(Overloaded)
					}
				}
			}
		})
	}
	for i := range 8 {
		clients.Go(func() {
			for j := range 15 {
				c := dial(t, srv, "", nil)
				c.say(t, fmt.Sprintf(`"%d"`, (i+j)%3))
				switch j % 3 {
				case 0: // cut
				case 1:
					if _, _, err := readFrame(c.br); err == nil {
						_, _ = c.Conn.Write(masked(opClose, true, []byte{0x03, 0xe8}))
					}
				case 2:
					for range 50 {
						if _, _, err := readFrame(c.br); err != nil {
							break
						}
					}
				}
				c.Close()
			}
		})
	}
	clients.Wait()
	if err := f.Drain(t.Context()); err != nil {
		t.Error(err)
	}
	close(stop)
	publishers.Wait()
	if len(f.sessions) != len(f.closed) || f.Sessions() != 0 || f.metric(t, "sessions") != 0 {
		t.Errorf("%d began, %d ended, %d left", len(f.sessions), len(f.closed), f.Sessions())
	}
	for slot := range Slots {
		for topic := range 3 {
			f.SetState(fmt.Sprint(topic), slot, State{})
		}
	}
	if n := len(f.topics.named); n != 0 {
		t.Errorf("%d topics left", n)
	}
}

// A peer that waits for the server to close the connection, as browsers do,
// does not have to wait for the end of the lingering.
func TestPeerSeesTheEndAtOnce(t *testing.T) {
	f := newFixture(t, nil)
	f.linger = 10 * patience
	srv := f.serve(t)
	c := dial(t, srv, "", nil)
	receive(t, f.sessions).Close(Banned)
	c.wantBye(t, Banned)
	c.Close()
	receive(t, f.closed)
}
