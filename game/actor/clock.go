package actor

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"veltrix/game"
)

// Clock is the store's clock, as far as a node knows it: every commit of requests
// says what it is. All that players are sent and tokens are held to goes by it, so
// that a node whose own clock is wrong changes nothing. The zero value goes by
// this machine's clock. Safe for concurrent use.
type Clock struct {
	skew atomic.Int64 // ns: the store's clock − ours
}

// ReadClock asks a store for its clock. A store without a clock goes by this
// machine's.
func ReadClock(ctx context.Context, store game.Store) (*Clock, error) {
	c := new(Clock)
	remote, ok := store.(interface {
		Now(ctx context.Context) (time.Time, error)
	})
	if !ok {
		return c, nil
	}
	now, err := remote.Now(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the store's clock: %w", err)
	}
	c.set(time.Until(now))
	return c, nil
}

// Now is the time by the store's clock.
func (c *Clock) Now() time.Time { return time.Now().Add(c.ahead()) }

// ahead is how far the store's clock is ahead of ours.
func (c *Clock) ahead() time.Duration { return time.Duration(c.skew.Load()) }

func (c *Clock) set(skew time.Duration) { c.skew.Store(int64(skew)) }
