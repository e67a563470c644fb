package actor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/hunt"
)

// ledgerPage is how many entries are read from a ledger at once.
const ledgerPage = 1000

// keeper is a hunt's way to its store. It belongs to the hunt's goroutine, which
// waits in it.
//
// Guarantees:
//   - commit, definition and whatever runs in retrying are tried again while the
//     store fails, until Options.CommitRetry is over. Commands are idempotent, so a
//     try whose reply was lost costs nothing. Everything else is tried once.
//   - Every commit of requests sets the node's clock and is counted.
type keeper struct {
	hunt    string
	store   game.Store
	pipe    game.Pipeliner  // the store, if it is one
	ctx     context.Context // ends when the node gives up; not at the start of a drain
	clock   *Clock          // the node's
	loads   chan struct{}   // the node's: holds one for each hunt that is being read
	retry   time.Duration   // Options.CommitRetry
	metrics *Metrics
	log     *zap.Logger
}

// commit has a batch decided and kept. Known is the head that this node knows.
func (k *keeper) commit(def *hunt.Definition, known game.Head, cmds []game.Command) (res game.Result, err error) {
	begun := time.Now()
	err = k.retrying("commit", func() (err error) {
		// gofail: var beforeCommit struct{}

		res, err = k.store.Commit(k.ctx, k.hunt, def, known, cmds)
		return err
	})
	if err == nil {
		k.committed(begun, len(cmds), res)
	}
	return res, err
}

// launch sends a batch to the store and does not wait: the flight's wait does.
// After is the nonce of the commit before, empty for any. The store has to be a
// game.Pipeliner.
func (k *keeper) launch(def *hunt.Definition, known game.Head, cmds []game.Command, after string) *flight {
	f := &flight{turn: game.NewTurn(after), begun: time.Now(), size: len(cmds)}
	f.wait = k.pipe.Launch(k.ctx, k.hunt, def, known, slices.Clone(cmds), f.turn)
	return f
}

// committed notes what a commit of so many commands shows by the way.
func (k *keeper) committed(begun time.Time, size int, res game.Result) {
	k.metrics.BatchSize.Observe(float64(size))
	k.metrics.CommitSeconds.Observe(time.Since(begun).Seconds())
	k.clock.set(time.Until(time.UnixMilli(res.Now)))
}

// retrying runs f until it succeeds, fails for good or k.retry is over.
func (k *keeper) retrying(what string, f func() error) error {
	deadline := time.Now().Add(k.retry)
	for wait := retryFirst; ; wait = min(2*wait, retryMost) {
		err := f()
		if err == nil || !errors.Is(err, game.ErrUnavailable) {
			if err != nil && !errors.Is(err, game.ErrUnknownHunt) && !errors.Is(err, errLost) {
				k.log.Error("store failed", zap.String("doing", what), zap.Error(err))
			}
			return err
		}
		k.metrics.Retries.Inc()
		if time.Now().Add(wait).After(deadline) {
			k.log.Error("store unavailable", zap.String("doing", what), zap.Error(err))
			return err
		}
		if wait == retryFirst {
			k.log.Warn("store unavailable, holding the batch", zap.String("doing", what), zap.Error(err))
		}
		if !k.pause(wait) {
			return err
		}
	}
}

// pause waits; it returns false when the node gave up meanwhile.
func (k *keeper) pause(d time.Duration) bool {
	pause := time.NewTimer(d)
	defer pause.Stop()
	select {
	case <-pause.C:
		return true
	case <-k.ctx.Done():
		return false
	}
}

// load reads the hunt when it is its turn.
func (k *keeper) load() (*View, error) {
	select {
	case k.loads <- struct{}{}:
		defer func() { <-k.loads }()
	case <-k.ctx.Done():
		return nil, fmt.Errorf("load hunt %s: %w", k.hunt, k.ctx.Err())
	}
	return load(k.ctx, k.store, k.hunt)
}

// definition reads the definition in force.
func (k *keeper) definition() (d *hunt.Definition, err error) {
	err = k.retrying("load", func() error {
		sum, err := k.store.Load(k.ctx, k.hunt)
		if err == nil {
			d = sum.Definition
		}
		return err
	})
	return d, err
}

// after reads up to limit entries of the ledger after seq.
func (k *keeper) after(seq int64, limit int) ([]game.Entry, error) {
	return k.store.Ledger(k.ctx, k.hunt, seq, limit)
}

// trail reads the ledger from an entry on up to the head of a view.
func (k *keeper) trail(v *View, from int64) ([]game.Entry, error) {
	from = max(1, from)
	var trail []game.Entry
	for next := from; next <= v.folded; next = from + int64(len(trail)) {
		page, err := k.after(next-1, int(min(ledgerPage, v.folded-next+1)))
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			return nil, errMoved
		}
		trail = append(trail, page...)
	}
	if n := len(trail); n > 0 && !names(v.loaded, &trail[n-1]) {
		return nil, errMoved
	}
	return trail, nil
}

// has reports whether the ledger has the entry of a head.
func (k *keeper) has(h game.Head) (bool, error) {
	page, err := k.after(h.Seq-1, 1)
	return err == nil && len(page) > 0 && names(h, &page[0]), err
}

// startEpoch has the store begin a new epoch after the known head, which it has
// lost: it decides the one command. The error says, too, that the store did not.
func (k *keeper) startEpoch(def *hunt.Definition, known game.Head, c game.Command) error {
	res, err := k.store.Commit(k.ctx, k.hunt, def, known, []game.Command{c})
	if err != nil {
		return err
	}
	if !newer(res.Epoch, known.Epoch) {
		return fmt.Errorf("hunt %s: the store lost entry %d of epoch %s and stays in epoch %s", k.hunt, known.Seq, known.Epoch, res.Epoch)
	}
	return nil
}

// well reports whether the store can commit now.
func (k *keeper) well() bool { return k.store.Ready(k.ctx) == nil }

// forget lets the store let go of what it keeps of the hunt.
func (k *keeper) forget() {
	if s, ok := k.store.(game.Forgetter); ok {
		s.Forget(k.hunt)
	}
}

// codeOf is the code of the replies to requests that the store did not decide.
func codeOf(err error) game.Code {
	switch {
	case errors.Is(err, game.ErrUnknownHunt):
		return game.CodeUnknownHunt
	case errors.Is(err, game.ErrUnavailable), errors.Is(err, context.Canceled):
		return game.CodeUnavailable
	}
	return game.CodeInternal
}
