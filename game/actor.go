package game

import (
	"context"
	"errors"
	"runtime/debug"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"veltrix/game/hunt"
)

// actor is a hunt on this node: a goroutine that owns the hunt's View.
type actor struct {
	id      string
	store   Store
	pub     Publisher
	opts    Options
	metrics *Metrics
	log     *zap.Logger
	retire  func(*actor) bool // takes the actor out of the registry unless a request waits
	ctx     context.Context   // ends when the node gives up; not at the start of a drain
	closing <-chan struct{}   // closed when the node drains: finish what was accepted
	mailbox chan *Request
	bell    chan struct{} // capacity 1: rung was changed
	rung    atomic.Int64  // the highest seq that the bell rang for, always to look anyway

	view    *View
	counts  *counter
	decided time.Time  // when the answers that are given now were known
	batch   []*Request // being served; answered with internal if the actor panics
	cmds    []Command
	asked   *Request // a look being served
	timer   *time.Timer
	skew    time.Duration // store's clock − ours
	behind  bool          // the ledger holds entries that could not be read yet
	advance bool          // the definition changed: the schedule may be due at once
	ended   bool

	boardDirty, standDirty  bool
	boardAt, standAt        time.Time // of the last publication
	lookAt, usedAt, retryAt time.Time
	events                  []Event // awards since the last board
	skipped                 int
}

var errPanicked = errors.New("the hunt panicked")

// run serves the mailbox until the hunt is idle or the node drains.
func (a *actor) run() {
	a.timer = time.NewTimer(0)
	defer a.timer.Stop()
	a.usedAt = time.Now()
	a.lookAt = a.usedAt // read the hunt at once: its schedule may be due
	for !a.ended {
		a.serveUntilPanic()
	}
	a.pub.Forget(a.id)
}

func (a *actor) serveUntilPanic() {
	defer func() {
		if p := recover(); p != nil {
			a.log.Error("hunt panicked", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
			a.metrics.Panics.Inc()
			a.abort(CodeInternal)
			if a.asked != nil {
				a.asked.look(nil, errPanicked)
				a.asked = nil
			}
			a.view = nil // what it was doing may be half done: read it again
		}
	}()
	for !a.ended {
		a.arm()
		select {
		case r := <-a.mailbox:
			a.take(r)
		case <-a.bell:
			a.answerBell()
		case <-a.timer.C:
			a.tick()
		case <-a.closing:
			a.finish()
			return
		}
	}
}

// finish serves what was accepted before the drain began.
func (a *actor) finish() {
	for {
		select {
		case r := <-a.mailbox:
			a.take(r)
		default:
			a.ended = true
			return
		}
	}
}

// take serves a request together with all that wait behind it.
func (a *actor) take(first *Request) {
	a.usedAt = time.Now()
	a.batch = a.batch[:0]
	next := first
	for next != nil && next.look == nil {
		a.batch = append(a.batch, next)
		next = nil
		if len(a.batch) < MaxBatch {
			select {
			case next = <-a.mailbox:
			default:
			}
		}
	}
	if len(a.batch) > 0 {
		a.serve()
	}
	if next != nil {
		a.asked = next
		err := a.ensure()
		next.look(a.view, err)
		a.asked = nil
	}
	if a.view == nil {
		a.ended = a.retire(a) || a.ended
		return
	}
	a.publish(time.Now())
}

func (a *actor) serve() {
	err := a.ensure()
	if errors.Is(err, ErrUnknownHunt) {
		err = a.create()
	}
	if err != nil {
		a.abort(codeOf(err))
		return
	}
	waiting := a.batch
	for range maxRejudge {
		waiting = a.judge(waiting)
		if len(waiting) == 0 {
			return
		}
		res, err := a.commit(a.view.Definition, a.cmds)
		if err != nil {
			a.abort(codeOf(err))
			return
		}
		if waiting = a.settle(waiting, res); len(waiting) == 0 {
			return
		}
		if err := a.redefine(); err != nil {
			a.abort(codeOf(err))
			return
		}
	}
	a.abort(CodeBusy)
}

// ensure loads the hunt when it is not loaded.
func (a *actor) ensure() error {
	if a.view != nil {
		return nil
	}
	err := a.retrying("load", func() error {
		v, err := a.load()
		a.view = v
		return err
	})
	if err != nil {
		return err
	}
	a.behind = false
	a.boardDirty, a.standDirty = true, true
	a.events, a.skipped = nil, 0
	return nil
}

// load reads the hunt; what was counted of it stays.
func (a *actor) load() (*View, error) {
	v, err := load(a.ctx, a.store, a.id)
	if v != nil {
		v.counts = a.counts
	}
	return v, err
}

// create makes the hunt by the first definition that waits.
func (a *actor) create() error {
	for _, r := range a.batch {
		if r.Command.Type != CmdDefine || r.done {
			continue
		}
		res, err := a.commit(nil, []Command{r.Command})
		if err != nil {
			return err
		}
		if err := a.ensure(); err != nil {
			return err
		}
		a.answer(r, res.Replies[0])
		return nil
	}
	return ErrUnknownHunt
}

// judge fills in what the commands say of proofs and codes, answers what
// needs no decision, and returns the rest with a.cmds.
func (a *actor) judge(requests []*Request) []*Request {
	kept := requests[:0]
	a.decided = time.Now()
	a.cmds = a.cmds[:0]
	d := a.view.Definition
	for _, r := range requests {
		if r.done {
			continue
		}
		c := &r.Command
		c.Rev = d.Rev
		switch c.Type {
		case CmdJoin:
			c.Admitted = d.JoinCode == "" || sameCode(d.JoinCode, r.JoinCode)
			r.chooseEntrant(d)
		case CmdClaim, CmdHint:
			if c.Entrant == "" && d.Mode != hunt.Team {
				c.Entrant = c.Player
			}
			if c.Type == CmdClaim && !a.judgeProof(d, r) {
				continue
			}
		}
		kept = append(kept, r)
		a.cmds = append(a.cmds, *c)
	}
	return kept
}

func (a *actor) judgeProof(d *hunt.Definition, r *Request) bool {
	c := &r.Command
	c.Right, c.Pending, c.Digest, c.Note = false, false, "", ""
	ch := d.Challenge(c.Challenge)
	if ch == nil || r.Proof == nil {
		return true // the store knows whether it was awarded before
	}
	j, err := ch.Judge(*r.Proof)
	if err != nil {
		a.answer(r, Reply{Outcome: OutRefused, Code: CodeBadProof, Detail: err.Error()})
		return false
	}
	c.Right, c.Pending, c.Digest = j.Right, j.Review, j.Digest
	if j.Review {
		c.Note = r.Proof.Review.Note
	}
	return true
}

// commit decides and keeps a batch; while the store fails it is held and
// tried again, since commands are idempotent.
func (a *actor) commit(def *hunt.Definition, cmds []Command) (res Result, err error) {
	start := time.Now()
	err = a.retrying("commit", func() (err error) {
		res, err = a.store.Commit(a.ctx, a.id, def, Head{}, cmds)
		return err
	})
	if err == nil {
		a.metrics.BatchSize.Observe(float64(len(cmds)))
		a.metrics.CommitSeconds.Observe(time.Since(start).Seconds())
		a.skew = time.Until(time.UnixMilli(res.Now))
	}
	return res, err
}

// retrying runs f until it succeeds, fails for good or CommitRetry is over.
func (a *actor) retrying(what string, f func() error) error {
	deadline := time.Now().Add(a.opts.CommitRetry)
	for wait := retryFirst; ; wait = min(2*wait, retryMost) {
		err := f()
		if err == nil || !errors.Is(err, ErrUnavailable) {
			if err != nil && !errors.Is(err, ErrUnknownHunt) {
				a.log.Error("store failed", zap.String("doing", what), zap.Error(err))
			}
			return err
		}
		a.metrics.Retries.Inc()
		if time.Now().Add(wait).After(deadline) {
			a.log.Error("store unavailable", zap.String("doing", what), zap.Error(err))
			return err
		}
		if wait == retryFirst {
			a.log.Warn("store unavailable, holding the batch", zap.String("doing", what), zap.Error(err))
		}
		pause := time.NewTimer(wait)
		select {
		case <-pause.C:
		case <-a.ctx.Done():
			pause.Stop()
			return err
		}
	}
}

// answer hands a request its reply, once.
func (a *actor) answer(r *Request, reply Reply) {
	if r.done {
		return
	}
	r.done = true
	a.metrics.reply(r.Command.Type, reply)
	if r.Command.Type == CmdClaim {
		a.counts.claim(r.Command.Challenge, &reply, r.posted, a.decided)
	}
	r.Done(a.view, reply)
}

// abort answers what is left of the batch.
func (a *actor) abort(code Code) {
	a.decided = time.Now()
	for _, r := range a.batch {
		a.answer(r, Reply{Outcome: OutRefused, Code: code})
	}
}

func codeOf(err error) Code {
	switch {
	case errors.Is(err, ErrUnknownHunt):
		return CodeUnknownHunt
	case errors.Is(err, ErrUnavailable), errors.Is(err, context.Canceled):
		return CodeUnavailable
	}
	return CodeInternal
}
