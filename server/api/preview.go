package api

import (
	"context"
	"net/http"
	"time"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/rules"
)

// preview is what a correction would do.
type preview struct {
	Entrant   string   `json:"entrant"`
	Points    int64    `json:"points"` // the whole change, badges that come with it included
	Total     int64    `json:"total"`  // after it
	Badges    []string `json:"badges"`
	Rank      int      `json:"rank"` // live, now; 0 when it is not on the board
	RankAfter int      `json:"rank_after"`
	Entrants  int      `json:"entrants"` // on the board now
	DryRun    bool     `json:"dry_run"`
}

// correct carries out a correction, or says what it would do.
func (a *API) correct(w http.ResponseWriter, r *http.Request, c game.Command) error {
	dry, err := queryFlag(r, "dry_run", false)
	if err != nil {
		return err
	}
	if !dry {
		return a.change(w, r, c)
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	id := r.PathValue("hunt")
	e, err := a.store.Entrant(ctx, id, c.Entrant)
	if err != nil {
		return err
	}
	type result struct {
		reply   game.Reply
		preview preview
	}
	res := new(result)
	if err := a.hunts.Look(ctx, id, func(v *actor.View) { res.reply, res.preview = foresee(v, e, c, a.clock.Now()) }); err != nil {
		return err
	}
	if res.reply.Outcome == game.OutRefused {
		return refuseReply(res.reply)
	}
	return answer(w, http.StatusOK, res.preview)
}

// foresee says what a correction would do to the entrant and to its rank.
func foresee(v *actor.View, e *game.Entrant, c game.Command, at time.Time) (game.Reply, preview) {
	sum := game.Summary{Epoch: v.Epoch, Seq: v.Seq, Definition: v.Definition, Phase: v.Phase}
	if c.Challenge != "" {
		sum.Tallies = map[string]game.Tally{c.Challenge: v.Tally(c.Challenge, true)}
	}
	reply, f := rules.Foresee(&sum, e, c, max(at.UnixMilli(), v.At))
	p := preview{Entrant: e.ID, Points: f.Points, Total: f.Total, Badges: append([]string{}, f.Badges...), DryRun: true}
	row, _ := v.Row(e.ID)
	p.Rank, p.Entrants = v.RankWith(e.ID, row.Points, row.Tie)
	if c.Type != game.CmdBan {
		p.RankAfter, _ = v.RankWith(e.ID, f.Total, f.Tie)
	}
	return reply, p
}
