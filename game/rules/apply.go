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
	if c.Gave != nil {
		s.ApplyGave(*c.Gave)
	}
}

// ApplyGave keeps a wrong answer.
func (s *State) ApplyGave(n Gave) {
	given := s.Given[n.Challenge]
	if given == nil {
		given = map[string]*game.Given{}
		s.Given[n.Challenge] = given
	}
	g := given[n.Digest]
	if g == nil {
		g = &game.Given{Digest: n.Digest, Text: n.Text}
		given[n.Digest] = g
	}
	g.Entrants = append(g.Entrants, n.Entrant)
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
	s.Schedule.Moved(n)
	switch n.Type {
	case game.Joined:
		s.applyJoined(n)
	case game.Awarded:
		s.applyAwarded(n)
	case game.Badged:
		s.applyBadged(n)
	case game.Revoked:
		s.applyRevoked(n)
	case game.Hinted:
		e := s.changing(n.Entrant)
		e.Total = n.Total
		e.Hints[n.Challenge+"/"+n.Hint] = game.Bought{ID: n.ID, Seq: n.Seq, At: n.At, Cost: -n.Points, Total: n.Total, Rev: n.Rev}
	case game.Penalised:
		e := s.changing(n.Entrant)
		e.Total = n.Total
		e.Fined[n.Challenge+"/"+n.ID] = game.Fine{Seq: n.Seq, At: n.At, Points: -n.Points, Total: n.Total}
	case game.Adjusted:
		e := s.changing(n.Entrant)
		e.Total = n.Total
		if n.Points > 0 && !n.KeepPlace {
			e.Raised, e.Tie = n.Seq, n.Seq
		}
	case game.Phased:
		s.applyFreeze(n)
	case game.Moved:
		s.applyMoved(n)
	case game.Skipped, game.Unskipped:
		s.applySkipped(n)
	case game.Banned, game.Unbanned, game.Hidden, game.Shown:
		s.applyOut(n)
	case game.Renamed, game.Divided, game.Started, game.Extended, game.Finished:
		s.applyAltered(n)
	case game.Submitted, game.Rejected, game.Defined, game.Deleted, game.Undeleted, game.Announced, game.Recovered:
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
			Members: map[string]string{}, Skips: map[string]bool{}, Fined: map[string]game.Fine{},
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
		e.Invite, e.Division, e.Number = n.Invite, n.Division, n.Number
		e.JoinSeq, e.JoinedAt, e.Tie = n.Seq, n.At, n.Seq
		s.name(e, n)
		s.Joined = max(s.Joined, n.Number+1)
	}
	s.enter(e, n)
}

// enter adds the player of an entry to an entrant.
func (s *State) enter(e *game.Entrant, n game.Entry) {
	e.Players = append(e.Players, n.Player)
	s.Players[n.Player] = e.ID
	if n.Member != "" {
		e.Members[n.Player] = n.Member
	}
}

// name gives an entrant the name of an entry.
func (s *State) name(e *game.Entrant, n game.Entry) {
	if s.Names[e.Looks]--; s.Names[e.Looks] <= 0 {
		delete(s.Names, e.Looks)
	}
	e.Name, e.Looks = n.Name, n.Looks
	if n.Looks != "" {
		s.Names[n.Looks]++
	}
}

// taken reports whether the name of an entrant other than e, which may be nil,
// looks so.
func (s *State) taken(looks string, e *game.Entrant) bool {
	others := s.Names[looks]
	if e != nil && e.Looks == looks {
		others--
	}
	return looks != "" && others > 0 && !s.Definition.FreeNames
}

// Person puts into an entry what persons wrote and what stands beside the
// ledger: what of it there is now.
func (s *State) Person(n *game.Entry) {
	e := s.Entrants[n.Entrant]
	if e == nil {
		e = &game.Entrant{}
	}
	switch n.Type {
	case game.Joined:
		n.Name, n.Looks, n.Member = e.Name, e.Looks, e.Members[n.Player]
	case game.Renamed, game.Unbanned, game.Shown:
		n.Name, n.Looks = e.Name, e.Looks
	case game.Moved:
		n.Member = e.Members[n.Player]
	case game.Submitted:
		n.Note = ""
		if p := e.Attempts[n.Challenge].Pending; p != nil && p.ID == n.ID {
			n.Note = p.Note
		}
	}
}

func (s *State) applyAwarded(n game.Entry) {
	e := s.changing(n.Entrant)
	first := s.first(e, n)
	_, again := e.Awards[n.Challenge]
	if !e.Out() {
		t := s.Tallies[n.Challenge]
		t.Solves++
		if !again {
			t.Given++
		}
		s.Tallies[n.Challenge] = t
	}
	e.Total, e.Tie, e.Solves = n.Total, n.Tie, e.Solves+1
	if first {
		e.Firsts++
	}
	if n.Player != "" && n.Seq > e.Broken {
		e.Streak++
	}
	a := game.Award{
		ID: n.ID, Player: n.Player, Seq: n.Seq, At: n.At,
		Points: n.Points, Bonus: n.Bonus, Total: n.Total, First: first, Tie: n.Seq,
	}
	if n.Since != 0 {
		a.Tie = n.Since
	}
	e.Awards[n.Challenge] = a
	if tried, ok := e.Attempts[n.Challenge]; ok && (tried.Pending != nil || tried.Events != nil) {
		delete(s.Waiting, waitingKey(n.Entrant, n.Challenge))
		tried.Pending, tried.Events = nil, nil
		e.Attempts[n.Challenge] = tried
	}
}

func (s *State) applyBadged(n game.Entry) {
	e := s.changing(n.Entrant)
	e.Total = n.Total
	e.Badges[n.Badge] = game.Held{Seq: n.Seq, At: n.At, Points: n.Points, Place: n.Place}
	if n.Place != 0 {
		s.Placed = append(s.Placed, Placed{n.Entrant, n.Badge})
	}
	if a, ok := e.Awards[n.Challenge]; ok && n.Challenge != "" && a.ID == n.ID {
		a.Badges, a.Total = append(slices.Clip(a.Badges), n.Badge), n.Total
		e.Awards[n.Challenge] = a
	}
}

// waitingKey is not the claim's id, which counts only within its entrant and
// challenge: two players may send the same one.
func waitingKey(entrant, challenge string) string { return entrant + "\x00" + challenge }

func (s *State) applyRevoked(n game.Entry) {
	e := s.changing(n.Entrant)
	e.Total, e.Tie = n.Total, n.Tie
	if n.Badge != "" {
		delete(e.Badges, n.Badge)
		s.Placed = slices.DeleteFunc(s.Placed, func(p Placed) bool { return p == Placed{n.Entrant, n.Badge} })
		return
	}
	a := e.Awards[n.Challenge]
	a.Revoked = true
	e.Awards[n.Challenge] = a
	e.Solves--
	if a.First {
		e.Firsts--
	}
	if !e.Out() {
		t := s.Tallies[n.Challenge]
		t.Solves--
		s.Tallies[n.Challenge] = t
	}
}

func (s *State) applyOut(n game.Entry) {
	e := s.changing(n.Entrant)
	was := e.Out()
	switch n.Type {
	case game.Banned, game.Unbanned:
		e.Banned = n.Type == game.Banned
	default:
		e.Hidden = n.Type == game.Hidden
	}
	if e.Out() == was {
		return
	}
	one := int64(1)
	if e.Out() {
		one = -1
	}
	for id, a := range e.Awards {
		t := s.Tallies[id]
		t.Given += one
		if !a.Revoked {
			t.Solves += one
		}
		s.Tallies[id] = t
	}
}

// applyAltered applies what changes an entrant's row in nothing but its name and
// its division, which are never frozen.
func (s *State) applyAltered(n game.Entry) {
	if n.Entrant == "" {
		return
	}
	e := s.entrant(n.Entrant)
	switch n.Type {
	case game.Renamed:
		s.name(e, n)
	case game.Divided:
		e.Division = n.Division
	case game.Started:
		e.Clock = n.Clock
	case game.Extended:
		e.Extra += n.Minutes * msPerMinute
	case game.Finished:
		e.FinishedSeq, e.FinishedAt = n.Seq, n.At
	}
}

func (s *State) applyMoved(n game.Entry) {
	if from := s.Entrants[n.From]; from != nil {
		from.Players = slices.DeleteFunc(slices.Clone(from.Players), func(p string) bool { return p == n.Player })
		delete(from.Members, n.Player)
	}
	delete(s.Players, n.Player)
	if n.Entrant != "" {
		s.enter(s.entrant(n.Entrant), n)
	}
}

func (s *State) applySkipped(n game.Entry) {
	skips := s.Skips
	if n.Entrant != "" {
		skips = s.entrant(n.Entrant).Skips
	}
	if n.Type == game.Skipped {
		skips[n.Challenge] = true
	} else {
		delete(skips, n.Challenge)
	}
}

// applyFreeze keeps or forgets the frozen board; Moved has set Frozen.
func (s *State) applyFreeze(n game.Entry) {
	switch was := s.FrozenRows != nil; {
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
	if !n.Organized() {
		return
	}
	d, known := s.Commands[n.ID]
	switch {
	case known && n.Type == game.Finished:
		return
	case !known:
		d = Done{Content: fingerprint(n), Seq: n.Seq, At: n.At, Points: n.Points, Bonus: n.Bonus, Total: n.Total}
	default:
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
