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
//     Repair makes a new file of what is right.
//
// Power loss: bbolt writes the pages of a transaction where nothing refers to,
// syncs (1), writes one of the two meta pages, which is within a sector, and
// syncs (2). Commit returns after (2).
//   - Lost before (1), or between (1) and the meta page: the file is that of the
//     transaction before. Nobody was told otherwise.
//   - Lost between the meta page and (2): the file is that of either
//     transaction. The entries may be there although nobody was told; who asks
//     again gets them as replays.
//   - A disk that tears sectors may leave a meta page with a wrong checksum. That
//     is ErrDamaged, because it may as well be the newest one gone bad; a repair
//     goes on from the other, and strays that are proven.
//   - If (2) fails without a power loss, the file shows what the disk may not
//     have, and bbolt would write over the tree that it does have. See
//     file.settle.
//
// File format: bucket "hunts" has a bucket for each hunt with "ledger" (seq, 8
// bytes big-endian → entry), "attempts" (entrant, 0, challenge → attempts),
// "definitions" (revision → hunt file) and the key "head". See codec.go.
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
	"veltrix/game/rules"
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

	opened func(*file) // for tests: called each time that the file was opened
}

// Store is a game.Store. Its methods are safe for concurrent use.
type Store struct {
	path   string
	clock  func() int64
	log    *zap.Logger
	file   *file
	writer *writer

	mu     sync.Mutex
	closed bool
	using  sync.WaitGroup // calls that use db
	hunts  map[string]*ledger
}

var _ game.Store = (*Store)(nil)

// ledger is a hunt: its state, and who may touch it.
type ledger struct {
	id    string
	turn  chan struct{} // holds one token; who has it may touch the rest
	state *rules.State  // nil until the hunt is used, and after a failed write
}

// Open opens the store in a directory, which is made when it does not exist. It
// reads every record, so that damage is known before anything is built on it.
// Errors wrap ErrDamaged, ErrNewer, ErrInUse, or what the system says.
func Open(dir string, o Options, log *zap.Logger) (*Store, error) {
	if err := makeDirectory(dir); err != nil {
		return nil, fmt.Errorf("data directory %s: %w", dir, err)
	}
	s := &Store{path: filepath.Join(dir, FileName), clock: o.Clock, log: log, hunts: map[string]*ledger{}}
	if s.clock == nil {
		s.clock = func() int64 { return time.Now().UnixMilli() }
	}
	var err error
	if s.file, err = newFile(s.path, o); err != nil {
		return nil, fmt.Errorf("open %s: %w", s.path, err)
	}
	ids, err := s.listHunts()
	for _, id := range ids {
		s.hunts[id] = newLedger(id)
	}
	if err == nil && !o.Partly {
		err = s.loadAll(ids)
	}
	if err != nil {
		return nil, errors.Join(err, s.file.close())
	}
	s.writer = newWriter(s.file, log)
	log.Info("store opened", zap.String("file", s.path), zap.Int("hunts", len(ids)), zap.Bool("synced", !o.NoSync))
	return s, nil
}

// loadAll reads every hunt, before anything else runs. The error says of all of
// them what is wrong. One whose definition this version refuses is left to
// whoever uses it.
func (s *Store) loadAll(ids []string) error {
	var errs []error
	for _, id := range ids {
		l := s.hunts[id]
		switch err := s.read(l); {
		case errors.Is(err, ErrDamaged), errors.Is(err, ErrNewer):
			errs = append(errs, err)
		case err != nil:
			s.log.Error("hunt not loaded", zap.String("hunt", id), zap.Error(err))
		}
	}
	return errors.Join(errs...)
}

func newLedger(id string) *ledger {
	l := &ledger{id: id, turn: make(chan struct{}, 1)}
	l.turn <- struct{}{}
	return l
}

// Close waits for the calls in flight, ends the writer and closes the file.
func (s *Store) Close() error {
	s.mu.Lock()
	again := s.closed
	s.closed = true
	s.mu.Unlock()
	if again {
		return nil
	}
	s.using.Wait()
	if s.writer.broken {
		// bbolt may hold its own locks: the file stays open until the process ends.
		return fmt.Errorf("close %s: left open after %w", s.path, ErrDamaged)
	}
	if err := s.file.close(); err != nil {
		return fmt.Errorf("close %s: %w", s.path, err)
	}
	return nil
}

// use starts a call; the caller ends it with s.using.Done.
func (s *Store) use() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return fmt.Errorf("%s is closed: %w", s.path, game.ErrUnavailable)
	}
	s.using.Add(1)
	return nil
}

// find returns a hunt; with create it need not exist yet.
func (s *Store) find(id string, create bool) (*ledger, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.hunts[id]
	if l == nil {
		if !create {
			return nil, fmt.Errorf("hunt %q: %w", id, game.ErrUnknownHunt)
		}
		l = newLedger(id)
		s.hunts[id] = l
	}
	return l, nil
}

// with runs work on the state of a hunt that exists.
func (s *Store) with(ctx context.Context, id string, work func(st *rules.State) error) error {
	if err := s.use(); err != nil {
		return err
	}
	defer s.using.Done()
	l, err := s.find(id, false)
	if err != nil {
		return err
	}
	if err := l.take(ctx); err != nil {
		return err
	}
	defer l.release()
	if err := s.load(ctx, l); err != nil {
		return err
	}
	return work(l.state)
}

func (l *ledger) take(ctx context.Context) error {
	select {
	case <-l.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *ledger) release() { l.turn <- struct{}{} }

// Load is game.Store.Load.
func (s *Store) Load(ctx context.Context, hunt string) (sum *game.Summary, err error) {
	err = s.with(ctx, hunt, func(st *rules.State) error {
		sum = st.Summary()
		return nil
	})
	return sum, err
}

// Heads is game.Store.Heads.
func (s *Store) Heads(ctx context.Context, hunts []string) ([]game.Head, error) {
	heads := make([]game.Head, len(hunts))
	for i, id := range hunts {
		err := s.with(ctx, id, func(st *rules.State) error {
			heads[i] = game.Head{Epoch: st.Epoch, Seq: st.Seq, Nonce: st.Nonce}
			return nil
		})
		if err != nil && !errors.Is(err, game.ErrUnknownHunt) {
			return nil, err
		}
	}
	return heads, nil
}

// Rows is game.Store.Rows.
func (s *Store) Rows(ctx context.Context, hunt string, frozen bool) (rows []game.Row, seq int64, err error) {
	err = s.with(ctx, hunt, func(st *rules.State) error {
		rows, seq = st.Rows(frozen), st.Seq
		if frozen && st.Frozen {
			seq = st.FrozenSeq
		}
		return nil
	})
	return rows, seq, err
}

// Entrant is game.Store.Entrant.
func (s *Store) Entrant(ctx context.Context, hunt, entrant string) (e *game.Entrant, err error) {
	err = s.with(ctx, hunt, func(st *rules.State) error {
		if e = st.Entrant(entrant); e == nil {
			return fmt.Errorf("entrant %q: %w", entrant, game.ErrUnknownEntrant)
		}
		return nil
	})
	return e, err
}

// EntrantOf is game.Store.EntrantOf.
func (s *Store) EntrantOf(ctx context.Context, hunt, player string) (entrant string, err error) {
	err = s.with(ctx, hunt, func(st *rules.State) error {
		var known bool
		if entrant, known = st.Players[player]; !known {
			return fmt.Errorf("player %q: %w", player, game.ErrUnknownEntrant)
		}
		return nil
	})
	return entrant, err
}

// Reviews is game.Store.Reviews.
func (s *Store) Reviews(ctx context.Context, hunt string) (list []game.Review, err error) {
	err = s.with(ctx, hunt, func(st *rules.State) error {
		list = st.Reviews()
		return nil
	})
	return list, err
}

// Watch is game.Store.Watch: there is no other process.
func (s *Store) Watch(ctx context.Context, _ func(hunt string, seq int64)) error {
	<-ctx.Done()
	return ctx.Err()
}

// Ready is game.Store.Ready.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.use(); err != nil {
		return err
	}
	defer s.using.Done()
	return s.writer.ready(ctx)
}
