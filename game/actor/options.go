package actor

import (
	"errors"
	"time"
)

// Options are the limits of a node's hunts.
type Options struct {
	// Mailbox is how many requests wait for one hunt before it answers busy.
	// With MaxBatch requests in a batch and 10 to 20 ms for each full batch, 1024
	// is a wait under 100 ms.
	Mailbox int
	// CommitRetry is how long a batch is held and retried while the store
	// fails before its requests are answered unavailable. Longer than a
	// Redis failover takes to be noticed would only hide the failure from
	// players, who keep their claims and resend them anyway.
	CommitRetry time.Duration
	// BoardInterval is the least time between two boards of a hunt: ten a
	// second look live to a person.
	BoardInterval time.Duration
	// TickerInterval is the least time between two tickers of a hunt, and
	// between two messages of what its challenges are worth: nobody reads faster,
	// and with every board they would be half of all bytes.
	TickerInterval time.Duration
	// StandingInterval is the least time between two standings of a player.
	StandingInterval time.Duration
	// Look is how often a node looks at the heads of all its hunts without
	// being rung for: what a lost doorbell costs at worst, and how long lost
	// history goes unnoticed in a hunt that nobody plays.
	Look time.Duration
	// Idle is how long a hunt without audience, requests and due schedule
	// stays in memory; one that only the start of the node read stays shorter.
	Idle time.Duration
	// Remember is a directory in which each hunt's last entries are kept, so
	// that a node that is started again can put back what the store lost
	// meanwhile; empty keeps them in memory only. It is for one node and one store.
	Remember string
}

// DefaultOptions returns the limits that suit most.
func DefaultOptions() Options {
	return Options{
		Mailbox:          1024,
		CommitRetry:      10 * time.Second,
		BoardInterval:    100 * time.Millisecond,
		TickerInterval:   500 * time.Millisecond,
		StandingInterval: time.Second,
		Look:             5 * time.Second,
		Idle:             5 * time.Minute,
	}
}

// Validate returns an error that names the first limit that cannot work.
func (o Options) Validate() error {
	switch {
	case o.Mailbox < 1:
		return errors.New("mailbox must hold at least one request")
	case o.CommitRetry <= 0, o.BoardInterval <= 0, o.TickerInterval <= 0, o.StandingInterval <= 0, o.Look <= 0, o.Idle <= 0:
		return errors.New("durations must be positive")
	}
	return nil
}

// Backoff of a failing commit.
const (
	retryFirst = 20 * time.Millisecond
	retryMost  = time.Second
)
