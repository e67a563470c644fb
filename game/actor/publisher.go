package actor

import (
	"time"

	"veltrix/game"
)

// Publisher is where a hunt sends what its audience has to know. All calls for
// one hunt come from that hunt's goroutine, in ledger order; none may block, and
// none may keep the View.
type Publisher interface {
	// Entry sends the audience one new line of the ledger, in order and none
	// missing. Origin is the session whose own command made the entry, nil when
	// it came from elsewhere: that session has the reply. More are the entries
	// that are known to follow.
	Entry(v *View, n *game.Entry, more []game.Entry, origin any)
	// Board sends the audience a board that may look different, at most once
	// every BoardInterval and every FanOut; with worths, also what the challenges
	// are worth, at most once every TickerInterval.
	Board(v *View, worths bool)
	// Ticker sends the audience the awards since the last call that players may
	// see, newest last, without the oldest skipped ones, at most once every
	// TickerInterval.
	Ticker(v *View, events []Event, skipped int)
	// Standings sends every present entrant its rank and points, at most once
	// every StandingInterval.
	Standings(v *View)
	// Tick sends what time alone changes, and returns when to call it again: 0 when
	// time changes nothing until the next entry phase, defined or extended.
	Tick(v *View) time.Duration
	// Reset says to the audience that the ledger's history was lost: what it
	// knows is void.
	Reset(v *View)
	// Forget drops what is kept for a hunt that this node no longer runs.
	Forget(hunt string)
	// FanOut is how long it takes at present to send a board to everybody.
	FanOut() time.Duration
	// Present lists the entrants that have a session in this hunt.
	Present(hunt string) []string
	// Audience is how many sessions watch or play this hunt.
	Audience(hunt string) int
}

// Event is an award as the ticker shows it.
type Event struct {
	game.Entry
	First  bool     // no one was awarded the challenge before
	Badges []string // earned with it
}
