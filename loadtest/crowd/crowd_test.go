package crowd

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"veltrix/loadtest/peers/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestScan(t *testing.T) {
	for frame, want := range map[string][]string{
		`{"type":"verdict","id":"x","outcome":"awarded","seq":12,"points":-3,"replay":true}`: {"verdict x awarded 12 -3 true"},
		` [ {"type":"a"} , {"x":{"type":"no","s":"}]\\"},"id":"\"","type":"b"} ] `:           {"a   0 0 false", `b \"  0 0 false`},
		`[]`: nil,
		`{"type":"board","at":5,"rows":[{"broken`:                    {"board   0 0 false"},
		`{"a":[1,2,{"b":null}],"c":1.5e3,"seq":7,"type":"t","z":{}}`: {"t   7 0 false"},
	} {
		var got []string
		err := each([]byte(frame), func(m *message) {
			got = append(got, fmt.Sprintf("%s %s %s %d %d %t", m.kind, m.id, m.outcome, m.seq, m.points, m.replay))
		})
		if frame == `{"type":"board","at":5,"rows":[{"broken` {
			err = nil // what is not read may be anything
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q, %v", frame, got, err)
		}
	}
	for _, frame := range []string{``, `{`, `[`, `{"type"`, `{"type":`, `{"type":"x`, `[{"type":"x"}`, `[{},`, `7`, `{type:1}`, `[{}{}]`, `"`, `{"a":]}`} {
		if err := each([]byte(frame), func(*message) {}); err == nil {
			t.Errorf("%q was read", frame)
		}
	}
}

// FuzzScan: whatever arrives, the scan ends.
func FuzzScan(f *testing.F) {
	f.Add([]byte(`[{"type":"board","at":1,"rows":[{"name":"\\\""}]},{"type":"x"}]`))
	f.Fuzz(func(_ *testing.T, frame []byte) {
		_ = each(frame, func(*message) {})
	})
}

// TestSocket talks to a WebSocket of another make: frames of every length, in
// pieces, pings in between, and the close code.
func TestSocket(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"veltrix.v1"}})
		if err != nil {
			t.Error(err)
			return
		}
		ws.SetReadLimit(1 << 20)
		for {
			_, text, err := ws.Read(r.Context())
			if err != nil {
				t.Error(err)
				return
			}
			if string(text) == "end" {
				_ = ws.Close(4001, "slow")
				return
			}
			out, err := ws.Writer(r.Context(), websocket.MessageText)
			if err == nil {
				_, err = out.Write(text[:len(text)/2])
			}
			if err == nil {
				_, err = out.Write(text[len(text)/2:])
			}
			if err == nil {
				err = out.Close()
			}
			if err != nil {
				t.Error(err)
				return
			}
		}
	}))
	defer s.Close()
	base, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	sock, err := dial(t.Context(), base, nil, wire.Plain(nil))
	if err != nil {
		t.Fatal(err)
	}
	defer sock.drop()
	for _, n := range []int{0, 1, 125, 126, 4096, 65535} {
		sent := strings.Repeat("x", n)
		if err := sock.write([]byte(sent)); err != nil {
			t.Fatal(err)
		}
		err := sock.next(func(frame []byte) error {
			if string(frame) != sent {
				t.Errorf("%d bytes came back as %d", n, len(frame))
			}
			return nil
		})
		if err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
	}
	if err := sock.write(make([]byte, 1<<16)); err == nil {
		t.Error("a frame that is too long was sent")
	}
	if err := sock.write([]byte("end")); err != nil {
		t.Fatal(err)
	}
	err = sock.next(func([]byte) error { return nil })
	if end, ok := errors.AsType[*closed](err); !ok || end.code != 4001 || end.final() {
		t.Errorf("the end is %v", err)
	}
}

// TestTimers: everything runs in the order of its time, also functions that are
// added meanwhile and those that are late.
func TestTimers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		timers := newTimers()
		ctx, cancel := context.WithCancel(t.Context())
		begin := time.Now()
		var got []time.Duration
		note := func(at time.Time) { got = append(got, at.Sub(begin)) }
		for _, ms := range []int{30, 10, 20} {
			timers.At(begin.Add(time.Duration(ms)*time.Millisecond), note)
		}
		done := make(chan struct{})
		go func() { timers.Run(ctx); close(done) }()
		timers.At(begin.Add(15*time.Millisecond), func(at time.Time) {
			note(at)
			timers.At(begin.Add(time.Millisecond), note)
		})
		time.Sleep(time.Second)
		cancel()
		<-done
		const ms = time.Millisecond
		want := []time.Duration{10 * ms, 15 * ms, ms, 20 * ms, 30 * ms}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
}

// TestLatencyIsFromTheIntendedTime: a request that was sent late is slow, and
// one that was due before measuring does not count.
func TestLatencyIsFromTheIntendedTime(t *testing.T) {
	r := newRecord()
	begin := time.Now()
	r.begin(begin)
	due := begin.Add(time.Second)
	r.sent(due, due.Add(40*time.Millisecond))
	r.answered(Right, true, due, due.Add(50*time.Millisecond))
	r.answered(Right, true, begin.Add(-time.Second), begin.Add(-time.Millisecond))
	r.answered(Wrong, false, due, due.Add(time.Hour))
	if h := r.histograms[Right]; h.TotalCount() != 1 || h.Max()/1000 != 50 {
		t.Errorf("%d latencies up to %d µs", h.TotalCount(), h.Max())
	}
	if h := r.histograms[Late]; h.Max()/1000 != 40 {
		t.Errorf("late by %d µs", h.Max())
	}
	if r.histograms[Wrong].TotalCount() != 0 || r.result.Answered != 1 || r.result.Awarded != 1 || r.tick.Answered != 3 {
		t.Errorf("%+v, %+v", r.result, r.tick)
	}
}
