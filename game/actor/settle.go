package actor

import (
	"errors"
	"time"

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
		entries = a.audience.until(a.view, entries, reply.Seq, nil)
		a.view.Seq = max(a.view.Seq, reply.Seq)
		a.answer(r, reply)
		end := res.Seq + 1
		for _, later := range res.Replies[i+1:] {
			if made(&later) {
				end = later.Seq
				break
			}
		}
		entries = a.audience.until(a.view, entries, end, r.Origin)
	}
	a.audience.until(a.view, entries, res.Seq+1, nil)
	return stale
}

// made reports whether the command added to the ledger; Seq is its first entry.
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
					d := *r.Command.Definition
					d.Rev = n.Rev
					a.define(&d)
				}
			}
		}
		a.fold(n)
	}
}

// fold brings the view up to an entry and notes what has to be shown.
func (a *actor) fold(n *game.Entry) {
	hid := a.view.frozenBoard != nil
	first := n.Type == game.Awarded && a.view.tallies[n.Challenge].Given == 0
	a.view.fold(n)
	a.audience.note(n, first, hid, a.view.frozenBoard != nil)
}

// define takes over the definition in force.
func (a *actor) define(d *hunt.Definition) {
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
