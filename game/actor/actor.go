// Package actor is the engine: it runs hunts and turns claims into awards.
//
// A hunt on a node is an actor: one goroutine owns what the node knows of the
// hunt, takes whatever waits in its mailbox as one batch, judges the proofs, has
// the game.Store decide and keep the batch, and publishes what came of it. The
// store decides; an actor never does, so any number of nodes may run an actor
// for the same hunt.
//
// Guarantees:
//   - Every accepted request is answered exactly once, whatever fails or panics.
//   - Replies and entries leave a hunt in ledger order, none missing and none
//     twice, until the audience gets a reset: then history was lost. An entry whose
//     publishing panics counts as published.
//   - An award is answered only when the node has read everything before it, so
//     that it can put back what it acknowledged if the store loses it.
//   - Hunts.Post never waits for a hunt: a full mailbox is answered busy.
//
// Concurrency properties:
//   - Only a hunt's goroutine touches what the hunt is made of. So a View has
//     neither locks nor atomics, and whoever wants something of it sends a
//     function (Hunts.Look) or a command (Hunts.Do).
//   - Other goroutines reach an actor by its mailbox, its bell and the head that
//     it last said it knows.
//   - Hunts owns all goroutines; its Run waits for them.
package actor

import (
	"errors"
	"runtime/debug"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
)

// actor is a hunt on this node. Its fields stand by owner.
type actor struct {
	// Hunts sets these before the goroutine starts; they never change.
	id      string
	opts    Options
	metrics *Metrics
	log     *zap.Logger
	retire  func(*actor) bool // takes the actor out of the registry unless a request waits
	closing <-chan struct{}   // closed when the node drains: finish what was accepted

	// Other goroutines reach these: Hunts posts, rings, and compares heads.
	mailbox chan *Request
	bell    bell
	known   atomic.Pointer[game.Head] // what this node knows, for the look at all hunts; nil before

	// The rest belongs to the hunt's goroutine, a concern each, explained at its type.
	view     *View    // what the node knows; nil until the hunt is read, and after it was dropped
	keeper   keeper   // how the hunt reaches its store
	served   served   // what it serves
	counts   *counter // what it counts
	past     past     // what it remembers
	audience audience // what it shows
	alarm    alarm    // when it wakes
	ended    bool
}

var errPanicked = errors.New("the hunt panicked")

// run serves the mailbox until the hunt falls asleep or the node drains.
func (a *actor) run() {
	a.alarm.timer = time.NewTimer(0)
	defer a.alarm.timer.Stop()
	a.alarm.lookAt = time.Now() // read the hunt at once: its schedule may be due
	a.alarm.usedAt = a.alarm.lookAt.Add(-a.unasked())
	a.recall()
	for !a.ended {
		a.serveUntilPanic()
	}
	a.audience.pub.Forget(a.id)
	a.keeper.forget()
}

func (a *actor) serveUntilPanic() {
	defer func() {
		if p := recover(); p != nil {
			a.log.Error("hunt panicked", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
			a.metrics.Panics.Inc()
			a.failServed()
			a.drop() // what it was doing may be half done: read it again
			a.alarm.lookAt = time.Now().Add(retryMost)
		}
	}()
	for !a.ended {
		a.sayKnown()
		a.arm()
		select {
		case r := <-a.mailbox:
			a.take(r)
		case <-a.bell.rung:
			a.answerBell()
		case <-a.alarm.timer.C:
			a.tick()
		case <-a.closing:
			a.finish()
			return
		}
	}
}

// sayKnown lets the look at all hunts know how far this node is.
func (a *actor) sayKnown() {
	if a.view == nil {
		return
	}
	if h, said := a.past.memory.head(), a.known.Load(); said == nil || *said != h {
		a.known.Store(&h)
	}
}

// finish serves what was accepted before the drain began.
func (a *actor) finish() {
	for {
		select {
		case r := <-a.mailbox:
			a.take(r)
		default:
			if a.past.lost != nil && a.ready() != nil {
				a.log.Error("stopped before all that the store lost was put back", zap.Int("left", len(a.past.lost.todo)))
			}
			a.ended = true
			return
		}
	}
}

// show sends the audience what has changed and is due.
func (a *actor) show(now time.Time) {
	if a.view != nil && a.past.lost == nil {
		a.audience.show(a.view, now)
	}
}
