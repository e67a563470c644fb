package rules

import (
	"slices"
	"strconv"

	"veltrix/game"
)

// Commit decides a batch at now, which is State.Now of the store's clock, and
// applies the changes: first a new epoch if known was lost, then what the
// schedule does, then the commands in order. It calls keep with each change,
// which has the commit's nonce, after it was applied. known is valid.
func (s *State) Commit(now int64, nonce string, known game.Head, batch []game.Command, keep func(Change)) []game.Reply {
	apply := func(c Change) {
		for i := range c.Entries {
			c.Entries[i].Nonce = nonce
		}
		s.Apply(c)
		keep(c)
	}
	if c, lost := s.Recover(known, now); lost {
		apply(c)
	}
	outdated := known.Epoch != "" && known.Epoch != s.Epoch
	for !outdated && !restoring(batch) {
		c, due := s.Advance(now)
		if !due {
			break
		}
		apply(c)
	}
	replies := make([]game.Reply, 0, len(batch))
	for _, cmd := range batch {
		if outdated {
			cmd.Rev = 0 // no revision has it
		}
		reply, c := s.Decide(cmd, now)
		apply(c)
		replies = append(replies, reply)
	}
	return replies
}

// restoring reports whether the batch only puts back what was lost.
func restoring(batch []game.Command) bool {
	return len(batch) > 0 && !slices.ContainsFunc(batch, func(c game.Command) bool { return c.Type != game.CmdRestore })
}

// Recover returns the beginning of a new epoch if known is not in the ledger
// any more. The state does not show a fork below the head; known.Forked does.
func (s *State) Recover(known game.Head, now int64) (Change, bool) {
	if known.Epoch == "" {
		return Change{}, false
	}
	epoch, theirs := millis(s.Epoch), millis(known.Epoch)
	rest, theirOwn := "nothing", "seq "
	if s.Epoch != "" {
		rest = "seq " + strconv.FormatInt(s.Seq, 10) + " of epoch " + s.Epoch
	}
	switch {
	case s.Epoch == "", theirs > epoch, theirs == epoch && known.Seq > s.Seq:
	case theirs == epoch && (known.Forked || known.Seq == s.Seq && known.Nonce != "" && known.Nonce != s.Nonce):
		theirOwn = "another seq "
	default:
		return Change{}, false
	}
	c := s.change(now)
	c.epoch = strconv.FormatInt(max(now, theirs+1, epoch+1), 10)
	c.add(game.Entry{
		Type: game.Recovered,
		Text: "after " + rest + "; a node knew of " + theirOwn + strconv.FormatInt(known.Seq, 10) + " of epoch " + known.Epoch,
	})
	return c.Change, true
}

// millis is the number that a valid epoch is, 0 for none.
func millis(epoch string) int64 {
	n, _ := strconv.ParseInt(epoch, 10, 64) // Head.Check has seen it, or it is ours
	return n
}
