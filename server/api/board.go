package api

import (
	"context"
	"fmt"
	"net/http"

	"veltrix/game/actor"
	"veltrix/server/auth"
	"veltrix/server/protocol"
)

// boardPage is a part of a leaderboard.
type boardPage struct {
	Hunt     string         `json:"hunt"`
	Seq      int64          `json:"seq"`
	At       int64          `json:"at"`
	Frozen   bool           `json:"frozen"`
	Entrants int            `json:"entrants"`
	Offset   int            `json:"offset"`
	Rows     []protocol.Row `json:"rows"`
}

// boardView is what a look takes from a hunt. The number of entrants is part of
// what identifies it: a ban takes a row off a frozen board, whose seq stays.
type boardView struct {
	actor.Board
	epoch string
}

// A page of the board is copied on the hunt's goroutine, so it is bounded.
const (
	boardLimit    = 50
	maxBoardLimit = 1000
)

// board shows a page of the leaderboard. While the hunt is frozen it is the
// board of the freeze, to an organizer the live one unless live=0.
func (a *API) board(w http.ResponseWriter, r *http.Request) error {
	if err := query(r, "offset", "limit", "live", "code"); err != nil {
		return err
	}
	offset, err := queryInt(r, "offset", 0, 0, 1<<31)
	if err != nil {
		return err
	}
	limit, err := queryInt(r, "limit", boardLimit, 1, maxBoardLimit)
	if err != nil {
		return err
	}
	organizer := a.tokens.Is(auth.Organizer, bearer(r))
	live, err := queryFlag(r, "live", organizer)
	if err != nil {
		return err
	}
	show := func(w http.ResponseWriter, r *http.Request) error {
		ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
		defer cancel()
		id := r.PathValue("hunt")
		page := new(boardView)
		if err := a.look(ctx, id, func(v *actor.View) {
			*page = boardView{v.Board("", int(offset), int(limit), live), v.Epoch}
		}); err != nil {
			return err
		}
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Add("Vary", "Authorization")
		if unchanged(w, r, fmt.Sprintf(`"%s-%d-%t-%d"`, page.epoch, page.Seq, page.Frozen, page.Entrants)) {
			return nil
		}
		return answer(w, http.StatusOK, boardPage{
			id, page.Seq, page.At, page.Frozen, page.Entrants, page.Offset, protocol.RowsOf(page.Rows, page.Offset),
		})
	}
	if live && !organizer {
		return a.only(auth.Organizer, show)(w, r)
	}
	return show(w, r)
}
