package crowd

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/google/uuid"
)

const (
	// maxDials bounds connections that are being made at once, so that the
	// ramp does not overflow the server's accept queue.
	maxDials = 128
	// care is how often a player looks at its pings and at what to send again.
	// It sends again after it heard nothing for resend.
	care   = 5 * time.Second
	resend = 5 * time.Second
	// rampTime is how much longer than by ConnectRate all connections together
	// may take.
	rampTime = 60 * time.Second
	// finishedShare: the closed loop ends when one in so many players has
	// claimed everything. Going on would measure a load that fades.
	finishedShare = 10
	// maxUnanswered bounds the list, not the count.
	maxUnanswered = 100
)

// crowd is everyone that one process plays.
//
// Concurrency: one goroutine runs the timers: arrivals, joins, lost
// connections, care. Each player has a goroutine that connects and reads; in
// the closed loop it also sends the next claim.
type crowd struct {
	plan   *Plan
	base   *url.URL
	hunts  [][]byte // JSON strings
	rec    *record
	timers *timers
	emit   func(Event)
	fail   context.CancelCauseFunc

	dials   chan struct{}
	entered chan struct{} // one for each person that is there from the start
	players sync.WaitGroup

	everyone []*person // in the order of Plan: Players, Late, watchers
	here     []*person // players who have joined; of the timers' goroutine
	late     []*person // players who have not; of the timers' goroutine

	connected atomic.Int64
	open      atomic.Int64
	failed    atomic.Pointer[error] // why the last connection ended that had not joined
	present   atomic.Int64          // players who have joined
	finished  atomic.Int64          // of them, those that have claimed everything
	skipped   atomic.Int64
	playing   atomic.Bool
	idle      chan struct{} // of capacity 1: nothing is open and nothing will be
	spent     chan struct{} // of capacity 1: too few are left with something to claim
}

// Run plays plan. When everyone is there it calls start, which says when to
// begin, and while it runs it calls emit, one event at a time.
func Run(ctx context.Context, plan *Plan, start func(context.Context) (time.Time, error), emit func(Event)) (*Result, error) {
	base, err := plan.base()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	c := &crowd{
		plan: plan, base: base, rec: newRecord(), timers: newTimers(), emit: emit, fail: cancel,
		dials: make(chan struct{}, maxDials),
		idle:  make(chan struct{}, 1), spent: make(chan struct{}, 1),
	}
	c.gather()
	var own sync.WaitGroup
	own.Go(func() { c.timers.Run(ctx) })
	defer func() {
		cancel(nil)
		own.Wait() // starts players
		c.players.Wait()
	}()
	if err := c.connect(ctx); err != nil {
		return nil, err
	}
	emit(Event{Ready: &Ready{Sockets: int(c.connected.Load())}})
	at, err := start(ctx)
	if err != nil {
		return nil, err
	}
	stopped, err := c.play(ctx, at)
	if err != nil {
		return nil, err
	}
	emit(Event{Stopped: stopped})
	c.drain(ctx)
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return c.result()
}

// gather makes everyone, without connecting.
func (c *crowd) gather() {
	for _, h := range c.plan.Hunts {
		c.hunts = append(c.hunts, []byte(`"`+h+`"`))
	}
	for i, m := range c.plan.Players {
		c.everyone = append(c.everyone, c.person(i, m))
	}
	for i, m := range c.plan.Late {
		p := c.person(len(c.plan.Players)+i, m)
		c.everyone = append(c.everyone, p)
		c.late = append(c.late, p)
	}
	for i := range c.plan.Watchers {
		p := c.person(len(c.everyone), Member{Hunt: i % len(c.plan.Hunts)})
		p.watches = true
		c.everyone = append(c.everyone, p)
	}
	c.entered = make(chan struct{}, len(c.everyone))
}

func (c *crowd) person(index int, m Member) *person {
	p := &person{crowd: c, index: index, Member: m, open: make(map[uuid.UUID]*request)}
	if n := len(c.plan.Sources); n > 0 {
		p.source = &net.TCPAddr{IP: net.ParseIP(c.plan.Sources[index/SocketsPerSource%n])}
	}
	return p
}

// connect brings in everyone but the late ones.
func (c *crowd) connect(ctx context.Context) error {
	now := time.Now()
	gap := time.Duration(float64(time.Second) / c.plan.ConnectRate)
	n := 0
	for i, p := range c.everyone {
		if i >= len(c.plan.Players) && !p.watches {
			continue
		}
		c.timers.At(now.Add(time.Duration(n)*gap), func(time.Time) { c.enter(ctx, p) })
		n++
	}
	limit := time.NewTimer(time.Duration(n)*gap + rampTime)
	defer limit.Stop()
	for i := range n {
		select {
		case <-c.entered:
		case <-limit.C:
			err := fmt.Errorf("only %d of %d sockets joined in time", i, n)
			if why := c.failed.Load(); why != nil {
				err = fmt.Errorf("%w; the last that did not: %w", err, *why)
			}
			return err
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// enter starts a person; on the timers' goroutine.
func (c *crowd) enter(ctx context.Context, p *person) {
	if ctx.Err() == nil {
		c.players.Go(func() { p.run(ctx) })
		c.timers.At(time.Now().Add(rand.N(care)), p.care)
	}
}

// play makes requests from at until the time is over, or there is nothing left
// to claim.
func (c *crowd) play(ctx context.Context, at time.Time) (*Stopped, error) {
	stopped := &Stopped{From: at.Add(c.plan.Warmup)}
	end := stopped.From.Add(c.plan.Duration)
	over := make(chan struct{})
	var used time.Duration
	c.rec.begin(stopped.From)
	c.timers.At(stopped.From, func(time.Time) { used = CPU() })
	stop := func(time.Time) {
		if !c.playing.CompareAndSwap(true, false) {
			return // was over before its time
		}
		stopped.Until, stopped.CPU = time.Now(), CPU()-used
		c.rec.end(stopped.Until)
		close(over)
	}
	c.timers.At(at, func(time.Time) { c.playing.Store(true); c.begin(at) })
	c.timers.At(end, stop)
	c.poisson(at, c.plan.Reconnects, c.lose)
	if c.plan.Storm {
		c.timers.At(stopped.From.Add(c.plan.Duration/2), func(time.Time) { c.storm() })
	}
	c.poisson(at, c.plan.Joins, func(time.Time) {
		if len(c.late) > 0 {
			c.enter(ctx, c.late[0])
			c.late = c.late[1:]
		}
	})

	tick := time.NewTimer(time.Until(at.Add(time.Second)))
	defer tick.Stop()
	for second := 0; ; {
		select {
		case <-tick.C:
			if err := c.tick(second); err != nil {
				return nil, err
			}
			second++
			tick.Reset(time.Until(at.Add(time.Duration(second+1) * time.Second)))
		case <-c.spent:
			c.timers.At(time.Now(), stop)
		case <-over:
			return stopped, nil
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// begin starts the load; on the timers' goroutine.
func (c *crowd) begin(at time.Time) {
	if c.plan.Rate > 0 {
		c.poisson(at, c.plan.Rate, c.arrive)
		return
	}
	for _, p := range c.here {
		p.ask(time.Now())
	}
}

// poisson calls f at the times of a Poisson process while the crowd plays.
func (c *crowd) poisson(from time.Time, rate float64, f func(due time.Time)) {
	if rate <= 0 {
		return
	}
	gap := func() time.Duration { return time.Duration(rand.ExpFloat64() / rate * float64(time.Second)) }
	var next func(time.Time)
	next = func(due time.Time) {
		if c.playing.Load() {
			f(due)
			c.timers.At(due.Add(gap()), next)
		}
	}
	c.timers.At(from.Add(gap()), next)
}

// arrive makes a player claim that has something left to claim.
func (c *crowd) arrive(due time.Time) {
	first := rand.IntN(len(c.here))
	for i := range c.here {
		if c.here[(first+i)%len(c.here)].ask(due) {
			return
		}
	}
	c.skipped.Add(1)
}

// lose cuts somebody's connection.
func (c *crowd) lose(time.Time) { c.here[rand.IntN(len(c.here))].cut() }

// storm cuts every connection. It runs beside the timers, so that they are not
// late.
func (c *crowd) storm() {
	n := int64(0)
	for _, p := range c.everyone {
		p.mu.Lock()
		if p.stormed = p.sock != nil; p.stormed {
			n++
		}
		p.mu.Unlock()
	}
	c.rec.cut(n, time.Now())
	c.players.Go(func() {
		for _, p := range c.everyone {
			p.mu.Lock()
			if p.stormed {
				p.cutLocked()
			}
			p.mu.Unlock()
		}
	})
}

// draw picks what a request is.
func (c *crowd) draw() Kind {
	x := rand.Float64()
	for _, k := range [...]struct {
		kind  Kind
		share float64
	}{{Wrong, c.plan.Mix.Wrong}, {Duplicate, c.plan.Mix.Duplicate}, {Hint, c.plan.Mix.Hint}} {
		if x < k.share {
			return k.kind
		}
		x -= k.share
	}
	return Right
}

// solved is called once by each player that has every award.
func (c *crowd) solved() {
	if c.finished.Add(1)*finishedShare < c.present.Load() || c.plan.Rate > 0 {
		return
	}
	select {
	case c.spent <- struct{}{}:
	default:
	}
}

// closeOne is called for every request that got its answer.
func (c *crowd) closeOne() {
	if c.open.Add(-1) == 0 && !c.playing.Load() {
		select {
		case c.idle <- struct{}{}:
		default:
		}
	}
}

func (c *crowd) tick(second int) error {
	t := Tick{Second: second, Connected: c.connected.Load(), Open: c.open.Load()}
	latency := NewSecond()
	c.rec.take(&t, latency)
	var err error
	if t.Latency, err = latency.EncodeV2(); err != nil {
		return fmt.Errorf("encode latencies: %w", err)
	}
	c.emit(Event{Tick: &t})
	return nil
}

// drain waits for the last answers.
func (c *crowd) drain(ctx context.Context) {
	limit := time.NewTimer(c.plan.Drain)
	defer limit.Stop()
	for c.open.Load() > 0 {
		select {
		case <-c.idle:
		case <-limit.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// result copies what was measured: answers may still arrive.
func (c *crowd) result() (*Result, error) {
	r := Result{Skipped: c.skipped.Load()}
	c.unanswered(&r) // before rec.mu, which is taken while a person's is held
	c.rec.mu.Lock()
	defer c.rec.mu.Unlock()
	r.Add(&c.rec.result)
	r.Acks = slices.Clip(c.rec.result.Acks)
	for i, h := range c.rec.histograms {
		var err error
		if r.Histograms[i], err = h.EncodeV2(); err != nil {
			return nil, fmt.Errorf("encode %s: %w", Kind(i), err)
		}
	}
	return &r, nil
}

func (c *crowd) unanswered(r *Result) {
	for _, p := range c.everyone {
		p.mu.Lock()
		for id := range p.open {
			r.Missing++
			if len(r.Unanswered) < maxUnanswered {
				r.Unanswered = append(r.Unanswered, id.String())
			}
		}
		p.mu.Unlock()
	}
}

// NewSecond returns an empty histogram like those of Tick.Latency.
func NewSecond() *hdrhistogram.Histogram { return hdrhistogram.New(1, longest, 2) }

// Challenge is the id of a hunt's challenge; its answer is Answer.
func Challenge(i int) string { return fmt.Sprintf("c-%d", i+1) }

// Answer solves Challenge(i).
func Answer(i int) string { return fmt.Sprintf("answer %d", i+1) }

// HintID is the hint that every challenge has.
const HintID = "h"

// HuntFile is a hunt with so many challenges, as JSON wants it.
func HuntFile(id string, challenges int) any {
	type object = map[string]any
	list := make([]object, challenges)
	for i := range list {
		list[i] = object{
			"id": Challenge(i), "title": fmt.Sprintf("Challenge %d", i+1), "points": 10,
			"proof": object{"text": Answer(i)},
			"hints": []object{{"id": HintID, "text": "It is in the name."}},
		}
	}
	return object{"hunt": id, "title": "Load " + id, "challenges": list}
}

var errRefused = errors.New("join refused")
