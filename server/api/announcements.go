package api

import (
	"net/http"

	"veltrix/game"
)

// announce sends a text to everyone in the hunt.
func (a *API) announce(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
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
