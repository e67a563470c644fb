package api

import (
	"context"
	"net/http"

	"veltrix/game"
	"veltrix/game/actor"
)

// byOrganizer is the ledger's name for the bearer of the organizers' token.
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

// change carries out a command and answers what it did.
func (a *API) change(w http.ResponseWriter, r *http.Request, c game.Command) error {
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
	opens  int64
	closes int64
}

// command has a hunt carry out a command. A refusal is a *problem.
func (a *API) command(r *http.Request, c game.Command) (game.Reply, after, error) {
	ctx, cancel := context.WithTimeout(r.Context(), CommandTimeout)
	defer cancel()
	type result struct {
		reply game.Reply
		after after
	}
	done := make(chan result, 1)
	code := a.hunts.Post(r.PathValue("hunt"), &actor.Request{Command: c, Done: func(v *actor.View, reply game.Reply) {
		res := result{reply: reply}
		if v != nil {
			res.after = after{v.Phase, v.Frozen, v.Opens(), v.Closes()}
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
			return res.reply, res.after, refuseCommand(&c, res.reply)
		}
		return res.reply, res.after, nil
	case <-ctx.Done():
		return game.Reply{}, after{}, ctx.Err()
	}
}
