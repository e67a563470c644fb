package actor

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/google/uuid"

	"veltrix/game"
	"veltrix/game/hunt"
)

// loss is lost history that is being put back. It is kept until all of it was
// decided, whatever fails meanwhile.
type loss struct {
	since   time.Time // when this node noticed
	known   game.Head // what this node knew last
	fork    int64     // seq of the last entry that both histories have, −1 when this node remembers none
	unknown seqs      // of the lost entries that this node does not remember

	todo     []game.Command // what waits to be put back, in order
	size     int            // commands in a batch; 1 after a batch that failed for good
	tries    int            // of the batch under way
	again    time.Time      // the batch is not to be tried before
	inRow    int            // commands given up since one succeeded
	restored int
	present  int // were there
	givenUp  int
	reasons  []string // why, of the first given up
}

// seqs are the numbers of lost entries from one to another; 0, 0 are none, and
// 0, n are some up to n: it is not known which.
type seqs struct{ from, to int64 }

// count is how many entries these are at least.
func (s seqs) count() int64 {
	switch {
	case s.to == 0:
		return 0
	case s.from == 0:
		return 1
	}
	return s.to - s.from + 1
}

// lose notes what the ledger of a new epoch lacks and goes on with the view.
func (a *actor) lose(v *View, known game.Head) error {
	m := a.past.memory
	page, err := a.keeper.after(max(0, m.base.Seq-1), len(m.entries)+1)
	if err != nil {
		return err
	}
	common := m.common(page)
	fork := m.base.Seq + int64(common)
	l := &loss{since: time.Now(), known: known, fork: fork, size: game.MaxBatch}
	if common < 0 {
		l.fork, fork, common = -1, 0, 0
		if l.unknown, err = a.unremembered(v, known); err != nil {
			return err
		}
	}
	from := max(fork, v.folded-maxRecent)
	trail, err := a.keeper.trail(v, from)
	if err != nil {
		return err
	}
	l.todo = a.past.restorable(v, l, m.entries[common:], trail)

	// Nothing fails from here on.
	now := &memory{phase: v.Phase, frozen: v.Frozen}
	if l.fork == from {
		now.base, now.entries = m.base, slices.Clone(m.entries[:common])
	} else if from > 0 {
		now.base = headOf(&trail[0])
	}
	for i := range trail {
		if trail[i].Seq > from {
			now.add(&trail[i])
		}
	}
	now.pending = m.pending
	*m = *now // without its journal, which keeps what it has until all was put back
	a.past.keepOn(l)
	a.metrics.Lost.Inc()
	a.start(v)
	return nil
}

// keepOn takes over what is left of a loss when history is lost again before
// all was put back.
func (p *past) keepOn(l *loss) {
	if was := p.lost; was != nil {
		l.known, l.fork = was.known, min(l.fork, was.fork)
		if was.unknown.to > 0 {
			l.unknown = was.unknown
		}
		l.todo = append(l.todo, was.todo...)
		l.restored, l.present, l.givenUp, l.reasons = was.restored, was.present, was.givenUp, was.reasons
	}
	if over := len(l.todo) - maxTodo; over > 0 {
		l.giveUp(over, "more than can be remembered")
		l.todo = l.todo[over:]
	}
	p.lost = l
}

// unremembered returns which lost entries this node knows nothing of, when it
// does not know where the histories parted.
func (a *actor) unremembered(v *View, known game.Head) (lost seqs, err error) {
	last := a.past.memory.base.Seq
	first := sort.Search(int(v.folded), func(i int) bool {
		page, perr := a.keeper.after(int64(i), 1)
		if err = errors.Join(err, perr); err != nil || len(page) == 0 {
			return true
		}
		return newer(page[0].Epoch, known.Epoch)
	})
	if int64(first)+1 > last {
		return seqs{0, last}, err // another history took their place in the same epoch
	}
	return seqs{int64(first) + 1, last}, err
}

// restorable returns the commands that put the lost entries back. Since are the
// entries that the new history has instead of them.
func (p *past) restorable(v *View, l *loss, lost, since []game.Entry) []game.Command {
	m := p.memory
	var todo []game.Command
	if m.definition != nil && v.Definition.Rev < m.definition.Rev {
		todo = append(todo, game.Command{Type: game.CmdDefine, Definition: m.definition, By: Recovery})
	}
	back := func(n game.Entry) { todo = append(todo, game.Command{Type: game.CmdRestore, Entry: &n}) }
	if l.fork < 0 && v.Definition.Mode != hunt.Team {
		p.absent(v, lost, back)
	}
	phases := !phaseDecided(l, lost, since)
	if l.fork < 0 && phases {
		lost = p.phaseAround(v, lost)
	}
	for i := range lost {
		switch n := &lost[i]; {
		case n.Type == game.Recovered, n.Type == game.Defined, n.Type == game.Phased && (!phases || n.By == game.Schedule):
		default:
			back(*n)
		}
	}
	for _, r := range m.pending {
		todo = append(todo, game.Command{
			Type: game.CmdClaim, ID: r.ID, Entrant: r.Entrant, Player: r.Player, Challenge: r.Challenge, Note: r.Note, Pending: true,
		})
	}
	return todo
}

// phaseDecided reports whether an organizer has decided on the phase since
// history was lost: that is the last word. Where the fork is not known, an entry
// of the old epoch may be older than the fork.
func phaseDecided(l *loss, lost, since []game.Entry) bool {
	known := map[string]bool{}
	for i := range lost {
		known[lost[i].ID] = true
	}
	return slices.ContainsFunc(since, func(n game.Entry) bool {
		after := n.Seq > l.fork && (l.fork >= 0 || newer(n.Epoch, l.known.Epoch))
		return after && n.Type == game.Phased && n.By != game.Schedule && n.By != Recovery && !known[n.ID]
	})
}

// phaseAround adds the changes that lead from the phase that the hunt has to the
// phase that it had, when not all of them are remembered.
func (p *past) phaseAround(v *View, lost []game.Entry) []game.Entry {
	m, phase, frozen := p.memory, v.Phase, v.Frozen
	change := func(text string) game.Entry {
		id := uuid.NewSHA1(uuid.Nil, fmt.Appendf(nil, "%s %v %s", v.Hunt, m.head(), text))
		return game.Entry{Type: game.Phased, Text: text, ID: id.String(), By: Recovery}
	}
	around := make([]game.Entry, 0, len(lost)+3)
	first := slices.IndexFunc(lost, func(n game.Entry) bool { return n.Type == game.Phased && n.By != game.Schedule })
	if phase == game.Draft && m.phase != game.Draft && (first < 0 || lost[first].Text != string(game.Open)) {
		around = append(around, change(string(game.Open)))
		phase = game.Open
	}
	around = append(around, lost...)
	for i := range lost {
		if lost[i].Type == game.Phased && lost[i].By != game.Schedule {
			phase, frozen = lost[i].Phase, lost[i].Frozen
		}
	}
	if phase != m.phase {
		around = append(around, change(string(m.phase)))
	}
	switch {
	case m.frozen && !frozen:
		around = append(around, change(string(game.FreezeOn)))
	case frozen && !m.frozen:
		around = append(around, change(string(game.FreezeOff)))
	}
	return around
}

// absent lets entrants join again that had joined before the first entry that
// this node remembers, as far as it knows their names. In a solo hunt an entrant
// is its player.
func (p *past) absent(v *View, lost []game.Entry, back func(game.Entry)) {
	if p.before == nil {
		return
	}
	seen := map[string]bool{"": true}
	for i := range lost {
		n := &lost[i]
		if seen[n.Entrant] {
			continue
		}
		seen[n.Entrant] = true
		if _, there := v.Row(n.Entrant); there || n.Type == game.Joined {
			continue
		}
		if row, ok := p.before.Row(n.Entrant); ok {
			back(game.Entry{Type: game.Joined, Entrant: n.Entrant, Player: n.Entrant, Name: row.Name})
		}
	}
}
