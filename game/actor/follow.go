package actor

import (
	"errors"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
)

// answerBell looks at the ledger unless the bell rang for what this node knows,
// such as its own commits.
func (a *actor) answerBell() {
	if seq := a.bell.answer(); seq == always || a.view == nil || seq > a.view.Seq {
		a.look()
	}
}

// look reads the hunt, or what others have added to the ledger.
func (a *actor) look() {
	a.alarm.lookAt = time.Time{}
	if a.view != nil && a.past.lost == nil {
		err := a.readUpTo(always)
		if err != nil && !errors.Is(err, errLost) {
			a.log.Warn("cannot look at the ledger", zap.Error(err))
			a.alarm.lookAt = time.Now().Add(retryMost)
			return
		}
		if err != nil {
			a.drop()
		}
	}
	if err := a.ready(); err != nil {
		a.alarm.lookAt = time.Now().Add(a.opts.Look)
		a.ended = errors.Is(err, game.ErrUnknownHunt) && a.retire(a)
	}
}

// followUpTo publishes what other nodes wrote before a commit. An award is
// acknowledged only when this node knows all that led to it, so that it can put
// back what it acknowledged. It leaves in the result the entries that are new.
func (a *actor) followUpTo(res *game.Result) error {
	if res.Epoch != a.view.Epoch || res.Seq < a.view.folded {
		return errLost
	}
	for len(res.Entries) > 0 && res.Entries[0].Seq <= a.view.folded {
		res.Entries = res.Entries[1:] // read from the ledger, behind a commit whose reply was lost
	}
	first := res.Seq + 1
	if len(res.Entries) > 0 {
		first = res.Entries[0].Seq
	}
	if first <= a.view.folded+1 {
		return nil
	}
	err := a.keeper.retrying("read", func() error { return a.readUpTo(first - 1) })
	if err != nil {
		a.alarm.lookAt = time.Now().Add(retryMost)
	}
	return err
}

// readUpTo folds and publishes entries that others made, up to seq or, with
// always, up to the head. It reads from the last known entry on and returns
// errLost when that is not what it was.
func (a *actor) readUpTo(seq int64) error {
	for {
		known := a.past.memory.head()
		entries, err := a.keeper.after(known.Seq-1, int(min(ledgerPage, seq-known.Seq))+1)
		switch {
		case errors.Is(err, game.ErrUnknownHunt):
			return errLost
		case err != nil:
			return err
		case len(entries) == 0 || !names(known, &entries[0]):
			return errLost
		}
		if err := a.foldForeign(entries[1:]); err != nil {
			return err
		}
		if len(entries) == 1 && seq != always {
			return errLost // it had more a moment ago
		}
		if len(entries) == 1 || a.view.folded >= seq {
			return nil
		}
	}
}

// foldForeign folds and publishes entries that others made.
func (a *actor) foldForeign(entries []game.Entry) error {
	for i := range entries {
		n := &entries[i]
		if n.Epoch != a.view.Epoch {
			return errLost
		}
		if n.Type == game.Defined && a.view.Definition.Rev < n.Rev {
			// Not the one in force: that may be a later one already, and each is shown.
			d, err := a.keeper.store.Definition(a.keeper.ctx, a.id, n.Rev)
			if errors.Is(err, game.ErrUnknownRevision) {
				return errLost
			}
			if err != nil {
				return err
			}
			a.define(d)
		}
		a.fold(n)
		a.audience.entry(a.view, n, entries[i+1:], nil)
	}
	a.past.memory.flush()
	return nil
}
