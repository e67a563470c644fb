package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"veltrix/game"
	"veltrix/game/actor"
)

// Bounds of the points over time.
const (
	seriesSize    = 10              // entrants shown
	seriesWatched = 40              // entrants kept: one that comes up from there needs no second reading
	seriesPoints  = 200             // points of an entrant; older ones are thinned out
	seriesAge     = 5 * time.Second // for which one answer serves all requests
	seriesRead    = 100_000         // entries read at most: a series may begin after joining
	foldedHunts   = 64              // hunts of which something folded is kept
)

// folded keeps something of each hunt that costs a reading of its ledger, such
// as the points over time, which anyone may ask for as often as they like.
type folded[T any] struct {
	mu    sync.Mutex
	hunts map[string]*T
}

// of returns what is kept of a hunt. When there are too many hunts any other
// one is forgotten, and read again when someone asks for it.
func (f *folded[T]) of(id string) *T {
	f.mu.Lock()
	defer f.mu.Unlock()
	if h := f.hunts[id]; h != nil {
		return h
	}
	if f.hunts == nil {
		f.hunts = map[string]*T{}
	}
	for other := range f.hunts {
		if len(f.hunts) < foldedHunts {
			break
		}
		delete(f.hunts, other)
	}
	h := new(T)
	f.hunts[id] = h
	return h
}

// forget drops what is kept of a hunt that turned out not to be there.
func (f *folded[T]) forget(id string) {
	f.mu.Lock()
	delete(f.hunts, id)
	f.mu.Unlock()
}

// huntChart is the series of a hunt: a fold of its ledger up to seq, for the
// entrants that were at the top of the board when it was last read as a whole.
type huntChart struct {
	mu     sync.Mutex
	at     time.Time // of the answer
	body   []byte
	tag    string
	epoch  string
	seq    int64
	tracks map[string]*track
}

// track is an entrant's points over time: [Unix ms, total], ascending.
type track [][2]int64

// add appends a total, and thins the past out when there is too much of it.
func (t *track) add(at, total int64) {
	if n := len(*t); n > 1 && (*t)[n-1][0] >= at {
		(*t)[n-1][1] = total
		return
	}
	if len(*t) == seriesPoints {
		kept := (*t)[:1] // the start stays
		for i := 2; i < seriesPoints; i += 2 {
			kept = append(kept, (*t)[i])
		}
		if last := (*t)[seriesPoints-1]; kept[len(kept)-1] != last {
			kept = append(kept, last)
		}
		*t = kept
	}
	*t = append(*t, [2]int64{at, total})
}

// seriesPage is the points over time of the first on the board as it is shown.
type seriesPage struct {
	Seq    int64    `json:"seq"`
	At     int64    `json:"at"`
	Frozen bool     `json:"frozen"`
	Series []series `json:"series"`
}

type series struct {
	Entrant string `json:"entrant"`
	Name    string `json:"name"`
	Points  track  `json:"points"`
}

// series shows how the first on the board came to their points.
func (a *API) series(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	id := r.PathValue("hunt")
	h := a.charts.of(id)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.body == nil || time.Since(h.at) >= seriesAge {
		// Others wait for this, too: it does not end with the request.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), readTimeout)
		defer cancel()
		if err := h.refresh(ctx, a, id); err != nil {
			if h.body == nil {
				a.charts.forget(id)
			}
			return err
		}
	}
	w.Header().Set("Cache-Control", "no-cache")
	if unchanged(w, r, h.tag) {
		return nil
	}
	w.Header().Set("Content-Type", jsonType)
	_, _ = w.Write(h.body) // a peer that has gone hears nothing
	return nil
}

// refresh brings the series up to the board that is shown now.
func (h *huntChart) refresh(ctx context.Context, a *API, id string) error {
	page := new(boardView) // a look may still run when it is no longer waited for
	if err := a.look(ctx, id, func(v *actor.View) {
		*page = boardView{v.Board("", 0, seriesWatched, false), v.Epoch}
	}); err != nil {
		return err
	}
	if err := h.follow(ctx, a.store, id, page); err != nil {
		return err
	}
	out := seriesPage{Seq: page.Seq, At: page.At, Frozen: page.Frozen, Series: []series{}}
	for _, row := range top(page.Rows) {
		out.Series = append(out.Series, series{row.Entrant, row.Name, *h.tracks[row.Entrant]})
	}
	body, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("encode the series: %w", err)
	}
	h.tag, h.body, h.at = tagFor(body), append(body, '\n'), time.Now()
	return nil
}

func top(rows []game.Row) []game.Row { return rows[:min(len(rows), seriesSize)] }

// follow folds what the ledger has gained, or all of it when its history is
// another one, or an entrant is at the top that was not watched.
func (h *huntChart) follow(ctx context.Context, store game.Store, id string, page *boardView) error {
	whole := h.tracks == nil || h.epoch != page.epoch || page.Seq < h.seq || page.Seq-h.seq > seriesRead
	for _, row := range top(page.Rows) {
		whole = whole || h.tracks[row.Entrant] == nil
	}
	if whole {
		h.epoch, h.seq, h.tracks = page.epoch, max(0, page.Seq-seriesRead), map[string]*track{}
		for _, row := range page.Rows {
			h.tracks[row.Entrant] = &track{}
		}
	}
	start := int64(0) // at of the first entry that is read now
	for h.seq < page.Seq {
		entries, err := store.Ledger(ctx, id, h.seq, int(min(ledgerChunk, page.Seq-h.seq)))
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			return fmt.Errorf("the ledger of %s ends before seq %d: %w", id, page.Seq, game.ErrUnavailable)
		}
		if start == 0 {
			start = entries[0].At
		}
		for i := range entries {
			h.add(&entries[i], start)
		}
		h.seq = entries[len(entries)-1].Seq
	}
	for _, row := range top(page.Rows) { // nothing happened to them in what was read
		if t := h.tracks[row.Entrant]; len(*t) == 0 {
			t.add(page.At, row.Points)
		}
	}
	return nil
}

// add folds an entry. A track whose beginning was not read begins at start with
// what its entrant had before.
func (h *huntChart) add(n *game.Entry, start int64) {
	t := h.tracks[n.Entrant]
	if t == nil {
		return
	}
	switch n.Type {
	case game.Joined:
		if len(*t) == 0 {
			t.add(n.At, 0)
		}
	case game.Awarded, game.Badged, game.Hinted, game.Penalised, game.Adjusted, game.Revoked:
		if len(*t) == 0 {
			t.add(start, n.Total-n.Points)
		}
		t.add(n.At, n.Total)
	}
}
