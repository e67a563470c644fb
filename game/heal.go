package game

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"veltrix/game/hunt"
)

// errLost means that the ledger no longer has the entry that this node knows
// as its head, or that it is in another epoch: whatever the store said has to
// wait until the hunt was opened again.
var errLost = errors.New("the history that this node knows was lost")

// Recovery is the By of what a node puts back without having its entry.
const Recovery = "recovery"

// maxTries is how often a batch that fails for good is tried.
const maxTries = 10

// maxTold is how many refusals of a loss are told one by one.
const maxTold = 10

// maxTodo bounds the entries that wait to be put back, even when history is
// lost again and again meanwhile.
const maxTodo = 8 * maxRecent

// loss is lost history that is being put back. It is kept until all of it was
// decided, whatever fails meanwhile.
type loss struct {
	known Head     // what this node knew last
	fork  int64    // seq of the last entry that both histories have, −1 when this node remembers none
	unseq [2]int64 // seqs of the lost entries that this node does not remember; 0, 0 none; 0, n some up to n

	todo     []Command // what waits to be put back, in order
	size     int       // commands in a batch; 1 after a batch that failed for good
	tries    int       // of the batch under way
	again    time.Time // the batch is not to be tried before
	restored int
	present  int // were there
	refused  int
	told     []string // the first refusals
}

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
	return fmt.Errorf("%w: history is lost again and again", ErrUnavailable)
}

// open reads the hunt and compares it with what this node remembers of it.
// What was lost is in a.lost then.
func (a *actor) open() error {
	v, err := load(a.ctx, a.store, a.id)
	if errors.Is(err, ErrUnknownHunt) && a.memory.definition != nil {
		return a.startEpoch(nil, Command{Type: CmdDefine, Definition: a.memory.definition, By: Recovery})
	}
	if err != nil {
		return err
	}
	known := a.memory.head()
	if known == (Head{}) {
		a.begin(v)
		return nil
	}
	from := max(known.Seq, v.folded-maxRecent)
	trail, err := a.trail(v, from)
	if err != nil {
		return err
	}
	kept := len(trail) > 0 && known.is(&trail[0])
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
		return a.startEpoch(v.Definition, Command{Type: CmdAdvance, Rev: v.Definition.Rev})
	}
	return a.lose(v, known)
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

// start takes a view over and brings the audience up to it.
func (a *actor) start(v *View) {
	v.memory, v.counts, v.tail = a.memory, a.counts, nil
	a.view, a.before = v, nil
	a.boardDirty, a.standDirty = true, true
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

// follow remembers what was added after the known entry while this node was
// not looking. The trail begins at from.
func (a *actor) follow(trail []Entry, from int64, known Head) {
	m := a.memory
	if from > known.Seq {
		m.base, m.entries = headOf(&trail[0]), nil
		m.disk.renew()
	}
	for i := range trail[1:] {
		m.add(&trail[1+i])
	}
}

// startEpoch has the store start a new epoch, since it lost what this node
// knows. It returns an error that makes the hunt be opened again.
func (a *actor) startEpoch(d *hunt.Definition, c Command) error {
	known := a.memory.head()
	known.Forked = d != nil
	res, err := a.store.Commit(a.ctx, a.id, d, known, []Command{c})
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
func (a *actor) trail(v *View, from int64) ([]Entry, error) {
	from = max(1, from)
	var trail []Entry
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
	if n := len(trail); n > 0 && !v.loaded.is(&trail[n-1]) {
		return nil, errMoved
	}
	return trail, nil
}

// has tells whether the ledger has the entry of a head.
func (a *actor) has(h Head) (bool, error) {
	page, err := a.store.Ledger(a.ctx, a.id, h.Seq-1, 1)
	return err == nil && len(page) > 0 && h.is(&page[0]), err
}

// lose notes what the ledger of a new epoch lacks and goes on with the view.
func (a *actor) lose(v *View, known Head) error {
	m := a.memory
	page, err := a.store.Ledger(a.ctx, a.id, max(0, m.base.Seq-1), len(m.entries)+1)
	if err != nil {
		return err
	}
	common := m.common(page)
	fork := m.base.Seq + int64(common)
	l := &loss{known: known, fork: fork, size: MaxBatch}
	if common < 0 {
		l.fork, fork, common = -1, 0, 0
		if l.unseq, err = a.unremembered(v, known); err != nil {
			return err
		}
	}
	from := max(fork, v.folded-maxRecent)
	trail, err := a.trail(v, from)
	if err != nil {
		return err
	}
	l.todo = a.restorable(v, l, m.entries[common:], trail)

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
	a.keepOn(l)
	a.metrics.Lost.Inc()
	a.start(v)
	return nil
}

// keepOn takes over what is left of a loss when history is lost again before
// all was put back.
func (a *actor) keepOn(l *loss) {
	if was := a.lost; was != nil {
		l.known, l.fork = was.known, min(l.fork, was.fork)
		if was.unseq[1] > 0 {
			l.unseq = was.unseq
		}
		l.todo = append(l.todo, was.todo...)
		l.restored, l.present, l.refused, l.told = was.restored, was.present, was.refused, was.told
	}
	if over := len(l.todo) - maxTodo; over > 0 {
		l.refuse(over, "more than can be remembered")
		l.todo = l.todo[over:]
	}
	a.lost = l
}

// unremembered returns which lost entries this node knows nothing of, when it
// does not know where the histories parted.
func (a *actor) unremembered(v *View, known Head) (seqs [2]int64, err error) {
	last := a.memory.base.Seq
	first := sort.Search(int(v.folded), func(i int) bool {
		page, perr := a.store.Ledger(a.ctx, a.id, int64(i), 1)
		if err = errors.Join(err, perr); err != nil || len(page) == 0 {
			return true
		}
		return newer(page[0].Epoch, known.Epoch)
	})
	if int64(first)+1 > last {
		return [2]int64{0, last}, err // another history took their place in the same epoch
	}
	return [2]int64{int64(first) + 1, last}, err
}

// restorable returns what puts the lost entries back. Since is what the new
// history has instead of them.
func (a *actor) restorable(v *View, l *loss, lost, since []Entry) []Command {
	m := a.memory
	var todo []Command
	if m.definition != nil && v.Definition.Rev < m.definition.Rev {
		todo = append(todo, Command{Type: CmdDefine, Definition: m.definition, By: Recovery})
	}
	back := func(n Entry) { todo = append(todo, Command{Type: CmdRestore, Entry: &n}) }
	if l.fork < 0 && v.Definition.Mode != hunt.Team {
		a.absent(v, lost, back)
	}
	phases := !phaseDecided(l, lost, since)
	if l.fork < 0 && phases {
		lost = a.phaseAround(v, lost)
	}
	for i := range lost {
		switch n := &lost[i]; {
		case n.Type == Recovered, n.Type == Defined, n.Type == Phased && (!phases || n.By == Schedule):
		default:
			back(*n)
		}
	}
	for _, r := range m.pending {
		todo = append(todo, Command{
			Type: CmdClaim, ID: r.ID, Entrant: r.Entrant, Player: r.Player, Challenge: r.Challenge, Note: r.Note, Pending: true,
		})
	}
	return todo
}

// phaseDecided tells whether an organizer has decided on the phase since
// history was lost: that is the last word. Where the fork is not known, what is
// of the old epoch may be older than it.
func phaseDecided(l *loss, lost, since []Entry) bool {
	known := map[string]bool{}
	for i := range lost {
		known[lost[i].ID] = true
	}
	return slices.ContainsFunc(since, func(n Entry) bool {
		after := n.Seq > l.fork && (l.fork >= 0 || newer(n.Epoch, l.known.Epoch))
		return after && n.Type == Phased && n.By != Schedule && n.By != Recovery && !known[n.ID]
	})
}

// phaseAround adds what leads from the phase that the hunt has to that which it
// had, when not all changes are remembered.
func (a *actor) phaseAround(v *View, lost []Entry) []Entry {
	m, phase, frozen := a.memory, v.Phase, v.Frozen
	change := func(text string) Entry {
		id := uuid.NewSHA1(uuid.Nil, fmt.Appendf(nil, "%s %v %s", a.id, m.head(), text))
		return Entry{Type: Phased, Text: text, ID: id.String(), By: Recovery}
	}
	around := make([]Entry, 0, len(lost)+3)
	first := slices.IndexFunc(lost, func(n Entry) bool { return n.Type == Phased && n.By != Schedule })
	if phase == Draft && m.phase != Draft && (first < 0 || lost[first].Text != string(Open)) {
		around = append(around, change(string(Open)))
		phase = Open
	}
	around = append(around, lost...)
	for i := range lost {
		if lost[i].Type == Phased && lost[i].By != Schedule {
			phase, frozen = lost[i].Phase, lost[i].Frozen
		}
	}
	if phase != m.phase {
		around = append(around, change(string(m.phase)))
	}
	switch {
	case m.frozen && !frozen:
		around = append(around, change(string(FreezeOn)))
	case frozen && !m.frozen:
		around = append(around, change(string(FreezeOff)))
	}
	return around
}

// absent lets those join again who did so before all that this node
// remembers, as far as it knows their names. In a solo hunt an entrant is its
// player.
func (a *actor) absent(v *View, lost []Entry, back func(Entry)) {
	if a.before == nil {
		return
	}
	seen := map[string]bool{"": true}
	for i := range lost {
		n := &lost[i]
		if seen[n.Entrant] {
			continue
		}
		seen[n.Entrant] = true
		if _, there := v.Row(n.Entrant); there || n.Type == Joined {
			continue
		}
		if row, ok := a.before.Row(n.Entrant); ok {
			back(Entry{Type: Joined, Entrant: n.Entrant, Player: n.Entrant, Name: row.Name})
		}
	}
}

// heal puts back what was lost. It may be called again after any error and
// goes on where it was.
func (a *actor) heal() error {
	l := a.lost
	for len(l.todo) > 0 {
		if time.Now().Before(l.again) {
			return fmt.Errorf("%w: lost history is being put back", ErrUnavailable)
		}
		batch := a.next(l)
		if len(batch) == 0 {
			continue
		}
		// A batch that fails for good or panics is tried again in a moment.
		l.tries, l.again = l.tries+1, time.Now().Add(retryMost)
		replies, err := a.restore(batch)
		if err != nil && !errors.Is(err, errLost) && !errors.Is(err, ErrUnavailable) && a.ctx.Err() == nil {
			return err
		}
		l.again = time.Time{}
		l.tries = 0
		if err != nil {
			return err
		}
		for i := range batch {
			l.count(&batch[i], replies[i])
		}
		l.todo = l.todo[len(batch):]
	}
	a.healed(l)
	return nil
}

// next returns the commands to commit next, all of one type, since restores
// alone do not let the schedule move. A batch that keeps failing is tried
// command by command, and a command that does while the store is well is given
// up: one that nobody can decide must not hold the hunt up. It returns nothing
// when it took something off the list instead.
func (a *actor) next(l *loss) []Command {
	first := &l.todo[0]
	if l.tries >= maxTries {
		if l.size > 1 {
			l.size, l.tries = 1, 0
		} else if a.store.Ready(a.ctx) == nil {
			l.refuse(1, describe(first, Reply{Code: CodeInternal}))
			l.todo, l.tries = l.todo[1:], 0
			return nil
		}
	}
	if first.Type == CmdDefine {
		if a.view.Definition.Rev >= first.Definition.Rev { // another node did it
			l.todo = l.todo[1:]
			return nil
		}
		return l.todo[:1]
	}
	batch := l.todo[:min(l.size, len(l.todo))]
	if i := slices.IndexFunc(batch, func(c Command) bool { return c.Type != first.Type }); i > 0 {
		batch = batch[:i]
	}
	return batch
}

// restore commits commands of the node's own and publishes what they do.
func (a *actor) restore(cmds []Command) ([]Reply, error) {
	replies := make([]Reply, len(cmds))
	waiting := make([]*Request, len(cmds))
	for i := range cmds {
		waiting[i] = &Request{Command: cmds[i], Done: func(_ *View, r Reply) { replies[i] = r }}
	}
	for range maxRejudge {
		a.cmds = a.cmds[:0]
		for _, r := range waiting {
			r.Command.Rev = a.view.Definition.Rev
			a.cmds = append(a.cmds, r.Command)
		}
		stale, err := a.decide(waiting)
		if err != nil || len(stale) == 0 {
			return replies, err
		}
		waiting = stale
		if err := a.redefine(); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: the definition keeps changing", ErrUnavailable)
}

// count notes what became of a command.
func (l *loss) count(c *Command, r Reply) {
	switch {
	case c.Type == CmdClaim && slices.Contains([]Outcome{OutPending, OutAwarded, OutAlready, OutWrong}, r.Outcome):
		l.present++ // it waits again, or was decided
	case c.Type == CmdRestore && c.Entry.By == Recovery && r.Detail == DetailPhase:
		l.present++ // another node led it there
	case r.Outcome != OutDone:
		l.refuse(1, describe(c, r))
	case !r.Replay:
		l.restored++
	case c.Type == CmdRestore && c.Entry.Type == Awarded && r.Points != c.Entry.Points:
		l.refuse(1, fmt.Sprintf("%s: has %d points for it by another award, not %d", describe(c, r), r.Points, c.Entry.Points))
	default:
		l.present++
	}
}

func (l *loss) refuse(n int, why string) {
	l.refused += n
	if len(l.told) < maxTold {
		l.told = append(l.told, why)
	}
}

// describe names a command that did not take effect.
func describe(c *Command, r Reply) string {
	words := []string{string(c.Type), c.Entrant, c.Challenge}
	if n := c.Entry; n != nil {
		words = []string{string(n.Type), n.Entrant, n.Challenge, n.Badge, n.Hint, n.ID}
	}
	words = append(words, cmp.Or(string(r.Code), string(r.Outcome)), r.Detail)
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

// healed says once what came of it.
func (a *actor) healed(l *loss) {
	unknown := int64(0)
	if l.unseq[1] > 0 {
		unknown = l.unseq[1] - max(l.unseq[0], 1) + 1
		if l.unseq[0] == 0 {
			unknown = 1 // at least one: it is not known which
		}
	}
	a.metrics.Restored.Add(float64(l.restored))
	a.metrics.Unhealed.Add(float64(l.refused) + float64(unknown))
	fields := []zap.Field{
		zap.String("known_epoch", l.known.Epoch), zap.Int64("known_seq", l.known.Seq),
		zap.String("new_epoch", a.view.Epoch), zap.Int64("fork", l.fork), zap.Int64("seq", a.view.Seq),
		zap.Int("restored", l.restored), zap.Int("present", l.present), zap.Int("refused", l.refused),
	}
	if unknown > 0 {
		fields = append(fields, zap.Int64("unknown_from", l.unseq[0]), zap.Int64("unknown_to", l.unseq[1]))
	}
	if len(l.told) > 0 {
		fields = append(fields, zap.Strings("not_restored", l.told))
	}
	a.log.Error("the store lost history; what this node remembers was put back", fields...)
	a.lost, a.advance = nil, true // the schedule was held up
	a.journalOn()
}
