package rules

import (
	"maps"
	"slices"

	"veltrix/game"
	"veltrix/game/hunt"
)

// Apply changes the state by what Decide returned.
func (s *State) Apply(c Change) {
	for i := range c.Entries {
		if c.Entries[i].Type == game.Defined {
			s.Definition = c.Definition
		}
		s.ApplyEntry(c.Entries[i])
	}
	if c.Tried != nil {
		s.ApplyTried(*c.Tried)
	}
}

// ApplyTried records attempts. A state is rebuilt from all attempts and then the
// entries, because a streak counts the awards after the last wrong claim.
func (s *State) ApplyTried(t Tried) {
	e := s.entrant(t.Entrant)
	delete(s.Waiting, waitingKey(t.Entrant, t.Challenge))
	if t.Attempts.Pending != nil {
		s.Waiting[waitingKey(t.Entrant, t.Challenge)] = *t.Attempts.Pending
	}
	if t.Attempts.Broken > e.Attempts[t.Challenge].Broken {
		e.Broken, e.Streak = max(e.Broken, t.Attempts.Broken), 0
	}
	e.Attempts[t.Challenge] = t.Attempts
}

// ApplyEntry folds one line of the ledger into the state. The definition of a
// defined entry has to be set by the caller.
func (s *State) ApplyEntry(n game.Entry) {
	s.Epoch, s.Seq, s.LastAt, s.Nonce = n.Epoch, n.Seq, n.At, n.Nonce
	s.remember(n)
	if n.Restores() {
		s.Restored[n.Origin()] = true
	}
	switch n.Type {
	case game.Joined:
		s.applyJoined(n)
	case game.Awarded:
		s.applyAwarded(n)
	case game.Badged:
		e := s.changing(n.Entrant)
		e.Total = n.Total
		e.Badges[n.Badge] = game.Held{Seq: n.Seq, At: n.At, Points: n.Points}
		if a, ok := e.Awards[n.Challenge]; ok && n.Challenge != "" && a.ID == n.ID {
			a.Badges, a.Total = append(slices.Clip(a.Badges), n.Badge), n.Total
			e.Awards[n.Challenge] = a
		}
	case game.Hinted:
		e := s.changing(n.Entrant)
		e.Total = n.Total
		e.Hints[n.Challenge+"/"+n.Hint] = game.Bought{ID: n.ID, Seq: n.Seq, At: n.At, Cost: -n.Points, Total: n.Total}
	case game.Adjusted:
		s.changing(n.Entrant).Total = n.Total
	case game.Revoked:
		s.applyRevoked(n)
	case game.Banned:
		e := s.changing(n.Entrant)
		e.Banned = true
	case game.Phased:
		s.applyPhase(n)
	case game.Defined:
		if s.Phase == "" {
			s.Phase = game.Draft
		}
	case game.Announced, game.Recovered:
	}
}

// entrant returns the entrant, and makes it when it is not there yet: when a
// state is rebuilt, attempts are applied before the joined entry.
func (s *State) entrant(id string) *game.Entrant {
	e := s.Entrants[id]
	if e == nil {
		e = &game.Entrant{
			ID: id, Awards: map[string]game.Award{}, Badges: map[string]game.Held{},
			Hints: map[string]game.Bought{}, Attempts: map[string]game.Attempts{},
		}
		s.Entrants[id] = e
	}
	return e
}

// changing returns an entrant whose row is about to change and keeps the row
// for the frozen board.
func (s *State) changing(id string) *game.Entrant {
	e := s.entrant(id)
	if s.Frozen {
		if _, kept := s.FrozenRows[id]; !kept {
			var was *game.Row
			if e.JoinSeq != 0 {
				row := rowOf(e)
				was = &row
			}
			s.FrozenRows[id] = was
		}
	}
	return e
}

func (s *State) applyJoined(n game.Entry) {
	e := s.entrant(n.Entrant)
	if e.JoinSeq == 0 {
		s.changing(n.Entrant)
		e.Name, e.Invite = n.Name, n.Invite
		e.JoinSeq, e.JoinedAt, e.Tie = n.Seq, n.At, n.Seq
	}
	e.Players = append(e.Players, n.Player)
	s.Players[n.Player] = n.Entrant
}

func (s *State) applyAwarded(n game.Entry) {
	e := s.changing(n.Entrant)
	t := s.Tallies[n.Challenge]
	first := t.Given == 0
	t.Solves, t.Given = t.Solves+1, t.Given+1
	s.Tallies[n.Challenge] = t

	e.Total, e.Tie, e.Solves = n.Total, n.Seq, e.Solves+1
	if first {
		e.Firsts++
	}
	if n.Player != "" && n.Seq > e.Broken {
		e.Streak++
	}
	e.Awards[n.Challenge] = game.Award{
		ID: n.ID, Player: n.Player, Seq: n.Seq, At: n.At,
		Points: n.Points, Bonus: n.Bonus, Total: n.Total, First: first,
	}
	if tried, ok := e.Attempts[n.Challenge]; ok && (tried.Pending != nil || tried.Events != nil) {
		delete(s.Waiting, waitingKey(n.Entrant, n.Challenge))
		tried.Pending, tried.Events = nil, nil
		e.Attempts[n.Challenge] = tried
	}
}

// waitingKey is not the claim's id, which counts only within its entrant and
// challenge: two players may send the same one.
func waitingKey(entrant, challenge string) string { return entrant + "\x00" + challenge }

func (s *State) applyRevoked(n game.Entry) {
	e := s.changing(n.Entrant)
	e.Total = n.Total
	if n.Badge != "" {
		delete(e.Badges, n.Badge)
		return
	}
	a := e.Awards[n.Challenge]
	a.Revoked = true
	e.Awards[n.Challenge] = a
	e.Solves--
	if a.First {
		e.Firsts--
	}
	t := s.Tallies[n.Challenge]
	t.Solves--
	s.Tallies[n.Challenge] = t
}

func (s *State) applyPhase(n game.Entry) {
	was := s.Frozen
	s.Moved(n)
	switch {
	case s.Frozen == was:
	case s.Frozen:
		s.FrozenSeq, s.FrozenRows, s.FrozenTallies = n.Seq, map[string]*game.Row{}, maps.Clone(s.Tallies)
	default:
		s.FrozenSeq, s.FrozenRows, s.FrozenTallies = 0, nil, nil
	}
}

// remember keeps what an organizer's command did, for its replay. The first entry
// with the command's id says what it was; badges that follow belong to it.
func (s *State) remember(n game.Entry) {
	if n.By == "" || n.By == game.Schedule || n.ID == "" || n.Player != "" {
		return
	}
	d, known := s.Commands[n.ID]
	if !known {
		d = Done{Content: fingerprint(n), Seq: n.Seq, At: n.At, Points: n.Points, Bonus: n.Bonus, Total: n.Total}
	} else {
		d.Badges, d.Total = append(slices.Clip(d.Badges), n.Badge), n.Total
	}
	s.Commands[n.ID] = d
}

// redefine returns the definition with its revision set; definitions are
// shared and never changed.
func redefine(d *hunt.Definition, rev int64) *hunt.Definition {
	c := *d
	c.Rev = rev
	return &c
}
