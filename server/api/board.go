package api

import (
	"net/http"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/server/auth"
	"veltrix/server/protocol"
)

// boardPage is a part of a leaderboard.
type boardPage struct {
	Hunt     string         `json:"hunt"`
	Division string         `json:"division,omitempty"`
	Seq      int64          `json:"seq"`
	At       int64          `json:"at"`
	Frozen   bool           `json:"frozen"`
	Entrants int            `json:"entrants"`
	Offset   int            `json:"offset"`
	Rows     []protocol.Row `json:"rows"`
}

// boardView is what a look takes from a hunt.
type boardView struct {
	actor.Board
	epoch string
}

// A page of the board is copied on the hunt's goroutine, so it is bounded.
const (
	boardLimit    = 50
	maxBoardLimit = 1000
)

// board shows a page of the leaderboard, or of that of a division. While the hunt is
// frozen it is the board of the freeze, to an organizer the live one unless live=0.
func (a *API) board(w http.ResponseWriter, r *http.Request) error {
	if err := query(r, "offset", "limit", "live", "code", "division"); err != nil {
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
		page, err := a.boardPage(r, int(offset), int(limit), live)
		if err != nil {
			return err
		}
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Add("Vary", "Authorization")
		return answerTagged(w, r, page)
	}
	if live && !organizer {
		return a.only(auth.Organizer, show)(w, r)
	}
	return show(w, r)
}

// boardPage takes a page of the board from the hunt.
func (a *API) boardPage(r *http.Request, offset, limit int, live bool) (*boardPage, error) {
	id, division := r.PathValue("hunt"), r.URL.Query().Get("division")
	type looked struct {
		actor.Board
		known bool
	}
	seen := new(looked) // a look may still run when it is no longer waited for
	if err := a.look(r.Context(), id, func(v *actor.View) {
		seen.known = division == "" || v.Definition.Division(division) != nil
		seen.Board = v.Board(division, offset, limit, live)
	}); err != nil {
		return nil, err
	}
	if !seen.known {
		return nil, refuseCommand(&game.Command{Type: game.CmdDivide}, game.Reply{Code: game.CodeBadRequest, Why: game.WhyDivision})
	}
	return &boardPage{
		id, division, seen.Seq, seen.At, seen.Frozen, seen.Entrants, seen.Offset, protocol.RowsOf(seen.Rows, seen.Offset),
	}, nil
}
