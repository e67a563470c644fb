package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/bolt"
)

// openStore opens the store of the settings, making it when it is a directory
// that does not exist. Errors name the setting and the remedy.
func openStore(ctx context.Context, s *storeSettings, log *zap.Logger) (game.Store, error) {
	kind, dir, err := s.kind()
	if err != nil {
		return nil, fmt.Errorf("--store: %w", err)
	}
	if kind == kindRedis {
		return openRedis(ctx, s, log)
	}
	store, err := bolt.Open(dir, bolt.Options{NoSync: s.Ack == ackMemory}, log.Named("bolt"))
	switch {
	case errors.Is(err, bolt.ErrInUse):
		return nil, fmt.Errorf("--store %s: %w; stop the server that runs there, or choose another directory", s.Store, err)
	case errors.Is(err, bolt.ErrDamaged):
		return nil, fmt.Errorf("--store %s: %w; nothing was changed: restore a backup, or look at docs/operations.md", s.Store, err)
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("--store %s: %w; choose a directory that this user may write to", s.Store, err)
	case err != nil:
		return nil, fmt.Errorf("--store %s: %w", s.Store, err)
	}
	return store, nil
}

// openExisting opens a store for a command that only looks: a directory that
// does not exist is a mistake then, not a new store.
func openExisting(ctx context.Context, s *storeSettings, from *sources, log *zap.Logger) (game.Store, error) {
	if err := s.validate(from); err != nil {
		return nil, usageError{err}
	}
	if kind, dir, err := s.kind(); err == nil && kind == kindBolt {
		if _, err := os.Stat(dir); err != nil {
			return nil, settingError(from, "store", fmt.Sprintf("there is no store: %v", err))
		}
	}
	return openStore(ctx, s, log)
}
