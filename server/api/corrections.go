package api

import (
	"fmt"
	"net/http"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/server/auth"
)

// target is what an organizer's commands about an entrant say.
type target struct {
	ID        string `json:"id"`
	Entrant   string `json:"entrant"`
	Reason    string `json:"reason"`
	Challenge string `json:"challenge"`
	Badge     string `json:"badge"`
}

// command makes the common part of a command.
func (t *target) command(kind game.CommandType) (c game.Command, err error) {
	c = game.Command{Type: kind, Entrant: t.Entrant, Challenge: t.Challenge, Badge: t.Badge, By: byOrganizer}
	if c.ID, err = commandID(t.ID); err != nil {
		return c, err
	}
	if t.Entrant == "" {
		return c, badRequest("entrant is missing")
	}
	if len(t.Entrant) > auth.MaxNameBytes {
		return c, refuse(game.CodeUnknownEntrant, "")
	}
	c.Reason, err = checkText("reason", t.Reason, true)
	return c, err
}

// adjust gives or takes points.
func (a *API) adjust(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		ID      string `json:"id"`
		Entrant string `json:"entrant"`
		Points  *int64 `json:"points"`
		Reason  string `json:"reason"`
	}
	if err := query(r, "dry_run"); err != nil {
		return err
	}
	if err := decode(w, r, &body); err != nil {
		return err
	}
	c, err := (&target{ID: body.ID, Entrant: body.Entrant, Reason: body.Reason}).command(game.CmdAdjust)
	if err != nil {
		return err
	}
	switch {
	case body.Points == nil:
		return badRequest("points is missing")
	case *body.Points == 0 || *body.Points > hunt.MaxPoints || *body.Points < -hunt.MaxPoints:
		return badRequest(fmt.Sprintf("points is %d, want a whole number other than 0 from %d to %d", *body.Points, -hunt.MaxPoints, hunt.MaxPoints))
	}
	c.Points = *body.Points
	return a.correct(w, r, c)
}

// revoke takes an award or a badge back.
func (a *API) revoke(w http.ResponseWriter, r *http.Request) error {
	return a.awardOrBadge(w, r, game.CmdRevoke)
}

// grant gives an award or a badge.
func (a *API) grant(w http.ResponseWriter, r *http.Request) error {
	return a.awardOrBadge(w, r, game.CmdGrant)
}

func (a *API) awardOrBadge(w http.ResponseWriter, r *http.Request, kind game.CommandType) error {
	var body target
	if err := query(r, "dry_run"); err != nil {
		return err
	}
	if err := decode(w, r, &body); err != nil {
		return err
	}
	c, err := body.command(kind)
	if err != nil {
		return err
	}
	if (body.Challenge == "") == (body.Badge == "") {
		return badRequest("name either a challenge or a badge")
	}
	if body.Challenge != "" && !hunt.ValidID(body.Challenge) {
		return refuse(game.CodeUnknownChallenge, "")
	}
	if body.Badge != "" && !hunt.ValidID(body.Badge) {
		return refuse(game.CodeUnknownBadge, "")
	}
	return a.correct(w, r, c)
}

// ban takes an entrant off the boards for good.
func (a *API) ban(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		ID      string `json:"id"`
		Entrant string `json:"entrant"`
		Reason  string `json:"reason"`
	}
	if err := query(r, "dry_run"); err != nil {
		return err
	}
	if err := decode(w, r, &body); err != nil {
		return err
	}
	c, err := (&target{ID: body.ID, Entrant: body.Entrant, Reason: body.Reason}).command(game.CmdBan)
	if err != nil {
		return err
	}
	return a.correct(w, r, c)
}
