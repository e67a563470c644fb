package actor

import (
	"errors"
	"slices"
	"time"

	"veltrix/game"
)

const (
	// streamLeast is how many claims have to wait to be sent behind a commit
	// that is under way. Fewer had better wait, and be one batch with those who
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
	wait     func() (game.Result, error)
}

// rushed tells whether the batch may begin a stream: it is full, and of claims.
func (a *actor) rushed() bool {
	return a.pipe != nil && len(a.batch) == game.MaxBatch && a.view != nil && a.lost == nil &&
		!slices.ContainsFunc(a.batch, func(r *Request) bool { return !r.claims() })
}

func (r *Request) claims() bool { return r.look == nil && r.Command.Type == game.CmdClaim }

// stream serves a rush: claims only, and each batch is sent to the store while
// the one before is under way, so that the store need not wait until that is
// answered. They keep their order, since the store takes a batch only right
// after the one before it. A batch of which the store did not decide all is
// served as any other, once more, and ends the stream: claims are idempotent. A
// request that is no claim is left.
func (a *actor) stream() {
	cur := a.launch(slices.Clone(a.batch), "")
	var next *flight
	defer func() {
		if next != nil { // after a panic: nothing is left behind
			_, _ = next.wait()
		}
	}()
	for left := streamMost - 1; cur != nil; left-- {
		if left > 0 {
			next = a.launchBehind(cur)
		}
		a.batch = append(a.batch[:0], cur.requests...)
		if !a.land(cur) {
			a.serve()
			left = 0
		}
		a.publish(time.Now())
		cur, next, a.behind = next, nil, nil
	}
}

// launchBehind launches what waits behind a flight, if it is worth it.
func (a *actor) launchBehind(cur *flight) *flight {
	if a.left != nil || len(a.mailbox) < streamLeast {
		return nil
	}
	a.behind, a.left = gather(nil, <-a.mailbox, a.mailbox, (*Request).claims)
	if len(a.behind) == 0 {
		return nil
	}
	return a.launch(a.behind, cur.turn.Nonce)
}

// launch judges claims and sends them to the store.
func (a *actor) launch(requests []*Request, after string) *flight {
	f := &flight{turn: game.NewTurn(after), begun: time.Now()}
	f.requests = a.judge(requests)
	f.size = len(a.cmds)
	f.wait = a.pipe.Launch(a.ctx, a.id, a.view.Definition, a.memory.head(), slices.Clone(a.cmds), f.turn)
	return f
}

// land waits for a flight and answers its requests. It reports whether all are
// answered; if not, they have to be served.
func (a *actor) land(f *flight) bool {
	res, err := f.wait()
	switch {
	case a.view == nil || a.lost != nil: // since the flight before
		return false
	case err == nil:
		a.committed(f.begun, f.size, res)
		err = a.comeUpTo(&res)
	case !errors.Is(err, game.ErrOutOfTurn):
		a.metrics.Retries.Inc()
	}
	if errors.Is(err, errLost) || errors.Is(err, game.ErrUnknownHunt) {
		a.drop()
	}
	return err == nil && len(a.settle(f.requests, res)) == 0
}
