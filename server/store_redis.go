package main

import (
	"context"
	"fmt"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/redis"
)

// openRedis connects to Redis, which refuses when its own settings cannot keep
// what --ack promises.
func openRedis(ctx context.Context, s *storeSettings, log *zap.Logger) (game.Store, error) {
	store, err := redis.Open(ctx, redis.Options{URL: s.Store, Ack: redis.Ack(s.Ack)}, log.Named("redis"))
	if err != nil {
		return nil, fmt.Errorf("--store %s, --ack %s: %w", redact(s.Store), s.Ack, err)
	}
	return store, nil
}
