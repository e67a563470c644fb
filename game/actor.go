package game

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime/debug"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"veltrix/game/hunt"
)

// actor is a hunt on this node: a goroutine that owns the hunt's View.
type actor struct {
	id       string
	store    Store
	pipe     Pipeliner // the store, if it is one
	pub      Publisher
	opts     Options
	metrics  *Metrics
	log      *zap.Logger
	retire   func(*actor) bool // takes the actor out of the registry unless a request waits
	ctx      context.Context   // ends when the node gives up; not at the start of a drain
	nodeSkew *atomic.Int64     // Hunts.skew
	loads    chan struct{}     // Hunts.loads
	closing  <-chan struct{}   // closed when the node drains: finish what was accepted
	mailbox  chan *Request
	bell     chan struct{} // capacity 1: rung was changed
	rung     atomic.Int64  // the highest seq that the bell rang for, always to look anyway

	view    *View
	counts  *counter
	decided time.Time  // when the answers that are given now were known
	batch   []*Request // being served; answered with internal if the actor panics
	behind  []*Request // sent to the store behind the batch; likewise
	cmds    []Command
	left    *Request // taken from the mailbox, but no part of the batch; likewise
	timer   *time.Timer
	skew    time.Duration // store's clock − ours
	advance bool          // the definition changed: the schedule may be due at once
	ended   bool

	memory    *memory
	journal   *journal             // of the memory; nil keeps none
	lost      *loss                // nil unless lost history is being put back
	head      atomic.Pointer[Head] // that this node knows, for the look at all hunts; nil before
	shown     string               // epoch of what the audience was shown, empty before
	published int64                // seq of the last entry that was published, while there is no view
	before    *View                // the last view, while there is none

	boardDirty, tickerDirty, standDirty bool
	boardAt, tickerAt, standAt          time.Time // of the last publication
	usedAt, retryAt                     time.Time
	lookAt                              time.Time // when to look without being rung for; zero never
	events                              []Event   // awards since the last ticker
	skipped                             int
}

var errPanicked = errors.New("the hunt panicked")

// unasked is how long a hunt stays in memory that was read because the node
// began and not because anybody wanted it: who plays is back by then, and a node
// with thousands of old hunts need not hold them all for minutes. They end
// spread over some seconds.
const (
	unasked       = 30 * time.Second
	unaskedSpread = 10 * time.Second
)

// run serves the mailbox until the hunt is idle or the node drains.
func (a *actor) run() {
	a.timer = time.NewTimer(0)
	defer a.timer.Stop()
	a.lookAt = time.Now() // read the hunt at once: its schedule may be due
	a.usedAt = a.lookAt.Add(-max(0, a.opts.Idle-unasked-rand.N(unaskedSpread)))
	a.recall()
	for !a.ended {
		a.serveUntilPanic()
	}
	a.pub.Forget(a.id)
	if s, ok := a.store.(Forgetter); ok {
		s.Forget(a.id)
	}
}

func (a *actor) serveUntilPanic() {
	defer func() {
		if p := recover(); p != nil {
			a.log.Error("hunt panicked", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
			a.metrics.Panics.Inc()
			a.batch, a.behind = append(a.batch, a.behind...), nil
			if a.left != nil && a.left.decides() {
				a.batch, a.left = append(a.batch, a.left), nil
			}
			a.abort(CodeInternal)
			if left := a.left; left != nil && left.look != nil {
				a.left = nil
				left.look(nil, errPanicked)
			}
			a.drop() // what it was doing may be half done: read it again
			a.lookAt = time.Now().Add(retryMost)
		}
	}()
	for !a.ended {
		a.tell()
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

// recall reads what an earlier process remembered of the hunt.
func (a *actor) recall() {
	a.memory = &memory{}
	if a.opts.Remember == "" || !hunt.ValidID(a.id) { // the id becomes the name of a file
		return
	}
	path := journalPath(a.opts.Remember, a.id)
	a.journal = &journal{path: path, log: a.log, failures: a.metrics.Forgetful}
	m, err := recall(path)
	if err != nil {
		a.log.Error("cannot remember all", zap.Error(err))
	}
	a.memory = m
}

// tell lets the look at all hunts know how far this node is.
func (a *actor) tell() {
	if a.view == nil {
		return
	}
	if h, told := a.memory.head(), a.head.Load(); told == nil || *told != h {
		a.head.Store(&h)
	}
}

// finish serves what was accepted before the drain began.
func (a *actor) finish() {
	for {
		select {
		case r := <-a.mailbox:
			a.take(r)
		default:
			if a.lost != nil && a.ready() != nil {
				a.log.Error("stopped before all that the store lost was put back", zap.Int("left", len(a.lost.todo)))
			}
			a.ended = true
			return
		}
	}
}

// take serves a request together with all that wait behind it.
func (a *actor) take(first *Request) {
	a.usedAt = time.Now()
	a.batch, a.left = gather(a.batch[:0], first, a.mailbox, (*Request).decides)
	// gofail: var batchTaken struct{}

	if a.rushed() {
		a.stream()
	} else if len(a.batch) > 0 {
		a.serve()
	}
	a.serveLeft()
	if a.view == nil && a.memory.head() == (Head{}) {
		a.ended = a.retire(a) || a.ended // there is no such hunt, or it cannot be read
		return
	}
	a.publish(time.Now())
}

// serveLeft serves the request that ended a batch.
func (a *actor) serveLeft() {
	switch left := a.left; {
	case left == nil:
	case left.decides():
		a.batch, a.left = append(a.batch[:0], left), nil
		a.serve()
	default:
		err := a.ready()
		left.look(a.view, err)
		a.left = nil
	}
}

// gather appends first and what waits in the mailbox to a batch, as long as it
// fits. A request that does not ends it and is returned.
func gather(batch []*Request, first *Request, mailbox <-chan *Request, fits func(*Request) bool) ([]*Request, *Request) {
	next := first
	for fits(next) {
		if batch = append(batch, next); len(batch) == MaxBatch {
			return batch, nil
		}
		select {
		case next = <-mailbox:
		default:
			return batch, nil
		}
	}
	return batch, next
}

func (r *Request) decides() bool { return r.look == nil }

func (a *actor) serve() {
	waiting := a.batch
	for range maxRejudge {
		err := a.ready()
		if errors.Is(err, ErrUnknownHunt) {
			err = a.create()
		}
		if err != nil {
			a.abort(codeOf(err))
			return
		}
		if waiting = a.judge(waiting); len(waiting) == 0 {
			return
		}
		stale, err := a.decide(waiting)
		switch {
		case errors.Is(err, errLost):
			continue // decided by a history that had lost something: once more, after that was put back
		case err == nil && len(stale) == 0:
			return
		case err == nil:
			waiting = stale
			err = a.redefine()
		}
		if err != nil {
			a.abort(codeOf(err))
			return
		}
	}
	a.abort(CodeBusy)
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
		if err := a.ready(); err != nil {
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
		// gofail: var beforeCommit struct{}

		res, err = a.store.Commit(a.ctx, a.id, def, a.memory.head(), cmds)
		return err
	})
	if err == nil {
		a.committed(start, len(cmds), res)
	}
	return res, err
}

// committed takes over what a commit of so many commands told by the way.
func (a *actor) committed(begun time.Time, size int, res Result) {
	a.metrics.BatchSize.Observe(float64(size))
	a.metrics.CommitSeconds.Observe(time.Since(begun).Seconds())
	a.skew = time.Until(time.UnixMilli(res.Now))
	a.nodeSkew.Store(int64(a.skew))
}

// retrying runs f until it succeeds, fails for good or CommitRetry is over.
func (a *actor) retrying(what string, f func() error) error {
	deadline := time.Now().Add(a.opts.CommitRetry)
	for wait := retryFirst; ; wait = min(2*wait, retryMost) {
		err := f()
		if err == nil || !errors.Is(err, ErrUnavailable) {
			if err != nil && !errors.Is(err, ErrUnknownHunt) && !errors.Is(err, errLost) {
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
		if !a.pause(wait) {
			return err
		}
	}
}

// pause waits; it returns false when the node gave up meanwhile.
func (a *actor) pause(d time.Duration) bool {
	pause := time.NewTimer(d)
	defer pause.Stop()
	select {
	case <-pause.C:
		return true
	case <-a.ctx.Done():
		return false
	}
}

// answer hands a request its reply, once.
func (a *actor) answer(r *Request, reply Reply) {
	if r.done {
		return
	}
	r.done = true
	a.metrics.reply(r.Command.Type, reply)
	switch c := &r.Command; {
	case c.Type == CmdReview && reply.Outcome == OutWrong:
		a.memory.settled(c.Entrant, c.Challenge)
	case c.Type == CmdClaim:
		if !r.posted.IsZero() {
			a.counts.claim(c.Challenge, &reply, r.posted, a.decided)
		}
		if reply.Outcome == OutPending {
			a.memory.pend(Review{ID: c.ID, Entrant: c.Entrant, Player: c.Player, Challenge: c.Challenge, Note: c.Note, At: reply.At})
			a.memory.disk.flush(a.memory)
		}
	}
	// gofail: var beforeAnswer struct{}

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
