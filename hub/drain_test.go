package hub

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// TestQuietFinishesWhatWasRead: a frame whose Receive had begun is dealt with,
// later ones are not received, and what is sent still arrives, before the bye.
func TestQuietFinishesWhatWasRead(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		begun, finish := make(chan struct{}), make(chan struct{})
		f.receive = func(s *Session, frame []byte) {
			s.Admit()
			f.got <- string(frame)
			if string(frame) == `"slow"` {
				close(begun)
				<-finish
				s.Send([]byte(`"answer"`))
			}
		}
		busy, c := f.connect(t)
		c.say(t, `"slow"`)
		<-begun
		_, other := f.connect(t)
		other.say(t, `"first"`)
		synctest.Wait()

		quiet := make(chan error, 1)
		go func() { quiet <- f.Quiet(t.Context()) }()
		synctest.Wait()
		if len(quiet) != 0 {
			t.Error("Quiet did not wait for what was being received")
		}
		other.say(t, `"second"`)
		synctest.Wait()
		close(finish)
		if err := <-quiet; err != nil {
			t.Errorf("quiet: %v", err)
		}
		if _, m := c.frame(t); string(m) != `"answer"` {
			t.Errorf("after Quiet came %s", m)
		}
		busy.Send([]byte(`"later"`))
		if _, m := c.frame(t); string(m) != `"later"` {
			t.Errorf("a session that is sent something after Quiet hears %s", m)
		}
		drained := make(chan error, 1)
		go func() { drained <- f.Drain(t.Context()) }()
		c.wantBye(t, Restarting)
		other.wantBye(t, Restarting)
		c.Close()
		other.Close()
		if err := <-drained; err != nil {
			t.Errorf("drain: %v", err)
		}
		if first, second := <-f.got, <-f.got; first != `"slow"` || second != `"first"` || len(f.got) != 0 {
			t.Errorf("received %s, %s and %d more", first, second, len(f.got))
		}
	})
}

func TestQuietGivesUpWithItsContext(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		finish := make(chan struct{})
		f.receive = func(s *Session, _ []byte) { s.Admit(); <-finish }
		_, c := f.connect(t)
		c.say(t, `"slow"`)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := f.Quiet(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("quiet: %v", err)
		}
		close(finish)
		go func() { c.wantBye(t, Restarting); c.Close() }()
		if err := f.Drain(t.Context()); err != nil {
			t.Errorf("drain: %v", err)
		}
	})
}

func TestSpreadGrowsWithThePeers(t *testing.T) {
	c := Default()
	for n, want := range map[int]time.Duration{0: 1, 1: time.Millisecond, 300: 300 * time.Millisecond, 20_000: 5 * time.Second} {
		if got := c.spread(n); got != want {
			t.Errorf("%d peers come back within %v, want %v", n, got, want)
		}
	}
}

// tardy is a connection whose data arrived before a deadline that is noticed
// first, as on a node that is too busy.
type tardy struct {
	net.Conn
	data   []byte
	passed bool
}

func (c *tardy) SetReadDeadline(t time.Time) error {
	c.passed = !t.After(time.Now())
	return nil
}

func (c *tardy) Read(p []byte) (int, error) {
	if c.passed {
		return 0, os.ErrDeadlineExceeded
	}
	n := copy(p, c.data)
	c.data = c.data[n:]
	return n, nil
}

func TestHelloThatWasThereInTimeIsHeard(t *testing.T) {
	for _, greeting := range []bool{true, false} {
		w := &wire{Conn: &tardy{data: []byte("hello"), passed: true}}
		w.greeting.Store(greeting)
		p := make([]byte, 8)
		n, err := w.Read(p)
		switch {
		case greeting && (err != nil || string(p[:n]) != "hello"):
			t.Errorf("read %q, %v", p[:n], err)
		case !greeting && !errors.Is(err, os.ErrDeadlineExceeded):
			t.Errorf("not a hello: read %q, %v", p[:n], err)
		}
	}
}
