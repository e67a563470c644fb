package redis

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

const (
	// flights is how many round trips to a primary are under way at once: while
	// it works on one, the next is written and the last is read.
	flights = 2
	// flightCommands bounds the commands of one round trip: with 15 µs each,
	// about the 8 ms for which a lone claim may wait behind others.
	flightCommands = 512
	// queued bounds the commits that wait for a flight. A hunt has two commits
	// under way at most, so only a node with more than a hundred busy hunts
	// waits for room here.
	queued = 256
	// sends bounds how often a call is sent because its hunt has moved; it
	// moves more often only in a cluster that is being rebuilt.
	sends = 3
	// ackReplicas is how many replicas confirm a commit with AckReplicated.
	// One more copy survives any one death. Waiting for more would let a second
	// one stop the hunts.
	ackReplicas = 1
	// replicaWait bounds the wait for them. It holds up the flight.
	replicaWait = time.Second
	// barriers is how many hunts' keys are written before the wait: a key whose
	// slot is being moved cannot be written, and must not hold up the others.
	barriers = 4
	// barrierTTL removes these keys.
	barrierTTL = time.Second
)

// committer carries commits to the primaries. Each primary has a lane of its
// own, so that one that is slow or dead holds up its own hunts only.
type committer struct {
	// Set by newCommitter and never changed.
	servers *servers
	wait    bool // for replicas
	timeout time.Duration
	metrics *metrics

	// How it ends.
	closing chan struct{}  // closed by close: no flight leaves any more
	all     sync.WaitGroup // the goroutines of all lanes

	// mu guards the lanes.
	mu     sync.Mutex
	closed bool
	lanes  map[*goredis.Client]*lane
}

// lane is the way to one primary. Commits that come while its flights are away
// leave together in one pipeline; a commit that finds a flight at home leaves at
// once.
type lane struct {
	// Set by newLane and never changed.
	c      *committer
	client *goredis.Client
	queue  chan *call // from callers to the goroutines that carry

	// How it ends.
	gone   chan struct{} // closed by committer.open: the server is not a primary any more
	landed chan struct{} // closed by the last goroutine: all flights are back and none will leave
	out    atomic.Int32  // goroutines that carry

	// waiting is held by the goroutine that waits for the next call: it has
	// taken its calls before the other one takes any.
	waiting sync.Mutex
}

// call is one run of the commit script. Its caller waits for done; until then
// cmd and err belong to the flight.
type call struct {
	key    string
	arg    []byte
	weight int // commands
	cmd    *goredis.Cmd
	err    error // instead of the command's
	done   chan struct{}
}

func newCommitter(v *servers, wait bool, timeout time.Duration, m *metrics) *committer {
	return &committer{
		servers: v, wait: wait, timeout: timeout, metrics: m,
		closing: make(chan struct{}), lanes: map[*goredis.Client]*lane{},
	}
}

// do runs the script where the key is and returns its reply. When ctx ends
// first the commit may still take effect.
func (c *committer) do(ctx context.Context, key string, arg []byte, weight int) (string, error) {
	for n := 1; ; n++ {
		wait, err := c.begin(ctx, key, arg, weight)
		if err != nil {
			return "", err
		}
		text, err := wait()
		if err == nil || errors.Is(err, errClosed) || n == sends || !elsewhere(err) {
			return text, err
		}
	}
}

// begin puts the run of a script into its lane. wait waits for the reply.
func (c *committer) begin(ctx context.Context, key string, arg []byte, weight int) (wait func() (string, error), _ error) {
	l, err := c.lane(ctx, key)
	if err != nil {
		return nil, err
	}
	r := &call{key: key, arg: arg, weight: max(1, weight), done: make(chan struct{})}
	err = l.enqueue(ctx, r)
	return func() (string, error) {
		text, err := "", err
		if err == nil {
			text, err = l.wait(ctx, r)
		}
		if err == nil || errors.Is(err, errClosed) {
			return text, err
		}
		c.metrics.answered(err)
		if errors.Is(err, errGone) || lookAgain(err) {
			c.servers.look(ctx)
		}
		return "", err
	}, nil
}

// lane returns the lane to the primary that has a key.
func (c *committer) lane(ctx context.Context, key string) (*lane, error) {
	client, err := c.servers.of(ctx, key)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	l, closed := c.lanes[client], c.closed
	c.mu.Unlock()
	switch {
	case closed:
		return nil, errClosed
	case l != nil:
		return l, nil
	}
	// This is the first commit to a primary, after a start or a failover: the
	// time to end the lanes to servers that are not primaries any more.
	primaries, err := c.servers.primaries(ctx)
	if err != nil {
		return nil, err
	}
	return c.open(client, primaries)
}

func (c *committer) open(client *goredis.Client, primaries []*goredis.Client) (*lane, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, errClosed
	}
	for other, l := range c.lanes {
		if !slices.Contains(primaries, other) {
			close(l.gone)
			delete(c.lanes, other)
		}
	}
	if l := c.lanes[client]; l != nil {
		return l, nil
	}
	if !slices.Contains(primaries, client) {
		return nil, errGone
	}
	l := newLane(c, client)
	c.lanes[client] = l
	l.out.Store(flights)
	for range flights {
		c.all.Go(l.carry)
	}
	return l, nil
}

func (c *committer) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	close(c.closing)
	c.all.Wait()
}

func newLane(c *committer, client *goredis.Client) *lane {
	return &lane{
		c: c, client: client, queue: make(chan *call, queued), gone: make(chan struct{}), landed: make(chan struct{}),
	}
}

func (l *lane) enqueue(ctx context.Context, r *call) error {
	select {
	case l.queue <- r:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-l.c.closing:
		return errClosed
	case <-l.gone:
		return errGone
	}
}

func (l *lane) wait(ctx context.Context, r *call) (string, error) {
	select {
	case <-r.done:
	case <-ctx.Done():
		return "", ctx.Err()
	case <-l.landed:
		select {
		case <-r.done:
		case <-l.c.closing:
			return "", errClosed
		default:
			return "", errGone
		}
	}
	return r.result()
}

func (l *lane) carry() {
	defer func() {
		if l.out.Add(-1) == 0 {
			close(l.landed)
		}
	}()
	for {
		calls := l.next()
		if calls == nil {
			return
		}
		l.fly(calls)
	}
}

// next waits for calls to carry and returns nil when there will be none. One
// goroutine waits at a time, so calls leave in order as a rule.
func (l *lane) next() []*call {
	l.waiting.Lock()
	defer l.waiting.Unlock()
	select {
	case <-l.c.closing:
		return nil
	case <-l.gone:
		return nil
	default:
	}
	select {
	case <-l.c.closing:
		return nil
	case <-l.gone:
		return nil
	case r := <-l.queue:
		return l.gather(r)
	}
}

// gather adds the calls that wait already to the first one.
func (l *lane) gather(first *call) []*call {
	calls, weight := []*call{first}, first.weight
	for weight < flightCommands {
		select {
		case r := <-l.queue:
			calls = append(calls, r)
			weight += r.weight
		default:
			return calls
		}
	}
	return calls
}

func (l *lane) fly(calls []*call) {
	ctx, cancel := context.WithTimeout(context.Background(), l.c.timeout)
	defer cancel()
	if weak := l.c.servers.weakness(l.client); weak != nil {
		land(calls, weak)
		return
	}
	l.send(ctx, calls, false)
	// After a restart or SCRIPT FLUSH the server does not know the script. In a
	// pipeline the library has no fallback, so these calls are sent again with
	// the script's text.
	var unknown []*call
	for _, r := range calls {
		if _, err := r.result(); err != nil && strings.HasPrefix(err.Error(), "NOSCRIPT") {
			l.c.metrics.answered(err)
			r.err = nil
			unknown = append(unknown, r)
		}
	}
	if len(unknown) > 0 {
		l.send(ctx, unknown, true)
	}
	land(calls, nil)
}

func land(calls []*call, err error) {
	for _, r := range calls {
		if err != nil {
			r.err = err
		}
		close(r.done)
	}
}

// send runs the calls in one pipeline, which is one connection.
//
// To wait for replicas, one more write and one WAIT follow. WAIT knows the
// last write of its own connection, and a replay writes nothing: without that
// write it would not wait for what an earlier try, or another node, has left
// on the primary alone.
func (l *lane) send(ctx context.Context, calls []*call, text bool) {
	pipe := l.client.Pipeline()
	for _, r := range calls {
		if keys := callKeys(r.key); text {
			r.cmd = commitScript.Eval(ctx, pipe, keys, r.arg)
		} else {
			r.cmd = commitScript.EvalSha(ctx, pipe, keys, r.arg)
		}
	}
	var confirmed func() error
	if l.c.wait {
		confirmed = wait(ctx, pipe, calls)
	}
	exec(ctx, pipe)
	if confirmed == nil {
		return
	}
	if err := confirmed(); err != nil {
		l.c.metrics.unconfirmed.Inc()
		for _, r := range calls {
			if r.cmd.Err() == nil {
				r.err = err
			}
		}
	}
}

// exec runs a pipeline. Each command has its own error afterwards. The library
// does not set it when the server refused a new connection with an error
// (LOADING, say), and the commands would look like successes.
func exec(ctx context.Context, pipe goredis.Pipeliner) {
	cmds, err := pipe.Exec(ctx)
	if err == nil || slices.ContainsFunc(cmds, func(c goredis.Cmder) bool { return c.Err() != nil }) {
		return
	}
	for _, c := range cmds {
		c.SetErr(err)
	}
}

// wait adds the waiting for replicas to a pipeline. The function that it returns
// is for after the pipeline: its error is nil when one of the writes was taken
// and a replica has confirmed it.
func wait(ctx context.Context, pipe goredis.Pipeliner, calls []*call) func() error {
	written := make([]*goredis.StatusCmd, 0, barriers)
	for _, r := range calls[:min(len(calls), barriers)] {
		written = append(written, pipe.Set(ctx, keyBeside(r.key, "barrier"), "", barrierTTL))
	}
	replicas := pipe.Do(ctx, "WAIT", ackReplicas, replicaWait.Milliseconds())
	return func() error {
		n, err := replicas.Int64()
		if err != nil {
			return err
		}
		if n < ackReplicas {
			return errShort
		}
		for _, w := range written {
			if err = w.Err(); err == nil {
				return nil
			}
		}
		return err
	}
}

func (r *call) result() (string, error) {
	if r.err != nil {
		return "", r.err
	}
	text, err := r.cmd.Text()
	if errors.Is(err, goredis.ErrClosed) {
		// The store closes its connections after the last flight, so it was
		// the cluster client that dropped a node.
		err = errGone
	}
	return text, err
}
