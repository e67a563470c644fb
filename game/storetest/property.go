package storetest

import (
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"veltrix/game"
	"veltrix/game/rules"
)

// batchesOfRun is how many batches a random run commits at most.
const batchesOfRun = 60

// RunProperty commits random batches of random hunts to the reference and to
// every given store, and fails if a store answers or keeps anything else.
// -rapid.checks sets how many runs there are.
func RunProperty(t *testing.T, open ...Open) {
	p := newArena(t, open)
	rapid.Check(t, func(rt *rapid.T) {
		p.run(rt, func(n int) int { return even(rt, n) })
	})
	p.report(t)
}

// even draws a number below n. It tosses fair coins: rapid's ranges prefer small
// numbers, with which few runs would reach the deeper rules.
func even(t *rapid.T, n int) int {
	v := 0
	for range bits.Len(uint(n)) + 3 {
		v <<= 1
		if rapid.Bool().Draw(t, "coin") {
			v |= 1
		}
	}
	return v % n
}

// RunSeeds is RunProperty with so many fixed seeds.
func RunSeeds(t *testing.T, runs int, open ...Open) {
	p := newArena(t, open)
	p.seeds(t, runs)
	p.report(t)
}

// Coverage is RunSeeds that fails unless every outcome was seen: of the
// reference, and so of every given store, which answers the same or fails.
func Coverage(t *testing.T, runs int, open ...Open) {
	p := newArena(t, open)
	p.seeds(t, runs)
	p.report(t)
	if missing := p.missing(); len(missing) > 0 {
		t.Errorf("%d runs never reached: %s", runs, strings.Join(missing, ", "))
	}
}

// Each plays random hunts with so many fixed seeds on the reference and calls look
// with every one of them. look may only read.
func Each(t *testing.T, runs int, look func(store game.Store, hunt string)) {
	p := newArena(t, nil)
	p.look = func(hunt string) { look(p.ref, hunt) }
	p.seeds(t, runs)
}

func (p *arena) seeds(t *testing.T, runs int) {
	for seed := range runs {
		p.run(t, rand.New(rand.NewPCG(uint64(seed), 20261201)).IntN)
	}
}

// fataler is what a run needs of testing.T and rapid.T.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// arena is the reference beside the stores under test, with one clock.
type arena struct {
	tb     testing.TB
	now    atomic.Int64
	ref    *Reference
	stores []game.Store
	runs   int
	seen   map[string]int    // outcomes, for coverage
	look   func(hunt string) // at each hunt that was played; may be nil
}

func newArena(t testing.TB, open []Open) *arena {
	p := &arena{tb: t, seen: map[string]int{}}
	p.ref = NewReference(p.now.Load)
	for _, o := range open {
		p.stores = append(p.stores, o(t, p.now.Load))
	}
	return p
}

// run plays two new hunts from beginning to end.
func (p *arena) run(t fataler, roll dice) {
	p.runs++
	p.now.Store(epoch0)
	var hunts []*generator
	for i := range 2 {
		id := fmt.Sprintf("run-%d-%d", p.runs, i)
		hunts = append(hunts, &generator{
			roll: roll, id: id, text: definitions(p.tb, id),
			state: func() *rules.State { return p.ref.hunts[id].state },
			// Entries of the other hunt stand for a history that this one lost.
			memory: func() []game.Entry {
				if rec := p.ref.hunts[fmt.Sprintf("run-%d-%d", p.runs, 1-i)]; rec != nil {
					return rec.ledger
				}
				return nil
			},
			own: func() []game.Entry { return p.ref.hunts[id].ledger },
		})
	}
	n := 20 + roll(batchesOfRun-20)
	for i := range n {
		p.pass(roll, hunts[0])
		g := hunts[min(roll(4), 1)^1]
		p.commit(t, g)
		if i%16 == 15 {
			p.compare(t, g)
		}
	}
	for _, g := range hunts {
		p.compare(t, g)
		if p.look != nil && len(g.given) > 0 {
			p.look(g.id)
		}
	}
}

// pass moves the clock: mostly a little, sometimes far, rarely back.
func (p *arena) pass(roll dice, g *generator) {
	steps := []int64{0, 1, 700, second, 2 * second, 5 * second, 11 * second, 30 * second, 3 * minute, 9 * minute, -second}
	step := steps[roll(len(steps))]
	if step > minute && !roll.chance(40) {
		step = second
	}
	if rec := p.ref.hunts[g.id]; rec != nil && roll.chance(2) { // to what the schedule does next
		if d, t := rec.state.Definition, rec.state.HuntTime(p.now.Load()); d != nil {
			for _, at := range []int64{d.Opens, d.Freeze, d.Closes} {
				if at > t {
					step = at - t
					break
				}
			}
		}
	}
	p.now.Add(step)
}

func (p *arena) commit(t fataler, g *generator) {
	t.Helper()
	ctx := p.tb.Context()
	def, batch := g.batch()
	what, known := g.known()
	head := p.head(t, p.ref, g.id)
	want, wantErr := p.ref.Commit(ctx, g.id, def, known(head), slices.Clone(batch))
	for _, s := range p.stores {
		// Nonces are each store's own.
		got, err := s.Commit(ctx, g.id, def, known(p.head(t, s, g.id)), slices.Clone(batch))
		if !sameError(wantErr, err) {
			t.Fatalf("%T: commit of %s\nknowing %s: want error %v, got %v", s, show(batch), what, wantErr, err)
		}
		if d := difference(want, got); d != "" {
			t.Fatalf("%T: result%s\nafter %s\nknowing %s\nwant %+v\ngot  %+v", s, d, show(batch), what, want, got)
		}
		for _, n := range got.Entries {
			if n.Nonce == "" || n.Nonce != got.Entries[0].Nonce {
				t.Fatalf("%T: nonce of %+v", s, n)
			}
		}
	}
	if wantErr != nil {
		return
	}
	p.observe(batch, want)
	if st := g.state(); len(g.given) == 0 || st.Definition.Rev != g.given[len(g.given)-1].Rev {
		g.given = append(g.given, st.Definition)
	}
}

func (p *arena) head(t fataler, s game.Store, id string) game.Head {
	t.Helper()
	heads, err := s.Heads(p.tb.Context(), []string{id})
	if err != nil || len(heads) != 1 {
		t.Fatalf("%T: head of %s: %v, %v", s, id, heads, err)
	}
	return heads[0]
}

func show(batch []game.Command) string {
	var b strings.Builder
	for _, c := range batch {
		c.Definition = nil
		n := c.Entry
		c.Entry = nil
		fmt.Fprintf(&b, "\n  %s", set(c))
		if n != nil {
			fmt.Fprintf(&b, " of %s", set(*n))
		}
	}
	return b.String()
}

// set shows the fields of a struct that say something.
func set(v any) string {
	var b strings.Builder
	for field, value := range reflect.ValueOf(v).Fields() {
		if !value.IsZero() {
			fmt.Fprintf(&b, " %s:%v", field.Name, value)
		}
	}
	return b.String()
}

// sameError compares what a caller can tell apart.
func sameError(a, b error) bool {
	for _, kind := range []error{game.ErrUnknownHunt, game.ErrUnknownEntrant, game.ErrUnavailable} {
		if errors.Is(a, kind) != errors.Is(b, kind) {
			return false
		}
	}
	return (a == nil) == (b == nil)
}

// compare looks at everything that the stores keep of a hunt.
func (p *arena) compare(t fataler, g *generator) {
	t.Helper()
	for _, s := range p.stores {
		for _, look := range looks(g) {
			want, wantErr := look.at(p, p.ref)
			got, err := look.at(p, s)
			if !sameError(wantErr, err) {
				t.Fatalf("%T: %s: want error %v, got %v", s, look.what, wantErr, err)
			}
			if d := difference(want, got); d != "" {
				t.Fatalf("%T: %s%s\nwant %+v\ngot  %+v", s, look.what, d, want, got)
			}
		}
	}
}

// look is one thing to compare.
type look struct {
	what string
	at   func(p *arena, s game.Store) (any, error)
}

type rowsAt struct {
	Rows []game.Row
	Seq  int64
}

func looks(g *generator) []look {
	heads := func(p *arena, s game.Store) (any, error) {
		return s.Heads(p.tb.Context(), []string{"nowhere", g.id, "no/hunt", g.id})
	}
	rows := func(frozen bool) func(*arena, game.Store) (any, error) {
		return func(p *arena, s game.Store) (any, error) {
			list, seq, err := s.Rows(p.tb.Context(), g.id, frozen)
			return rowsAt{list, seq}, err
		}
	}
	list := []look{
		{"summary", func(p *arena, s game.Store) (any, error) { return s.Load(p.tb.Context(), g.id) }},
		{"heads", heads},
		{"rows", rows(false)},
		{"frozen rows", rows(true)},
		{"reviews", func(p *arena, s game.Store) (any, error) { return s.Reviews(p.tb.Context(), g.id) }},
		{"wrong answers", func(p *arena, s game.Store) (any, error) {
			return s.Answers(p.tb.Context(), g.id, "gate")
		}},
		{"the first revision", func(p *arena, s game.Store) (any, error) { return s.Definition(p.tb.Context(), g.id, 1) }},
		{"no revision", func(p *arena, s game.Store) (any, error) { return s.Definition(p.tb.Context(), g.id, 99) }},
		{"ledger", func(p *arena, s game.Store) (any, error) {
			if len(g.given) == 0 {
				return s.Ledger(p.tb.Context(), g.id, 0, 10)
			}
			return readLedger(p.tb, s, g.id), nil
		}},
	}
	for _, id := range append(slices.Clone(people), squads...) {
		list = append(list, look{"entrant " + id, func(p *arena, s game.Store) (any, error) {
			return s.Entrant(p.tb.Context(), g.id, id)
		}}, look{"entrant of " + id, func(p *arena, s game.Store) (any, error) {
			return s.EntrantOf(p.tb.Context(), g.id, id)
		}})
	}
	return list
}
