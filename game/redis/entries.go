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
	numDefined
	numRecovered
	numBanned // from here on all have the layout of most, and the board may change
	numUnbanned
	numHidden
	numShown
	numRenamed
	numDivided
	numMoved
	numExtended
	numSkipped
	numUnskipped
	numStarted
	numSubmitted
	numRejected
	numPenalised
	numFinished
	numDeleted
	numUndeleted

	withBy     = 32 // added: by and reason follow
	withOrigin = 64 // added: the origin of the entry that is put back comes last
)

// others are the types of entries that have the layout of most.
var others = map[int64]game.EntryType{
	numBanned: game.Banned, numUnbanned: game.Unbanned, numHidden: game.Hidden, numShown: game.Shown,
	numRenamed: game.Renamed, numDivided: game.Divided, numMoved: game.Moved, numExtended: game.Extended,
	numSkipped: game.Skipped, numUnskipped: game.Unskipped, numStarted: game.Started, numSubmitted: game.Submitted,
	numRejected: game.Rejected, numPenalised: game.Penalised, numFinished: game.Finished, numDeleted: game.Deleted,
	numUndeleted: game.Undeleted,
}

// entry reads one packed entry. Its time is kept as ms after origin.
func (u *unpacker) entry(epoch string, origin, seq int64) game.Entry {
	number := u.int()
	n := game.Entry{Epoch: epoch, Seq: seq, At: origin + u.int()}
	n.Nonce = base64.RawURLEncoding.EncodeToString(u.raw())
	switch kind := number &^ (withBy | withOrigin); kind {
	case numJoined:
		n.Type = game.Joined
		n.Entrant = u.id()
		n.Player, n.Invite, n.Number, n.Division = u.relative(n.Entrant), u.str(), u.int(), u.str()
	case numAwarded:
		n.Type = game.Awarded
		n.Entrant = u.id()
		n.Player, n.Challenge, n.Points, n.Bonus = u.relative(n.Entrant), u.str(), u.int(), u.int()
		n.Total, n.ID, n.Tie, n.Since = u.int(), u.id(), u.int(), u.int()
	case numBadged:
		n.Type = game.Badged
		n.Entrant = u.id()
		n.Player, n.Badge, n.Challenge = u.relative(n.Entrant), u.str(), u.str()
		n.Points, n.Total, n.ID, n.Place = u.int(), u.int(), u.id(), u.int()
	case numHinted:
		n.Type = game.Hinted
		n.Entrant = u.id()
		n.Player, n.Challenge, n.Hint = u.relative(n.Entrant), u.str(), u.str()
		n.Points, n.Total, n.ID, n.Rev = u.int(), u.int(), u.id(), u.int()
	case numAdjusted:
		n.Type = game.Adjusted
		n.Entrant, n.Points, n.Total, n.ID, n.Tie, n.KeepPlace = u.id(), u.int(), u.int(), u.id(), u.int(), u.bool()
	case numRevoked:
		n.Type = game.Revoked
		n.Entrant, n.Challenge, n.Badge = u.id(), u.str(), u.str()
		n.Points, n.Total, n.ID, n.Tie = u.int(), u.int(), u.id(), u.int()
	case numPhased:
		n.Type = game.Phased
		n.Phase, n.Frozen, n.Text, n.ID = game.Phase(u.str()), u.bool(), u.str(), u.id()
		n.Opens, n.Closes = u.int(), u.int()
	case numAnnounced:
		n.Type = game.Announced
		n.Text, n.ID = u.str(), u.id()
	case numDefined:
		n.Type = game.Defined
		n.Rev, n.Opens, n.Closes = u.int(), u.int(), u.int()
	case numRecovered:
		n.Type = game.Recovered
		n.Text = u.str()
	default:
		u.other(kind, &n)
	}
	if n.Tie == 0 && n.Ranks() {
		n.Tie = n.Seq
	}
	if number&withBy != 0 {
		n.By, n.Reason = u.str(), u.str()
	}
	if number&withOrigin != 0 {
		n.Text = game.RestoredPrefix + u.str()
	}
	return n
}

// other reads what entries of most types have, after what all have.
func (u *unpacker) other(number int64, n *game.Entry) {
	kind, known := others[number]
	if !known {
		u.fail("entry", fmt.Errorf("type %d", number))
		return
	}
	n.Type = kind
	n.Entrant = u.id()
	n.Player, n.Challenge, n.Points, n.Total, n.ID = u.relative(n.Entrant), u.str(), u.int(), u.int(), u.id()
	value, text := u.int(), u.str()
	switch kind {
	case game.Banned, game.Unbanned, game.Hidden, game.Shown:
		n.Awards, n.Out = text, value != 0
	case game.Divided:
		n.Division = text
	case game.Moved:
		n.From = text
	case game.Extended:
		n.Minutes = value
	case game.Started:
		n.Clock = value
	}
}
