package redis

import (
	"encoding/base64"
	"fmt"
	"strings"

	"veltrix/game"
)

func nonceText(raw string) string { return base64.RawURLEncoding.EncodeToString([]byte(raw)) }

// Flags of a kept award.
const (
	flagFirst   = 1
	flagRevoked = 2
	flagBadges  = 4 // badges came with it
)

// Why an entrant is out, added up.
const (
	outBanned = 1
	outHidden = 2
)

// entrant reads what entrant_reply of lua/entrant.lua packs.
func (u *unpacker) entrant(origin int64) *game.Entrant {
	e := &game.Entrant{
		ID: u.str(), Awards: map[string]game.Award{}, Badges: map[string]game.Held{},
		Hints: map[string]game.Bought{}, Attempts: map[string]game.Attempts{},
		Members: map[string]string{}, Skips: map[string]bool{}, Fined: map[string]game.Fine{},
	}
	e.Name, e.Looks, e.Invite = u.str(), u.str(), u.str()
	for range u.list() {
		e.Players = append(e.Players, u.relative(e.ID))
	}
	for i := range u.list() {
		if name := u.str(); name != "" && i < len(e.Players) {
			e.Members[e.Players[i]] = name
		}
	}
	state := u.nested()
	e.Total, e.Solves, e.Firsts, e.Streak = state.int(), state.int(), state.int(), state.int()
	e.Broken, e.Tie, e.JoinSeq = state.int(), state.int(), state.int()
	e.JoinedAt = origin + state.int()
	out := state.int()
	e.Banned, e.Hidden = out&outBanned != 0, out&outHidden != 0
	_, _ = state.int(), state.int() // badges, tried: how many of these there are
	rest := state.nested()
	e.Number, e.Raised, e.Clock, e.Extra, e.Division = rest.int(), rest.int(), rest.int(), rest.int(), rest.str()
	e.FinishedSeq, e.FinishedAt = rest.int(), rest.int()
	if e.FinishedSeq != 0 {
		e.FinishedAt += origin
	}
	u.also(rest)
	u.also(state)
	for n := u.list(); n > 1 && u.err == nil; n -= 2 {
		u.field(e, origin)
	}
	for id, earned := range u.earned {
		a := e.Awards[id]
		a.Badges = earned
		e.Awards[id] = a
	}
	for n := u.list(); n > 2 && u.err == nil; n -= 3 {
		id := u.str()
		packed := u.nested()
		a := packed.attempts(e.ID, id)
		u.also(packed)
		for range u.list() {
			a.Events = append(a.Events, u.id())
		}
		e.Attempts[id] = a
	}
	return e
}

func (u *unpacker) nested() *unpacker { return &unpacker{b: u.raw(), err: u.err} }

func (u *unpacker) also(v *unpacker) {
	if v.err != nil {
		u.fail("nested", v.err)
	}
}

// field reads one field of an entrant's hash.
func (u *unpacker) field(e *game.Entrant, origin int64) {
	kind, id, _ := strings.Cut(u.str(), ":")
	v := u.nested()
	switch kind {
	case "a":
		flags := v.int()
		a := game.Award{ID: v.id(), Player: v.relative(e.ID), Seq: v.int(), At: origin + v.int()}
		a.Points, a.Bonus, a.Total, a.Tie = v.int(), v.int(), v.int(), a.Seq
		if len(v.b) > 0 {
			a.Tie = v.int()
		}
		a.First, a.Revoked = flags&flagFirst != 0, flags&flagRevoked != 0
		e.Awards[id] = a
	case "g":
		if u.earned == nil {
			u.earned = map[string][]string{}
		}
		u.earned[id] = v.strs()
	case "b":
		e.Badges[id] = game.Held{Seq: v.int(), At: origin + v.int(), Points: v.int(), Place: v.int()}
	case "h":
		e.Hints[id] = game.Bought{ID: v.id(), Seq: v.int(), At: origin + v.int(), Cost: v.int(), Total: v.int(), Rev: v.int()}
	case "k":
		e.Skips[id] = true
	case "p":
		challenge, short, _ := strings.Cut(id, "/")
		e.Fined[challenge+"/"+long([]byte(short))] = game.Fine{Seq: v.int(), At: origin + v.int(), Points: v.int(), Total: v.int()}
	}
	u.also(v)
}

func (u *unpacker) attempts(entrant, challenge string) game.Attempts {
	a := game.Attempts{Count: u.int(), RetryAt: u.int(), Broken: u.int()}
	for range u.list() {
		values := u.list()
		if values != 4 && values != 7 {
			u.fail("wrong claim", fmt.Errorf("%d values", values))
			return a
		}
		w := game.Wrong{ID: u.id(), At: u.int(), Left: u.int(), RetryAfter: u.int()}
		if values == 7 {
			w.Fine = game.Fine{Seq: u.int(), At: w.At, Points: u.int(), Total: u.int()}
		}
		a.Recent = append(a.Recent, w)
	}
	a.Answers = u.strs()
	if n := u.list(); n == 5 {
		a.Pending = &game.Review{
			ID: u.id(), Entrant: entrant, Player: u.relative(entrant), Challenge: challenge, Note: u.str(), At: u.int(), Seq: u.int(),
		}
	}
	_ = u.int() // events: how many; their ids follow apart
	if n := u.list(); n == 4 {
		a.Brake = game.Brake{Free: u.int(), Since: u.int(), Level: u.int(), Last: u.int()}
	}
	return a
}
