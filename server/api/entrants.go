package api

import (
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

// entrants lists the live board, or what a search finds.
func (a *API) entrants(w http.ResponseWriter, r *http.Request) error {
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

// entrantPage is a part of what a search found: in board order, those who are out
// last.
type entrantPage struct {
	Total    int          `json:"total"`
	Offset   int          `json:"offset"`
	Entrants []entrantRow `json:"entrants"`
}

// entrantRow is an entrant as the live board shows it; one that is banned or hidden
// is on no board, so its rank is 0.
type entrantRow struct {
	protocol.Row
	Banned bool `json:"banned,omitempty"`
	Hidden bool `json:"hidden,omitempty"`
}

func found(rows []protocol.Row) []entrantRow {
	list := make([]entrantRow, len(rows))
	for i := range rows {
		list[i].Row = rows[i]
	}
	return list
}

// named lists the entrants with the ids asked for, as many as there are. A page of
// the ledger gets their names from it.
func (a *API) named(w http.ResponseWriter, r *http.Request) error {
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
	if err := a.look(ctx, hunt, func(v *actor.View) {
		for i, id := range ids {
			if row, ok := v.Row(id); ok && !row.Out {
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
func (a *API) offBoard(ctx context.Context, hunt, id string) (entrantRow, error) {
	if id == "" || len(id) > auth.MaxNameBytes {
		return entrantRow{}, game.ErrUnknownEntrant
	}
	e, err := a.store.Entrant(ctx, hunt, id)
	if err != nil {
		return entrantRow{}, err
	}
	return entrantRow{
		Row:    protocol.Row{Entrant: id, Name: e.Name, Points: e.Total, Solved: e.Solves, Badges: int64(len(e.Badges)), Division: e.Division},
		Banned: e.Banned, Hidden: e.Hidden,
	}, nil
}

// livePage copies a page of the live board.
func (a *API) livePage(ctx context.Context, id string, offset, limit int) (actor.Board, error) {
	page := new(actor.Board) // a look may still run when it is no longer waited for
	err := a.look(ctx, id, func(v *actor.View) { *page = v.Board("", offset, limit, true) })
	if err != nil {
		return actor.Board{}, err
	}
	return *page, nil
}

// search finds the entrants whose name contains the text, whatever its case, or
// whose id begins with it, the banned among them. It goes through the board page
// by page so that the hunt is never held up; an entrant that moves meanwhile is
// found once, or in the worst case the next time.
func (a *API) search(ctx context.Context, id, what string) ([]entrantRow, error) {
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
		if (row.Banned || row.Hidden) && !seen[row.Entrant] && matches(row.Entrant, row.Name) {
			list = append(list, row)
		}
	}
	return list, nil
}
