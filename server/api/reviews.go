package api

import (
	"context"
	"net/http"
	"slices"

	"veltrix/game"
	"veltrix/game/actor"
)

// waiting is a claim that waits for an organizer.
type waiting struct {
	Claim     string `json:"claim"`
	Entrant   string `json:"entrant"`
	Name      string `json:"name"` // of the entrant
	Player    string `json:"player"`
	Challenge string `json:"challenge"`
	Note      string `json:"note"`
	At        int64  `json:"at"`
}

// reviews lists the claims that wait, oldest first.
func (a *API) reviews(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	id := r.PathValue("hunt")
	found, err := a.store.Reviews(ctx, id)
	if err != nil {
		return err
	}
	list := make([]waiting, len(found))
	for i, c := range found {
		list[i] = waiting{Claim: c.ID, Entrant: c.Entrant, Player: c.Player, Challenge: c.Challenge, Note: c.Note, At: c.At}
	}
	named := slices.Clone(list)
	if err := a.look(ctx, id, func(v *actor.View) {
		for i := range named {
			row, _ := v.Row(named[i].Entrant)
			named[i].Name = row.Name
		}
	}); err != nil {
		return err
	}
	return answer(w, http.StatusOK, map[string]any{"reviews": named})
}

// review approves or rejects a claim that waits. A claim's id counts within
// its entrant and challenge; the body may name them where two share an id.
func (a *API) review(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	claim, ok := canonical(r.PathValue("claim"))
	if !ok {
		return refuse(game.CodeUnknownClaim, "")
	}
	var body struct {
		Approve   *bool  `json:"approve"`
		Points    *int64 `json:"points"`
		Reason    string `json:"reason"`
		Entrant   string `json:"entrant"`
		Challenge string `json:"challenge"`
	}
	if err := decode(w, r, &body); err != nil {
		return err
	}
	if body.Approve == nil {
		return badRequest("approve is missing")
	}
	if body.Points != nil && !*body.Approve {
		return badRequest("points are for a claim that is approved")
	}
	reason, err := checkText("reason", body.Reason, false)
	if err != nil {
		return err
	}
	c := game.Command{
		Type: game.CmdReview, ID: claim, Entrant: body.Entrant, Challenge: body.Challenge,
		Approve: *body.Approve, Reason: reason, By: byOrganizer,
	}
	judge(&c, body.Points)
	if err := a.findClaim(r, &c); err != nil {
		return err
	}
	reply, _, err := a.command(r, c)
	if err != nil {
		return err
	}
	out := changedBy(reply)
	out.Outcome = reply.Outcome
	return answer(w, http.StatusOK, out)
}

// findClaim fills in whose claim it is. One that was decided before does not
// wait any more; then the body has to say, and the store knows the rest.
func (a *API) findClaim(r *http.Request, c *game.Command) error {
	if c.Entrant != "" && c.Challenge != "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	found, err := a.store.Reviews(ctx, r.PathValue("hunt"))
	if err != nil {
		return err
	}
	fits := slices.DeleteFunc(found, func(w game.Review) bool {
		return w.ID != c.ID || c.Entrant != "" && w.Entrant != c.Entrant || c.Challenge != "" && w.Challenge != c.Challenge
	})
	switch len(fits) {
	case 0:
		return refuse(game.CodeUnknownClaim, "")
	case 1:
		c.Entrant, c.Challenge = fits[0].Entrant, fits[0].Challenge
		return nil
	}
	return refuse(game.CodeConflict, "several claims with this id wait; name entrant and challenge, too")
}
