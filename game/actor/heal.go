package actor

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"veltrix/game"

	"go.uber.org/zap"
)

// Recovery is the By of what a node puts back without having its entry.
const Recovery = "recovery"

// healGrace is how long after it noticed a loss a node decides nothing: other
// nodes, which notice within a commit, put back what only they remember, before
// a new claim is paid the same bonus or takes the place of an award.
const healGrace = time.Second

// maxTries is how often a batch that fails for good is tried, and maxGiven how
// many commands are given up one after the other.
const (
	maxTries = 10
	maxGiven = 3
)

// maxReasons is how many of the commands that were given up are logged one by one.
const maxReasons = 10

// maxTodo bounds the entries that wait to be put back, even when history is
// lost again and again meanwhile.
const maxTodo = 8 * maxRecent

// heal puts back what was lost. It may be called again after any error and
// goes on where it was.
func (a *actor) heal() error {
	l := a.past.lost
	for len(l.todo) > 0 {
		if time.Now().Before(l.again) {
			return fmt.Errorf("%w: lost history is being put back", game.ErrUnavailable)
		}
		batch := a.next(l)
		if len(batch) == 0 {
			continue
		}
		// A batch that fails for good or panics is tried again in a moment.
		l.tries, l.again = l.tries+1, time.Now().Add(retryMost)
		replies, err := a.restore(batch)
		if err != nil && !errors.Is(err, errLost) && !errors.Is(err, game.ErrUnavailable) && a.keeper.ctx.Err() == nil {
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
		l.todo, l.inRow = l.todo[len(batch):], 0
	}
	if !a.keeper.pause(healGrace - time.Since(l.since)) {
		return a.keeper.ctx.Err()
	}
	a.healed(l)
	return nil
}

// next returns the commands to commit next, all of one type, since restores
// alone do not let the schedule move. A batch that keeps failing is tried
// command by command, and a command that does while the store is well is given
// up: one that nobody can decide must not hold the hunt up. When several in a
// row do, it is not them. It returns nothing when it took something off the
// list instead.
func (a *actor) next(l *loss) []game.Command {
	first := &l.todo[0]
	if l.tries >= maxTries {
		if l.size > 1 {
			l.size, l.tries = 1, 0
		} else if l.inRow < maxGiven && a.keeper.well() {
			l.inRow++
			l.giveUp(1, describe(first, game.Reply{Code: game.CodeInternal}))
			l.todo, l.tries = l.todo[1:], 0
			return nil
		}
	}
	if first.Type == game.CmdDefine {
		if a.view.Definition.Rev >= first.Definition.Rev { // another node did it
			l.todo = l.todo[1:]
			return nil
		}
		return l.todo[:1]
	}
	batch := l.todo[:min(l.size, len(l.todo))]
	if i := slices.IndexFunc(batch, func(c game.Command) bool { return c.Type != first.Type }); i > 0 {
		batch = batch[:i]
	}
	return batch
}

// restore commits commands of the node's own and publishes what they do.
func (a *actor) restore(cmds []game.Command) ([]game.Reply, error) {
	replies := make([]game.Reply, len(cmds))
	waiting := make([]*Request, len(cmds))
	for i := range cmds {
		waiting[i] = &Request{Command: cmds[i], Done: func(_ *View, r game.Reply) { replies[i] = r }}
	}
	for range maxRejudge {
		a.served.cmds = a.served.cmds[:0]
		for _, r := range waiting {
			r.Command.Rev = a.view.Definition.Rev
			a.served.cmds = append(a.served.cmds, r.Command)
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
	return nil, fmt.Errorf("%w: the definition keeps changing", game.ErrUnavailable)
}

// count notes what became of a command.
func (l *loss) count(c *game.Command, r game.Reply) {
	switch {
	case c.Type == game.CmdClaim && slices.Contains([]game.Outcome{game.OutPending, game.OutAwarded, game.OutAlready, game.OutWrong}, r.Outcome):
		l.present++ // it waits again, or was decided
	case c.Type == game.CmdRestore && c.Entry.By == Recovery && r.Why == game.WhyPhase:
		l.present++ // another node led it there
	case r.Outcome != game.OutDone:
		l.giveUp(1, describe(c, r))
	case !r.Replay:
		l.restored++
	case c.Type == game.CmdRestore && c.Entry.Type == game.Awarded && r.Points != c.Entry.Points:
		l.giveUp(1, fmt.Sprintf("%s: has %d points for it by another award, not %d", describe(c, r), r.Points, c.Entry.Points))
	default:
		l.present++
	}
}

// giveUp notes what is not put back, and why of the first few.
func (l *loss) giveUp(n int, why string) {
	l.givenUp += n
	if len(l.reasons) < maxReasons {
		l.reasons = append(l.reasons, why)
	}
}

// describe names a command that did not take effect.
func describe(c *game.Command, r game.Reply) string {
	words := []string{string(c.Type), c.Entrant, c.Challenge}
	if n := c.Entry; n != nil {
		words = []string{string(n.Type), n.Entrant, n.Challenge, n.Badge, n.Hint, n.ID}
	}
	words = append(words, cmp.Or(string(r.Code), string(r.Outcome)), r.Why)
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

// healed logs once what came of it.
func (a *actor) healed(l *loss) {
	unknown := l.unknown.count()
	a.metrics.Restored.Add(float64(l.restored))
	a.metrics.Unhealed.Add(float64(l.givenUp) + float64(unknown))
	fields := []zap.Field{
		zap.String("known_epoch", l.known.Epoch), zap.Int64("known_seq", l.known.Seq),
		zap.String("new_epoch", a.view.Epoch), zap.Int64("fork", l.fork), zap.Int64("seq", a.view.Seq),
		zap.Int("restored", l.restored), zap.Int("present", l.present), zap.Int("refused", l.givenUp),
	}
	if unknown > 0 {
		fields = append(fields, zap.Int64("unknown_from", l.unknown.from), zap.Int64("unknown_to", l.unknown.to))
	}
	if len(l.reasons) > 0 {
		fields = append(fields, zap.Strings("not_restored", l.reasons))
	}
	a.log.Error("the store lost history; what this node remembers was put back", fields...)
	a.past.lost, a.alarm.advance = nil, true // the schedule was held up
	a.past.journalOn()
}
