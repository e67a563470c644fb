package actor

import (
	"cmp"
	"errors"
	"fmt"

	"veltrix/game"
	"veltrix/game/hunt"
)

// errLost means that the ledger no longer has the entry that this node knows
// as its head, or that it is in another epoch: whatever the store said has to
// wait until the hunt was opened again.
var errLost = errors.New("the history that this node knows was lost")

// ready opens the hunt when it is not open and puts back what was lost. When
// it returns nil, the view is that of the ledger and commands may be decided.
func (a *actor) ready() error {
	for range maxRejudge {
		if a.view == nil {
			if err := a.keeper.retrying("load", a.open); err != nil {
				return err
			}
		}
		if a.past.lost == nil {
			return nil
		}
		if err := a.heal(); !errors.Is(err, errLost) {
			return err
		}
	}
	return fmt.Errorf("%w: history is lost again and again", game.ErrUnavailable)
}

// open reads the hunt and compares it with what this node remembers of it. What
// was lost is in a.past.lost then.
func (a *actor) open() error {
	v, err := a.keeper.load()
	if errors.Is(err, game.ErrUnknownHunt) && a.past.memory.binned(a.keeper.clock.Now()) {
		a.past.forget() // it was removed for good, and not lost
		return err
	}
	if errors.Is(err, game.ErrUnknownHunt) && a.past.memory.definition != nil {
		return a.startEpoch(nil, game.Command{Type: game.CmdDefine, Definition: a.past.memory.definition, By: Recovery})
	}
	if err != nil {
		return err
	}
	known := a.past.memory.head()
	if known == (game.Head{}) {
		a.begin(v)
		return nil
	}
	from := max(known.Seq, v.folded-maxRecent)
	trail, err := a.keeper.trail(v, from)
	if err != nil {
		return err
	}
	kept := len(trail) > 0 && names(known, &trail[0])
	if from > known.Seq { // it was away for long: what lies between is of no use
		if kept, err = a.keeper.has(known); err != nil {
			return err
		}
	}
	switch {
	case kept && v.Epoch == known.Epoch:
		a.remember(trail, from, known)
		a.start(v)
		return nil
	case !kept && !newer(v.Epoch, known.Epoch):
		return a.startEpoch(v.Definition, game.Command{Type: game.CmdAdvance, Rev: v.Definition.Rev})
	}
	return a.lose(v, known)
}

// begin starts the memory of a hunt that this node knows nothing of.
func (a *actor) begin(v *View) {
	m := a.past.memory
	if m.entries = v.tail; v.tail[0].Seq > 1 {
		m.base, m.entries = headOf(&v.tail[0]), v.tail[1:]
	}
	m.phase, m.frozen = v.Phase, v.Frozen
	a.start(v)
}

// remember takes into the memory what was added after the known entry while this node was
// not looking. The trail begins at from.
func (a *actor) remember(trail []game.Entry, from int64, known game.Head) {
	m := a.past.memory
	if from > known.Seq {
		m.base, m.entries = headOf(&trail[0]), nil
		m.disk.renew()
	}
	for i := range trail[1:] {
		m.add(&trail[1+i])
	}
}

// start takes a view over and brings the audience up to it.
func (a *actor) start(v *View) {
	v.memory, v.counts, v.tail = a.past.memory, a.counts, nil
	a.view, a.past.before = v, nil
	a.past.memory.define(v.Definition)
	if a.past.lost == nil && a.past.memory.disk == nil {
		a.past.journalOn()
	}
	a.audience.begin(v)
}

// drop forgets the view, which is to be read again.
func (a *actor) drop() {
	if a.view != nil {
		a.audience.seq, a.past.before, a.view = a.view.Seq, a.view, nil
	}
}

// startEpoch has the store start a new epoch, since it lost what this node
// knows, and opens the hunt again.
func (a *actor) startEpoch(d *hunt.Definition, c game.Command) error {
	known := a.past.memory.head()
	known.Forked = d != nil
	if err := a.keeper.startEpoch(d, known, c); err != nil {
		return err
	}
	return a.open()
}

// newer compares epochs, which are decimal numbers.
func newer(a, b string) bool {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) > 0
}
