package main

import (
	"context"
	"fmt"
	"net/http"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/server/auth"
)

// byOrganizer is who the ledger says did what an organizer's token asked for.
const byOrganizer = "organizer"

// changed is the answer to an organizer's command.
type changed struct {
	Outcome game.Outcome `json:"outcome,omitempty"`
	Seq     int64        `json:"seq"`
	At      int64        `json:"at"`
	Points  int64        `json:"points"`
	Bonus   int64        `json:"bonus,omitempty"`
	Total   int64        `json:"total"`
	Badges  []string     `json:"badges"`
	Replay  bool         `json:"replay,omitempty"`
}

func changedBy(r game.Reply) changed {
	c := changed{Seq: r.Seq, At: r.At, Points: r.Points, Bonus: r.Bonus, Total: r.Total, Badges: r.Badges, Replay: r.Replay}
	if c.Badges == nil {
		c.Badges = []string{}
	}
	return c
}

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
func (a *api) adjust(w http.ResponseWriter, r *http.Request) error {
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
func (a *api) revoke(w http.ResponseWriter, r *http.Request) error {
	return a.awardOrBadge(w, r, game.CmdRevoke)
}

// grant gives an award or a badge.
func (a *api) grant(w http.ResponseWriter, r *http.Request) error {
	return a.awardOrBadge(w, r, game.CmdGrant)
}

func (a *api) awardOrBadge(w http.ResponseWriter, r *http.Request, kind game.CommandType) error {
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
func (a *api) ban(w http.ResponseWriter, r *http.Request) error {
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

// announce tells everyone in the hunt.
func (a *api) announce(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		ID   string `json:"id"`
		Text string `json:"text"`
	}
	if err := decode(w, r, &body); err != nil {
		return err
	}
	c := game.Command{Type: game.CmdAnnounce, By: byOrganizer}
	var err error
	if c.ID, err = commandID(body.ID); err != nil {
		return err
	}
	if c.Text, err = checkText("text", body.Text, true); err != nil {
		return err
	}
	return a.change(w, r, c)
}

// change carries out a command and answers what it did.
func (a *api) change(w http.ResponseWriter, r *http.Request, c game.Command) error {
	reply, _, err := a.command(r, c)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, changedBy(reply))
}

// after is the hunt as a command left it.
type after struct {
	phase  game.Phase
	frozen bool
}

// command has a hunt carry out a command; a refusal comes as a problem.
func (a *api) command(r *http.Request, c game.Command) (game.Reply, after, error) {
	ctx, cancel := context.WithTimeout(r.Context(), commandTimeout)
	defer cancel()
	type result struct {
		reply game.Reply
		after after
	}
	done := make(chan result, 1)
	code := a.hunts.Post(r.PathValue("hunt"), &actor.Request{Command: c, Done: func(v *actor.View, reply game.Reply) {
		res := result{reply: reply}
		if v != nil {
			res.after = after{v.Phase, v.Frozen}
		}
		done <- res
	}})
	if code != "" {
		return game.Reply{}, after{}, refuse(code, "")
	}
	defer a.list.forget()
	select {
	case res := <-done:
		if res.reply.Outcome == game.OutRefused {
			return res.reply, res.after, refuseReply(res.reply)
		}
		return res.reply, res.after, nil
	case <-ctx.Done():
		return game.Reply{}, after{}, ctx.Err()
	}
}

// phases are the words for a change of phase and what they ask for.
var phases = map[string]game.Command{
	"open":   {Phase: game.Open},
	"paused": {Phase: game.Paused},
	"closed": {Phase: game.Closed},
	"freeze": {Freeze: game.FreezeOn},
	"reveal": {Freeze: game.FreezeOff},
}

// phase moves the hunt, or freezes or reveals its board.
func (a *api) phase(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		ID     string `json:"id"`
		Phase  string `json:"phase"`
		Reason string `json:"reason"`
	}
	if err := decode(w, r, &body); err != nil {
		return err
	}
	c, known := phases[body.Phase]
	if !known {
		return badRequest(fmt.Sprintf("phase is %q, want open, paused, closed, freeze or reveal", clip(body.Phase)))
	}
	c.Type, c.By = game.CmdPhase, byOrganizer
	var err error
	if c.ID, err = commandID(body.ID); err != nil {
		return err
	}
	if c.Reason, err = checkText("reason", body.Reason, false); err != nil {
		return err
	}
	reply, now, err := a.command(r, c)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, struct {
		Phase  game.Phase `json:"phase"`
		Frozen bool       `json:"frozen"`
		Seq    int64      `json:"seq"`
		At     int64      `json:"at"`
		Replay bool       `json:"replay,omitempty"`
	}{now.phase, now.frozen, reply.Seq, reply.At, reply.Replay})
}
