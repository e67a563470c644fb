package api

import (
	"context"
	"net/http"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/server/auth"
	"veltrix/server/protocol"
)

// guess is what a request shows at the door of a hunt that has a code.
type guess struct {
	code   string
	guest  bool   // an organizer's or a display's token
	player string // "" for none
	name   string
	try    *auth.Try // of the code; nil when there is none
}

// guess reads a request's token and code. It refuses a code that may not be tried
// now.
func (a *API) guess(r *http.Request) (g guess, err error) {
	if token := bearer(r); token != "" {
		g.guest = a.tokens.Is(auth.Organizer, token) || a.tokens.Is(auth.Display, token)
		if !g.guest {
			g.player, g.name, err = a.tokens.Player(token)
			if err != nil { // as someone without a token
				g.player, g.name = "", ""
			}
		}
	}
	if g.code = r.URL.Query().Get("code"); g.code == "" || g.guest {
		return g, nil
	}
	try, wait := a.brake.Begin(g.player, auth.Network(r.RemoteAddr))
	if wait > 0 {
		p := refuse(protocol.CodeRateLimited, "too many wrong codes; wait before the next one")
		p.RetryAfter = wait.Milliseconds() + 1
		return g, p
	}
	g.try = try
	return g, nil
}

// door is what a hunt says to a guess.
type door struct {
	open  bool // no code is needed, this one is right, or the player is in the hunt
	wrong bool // the code is
	teams bool // the player may be in one
}

// door runs on the hunt's goroutine.
func (g guess) door(v *actor.View) door {
	_, joined := v.Row(g.player)
	right := v.Admits(g.code)
	return door{
		open:  g.guest || right || joined,
		wrong: g.code != "" && !right,
		teams: g.player != "" && v.Definition.Mode == hunt.Team,
	}
}

// inside reports whether whoever asks may see what the hunt's code guards. A wrong
// code is refused.
func (a *API) inside(ctx context.Context, r *http.Request, g guess, d door) (bool, error) {
	g.try.End(d.wrong && !d.open)
	switch {
	case d.open:
		return true, nil
	case d.wrong:
		return false, refuse(game.CodeBadCode, "")
	case d.teams:
		return a.inTeam(ctx, r.PathValue("hunt"), g.player)
	}
	return false, nil
}

// inTeam asks the store whether a player is in a team of the hunt: coming back to
// one's team, which changes nothing.
func (a *API) inTeam(ctx context.Context, id, player string) (bool, error) {
	reply, err := a.hunts.Do(ctx, id, actor.Request{Command: game.Command{Type: game.CmdJoin, Player: player}})
	return err == nil && reply.Outcome == game.OutDone && reply.Entrant != nil && !reply.Entrant.Banned, err
}
