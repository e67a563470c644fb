package actor

import (
	"slices"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/hunt"
)

const (
	// maxRecent is how many entries a hunt keeps in memory at least, for
	// sessions that resume and to put back what the store loses: minutes of a
	// busy hunt, 300 KB; twice as many at most.
	maxRecent = 1024
	// maxTail is how many entries are read with a hunt: what a store loses in a
	// failover, so that a node that was started just before can put it back.
	// Reading more would cost 2,000 idle hunts gigabytes.
	maxTail = 256
	// maxPending bounds the remembered claims that wait for an organizer.
	maxPending = 256
)

// past is what a hunt's goroutine knows of the hunt's history. It outlives the
// view: a panic or a lost history throws the view away, never this.
type past struct {
	memory  *memory
	journal *journal // of the memory; nil keeps none
	lost    *loss    // nil unless lost history is being put back
	before  *View    // the last view, while there is none
}

// recall begins with what an earlier process remembered of the hunt.
func (a *actor) recall() {
	a.past.memory = &memory{}
	if a.opts.Remember == "" || !hunt.ValidID(a.id) { // the id becomes the name of a file
		return
	}
	path := journalPath(a.opts.Remember, a.id)
	a.past.journal = &journal{path: path, log: a.log, failures: a.metrics.Forgetful}
	m, err := recall(path)
	if err != nil {
		a.log.Error("cannot remember all", zap.Error(err))
	}
	a.past.memory = m
}

// journalOn has the memory kept on disk from here on, if that is wanted.
func (p *past) journalOn() {
	p.memory.disk = p.journal
	p.memory.disk.renew()
	p.memory.flush()
}

// forget lets go of all that is known, on disk too.
func (p *past) forget() {
	p.memory, p.before = &memory{}, nil
	if p.journal != nil {
		p.journal.remove()
	}
}

// memory is what a node knows of a hunt's history, whatever becomes of the
// store: the last entries, without a gap, the definition, and the claims that
// it acknowledged as pending, which are in no entry.
type memory struct {
	base       game.Head // before the first entry; zero: nothing is known
	entries    []game.Entry
	definition *hunt.Definition
	phase      game.Phase // after the last entry
	frozen     bool
	pending    []game.Review
	disk       *journal // nil unless it is to outlive the process
}

// binned reports whether the hunt had been in the bin at now for longer than anyone
// can restore it.
func (m *memory) binned(now time.Time) bool {
	for _, n := range slices.Backward(m.entries) {
		switch n.Type {
		case game.Deleted:
			return now.UnixMilli()-n.At >= game.BinTime
		case game.Undeleted:
			return false
		}
	}
	return false
}

// head is the last entry that is known.
func (m *memory) head() game.Head {
	if n := len(m.entries); n > 0 {
		return headOf(&m.entries[n-1])
	}
	return m.base
}

func headOf(n *game.Entry) game.Head { return game.Head{Epoch: n.Epoch, Seq: n.Seq, Nonce: n.Nonce} }

// names reports whether the head names the entry.
func names(h game.Head, n *game.Entry) bool { return h == headOf(n) }

// add remembers the entry after the head.
func (m *memory) add(n *game.Entry) {
	if len(m.entries) == 2*maxRecent {
		m.base = headOf(&m.entries[maxRecent-1])
		m.entries = append(make([]game.Entry, 0, 2*maxRecent), m.entries[maxRecent:]...)
		m.disk.renew()
	}
	m.entries = append(m.entries, *n)
	switch n.Type {
	case game.Phased:
		m.phase, m.frozen = n.Phase, n.Frozen
	case game.Awarded:
		m.settled(n.Entrant, n.Challenge)
	}
	m.disk.entry(n)
}

// after returns the entries after seq up to upTo, and false when they do not
// all lie in memory.
func (m *memory) after(seq, upTo int64) ([]game.Entry, bool) {
	if seq < m.base.Seq || seq > upTo || upTo > m.head().Seq {
		return nil, false
	}
	return m.entries[seq-m.base.Seq : upTo-m.base.Seq], true
}

// common returns how many of the remembered entries are in a page of the
// ledger that begins with the entry that base names, −1 when not even that is.
func (m *memory) common(page []game.Entry) int {
	if m.base.Seq > 0 {
		if len(page) == 0 || !names(m.base, &page[0]) {
			return -1
		}
		page = page[1:]
	}
	for i := range m.entries {
		if i >= len(page) || !names(headOf(&m.entries[i]), &page[i]) {
			return i
		}
	}
	return len(m.entries)
}

// pend remembers a claim that was acknowledged as pending, instead of an older
// one of the same entrant and challenge.
func (m *memory) pend(r game.Review) {
	m.forget(r.Entrant, r.Challenge)
	m.pending = append(m.pending, r)
	m.pending = m.pending[max(0, len(m.pending)-maxPending):]
	m.disk.pending(&r)
}

// settled forgets the claim of an entrant and challenge: it was decided.
func (m *memory) settled(entrant, challenge string) {
	if m.forget(entrant, challenge) {
		m.disk.settled(entrant, challenge)
	}
}

func (m *memory) forget(entrant, challenge string) bool {
	had := len(m.pending)
	m.pending = slices.DeleteFunc(m.pending, func(r game.Review) bool {
		return r.Entrant == entrant && r.Challenge == challenge
	})
	return len(m.pending) < had
}

// flush writes to disk what was remembered since the last call.
func (m *memory) flush() { m.disk.flush(m) }

// define remembers the definition in force.
func (m *memory) define(d *hunt.Definition) {
	if m.definition == d {
		return
	}
	m.definition = d
	m.disk.definition(d)
}
