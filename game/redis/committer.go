package redis

import (
	"context"
	"strings"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

const (
	// flights is how many round trips are under way at once: while Redis works
	// on one, the next is written and the last is read.
	flights = 2
	// flightCommands bounds the commands of one round trip: with 15 µs each,
	// about the 8 ms for which a lone claim may wait behind others.
	flightCommands = 512
	// queued bounds the commits that wait for a flight. A hunt has one commit
	// under way, so only a node with more busy hunts waits here.
	queued = 256
)

// committer carries commits to Redis. Commits that come while the flights are
// away leave together in one pipeline; the first one waits for nobody.
type committer struct {
	rdb     goredis.UniversalClient
	timeout time.Duration
	queue   chan *call
	closing chan struct{} // closed: no flight leaves any more
	landed  chan struct{} // closed: all flights are back
	all     sync.WaitGroup
}

// call is one run of the commit script.
type call struct {
	key    string
	arg    []byte
	weight int // commands
	cmd    *goredis.Cmd
	done   chan struct{}
}

func newCommitter(rdb goredis.UniversalClient, timeout time.Duration) *committer {
	c := &committer{
		rdb: rdb, timeout: timeout, queue: make(chan *call, queued),
		closing: make(chan struct{}), landed: make(chan struct{}),
	}
	for range flights {
		c.all.Go(c.carry)
	}
	return c
}

// do runs the script and returns its reply. When ctx ends first the commit
// may still take effect.
func (c *committer) do(ctx context.Context, key string, arg []byte, weight int) (string, error) {
	r := &call{key: key, arg: arg, weight: max(1, weight), done: make(chan struct{})}
	select {
	case c.queue <- r:
	case <-ctx.Done():
		return "", ctx.Err()
	case <-c.closing:
		return "", errClosed
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		return "", ctx.Err()
	case <-c.landed:
		select {
		case <-r.done:
		default:
			return "", errClosed
		}
	}
	return r.cmd.Text()
}

func (c *committer) close() {
	close(c.closing)
	c.all.Wait()
	close(c.landed)
}

func (c *committer) carry() {
	for {
		select {
		case <-c.closing:
			return
		default:
		}
		select {
		case <-c.closing:
			return
		case r := <-c.queue:
			c.fly(c.gather(r))
		}
	}
}

// gather takes what waits along, without waiting for more.
func (c *committer) gather(first *call) []*call {
	calls, weight := []*call{first}, first.weight
	for weight < flightCommands {
		select {
		case r := <-c.queue:
			calls = append(calls, r)
			weight += r.weight
		default:
			return calls
		}
	}
	return calls
}

func (c *committer) fly(calls []*call) {
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	pipe := c.rdb.Pipeline()
	for _, r := range calls {
		r.cmd = pipe.EvalSha(ctx, commitScript.Hash(), []string{r.key}, r.arg)
	}
	// Its error is that of one of the commands, and each has its own.
	_, _ = pipe.Exec(ctx)

	// A restarted server or SCRIPT FLUSH: a script in a pipeline has no
	// fallback of the library's, so what was unknown is sent with its text.
	unknown := 0
	for _, r := range calls {
		if err := r.cmd.Err(); err != nil && strings.HasPrefix(err.Error(), "NOSCRIPT") {
			r.cmd = commitScript.Eval(ctx, pipe, []string{r.key}, r.arg)
			unknown++
		}
	}
	if unknown > 0 {
		_, _ = pipe.Exec(ctx)
	}
	for _, r := range calls {
		close(r.done)
	}
}
