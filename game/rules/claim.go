package rules

import (
	"slices"

	"veltrix/game"
	"veltrix/game/hunt"
)

// claim decides in the order of docs/rules.md.
func (s *State) claim(cmd game.Command, now int64, c *change) game.Reply {
	e, no := s.joined(cmd.Entrant)
	if e == nil {
		return no
	}
	if r, ended := s.before(e, cmd); ended {
		return r
	}
	if r, known := repeated(e, cmd); known {
		return r
	}
	if s.stale(cmd) {
		return game.Reply{Outcome: game.OutStale}
	}
	if s.Phase == game.Closed && s.Definition.Practice {
		return s.practise(cmd)
	}
	ch, no := s.claimable(e, cmd.Challenge, now)
	if ch == nil {
		return no
	}
	if cmd.Malformed != "" {
		return refuse(game.CodeBadProof, cmd.Malformed)
	}
	tried := e.Attempts[ch.ID]
	if r, no := s.ruledOut(ch, &tried, now); no {
		return r
	}
	switch {
	case cmd.Near:
		return game.Reply{Outcome: game.OutNear, At: now}
	case cmd.Pending:
		return s.submit(c, e, game.Entry{Player: cmd.Player, Challenge: ch.ID, ID: cmd.ID, Note: cmd.Note})
	case cmd.Right:
		return s.award(c, e, ch, game.Entry{Player: cmd.Player, ID: cmd.ID}, s.worth(ch, now))
	case slices.Contains(tried.Answers, cmd.Digest):
		return game.Reply{Outcome: game.OutWrong, At: now, Left: left(ch, tried.Count)}
	}
	return s.wrong(c, e, ch, cmd)
}

// before answers a claim or event by the award that there is.
func (s *State) before(e *game.Entrant, cmd game.Command) (game.Reply, bool) {
	a, has := e.Awards[cmd.Challenge]
	if !has {
		return game.Reply{}, false
	}
	r := game.Reply{
		Outcome: game.OutAlready, Seq: a.Seq, At: a.At, Points: a.Points, Bonus: a.Bonus, Total: a.Total,
		Right: cmd.Right, Revoked: a.Revoked,
	}
	if a.ID == cmd.ID {
		r.Outcome, r.Replay, r.Right, r.Badges = game.OutAwarded, true, false, slices.Clone(a.Badges)
		r.Finished = e.FinishedSeq != 0 && e.FinishedSeq == a.Seq+int64(len(a.Badges))+1
	}
	return r, true
}

// repeated answers a claim that was wrong before or waits for an organizer.
func repeated(e *game.Entrant, cmd game.Command) (game.Reply, bool) {
	tried := e.Attempts[cmd.Challenge]
	for _, w := range tried.Recent {
		if w.ID == cmd.ID {
			r := game.Reply{Outcome: game.OutWrong, Replay: true, At: w.At, Left: w.Left, RetryAfter: w.RetryAfter}
			fined(&r, w.Fine)
			return r, true
		}
	}
	if p := tried.Pending; p != nil && p.ID == cmd.ID {
		return game.Reply{Outcome: game.OutPending, Seq: p.Seq, At: p.At, Replay: true}, true
	}
	if f, paid := e.Fined[cmd.Challenge+"/"+cmd.ID]; paid {
		r := game.Reply{Outcome: game.OutWrong, Replay: true, At: f.At, Left: -1}
		fined(&r, f)
		return r, true
	}
	return game.Reply{}, false
}

func fined(r *game.Reply, f game.Fine) {
	if f.Points != 0 {
		r.Seq, r.Penalty, r.Total = f.Seq, f.Points, f.Total
	}
}

// practise judges a claim of a closed hunt; nothing is kept.
func (s *State) practise(cmd game.Command) game.Reply {
	switch {
	case s.Definition.Challenge(cmd.Challenge) == nil:
		return refuse(game.CodeUnknownChallenge, "")
	case cmd.Malformed != "":
		return refuse(game.CodeBadProof, cmd.Malformed)
	case cmd.Pending:
		return game.Reply{Outcome: game.OutClosed}
	case cmd.Near:
		return game.Reply{Outcome: game.OutNear, Practice: true}
	case cmd.Right:
		return game.Reply{Outcome: game.OutRight, Practice: true}
	}
	return game.Reply{Outcome: game.OutWrong, Practice: true, Left: -1}
}

// claimable returns the challenge, or nil and the reply. Before an entrant may see
// the challenges, it cannot tell those that there are from others.
func (s *State) claimable(e *game.Entrant, id string, now int64) (*hunt.Challenge, game.Reply) {
	if r, no := s.unseen(e); no {
		return nil, r
	}
	ch := s.Definition.Challenge(id)
	if ch == nil {
		return nil, refuse(game.CodeUnknownChallenge, "")
	}
	if r, no := s.outside(e, ch, now); no {
		return nil, r
	}
	if r, no := s.locked(e, ch, now); no {
		return nil, r
	}
	return ch, game.Reply{}
}

// unseen answers an entrant that may not see the challenges yet.
func (s *State) unseen(e *game.Entrant) (game.Reply, bool) {
	switch {
	case s.Phase == game.Draft:
		return game.Reply{Outcome: game.OutClosed}, true
	case s.Definition.Limit == 0 || e.Clock != 0:
		return game.Reply{}, false
	case s.Phase == game.Open:
		return refuse(game.CodeNotStarted, ""), true
	}
	return game.Reply{Outcome: game.OutClosed}, true
}

// outside answers a claim when it does not count now.
func (s *State) outside(e *game.Entrant, ch *hunt.Challenge, now int64) (game.Reply, bool) {
	t := s.HuntTime(now)
	switch ends := s.Ends(e); {
	case s.Phase != game.Open || t < ch.Opens || ch.Closes != 0 && t >= ch.Closes:
		return game.Reply{Outcome: game.OutClosed}, true
	case ends != 0 && t >= ends:
		return game.Reply{Outcome: game.OutClosed, Why: game.WhyLimit}, true
	}
	return game.Reply{}, false
}

// Ends is the hunt time at which an entrant's own time is over, in a hunt with
// a limit; 0 before its start and without a limit.
func (s *Schedule) Ends(e *game.Entrant) int64 {
	if s.Definition.Limit == 0 || e.Clock == 0 {
		return 0
	}
	ends := e.Clock + s.Definition.Limit + e.Extra + s.Extra
	if s.ClosesAt != 0 {
		ends = min(ends, s.ClosesAt)
	}
	return ends
}

// ruledOut answers a claim that earlier attempts do not allow now.
func (s *State) ruledOut(ch *hunt.Challenge, tried *game.Attempts, now int64) (game.Reply, bool) {
	t := s.HuntTime(now)
	switch p := tried.Pending; {
	case p != nil:
		return game.Reply{Outcome: game.OutPending, Seq: p.Seq, At: p.At}, true
	case ch.MaxAttempts > 0 && tried.Count >= ch.MaxAttempts:
		return game.Reply{Outcome: game.OutExhausted}, true
	case t < tried.RetryAt:
		return game.Reply{Outcome: game.OutCooldown, RetryAfter: tried.RetryAt - t}, true
	}
	return game.Reply{}, false
}

// wrong counts a wrong claim and takes the penalty for it.
func (s *State) wrong(c *change, e *game.Entrant, ch *hunt.Challenge, cmd game.Command) game.Reply {
	tried, t := e.Attempts[ch.ID], s.HuntTime(c.now)
	cooldown := ch.Cooldown
	if ch.Guarded() {
		tried.Brake, cooldown = brake(tried.Brake, t)
	}
	tried.Count++
	tried.RetryAt = t + cooldown
	tried.Broken = s.Seq
	tried.Pending = nil
	w := game.Wrong{ID: cmd.ID, At: c.now, Left: left(ch, tried.Count), RetryAfter: cooldown}
	w.Fine = s.fine(c, e, ch, cmd)
	tried.Recent = last(game.RecentClaims, tried.Recent, w)
	if cmd.Digest != "" {
		tried.Answers = last(game.RecentAnswers, tried.Answers, cmd.Digest)
	}
	c.Tried = &Tried{e.ID, ch.ID, tried}
	if s.keeps(e.ID, ch.ID, cmd) {
		c.Gave = &Gave{e.ID, ch.ID, cmd.Digest, cmd.Answer}
		if g := s.Given[ch.ID][cmd.Digest]; g != nil {
			c.Gave.Text = g.Text // as the first typed it, whatever order a store reads them in
		}
	}
	r := game.Reply{Outcome: game.OutWrong, At: w.At, Left: w.Left, RetryAfter: w.RetryAfter}
	fined(&r, w.Fine)
	return r
}

// keeps reports whether a wrong answer is to be kept.
func (s *State) keeps(entrant, challenge string, cmd game.Command) bool {
	if cmd.Answer == "" || cmd.Digest == "" {
		return false
	}
	given := s.Given[challenge]
	if g := given[cmd.Digest]; g != nil {
		return !slices.Contains(g.Entrants, entrant)
	}
	return len(given) < game.MaxGiven
}

// brake counts a wrong claim at hunt time t and returns the cooldown that it
// costs: none for hunt.BrakeFree of them within hunt.BrakeWindow, then one that
// doubles until there was none for hunt.BrakeQuiet.
func brake(b game.Brake, t int64) (game.Brake, int64) {
	if t-b.Last >= hunt.BrakeQuiet {
		b = game.Brake{}
	}
	b.Last = t
	if b.Level == 0 {
		if t-b.Since >= hunt.BrakeWindow {
			b.Free, b.Since = 0, t
		}
		if b.Free < hunt.BrakeFree {
			b.Free++
			return b, 0
		}
	}
	cooldown := int64(hunt.BrakeFirst)
	for range b.Level {
		cooldown = min(2*cooldown, hunt.BrakeMost)
	}
	if cooldown < hunt.BrakeMost {
		b.Level++
	}
	return b, cooldown
}

// fine takes the penalty of a wrong claim. A total never falls below zero by it.
func (s *State) fine(c *change, e *game.Entrant, ch *hunt.Challenge, cmd game.Command) game.Fine {
	points := min(ch.Penalty, e.Total)
	if points <= 0 {
		return game.Fine{}
	}
	n := c.add(game.Entry{
		Type: game.Penalised, Entrant: e.ID, Player: cmd.Player, Challenge: ch.ID,
		Points: -points, Total: e.Total - points, ID: cmd.ID,
	})
	return game.Fine{Seq: n.Seq, At: n.At, Points: points, Total: n.Total}
}

// last appends v to a copy and keeps the last n.
func last[T any](n int, list []T, v T) []T {
	list = append(slices.Clip(list), v)
	return list[max(0, len(list)-n):]
}

func left(ch *hunt.Challenge, count int64) int64 {
	if ch.MaxAttempts == 0 {
		return -1
	}
	return max(0, ch.MaxAttempts-count)
}

func (s *State) event(cmd game.Command, now int64, c *change) game.Reply {
	e, no := s.joined(cmd.Entrant)
	if e == nil {
		return no
	}
	cmd.Right = true
	if r, ended := s.before(e, cmd); ended {
		return r
	}
	tried := e.Attempts[cmd.Challenge]
	count := int64(len(tried.Events))
	if slices.Contains(tried.Events, cmd.ID) {
		return game.Reply{Outcome: game.OutPending, Replay: true, Count: count}
	}
	if s.stale(cmd) {
		return game.Reply{Outcome: game.OutStale}
	}
	ch, no := s.claimable(e, cmd.Challenge, now)
	if ch == nil {
		return no
	}
	if count+1 >= ch.Proof.Count {
		return s.award(c, e, ch, game.Entry{Player: cmd.Player, ID: cmd.ID}, s.worth(ch, now))
	}
	tried.Events = append(slices.Clip(tried.Events), cmd.ID)
	c.Tried = &Tried{e.ID, ch.ID, tried}
	return game.Reply{Outcome: game.OutPending, At: now, Count: count + 1}
}
