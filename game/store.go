package game

import (
	"context"
	"fmt"
	"strconv"

	"veltrix/game/hunt"
)

// Result is what a commit did.
type Result struct {
	Replies []Reply // one for each command, in order
	// Entries are the new lines of the ledger, seq ascending without a gap.
	// The entry that says what was lost and then those of the schedule come first
	// and answer no command. When a try whose reply was lost took effect, its
	// entries are in the ledger only: the replies are replays and Seq is past the
	// entries.
	Entries []Entry
	Now     int64 // the store's clock, Unix ms
	Epoch   string
	Seq     int64 // head of the ledger after the commit
	Rev     int64 // revision in force after the commit
}

// Head names a point of a ledger by its entry there. The zero Head knows nothing.
type Head struct {
	Epoch string
	Seq   int64
	Nonce string
	// Forked says, in Commit, that the caller has read the ledger and found
	// another entry at Seq: history was lost although the ledger is longer.
	Forked bool
}

// Check returns an error unless the numbers are such as a ledger has.
func (h Head) Check() error {
	if h.Epoch == "" {
		return nil
	}
	// Lua's numbers are exact up to 2^53, the year 287396.
	epoch, err := strconv.ParseInt(h.Epoch, 10, 64)
	if err != nil || strconv.FormatInt(epoch, 10) != h.Epoch || epoch < 0 || epoch >= 1<<53 || h.Seq < 0 || h.Seq >= 1<<53 {
		return fmt.Errorf("head: no ledger has epoch %q and seq %d", h.Epoch, h.Seq)
	}
	return nil
}

// Store decides and keeps. Implementations are safe for concurrent use.
//
// Every method's error wraps ErrUnavailable when trying again may help and
// ErrUnknownHunt or ErrUnknownEntrant where that is the reason.
type Store interface {
	// Commit decides the commands in order as one atomic step and returns when
	// they are durable. Commands of one hunt must come with the definition
	// they were judged by; a define command that creates a hunt comes with nil.
	// At most MaxBatch commands. A batch for a hunt that does not exist and that
	// defines none is ErrUnknownHunt.
	//
	// known is the head of the ledger as the caller last knew it. If the store
	// has lost it, the same step starts a new epoch whose first entry, of type
	// recovered, comes before all others of the commit. A hunt that is gone is
	// made again by a batch that defines it, in a later epoch, in the same way.
	//
	// Whenever known is not of the epoch that the batch is decided in, the
	// caller first has to put back what it remembers: commands that carry a
	// revision are Stale unless they are replays, and the schedule does not move
	// the hunt. The zero Head claims nothing; a Head without a Nonce is compared
	// by Epoch and Seq alone.
	Commit(ctx context.Context, hunt string, def *hunt.Definition, known Head, batch []Command) (Result, error)

	// Heads returns the heads of hunts, in order: the zero Head for one that
	// does not exist. Any number of hunts take few round trips. With an error
	// it may still return those that could be read, and the zero Head for the
	// others.
	Heads(ctx context.Context, hunts []string) ([]Head, error)

	// Hunts lists the ids of all hunts in alphabetical order.
	Hunts(ctx context.Context) ([]string, error)
	// Load returns a hunt without its entrants.
	Load(ctx context.Context, hunt string) (*Summary, error)
	// Rows returns every row of the board in the order of CompareRows, then those
	// of entrants that are out, and the seq of the ledger that they belong to. With
	// frozen, and while the hunt is frozen, they are as they were at the seq of the
	// freeze, but for names, divisions and who is out.
	Rows(ctx context.Context, hunt string, frozen bool) ([]Row, int64, error)
	// Ledger returns up to limit entries after seq.
	Ledger(ctx context.Context, hunt string, after int64, limit int) ([]Entry, error)
	// Definition returns a revision of the hunt file, ErrUnknownRevision when there
	// is none.
	Definition(ctx context.Context, hunt string, rev int64) (*hunt.Definition, error)
	// Entrant returns an entrant.
	Entrant(ctx context.Context, hunt, entrant string) (*Entrant, error)
	// EntrantOf returns the id of the entrant that a player belongs to, or
	// ErrUnknownEntrant.
	EntrantOf(ctx context.Context, hunt, player string) (string, error)
	// Reviews lists the claims that wait for an organizer, oldest first.
	Reviews(ctx context.Context, hunt string) ([]Review, error)

	// Purge removes a hunt for good if it is in the bin since before the time, Unix
	// ms. It does nothing when there is no such hunt.
	Purge(ctx context.Context, hunt string, before int64) error
	// Answers lists the wrong answers to a challenge, those of most entrants first.
	Answers(ctx context.Context, hunt, challenge string) ([]Given, error)
	// Watch calls ring whenever another node has added to a hunt's ledger. It
	// blocks until ctx ends. It may miss rings and may ring for nothing.
	Watch(ctx context.Context, ring func(hunt string, seq int64)) error
	// Secret returns the value kept under name; if there is none it keeps and
	// returns fresh.
	Secret(ctx context.Context, name, fresh string) (string, error)
	// Ready returns an error while the store cannot commit.
	Ready(ctx context.Context) error
	Close() error
}

// Forgetter is a Store that keeps in memory what it needs of the hunts in use.
type Forgetter interface {
	// Forget lets go of a hunt that this node does not use any more. Another use
	// of it costs some reading.
	Forget(hunt string)
}

// BinTime is for how long, in ms, a deleted hunt lies in the bin and can be restored.
const BinTime = 30 * 24 * 60 * 60 * 1000

// MaxBatch is the most commands in one commit: few enough that hunts which share
// a store wait some 10 ms for each other at worst, and enough that a hunt with
// its mailbox full is answered by four commits. Each costs a round trip, a sync
// and turns of busy processors; decision 033 has what other sizes measured.
const MaxBatch = 256
