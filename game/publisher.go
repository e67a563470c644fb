package game

import "veltrix/game/hunt"

// Publisher is where a hunt actor sends what its audience has to know. All
// calls for one hunt come from that hunt's goroutine, in ledger order; none
// may block, and none may keep the View.
type Publisher interface {
	// Entry tells the audience of one new line of the ledger, in order and
	// none missing. Origin is the session whose own command made the entry,
	// nil when it came from elsewhere: that session has the reply.
	Entry(v *View, n *Entry, origin any)
	// Board tells the audience that the board may look different, at most once
	// every BoardInterval. Events are the awards since the last call that
	// players may see, newest last, without the oldest skipped ones.
	Board(v *View, events []Entry, skipped int)
	// Standings tells every present entrant where it stands, at most once
	// every StandingInterval.
	Standings(v *View)
	// Reset tells the audience that the ledger's history was lost: what it
	// knows is void.
	Reset(v *View)
	// Forget drops what is kept for a hunt that this node no longer runs.
	Forget(hunt string)
	// Audience is how many sessions would hear of this hunt.
	Audience(hunt string) int
}

// Request is a command on its way to a hunt.
type Request struct {
	// Command is complete but for what the hunt's goroutine fills in: Rev,
	// and Right, Pending, Digest, Note of a claim and Admitted of a join.
	Command Command
	// Proof is a claim's evidence.
	Proof *hunt.Proof
	// JoinCode is what the player typed.
	JoinCode string
	// Origin is the session that asked, nil for none.
	Origin any
	// Done takes the reply on the hunt's goroutine. It is called exactly once
	// for every accepted request and must not block. View.Seq is the ledger's
	// head as of this reply. The view is nil when there is none.
	Done func(v *View, r Reply)

	look func(v *View, err error)
	done bool
}
