package api

import (
	"fmt"
	"net/http"

	"veltrix/game"
)

// phases are the words for a change of phase and what they ask for.
var phases = map[string]game.Command{
	"open":   {Phase: game.Open},
	"paused": {Phase: game.Paused},
	"closed": {Phase: game.Closed},
	"freeze": {Freeze: game.FreezeOn},
	"reveal": {Freeze: game.FreezeOff},
}

// phase moves the hunt, or freezes or reveals its board.
func (a *API) phase(w http.ResponseWriter, r *http.Request) error {
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
