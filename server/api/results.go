package api

import (
	"context"
	"time"

	"veltrix/game"
)

// resultColumns are those of all tables of results.
var resultColumns = []string{
	"rank", "entrant", "name", "points", "solved", "badges", "division", "state", "started", "finished", "penalties",
}

// result is an entrant's line in the tables.
type result struct {
	game.Row
	told
	rank int // live; 0 for one who is out
}

// told is what the ledger alone tells of an entrant.
type told struct {
	banned, hidden    bool
	started, finished int64 // Unix ms
	penalties         int64 // points that wrong claims took
}

// state is why nothing of an entrant counts, "" while it does.
func (t *told) state() string {
	switch {
	case t.banned:
		return "banned"
	case t.hidden:
		return "hidden"
	}
	return ""
}

// clock is a time for a table, "" for none.
func clock(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).UTC().Format(time.RFC3339)
}

// table reads the live board, those who are out at its end.
func (a *API) table(ctx context.Context, id string) ([]result, error) {
	if _, err := a.load(ctx, id); err != nil {
		return nil, err
	}
	rows, seq, err := a.store.Rows(ctx, id, false)
	if err != nil {
		return nil, err
	}
	tales, err := a.tales(ctx, id, seq)
	if err != nil {
		return nil, err
	}
	list := make([]result, len(rows))
	for i := range rows {
		list[i].Row = rows[i]
		if !rows[i].Out {
			list[i].rank = i + 1
		}
		if t := tales[rows[i].Entrant]; t != nil {
			list[i].told = *t
		}
	}
	return list, nil
}

// tales reads the ledger up to a seq for what it alone tells of entrants.
func (a *API) tales(ctx context.Context, id string, seq int64) (map[string]*told, error) {
	tales := map[string]*told{}
	for after := int64(0); after < seq; {
		entries, err := a.store.Ledger(ctx, id, after, int(min(ledgerChunk, seq-after)))
		if err != nil || len(entries) == 0 {
			return tales, err
		}
		for i := range entries {
			n := &entries[i]
			t := tales[n.Entrant]
			if t == nil {
				t = new(told)
			}
			if t.add(n) {
				tales[n.Entrant] = t
			}
		}
		after = entries[len(entries)-1].Seq
	}
	return tales, nil
}

// add takes an entry over, and reports whether it says something.
func (t *told) add(n *game.Entry) bool {
	switch n.Type {
	case game.Banned, game.Unbanned:
		t.banned = n.Type == game.Banned
	case game.Hidden, game.Shown:
		t.hidden = n.Type == game.Hidden
	case game.Started:
		t.started = n.At
	case game.Finished:
		t.finished = n.At
	case game.Penalised:
		t.penalties -= n.Points
	default:
		return false
	}
	return true
}
