package api

import (
	"context"

	"veltrix/game"
	"veltrix/game/actor"
)

// look runs f with the view of a hunt, on the hunt's goroutine. A hunt in the bin
// is unknown. When the error is ctx's, f may still run.
func (a *API) look(ctx context.Context, id string, f func(*actor.View)) error {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	binned := make(chan bool, 1)
	if err := a.hunts.Look(ctx, id, func(v *actor.View) {
		if v.DeletedAt == 0 {
			f(v)
		}
		binned <- v.DeletedAt != 0
	}); err != nil {
		return err
	}
	if <-binned {
		return game.ErrUnknownHunt
	}
	return nil
}

// load reads a hunt from the store. A hunt in the bin is unknown.
func (a *API) load(ctx context.Context, id string) (*game.Summary, error) {
	sum, err := a.store.Load(ctx, id)
	if err == nil && sum.DeletedAt != 0 {
		return nil, game.ErrUnknownHunt
	}
	return sum, err
}
