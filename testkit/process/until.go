package process

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Patience bounds every wait for a process: to start, to answer, to end. A busy
// machine needs much of it; it is not an expectation.
const Patience = 60 * time.Second

// What cannot report that it happened is looked at after the shortest poll at
// first, and then at growing intervals up to the longest.
const shortestPoll, longestPoll = time.Millisecond, 5 * time.Millisecond

// Until polls until done returns true. An error of done ends it at once.
func Until(ctx context.Context, what string, done func() (bool, error)) error {
	return UntilWithin(ctx, Patience, what, done)
}

// UntilWithin is Until with another bound than Patience.
func UntilWithin(ctx context.Context, bound time.Duration, what string, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, bound, errors.New("not within "+bound.String()))
	defer cancel()
	wait := shortestPoll
	tick := time.NewTimer(wait)
	defer tick.Stop()
	for {
		ok, err := done()
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if ok {
			return nil
		}
		select {
		case <-tick.C:
			wait = min(2*wait, longestPoll)
			tick.Reset(wait)
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", what, context.Cause(ctx))
		}
	}
}

// Until is the function Until for something that the process does; it ends with
// an error when the process has ended.
func (p *Process) Until(ctx context.Context, what string, done func() (bool, error)) error {
	return Until(ctx, p.Name+" "+what, func() (bool, error) {
		if !p.Alive() {
			return false, p.broken("ended before that")
		}
		return done()
	})
}
