package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/server/auth"
	"veltrix/server/protocol"
)

const (
	maxSearch   = 100  // characters of a search
	maxIDs      = 100  // entrants asked for by id: a page of the ledger
	searchChunk = 4096 // rows taken from a hunt at once: below 0.1 ms of its time
)

// entrants lists the live board, or those of it that a search finds.
func (a *api) entrants(w http.ResponseWriter, r *http.Request) error {
	if err := query(r, "q", "offset", "limit", "id"); err != nil {
		return err
	}
	if r.URL.Query().Has("id") {
		return a.named(w, r)
	}
	offset, err := queryInt(r, "offset", 0, 0, 1<<31)
	if err != nil {
		return err
	}
	limit, err := queryInt(r, "limit", boardLimit, 1, maxBoardLimit)
	if err != nil {
		return err
	}
	search := strings.TrimSpace(r.URL.Query().Get("q"))
	if utf8.RuneCountInString(search) > maxSearch {
		return badRequest(fmt.Sprintf("q has more than %d characters", maxSearch))
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	page := entrantPage{Offset: int(offset)}
	if search == "" {
		b, err := a.livePage(ctx, r.PathValue("hunt"), int(offset), int(limit))
		if err != nil {
			return err
		}
		page.Total, page.Entrants = b.Entrants, found(protocol.RowsOf(b.Rows, b.Offset))
		return answer(w, http.StatusOK, page)
	}
	rows, err := a.search(ctx, r.PathValue("hunt"), search)
	if err != nil {
		return err
	}
	page.Total = len(rows)
	from := min(len(rows), int(offset))
	page.Entrants = rows[from:min(len(rows), from+int(limit))]
	return answer(w, http.StatusOK, page)
}

// entrantPage is a part of what a search found: in board order, the banned last.
type entrantPage struct {
	Total    int          `json:"total"`
	Offset   int          `json:"offset"`
	Entrants []entrantRow `json:"entrants"`
}

// entrantRow is an entrant as the live board shows it; one that was banned is
// on no board, so its rank is 0.
type entrantRow struct {
	protocol.Row
	Banned bool `json:"banned,omitempty"`
}

func found(rows []protocol.Row) []entrantRow {
	list := make([]entrantRow, len(rows))
	for i := range rows {
		list[i].Row = rows[i]
	}
	return list
}

// named lists the entrants with the ids asked for, those that there are: what a
// page of the ledger needs to call them by their names.
func (a *api) named(w http.ResponseWriter, r *http.Request) error {
	if err := query(r, "id"); err != nil {
		return err
	}
	ids := r.URL.Query()["id"]
	if len(ids) > maxIDs {
		return badRequest(fmt.Sprintf("id is there more than %d times", maxIDs))
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	hunt, rows := r.PathValue("hunt"), make([]entrantRow, len(ids))
	on := slices.Clone(rows) // a look may still run when it is no longer waited for
	if err := a.hunts.Look(ctx, hunt, func(v *actor.View) {
		for i, id := range ids {
			if row, ok := v.Row(id); ok {
				rank, _ := v.RankWith(id, row.Points, row.Tie)
				on[i].Row = protocol.RowsOf([]game.Row{row}, rank-1)[0]
			}
		}
	}); err != nil {
		return err
	}
	list := []entrantRow{}
	for i, id := range ids {
		if on[i].Entrant == "" {
			row, err := a.offBoard(ctx, hunt, id)
			if errors.Is(err, game.ErrUnknownEntrant) {
				continue
			}
			if err != nil {
				return err
			}
			on[i] = row
		}
		list = append(list, on[i])
	}
	return answer(w, http.StatusOK, entrantPage{Total: len(list), Entrants: list})
}

// offBoard reads an entrant that the live board does not show.
func (a *api) offBoard(ctx context.Context, hunt, id string) (entrantRow, error) {
	if id == "" || len(id) > auth.MaxNameBytes {
		return entrantRow{}, game.ErrUnknownEntrant
	}
	e, err := a.store.Entrant(ctx, hunt, id)
	if err != nil {
		return entrantRow{}, err
	}
	row := entrantRow{Row: protocol.Row{Entrant: id, Name: e.Name, Points: e.Total, Badges: int64(len(e.Badges))}, Banned: e.Banned}
	for _, award := range e.Awards {
		if !award.Revoked {
			row.Solved++
		}
	}
	return row, nil
}

// livePage copies a page of the live board.
func (a *api) livePage(ctx context.Context, id string, offset, limit int) (actor.Board, error) {
	page := new(actor.Board) // a look may still run when it is no longer waited for
	err := a.hunts.Look(ctx, id, func(v *actor.View) { *page = v.Board(offset, limit, true) })
	if err != nil {
		return actor.Board{}, err
	}
	return *page, nil
}

// search finds the entrants whose name contains what was searched, whatever
// its case, or whose id begins with it, the banned too. It goes through the board page by page
// so that the hunt is never held up; one that moves meanwhile is found once,
// or in the worst case the next time.
func (a *api) search(ctx context.Context, id, what string) ([]entrantRow, error) {
	fold := cases.Fold()
	name := fold.String(norm.NFC.String(what))
	matches := func(id, called string) bool {
		return strings.HasPrefix(id, what) || strings.Contains(fold.String(called), name)
	}
	list, seen := []entrantRow{}, map[string]bool{}
	for offset := 0; ; offset += searchChunk {
		page, err := a.livePage(ctx, id, offset, searchChunk)
		if err != nil {
			return nil, err
		}
		for _, row := range protocol.RowsOf(page.Rows, offset) {
			if !seen[row.Entrant] && matches(row.Entrant, row.Name) {
				seen[row.Entrant] = true
				list = append(list, entrantRow{Row: row})
			}
		}
		if len(page.Rows) < searchChunk {
			break
		}
	}
	off, err := a.offBoards(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, row := range off {
		if !seen[row.Entrant] && matches(row.Entrant, row.Name) {
			list = append(list, row)
		}
	}
	return list, nil
}

// entrantView is all that is known of an entrant.
type entrantView struct {
	Entrant  string         `json:"entrant"`
	Name     string         `json:"name"`
	Rank     int            `json:"rank"` // live; 0 when banned
	Points   int64          `json:"points"`
	Banned   bool           `json:"banned"`
	JoinedAt int64          `json:"joined_at"`
	Players  []string       `json:"players"`
	Awards   []awardView    `json:"awards"`
	Badges   []heldView     `json:"badges"`
	Hints    []boughtView   `json:"hints"`
	Attempts []attemptsView `json:"attempts"`
	// History are the entrant's lines of the ledger after the seq HistoryAfter,
	// newest first; 0 means that they are all.
	History      []game.Entry `json:"history"`
	HistoryAfter int64        `json:"history_after"`
}

type awardView struct {
	Challenge string `json:"challenge"`
	Seq       int64  `json:"seq"`
	At        int64  `json:"at"`
	Points    int64  `json:"points"` // with bonus
	Bonus     int64  `json:"bonus"`
	Revoked   bool   `json:"revoked"`
}

type heldView struct {
	Badge  string `json:"badge"`
	Seq    int64  `json:"seq"`
	At     int64  `json:"at"`
	Points int64  `json:"points"`
}

type boughtView struct {
	Challenge string `json:"challenge"`
	Hint      string `json:"hint"`
	Seq       int64  `json:"seq"`
	At        int64  `json:"at"`
	Cost      int64  `json:"cost"`
}

type attemptsView struct {
	Challenge string `json:"challenge"`
	Count     int64  `json:"count"`
}

// entrant shows an entrant and what it did.
func (a *api) entrant(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	id, entrant := r.PathValue("hunt"), r.PathValue("entrant")
	if len(entrant) > auth.MaxNameBytes {
		return refuse(game.CodeUnknownEntrant, "")
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	e, err := a.store.Entrant(ctx, id, entrant)
	if err != nil {
		return err
	}
	type standing struct {
		rank int
		seq  int64
	}
	now := new(standing)
	if err := a.hunts.Look(ctx, id, func(v *actor.View) {
		row, _ := v.Row(entrant)
		now.seq = v.Seq
		now.rank, _ = v.RankWith(entrant, row.Points, row.Tie)
	}); err != nil {
		return err
	}
	view := viewOf(e)
	view.Rank = now.rank
	if view.History, view.HistoryAfter, err = a.history(ctx, id, e, now.seq); err != nil {
		return err
	}
	return answer(w, http.StatusOK, view)
}

func viewOf(e *game.Entrant) *entrantView {
	view := &entrantView{
		Entrant: e.ID, Name: e.Name, Points: e.Total, Banned: e.Banned, JoinedAt: e.JoinedAt,
		Players: append([]string{}, e.Players...),
		Awards:  []awardView{}, Badges: []heldView{}, Hints: []boughtView{}, Attempts: []attemptsView{},
	}
	for id, x := range e.Awards {
		view.Awards = append(view.Awards, awardView{id, x.Seq, x.At, x.Points, x.Bonus, x.Revoked})
	}
	for id, b := range e.Badges {
		view.Badges = append(view.Badges, heldView{id, b.Seq, b.At, b.Points})
	}
	for id, h := range e.Hints {
		challenge, hint, _ := strings.Cut(id, "/")
		view.Hints = append(view.Hints, boughtView{challenge, hint, h.Seq, h.At, h.Cost})
	}
	for id, t := range e.Attempts {
		if t.Count > 0 {
			view.Attempts = append(view.Attempts, attemptsView{id, t.Count})
		}
	}
	slices.SortFunc(view.Awards, func(a, b awardView) int { return cmp.Compare(a.Seq, b.Seq) })
	slices.SortFunc(view.Badges, func(a, b heldView) int { return cmp.Compare(a.Seq, b.Seq) })
	slices.SortFunc(view.Hints, func(a, b boughtView) int { return cmp.Compare(a.Seq, b.Seq) })
	slices.SortFunc(view.Attempts, func(a, b attemptsView) int { return cmp.Compare(a.Challenge, b.Challenge) })
	return view
}

// Bounds of an entrant's history. The ledger has no index by entrant; this
// much of it is read in well under a second.
const (
	maxHistory     = 500     // entries shown
	maxHistoryRead = 100_000 // entries looked through, from the head back
)

// history returns the entrant's lines of the ledger up to head, newest first,
// and the seq down to which the ledger was looked through, 0 when that is as
// far back as the entrant goes.
func (a *api) history(ctx context.Context, id string, e *game.Entrant, head int64) ([]game.Entry, int64, error) {
	list := []game.Entry{}
	stop := max(0, head-maxHistoryRead)
	for before := head + 1; before > e.JoinSeq; {
		entries, err := a.entriesBefore(ctx, id, before, ledgerChunk)
		if err != nil {
			return nil, 0, err
		}
		for i := range entries {
			if entries[i].Entrant != e.ID {
				continue
			}
			if len(list) == maxHistory {
				return list, entries[i].Seq, nil
			}
			list = append(list, entries[i])
		}
		if len(entries) == 0 {
			break
		}
		if before = entries[len(entries)-1].Seq; before-1 <= stop && before > e.JoinSeq {
			return list, before - 1, nil
		}
	}
	return list, 0, nil
}

// entriesBefore returns up to limit entries before a seq, newest first.
func (a *api) entriesBefore(ctx context.Context, id string, before, limit int64) ([]game.Entry, error) {
	after := max(0, before-1-limit)
	if before-1-after <= 0 {
		return nil, nil
	}
	entries, err := a.store.Ledger(ctx, id, after, int(before-1-after))
	slices.Reverse(entries)
	return entries, err
}
