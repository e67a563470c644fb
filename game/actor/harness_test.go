package actor_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
)

const huntFile = `
hunt: h
title: A hunt
mode: solo
challenges:
  - {id: a, title: A, points: 100, proof: {text: right}}
  - {id: b, title: B, points: 50, bonus: [5], requires: [a], proof: {text: right}}
  - {id: c, title: C, points: 10, proof: {text: right}}
badges:
  - {id: two, title: Two, points: 7, when: {solves: 2}}
`

func parse(t testing.TB, file string) *hunt.Definition {
	t.Helper()
	d, findings := huntfile.Parse([]byte(file))
	if d == nil {
		t.Fatalf("the test's own hunt does not parse: %v", findings)
	}
	return d
}

// faults wraps a store: before and after may fail or delay a commit.
type faults struct {
	game.Store
	mu                sync.Mutex
	before            func(n int, batch []game.Command) error
	after             func(n int, batch []game.Command) error
	commits           int
	launches, panicAt int   // batches sent ahead, and which of them panics; 0 none
	reads             int   // of the ledger
	looks             []int // round trips for heads: of how many hunts
	sizes             []int
	ring              func(string, int64)
	forgot            []string
}

func (f *faults) Forget(hunt string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.forgot = append(f.forgot, hunt)
}

func (f *faults) Commit(ctx context.Context, id string, d *hunt.Definition, known game.Head, batch []game.Command) (game.Result, error) {
	return f.commit(f.begin(batch), batch, func() (game.Result, error) { return f.Store.Commit(ctx, id, d, known, batch) })
}

func (f *faults) Launch(ctx context.Context, id string, d *hunt.Definition, known game.Head, batch []game.Command, turn game.Turn) func() (game.Result, error) {
	f.mu.Lock()
	f.launches++
	panics := f.launches == f.panicAt
	f.mu.Unlock()
	if panics {
		panic("launch")
	}
	var res game.Result
	var err error
	n := f.begin(batch)
	done := make(chan struct{})
	go func() {
		defer close(done)
		res, err = f.commit(n, batch, func() (game.Result, error) {
			return f.Store.(game.Pipeliner).Launch(ctx, id, d, known, batch, turn)()
		})
	}()
	return func() (game.Result, error) { <-done; return res, err }
}

// begin counts a commit, in the order of the calls.
func (f *faults) begin(batch []game.Command) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.commits++
	f.sizes = append(f.sizes, len(batch))
	return f.commits
}

func (f *faults) commit(n int, batch []game.Command, commit func() (game.Result, error)) (game.Result, error) {
	f.mu.Lock()
	before, after := f.before, f.after
	f.mu.Unlock()
	if before != nil {
		if err := before(n, batch); err != nil {
			return game.Result{}, err
		}
	}
	res, err := commit()
	if err == nil && after != nil {
		err = after(n, batch)
	}
	return res, err
}

func (f *faults) Ledger(ctx context.Context, id string, after int64, limit int) ([]game.Entry, error) {
	f.mu.Lock()
	f.reads++
	f.mu.Unlock()
	return f.Store.Ledger(ctx, id, after, limit)
}

func (f *faults) Heads(ctx context.Context, ids []string) ([]game.Head, error) {
	f.mu.Lock()
	f.looks = append(f.looks, len(ids))
	f.mu.Unlock()
	return f.Store.Heads(ctx, ids)
}

func (f *faults) Watch(ctx context.Context, ring func(string, int64)) error {
	f.mu.Lock()
	f.ring = ring
	f.mu.Unlock()
	<-ctx.Done()
	return ctx.Err()
}

func (f *faults) set(before, after func(n int, batch []game.Command) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.before, f.after = before, after
}

// audience records what is published.
type audience struct {
	mu        sync.Mutex
	size      int
	entries   []game.Entry
	origins   []any
	boards    []time.Time
	worths    []time.Time // of boards with them
	worthsAt  int64       // seq of the last of these
	board     actor.Board
	standings []time.Time
	events    []actor.Event
	resets    int
	fanOut    time.Duration
	panics    bool
}

func (a *audience) Entry(v *actor.View, n *game.Entry, _ []game.Entry, origin any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.panics {
		a.panics = false
		panic("audience")
	}
	if v.Seq != n.Seq {
		panic(fmt.Sprintf("published %d at head %d", n.Seq, v.Seq))
	}
	a.entries = append(a.entries, *n)
	a.origins = append(a.origins, origin)
}

func (a *audience) Board(v *actor.View, worths bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.boards = append(a.boards, time.Now())
	a.board = v.Board("", 0, 50, false)
	if worths {
		a.worths, a.worthsAt = append(a.worths, time.Now()), v.Seq
	}
}

func (a *audience) Ticker(_ *actor.View, events []actor.Event, _ int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.events = append(a.events, events...)
}

func (a *audience) Standings(*actor.View) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.standings = append(a.standings, time.Now())
}

func (a *audience) Tick(*actor.View) time.Duration { return 0 }
func (a *audience) Present(string) []string        { return nil }

func (a *audience) Reset(*actor.View) { a.mu.Lock(); a.resets++; a.mu.Unlock() }
func (a *audience) Forget(string)     {}
func (a *audience) FanOut() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.fanOut
}

func (a *audience) Audience(string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.size
}

// gapless fails unless every entry was published once and in order. It waits
// until nobody works: an answer may come before what it decided is published.
func (a *audience) gapless(t *testing.T, from, to int64) {
	t.Helper()
	synctest.Wait()
	a.mu.Lock()
	defer a.mu.Unlock()
	want := from
	for _, n := range a.entries {
		if n.Seq != want {
			t.Fatalf("published seq %d, want %d", n.Seq, want)
		}
		want++
	}
	if want != to+1 {
		t.Fatalf("published up to %d, want %d", want-1, to)
	}
}

type node struct {
	t       *testing.T
	store   *faults
	pub     *audience
	hunts   *actor.Hunts
	metrics *prometheus.Registry
	log     *observer.ObservedLogs
	stop    func()
}

func clock() int64 { return time.Now().UnixMilli() }

// start runs a node over a store. Call stop before the bubble ends.
func start(t *testing.T, store game.Store, change func(*actor.Options)) *node {
	n := prepare(t, store, change)
	n.run()
	return n
}

// alone is start without an audience.
func alone(t *testing.T, store game.Store, change func(*actor.Options)) *node {
	n := prepare(t, store, change)
	n.pub.size = 0
	n.run()
	return n
}

func prepare(t *testing.T, store game.Store, change func(*actor.Options)) *node {
	core, log := observer.New(zap.WarnLevel)
	n := &node{t: t, store: &faults{Store: store}, pub: &audience{size: 1}, metrics: prometheus.NewRegistry(), log: log}
	opts := actor.DefaultOptions()
	if change != nil {
		change(&opts)
	}
	n.hunts = actor.NewHunts(n.store, new(actor.Clock), n.pub, opts, actor.NewMetrics(n.metrics), zap.New(core))
	return n
}

func (n *node) run() {
	ctx, cancel := context.WithCancel(n.t.Context())
	done := make(chan error, 1)
	go func() { done <- n.hunts.Run(ctx, n.t.Context()) }()
	n.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			n.t.Errorf("Run: %v", err)
		}
	})
}

// count returns the value of a counter.
func (n *node) count(name string) int {
	n.t.Helper()
	families, err := n.metrics.Gather()
	if err != nil {
		n.t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return int(f.GetMetric()[0].GetCounter().GetValue())
		}
	}
	n.t.Fatalf("there is no metric %s", name)
	return 0
}

func (n *node) do(c game.Command) game.Reply {
	n.t.Helper()
	r, err := n.hunts.Do(context.Background(), "h", actor.Request{Command: c, Proof: proof("right")})
	if err != nil {
		n.t.Fatal(err)
	}
	return r
}

func (n *node) define(file string) {
	n.do(game.Command{Type: game.CmdDefine, Definition: parse(n.t, file)})
}

func (n *node) open(file string) {
	n.define(file)
	n.do(game.Command{Type: game.CmdPhase, ID: "open", Phase: game.Open, By: "organizer"})
}

func (n *node) join(player string) game.Reply {
	return n.do(game.Command{Type: game.CmdJoin, Player: player, Name: player})
}

func proof(text string) *hunt.Proof { return &hunt.Proof{Text: &text} }

func claim(player, challenge, id string) game.Command {
	return game.Command{Type: game.CmdClaim, ID: id, Entrant: player, Player: player, Challenge: challenge}
}

// post claims in the background and returns the replies as they come.
func (n *node) post(replies chan<- game.Reply, c game.Command, text string) {
	n.t.Helper()
	code := n.hunts.Post("h", &actor.Request{
		Command: c, Proof: proof(text), Origin: c.Player,
		Done: func(_ *actor.View, r game.Reply) { replies <- r },
	})
	if code != "" {
		n.t.Fatalf("post: %s", code)
	}
}

var errStore = fmt.Errorf("%w: injected", game.ErrUnavailable)

func bubble(t *testing.T, f func(t *testing.T)) { synctest.Test(t, f) }
