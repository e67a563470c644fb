package actor

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"veltrix/game"
	"veltrix/game/hunt"
)

// maxRejudge bounds how often one batch is judged again because the definition
// changed under it.
const maxRejudge = 8

// served is what a hunt's goroutine has taken from the mailbox and has not
// answered yet. Every request is in one of its three places until it is
// answered, so that a panic finds it.
type served struct {
	batch  []*Request // being served
	behind []*Request // sent to the store behind the batch (stream.go)
	next   *Request   // ended the batch and is not part of it

	cmds    []game.Command // of the requests that are being decided, in order
	decided time.Time      // when the answers that are given now were known
}

// take serves a request together with all that wait behind it.
func (a *actor) take(first *Request) {
	s := &a.served
	a.alarm.usedAt = time.Now()
	s.batch, s.next = gather(s.batch[:0], first, a.mailbox, (*Request).decides)
	// gofail: var batchTaken struct{}

	if a.rushed() {
		a.stream()
	} else if len(s.batch) > 0 {
		a.serve()
	}
	a.serveNext()
	if a.view == nil && a.past.memory.head() == (game.Head{}) {
		a.ended = a.retire(a) || a.ended // there is no such hunt, or it cannot be read
		return
	}
	a.show(time.Now())
}

// gather appends first and what waits in the mailbox to a batch, as long as it
// fits. The request that does not fit ends the batch and is returned.
func gather(batch []*Request, first *Request, mailbox <-chan *Request, fits func(*Request) bool) ([]*Request, *Request) {
	next := first
	for fits(next) {
		if batch = append(batch, next); len(batch) == game.MaxBatch {
			return batch, nil
		}
		select {
		case next = <-mailbox:
		default:
			return batch, nil
		}
	}
	return batch, next
}

// serveNext serves the request that ended a batch.
func (a *actor) serveNext() {
	s := &a.served
	switch next := s.next; {
	case next == nil:
	case next.decides():
		s.batch, s.next = append(s.batch[:0], next), nil
		a.serve()
	default:
		err := a.ready()
		next.look(a.view, err)
		s.next = nil
	}
}

// serve has the batch decided and answers it. When the definition changed since
// the proofs were judged, or the store lost history, what is not answered yet is
// judged and decided again.
func (a *actor) serve() {
	waiting := a.served.batch
	for range maxRejudge {
		err := a.ready()
		if errors.Is(err, game.ErrUnknownHunt) {
			err = a.create()
		}
		if err != nil {
			a.refuseBatch(codeOf(err))
			return
		}
		if waiting = a.judge(waiting); len(waiting) == 0 {
			return
		}
		stale, err := a.decide(waiting)
		switch {
		case errors.Is(err, errLost):
			continue // decided by a history that had lost something: once more, after that was put back
		case err == nil && len(stale) == 0:
			return
		case err == nil:
			waiting = stale
			err = a.redefine()
		}
		if err != nil {
			a.refuseBatch(codeOf(err))
			return
		}
	}
	a.refuseBatch(game.CodeBusy)
}

// create makes the hunt by the first definition that waits.
func (a *actor) create() error {
	for _, r := range a.served.batch {
		if r.Command.Type != game.CmdDefine || r.done {
			continue
		}
		res, err := a.keeper.commit(nil, a.past.memory.head(), []game.Command{r.Command})
		if err != nil {
			return err
		}
		if err := a.ready(); err != nil {
			return err
		}
		a.answer(r, res.Replies[0])
		return nil
	}
	return game.ErrUnknownHunt
}

// judge fills in what the commands say of proofs and codes, and returns those that
// are not answered yet, with their commands in a.served.cmds.
func (a *actor) judge(requests []*Request) []*Request {
	s := &a.served
	kept := requests[:0]
	s.decided = time.Now()
	s.cmds = s.cmds[:0]
	d := a.view.Definition
	for _, r := range requests {
		if r.done {
			continue
		}
		c := &r.Command
		c.Rev = d.Rev
		switch c.Type {
		case game.CmdJoin:
			c.Admitted = d.JoinCode == "" || sameCode(d.JoinCode, r.JoinCode)
			r.chooseEntrant(d)
			r.chooseDivision(d)
		case game.CmdClaim, game.CmdHint, game.CmdStart:
			if c.Entrant == "" && d.Mode != hunt.Team {
				c.Entrant = c.Player
			}
			if c.Type == game.CmdClaim {
				r.judge(d)
			}
		}
		kept = append(kept, r)
		s.cmds = append(s.cmds, *c)
	}
	return kept
}

// judge fills in what the definition says of a claim's proof. Whether the challenge
// may be claimed the store knows, and it refuses a proof that cannot be judged
// only then.
func (r *Request) judge(d *hunt.Definition) {
	c := &r.Command
	c.Right, c.Pending, c.Near, c.Malformed, c.Digest, c.Note, r.say = false, false, false, r.BadProof, "", "", ""
	ch := d.Challenge(c.Challenge)
	if ch == nil || r.Proof == nil || c.Malformed != "" {
		return
	}
	j, err := ch.Judge(*r.Proof)
	if err != nil {
		c.Malformed = err.Error()
		return
	}
	c.Right, c.Pending, c.Digest, c.Answer = j.Right, j.Review, j.Digest, ""
	if !j.Right {
		c.Answer = typed(r.Proof)
	}
	c.Near, r.say = !j.Right && j.Say != "", j.Say
	if j.Review {
		c.Note = r.Proof.Review.Note
	}
}

// typed is what a player typed or chose, as organizers read it; empty for what is
// no text.
func typed(p *hunt.Proof) string {
	text := ""
	switch {
	case p.Text != nil:
		text = *p.Text
	case p.Code != nil:
		text = *p.Code
	case p.Number != nil:
		text = strconv.FormatFloat(*p.Number, 'f', -1, 64)
	case len(p.Choice) > 0:
		text = strings.Join(p.Choice, ", ")
	}
	letters := []rune(strings.Join(strings.Fields(text), " "))
	return string(letters[:min(len(letters), game.MaxAnswer)])
}

// answer hands a request its reply, once.
func (a *actor) answer(r *Request, reply game.Reply) {
	if r.done {
		return
	}
	r.done = true
	a.metrics.reply(r.Command.Type, reply)
	if reply.Outcome == game.OutNear {
		reply.Say = r.say
	}
	switch c := &r.Command; {
	case c.Type == game.CmdJoin && reply.Entrant != nil:
		for _, h := range reply.Entrant.Hints {
			a.learn(h.Rev)
		}
		if reply.Entrant.FinishedSeq == 0 {
			a.mayFinish(reply.Entrant.ID)
		}
	case c.Type == game.CmdHint:
		a.learn(reply.Rev)
	case c.Type == game.CmdReview && reply.Outcome == game.OutWrong:
		a.past.memory.settled(c.Entrant, c.Challenge)
	case c.Type == game.CmdClaim:
		if !r.posted.IsZero() {
			a.counts.claim(c.Challenge, &reply, r.posted, a.served.decided)
		}
		if reply.Outcome == game.OutPending {
			a.past.memory.pend(game.Review{
				ID: c.ID, Entrant: c.Entrant, Player: c.Player, Challenge: c.Challenge, Note: c.Note, At: reply.At,
			})
			a.past.memory.flush()
		}
	}
	// gofail: var beforeAnswer struct{}

	r.Done(a.view, reply)
}

// refuseBatch answers what is left of the batch.
func (a *actor) refuseBatch(code game.Code) {
	a.served.decided = time.Now()
	for _, r := range a.served.batch {
		a.answer(r, game.Reply{Outcome: game.OutRefused, Code: code})
	}
}

// failServed answers everything that was being served when the hunt panicked.
func (a *actor) failServed() {
	s := &a.served
	s.batch, s.behind = append(s.batch, s.behind...), nil
	next := s.next
	s.next = nil
	if next != nil && next.decides() {
		s.batch = append(s.batch, next)
	}
	a.refuseBatch(game.CodeInternal)
	if next != nil && !next.decides() {
		next.look(nil, errPanicked)
	}
}
