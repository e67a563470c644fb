package api

import (
	"context"
	"slices"
	"sync"

	"veltrix/game"
	"veltrix/game/actor"
)

// maxBanned bounds how many banned entrants of a hunt a search finds, the last
// ones. Each ban was given by hand, with a reason.
const maxBanned = 1000

// bannedList is the entrants that were banned from a hunt: a fold of its ledger
// up to seq, since no board has them any more.
type bannedList struct {
	mu    sync.Mutex
	epoch string
	seq   int64
	rows  []entrantRow
}

// put adds an entrant, or brings its row up to date.
func (b *bannedList) put(row entrantRow) {
	if i := b.find(row.Entrant); i >= 0 {
		b.rows[i] = row
		return
	}
	b.rows = append(b.rows[max(0, len(b.rows)+1-maxBanned):], row)
}

func (b *bannedList) find(entrant string) int {
	return slices.IndexFunc(b.rows, func(r entrantRow) bool { return r.Entrant == entrant })
}

// offBoards returns the entrants that were banned, the last one last. The first
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
	b := a.banned.of(id)
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
			n := &entries[i] // a correction may still follow a ban
			if n.Entrant == "" || n.Type != game.Banned && b.find(n.Entrant) < 0 {
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
