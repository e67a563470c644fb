package hub

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// bubble runs a test on a clock of its own, so that the default timeouts pass
// at once and exactly.
func bubble(t *testing.T, change func(*Config), test func(t *testing.T, f *fixture)) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, change)
		test(t, f)
		f.stop(t)
	})
}

func TestFramesAreReceivedInOrder(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		s, c := f.connect(t)
		for i := range 10 {
			c.say(t, fmt.Sprint(i))
		}
		for i := range 10 {
			if got := <-f.got; got != fmt.Sprint(i) {
				t.Fatalf("got %s, want %d", got, i)
			}
		}
		c.Close()
		if <-f.closed != s {
			t.Error("another session ended")
		}
		if n := f.metric(t, "received_frames_total"); n != 10 {
			t.Errorf("%v frames counted", n)
		}
		synctest.Wait()
		if f.Sessions() != 0 || f.metric(t, "sessions") != 0 || f.metric(t, "closes_total", "gone") != 1 {
			t.Error("the end was not counted")
		}
	})
}

func TestFragmentsAreOneFrame(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		_, c := f.connect(t)
		c.write(t, opText, false, `{"a":`)
		c.write(t, 0, false, strings.Repeat(" ", 500))
		c.write(t, 0, true, `1}`)
		if got := <-f.got; got != `{"a":`+strings.Repeat(" ", 500)+`1}` {
			t.Errorf("got %q", got)
		}
		c.Close()
	})
}

func TestFrameOfExactlyTheLimit(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		_, c := f.connect(t)
		for _, n := range []int{0, 1, 125, 126, 8191, 8192} {
			c.say(t, strings.Repeat("x", n))
			if got := <-f.got; len(got) != n {
				t.Errorf("%d bytes received of %d", len(got), n)
			}
		}
		c.Close()
	})
}

func TestPeerThatBreaksTheProtocol(t *testing.T) {
	unmasked := func(t *testing.T, c *client) {
		if _, err := c.Write([]byte{finBit | opText, 2, '{', '}'}); err != nil {
			t.Error(err)
		}
	}
	for name, test := range map[string]struct {
		want Code
		do   func(t *testing.T, c *client)
	}{
		"binary":             {Protocol, func(t *testing.T, c *client) { c.write(t, 2, true, "x") }},
		"unmasked":           {Protocol, unmasked},
		"unknown opcode":     {Protocol, func(t *testing.T, c *client) { c.write(t, 5, true, "x") }},
		"reserved bit":       {Protocol, func(t *testing.T, c *client) { c.write(t, opText|0x40, true, "x") }},
		"continues nothing":  {Protocol, func(t *testing.T, c *client) { c.write(t, 0, true, "x") }},
		"text in a fragment": {Protocol, func(t *testing.T, c *client) { c.write(t, opText, false, "x"); c.write(t, opText, true, "y") }},
		"invalid close":      {Protocol, func(t *testing.T, c *client) { c.write(t, opClose, true, "x") }},
		"too large":          {TooLarge, func(t *testing.T, c *client) { c.say(t, strings.Repeat("x", 8193)) }},
		"too large in parts": {TooLarge, func(t *testing.T, c *client) {
			c.write(t, opText, false, strings.Repeat("x", 8192))
			c.write(t, 0, true, "x")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(t *testing.T, f *fixture) {
				s, c := f.connect(t)
				test.do(t, c)
				c.wantBye(t, test.want)
				if <-f.closed != s {
					t.Error("another session ended")
				}
				if len(f.got) != 0 {
					t.Errorf("received %q", <-f.got)
				}
				synctest.Wait()
				if n := f.metric(t, "closes_total", test.want.String()); n != 1 {
					t.Errorf("%v closes counted", n)
				}
			})
		})
	}
}

func TestHelloDeadlineIsAbsolute(t *testing.T) {
	for _, chatty := range []bool{false, true} {
		bubble(t, nil, func(t *testing.T, f *fixture) {
			f.receive = func(*Session, []byte) {}
			_, c := f.connect(t)
			begin := time.Now()
			if chatty {
				time.Sleep(4 * time.Second)
				c.say(t, `{}`)
				c.write(t, 9, true, "")
				if op, _ := c.frame(t); op != opPong {
					t.Errorf("opcode %d", op)
				}
			}
			c.wantBye(t, NoHello)
			if d := time.Since(begin) - f.linger; d != f.cfg.HelloTimeout+glance {
				t.Errorf("after %v", d)
			}
		})
	}
}

func TestControlFrameThatNeverEnds(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		s, c := f.connect(t)
		s.Admit()
		if _, err := c.Write([]byte{finBit | 9, 0x80 | 100, 0, 0, 0, 0, 'x'}); err != nil {
			t.Fatal(err)
		}
		c.wantBye(t, Silent)
	})
}

func TestPeerCloses(t *testing.T) {
	for payload, want := range map[string]Code{"\x03\xe8bye": 1000, "": 1005, "\x0f\xa1mine": 4001} {
		bubble(t, nil, func(t *testing.T, f *fixture) {
			_, c := f.connect(t)
			c.write(t, opClose, true, payload)
			msgs, code, _ := c.rest(t)
			if len(msgs) != 0 || code != want {
				t.Errorf("answered %q and %d, want %d", msgs, code, want)
			}
			<-f.closed
			synctest.Wait()
			if f.metric(t, "closes_total", "gone") != 1 {
				t.Error("not counted as gone")
			}
		})
	}
}

func TestCloseWritesWhatWaits(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		s, c := f.connect(t)
		s.Send([]byte(`1`))
		s.Send([]byte(`2`))
		s.Close(Banned)
		s.Close(Slow)
		s.Send([]byte(`3`))
		s.Put("slot", []byte(`4`))
		if err := f.Subscribe(s, "topic"); err != ErrClosed {
			t.Errorf("subscribe: %v", err)
		}
		if before := c.wantBye(t, Banned); len(before) != 2 || before[0] != "1" || before[1] != "2" {
			t.Errorf("before the bye came %q", before)
		}
	})
}

func TestNothingIsReceivedAfterClose(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		s, c := f.connect(t)
		s.Close(Restarting) // the writer waits for the pipe
		c.say(t, "late")
		c.wantBye(t, Restarting)
		<-f.closed
		if len(f.got) != 0 {
			t.Errorf("received %q", <-f.got)
		}
	})
}

func TestCloseIsBoundedWhenThePeerDoesNotRead(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		s, c := f.connect(t)
		begin := time.Now()
		s.Close(Banned) // returns: a pipe takes nothing until someone reads
		if d := time.Since(begin); d != 0 {
			t.Errorf("Close took %v", d)
		}
		<-f.closed
		if d := time.Since(begin); d > f.cfg.WriteTimeout {
			t.Errorf("ended after %v", d)
		}
		c.Close()
	})
}

func TestPeerThatStopsReadingIsCut(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		s, c := f.connect(t)
		s.Admit()
		begin := time.Now()
		s.Send([]byte(`1`))
		<-f.closed
		if d := time.Since(begin); d != f.cfg.WriteTimeout {
			t.Errorf("ended after %v", d)
		}
		synctest.Wait()
		if f.metric(t, "closes_total", "slow") != 1 {
			t.Error("not counted as slow")
		}
		c.Close()
	})
}

func TestPanicOfAPeerEndsOnlyItsSession(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		f.receive = func(s *Session, frame []byte) {
			s.Admit()
			if string(frame) == "boom" {
				panic("peer")
			}
			s.Send([]byte(`"ok"`))
		}
		_, bad := f.connect(t)
		_, good := f.connect(t)
		bad.say(t, "boom")
		bad.wantBye(t, Internal)
		good.say(t, "hello")
		if _, payload := good.frame(t); string(payload) != `"ok"` {
			t.Errorf("got %s", payload)
		}
		good.Close()
	})
}

func TestPanicWhileAPeerIsMade(t *testing.T) {
	bubble(t, func(c *Config) { c.MaxSessions = 1 }, func(t *testing.T, f *fixture) {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic is net/http's to handle")
				}
			}()
			f.Accept(f.request(t, func(s *Session) {
				if err := f.Subscribe(s, "topic"); err != nil {
					t.Error(err)
				}
				s.Send([]byte(`1`))
				panic("peer")
			}))
		}()
		if n := f.Count("topic"); n != 0 {
			t.Errorf("%d left in the topic", n)
		}
		_, c := f.connect(t) // there is room again
		c.Close()
	})
}

func TestIdleSessionIsOneGoroutine(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		const n = 100
		var clients []*client
		for range n {
			s, c := f.connect(t)
			c.say(t, "hello")
			<-f.got
			if err := f.Subscribe(s, "topic"); err != nil {
				t.Fatal(err)
			}
			clients = append(clients, c)
		}
		f.Publish("topic", []byte(`1`))
		for _, c := range clients {
			c.frame(t)
		}
		synctest.Wait()
		stacks := make([]byte, 4<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		if got := bytes.Count(stacks, []byte("created by veltrix/hub.(")); got != n {
			t.Errorf("%d goroutines for %d sessions", got, n)
		}
		for _, c := range clients {
			c.Close()
		}
	})
}

func TestDrainSpreadsTheReturn(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		const n = 200
		done := make(chan []string, n)
		for range n {
			_, c := f.connect(t)
			go func() {
				msgs, _, _ := c.rest(t)
				c.Close()
				done <- msgs
			}()
		}
		if err := f.Drain(context.Background()); err != nil {
			t.Fatal(err)
		}
		different := make(map[string]bool)
		for range n {
			msgs := <-done
			var after int64
			if _, err := fmt.Sscanf(msgs[0], `{"type":"bye","code":"restarting","reconnect":true,"after":%d}`, &after); err != nil {
				t.Fatalf("%v: %s", err, msgs)
			}
			if after < 0 || after >= f.cfg.ByeSpread.Milliseconds() {
				t.Errorf("after %d", after)
			}
			different[msgs[0]] = true
		}
		if len(different) < n/2 {
			t.Errorf("only %d different moments", len(different))
		}
		if f.Sessions() != 0 || len(f.closed) != n {
			t.Errorf("%d sessions left, %d ended", f.Sessions(), len(f.closed))
		}
	})
}

func TestDrainCutsWhenItsTimeIsOver(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		_, c := f.connect(t) // reads nothing
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		if err := f.Drain(ctx); err != context.DeadlineExceeded {
			t.Errorf("drain: %v", err)
		}
		if d := time.Since(begin); d != time.Second {
			t.Errorf("took %v", d)
		}
		<-f.closed
		c.Close()
	})
}

func TestCutFrameIsNotReceived(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		first := masked(opText, false, []byte("first"))
		whole := append(first, masked(0, true, bytes.Repeat([]byte("x"), 400))...)
		for cut := 1; cut < len(whole); cut++ {
			_, c := f.connect(t)
			if _, err := c.Write(whole[:cut]); err != nil {
				t.Fatal(err)
			}
			c.Close()
			<-f.closed
		}
		if len(f.got) != 0 {
			t.Errorf("received %q", <-f.got)
		}
	})
}

func TestPeerThatDoesNotAnswerTheClose(t *testing.T) {
	bubble(t, nil, func(t *testing.T, f *fixture) {
		s, c := f.connect(t)
		s.Admit()
		begin := time.Now()
		s.Close(Banned)
		for op := byte(0); op != opClose; {
			op, _ = c.frame(t)
		}
		<-f.closed
		if d := time.Since(begin); d != f.linger {
			t.Errorf("ended after %v", d)
		}
	})
}

func TestDrainMeetsASessionOnItsWay(t *testing.T) {
	for _, cut := range []bool{false, true} {
		bubble(t, nil, func(t *testing.T, f *fixture) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			done := make(chan error, 1)
			w, r, peer := f.request(t, func(*Session) {
				go func() { done <- f.Drain(ctx) }()
				synctest.Wait()
				if cut {
					cancel()
					synctest.Wait()
				}
			})
			f.Accept(w, r, peer)
			ours := w.(*pipeWriter).peer
			c := &client{ours, newReader(ours)}
			if cut {
				if _, _, err := readFrame(c.br); err != io.EOF {
					t.Errorf("read: %v", err)
				}
				if err := <-done; err != context.Canceled {
					t.Errorf("drain: %v", err)
				}
				return
			}
			c.wantBye(t, Restarting)
			if err := <-done; err != nil {
				t.Errorf("drain: %v", err)
			}
		})
	}
}
