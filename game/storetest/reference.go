package storetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/rules"
)

// Reference is a game.Store in memory: the rules driven in the plainest way,
// one commit at a time. A store that does anything else is wrong.
type Reference struct {
	clock func() int64 // Unix ms; never changed

	// mu guards everything that is kept.
	mu      sync.Mutex
	commits int64
	hunts   map[string]*record
	secrets map[string]string
}

type record struct {
	state       *rules.State
	ledger      []game.Entry
	definitions []*hunt.Definition // by revision − 1
}

// NewReference returns an empty store that reads its time, Unix ms, from clock.
func NewReference(clock func() int64) *Reference {
	return &Reference{clock: clock, hunts: map[string]*record{}, secrets: map[string]string{}}
}

// Commit is game.Store.Commit; it reads the clock once.
func (r *Reference) Commit(ctx context.Context, id string, def *hunt.Definition, known game.Head, batch []game.Command) (game.Result, error) {
	return r.commitInTurn(ctx, id, def, known, batch, game.Turn{})
}

// Launch is game.Pipeliner.Launch; it does all at once.
func (r *Reference) Launch(ctx context.Context, id string, def *hunt.Definition, known game.Head, batch []game.Command, turn game.Turn) func() (game.Result, error) {
	res, err := r.commitInTurn(ctx, id, def, known, batch, turn)
	return func() (game.Result, error) { return res, err }
}

// commitInTurn makes a nonce for a turn without one.
func (r *Reference) commitInTurn(_ context.Context, id string, _ *hunt.Definition, known game.Head, batch []game.Command, turn game.Turn) (game.Result, error) {
	if err := known.Check(); err != nil {
		return game.Result{}, err
	}
	if len(batch) > game.MaxBatch {
		return game.Result{}, fmt.Errorf("batch of %d commands, at most %d", len(batch), game.MaxBatch)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	rec := r.hunts[id]
	if rec == nil {
		if !slices.ContainsFunc(batch, func(c game.Command) bool { return c.Type == game.CmdDefine }) {
			return game.Result{}, fmt.Errorf("hunt %q: %w", id, game.ErrUnknownHunt)
		}
		rec = &record{state: rules.New()}
		r.hunts[id] = rec
	}
	st := rec.state
	if turn.After != "" && turn.After != st.Nonce {
		return game.Result{}, fmt.Errorf("hunt %q: %w", id, game.ErrOutOfTurn)
	}
	if r.commits++; turn.Nonce == "" {
		turn.Nonce = strconv.FormatInt(r.commits, 36)
	}
	head := len(rec.ledger)
	res := game.Result{Now: st.Now(r.clock())}
	res.Replies = st.Commit(res.Now, turn.Nonce, known, batch, func(c rules.Change) {
		rec.ledger = append(rec.ledger, c.Entries...)
		if c.Definition != nil {
			rec.definitions = append(rec.definitions, st.Definition)
		}
	})
	res.Entries = slices.Clone(rec.ledger[head:])
	res.Epoch, res.Seq, res.Rev = st.Epoch, st.Seq, st.Definition.Rev
	return res, nil
}

func (r *Reference) with(id string, use func(*record) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec := r.hunts[id]
	if rec == nil {
		return fmt.Errorf("hunt %q: %w", id, game.ErrUnknownHunt)
	}
	return use(rec)
}

// Heads is game.Store.Heads.
func (r *Reference) Heads(_ context.Context, hunts []string) ([]game.Head, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	heads := make([]game.Head, len(hunts))
	for i, id := range hunts {
		if rec := r.hunts[id]; rec != nil {
			heads[i] = game.Head{Epoch: rec.state.Epoch, Seq: rec.state.Seq, Nonce: rec.state.Nonce}
		}
	}
	return heads, nil
}

// Hunts is game.Store.Hunts.
func (r *Reference) Hunts(context.Context) ([]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.hunts)), nil
}

// Load is game.Store.Load.
func (r *Reference) Load(_ context.Context, id string) (sum *game.Summary, err error) {
	err = r.with(id, func(rec *record) error {
		sum = rec.state.Summary()
		return nil
	})
	return sum, err
}

// Rows is game.Store.Rows.
func (r *Reference) Rows(_ context.Context, id string, frozen bool) (rows []game.Row, seq int64, err error) {
	err = r.with(id, func(rec *record) error {
		rows, seq = rec.state.Rows(frozen), rec.state.Seq
		if frozen && rec.state.Frozen {
			seq = rec.state.FrozenSeq
		}
		return nil
	})
	return rows, seq, err
}

// Ledger is game.Store.Ledger.
func (r *Reference) Ledger(_ context.Context, id string, after int64, limit int) (list []game.Entry, err error) {
	err = r.with(id, func(rec *record) error {
		from := min(max(after, 0), int64(len(rec.ledger)))
		to := min(from+int64(max(limit, 0)), int64(len(rec.ledger)))
		list = slices.Clone(rec.ledger[from:to])
		for i := range list {
			rec.state.Person(&list[i])
		}
		return nil
	})
	return list, err
}

// Definition is game.Store.Definition.
func (r *Reference) Definition(_ context.Context, id string, rev int64) (d *hunt.Definition, err error) {
	err = r.with(id, func(rec *record) error {
		if rev < 1 || rev > int64(len(rec.definitions)) {
			return fmt.Errorf("revision %d of hunt %q: %w", rev, id, game.ErrUnknownRevision)
		}
		d = rec.definitions[rev-1]
		return nil
	})
	return d, err
}

// Answers is game.Store.Answers.
func (r *Reference) Answers(_ context.Context, id, challenge string) (list []game.Given, err error) {
	err = r.with(id, func(rec *record) error {
		list = rec.state.Answers(challenge)
		return nil
	})
	return list, err
}

// Purge is game.Store.Purge.
func (r *Reference) Purge(_ context.Context, id string, before int64) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if rec := r.hunts[id]; rec != nil && rec.state.DeletedAt != 0 && rec.state.DeletedAt < before {
		delete(r.hunts, id)
	}
	return nil
}

// Entrant is game.Store.Entrant.
func (r *Reference) Entrant(_ context.Context, id, entrant string) (e *game.Entrant, err error) {
	err = r.with(id, func(rec *record) error {
		if e = rec.state.Entrant(entrant); e == nil {
			return fmt.Errorf("entrant %q: %w", entrant, game.ErrUnknownEntrant)
		}
		return nil
	})
	return e, err
}

// EntrantOf is game.Store.EntrantOf.
func (r *Reference) EntrantOf(_ context.Context, id, player string) (entrant string, err error) {
	err = r.with(id, func(rec *record) error {
		var known bool
		if entrant, known = rec.state.Players[player]; !known {
			return fmt.Errorf("player %q: %w", player, game.ErrUnknownEntrant)
		}
		return nil
	})
	return entrant, err
}

// Reviews is game.Store.Reviews.
func (r *Reference) Reviews(_ context.Context, id string) (list []game.Review, err error) {
	err = r.with(id, func(rec *record) error {
		list = rec.state.Reviews()
		return nil
	})
	return list, err
}

// Watch is game.Store.Watch: there is no other node.
func (r *Reference) Watch(ctx context.Context, _ func(string, int64)) error {
	<-ctx.Done()
	return ctx.Err()
}

// Secret is game.Store.Secret.
func (r *Reference) Secret(_ context.Context, name, fresh string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if kept, has := r.secrets[name]; has {
		return kept, nil
	}
	r.secrets[name] = fresh
	return fresh, nil
}

// Ready is game.Store.Ready.
func (r *Reference) Ready(context.Context) error { return nil }

// Close is game.Store.Close.
func (r *Reference) Close() error { return nil }
