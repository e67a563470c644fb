package game

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"

	"veltrix/game/hunt"
)

// Turn is the place of a commit among those of its hunt that are under way.
type Turn struct {
	Nonce string // of this commit's entries: four random bytes in base64url
	After string // Nonce of the commit that has to be the last one before; empty for any
}

// ErrOutOfTurn is the error of a commit whose turn it was not, or which needs
// the definition that is in force now: nothing was done.
var ErrOutOfTurn = errors.New("it was not the commit's turn")

// Pipeliner is a Store that takes a commit of a hunt while another one is under
// way.
type Pipeliner interface {
	// Launch begins what Store.Commit does; wait, to be called once, ends it.
	// Commits reach the store in the order in which they were launched, unless
	// something is in their way. ErrOutOfTurn says that the last entry of the
	// ledger is not one of the commit that turn names: that one has failed, has
	// added nothing, or somebody else's came after it.
	Launch(ctx context.Context, hunt string, def *hunt.Definition, known Head, batch []Command, turn Turn) (wait func() (Result, error))
}

// NewTurn makes a turn after the commit with that nonce, or at any time.
func NewTurn(after string) Turn {
	var nonce [4]byte
	_, _ = rand.Read(nonce[:]) // never fails
	return Turn{base64.RawURLEncoding.EncodeToString(nonce[:]), after}
}
