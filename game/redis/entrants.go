package redis

import (
	"encoding/base64"
	"errors"
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

// entrant reads what entrant_reply of lua/entrant.lua packs.
func (u *unpacker) entrant(origin int64) *game.Entrant {
	e := &game.Entrant{
		ID: u.str(), Awards: map[string]game.Award{}, Badges: map[string]game.Held{},
		Hints: map[string]game.Bought{}, Attempts: map[string]game.Attempts{},
	}
	e.Name, e.Invite = u.str(), u.str()
	for range u.list() {
		e.Players = append(e.Players, u.relative(e.ID))
	}
	state := u.nested()
	e.Total, e.Solves, e.Firsts, e.Streak = state.int(), state.int(), state.int(), state.int()
	e.Broken, e.Tie, e.JoinSeq = state.int(), state.int(), state.int()
	e.JoinedAt, e.Banned = origin+state.int(), state.int() != 0
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
		a.Points, a.Bonus, a.Total = v.int(), v.int(), v.int()
		a.First, a.Revoked = flags&flagFirst != 0, flags&flagRevoked != 0
		e.Awards[id] = a
	case "g":
		if u.earned == nil {
			u.earned = map[string][]string{}
		}
		u.earned[id] = v.strs()
	case "b":
		e.Badges[id] = game.Held{Seq: v.int(), At: origin + v.int(), Points: v.int()}
	case "h":
		e.Hints[id] = game.Bought{ID: v.id(), Seq: v.int(), At: origin + v.int(), Cost: v.int(), Total: v.int()}
	}
	u.also(v)
}

func (u *unpacker) attempts(entrant, challenge string) game.Attempts {
	a := game.Attempts{Count: u.int(), RetryAt: u.int(), Broken: u.int()}
	for range u.list() {
		if u.list() != 4 {
			u.fail("wrong claim", errors.New("not 4 values"))
		}
		a.Recent = append(a.Recent, game.Wrong{ID: u.id(), At: u.int(), Left: u.int(), RetryAfter: u.int()})
	}
	a.Answers = u.strs()
	if n := u.list(); n == 4 {
		a.Pending = &game.Review{
			ID: u.id(), Entrant: entrant, Player: u.relative(entrant), Challenge: challenge, Note: u.str(), At: u.int(),
		}
	}
	return a
}
