package actor

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

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
			if err := a.retrying("load", a.open); err != nil {
				return err
			}
		}
		if a.lost == nil {
			return nil
		}
		if err := a.heal(); !errors.Is(err, errLost) {
			return err
		}
	}
	return fmt.Errorf("%w: history is lost again and again", game.ErrUnavailable)
}

// open reads the hunt and compares it with what this node remembers of it.
// What was lost is in a.lost then.
func (a *actor) open() error {
	v, err := a.load()
	if errors.Is(err, game.ErrUnknownHunt) && a.memory.definition != nil {
		return a.startEpoch(nil, game.Command{Type: game.CmdDefine, Definition: a.memory.definition, By: Recovery})
	}
	if err != nil {
		return err
	}
	known := a.memory.head()
	if known == (game.Head{}) {
		a.begin(v)
		return nil
	}
	from := max(known.Seq, v.folded-maxRecent)
	trail, err := a.trail(v, from)
	if err != nil {
		return err
	}
	kept := len(trail) > 0 && names(known, &trail[0])
	if from > known.Seq { // it was away for long: what lies between is of no use
		if kept, err = a.has(known); err != nil {
			return err
		}
	}
	switch {
	case kept && v.Epoch == known.Epoch:
		a.follow(trail, from, known)
		a.start(v)
		return nil
	case !kept && !newer(v.Epoch, known.Epoch):
		return a.startEpoch(v.Definition, game.Command{Type: game.CmdAdvance, Rev: v.Definition.Rev})
	}
	return a.lose(v, known)
}

// load reads the hunt when it is its turn.
func (a *actor) load() (*View, error) {
	select {
	case a.loads <- struct{}{}:
		defer func() { <-a.loads }()
	case <-a.ctx.Done():
		return nil, fmt.Errorf("load hunt %s: %w", a.id, a.ctx.Err())
	}
	return load(a.ctx, a.store, a.id)
}

// begin starts the memory of a hunt that this node knows nothing of.
func (a *actor) begin(v *View) {
	m := a.memory
	if m.entries = v.tail; v.tail[0].Seq > 1 {
		m.base, m.entries = headOf(&v.tail[0]), v.tail[1:]
	}
	m.phase, m.frozen = v.Phase, v.Frozen
	a.start(v)
}

// follow remembers what was added after the known entry while this node was
// not looking. The trail begins at from.
func (a *actor) follow(trail []game.Entry, from int64, known game.Head) {
	m := a.memory
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
	v.memory, v.counts, v.tail = a.memory, a.counts, nil
	a.view, a.before = v, nil
	a.boardDirty, a.tickerDirty, a.standDirty = true, true, true
	a.events, a.skipped = nil, 0
	a.memory.define(v.Definition)
	if a.lost == nil && a.memory.disk == nil {
		a.journalOn()
	}
	switch missed, ok := v.After(a.published); {
	case a.shown == "": // nobody was shown anything
	case a.shown != v.Epoch || !ok:
		a.pub.Reset(v)
	default: // a panic came between
		v.Seq = a.published
		a.publishUntil(slices.Clone(missed), v.folded+1, nil)
	}
	a.shown = v.Epoch
}

// drop forgets the view, which is to be read again.
func (a *actor) drop() {
	if a.view != nil {
		a.published, a.before, a.view = a.view.Seq, a.view, nil
	}
}

// journalOn has the memory kept on disk from here on, if that is wanted.
func (a *actor) journalOn() {
	a.memory.disk = a.journal
	a.memory.disk.renew()
	a.memory.disk.flush(a.memory)
}

// startEpoch has the store start a new epoch, since it lost what this node
// knows. It returns an error that makes the hunt be opened again.
func (a *actor) startEpoch(d *hunt.Definition, c game.Command) error {
	known := a.memory.head()
	known.Forked = d != nil
	res, err := a.store.Commit(a.ctx, a.id, d, known, []game.Command{c})
	if err != nil {
		return err
	}
	if !newer(res.Epoch, known.Epoch) {
		return fmt.Errorf("hunt %s: the store lost entry %d of epoch %s and stays in epoch %s", a.id, known.Seq, known.Epoch, res.Epoch)
	}
	return a.open()
}

// newer compares epochs, which are decimal numbers.
func newer(a, b string) bool {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) > 0
}

// trail reads the ledger from an entry on up to the head of a view.
func (a *actor) trail(v *View, from int64) ([]game.Entry, error) {
	from = max(1, from)
	var trail []game.Entry
	for next := from; next <= v.folded; next = from + int64(len(trail)) {
		page, err := a.store.Ledger(a.ctx, a.id, next-1, int(min(ledgerPage, v.folded-next+1)))
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			return nil, errMoved
		}
		trail = append(trail, page...)
	}
	if n := len(trail); n > 0 && !names(v.loaded, &trail[n-1]) {
		return nil, errMoved
	}
	return trail, nil
}

// has tells whether the ledger has the entry of a head.
func (a *actor) has(h game.Head) (bool, error) {
	page, err := a.store.Ledger(a.ctx, a.id, h.Seq-1, 1)
	return err == nil && len(page) > 0 && names(h, &page[0]), err
}
