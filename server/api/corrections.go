package api

import (
	"fmt"
	"net/http"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/server/auth"
)

// order is what every command of an organizer says, but for an announcement.
type order struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// command makes the common part of a command.
func (o *order) command(kind game.CommandType) (c game.Command, err error) {
	c = game.Command{Type: kind, By: byOrganizer}
	if c.ID, err = commandID(o.ID); err != nil {
		return c, err
	}
	c.Reason, err = checkText("reason", o.Reason, true)
	return c, err
}

// target is an order about one entrant.
type target struct {
	order
	Entrant string `json:"entrant"`
}

func (t *target) command(kind game.CommandType) (game.Command, error) {
	c, err := t.order.command(kind)
	if err != nil {
		return c, err
	}
	if t.Entrant == "" {
		return c, badRequest("entrant is missing")
	}
	c.Entrant = t.Entrant
	return c, possibleEntrant(t.Entrant)
}

// possibleEntrant refuses an id that no entrant can have.
func possibleEntrant(id string) error {
	if len(id) > auth.MaxNameBytes {
		return refuse(game.CodeUnknownEntrant, "")
	}
	return nil
}

// correction reads the body of a command that has a dry run.
func correction(w http.ResponseWriter, r *http.Request, body any) error {
	if err := query(r, "dry_run"); err != nil {
		return err
	}
	return decode(w, r, body)
}

// adjust gives or takes points.
func (a *API) adjust(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		target
		Points    *int64 `json:"points"`
		KeepPlace bool   `json:"keep_place"`
	}
	if err := correction(w, r, &body); err != nil {
		return err
	}
	c, err := body.command(game.CmdAdjust)
	if err != nil {
		return err
	}
	switch {
	case body.Points == nil:
		return badRequest("points is missing")
	case *body.Points == 0 || *body.Points > hunt.MaxPoints || *body.Points < -hunt.MaxPoints:
		return badRequest(fmt.Sprintf("points is %d, want a whole number other than 0 from %d to %d", *body.Points, -hunt.MaxPoints, hunt.MaxPoints))
	}
	c.Points, c.KeepPlace = *body.Points, body.KeepPlace
	return a.correct(w, r, c)
}

// revoke takes an award or a badge back.
func (a *API) revoke(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		target
		Challenge string `json:"challenge"`
		Badge     string `json:"badge"`
	}
	if err := correction(w, r, &body); err != nil {
		return err
	}
	c, err := body.command(game.CmdRevoke)
	if err != nil {
		return err
	}
	if err := awardOrBadge(&c, body.Challenge, body.Badge); err != nil {
		return err
	}
	return a.correct(w, r, c)
}

// grant gives an award or a badge.
func (a *API) grant(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		target
		Challenge string `json:"challenge"`
		Badge     string `json:"badge"`
		Points    *int64 `json:"points"`
	}
	if err := correction(w, r, &body); err != nil {
		return err
	}
	c, err := body.command(game.CmdGrant)
	if err != nil {
		return err
	}
	if err := awardOrBadge(&c, body.Challenge, body.Badge); err != nil {
		return err
	}
	if body.Points != nil && body.Badge != "" {
		return badRequest("points says what an award is worth; a badge has its own")
	}
	judge(&c, body.Points)
	return a.correct(w, r, c)
}

// awardOrBadge says what a command gives or takes.
func awardOrBadge(c *game.Command, challenge, badge string) error {
	switch {
	case (challenge == "") == (badge == ""):
		return badRequest("name either a challenge or a badge")
	case challenge != "" && !hunt.ValidID(challenge):
		return refuse(game.CodeUnknownChallenge, "")
	case badge != "" && !hunt.ValidID(badge):
		return refuse(game.CodeUnknownBadge, "")
	}
	c.Challenge, c.Badge = challenge, badge
	return nil
}

// judge says how many points an organizer gives; nil leaves it at all that there
// are.
func judge(c *game.Command, points *int64) {
	if points != nil {
		c.Points, c.Judged = *points, true
	}
}
