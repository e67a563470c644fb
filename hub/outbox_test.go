package hub

import (
	"bufio"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// byHand is a fixture without workers: frames are assembled when turn is
// called, and only then.
func byHand(t testing.TB, change func(*Config)) *fixture {
	f := newFixture(t, change)
	f.ready.limit, f.pause = 0, 0
	return f
}

// turn gives the next session its turn and reports whether there was one.
func (f *fixture) turn(w *worker) bool {
	s, l := f.pop(w)
	if s == nil {
		f.ready.workers = 0
		f.ready.spare = nil
		return false
	}
	s.flush(w, l)
	return true
}

// frames takes the text frames that were written so far.
func (k *sink) frames(t testing.TB) (frames []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for br := bufio.NewReader(&k.buf); br.Buffered() > 0 || k.buf.Len() > 0; {
		_, payload, err := readFrame(br)
		if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, string(payload))
	}
	return frames
}

func TestWhatWaitsGoesOutInOneFrame(t *testing.T) {
	f := byHand(t, nil)
	k, w := f.sink(), new(worker)
	k.Send([]byte(`{"n":1}`))
	f.turn(w)
	k.Put("rank", []byte(`{"rank":9}`))
	k.Send([]byte(`{"n":2}`))
	k.Put("rank", []byte(`{"rank":8}`))
	k.Send([]byte(`{"n":3}`))
	for f.turn(w) {
	}
	want := []string{`{"n":1}`, `[{"n":2},{"n":3},{"rank":8}]`}
	if got := k.frames(t); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestFramesAreCapped(t *testing.T) {
	f := byHand(t, nil)
	k, w := f.sink(), new(worker)
	big := `"` + strings.Repeat("x", 30_000) + `"`
	huge := `"` + strings.Repeat("y", 100_000) + `"`
	for _, m := range []string{big, big, big, huge, big} {
		k.Send([]byte(m))
	}
	k.Put("rank", []byte(`1`))
	for f.turn(w) {
	}
	want := []string{"[" + big + "," + big + "]", big, huge, "[" + big + ",1]"}
	got := k.frames(t)
	if !slices.Equal(got, want) {
		for _, g := range got {
			t.Errorf("a frame of %d bytes", len(g))
		}
	}
	if cap(w.frame.buf) < len(huge) {
		t.Error("the test is too small")
	}
	k.Send([]byte(`1`))
	f.turn(w)
	if cap(w.frame.buf) > 2*maxAssembled {
		t.Error("the worker keeps the outsized buffer")
	}
}

func TestFrameLengths(t *testing.T) {
	f := byHand(t, nil)
	k, w := f.sink(), new(worker)
	for _, n := range []int{2, 125, 126, 127, 65535, 65536} {
		k.Send([]byte(strings.Repeat("1", n)))
		f.turn(w)
		if got := k.frames(t); len(got) != 1 || len(got[0]) != n {
			t.Errorf("%d frames for %d bytes", len(got), n)
		}
	}
}

func TestQueueIsBoundedInBytes(t *testing.T) {
	f := byHand(t, func(c *Config) { c.MaxQueue = 1024 })
	k, w := f.sink(), new(worker)
	k.Send(make([]byte, 5000)) // meets an empty queue
	f.turn(w)
	k.frames(t)
	for range 8 {
		k.Send([]byte(strings.Repeat("1", 128)))
	}
	if k.phase != open {
		t.Fatal("closed at the bound, not over it")
	}
	k.Send([]byte(`2`))
	k.Send([]byte(`3`))
	for f.turn(w) {
	}
	if got := k.messages(t); len(got) != 1 || !strings.Contains(got[0], `"code":"slow","reconnect":true`) {
		t.Errorf("last words are %q", got)
	}
	if k.phase != flushed || k.code != Slow {
		t.Errorf("phase %d, code %d", k.phase, k.code)
	}
	if n := f.metric(t, "queue_overflows_total"); n != 1 {
		t.Errorf("%v overflows counted", n)
	}
}

func TestSlotsAreBounded(t *testing.T) {
	f := byHand(t, nil)
	k := f.sink()
	for i := range maxSlots {
		k.Put(fmt.Sprint(i), []byte(`1`))
	}
	k.Put("0", []byte(`2`))
	if k.phase != open {
		t.Fatal("closed at the bound")
	}
	k.Put("one more", []byte(`1`))
	if k.phase != closing || k.code != Slow {
		t.Errorf("phase %d, code %d", k.phase, k.code)
	}
}

func TestOwnMessagesGoBeforeFanOut(t *testing.T) {
	f := byHand(t, nil)
	w := new(worker)
	var crowd []*sink
	for range 100 {
		k := f.sink()
		if err := f.Subscribe(k.Session, "topic"); err != nil {
			t.Fatal(err)
		}
		crowd = append(crowd, k)
	}
	f.Publish("topic", []byte(`"all"`))
	crowd[99].Send([]byte(`"own"`))
	f.turn(w)
	if got := crowd[99].frames(t); len(got) != 1 || got[0] != `["all","own"]` {
		t.Errorf("got %q", got)
	}
	// The bulk has its turns however much is urgent.
	for range bulkTurn + 1 {
		crowd[99].Send([]byte(`1`))
		f.turn(w)
	}
	if crowd[0].buf.Len() == 0 {
		t.Error("the first of the bulk starved")
	}
	for f.turn(w) {
	}
	for _, k := range crowd[:99] {
		if got := k.frames(t); len(got) != 1 || got[0] != `"all"` {
			t.Errorf("got %q", got)
		}
	}
}

// TestFanOutPauses so that urgent sessions need not wait for all of it.
func TestFanOutPauses(t *testing.T) {
	for _, test := range []struct{ sessions, pauses int }{
		{1, 0}, {portion, 0}, {portion + 1, 1}, {10 * portion, 9}, {10_000, 64},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFixture(t, nil)
			var crowd []*sink
			for range test.sessions {
				k := f.sink()
				if err := f.Subscribe(k.Session, "topic"); err != nil {
					t.Fatal(err)
				}
				crowd = append(crowd, k)
			}
			begun := time.Now()
			f.Publish("topic", []byte(`"all"`))
			crowd[test.sessions-1].Send([]byte(`"own"`))
			synctest.Wait()
			if got := crowd[test.sessions-1].frames(t); !slices.Equal(got, []string{`["all","own"]`}) {
				t.Errorf("of %d, the session with a message of its own got %q before the first pause", test.sessions, got)
			}
			for n := 0; n < test.sessions-1; {
				if got := crowd[n].frames(t); len(got) == 0 {
					time.Sleep(f.pause)
					synctest.Wait()
				} else if n++; !slices.Equal(got, []string{`"all"`}) {
					t.Fatalf("got %q", got)
				}
			}
			took := time.Since(begun)
			if n := int(took / f.pause); n < test.pauses*3/4 || n > test.pauses+test.pauses/16 {
				t.Errorf("%d pauses for %d sessions, want about %d", n, test.sessions, test.pauses)
			}
			if got := f.FanOut(); got != took {
				t.Errorf("it says that it took %v, it took %v", got, took)
			}
		})
	}
}

func TestIdleOutboxHoldsNothing(t *testing.T) {
	f := byHand(t, nil)
	k, w := f.sink(), new(worker)
	for range 1000 {
		k.Send([]byte(`1`))
	}
	for f.turn(w) {
	}
	if cap(k.queue.msgs) > 4 || k.queue.bytes != 0 || k.next != [lists]*Session{} {
		t.Errorf("%+v", k.queue)
	}
}

func TestNewestSlotIsWrittenToASlowSession(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		s, c := f.connect(t)
		s.Send([]byte(`"first"`))
		synctest.Wait() // it is being written: the pipe is full
		for i := range 100 {
			s.Put("rank", fmt.Append(nil, i))
			s.Send(fmt.Appendf(nil, `"m%d"`, i))
		}
		c.frame(t)
		_, payload := c.frame(t)
		got := split(t, payload)
		if len(got) != 101 || got[0] != `"m0"` || got[99] != `"m99"` || got[100] != "99" {
			t.Errorf("got %q", got)
		}
		c.Close()
	})
}
