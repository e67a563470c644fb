package actor

import (
	"errors"
	"maps"
	"slices"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/hunt"
)

// decide commits a.served.cmds, the commands of the requests, publishes what
// came of them and answers. It returns the requests that have to be judged
// again. With an error none was answered; when it is errLost, the hunt has to be
// made ready first.
func (a *actor) decide(requests []*Request) ([]*Request, error) {
	// gofail: var judged struct{}

	res, err := a.keeper.commit(a.view.Definition, a.past.memory.head(), a.served.cmds)
	// gofail: var storeExecuted struct{}

	if err == nil {
		err = a.followUpTo(&res)
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

// settle publishes what a commit did and answers its requests, in ledger order,
// and returns the requests that have to be judged again. The session that made
// an entry gets its reply instead of the entry, right where the entry goes out
// to the others.
func (a *actor) settle(requests []*Request, res game.Result) []*Request {
	a.served.decided = time.Now()
	entries := res.Entries
	a.foldOwn(requests, res)
	a.past.memory.flush()
	first := res.Seq + 1
	if len(entries) > 0 {
		first = entries[0].Seq
	}
	var stale []*Request
	for i, r := range requests {
		reply := res.Replies[i]
		if reply.Outcome == game.OutStale {
			stale = append(stale, r)
			continue
		}
		if !made(&reply, first) {
			a.answer(r, reply)
			continue
		}
		entries = a.audience.until(a.view, entries, reply.Seq, nil)
		a.view.Seq = max(a.view.Seq, reply.Seq)
		a.answer(r, reply)
		end := res.Seq + 1
		for _, later := range res.Replies[i+1:] {
			if made(&later, first) {
				end = later.Seq
				break
			}
		}
		entries = a.audience.until(a.view, entries, end, r.Origin)
	}
	a.audience.until(a.view, entries, res.Seq+1, nil)
	return stale
}

// made reports whether the command added to the ledger, whose new entries begin
// with first. Seq is the entry that its reply is about: before it there is at most
// the rejection of a review.
func made(r *game.Reply, first int64) bool {
	if r.Replay || r.Seq < first {
		return false
	}
	switch r.Outcome {
	case game.OutAwarded, game.OutDone, game.OutPending, game.OutWrong:
		return true
	}
	return false
}

// foldOwn brings the view up to the entries of a commit of this node.
func (a *actor) foldOwn(requests []*Request, res game.Result) {
	for i := range res.Entries {
		n := &res.Entries[i]
		if n.Type == game.Defined {
			for j, r := range requests {
				if r.Command.Type == game.CmdDefine && res.Replies[j].Rev == n.Rev && !res.Replies[j].Replay {
					d := *r.Command.Definition
					d.Rev = n.Rev
					a.define(&d)
				}
			}
		}
		a.fold(n)
		if n.Type == game.Skipped && n.Entrant == "" { // one node asks about all; others about who is there
			a.mayFinish(slices.Collect(maps.Keys(a.view.live.rows))...)
			a.mayFinish(slices.Collect(maps.Keys(a.view.live.out))...)
		}
	}
}

// fold brings the view up to an entry and notes what has to be shown.
func (a *actor) fold(n *game.Entry) {
	hid := a.view.frozenBoard != nil
	first := n.Type == game.Awarded && a.view.tallies[n.Challenge].Given == 0
	a.view.fold(n)
	if n.Type == game.Skipped && n.Entrant == "" {
		a.mayFinish(a.audience.pub.Present(a.id)...)
	}
	row := a.view.live.row(n.Entrant)
	a.audience.note(n, noted{first: first, hid: hid, hides: a.view.frozenBoard != nil, out: row != nil && row.Out})
}

// maxOlder bounds the definitions that a view keeps besides the one in force:
// for hints that were bought as they were then.
const maxOlder = 16

// keepOlder keeps a definition that was in force.
func (v *View) keepOlder(d *hunt.Definition) {
	if v.older == nil {
		v.older = map[int64]*hunt.Definition{}
	}
	for rev := range v.older {
		if len(v.older) < maxOlder {
			break
		}
		delete(v.older, rev)
	}
	v.older[d.Rev] = d
}

// learn reads the definitions that an entrant's hints were bought under, as far as
// they are not known here. Without one its hints have the text of now.
func (a *actor) learn(revs ...int64) {
	for _, rev := range revs {
		if rev == 0 || a.view == nil || a.view.Revision(rev) != nil {
			continue
		}
		d, err := a.keeper.store.Definition(a.keeper.ctx, a.id, rev)
		if err != nil {
			a.log.Warn("cannot read an older hunt file", zap.Int64("rev", rev), zap.Error(err))
			continue
		}
		a.view.keepOlder(d)
	}
}

// define takes over the definition in force.
func (a *actor) define(d *hunt.Definition) {
	a.view.keepOlder(a.view.Definition)
	a.view.revisions.learn(a.view.Definition, d)
	a.view.Definition, a.alarm.advance = d, true
	a.past.memory.define(d)
}

// redefine reads the definition in force after a stale reply.
func (a *actor) redefine() error {
	d, err := a.keeper.definition()
	if err == nil {
		a.define(d)
	}
	return err
}
