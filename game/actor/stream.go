package actor

import (
	"errors"
	"slices"
	"time"

	"veltrix/game"
)

const (
	// streamLeast is how many claims have to wait to be sent behind a commit
	// that is under way. Fewer had better wait, and be one batch with those that
	// come meanwhile.
	streamLeast = game.MaxBatch / 4
	// streamMost bounds the batches of a stream: then schedule, bells and a
	// drain have their turn.
	streamMost = 16
)

// flight is a batch on its way to the store and back.
type flight struct {
	requests []*Request
	size     int // commands
	turn     game.Turn
	begun    time.Time
	wait     func() (game.Result, error) // once
	landed   bool                        // wait was called
}

// rushed reports whether the batch may begin a stream: it is full, and of claims.
func (a *actor) rushed() bool {
	batch := a.served.batch
	return a.keeper.pipe != nil && len(batch) == game.MaxBatch && a.view != nil && a.past.lost == nil &&
		!slices.ContainsFunc(batch, func(r *Request) bool { return !r.claims() })
}

// stream serves a rush: claims only, and each batch is sent to the store while
// the one before is under way, so that the store need not wait until that one is
// answered. They keep their order, since the store takes a batch only right
// after the one before it. A batch of which the store did not decide everything
// is served as any other, once more, and ends the stream: claims are idempotent.
// The request that is not a claim ends the stream, too, and is served next.
func (a *actor) stream() {
	s := &a.served
	current := a.launch(slices.Clone(s.batch), "")
	var behind *flight
	defer func() { // after a panic: nothing stays under way
		for _, f := range []*flight{current, behind} {
			if f != nil && !f.landed {
				_, _ = f.wait()
			}
		}
	}()
	for more := streamMost - 1; current != nil; more-- {
		s.batch = append(s.batch[:0], current.requests...)
		if more > 0 {
			behind = a.launchBehind(current)
		}
		if !a.land(current) {
			a.serve()
			more = 0
		}
		a.show(time.Now())
		current, behind, s.behind = behind, nil, nil
	}
}

// launchBehind launches what waits behind a flight, if it is worth it.
func (a *actor) launchBehind(current *flight) *flight {
	s := &a.served
	if s.next != nil || len(a.mailbox) < streamLeast {
		return nil
	}
	s.behind, s.next = gather(nil, <-a.mailbox, a.mailbox, (*Request).claims)
	if len(s.behind) == 0 {
		return nil
	}
	return a.launch(s.behind, current.turn.Nonce)
}

// launch judges claims and sends them to the store; after is the nonce of the
// commit before, empty for any.
func (a *actor) launch(requests []*Request, after string) *flight {
	kept := a.judge(requests)
	f := a.keeper.launch(a.view.Definition, a.past.memory.head(), a.served.cmds, after)
	f.requests = kept
	return f
}

// land waits for a flight and answers its requests. It reports whether all are
// answered; if not, they have to be served.
func (a *actor) land(f *flight) bool {
	f.landed = true
	res, err := f.wait()
	switch {
	case a.view == nil || a.past.lost != nil: // since the flight before
		return false
	case err == nil:
		a.keeper.committed(f.begun, f.size, res)
		err = a.followUpTo(&res)
	case !errors.Is(err, game.ErrOutOfTurn):
		a.metrics.Retries.Inc()
	}
	if errors.Is(err, errLost) || errors.Is(err, game.ErrUnknownHunt) {
		a.drop()
	}
	return err == nil && len(a.settle(f.requests, res)) == 0
}
