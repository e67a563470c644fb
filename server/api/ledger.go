package api

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"net/http"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/hunt"
)

const (
	ledgerChunk  = 1000             // entries read from the store at once
	chunkTimeout = 30 * time.Second // for a peer to take a chunk
)

// ledger streams entries as NDJSON, oldest first, up to the head as of the
// start of the request; with before newest first, beginning there. A stream
// that ends in the middle is cut, not closed, so that the peer notices.
func (a *API) ledger(w http.ResponseWriter, r *http.Request) error {
	if err := query(r, "after", "before", "limit"); err != nil {
		return err
	}
	if r.URL.Query().Has("before") && r.URL.Query().Has("after") {
		return badRequest("give either after, for the oldest first, or before, for the newest")
	}
	before, err := queryInt(r, "before", 0, 1, math.MaxInt64)
	if err != nil {
		return err
	}
	after, err := queryInt(r, "after", 0, 0, math.MaxInt64)
	if err != nil {
		return err
	}
	limit, err := queryInt(r, "limit", math.MaxInt64, 1, math.MaxInt64)
	if err != nil {
		return err
	}
	id := r.PathValue("hunt")
	sum, err := a.load(r.Context(), id)
	if err != nil {
		return err
	}
	lines := lineWriter{store: a.store, hunt: id, team: sum.Definition.Mode == hunt.Team, founded: map[string]int64{}}
	next := func(left int64) ([]game.Entry, error) {
		entries, err := a.store.Ledger(r.Context(), id, after, int(min(left, ledgerChunk)))
		if n := len(entries); n > 0 {
			after = entries[n-1].Seq
		}
		return entries, err
	}
	left := min(limit, max(0, sum.Seq-after))
	if before > 0 {
		before = min(before, sum.Seq+1)
		left = min(limit, before-1)
		next = func(left int64) ([]game.Entry, error) {
			entries, err := a.entriesBefore(r.Context(), id, before, min(left, ledgerChunk))
			if n := len(entries); n > 0 {
				before = entries[n-1].Seq
			}
			return entries, err
		}
	}
	return a.stream(w, r, left, next, &lines)
}

// stream sends left entries as next gives them, or fewer when it gives none.
func (a *API) stream(w http.ResponseWriter, r *http.Request, left int64, next func(left int64) ([]game.Entry, error), lines *lineWriter) error {
	control := http.NewResponseController(w)
	for begun := false; left > 0 || !begun; begun = true {
		entries, err := next(left)
		if err != nil && !begun {
			return err
		}
		if !begun {
			w.Header().Set("Content-Type", "application/x-ndjson")
			w.Header().Set("Cache-Control", "no-store")
		}
		var body []byte
		if err == nil {
			body, err = lines.encode(r.Context(), entries)
		}
		if err == nil {
			err = send(w, control, body)
		}
		if err != nil {
			a.log.Warn("ledger cut", requestFields(r, zap.Error(err))...)
			panic(http.ErrAbortHandler)
		}
		if len(entries) == 0 {
			return nil
		}
		left -= int64(len(entries))
	}
	return nil
}

// send writes a part of a stream to a peer that may be slow.
func send(w http.ResponseWriter, control *http.ResponseController, body []byte) error {
	if err := control.SetWriteDeadline(time.Now().Add(chunkTimeout)); err != nil {
		return err
	}
	if _, err := w.Write(body); err != nil {
		return err
	}
	return control.Flush()
}

// lineWriter writes the lines of a hunt's ledger.
type lineWriter struct {
	store   game.Store
	hunt    string
	team    bool
	founded map[string]int64 // seq of the entry that made a team
}

// line is an entry with what stands beside the ledger and is shown all the same.
type line struct {
	*game.Entry
	Number *int64 `json:"number,omitempty"` // of the entry that makes an entrant
}

func (l *lineWriter) encode(ctx context.Context, entries []game.Entry) ([]byte, error) {
	var lines bytes.Buffer
	enc := json.NewEncoder(&lines)
	enc.SetEscapeHTML(false)
	for i := range entries {
		out := line{Entry: &entries[i]}
		makes, err := l.makes(ctx, out.Entry)
		if err != nil {
			return nil, err
		}
		if makes {
			out.Number = &out.Entry.Number
		}
		if err := enc.Encode(&out); err != nil {
			return nil, err
		}
	}
	return lines.Bytes(), nil
}

// makes reports whether an entry makes its entrant. In a team only the first
// player's does.
func (l *lineWriter) makes(ctx context.Context, n *game.Entry) (bool, error) {
	if n.Type != game.Joined || !l.team {
		return n.Type == game.Joined, nil
	}
	seq, known := l.founded[n.Entrant]
	if !known {
		e, err := l.store.Entrant(ctx, l.hunt, n.Entrant)
		if err != nil {
			return false, err
		}
		seq = e.JoinSeq
		l.founded[n.Entrant] = seq
	}
	return n.Seq == seq, nil
}
