package actor

import (
	"time"

	"veltrix/game"
)

// alarm is when a hunt's goroutine wakes without being asked. It belongs to that
// goroutine.
//
// Guarantees:
//   - A hunt whose schedule is due asks the store until the store has moved it:
//     the store's clock decides, and this node's may be ahead. A freeze that was
//     planned for before the ledger's head is left to the next commit.
//   - The timer also goes off when the hunt may fall asleep (sleep.go).
type alarm struct {
	timer   *time.Timer
	lookAt  time.Time       // when to look at the ledger without being rung for; zero never
	usedAt  time.Time       // when somebody last used the hunt
	askAt   time.Time       // the store is not asked about the schedule before
	advance bool            // the definition changed: the schedule may be due at once
	finish  map[string]bool // entrants that may have finished by what was skipped for all
}

// arm sets the timer to what comes next.
func (a *actor) arm() {
	now := time.Now()
	next := a.alarm.usedAt.Add(a.opts.Idle)
	if a.view == nil || a.past.lost != nil {
		if a.alarm.lookAt.IsZero() {
			a.alarm.lookAt = now.Add(retryMost)
		}
		next = a.alarm.lookAt
	} else {
		a.wakers(func(t time.Time) {
			if t.Before(next) {
				next = t
			}
		})
	}
	a.alarm.timer.Reset(max(0, next.Sub(now)))
}

// wakers calls at with each time at which an open hunt has something to do.
func (a *actor) wakers(at func(time.Time)) {
	if !a.alarm.lookAt.IsZero() {
		at(a.alarm.lookAt)
	}
	a.audience.next(at)
	if a.alarm.advance || len(a.alarm.finish) > 0 {
		at(a.alarm.askAt)
	}
	if due := a.view.due(); due != 0 {
		t := time.UnixMilli(due).Add(-a.keeper.clock.ahead())
		if t.Before(a.alarm.askAt) {
			t = a.alarm.askAt
		}
		at(t)
	}
}

// tick does what time brings: a look, the schedule, boards, standings, sleep.
func (a *actor) tick() {
	now := time.Now()
	if !a.alarm.lookAt.IsZero() && !now.Before(a.alarm.lookAt) {
		a.look()
	}
	if a.view == nil || a.past.lost != nil {
		return
	}
	a.runSchedule(now)
	a.lookFinished(now)
	a.show(now)
	if a.unused(now) {
		a.ended = a.retire(a)
	}
}

// runSchedule asks the store to move the hunt when something is due by what is
// known here. The store's clock decides, so it is asked again after a little
// when nothing came of it.
func (a *actor) runSchedule(now time.Time) {
	due := a.view.due()
	later := due == 0 || now.Add(a.keeper.clock.ahead()).Before(time.UnixMilli(due))
	if later && !a.alarm.advance || now.Before(a.alarm.askAt) {
		return
	}
	a.alarm.askAt, a.alarm.advance = now.Add(a.opts.BoardInterval), false
	a.served.batch = a.served.batch[:0]
	a.served.cmds = append(a.served.cmds[:0], game.Command{Type: game.CmdAdvance, Rev: a.view.Definition.Rev})
	asked := &Request{Command: a.served.cmds[0], Done: func(*View, game.Reply) {}}
	stale, err := a.decide([]*Request{asked})
	if err == nil && len(stale) > 0 {
		err = a.redefine()
	}
	if err != nil {
		a.alarm.advance = true
	}
	if a.view == nil {
		a.alarm.lookAt = now
	}
}

// mayFinish notes entrants that are to be asked about once something is skipped for
// all: that commit looks at nobody.
func (a *actor) mayFinish(entrants ...string) {
	if a.view != nil && a.view.Definition.Finish != nil && len(a.view.Skips) > 0 {
		if a.alarm.finish == nil {
			a.alarm.finish = map[string]bool{}
		}
		for _, id := range entrants {
			a.alarm.finish[id] = true
		}
	}
}

// lookFinished asks the store about a batch of those that may have finished.
func (a *actor) lookFinished(now time.Time) {
	if len(a.alarm.finish) == 0 || a.view == nil || now.Before(a.alarm.askAt) {
		return
	}
	var requests []*Request
	a.served.batch, a.served.cmds = a.served.batch[:0], a.served.cmds[:0]
	for id := range a.alarm.finish {
		if len(requests) == game.MaxBatch {
			break
		}
		cmd := game.Command{Type: game.CmdAdvance, Entrant: id, Rev: a.view.Definition.Rev}
		a.served.cmds = append(a.served.cmds, cmd)
		requests = append(requests, &Request{Command: cmd, Done: func(*View, game.Reply) {}})
	}
	stale, err := a.decide(requests)
	if err == nil && len(stale) > 0 {
		err = a.redefine()
	}
	if err != nil || len(stale) > 0 {
		a.alarm.askAt = now.Add(a.opts.BoardInterval) // again in a moment
		if a.view == nil {
			a.alarm.lookAt = now
		}
		return
	}
	for _, r := range requests {
		delete(a.alarm.finish, r.Command.Entrant)
	}
}
