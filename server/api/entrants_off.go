package api

import (
	"context"
	"slices"
	"sync"

	"veltrix/game"
	"veltrix/game/actor"
)

// maxOff bounds how many banned and hidden entrants of a hunt a search finds, the
// last ones. Each was taken off by hand, with a reason.
const maxOff = 1000

// offList is the entrants that were banned or hidden, also those that are back: a
// fold of the ledger up to seq, since no board has them.
type offList struct {
	mu    sync.Mutex
	epoch string
	seq   int64
	rows  []entrantRow
}

// put adds an entrant, or brings its row up to date.
func (b *offList) put(row entrantRow) {
	if i := b.find(row.Entrant); i >= 0 {
		b.rows[i] = row
		return
	}
	b.rows = append(b.rows[max(0, len(b.rows)+1-maxOff):], row)
}

func (b *offList) find(entrant string) int {
	return slices.IndexFunc(b.rows, func(r entrantRow) bool { return r.Entrant == entrant })
}

// offBoards returns the entrants that were banned or hidden, the last one last. The first
// search of a hunt reads its ledger, a later one only what came since. Where one
// runs out of time the next goes on.
func (a *API) offBoards(ctx context.Context, id string) ([]entrantRow, error) {
	type head struct {
		epoch string
		seq   int64
	}
	now := new(head)
	if err := a.look(ctx, id, func(v *actor.View) { now.epoch, now.seq = v.Epoch, v.Seq }); err != nil {
		return nil, err
	}
	b := a.off.of(id)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.epoch != now.epoch || b.seq > now.seq { // another history
		b.epoch, b.seq, b.rows = now.epoch, 0, nil
	}
	for b.seq < now.seq {
		entries, err := a.store.Ledger(ctx, id, b.seq, int(min(ledgerChunk, now.seq-b.seq)))
		if err != nil {
			return nil, err
		}
		if len(entries) == 0 {
			break
		}
		for i := range entries {
			n := &entries[i] // a correction may still follow
			if n.Entrant == "" || n.Type != game.Banned && n.Type != game.Hidden && b.find(n.Entrant) < 0 {
				continue
			}
			row, err := a.offBoard(ctx, id, n.Entrant)
			if err != nil {
				return nil, err
			}
			b.put(row)
		}
		b.seq = entries[len(entries)-1].Seq
	}
	return slices.Clone(b.rows), nil
}
