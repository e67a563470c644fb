package actor

import (
	"time"

	"veltrix/game"
	"veltrix/game/hunt"
)

// Request is a command on its way to a hunt.
type Request struct {
	// Command is complete but for what the hunt's goroutine fills in: Rev,
	// and what Proof says of a claim, and Admitted and Chosen of a join. An empty
	// Entrant of a claim, hint or start is the player itself, in a solo hunt.
	Command game.Command
	// Proof is a claim's evidence. BadProof says why there is none that can be read.
	Proof    *hunt.Proof
	BadProof string
	// JoinCode is what the player typed.
	JoinCode string
	// DivisionCode is what the player typed for the division of a join.
	DivisionCode string
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
	say    string    // what the hunt file replies to the proof
	posted time.Time // a claim
	done   bool
}

// Viewing makes a request that only looks: f runs on the hunt's goroutine,
// with the view or with an error as of Hunts.Look.
func Viewing(f func(v *View, err error)) *Request { return &Request{look: f} }

// decides reports whether the request is a command: the store decides it.
func (r *Request) decides() bool { return r.look == nil }

// claims reports whether the request is a claim.
func (r *Request) claims() bool { return r.look == nil && r.Command.Type == game.CmdClaim }
