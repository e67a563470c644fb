package actor

import (
	"time"

	"veltrix/game"
	"veltrix/game/hunt"
)

// Publisher is where a hunt actor sends what its audience has to know. All
// calls for one hunt come from that hunt's goroutine, in ledger order; none
// may block, and none may keep the View.
type Publisher interface {
	// Entry tells the audience of one new line of the ledger, in order and
	// none missing. Origin is the session whose own command made the entry,
	// nil when it came from elsewhere: that session has the reply. More are
	// the entries that are known to follow.
	Entry(v *View, n *game.Entry, more []game.Entry, origin any)
	// Board tells the audience that the board may look different, at most once
	// every BoardInterval and every FanOut; with what the challenges are worth at
	// most once every TickerInterval.
	Board(v *View, worths bool)
	// Ticker tells the audience of the awards since the last call that players
	// may see, newest last, without the oldest skipped ones, at most once every
	// TickerInterval.
	Ticker(v *View, events []Event, skipped int)
	// Standings tells every present entrant where it stands, at most once
	// every StandingInterval.
	Standings(v *View)
	// Reset tells the audience that the ledger's history was lost: what it
	// knows is void.
	Reset(v *View)
	// Forget drops what is kept for a hunt that this node no longer runs.
	Forget(hunt string)
	// FanOut is how long it takes at present to send a board to everybody.
	FanOut() time.Duration
	// Audience is how many sessions would hear of this hunt.
	Audience(hunt string) int
}

// Event is an award as the audience hears of it.
type Event struct {
	game.Entry
	First  bool     // no one was awarded the challenge before
	Badges []string // earned with it
}

// Request is a command on its way to a hunt.
type Request struct {
	// Command is complete but for what the hunt's goroutine fills in: Rev,
	// and Right, Pending, Digest, Note of a claim and Admitted of a join. An
	// empty Entrant of a claim or hint is the player itself, in a solo hunt.
	Command game.Command
	// Proof is a claim's evidence.
	Proof *hunt.Proof
	// JoinCode is what the player typed.
	JoinCode string
	// Team says, in a team hunt, which team to found or to join; nil comes
	// back to the team that the player is in.
	Team *Team
	// Origin is the session that asked, nil for none.
	Origin any
	// Done takes the reply on the hunt's goroutine. It is called exactly once
	// for every accepted request and must not block. View.Seq is the ledger's
	// head as of this reply. The view is nil when there is none.
	Done func(v *View, r game.Reply)

	look   func(v *View, err error)
	posted time.Time // a claim
	done   bool
}

// Viewing makes a request that only looks: f runs on the hunt's goroutine,
// with the view or with an error as of Hunts.Look.
func Viewing(f func(v *View, err error)) *Request { return &Request{look: f} }
