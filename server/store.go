package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/bolt"
	"veltrix/game/redis"
	"veltrix/server/config"
)

// openStore opens the store of the settings, making it when it is a directory
// that does not exist. Errors name the setting and the remedy.
func openStore(ctx context.Context, s *config.StoreSettings, log *zap.Logger) (game.Store, error) {
	return openStoreFor(ctx, s, log, false)
}

// openStoreFor is openStore; with partly a bolt store opens although some of its
// hunts are damaged.
func openStoreFor(ctx context.Context, s *config.StoreSettings, log *zap.Logger, partly bool) (game.Store, error) {
	kind, dir, err := s.Kind()
	if err != nil {
		return nil, fmt.Errorf("--store: %w", err)
	}
	if kind == config.Redis {
		return openRedis(ctx, s, log)
	}
	store, err := bolt.Open(dir, bolt.Options{NoSync: s.Ack == config.AckMemory, Partly: partly}, log.Named("bolt"))
	if err != nil {
		return nil, boltError(s, err)
	}
	return store, nil
}

// boltError says what to do about a bolt store that does not open.
func boltError(s *config.StoreSettings, err error) error {
	remedy := "look at the directory and its file"
	switch {
	case errors.Is(err, bolt.ErrInUse):
		remedy = "stop the server that runs there, or choose another directory"
	case errors.Is(err, bolt.ErrDamaged):
		remedy = "nothing was changed. Restore a backup, or keep what can be read: veltrix audit --repair --store " + s.Store + " (docs/operations.md)"
	case errors.Is(err, bolt.ErrNewer), errors.Is(err, bolt.ErrOlder):
		remedy = "nothing was changed; run that version, or choose another directory"
	case errors.Is(err, os.ErrPermission):
		remedy = "choose a directory that this user may write to"
	case errors.Is(err, syscall.EROFS):
		remedy = "mount the file system for writing, or choose another directory"
	case noRoom(err):
		remedy = "make room on that disk, or choose another directory"
	}
	return fmt.Errorf("--store %s: %w; %s", s.Store, err, remedy)
}

// noRoom reports whether a disk, a quota or the limit of a file is full.
func noRoom(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// storeExists refuses settings that are wrong, and a directory that is not there:
// for a command that only looks at a store that is a mistake and not a new store.
func storeExists(set *config.StoreSettings, from *config.Sources) error {
	if err := set.Validate(from); err != nil {
		return usageError{err}
	}
	kind, dir, err := set.Kind()
	if err != nil || kind != config.Bolt {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, bolt.FileName)); err != nil {
		return fmt.Errorf("%w: %w", config.SettingError(from, "store", "there is no store"), err)
	}
	return nil
}

// openRedis connects to Redis, which refuses when its own settings cannot keep
// what --ack promises.
func openRedis(ctx context.Context, s *config.StoreSettings, log *zap.Logger) (game.Store, error) {
	store, err := redis.Open(ctx, redis.Options{URL: s.Store, Ack: redis.Ack(s.Ack)}, log.Named("redis"))
	if err != nil {
		return nil, fmt.Errorf("--store %s, --ack %s: %w", config.Redact(s.Store), s.Ack, err)
	}
	return store, nil
}
