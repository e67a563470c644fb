package play

import (
	"time"

	"veltrix/game"
	"veltrix/server/auth"
	"veltrix/server/protocol"
)

// guess is a request that names a code, or does not. It goes with its request.
type guess struct {
	try  *auth.Try     // nil without a code, or when it may not be tried now
	wait time.Duration // how long it may not be tried; 0 otherwise
	id   string
}

// guess asks the brake whether the code of a request may be tried now.
func (s *session) guess(r *protocol.Request) guess {
	g := guess{id: r.ID}
	if r.Code != "" || r.DivisionCode != "" || r.Team != nil && r.Team.Code != "" {
		g.try, g.wait = s.gateway.brake.Begin(s.player, s.network)
	}
	return g
}

// end says whether the code was wrong.
func (g guess) end(wrong bool) { g.try.End(wrong) }

// unless ends the guess of a request that was not accepted.
func (g guess) unless(e *protocol.Error) *protocol.Error {
	if e != nil {
		g.end(false)
	}
	return e
}

// refusal is the answer to a request that was refused: when its code was not tried
// that is the reason.
func (g guess) refusal(e *protocol.Error) *protocol.Error {
	if g.wait == 0 || e.Code != game.CodeBadCode {
		return e
	}
	slow := protocol.Refuse(g.id, protocol.CodeRateLimited, "too many wrong codes; wait before the next one")
	slow.RetryAfter = g.wait.Milliseconds() + 1
	return slow
}
