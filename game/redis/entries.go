package redis

import (
	"encoding/base64"
	"fmt"

	"veltrix/game"
)

// The numbers of entry types in the ledger; lua/ledger.lua has the layout, and
// gets these numbers from constants.go.
const (
	numJoined = iota + 1
	numAwarded
	numBadged
	numHinted
	numAdjusted
	numRevoked
	numPhased
	numAnnounced
	numBanned
	numDefined
	numRecovered

	withBy     = 16 // added: by and reason follow
	withOrigin = 32 // added: the origin of the entry that is put back comes last
)

// entry reads one packed entry. Its time is kept as ms after origin.
func (u *unpacker) entry(epoch string, origin, seq int64) game.Entry {
	number := u.int()
	n := game.Entry{Epoch: epoch, Seq: seq, At: origin + u.int()}
	n.Nonce = base64.RawURLEncoding.EncodeToString(u.raw())
	switch number &^ (withBy | withOrigin) {
	case numJoined:
		n.Type = game.Joined
		n.Entrant = u.id()
		n.Player, n.Name, n.Invite = u.relative(n.Entrant), u.str(), u.str()
	case numAwarded:
		n.Type = game.Awarded
		n.Entrant = u.id()
		n.Player, n.Challenge, n.Points, n.Bonus = u.relative(n.Entrant), u.str(), u.int(), u.int()
		n.Total, n.ID = u.int(), u.id()
	case numBadged:
		n.Type = game.Badged
		n.Entrant = u.id()
		n.Player, n.Badge, n.Challenge = u.relative(n.Entrant), u.str(), u.str()
		n.Points, n.Total, n.ID = u.int(), u.int(), u.id()
	case numHinted:
		n.Type = game.Hinted
		n.Entrant = u.id()
		n.Player, n.Challenge, n.Hint = u.relative(n.Entrant), u.str(), u.str()
		n.Points, n.Total, n.ID = u.int(), u.int(), u.id()
	case numAdjusted:
		n.Type = game.Adjusted
		n.Entrant, n.Points, n.Total, n.ID = u.id(), u.int(), u.int(), u.id()
	case numRevoked:
		n.Type = game.Revoked
		n.Entrant, n.Challenge, n.Badge = u.id(), u.str(), u.str()
		n.Points, n.Total, n.ID = u.int(), u.int(), u.id()
	case numPhased:
		n.Type = game.Phased
		n.Phase, n.Frozen, n.Text, n.ID = game.Phase(u.str()), u.bool(), u.str(), u.id()
	case numAnnounced:
		n.Type = game.Announced
		n.Text, n.ID = u.str(), u.id()
	case numBanned:
		n.Type = game.Banned
		n.Entrant, n.ID = u.id(), u.id()
	case numDefined:
		n.Type = game.Defined
		n.Rev = u.int()
	case numRecovered:
		n.Type = game.Recovered
		n.Text = u.str()
	default:
		u.fail("entry", fmt.Errorf("type %d", number))
	}
	if number&withBy != 0 {
		n.By, n.Reason = u.str(), u.str()
	}
	if number&withOrigin != 0 {
		n.Text = game.RestoredPrefix + u.str()
	}
	return n
}
