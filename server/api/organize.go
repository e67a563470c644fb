package api

import (
	"fmt"
	"net/http"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/server/auth"
)

// maxMinutes is the longest extension: a day. Who needs more gives it twice, or
// changes the file.
const maxMinutes = 24 * 60

// ban takes an entrant out of the hunt, or lets it in again.
func (a *API) ban(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		target
		Lift bool `json:"lift"`
	}
	if err := correction(w, r, &body); err != nil {
		return err
	}
	c, err := body.command(game.CmdBan)
	if err != nil {
		return err
	}
	c.Lift = body.Lift
	return a.correct(w, r, c)
}

// hide takes an entrant out of all that counts, or brings it back.
func (a *API) hide(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		target
		Hidden *bool `json:"hidden"`
	}
	if err := correction(w, r, &body); err != nil {
		return err
	}
	c, err := body.command(game.CmdHide)
	if err != nil {
		return err
	}
	if body.Hidden == nil {
		return badRequest("hidden is missing")
	}
	c.Lift = !*body.Hidden
	return a.correct(w, r, c)
}

// rename gives an entrant another name.
func (a *API) rename(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		target
		Name *string `json:"name"`
	}
	if err := correction(w, r, &body); err != nil {
		return err
	}
	c, err := body.command(game.CmdRename)
	if err != nil {
		return err
	}
	if body.Name == nil {
		return badRequest("name is missing")
	}
	if c.Name, err = auth.NormalizeName(*body.Name); err != nil {
		return badRequest(err.Error())
	}
	c.Looks = hunt.Looks(c.Name)
	return a.correct(w, r, c)
}

// divide puts an entrant into a division, or takes it out of its own.
func (a *API) divide(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		target
		Division *string `json:"division"`
	}
	if err := correction(w, r, &body); err != nil {
		return err
	}
	c, err := body.command(game.CmdDivide)
	if err != nil {
		return err
	}
	if body.Division == nil {
		return badRequest(`division is missing; "" takes the entrant out of its division`)
	}
	if c.Division = *body.Division; c.Division != "" && !hunt.ValidID(c.Division) {
		return refuseCommand(&c, game.Reply{Code: game.CodeBadRequest, Why: game.WhyDivision})
	}
	return a.correct(w, r, c)
}

// move puts a player into another team, or out of its team.
func (a *API) move(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		order
		Player  string  `json:"player"`
		Entrant *string `json:"entrant"`
	}
	if err := correction(w, r, &body); err != nil {
		return err
	}
	c, err := body.command(game.CmdMove)
	switch {
	case err != nil:
		return err
	case body.Player == "":
		return badRequest("player is missing")
	case body.Entrant == nil:
		return badRequest(`entrant is missing; "" takes the player out of the team`)
	}
	c.Player, c.Entrant = body.Player, *body.Entrant
	for _, id := range []string{c.Player, c.Entrant} {
		if err := possibleEntrant(id); err != nil {
			return err
		}
	}
	return a.correct(w, r, c)
}

// extend gives an entrant, or everybody, more time or less.
func (a *API) extend(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		target
		Minutes *int64 `json:"minutes"`
	}
	if err := correction(w, r, &body); err != nil {
		return err
	}
	c, err := body.order.command(game.CmdExtend)
	switch {
	case err != nil:
		return err
	case body.Minutes == nil:
		return badRequest("minutes is missing")
	case *body.Minutes == 0 || *body.Minutes > maxMinutes || *body.Minutes < -maxMinutes:
		return badRequest(fmt.Sprintf("minutes is %d, want a whole number other than 0 from %d to %d", *body.Minutes, -maxMinutes, maxMinutes))
	}
	c.Entrant, c.Minutes = body.Entrant, *body.Minutes
	if err := possibleEntrant(c.Entrant); err != nil {
		return err
	}
	if c.Entrant != "" {
		limited := new(bool) // a look may still run when it is no longer waited for
		if err := a.look(r.Context(), r.PathValue("hunt"), func(v *actor.View) { *limited = v.Definition.Limit != 0 }); err != nil {
			return err
		}
		if !*limited {
			return refuseReply(game.Reply{Code: game.CodeConflict, Why: game.WhyNoLimit})
		}
	}
	return a.correct(w, r, c)
}

// skip lets a challenge count as solved for unlocking, for an entrant or for
// everybody, or takes that back.
func (a *API) skip(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		target
		Challenge string `json:"challenge"`
		Lift      bool   `json:"lift"`
	}
	if err := correction(w, r, &body); err != nil {
		return err
	}
	c, err := body.order.command(game.CmdSkip)
	switch {
	case err != nil:
		return err
	case body.Challenge == "":
		return badRequest("challenge is missing")
	case !hunt.ValidID(body.Challenge):
		return refuse(game.CodeUnknownChallenge, "")
	}
	c.Challenge, c.Entrant, c.Lift = body.Challenge, body.Entrant, body.Lift
	if err := possibleEntrant(c.Entrant); err != nil {
		return err
	}
	return a.correct(w, r, c)
}
