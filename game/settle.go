package game

import (
	"errors"
	"slices"
	"time"

	"go.uber.org/zap"

	"veltrix/game/hunt"
)

// ledgerPage is how many entries of other nodes are read at once.
const ledgerPage = 1000

// settle publishes what a commit did and answers its requests, in ledger
// order, and returns the requests that have to be judged again.
func (a *actor) settle(requests []*Request, res Result) []*Request {
	a.decided = time.Now()
	a.adopt(res)
	first := res.Seq + 1
	if len(res.Entries) > 0 {
		first = res.Entries[0].Seq
	}
	// What other nodes wrote before this commit comes first.
	entries := res.Entries
	a.behind = !a.readUpTo(first - 1)
	if a.behind {
		// The ledger cannot be read now. The replies stand; look() will read
		// these entries, too, and publish them then.
		entries, a.lookAt = nil, time.Now().Add(retryMost)
	} else {
		a.foldOwn(requests, res)
	}
	var stale []*Request
	for i, r := range requests {
		reply := res.Replies[i]
		if reply.Outcome == OutStale {
			stale = append(stale, r)
			continue
		}
		if !reply.made() {
			a.answer(r, reply)
			continue
		}
		entries = a.publishUntil(entries, reply.Seq, nil)
		if !a.behind {
			a.view.Seq = reply.Seq
		}
		a.answer(r, reply)
		end := res.Seq + 1
		for _, later := range res.Replies[i+1:] {
			if later.made() {
				end = later.Seq
				break
			}
		}
		entries = a.publishUntil(entries, end, r.Origin)
	}
	a.publishUntil(entries, res.Seq+1, nil)
	return stale
}

// made tells whether the command added to the ledger; Seq is its first entry.
func (r *Reply) made() bool {
	return !r.Replay && r.Seq != 0 && (r.Outcome == OutAwarded || r.Outcome == OutDone)
}

// adopt takes a new epoch over: the history that this node knew is void.
func (a *actor) adopt(res Result) {
	if res.Epoch == a.view.Epoch && res.Seq >= a.view.Seq {
		return
	}
	a.log.Error("the ledger's history was lost",
		zap.String("epoch", a.view.Epoch), zap.Int64("seq", a.view.Seq),
		zap.String("new_epoch", res.Epoch), zap.Int64("new_seq", res.Seq))
	v, err := a.load()
	if err != nil {
		a.behind = true
		return
	}
	a.view, a.behind = v, false
	a.boardDirty, a.standDirty = true, true
	a.pub.Reset(v)
}

// foldOwn brings the view up to the entries of a commit of this node.
func (a *actor) foldOwn(requests []*Request, res Result) {
	for i := range res.Entries {
		n := &res.Entries[i]
		if n.Seq <= a.view.folded {
			continue // the view was loaded after the commit
		}
		if n.Type == Defined {
			for j, r := range requests {
				if r.Command.Type == CmdDefine && res.Replies[j].Rev == n.Rev && !res.Replies[j].Replay {
					a.define(r.Command.Definition, n.Rev)
				}
			}
		}
		a.fold(n)
	}
}

func (a *actor) define(d *hunt.Definition, rev int64) {
	c := *d
	c.Rev = rev
	a.view.Definition, a.advance = &c, true
}

// redefine reads the definition in force after a stale reply.
func (a *actor) redefine() error {
	return a.retrying("load", func() error {
		sum, err := a.store.Load(a.ctx, a.id)
		if err == nil {
			a.view.Definition, a.advance = sum.Definition, true
		}
		return err
	})
}

// fold brings the view up to an entry and notes what has to be shown.
func (a *actor) fold(n *Entry) {
	hidden := a.view.shown != nil
	first := n.Type == Awarded && a.view.tallies[n.Challenge].Given == 0
	a.view.fold(n)
	if n.Type == Announced {
		return
	}
	a.standDirty = true
	a.boardDirty = a.boardDirty || !hidden || a.view.shown == nil || n.Type == Banned
	switch last := len(a.events) - 1; {
	case hidden:
	case n.Type == Awarded:
		a.events = append(a.events, Event{Entry: *n, First: first})
		if len(a.events) > maxTicker {
			a.events = a.events[1:]
			a.skipped++
		}
	case n.Type == Badged && last >= 0 && a.events[last].ID == n.ID && a.events[last].Entrant == n.Entrant:
		a.events[last].Badges = append(a.events[last].Badges, n.Badge)
	case n.Type == Banned:
		a.events = slices.DeleteFunc(a.events, func(e Event) bool { return e.Entrant == n.Entrant })
	}
}

// publishUntil publishes entries below seq and returns the rest.
func (a *actor) publishUntil(entries []Entry, seq int64, origin any) []Entry {
	for len(entries) > 0 && entries[0].Seq < seq {
		n := &entries[0]
		a.view.Seq = max(a.view.Seq, n.Seq)
		entries = entries[1:]
		a.pub.Entry(a.view, n, entries, origin)
	}
	return entries
}

// readUpTo folds and publishes entries that others made, up to seq. It
// returns false when the ledger could not be read.
func (a *actor) readUpTo(seq int64) bool {
	for a.view.Seq < seq {
		entries, err := a.store.Ledger(a.ctx, a.id, a.view.Seq, int(min(ledgerPage, seq-a.view.Seq)))
		if err != nil || len(entries) == 0 {
			a.log.Warn("cannot read the ledger", zap.Int64("after", a.view.Seq), zap.Error(err))
			return false
		}
		if !a.foldForeign(entries) {
			return false
		}
	}
	return true
}

func (a *actor) foldForeign(entries []Entry) bool {
	for i := range entries {
		n := &entries[i]
		if n.Seq > a.view.folded {
			if n.Type == Defined && a.view.Definition.Rev < n.Rev {
				if a.redefine() != nil {
					return false
				}
			}
			a.fold(n)
		}
		a.view.Seq = n.Seq
		a.pub.Entry(a.view, n, entries[i+1:], nil)
	}
	return true
}

// ringUpTo says that the ledger has grown up to seq. Anyone may call it.
func (a *actor) ringUpTo(seq int64) {
	for {
		was := a.rung.Load()
		if was >= seq || a.rung.CompareAndSwap(was, seq) {
			break
		}
	}
	select {
	case a.bell <- struct{}{}:
	default: // rung already
	}
}

// answerBell looks at the ledger unless the bell rang for what this node knows,
// such as its own commits.
func (a *actor) answerBell() {
	if seq := a.rung.Swap(0); seq == always || a.view == nil || seq > a.view.Seq {
		a.look()
	}
}

// look reads what others have added to the ledger.
func (a *actor) look() {
	a.lookAt = time.Now().Add(a.opts.Look)
	if a.view == nil {
		return
	}
	for {
		entries, err := a.store.Ledger(a.ctx, a.id, a.view.Seq, ledgerPage)
		if err != nil {
			a.log.Warn("cannot look at the ledger", zap.Error(err))
			return
		}
		if len(entries) == 0 {
			a.behind = false
			break
		}
		if entries[0].Epoch != a.view.Epoch {
			a.adopt(Result{Epoch: entries[0].Epoch, Seq: entries[len(entries)-1].Seq})
			break
		}
		if !a.foldForeign(entries) {
			return
		}
	}
	a.publish(time.Now())
}

// tick does what time brings: the schedule, boards, standings, a look.
func (a *actor) tick() {
	now := time.Now()
	if err := a.ensure(); err != nil {
		a.lookAt = now.Add(a.opts.Look)
		a.ended = errors.Is(err, ErrUnknownHunt) && a.retire(a)
		return
	}
	a.runSchedule(now)
	if a.behind || !now.Before(a.lookAt) {
		a.look()
	}
	a.publish(now)
	if a.unused(now) {
		a.ended = a.retire(a)
	}
}

// runSchedule asks the store to move the hunt when something is due by what
// is known here. The store's clock decides, so it is asked again after a
// little when nothing came of it.
func (a *actor) runSchedule(now time.Time) {
	due := a.view.due()
	if !a.advance && (due == 0 || now.Add(a.skew).Before(time.UnixMilli(due))) || now.Before(a.retryAt) {
		return
	}
	a.retryAt, a.advance = now.Add(a.opts.BoardInterval), false
	a.batch = a.batch[:0]
	a.cmds = append(a.cmds[:0], Command{Type: CmdAdvance, Rev: a.view.Definition.Rev})
	res, err := a.commit(a.view.Definition, a.cmds)
	if err != nil {
		a.advance = true
		return
	}
	asked := &Request{Command: a.cmds[0], Done: func(*View, Reply) {}}
	if stale := a.settle([]*Request{asked}, res); len(stale) > 0 && a.redefine() != nil {
		a.advance = true
	}
}

func (a *actor) unused(now time.Time) bool {
	if a.pub.Audience(a.id) > 0 || a.view.due() != 0 {
		a.usedAt = now
		return false
	}
	return now.Sub(a.usedAt) >= a.opts.Idle
}

// publish shows the board and the standings when they have changed and their
// time has come.
func (a *actor) publish(now time.Time) {
	if a.view == nil {
		return
	}
	if a.pub.Audience(a.id) == 0 {
		a.boardDirty, a.standDirty = false, false
		a.events, a.skipped = a.events[:0], 0
		return
	}
	if a.boardDirty && now.Sub(a.boardAt) >= a.opts.BoardInterval {
		a.pub.Board(a.view, a.events, a.skipped)
		a.boardDirty, a.boardAt = false, now
		a.events, a.skipped = a.events[:0], 0
	}
	if a.standDirty && now.Sub(a.standAt) >= a.opts.StandingInterval {
		a.pub.Standings(a.view)
		a.standDirty, a.standAt = false, now
	}
}

// arm sets the timer to what comes next.
func (a *actor) arm() {
	now := time.Now()
	next := a.lookAt
	earlier := func(t time.Time) {
		if t.Before(next) {
			next = t
		}
	}
	if a.boardDirty {
		earlier(a.boardAt.Add(a.opts.BoardInterval))
	}
	if a.standDirty {
		earlier(a.standAt.Add(a.opts.StandingInterval))
	}
	if a.view != nil {
		if a.advance {
			earlier(a.retryAt)
		}
		if due := a.view.due(); due != 0 {
			at := time.UnixMilli(due).Add(-a.skew)
			if at.Before(a.retryAt) {
				at = a.retryAt
			}
			earlier(at)
		}
	}
	a.timer.Reset(max(0, next.Sub(now)))
}
