package api

import (
	"encoding/json"
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

// phaseBody is what a change of phase says.
type phaseBody struct {
	ID     string `json:"id"`
	Phase  string `json:"phase"`
	Reason string `json:"reason"`
	At     *int64 `json:"at"` // open: then, Unix ms
	// Closes is of open: when the hunt closes, Unix ms, or null for never. Without
	// it the time stays that was planned.
	Closes json.RawMessage `json:"closes"`
}

// command makes the command, and refuses what makes no sense.
func (b *phaseBody) command() (c game.Command, err error) {
	c, known := phases[b.Phase]
	if !known {
		return c, badRequest(fmt.Sprintf("phase is %q, want open, paused, closed, freeze or reveal", clip(b.Phase)))
	}
	c.Type, c.By = game.CmdPhase, byOrganizer
	if c.ID, err = commandID(b.ID); err != nil {
		return c, err
	}
	if c.Reason, err = checkText("reason", b.Reason, false); err != nil {
		return c, err
	}
	if c.Phase != game.Open && (b.At != nil || b.Closes != nil) {
		return c, badRequest("at and closes are for the phase open")
	}
	if b.At != nil {
		if c.At = *b.At; !timestamp(c.At) {
			return c, badRequest("at is no time in Unix milliseconds")
		}
	}
	if b.Closes != nil {
		c.SetCloses = true
		var closes *int64
		if err := json.Unmarshal(b.Closes, &closes); err != nil || closes != nil && !timestamp(*closes) {
			return c, badRequest("closes is no time in Unix milliseconds; null is never")
		}
		if closes != nil {
			c.Closes = *closes
		}
	}
	return c, nil
}

// timestamp reports whether a number is a time: 0 is none, and one from 2^53 on is
// not exact in a page.
func timestamp(ms int64) bool { return ms > 0 && ms < 1<<53 }

// phase moves the hunt, or freezes or reveals its board.
func (a *API) phase(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	var body phaseBody
	if err := decode(w, r, &body); err != nil {
		return err
	}
	c, err := body.command()
	if err != nil {
		return err
	}
	reply, now, err := a.command(r, c)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, struct {
		Phase  game.Phase `json:"phase"`
		Frozen bool       `json:"frozen"`
		Opens  int64      `json:"opens,omitempty"`
		Closes int64      `json:"closes,omitempty"`
		Seq    int64      `json:"seq"`
		At     int64      `json:"at"`
		Replay bool       `json:"replay,omitempty"`
	}{now.phase, now.frozen, now.opens, now.closes, reply.Seq, reply.At, reply.Replay})
}
