package actor

import (
	"errors"
	"slices"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/hunt"
)

// ledgerPage is how many entries of other nodes are read at once.
const ledgerPage = 1000

// decide commits a.cmds, the commands of the requests, publishes what came of
// them and answers. It returns the requests that have to be judged again. With
// an error none was answered; when it is errLost, the hunt has to be made
// ready first.
func (a *actor) decide(requests []*Request) ([]*Request, error) {
	// gofail: var judged struct{}

	res, err := a.commit(a.view.Definition, a.cmds)
	// gofail: var storeExecuted struct{}

	if err == nil {
		err = a.comeUpTo(&res)
	}
	if errors.Is(err, errLost) || errors.Is(err, game.ErrUnknownHunt) {
		a.drop()
		return nil, errLost
	}
	if err != nil {
		return nil, err
	}
	return a.settle(requests, res), nil
}

// comeUpTo publishes what other nodes wrote before a commit. An award is
// acknowledged only when this node knows all that led to it, so that it can
// put back what it acknowledged.
func (a *actor) comeUpTo(res *game.Result) error {
	if res.Epoch != a.view.Epoch || res.Seq < a.view.folded {
		return errLost
	}
	for len(res.Entries) > 0 && res.Entries[0].Seq <= a.view.folded {
		res.Entries = res.Entries[1:] // read from the ledger, behind a commit whose reply was lost
	}
	first := res.Seq + 1
	if len(res.Entries) > 0 {
		first = res.Entries[0].Seq
	}
	if first <= a.view.folded+1 {
		return nil
	}
	err := a.retrying("read", func() error { return a.readUpTo(first - 1) })
	if err != nil {
		a.lookAt = time.Now().Add(retryMost)
	}
	return err
}

// settle publishes what a commit did and answers its requests, in ledger
// order, and returns the requests that have to be judged again.
func (a *actor) settle(requests []*Request, res game.Result) []*Request {
	a.decided = time.Now()
	entries := res.Entries
	a.foldOwn(requests, res)
	a.memory.disk.flush(a.memory)
	var stale []*Request
	for i, r := range requests {
		reply := res.Replies[i]
		if reply.Outcome == game.OutStale {
			stale = append(stale, r)
			continue
		}
		if !made(&reply) {
			a.answer(r, reply)
			continue
		}
		entries = a.publishUntil(entries, reply.Seq, nil)
		a.view.Seq = max(a.view.Seq, reply.Seq)
		a.answer(r, reply)
		end := res.Seq + 1
		for _, later := range res.Replies[i+1:] {
			if made(&later) {
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
func made(r *game.Reply) bool {
	return !r.Replay && r.Seq != 0 && (r.Outcome == game.OutAwarded || r.Outcome == game.OutDone)
}

// foldOwn brings the view up to the entries of a commit of this node.
func (a *actor) foldOwn(requests []*Request, res game.Result) {
	for i := range res.Entries {
		n := &res.Entries[i]
		if n.Type == game.Defined {
			for j, r := range requests {
				if r.Command.Type == game.CmdDefine && res.Replies[j].Rev == n.Rev && !res.Replies[j].Replay {
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
	a.inForce(&c)
}

func (a *actor) inForce(d *hunt.Definition) {
	a.view.Definition, a.advance = d, true
	a.memory.define(d)
}

// redefine reads the definition in force after a stale reply.
func (a *actor) redefine() error {
	return a.retrying("load", func() error {
		sum, err := a.store.Load(a.ctx, a.id)
		if err == nil {
			a.inForce(sum.Definition)
		}
		return err
	})
}

// fold brings the view up to an entry and notes what has to be shown.
func (a *actor) fold(n *game.Entry) {
	hidden := a.view.shown != nil
	first := n.Type == game.Awarded && a.view.tallies[n.Challenge].Given == 0
	a.view.fold(n)
	if n.Type == game.Announced {
		return
	}
	a.standDirty = true
	if !hidden || a.view.shown == nil || n.Type == game.Banned {
		a.boardDirty, a.tickerDirty = true, true
	}
	switch last := len(a.events) - 1; {
	case hidden:
	case n.Type == game.Awarded:
		a.events = append(a.events, Event{Entry: *n, First: first})
		if len(a.events) > maxTicker {
			a.events = a.events[1:]
			a.skipped++
		}
	case n.Type == game.Badged && last >= 0 && a.events[last].ID == n.ID && a.events[last].Entrant == n.Entrant:
		a.events[last].Badges = append(a.events[last].Badges, n.Badge)
	case n.Type == game.Banned:
		a.events = slices.DeleteFunc(a.events, func(e Event) bool { return e.Entrant == n.Entrant })
	}
}

// publishUntil publishes entries below seq and returns the rest.
func (a *actor) publishUntil(entries []game.Entry, seq int64, origin any) []game.Entry {
	for len(entries) > 0 && entries[0].Seq < seq {
		n := &entries[0]
		a.view.Seq = max(a.view.Seq, n.Seq)
		entries = entries[1:]
		a.pub.Entry(a.view, n, entries, origin)
	}
	return entries
}

// readUpTo folds and publishes entries that others made, up to seq or, with
// always, up to the head. It reads from the last known entry on and returns
// errLost when that is not what it was.
func (a *actor) readUpTo(seq int64) error {
	for {
		known := a.memory.head()
		entries, err := a.store.Ledger(a.ctx, a.id, known.Seq-1, int(min(ledgerPage, seq-known.Seq))+1)
		switch {
		case errors.Is(err, game.ErrUnknownHunt):
			return errLost
		case err != nil:
			return err
		case len(entries) == 0 || !names(known, &entries[0]):
			return errLost
		}
		if err := a.foldForeign(entries[1:]); err != nil {
			return err
		}
		if len(entries) == 1 && seq != always {
			return errLost // it had more a moment ago
		}
		if len(entries) == 1 || a.view.folded >= seq {
			return nil
		}
	}
}

func (a *actor) foldForeign(entries []game.Entry) error {
	for i := range entries {
		n := &entries[i]
		if n.Epoch != a.view.Epoch {
			return errLost
		}
		if n.Type == game.Defined && a.view.Definition.Rev < n.Rev {
			if err := a.redefine(); err != nil {
				return err
			}
		}
		a.fold(n)
		a.view.Seq = n.Seq
		a.pub.Entry(a.view, n, entries[i+1:], nil)
	}
	a.memory.disk.flush(a.memory)
	return nil
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

// look reads the hunt, or what others have added to the ledger.
func (a *actor) look() {
	a.lookAt = time.Time{}
	if a.view != nil && a.lost == nil {
		err := a.readUpTo(always)
		if err != nil && !errors.Is(err, errLost) {
			a.log.Warn("cannot look at the ledger", zap.Error(err))
			a.lookAt = time.Now().Add(retryMost)
			return
		}
		if err != nil {
			a.drop()
		}
	}
	if err := a.ready(); err != nil {
		a.lookAt = time.Now().Add(a.opts.Look)
		a.ended = errors.Is(err, game.ErrUnknownHunt) && a.retire(a)
	}
}

// tick does what time brings: a look, the schedule, boards, standings.
func (a *actor) tick() {
	now := time.Now()
	if !a.lookAt.IsZero() && !now.Before(a.lookAt) {
		a.look()
	}
	if a.view == nil || a.lost != nil {
		return
	}
	a.runSchedule(now)
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
	a.cmds = append(a.cmds[:0], game.Command{Type: game.CmdAdvance, Rev: a.view.Definition.Rev})
	asked := &Request{Command: a.cmds[0], Done: func(*View, game.Reply) {}}
	stale, err := a.decide([]*Request{asked})
	if err == nil && len(stale) > 0 {
		err = a.redefine()
	}
	if err != nil {
		a.advance = true
	}
	if a.view == nil {
		a.lookAt = now
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
	if a.view == nil || a.lost != nil {
		return
	}
	if a.pub.Audience(a.id) == 0 {
		a.boardDirty, a.tickerDirty, a.standDirty = false, false, false
		a.events, a.skipped = a.events[:0], 0
		return
	}
	ticker := a.tickerDirty && now.Sub(a.tickerAt) >= a.opts.TickerInterval
	if (a.boardDirty || ticker) && now.Sub(a.boardAt) >= a.boardInterval() {
		if ticker {
			a.pub.Ticker(a.view, a.events, a.skipped)
			a.events, a.skipped = a.events[:0], 0
			a.tickerDirty, a.tickerAt = false, now
		}
		a.pub.Board(a.view, ticker)
		a.boardDirty, a.boardAt = false, now
	}
	if a.standDirty && now.Sub(a.standAt) >= a.opts.StandingInterval {
		a.pub.Standings(a.view)
		a.standDirty, a.standAt = false, now
	}
}

// boardInterval is the least time between two boards: with many watchers, the
// time in which one is written, since whoever misses one needs the next in full.
// A fan-out that was held up for long must not silence the boards.
func (a *actor) boardInterval() time.Duration {
	return max(a.opts.BoardInterval, min(a.pub.FanOut(), longestRest))
}

// arm sets the timer to what comes next.
func (a *actor) arm() {
	now := time.Now()
	next := a.usedAt.Add(a.opts.Idle)
	earlier := func(t time.Time) {
		if t.Before(next) {
			next = t
		}
	}
	if a.view == nil || a.lost != nil {
		if a.lookAt.IsZero() {
			a.lookAt = now.Add(retryMost)
		}
		next = a.lookAt
	} else {
		a.armOpen(earlier)
	}
	a.timer.Reset(max(0, next.Sub(now)))
}

func (a *actor) armOpen(earlier func(time.Time)) {
	if !a.lookAt.IsZero() {
		earlier(a.lookAt)
	}
	board := a.boardAt.Add(a.boardInterval())
	if a.boardDirty {
		earlier(board)
	}
	if a.tickerDirty {
		ticker := a.tickerAt.Add(a.opts.TickerInterval)
		if ticker.Before(board) {
			ticker = board
		}
		earlier(ticker)
	}
	if a.standDirty {
		earlier(a.standAt.Add(a.opts.StandingInterval))
	}
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
