package rules

import (
	"slices"
	"strings"

	"veltrix/game"
	"veltrix/game/hunt"
)

// organizing are the organizers' commands that carry an id of their own, each
// with the entry that it makes, and the one that it makes with Lift.
var organizing = map[game.CommandType][2]game.EntryType{
	game.CmdAdjust:   {game.Adjusted, game.Adjusted},
	game.CmdRevoke:   {game.Revoked, game.Revoked},
	game.CmdGrant:    {game.Awarded, game.Awarded},
	game.CmdPhase:    {game.Phased, game.Phased},
	game.CmdAnnounce: {game.Announced, game.Announced},
	game.CmdBan:      {game.Banned, game.Unbanned},
	game.CmdHide:     {game.Hidden, game.Shown},
	game.CmdRename:   {game.Renamed, game.Renamed},
	game.CmdDivide:   {game.Divided, game.Divided},
	game.CmdMove:     {game.Moved, game.Moved},
	game.CmdExtend:   {game.Extended, game.Extended},
	game.CmdSkip:     {game.Skipped, game.Unskipped},
	game.CmdDelete:   {game.Deleted, game.Undeleted},
}

// organized is the entry that an organizer's command asks for.
func organized(cmd game.Command) game.Entry {
	n := game.Entry{
		Type: organizing[cmd.Type][0], Entrant: cmd.Entrant, Challenge: cmd.Challenge, Badge: cmd.Badge,
		ID: cmd.ID, By: cmd.By, Reason: cmd.Reason,
	}
	if cmd.Lift {
		n.Type = organizing[cmd.Type][1]
	}
	switch cmd.Type {
	case game.CmdAdjust:
		n.Points, n.KeepPlace = cmd.Points, cmd.KeepPlace
	case game.CmdGrant:
		if cmd.Badge != "" {
			n.Type = game.Badged
		}
	case game.CmdPhase:
		n.Text = cmd.Said()
	case game.CmdAnnounce:
		n.Text = cmd.Text
	case game.CmdRename:
		n.Name, n.Looks = cmd.Name, cmd.Looks
	case game.CmdDivide:
		n.Division = cmd.Division
	case game.CmdMove:
		n.Player, n.Member = cmd.Player, cmd.Member
	case game.CmdExtend:
		n.Minutes = cmd.Minutes
	}
	return n
}

// organize decides a command of an organizer.
func (s *State) organize(cmd game.Command, now int64, c *change) game.Reply {
	n := organized(cmd)
	if d, known := s.Commands[cmd.ID]; known {
		if d.Content != fingerprint(n) {
			return refuse(game.CodeConflict, game.WhyReused)
		}
		return game.Reply{
			Outcome: game.OutDone, Replay: true, Seq: d.Seq, At: d.At,
			Points: d.Points, Bonus: d.Bonus, Total: d.Total, Badges: slices.Clone(d.Badges),
		}
	}
	switch n.Type {
	case game.Phased:
		return s.changePhase(cmd, now, c, n)
	case game.Announced:
		return done(c.add(n))
	case game.Deleted, game.Undeleted:
		return s.bin(c, n)
	case game.Moved:
		return s.move(c, n)
	}
	e := s.Entrants[cmd.Entrant]
	all := cmd.Entrant == "" && (cmd.Type == game.CmdExtend || cmd.Type == game.CmdSkip)
	if !all && (e == nil || e.JoinSeq == 0) {
		return refuse(game.CodeUnknownEntrant, "")
	}
	switch n.Type {
	case game.Adjusted:
		return s.adjust(cmd, c, e, n)
	case game.Revoked:
		return s.revoke(c, e, n)
	case game.Awarded, game.Badged:
		return s.grant(cmd, now, c, e, n)
	case game.Extended:
		return s.extendTime(c, n)
	case game.Skipped, game.Unskipped:
		return s.skip(cmd, c, e, n)
	}
	return s.alter(cmd, c, e, n)
}

func done(n game.Entry) game.Reply {
	return game.Reply{
		Outcome: game.OutDone, Seq: n.Seq, At: n.At, Points: n.Points, Bonus: n.Bonus, Total: n.Total,
	}
}

func (s *State) adjust(cmd game.Command, c *change, e *game.Entrant, n game.Entry) game.Reply {
	if s.stale(cmd) {
		return game.Reply{Outcome: game.OutStale}
	}
	n.Total, n.Tie = e.Total+cmd.Points, e.Tie
	if bounded(n.Total) != nil {
		return refuse(game.CodeConflict, game.WhyBound)
	}
	if cmd.Points > 0 && !cmd.KeepPlace {
		n.Tie = c.seq + 1
	}
	n = c.add(n)
	st := standingOf(e)
	st.total = n.Total
	r := done(n)
	if cmd.Entry == nil {
		r.Badges = s.badges(c, st, n)
		r.Total, r.Finished = st.total, s.finish(c, st, n)
	}
	return r
}

func (s *State) revoke(c *change, e *game.Entrant, n game.Entry) game.Reply {
	if n.Badge != "" {
		b, has := e.Badges[n.Badge]
		if !has {
			return refuse(game.CodeConflict, game.WhyHasNot)
		}
		n.Points, n.Tie = -b.Points, e.Tie
	} else {
		if !solved(e, n.Challenge) {
			return refuse(game.CodeConflict, game.WhyHasNot)
		}
		n.Points, n.Tie = -e.Awards[n.Challenge].Points, tieWithout(e, n.Challenge)
	}
	n.Total = e.Total + n.Points
	if bounded(n.Total) != nil {
		return refuse(game.CodeConflict, game.WhyBound)
	}
	return done(c.add(n))
}

func (s *State) grant(cmd game.Command, now int64, c *change, e *game.Entrant, n game.Entry) game.Reply {
	if s.stale(cmd) {
		return game.Reply{Outcome: game.OutStale}
	}
	if n.Type == game.Awarded {
		return s.grantAward(cmd, now, c, e, n)
	}
	b := s.Definition.Badge(n.Badge)
	if b == nil {
		return refuse(game.CodeUnknownBadge, "")
	}
	if _, has := e.Badges[b.ID]; has {
		return refuse(game.CodeConflict, game.WhyHas)
	}
	n.Points, n.Total = b.Points, e.Total+b.Points
	if bounded(n.Total) != nil {
		return refuse(game.CodeConflict, game.WhyBound)
	}
	return done(c.add(n))
}

// grantAward gives an award, and one that was taken back with the points, the
// bonus and the tie that it had.
func (s *State) grantAward(cmd game.Command, now int64, c *change, e *game.Entrant, n game.Entry) game.Reply {
	ch := s.Definition.Challenge(n.Challenge)
	if ch == nil {
		return refuse(game.CodeUnknownChallenge, "")
	}
	v, no := s.judged(ch, cmd, now)
	if no.Outcome != "" {
		return no
	}
	if a, had := e.Awards[ch.ID]; had {
		if !a.Revoked {
			return refuse(game.CodeConflict, game.WhyHas)
		}
		n.Since = a.Tie
		v.bonus, v.points = a.Bonus, a.Points
		if cmd.Judged {
			v.points = cmd.Points + a.Bonus
		}
	}
	r := s.award(c, e, ch, n, v)
	if r.Outcome == game.OutAwarded {
		r.Outcome = game.OutDone
	}
	return r
}

// alter decides what changes an entrant but not its points.
func (s *State) alter(cmd game.Command, c *change, e *game.Entrant, n game.Entry) game.Reply {
	var is bool
	switch n.Type {
	case game.Banned, game.Unbanned:
		is = e.Banned
	case game.Hidden, game.Shown:
		is = e.Hidden
	case game.Renamed:
		if cmd.Entry == nil && s.taken(n.Looks, e) {
			return refuse(game.CodeConflict, game.WhyName)
		}
		return done(c.add(n))
	case game.Divided:
		if s.stale(cmd) {
			return game.Reply{Outcome: game.OutStale}
		}
		if n.Division != "" && cmd.Entry == nil && s.Definition.Division(n.Division) == nil {
			return refuse(game.CodeBadRequest, game.WhyDivision)
		}
		return done(c.add(n))
	}
	if is != cmd.Lift {
		return refuse(game.CodeConflict, hasOrNot(is))
	}
	n.Out = !cmd.Lift || e.Banned && e.Hidden
	if n.Out != e.Out() {
		n.Awards = awardsOf(e)
	}
	if cmd.Lift {
		n.Name, n.Looks = e.Name, e.Looks
	}
	return done(c.add(n))
}

func hasOrNot(has bool) string {
	if has {
		return game.WhyHas
	}
	return game.WhyHasNot
}

// awardsOf lists an entrant's awards as Entry.Awards has them.
func awardsOf(e *game.Entrant) string {
	list := make([]string, 0, len(e.Awards))
	for id := range e.Awards {
		list = append(list, id)
	}
	slices.Sort(list)
	for i, id := range list {
		if e.Awards[id].Revoked {
			list[i] = "-" + id
		}
	}
	return strings.Join(list, " ")
}

// move puts a player into another team, or out of its team.
func (s *State) move(c *change, n game.Entry) game.Reply {
	from, known := s.Players[n.Player]
	to := s.Entrants[n.Entrant]
	switch {
	case !known, n.Entrant != "" && (to == nil || to.JoinSeq == 0):
		return refuse(game.CodeUnknownEntrant, "")
	case s.Definition.Mode != hunt.Team:
		return refuse(game.CodeConflict, game.WhyMode)
	case from == n.Entrant:
		return refuse(game.CodeConflict, game.WhyHas)
	}
	n.From = from
	if name := s.Entrants[from].Members[n.Player]; name != "" {
		n.Member = name // else what a lost entry brings
	}
	return done(c.add(n))
}

// extendTime gives more time, to one entrant or to all.
func (s *State) extendTime(c *change, n game.Entry) game.Reply {
	if s.Phase == game.Closed {
		return refuse(game.CodeConflict, game.WhyPhase)
	}
	return done(c.add(n))
}

// skip lets a challenge count as solved for unlocking, for one entrant or for all.
func (s *State) skip(cmd game.Command, c *change, e *game.Entrant, n game.Entry) game.Reply {
	if s.stale(cmd) {
		return game.Reply{Outcome: game.OutStale}
	}
	is := s.Skips[n.Challenge]
	if e != nil {
		is = e.Skips[n.Challenge]
	}
	switch {
	case cmd.Entry == nil && s.Definition.Challenge(n.Challenge) == nil:
		return refuse(game.CodeUnknownChallenge, "")
	case is != cmd.Lift:
		return refuse(game.CodeConflict, hasOrNot(is))
	}
	r := done(c.add(n))
	if e != nil && !cmd.Lift && cmd.Entry == nil {
		after := clone(e)
		after.Skips[n.Challenge] = true
		r.Finished = s.finish(c, standingOf(after), n)
	}
	return r
}

// bin puts the hunt into the bin, or takes it out.
func (s *State) bin(c *change, n game.Entry) game.Reply {
	if is := s.DeletedAt != 0; is != (n.Type == game.Undeleted) {
		return refuse(game.CodeConflict, hasOrNot(is))
	}
	return done(c.add(n))
}

func (s *State) changePhase(cmd game.Command, now int64, c *change, n game.Entry) game.Reply {
	if s.stale(cmd) {
		return game.Reply{Outcome: game.OutStale}
	}
	after := s.phase()
	n.Phase, n.Frozen, n.Opens, n.Closes = after.Phase, after.Frozen, after.Opens, after.Closes
	if cmd.Freeze != "" {
		n.Frozen = cmd.Freeze == game.FreezeOn
		if n.Frozen == s.Frozen || s.Phase == game.Draft {
			return refuse(game.CodeConflict, game.WhyPhase)
		}
		n = c.add(n)
		if !n.Frozen && s.Phase == game.Closed && cmd.Entry == nil {
			s.places(c)
		}
		return done(n)
	}
	if !s.mayBecome(cmd.Phase) {
		return refuse(game.CodeConflict, game.WhyPhase)
	}
	n.Phase = cmd.Phase
	if cmd.Phase == game.Open {
		if no := s.opening(cmd, now, &n); no != "" {
			return refuse(game.CodeConflict, no)
		}
	}
	n = c.add(n)
	switch {
	case cmd.Phase == game.Closed && !s.Frozen && cmd.Entry == nil:
		s.places(c)
	case s.Phase == game.Closed:
		s.takePlaces(c)
	}
	return done(n)
}

// mayBecome reports whether a hunt may go from its phase to that one.
func (s *State) mayBecome(to game.Phase) bool {
	switch to {
	case game.Open:
		return s.Phase != game.Open
	case game.Paused:
		return s.Phase == game.Open
	case game.Closed:
		return s.Phase == game.Open || s.Phase == game.Paused
	}
	return false
}

// opening completes the entry of a hunt that is opened at now, or that is to
// open later, and returns why it cannot be.
func (s *State) opening(cmd game.Command, now int64, n *game.Entry) (why string) {
	if cmd.At > now {
		if s.Phase != game.Draft {
			return game.WhyPhase
		}
		n.Phase, n.Opens = game.Draft, cmd.At
	}
	shift := s.Shift
	if s.Phase == game.Paused || s.Phase == game.Closed {
		shift = s.resumed(now)
	}
	switch {
	case cmd.Entry != nil:
		n.Closes = cmd.Entry.Closes
	case cmd.SetCloses && cmd.Closes == 0:
		n.Closes = 0
	case cmd.SetCloses:
		n.Closes = cmd.Closes - shift
	}
	if n.Closes != 0 && n.Closes <= max(now, cmd.At)-shift && cmd.Entry == nil {
		return game.WhyCloses
	}
	return ""
}
