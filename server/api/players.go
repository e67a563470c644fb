package api

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"

	"go.uber.org/zap"

	"veltrix/server/auth"
	"veltrix/server/protocol"
)

// playerIDLength gives 80 random bits: no two players of any server ever
// get the same.
const playerIDLength = 16

// register makes a player: an id, the normalised name, and a token for both.
func (a *API) register(w http.ResponseWriter, r *http.Request) error {
	if wait := a.registrations.wait(r.RemoteAddr); wait > 0 {
		p := refuse(protocol.CodeRateLimited, "too many new players from this address; try again in a moment")
		p.RetryAfter = wait.Milliseconds() + 1
		if by := r.Header.Get(forwardedFor); by != "" && a.warned.due(p.Code, time.Now()) {
			a.log.Warn("new players are refused by their address, and a proxy says that it is not theirs: name the proxy in --trusted-proxies",
				requestFields(r, zap.String("remote", r.RemoteAddr), zap.String("forwarded_for", clip(by)))...)
		}
		return p
	}
	var body struct {
		Name *string `json:"name"`
	}
	if err := decode(w, r, &body); err != nil {
		return err
	}
	if body.Name == nil {
		return badRequest("name is missing")
	}
	name, err := auth.NormalizeName(*body.Name)
	if err != nil {
		return badRequest(err.Error())
	}
	id := strings.ToLower(rand.Text()[:playerIDLength])
	token, err := a.tokens.Mint(id, name, auth.PlayerTTL)
	if err != nil {
		return fmt.Errorf("register a player: %w", err)
	}
	return answer(w, http.StatusCreated, map[string]string{"player": id, "name": name, "token": token})
}
