package bolt

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"go.etcd.io/bbolt"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/bolt/dbfile"
)

// maxShared is how many commits share a transaction.
const maxShared = 256

// pendingWrite is what one call has to write.
type pendingWrite struct {
	put  func(tx *bbolt.Tx) error
	done chan error // has room for the outcome
}

// group is the group commit. It has no goroutine of its own: calls queue what
// they have to write, and one of them, the leader, writes for all that wait. When
// its transaction ends, one of the calls that came meanwhile leads the next.
type group struct {
	// Nothing changes these.
	file *openFile
	log  *zap.Logger
	turn chan struct{} // holds one token; the call that took it is the leader

	// Only the leader touches these, and Close, when no call is left.
	failed bool // the last transaction failed: the file has to be settled
	broken bool // nothing is written any more: see update and openFile.settle
	batch  []*pendingWrite

	// mu guards queue, which has what no leader took yet.
	mu    sync.Mutex
	queue []*pendingWrite
}

func newGroup(f *openFile, log *zap.Logger) *group {
	g := &group{file: f, log: log, turn: make(chan struct{}, 1)}
	g.turn <- struct{}{}
	return g
}

// write returns when what put writes is durable, or with the reason why it is
// not. It leads while nobody else does.
func (g *group) write(put func(tx *bbolt.Tx) error) error {
	mine := &pendingWrite{put: put, done: make(chan error, 1)}
	g.mu.Lock()
	g.queue = append(g.queue, mine)
	g.mu.Unlock()
	for {
		select {
		case err := <-mine.done:
			return err
		case <-g.turn:
		}
		if len(mine.done) == 0 { // else the leader before has written it
			g.lead()
		}
		g.turn <- struct{}{}
	}
}

// ready makes sure that what the file shows is durable: it waits for the leader,
// and settles the file if a transaction failed. ctx ends the wait, not the
// settling.
func (g *group) ready(ctx context.Context) error {
	select {
	case <-g.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { g.turn <- struct{}{} }()
	return g.settle()
}

// lead writes what is queued, maxShared of it at most, and reports the outcomes.
func (g *group) lead() {
	g.mu.Lock()
	n := min(len(g.queue), maxShared)
	g.batch = append(g.batch[:0], g.queue[:n]...)
	g.queue = slices.Delete(g.queue, 0, n)
	g.mu.Unlock()
	defer clear(g.batch)
	err := g.transact(g.batch)
	if err != nil && n > 1 {
		g.singly(g.batch)
		return
	}
	for _, p := range g.batch {
		p.done <- err
	}
}

// singly writes one by one: what cannot be written must not fail the others.
// When the file cannot be written to at all they share that error.
func (g *group) singly(batch []*pendingWrite) {
	for i, p := range batch {
		if err := g.settle(); err != nil {
			for _, rest := range batch[i:] {
				rest.done <- err
			}
			return
		}
		p.done <- g.transact(batch[i : i+1])
	}
}

// transact writes a batch in one transaction.
func (g *group) transact(batch []*pendingWrite) error {
	if err := g.settle(); err != nil {
		return err
	}
	return g.update(func(tx *bbolt.Tx) error {
		for _, p := range batch {
			if err := p.put(tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// settle brings the file back to where it can be written to after a
// transaction failed, or says why that is not possible yet.
func (g *group) settle() error {
	if g.broken {
		return fmt.Errorf("%s is not written to any more, start again: %w: %w", g.file.path, dbfile.ErrDamaged, game.ErrUnavailable)
	}
	if !g.failed {
		return nil
	}
	if err := dbfile.Guard(g.file.settle); err != nil {
		g.broken = errors.Is(err, dbfile.ErrDamaged)
		return fmt.Errorf("write %s: %w: %w", g.file.path, game.ErrUnavailable, err)
	}
	g.failed = false
	g.log.Info("the file can be written to again", zap.String("file", g.file.path))
	return nil
}

func (g *group) update(put func(tx *bbolt.Tx) error) error {
	panicked := true
	err := dbfile.Guard(func() error {
		err := g.file.update(put)
		// gofail: var afterSync struct{}

		panicked = false
		return err
	})
	if err == nil {
		return nil
	}
	g.failed = true
	// After a panic bbolt may hold its own locks, and what it thinks of the file
	// is not to be relied on.
	g.broken = panicked
	return fmt.Errorf("write %s: %w: %w", g.file.path, game.ErrUnavailable, err)
}
