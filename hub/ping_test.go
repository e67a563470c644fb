package hub

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
)

// heard is a frame of the server, and when it came.
type heard struct {
	op      byte
	payload string
	at      time.Time
}

// listen reads all frames until the connection ends, then closes the channel.
func (c *client) listen() <-chan heard {
	frames := make(chan heard, 1000)
	go func() {
		defer close(frames)
		for {
			op, payload, err := readFrame(c.br)
			if err != nil {
				return
			}
			frames <- heard{op, string(payload), time.Now()}
		}
	}()
	return frames
}

func TestAPingGoesOutEveryHeartbeat(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		time.Sleep(10 * time.Second) // no session, no turn of the wheel
		s, c := f.connect(t)
		s.Admit()
		frames := c.listen()
		last := time.Now()
		for i := range 10 {
			got := <-frames
			if got.op != opPing || got.payload != "" {
				t.Fatalf("opcode %d, %q instead of a ping", got.op, got.payload)
			}
			c.write(t, opPong, true, "")
			if d := got.at.Sub(last); (d - f.cfg.Heartbeat).Abs() > f.cfg.Heartbeat/spokes {
				t.Errorf("ping %d came after %v", i, d)
			}
			last = got.at
		}
		c.Close()
		<-f.closed
	})
}

func TestTheNewcomerIsNotPinged(t *testing.T) {
	bubble(t, func(c *Config) { c.HelloTimeout = time.Minute }, func(t *testing.T, f *fixture) {
		_, c := f.connect(t)
		if got := <-c.listen(); got.op == opPing {
			t.Error("a session that said no hello got a ping")
		}
		<-f.closed
	})
}

// TestAdmittedSessionLivesWhileItIsHeard: every frame of the peer is a sign of
// life, so that a client has to send nothing by itself.
func TestAdmittedSessionLivesWhileItIsHeard(t *testing.T) {
	for name, speak := range map[string]func(t *testing.T, c *client){
		"message": func(t *testing.T, c *client) { c.say(t, `{"type":"ping"}`) },
		"ping":    func(t *testing.T, c *client) { c.write(t, opPing, true, "are you there") },
		"pong":    func(t *testing.T, c *client) { c.write(t, opPong, true, "") },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(t *testing.T, f *fixture) {
				s, c := f.connect(t)
				s.Admit()
				frames := c.listen()
				for range 100 {
					speak(t, c)
					time.Sleep(f.cfg.Silence - time.Millisecond)
				}
				speak(t, c)
				said, pongs := time.Now(), 0
				for got := range frames {
					switch got.op {
					case opPing:
					case opPong:
						pongs++
						if got.payload != "are you there" {
							t.Errorf("a pong says %q", got.payload)
						}
					case opText:
						d := got.at.Sub(said)
						if d < f.cfg.Silence || d > f.cfg.Silence+f.cfg.Silence/deadlines {
							t.Errorf("%s after %v", got.payload, d)
						}
					}
				}
				if name == "ping" && pongs != 101 {
					t.Errorf("%d pongs for 101 pings", pongs)
				}
				<-f.closed
				synctest.Wait()
				if f.metric(t, "closes_total", "silent") != 1 {
					t.Error("the session did not end as silent")
				}
			})
		})
	}
}

// TestPongsOfALibraryKeepASessionAlive: on a real socket, a peer that only reads
// outlives many times the silence, for its library answers the pings. One that
// answers none is closed as silent. Pings need no goroutine for a session.
func TestPongsOfALibraryKeepASessionAlive(t *testing.T) {
	f := newFixture(t, func(c *Config) { c.Heartbeat, c.Silence = 100*time.Millisecond, 400*time.Millisecond })
	srv := f.serve(t)
	const readers = 50
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ended, pings := make(chan error, readers), make(chan struct{}, 100_000)
	for range readers {
		ws, _, err := websocket.Dial(ctx, srv.URL, &websocket.DialOptions{
			OnPingReceived: func(context.Context, []byte) bool { pings <- struct{}{}; return true },
		})
		if err != nil {
			t.Fatal(err)
		}
		defer ws.CloseNow()
		receive(t, f.sessions).Admit()
		go func() {
			_, _, err := ws.Read(ctx)
			ended <- err
		}()
	}
	before := runtime.NumGoroutine()
	deaf := dial(t, srv, "", nil)
	receive(t, f.sessions).Admit()
	deaf.wantBye(t, Silent) // reads, and answers no ping
	for range 20 * readers {
		receive(t, pings)
	}
	if after := runtime.NumGoroutine(); after > before+5 {
		t.Errorf("%d goroutines, %d before the pings", after, before)
	}
	select {
	case err := <-ended:
		t.Errorf("a session whose peer answers pings ended: %v", err)
	default:
	}
}
