package redis

import (
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"testing"
	"testing/synctest"

	goredis "github.com/redis/go-redis/v9"

	"veltrix/game"
	"veltrix/testkit/redistest"
)

// pipelines counts round trips and commands of a connection.
type pipelines struct{ trips, commands int }

func (p *pipelines) DialHook(next goredis.DialHook) goredis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (p *pipelines) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook { return next }

func (p *pipelines) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []goredis.Cmder) error {
		p.trips++
		p.commands += len(cmds)
		return next(ctx, cmds)
	}
}

// grounded is a committer whose flights the test starts itself.
func grounded(t *testing.T) (*lane, *pipelines) {
	t.Helper()
	a, err := parseURL(redistest.Shared(t).UnixURL())
	if err != nil {
		t.Fatal(err)
	}
	v := connect(a, DefaultTimeout, nil)
	t.Cleanup(func() {
		if err := v.close(); err != nil {
			t.Error(err)
		}
	})
	// The library's handshake is a pipeline, too; it is not counted.
	if err := v.primary.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	seen := new(pipelines)
	v.primary.AddHook(seen)
	return newLane(newCommitter(v, false, DefaultTimeout, newMetrics()), v.primary), seen
}

func enqueue(c *lane, n, weight int) []*call {
	s := &Store{prefix: "committer"}
	calls := make([]*call, n)
	for i := range calls {
		id := "h" + strconv.Itoa(i)
		calls[i] = &call{
			key: s.key(id, "meta"), weight: weight, done: make(chan struct{}),
			arg: s.request(id, nil, game.Head{}, []game.Command{{Type: game.CmdAdvance}}, game.Turn{Nonce: "MTIz"}),
		}
		c.queue <- calls[i]
	}
	return calls
}

func TestWaitingCommitsFlyTogether(t *testing.T) {
	c, seen := grounded(t)
	calls := enqueue(c, 40, 1)
	c.fly(c.gather(<-c.queue))
	for _, r := range calls {
		<-r.done
		if text, err := r.cmd.Text(); err != nil || !(&unpacker{b: []byte(text)}).saysUnknown() {
			t.Fatalf("%q, %v", text, err)
		}
	}
	// One trip, or two when the script was not known yet.
	if seen.trips > 2 || seen.commands%40 != 0 {
		t.Fatalf("%+v", seen)
	}
}

func (u *unpacker) saysUnknown() bool { return u.str() == "unknown" }

func TestFlightIsBounded(t *testing.T) {
	c, _ := grounded(t)
	enqueue(c, 20, game.MaxBatch)
	if n := len(c.gather(<-c.queue)); n != flightCommands/game.MaxBatch {
		t.Fatalf("%d full batches in one flight", n)
	}
}

func TestOnlyTheUnknownScriptIsSentAgain(t *testing.T) {
	c, seen := grounded(t)
	if err := c.client.ScriptFlush(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	calls := enqueue(c, 3, 1)
	c.fly(c.gather(<-c.queue))
	for _, r := range calls {
		if r.cmd.Err() != nil {
			t.Fatal(r.cmd.Err())
		}
	}
	if seen.trips != 2 || seen.commands != 6 {
		t.Fatalf("%+v", seen)
	}
	enqueue(c, 3, 1)
	c.fly(c.gather(<-c.queue))
	if seen.trips != 3 || seen.commands != 9 {
		t.Fatalf("a known script: %+v", seen)
	}
}

func TestClosingRefusesWhatWaits(t *testing.T) {
	for name, end := range map[string]func(*committer, *lane) error{
		"closed": func(c *committer, _ *lane) error { c.close(); return errClosed },
		"gone":   func(_ *committer, l *lane) error { close(l.gone); return errGone },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCommitter(nil, false, DefaultTimeout, newMetrics())
				l := newLane(c, nil)
				ended := make(chan error, 1)
				for range queued { // so that the last one waits for room
					l.queue <- &call{done: make(chan struct{})}
				}
				go func() {
					_, err := carried(context.Background(), l)
					ended <- err
				}()
				synctest.Wait() // it waits for a flight that never leaves
				want := end(c, l)
				if err := <-ended; !errors.Is(err, want) {
					t.Fatal(err)
				}
				if _, err := carried(context.Background(), l); !errors.Is(err, want) {
					t.Fatal(err)
				}
			})
		})
	}
}

// carried sends a call down a lane and waits for its reply.
func carried(ctx context.Context, l *lane) (string, error) {
	r := &call{done: make(chan struct{})}
	if err := l.enqueue(ctx, r); err != nil {
		return "", err
	}
	return l.wait(ctx, r)
}

func TestCallerNeedNotWait(t *testing.T) {
	l, _ := grounded(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := carried(ctx, l); !errors.Is(classify(err), game.ErrUnavailable) || !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func operations(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
