package api

import (
	"context"
	"net/http"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/hunt/huntfile"
)

// healthz says that the process answers.
func (a *API) healthz(w http.ResponseWriter, _ *http.Request) error {
	return answer(w, http.StatusOK, map[string]string{"status": "ok"})
}

// readyz says whether requests should come here now.
func (a *API) readyz(w http.ResponseWriter, r *http.Request) error {
	if a.draining.Load() {
		return refuse(game.CodeUnavailable, "this node is stopping")
	}
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := a.store.Ready(ctx); err != nil {
		a.log.Warn("not ready", zap.Error(err))
		return refuse(game.CodeUnavailable, "the store cannot commit now")
	}
	return answer(w, http.StatusOK, map[string]string{"status": "ready"})
}

func (a *API) schema(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/schema+json")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, _ = w.Write(huntfile.Schema()) // a peer that has gone hears nothing
	return nil
}
