package api

import (
	"context"
	"errors"
	"net/http"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/game/rules"
	"veltrix/server/auth"
)

// preview is what a command about an entrant would do, or one about all.
type preview struct {
	Entrant   string   `json:"entrant,omitempty"`
	Points    int64    `json:"points"` // the whole change, badges that come with it included
	Total     int64    `json:"total"`  // after it
	Badges    []string `json:"badges"`
	Rank      int      `json:"rank"` // live, now; 0 when it is not on the board
	RankAfter int      `json:"rank_after"`
	Entrants  int      `json:"entrants"` // on the board now
	DryRun    bool     `json:"dry_run"`
}

// correct carries out a command about an entrant or about all, or says what it
// would do.
func (a *API) correct(w http.ResponseWriter, r *http.Request, c game.Command) error {
	dry, err := queryFlag(r, "dry_run", false)
	if err != nil {
		return err
	}
	id := r.PathValue("hunt")
	if !dry {
		reply, _, err := a.command(r, c)
		if reply.Why == game.WhyName {
			return a.nameTaken(r.Context(), id, c)
		}
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, changedBy(reply))
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	said, err := a.foresee(ctx, id, c)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, said)
}

// foresee says what a command would do to its entrant and to its rank.
func (a *API) foresee(ctx context.Context, id string, c game.Command) (*preview, error) {
	sum, err := a.load(ctx, id)
	if err != nil {
		return nil, err
	}
	e, others, err := a.concerned(ctx, id, c)
	if errors.Is(err, game.ErrUnknownEntrant) {
		return nil, refuseCommand(&c, game.Reply{Code: game.CodeUnknownEntrant})
	}
	if err != nil {
		return nil, err
	}
	type place struct {
		rank, after, entrants int
		now                   int64
		f                     rules.Foreseen
		reply                 game.Reply
	}
	at := new(place) // a look may still run when it is no longer waited for
	if err := a.look(ctx, id, func(v *actor.View) {
		at.now = max(a.clock.Now().UnixMilli(), v.At)
		at.reply, at.f = rules.Foresee(sum, e, c, at.now, others...)
		row, _ := v.Row(e.ID)
		at.rank, at.entrants = v.RankWith(e.ID, row.Points, row.Tie)
		at.after, _ = v.RankWith(e.ID, at.f.Total, at.f.Tie)
	}); err != nil {
		return nil, err
	}
	if at.reply.Outcome == game.OutRefused {
		return nil, refuseCommand(&c, at.reply)
	}
	p := &preview{
		Entrant: e.ID, Points: at.f.Points, Total: at.f.Total, Badges: append([]string{}, at.f.Badges...),
		Rank: at.rank, RankAfter: at.after, Entrants: at.entrants, DryRun: true,
	}
	switch {
	case c.Type == game.CmdRename:
		err = a.checkName(ctx, id, sum, c)
	case c.Type != game.CmdBan && c.Type != game.CmdHide:
	case !c.Lift:
		p.RankAfter = 0
	case c.Type == game.CmdBan && !e.Hidden, c.Type == game.CmdHide && !e.Banned:
		p.RankAfter, err = a.rankBack(ctx, id, e)
	}
	return p, err
}

// concerned reads the entrant that a command is about, and the others that it
// names. A command about all has an entrant without an id.
func (a *API) concerned(ctx context.Context, id string, c game.Command) (e *game.Entrant, others []*game.Entrant, err error) {
	about := c.Entrant
	if c.Type == game.CmdMove {
		if c.Entrant != "" {
			to, err := a.store.Entrant(ctx, id, c.Entrant)
			if err != nil {
				return nil, nil, err
			}
			others = append(others, to)
		}
		if about, err = a.store.EntrantOf(ctx, id, c.Player); err != nil {
			return nil, nil, err
		}
	}
	if about == "" {
		return &game.Entrant{}, others, nil
	}
	e, err = a.store.Entrant(ctx, id, about)
	return e, others, err
}

// rankBack is the rank of an entrant that comes back to the board.
func (a *API) rankBack(ctx context.Context, id string, e *game.Entrant) (int, error) {
	rows, _, err := a.store.Rows(ctx, id, false)
	rank, score := 1, game.Score(e.Total, e.Tie)
	for i := range rows {
		if !rows[i].Out && game.Score(rows[i].Points, rows[i].Tie) > score {
			rank++
		}
	}
	return rank, err
}

// names returns how the other entrants' names look.
func (a *API) names(ctx context.Context, id, entrant string) (map[string]bool, error) {
	rows, _, err := a.store.Rows(ctx, id, false)
	looks := make(map[string]bool, len(rows))
	for i := range rows {
		if rows[i].Entrant != entrant {
			looks[hunt.Looks(rows[i].Name)] = true
		}
	}
	return looks, err
}

// checkName refuses a name that another entrant has.
func (a *API) checkName(ctx context.Context, id string, sum *game.Summary, c game.Command) error {
	if sum.Definition.FreeNames {
		return nil
	}
	looks, err := a.names(ctx, id, c.Entrant)
	if err != nil || !looks[c.Looks] {
		return err
	}
	return a.nameTaken(ctx, id, c)
}

// nameTaken refuses a name and suggests another one.
func (a *API) nameTaken(ctx context.Context, id string, c game.Command) error {
	p := refuseReply(game.Reply{Code: game.CodeConflict, Why: game.WhyName})
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	looks, err := a.names(ctx, id, c.Entrant)
	if err != nil && !errors.Is(err, game.ErrUnavailable) {
		return err
	}
	if err == nil {
		p.Suggestion = auth.SuggestName(c.Name, func(name string) bool { return looks[hunt.Looks(name)] })
	}
	return p
}
