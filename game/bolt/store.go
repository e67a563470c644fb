// Package bolt is the embedded store: one file, one process, nothing to
// install. The rules run in memory and the ledger is on disk, in bbolt.
//
// Guarantees:
//   - Commit returns after the transaction that holds its entries was synced
//     (unless Options.NoSync). Commits of several hunts that wait at the same
//     time share one transaction, and so one fsync; an idle store writes at once.
//   - What is read was durable before. A transaction that failed leaves nothing
//     behind: the hunt is rebuilt from the file before it goes on.
//   - A state is always the fold of the ledger and of the recorded attempts;
//     there is no snapshot that could disagree with them.
//   - Damage is noticed: every page and every record is read when the file is
//     opened. It is an error that wraps ErrDamaged, and nothing is overwritten.
//     Package salvage makes a new file of what is right; this one does not
//     import it.
//
// Concurrency properties:
//   - There are no goroutines. The group commit runs on its callers: one of the
//     calls that wait, the leader, writes for all of them, and when its
//     transaction ends, one of those that came meanwhile leads the next. Its own
//     records are in that transaction (unless more than 256 calls wait), so it
//     does not work for others longer than it would have waited for them. A
//     goroutine of its own would need an owner between Open and Close, and cost
//     each idle commit two switches.
//   - A call holds at most, in this order: the turn of its hunt, the turn of the
//     leader, openFile.mu. Store.mu and group.mu are held for a few lines, with
//     nothing else taken under them.
//   - The turn of a hunt covers its state, from before a commit is decided until
//     it is durable. So commits of a hunt go one by one, and readers of the hunt
//     wait for the one under way.
//   - A context ends the wait for a turn. It does not end what runs: a commit
//     that was decided, or the settling of a file after a failed transaction.
//   - Close waits for all calls in flight.
//
// Power loss: bbolt writes the pages of a transaction where nothing refers to,
// syncs (1), writes one of the two meta pages, which is within a sector, and
// syncs (2). Commit returns after (2).
//   - Lost before (1), or between (1) and the meta page: the file is that of the
//     transaction before. No caller had an answer yet.
//   - Lost between the meta page and (2): the file is that of either
//     transaction. The entries may be there although no caller had an answer;
//     the same commands again get them as replays.
//   - A disk that tears sectors may leave a meta page with a wrong checksum. That
//     is ErrDamaged, because it may as well be the newest one gone bad; a repair
//     goes on from the other, and strays that are proven.
//   - If (2) fails without a power loss, the file shows what the disk may not
//     have, and bbolt would write over the tree that it does have. See
//     openFile.settle.
//
// What lies in the file is described in game/bolt/dbfile.
package bolt

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/bolt/dbfile"
	"veltrix/game/rules"
)

// FileName is the name of the file within the data directory.
const FileName = dbfile.Name

// The errors of a file, as package dbfile has them.
var (
	ErrDamaged = dbfile.ErrDamaged
	ErrNewer   = dbfile.ErrNewer
	ErrOlder   = dbfile.ErrOlder
	ErrInUse   = dbfile.ErrInUse
)

// Options of a Store.
type Options struct {
	// Clock gives the time, Unix ms; nil is the real one.
	Clock func() int64
	// NoSync does not wait for the disk: a power cut loses what was
	// acknowledged, and may damage the file.
	NoSync bool
	// Partly opens a file of which some hunts are damaged, for commands that
	// look at the others; those hunts are errors when they are used.
	Partly bool

	opened func(*openFile) // for tests: called each time that the file was opened
}

// Store is a game.Store. Its methods are safe for concurrent use.
type Store struct {
	// Nothing changes these after Open.
	path  string
	clock func() int64
	log   *zap.Logger
	file  *openFile
	group *group

	// mu guards these.
	mu     sync.Mutex
	closed bool
	hunts  map[string]*lockedHunt

	calls sync.WaitGroup // those in flight; mu is held to add one
}

var _ game.Store = (*Store)(nil)

// lockedHunt is the state of a hunt with its lock.
type lockedHunt struct {
	id   string
	turn chan struct{} // holds one token; the call that took it may touch state

	state *rules.State // nil until the hunt is used, and after a failed write
}

// Open opens the store in a directory, which is made when it does not exist. It
// reads every record, so that damage is known before anything is built on it.
// It starts nothing. Errors wrap ErrDamaged, ErrNewer, ErrInUse, or what the
// system says.
func Open(dir string, o Options, log *zap.Logger) (*Store, error) {
	if err := dbfile.MakeDirectory(dir); err != nil {
		return nil, fmt.Errorf("data directory %s: %w", dir, err)
	}
	s := &Store{path: filepath.Join(dir, dbfile.Name), clock: o.Clock, log: log, hunts: map[string]*lockedHunt{}}
	if s.clock == nil {
		s.clock = func() int64 { return time.Now().UnixMilli() }
	}
	var err error
	if s.file, err = newFile(s.path, o); err != nil {
		return nil, fmt.Errorf("open %s: %w", s.path, err)
	}
	ids, err := s.listHunts()
	for _, id := range ids {
		s.hunts[id] = newHunt(id)
	}
	if err == nil && !o.Partly {
		err = s.loadAll(ids)
	}
	if err != nil {
		return nil, errors.Join(err, s.file.close())
	}
	s.group = newGroup(s.file, log)
	log.Info("store opened", zap.String("file", s.path), zap.Int("hunts", len(ids)), zap.Bool("synced", !o.NoSync))
	return s, nil
}

// loadAll reads every hunt, before any call comes. The error says of each of them
// what is wrong with the file. A definition that this version refuses is logged,
// and is an error of the calls that use the hunt.
func (s *Store) loadAll(ids []string) error {
	var errs []error
	for _, id := range ids {
		l := s.hunts[id]
		switch err := s.read(l); {
		case errors.Is(err, ErrDamaged), errors.Is(err, ErrNewer), errors.Is(err, ErrOlder):
			errs = append(errs, err)
		case err != nil:
			s.log.Error("hunt not loaded", zap.String("hunt", id), zap.Error(err))
		}
	}
	return errors.Join(errs...)
}

func newHunt(id string) *lockedHunt {
	l := &lockedHunt{id: id, turn: make(chan struct{}, 1)}
	l.turn <- struct{}{}
	return l
}

// Close waits for the calls in flight and closes the file.
func (s *Store) Close() error {
	s.mu.Lock()
	again := s.closed
	s.closed = true
	s.mu.Unlock()
	if again {
		return nil
	}
	s.calls.Wait()
	if s.group.broken {
		// bbolt may hold its own locks: the file stays open until the process ends.
		return fmt.Errorf("close %s: left open after %w", s.path, ErrDamaged)
	}
	if err := s.file.close(); err != nil {
		return fmt.Errorf("close %s: %w", s.path, err)
	}
	return nil
}

// begin starts a call; s.calls.Done ends it.
func (s *Store) begin() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return fmt.Errorf("%s is closed: %w", s.path, game.ErrUnavailable)
	}
	s.calls.Add(1)
	return nil
}

// find returns a hunt; with create it need not exist yet.
func (s *Store) find(id string, create bool) (*lockedHunt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.hunts[id]
	if l == nil {
		if !create {
			return nil, fmt.Errorf("hunt %q: %w", id, game.ErrUnknownHunt)
		}
		l = newHunt(id)
		s.hunts[id] = l
	}
	return l, nil
}

func (l *lockedHunt) take(ctx context.Context) error {
	select {
	case <-l.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *lockedHunt) release() { l.turn <- struct{}{} }
