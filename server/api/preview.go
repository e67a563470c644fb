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

// foresee decides a correction by the rules on as much of the hunt as they
// look at for it, and keeps nothing.
func foresee(v *actor.View, e *game.Entrant, c game.Command, at time.Time) (game.Reply, preview) {
	s := rules.New()
	s.Epoch, s.Seq, s.LastAt = v.Epoch, v.Seq, v.At
	s.Definition, s.Phase = v.Definition, v.Phase
	s.Entrants[e.ID] = e
	if c.Challenge != "" {
		s.Tallies[c.Challenge] = v.Tally(c.Challenge, true)
	}
	c.Rev = v.Definition.Rev
	reply, did := s.Decide(c, s.Now(at.UnixMilli()))

	row, _ := v.Row(e.ID)
	p := preview{
		Entrant: e.ID, Points: reply.Total - e.Total, Total: reply.Total,
		Badges: append([]string{}, reply.Badges...), DryRun: true,
	}
	tie := row.Tie
	for _, n := range did.Entries {
		if n.Type == game.Awarded {
			tie = n.Seq
		}
	}
	p.Rank, p.Entrants = v.RankWith(e.ID, row.Points, row.Tie)
	if c.Type == game.CmdBan {
		p.Points, p.Total = 0, e.Total
		return reply, p
	}
	p.RankAfter, _ = v.RankWith(e.ID, reply.Total, tie)
	return reply, p
}
