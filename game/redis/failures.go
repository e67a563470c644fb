package redis

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"veltrix/game"
)

var errClosed = errors.New("redis: the store is closed")

// passing are the first words of errors of a server that may be well again
// soon: loading its file, a replica after a failover, out of memory, unable to
// write to disk, busy with a script, short of replicas, or a cluster at work.
var passing = []string{
	"LOADING", "READONLY", "OOM", "MISCONF", "BUSY", "NOREPLICAS", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK",
	"NOSCRIPT", "UNBLOCKED",
}

func unavailable(message string) bool {
	word, _, _ := strings.Cut(message, " ")
	if slices.Contains(passing, word) {
		return true
	}
	return strings.HasPrefix(message, "ERR max number of clients reached")
}

// classify wraps an error of the library: game.ErrUnavailable for what may
// pass, which is everything but an answer of the server that it would give
// again.
func classify(err error) error {
	var answer goredis.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errClosed), errors.Is(err, goredis.ErrClosed):
		return errClosed
	case errors.As(err, &answer) && !unavailable(answer.Error()):
		return fmt.Errorf("redis: %w", err)
	}
	return fmt.Errorf("%w: redis: %w", game.ErrUnavailable, err)
}
