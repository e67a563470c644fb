package actor

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"veltrix/game"

	"go.uber.org/zap"
)

// Hunts runs the hunts of a node: it starts an actor for a hunt when someone
// asks for it and lets it go when nobody has asked for a while.
//
// Goroutines: one for each hunt in memory, one that listens for other nodes'
// doorbells and one that looks at the heads of all hunts now and then, all
// ended when Run returns.
type Hunts struct {
	store   game.Store
	pipe    game.Pipeliner // the store, if it is one
	clock   *Clock
	pub     Publisher
	opts    Options
	metrics *Metrics
	log     *zap.Logger

	missed  chan struct{} // capacity 1: bells may have been missed
	closing chan struct{}
	started chan struct{} // closed once Run has begun
	ctx     context.Context
	actors  sync.WaitGroup
	loads   chan struct{} // holds one for each hunt that is being read

	// mu is held for reading while a request is put into a mailbox and for
	// writing while an actor is added or taken out: so none is lost between.
	mu      sync.RWMutex
	running map[string]*actor
	closed  bool
}

// headsPage is how many hunts' heads are asked for at once.
const headsPage = 256

// loadsAtOnce is how many hunts are read from the store at a time. At start all
// are read, and players who are back already must find the store and its
// connections free.
const loadsAtOnce = 8

// NewHunts returns a registry that runs nothing yet. Its commits set the clock.
func NewHunts(store game.Store, clock *Clock, pub Publisher, opts Options, metrics *Metrics, log *zap.Logger) *Hunts {
	pipe, _ := store.(game.Pipeliner)
	return &Hunts{
		store: store, pipe: pipe, clock: clock, pub: pub, opts: opts, metrics: metrics, log: log.Named("hunts"),
		loads: make(chan struct{}, loadsAtOnce), missed: make(chan struct{}, 1),
		closing: make(chan struct{}), started: make(chan struct{}), running: map[string]*actor{},
	}
}

// Run runs hunts until ctx ends, then answers what was accepted and returns
// once every actor has ended. Hard ends earlier than that: commits under way
// are given up when it does.
func (h *Hunts) Run(ctx, hard context.Context) error {
	h.ctx = hard
	known, err := remembered(h.opts.Remember) // makes the directory before a hunt writes into it
	close(h.started)
	if err == nil {
		err = h.watch(ctx, known)
	}
	h.mu.Lock()
	h.closed = true
	close(h.closing)
	h.mu.Unlock()
	h.actors.Wait()
	return err
}

// watch starts every hunt, those among them that only this node remembers, so
// that its schedule runs and what the store lost is noticed, and passes doorbells
// on until ctx ends.
func (h *Hunts) watch(ctx context.Context, known []string) error {
	ids, err := h.store.Hunts(ctx)
	if err != nil {
		return fmt.Errorf("list hunts: %w", err)
	}
	for _, id := range append(ids, known...) {
		h.mu.Lock()
		h.startLocked(id)
		h.mu.Unlock()
	}
	ctx, cancel := context.WithCancel(ctx)
	var looking sync.WaitGroup
	looking.Go(func() { h.lookOut(ctx) })
	defer looking.Wait()
	defer cancel()
	if err := h.store.Watch(ctx, h.ring); ctx.Err() == nil {
		return fmt.Errorf("watch the store: %w", err)
	}
	return nil
}

// lookOut compares what the hunts know with the heads of their ledgers: now
// and then, and when bells may have been missed.
func (h *Hunts) lookOut(ctx context.Context) {
	every := time.NewTicker(h.opts.Look)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		case <-h.missed:
		}
		if err := h.look(ctx); err != nil && ctx.Err() == nil {
			h.log.Warn("cannot look at the ledgers", zap.Error(err))
		}
	}
}

// look rings the hunts whose ledger has another head than they know of.
func (h *Hunts) look(ctx context.Context) error {
	h.mu.RLock()
	actors := slices.Collect(maps.Values(h.running))
	h.mu.RUnlock()
	actors = slices.DeleteFunc(actors, func(a *actor) bool { return a.known.Load() == nil })
	var failed error
	for page := range slices.Chunk(actors, headsPage) {
		ids := make([]string, len(page))
		for i, a := range page {
			ids[i] = a.id
		}
		heads, err := h.store.Heads(ctx, ids)
		for i, head := range heads {
			unread := err != nil && head == (game.Head{})
			if a := page[i]; !unread && head != *a.known.Load() {
				a.bell.ring(always)
			}
		}
		if failed == nil {
			failed = err
		}
	}
	return failed
}

// Post puts a request into its hunt's mailbox. It never blocks: a full
// mailbox is CodeBusy, a draining node CodeUnavailable; "" means accepted, and
// then Done will be called.
func (h *Hunts) Post(hunt string, r *Request) game.Code {
	<-h.started
	h.mu.RLock()
	a := h.running[hunt]
	if a != nil || h.closed {
		code := h.postLocked(a, r)
		h.mu.RUnlock()
		return code
	}
	h.mu.RUnlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.postLocked(h.startLocked(hunt), r)
}

func (h *Hunts) postLocked(a *actor, r *Request) game.Code {
	if h.closed {
		return game.CodeUnavailable
	}
	if r.Command.Type == game.CmdClaim {
		r.posted = time.Now()
	}
	select {
	case a.mailbox <- r:
		return ""
	default:
		h.metrics.Busy.Inc()
		return game.CodeBusy
	}
}

// startLocked returns the hunt's actor, starting it when it is not running.
func (h *Hunts) startLocked(id string) *actor {
	if a := h.running[id]; a != nil || h.closed {
		return a
	}
	log := h.log.With(zap.String("hunt", id))
	a := &actor{
		id: id, opts: h.opts, metrics: h.metrics, log: log, retire: h.retire, closing: h.closing,
		mailbox: make(chan *Request, h.opts.Mailbox), bell: bell{rung: make(chan struct{}, 1)},
		keeper: keeper{
			hunt: id, store: h.store, pipe: h.pipe, ctx: h.ctx, clock: h.clock, loads: h.loads, retry: h.opts.CommitRetry,
			metrics: h.metrics, log: log,
		},
		counts:   newCounter(),
		audience: audience{hunt: id, pub: h.pub, opts: h.opts},
	}
	h.running[id] = a
	h.metrics.Hunts.Inc()
	h.actors.Go(a.run)
	return a
}

// retire takes an actor out unless a request waits for it.
func (h *Hunts) retire(a *actor) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(a.mailbox) > 0 {
		return false
	}
	if h.running[a.id] == a {
		delete(h.running, a.id)
		h.metrics.Hunts.Dec()
	}
	return true
}

// ring wakes a hunt; without a name bells may have been missed.
func (h *Hunts) ring(hunt string, seq int64) {
	if hunt == "" {
		select {
		case h.missed <- struct{}{}:
		default: // it is going to look anyway
		}
		return
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	if a := h.running[hunt]; a != nil {
		a.bell.ring(seq)
	}
}

// Do posts a command and waits for its reply. The error is ctx's; what the
// hunt says is in the reply.
func (h *Hunts) Do(ctx context.Context, hunt string, r Request) (game.Reply, error) {
	replies := make(chan game.Reply, 1)
	r.Done = func(_ *View, reply game.Reply) { replies <- reply }
	if code := h.Post(hunt, &r); code != "" {
		return game.Reply{Outcome: game.OutRefused, Code: code}, nil
	}
	select {
	case reply := <-replies:
		return reply, nil
	case <-ctx.Done():
		return game.Reply{}, ctx.Err()
	}
}

// Look runs f with the hunt's view, on the hunt's goroutine, and returns when
// it has run. The error wraps ErrUnknownHunt, ErrUnavailable or ctx's; f has
// not run then, or in the last case may still run.
func (h *Hunts) Look(ctx context.Context, hunt string, f func(*View)) error {
	done := make(chan error, 1)
	r := Viewing(func(v *View, err error) {
		if err == nil {
			f(v)
		}
		done <- err
	})
	switch h.Post(hunt, r) {
	case game.CodeBusy, game.CodeUnavailable:
		return fmt.Errorf("hunt %s: %w", hunt, game.ErrUnavailable)
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
