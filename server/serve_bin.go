package main

import (
	"context"
	"time"

	"go.uber.org/zap"

	"veltrix/server/api"
)

// purgeEvery is how often a node looks whether a hunt has lain in the bin for long
// enough. Any node may do it, and any number of them.
const purgeEvery = time.Hour

// emptyBin removes for good what nobody can restore any more, until ctx ends. What
// fails is tried again the next time.
func (n *node) emptyBin(ctx context.Context) {
	every := time.NewTicker(purgeEvery)
	defer every.Stop()
	for {
		if err := api.PurgeBin(ctx, n.store, n.clock.Now(), n.log.Named("bin")); err != nil && ctx.Err() == nil {
			n.log.Warn("cannot empty the bin", zap.Error(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}
