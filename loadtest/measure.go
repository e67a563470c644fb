package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"veltrix/loadtest/crowd"
)

// lead is the time between the signal to the generators and the start.
const lead = 300 * time.Millisecond

// verifyTimeout bounds the reading of ledgers and boards.
const verifyTimeout = 10 * time.Minute

// measure does a whole run.
func measure(ctx context.Context, o *options, progress io.Writer) (s *summary, err error) {
	t, err := open(ctx, o, progress)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, t.close()) }()
	a := api{url: t.url, organizer: t.organizer, client: t.client}
	verify := (*verification).verifyHunt
	var hunts []string
	var members []crowd.Member
	if o.Peer == "" {
		hunts, members, err = a.setUp(ctx, o)
	} else {
		hunts, members = peerMembers(o)
		verify = (*verification).verifyPeer
	}
	if err != nil {
		return nil, fmt.Errorf("set up: %w", err)
	}
	p := &parade{o: o, target: t, out: progress, ticks: make(map[int]*second), start: make(chan struct{})}
	plans := o.plans(t.url, hunts, members)
	if err := p.run(ctx, plans); err != nil {
		return nil, err
	}
	s, acks, err := p.summary(plans)
	if err != nil {
		return nil, err
	}
	_, _ = fmt.Fprintln(progress, "reading the ledger") // progress only
	ctx, cancel := context.WithTimeout(ctx, verifyTimeout)
	defer cancel()
	v := &s.Verification
	for i, of := range byHunt(len(hunts), members, acks, v) {
		if err := verify(v, ctx, t, hunts[i], &of); err != nil {
			return nil, fmt.Errorf("verify: %w", err)
		}
	}
	v.answers(&p.total)
	if o.Target != "" { // the hunts stay there and shall not be open
		err = parallel(ctx, len(hunts), func(ctx context.Context, i int) error { return a.phase(ctx, hunts[i], "closed") })
	}
	return s, err
}

// second is what all generators did in one second.
type second struct {
	crowd.Tick
	latency *hdrhistogram.Histogram
	reports int // of generators
}

// parade runs the generators and collects what they report.
type parade struct {
	o      *options
	target *target
	out    io.Writer

	mu      sync.Mutex
	ready   int
	sockets int
	at      time.Time     // the start
	start   chan struct{} // closed when at is known
	ticks   map[int]*second
	stopped []crowd.Stopped
	broken  error // of merging

	from, until usage
	before      usage
	sampling    sync.WaitGroup
	results     []*crowd.Result
	total       crowd.Result
	histograms  [crowd.Kinds]*hdrhistogram.Histogram
}

func (p *parade) run(ctx context.Context, plans []crowd.Plan) error {
	var err error
	if p.before, err = p.target.sample(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := generator(spawn)
	if len(plans) == 1 {
		work = crowd.Run
	}
	p.results = make([]*crowd.Result, len(plans))
	var generators sync.WaitGroup
	for i := range plans {
		generators.Go(func() {
			begin := func(ctx context.Context) (time.Time, error) {
				select {
				case <-p.start:
					return p.at, nil
				case <-ctx.Done():
					return time.Time{}, context.Cause(ctx)
				}
			}
			var err error
			if p.results[i], err = work(ctx, &plans[i], begin, func(e crowd.Event) { p.hear(ctx, e, cancel) }); err != nil {
				cancel(err)
			}
		})
	}
	generators.Wait()
	if err := context.Cause(ctx); err != nil {
		cancel(nil)
		p.sampling.Wait()
		return err
	}
	p.sampling.Wait()
	if p.broken != nil {
		return p.broken
	}
	return context.Cause(ctx)
}

// hear takes an event of one generator.
func (p *parade) hear(ctx context.Context, e crowd.Event, fail context.CancelCauseFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case e.Ready != nil:
		p.ready++
		p.sockets += e.Ready.Sockets
		if p.ready == p.o.Processes {
			p.at = time.Now().Add(lead)
			p.sayf("%d sockets joined", p.sockets)
			p.sample(ctx, p.at.Add(p.o.Warmup), &p.from, fail)
			close(p.start)
		}
	case e.Tick != nil:
		p.tick(e.Tick)
	case e.Stopped != nil:
		p.stopped = append(p.stopped, *e.Stopped)
		if len(p.stopped) == p.o.Processes {
			p.sample(ctx, time.Now(), &p.until, fail)
		}
	}
}

// sample reads usage at a time, without holding up anyone.
func (p *parade) sample(ctx context.Context, at time.Time, into *usage, fail context.CancelCauseFunc) {
	p.sampling.Go(func() {
		select {
		case <-time.After(time.Until(at)):
		case <-ctx.Done():
			return
		}
		var err error
		if *into, err = p.target.sample(ctx); err != nil && ctx.Err() == nil {
			fail(err)
		}
	})
}

// tick merges a second, and prints it once every generator has reported it.
func (p *parade) tick(t *crowd.Tick) {
	s := p.ticks[t.Second]
	if s == nil {
		s = &second{Tick: crowd.Tick{Second: t.Second}, latency: crowd.NewSecond()}
		p.ticks[t.Second] = s
	}
	s.Add(t)
	s.reports++
	if h, err := hdrhistogram.Decode(t.Latency); err != nil {
		p.broken = fmt.Errorf("latencies of second %d: %w", t.Second, err)
	} else {
		s.latency.Merge(h)
	}
	if s.reports == p.o.Processes {
		p.sayf("%3d s  %d sockets  %d sent  %d answered  %d awarded  %d open  p50 %s  p99 %s",
			t.Second+1, s.Connected, s.Sent, s.Answered, s.Awarded, s.Open,
			ms(s.latency.ValueAtPercentile(50)), ms(s.latency.ValueAtPercentile(99)))
	}
}

func (p *parade) sayf(format string, args ...any) {
	_, _ = fmt.Fprintf(p.out, format+"\n", args...) // progress only
}

// ms shows microseconds.
func ms(us int64) string {
	if us < 10_000 {
		return fmt.Sprintf("%.2f ms", float64(us)/1000)
	}
	return fmt.Sprintf("%.0f ms", float64(us)/1000)
}
