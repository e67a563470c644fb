package crowd

import (
	"net/url"
	"time"

	"github.com/google/uuid"
)

// Plan is what a crowd does. It is plain data, so that it can be sent to
// another process.
type Plan struct {
	URL        string // of the server, http:// or https://
	Peer       string // a name of package wire: the server is not Veltrix
	Hunts      []string
	Challenges int // of each hunt: Challenge(0) … Challenge(Challenges−1)

	Players []Member // there from the start
	Late    []Member // they join at the rate of Joins
	// Watchers look at the hunts in turn, without a token.
	Watchers int

	ConnectRate float64 // connections a second before the start
	// Rate is claims (and hints) a second of all players together, as a Poisson
	// process; 0 is the closed loop: each player claims again when answered.
	Rate       float64
	Mix        Mix
	Joins      float64 // late players a second
	Reconnects float64 // lost connections a second
	Storm      bool    // everyone loses the connection at once, in the middle of Duration

	Warmup, Duration time.Duration // what is measured begins after the first
	Drain            time.Duration // longest wait for the last answers

	// Sources are addresses to connect from, the sockets in blocks of
	// SocketsPerSource; none is the system's choice.
	Sources []string
}

// SocketsPerSource is how many sockets connect from one address: below the
// 28,232 ports that Linux has for one address by default.
const SocketsPerSource = 20_000

// Mix is how the load is made up, as shares of all requests; what is left are
// right claims.
type Mix struct {
	Wrong     float64 // answers that are wrong
	Duplicate float64 // challenges that the player has: half with the same claim id
	Hint      float64 // hints asked for
}

// Member is a player that exists on the server.
type Member struct {
	ID, Token string
	Hunt      int // index
}

// Kind is the kind of a request, or of another measurement.
type Kind int

// The kinds.
const (
	Right Kind = iota
	Wrong
	Duplicate
	Hint
	Join      // from dialling to joined, of late players and after a lost connection
	Ramp      // the same, before the start
	BoardAge  // from the last entry on a board to its arrival at a watcher
	Late      // from the time named by the Poisson process to the write
	Meanwhile // right claims that waited at some time between a storm and the return of the last
	Kinds
)

func (k Kind) String() string {
	return [...]string{"right", "wrong", "duplicate", "hint", "join", "ramp", "board_age", "late", "storm"}[k]
}

// Ack is a promise of the server: an award, or a hint that was given.
type Ack struct {
	ID          uuid.UUID
	Player      int32 // index in Players, then Late
	Challenge   int32
	Seq, Points int64
	// Fresh is the first answer; others name an award that exists already.
	Fresh bool
	Hint  bool
}

// Event is what Run reports while it runs; one field is set.
type Event struct {
	Ready   *Ready
	Tick    *Tick
	Stopped *Stopped
}

// Ready says that everyone of Plan.Players and the watchers is there.
type Ready struct{ Sockets int }

// Tick is one second.
type Tick struct {
	Second    int // since the start, from 0
	Sent      int64
	Answered  int64 // claims, whatever the outcome
	Awarded   int64
	Frames    int64 // that arrived
	Bytes     int64 // of their payload
	Busy      int64 // answers that ask to come again
	Connected int64
	Open      int64  // requests without an answer
	Latency   []byte // histogram of right claims, encoded
}

// Stopped says that no new requests are made. What is measured lies between
// From and Until.
type Stopped struct {
	From, Until time.Time
	CPU         time.Duration // of this process in that time
}

// Result is the outcome of a plan.
type Result struct {
	Histograms [Kinds][]byte // µs; BoardAge in ms; encoded
	Answered   int64         // claims and hints answered between From and Until
	Awarded    int64         // awards among them
	Frames     int64         // that arrived between From and Until
	Bytes      int64
	Boards     int64 // at watchers, between From and Until
	Busy       int64
	Resent     int64
	Lost       int64 // connections that ended without being asked to
	Acks       []Ack
	// Unexpected counts answers of another kind than asked for, by what was
	// asked and what came.
	Unexpected map[string]int64
	Unanswered []string // claim ids, at most 100
	Missing    int64    // how many there are of those
	Skipped    int64    // requests that were not made: nobody had anything left to claim

	Cut  int64         // connections that a storm ended
	Away int64         // of those, the ones that are not back
	Back time.Duration // from the storm to the return of the last
}

func (p *Plan) base() (*url.URL, error) { return url.Parse(p.URL) }
