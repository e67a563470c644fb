package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"veltrix/game"
)

func unknownHunt(t *testing.T, open Open) {
	w := newWorld(t, open)
	ctx := w.context()
	_, commit := w.store.Commit(ctx, "nowhere", nil, game.Head{}, []game.Command{{Type: game.CmdAdvance}})
	_, load := w.store.Load(ctx, "nowhere")
	_, _, rows := w.store.Rows(ctx, "nowhere", false)
	_, ledger := w.store.Ledger(ctx, "nowhere", 0, 10)
	_, entrant := w.store.Entrant(ctx, "nowhere", "ada")
	_, of := w.store.EntrantOf(ctx, "nowhere", "ada")
	_, reviews := w.store.Reviews(ctx, "nowhere")
	for i, err := range []error{commit, load, rows, ledger, entrant, of, reviews} {
		if !errors.Is(err, game.ErrUnknownHunt) {
			t.Errorf("error %d is %v", i, err)
		}
	}
	if list, err := w.store.Hunts(ctx); err != nil || len(list) != 0 {
		t.Fatalf("asking made hunts: %q, %v", list, err)
	}
	w.define(plain(w.hunt))
	if _, err := w.store.Entrant(ctx, w.hunt, "ada"); !errors.Is(err, game.ErrUnknownEntrant) {
		t.Errorf("unknown entrant: %v", err)
	}
	if _, err := w.store.EntrantOf(ctx, w.hunt, "ada"); !errors.Is(err, game.ErrUnknownEntrant) {
		t.Errorf("unknown player: %v", err)
	}
}

func ledgerPages(t *testing.T, open Open) {
	w := opened(t, open, badged, "ada", "bob")
	w.done(w.right("ada", "gate"))
	w.done(w.right("bob", "gate"))
	all := w.ledger()
	head := int64(len(all))
	if sum := w.load(); sum.Seq != head || sum.Nonce != all[head-1].Nonce || sum.Nonce == "" {
		t.Fatalf("%+v", sum)
	}
	for i, n := range all {
		if n.Epoch != all[0].Epoch || n.Nonce == "" || n.At != epoch0 || n.Seq != int64(i)+1 {
			t.Fatalf("%+v", n)
		}
	}
	if all[head-1].Nonce != all[head-2].Nonce || all[0].Nonce == all[head-1].Nonce {
		t.Fatal("a nonce belongs to one commit")
	}
	for _, page := range []struct {
		after  int64
		limit  int
		length int64
	}{{0, 3, 3}, {2, 1, 1}, {head - 1, 10, 1}, {head, 10, 0}, {head + 5, 10, 0}, {0, 1000, head}, {0, 0, 0}} {
		got, err := w.store.Ledger(w.context(), w.hunt, page.after, page.limit)
		if err != nil || int64(len(got)) != page.length {
			t.Fatalf("%+v: %d entries, %v", page, len(got), err)
		}
		for i, n := range got {
			if n != all[page.after+int64(i)] {
				t.Fatalf("%+v: %+v", page, n)
			}
		}
	}
}

func load(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada", "bob")
	w.done(w.right("ada", "gate"))
	sum := w.load()
	want := game.Summary{
		Epoch: sum.Epoch, Seq: 5, Definition: w.def, Phase: game.Open, OpenedAt: epoch0, Entrants: 2, Joined: 2,
		Tallies: map[string]game.Tally{"gate": {Solves: 1, Given: 1}},
	}
	if d := difference(&want, sum); d != "" {
		t.Fatalf("summary%s", d)
	}
	// A caller may change what the store returned.
	sum.Tallies["gate"] = game.Tally{Solves: 99}
	e := w.entrant("ada")
	e.Total, e.Awards["well"] = 99, game.Award{ID: "x"}
	if w.load().Tallies["gate"].Solves != 1 || w.entrant("ada").Total != 150 || len(w.entrant("ada").Awards) != 1 {
		t.Fatal("the store shares what it returns")
	}
}

func hunts(t *testing.T, open Open) {
	w := newWorld(t, open)
	for _, id := range []string{"zoo", "abbey", "mill"} {
		w.hunt, w.def = id, nil
		w.define(plain(id))
		w.done(w.phase(game.Open))
		w.done(w.join("ada"))
	}
	w.done(w.right("ada", "easy"))
	if list, err := w.store.Hunts(w.context()); err != nil || !slices.Equal(list, []string{"abbey", "mill", "zoo"}) {
		t.Fatalf("%q, %v", list, err)
	}
	w.hunt = "zoo"
	w.board(false, "ada 0")
	if head := w.load().Seq; head != 3 {
		t.Fatalf("seq %d", head)
	}
}

func secrets(t *testing.T, open Open) {
	w := newWorld(t, open)
	for _, c := range []struct{ name, fresh, want string }{
		{"token", "one", "one"}, {"token", "two", "one"}, {"key", "three", "three"}, {"token", "four", "one"},
	} {
		if got, err := w.store.Secret(w.context(), c.name, c.fresh); err != nil || got != c.want {
			t.Fatalf("%+v: %q, %v", c, got, err)
		}
	}
	if err := w.store.Ready(w.context()); err != nil {
		t.Fatal(err)
	}
}

func batches(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada")
	gate, tower := w.right("ada", "gate"), w.right("ada", "tower")
	res := w.commit(tower, gate, tower, gate, w.right("ada", "gate"))
	var got []game.Outcome
	for _, r := range res.Replies {
		got = append(got, r.Outcome)
	}
	want := []game.Outcome{game.OutLocked, game.OutAwarded, game.OutAwarded, game.OutAwarded, game.OutAlready}
	if !slices.Equal(got, want) || !res.Replies[3].Replay || len(res.Entries) != 2 || res.Seq != w.load().Seq {
		t.Fatalf("%+v", res)
	}
	if res := w.commit(); len(res.Replies)+len(res.Entries) != 0 || res.Seq != w.load().Seq {
		t.Fatalf("an empty batch: %+v", res)
	}
	full := make([]game.Command, game.MaxBatch+1)
	for i := range full {
		full[i] = game.Command{Type: game.CmdAnnounce, ID: w.id(), Text: "Hello", By: "olga"}
	}
	if _, err := w.store.Commit(w.context(), w.hunt, w.def, game.Head{}, full); err == nil {
		t.Fatal("a batch of more than MaxBatch commands was taken")
	}
	if res := w.commit(full[:game.MaxBatch]...); len(res.Entries) != game.MaxBatch {
		t.Fatalf("%d entries", len(res.Entries))
	}
}

// turns: a commit that comes in its turn, and one that does not.
func turns(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada", "bo", "cy")
	pipe, ok := w.store.(game.Pipeliner)
	if !ok {
		return
	}
	commit := func(turn game.Turn, cmd game.Command) (game.Result, error) {
		cmd.Rev = w.def.Rev
		return pipe.Launch(w.context(), w.hunt, w.def, game.Head{}, []game.Command{cmd}, turn)()
	}
	first := game.NewTurn("")
	second, third, fourth := game.NewTurn(first.Nonce), game.NewTurn(first.Nonce), game.NewTurn(first.Nonce)
	if _, err := commit(second, w.right("ada", "gate")); !errors.Is(err, game.ErrOutOfTurn) {
		t.Fatalf("before the one that it follows: %v", err)
	}
	gate := w.right("ada", "gate")
	res, err := commit(first, gate)
	if err != nil || res.Replies[0].Outcome != game.OutAwarded || res.Entries[0].Nonce != first.Nonce || w.head().Nonce != first.Nonce {
		t.Fatalf("%+v, %v", res, err)
	}
	if res, err := commit(second, w.right("bo", "gate")); err != nil || res.Replies[0].Outcome != game.OutAwarded {
		t.Fatalf("in its turn: %+v, %v", res, err)
	}
	if _, err := commit(third, w.right("cy", "gate")); !errors.Is(err, game.ErrOutOfTurn) {
		t.Fatalf("after another one: %v", err)
	}
	before := w.head()
	res, err = commit(game.NewTurn(second.Nonce), gate) // a replay adds nothing
	if err != nil || !res.Replies[0].Replay || w.head() != before {
		t.Fatalf("a replay: %+v, %v", res, err)
	}
	w.done(w.join("dee"))
	if _, err := commit(fourth, w.right("cy", "gate")); !errors.Is(err, game.ErrOutOfTurn) {
		t.Fatalf("after one without a turn: %v", err)
	}
	if e := w.entrant("cy"); len(e.Awards) != 0 || len(e.Attempts) != 0 {
		t.Fatalf("out of turn something was done: %+v", e)
	}
}

func watch(t *testing.T, open Open) {
	w := opened(t, open, plain)
	ctx, cancel := context.WithCancel(w.context())
	ended := make(chan error, 1)
	go func() { ended <- w.store.Watch(ctx, func(string, int64) {}) }()
	cancel()
	if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

// duplicatesAtOnce is the promise: however often a claim is sent at the same
// instant, there is one award and one answer.
func duplicatesAtOnce(t *testing.T, open Open) {
	w := opened(t, open, badged, "ada")
	const copies = 50
	one, other := w.right("ada", "gate"), w.right("ada", "gate")
	one.Rev, other.Rev = w.def.Rev, w.def.Rev
	replies := make([]game.Reply, copies)
	var all sync.WaitGroup
	for i := range copies {
		all.Go(func() {
			cmd := one
			if i%5 == 4 {
				cmd = other
			}
			res, err := w.store.Commit(w.context(), w.hunt, w.def, game.Head{}, []game.Command{cmd})
			if err != nil {
				t.Error(err)
				return
			}
			replies[i] = res.Replies[0]
		})
	}
	all.Wait()
	fresh := 0
	for _, r := range replies {
		if r.Outcome == game.OutAwarded && !r.Replay {
			fresh++
		}
		if r.Seq != 4 || r.Points != 150 || r.Total != 262 {
			t.Errorf("%+v", r)
		}
	}
	awards := 0
	for _, n := range w.ledger() {
		if n.Type == game.Awarded {
			awards++
		}
	}
	if fresh != 1 || awards != 1 || w.entrant("ada").Total != 262 {
		t.Fatalf("%d fresh replies, %d awards, total %d", fresh, awards, w.entrant("ada").Total)
	}
}

// huntsAtOnce: commits of many hunts at the same time do not affect each other.
func huntsAtOnce(t *testing.T, open Open) {
	w := newWorld(t, open)
	ids := []string{"h1", "h2", "h3", "h4"}
	var all sync.WaitGroup
	for _, id := range ids {
		w.hunt, w.def = id, nil
		w.define(plain(id))
		w.done(w.phase(game.Open))
		def := w.def
		for _, p := range []string{"ada", "bob", "cyd"} {
			all.Go(func() {
				for _, cmd := range []game.Command{w.join(p), w.right(p, "gate"), w.right(p, "tower"), w.right(p, "well")} {
					cmd.Rev = def.Rev
					if _, err := w.store.Commit(w.context(), id, def, game.Head{}, []game.Command{cmd}); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	all.Wait()
	for _, id := range ids {
		w.hunt = id
		var sum, totals int64
		for _, n := range w.ledger() {
			sum += n.Points
		}
		for _, r := range w.rows(false) {
			totals += r.Points
		}
		if sum != totals || w.load().Seq != 14 || w.load().Tallies["well"].Given != 3 {
			t.Fatalf("%s: Σ %d, totals %d, seq %d", id, sum, totals, w.load().Seq)
		}
	}
}
