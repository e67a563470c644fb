package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"go.etcd.io/bbolt"
	"go.uber.org/zap"

	"veltrix/game"
)

var (
	rootBucket        = []byte("veltrix")
	secretsBucket     = []byte("secrets")
	huntsBucket       = []byte("hunts")
	ledgerBucket      = []byte("ledger")
	attemptsBucket    = []byte("attempts")
	definitionsBucket = []byte("definitions")
	headKey           = []byte("head")
	totalsKey         = []byte("totals")
)

// fill is how full pages of a ledger are left when they split. Nothing is ever
// put between its keys, so bbolt's 50 % would waste half of the file.
const fill = 0.95

// most is how many commits share a transaction.
const most = 256

// job is what one caller has to write.
type job struct {
	put  func(tx *bbolt.Tx) error
	done chan error // holds one outcome
}

// writer is the group commit. It has no goroutine of its own: callers queue
// what they have to write, and one of them, the leader, writes for all that
// wait. When its transaction ends, the next leader is one of those that came
// meanwhile.
type writer struct {
	file *file
	log  *zap.Logger

	// turn holds one token; the caller that took it is the leader.
	turn chan struct{}
	// Only the leader touches these, and Close, when no call is left.
	failed bool   // the last transaction failed: the file has to be settled
	broken bool   // nothing is written any more: see update and file.settle
	batch  []*job // what it writes

	// mu guards these.
	mu    sync.Mutex
	queue []*job
}

func newWriter(f *file, log *zap.Logger) *writer {
	w := &writer{file: f, log: log, turn: make(chan struct{}, 1)}
	w.turn <- struct{}{}
	return w
}

// write returns when put is durable or failed. It leads when nobody else does.
func (w *writer) write(put func(tx *bbolt.Tx) error) error {
	j := &job{put: put, done: make(chan error, 1)}
	w.mu.Lock()
	w.queue = append(w.queue, j)
	w.mu.Unlock()
	for {
		select {
		case err := <-j.done:
			return err
		case <-w.turn:
		}
		if len(j.done) == 0 { // else the leader before has written it
			w.lead()
		}
		w.turn <- struct{}{}
	}
}

// ready makes sure that what the file shows is durable: it waits for the leader,
// and settles a transaction that failed. ctx ends the wait, not the settling.
func (w *writer) ready(ctx context.Context) error {
	select {
	case <-w.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { w.turn <- struct{}{} }()
	return w.settle()
}

// lead writes what is queued, at most most jobs of it.
func (w *writer) lead() {
	w.mu.Lock()
	n := min(len(w.queue), most)
	w.batch = append(w.batch[:0], w.queue[:n]...)
	w.queue = append(w.queue[:0], w.queue[n:]...)
	w.mu.Unlock()
	err := w.transact(w.batch)
	if err != nil && n > 1 {
		w.singly(w.batch)
		return
	}
	for _, j := range w.batch {
		j.done <- err
	}
}

// singly writes jobs one by one: one that cannot be written must not fail the
// others. When the file cannot be written to at all they share that error.
func (w *writer) singly(batch []*job) {
	for i, j := range batch {
		if err := w.settle(); err != nil {
			for _, rest := range batch[i:] {
				rest.done <- err
			}
			return
		}
		j.done <- w.transact(batch[i : i+1])
	}
}

// transact writes jobs in one transaction.
func (w *writer) transact(batch []*job) error {
	if err := w.settle(); err != nil {
		return err
	}
	return w.update(func(tx *bbolt.Tx) error {
		for _, j := range batch {
			if err := j.put(tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// settle brings the file back to where it can be written to after a
// transaction failed, or says why that is not possible yet.
func (w *writer) settle() error {
	if w.broken {
		return fmt.Errorf("%s is not written to any more, start again: %w: %w", w.file.path, ErrDamaged, game.ErrUnavailable)
	}
	if !w.failed {
		return nil
	}
	if err := guard(w.file.settle); err != nil {
		w.broken = errors.Is(err, ErrDamaged)
		return fmt.Errorf("write %s: %w: %w", w.file.path, game.ErrUnavailable, err)
	}
	w.failed = false
	w.log.Info("the file can be written to again", zap.String("file", w.file.path))
	return nil
}

func (w *writer) update(put func(tx *bbolt.Tx) error) error {
	panicked := true
	err := guard(func() error {
		err := w.file.update(put)
		// gofail: var afterSync struct{}

		panicked = false
		return err
	})
	if err == nil {
		return nil
	}
	w.failed = true
	// After a panic bbolt may hold its own locks, and what it thinks of the file
	// is not to be relied on.
	w.broken = panicked
	return fmt.Errorf("write %s: %w: %w", w.file.path, game.ErrUnavailable, err)
}

// totals is how many hunts and secrets there are, to notice missing ones.
type totals struct{ hunts, secrets int64 }

func putTotals(root *bbolt.Bucket, t totals) error {
	return root.Put(totalsKey, seal("", totalsKey, appendInt(appendInt([]byte{formatVersion}, t.hunts), t.secrets)))
}

func getTotals(root *bbolt.Bucket) (totals, error) {
	r, err := unseal("", totalsKey, root.Get(totalsKey))
	if err != nil {
		return totals{}, damaged(fmt.Errorf("totals: %w", err))
	}
	t := totals{hunts: r.int(), secrets: r.int()}
	return t, r.end()
}

// addTotals changes the totals.
func addTotals(tx *bbolt.Tx, hunts, secrets int64) error {
	root := tx.Bucket(rootBucket)
	t, err := getTotals(root)
	if err != nil {
		return err
	}
	return putTotals(root, totals{t.hunts + hunts, t.secrets + secrets})
}

// record is a key and its sealed value.
type record struct{ key, value []byte }

// writing is what a commit of one hunt writes.
type writing struct {
	hunt        string
	found       bool // the hunt is new
	ledger      []record
	attempts    []record
	definitions []record
}

func (x *writing) put(tx *bbolt.Tx) error {
	hunts := tx.Bucket(huntsBucket)
	b := hunts.Bucket([]byte(x.hunt))
	var h head
	if x.found {
		var err error
		if b, err = hunts.CreateBucket([]byte(x.hunt)); err != nil {
			return err
		}
		for _, name := range [][]byte{ledgerBucket, attemptsBucket, definitionsBucket} {
			if _, err := b.CreateBucket(name); err != nil {
				return err
			}
		}
		if err := addTotals(tx, 1, 0); err != nil {
			return err
		}
	} else {
		var err error
		if h, err = getHead(b, x.hunt); err != nil {
			return err
		}
	}
	ledger, attempts, definitions := b.Bucket(ledgerBucket), b.Bucket(attemptsBucket), b.Bucket(definitionsBucket)
	if ledger == nil || attempts == nil || definitions == nil {
		return errors.Join(ErrDamaged, fmt.Errorf("hunt %s: a part is missing", x.hunt))
	}
	ledger.FillPercent = fill
	for _, r := range x.ledger {
		h.seq++
		if h.seq != int64(binary.BigEndian.Uint64(r.key)) {
			return fmt.Errorf("hunt %s: entry %x comes after %d", x.hunt, r.key, h.seq-1)
		}
		h.chain = link(h.chain, r.value)
		if err := ledger.Put(r.key, r.value); err != nil {
			return err
		}
	}
	for _, r := range x.attempts {
		if old := attempts.Get(r.key); old != nil {
			h.mix ^= sealed(old)
		} else {
			h.attempts++
		}
		h.mix ^= sealed(r.value)
		if err := attempts.Put(r.key, r.value); err != nil {
			return err
		}
	}
	for _, r := range x.definitions {
		if err := definitions.Put(r.key, r.value); err != nil {
			return err
		}
	}
	return b.Put(headKey, seal(x.hunt, headKey, h.append(nil)))
}

func getHead(b *bbolt.Bucket, hunt string) (head, error) {
	if b == nil {
		return head{}, fmt.Errorf("%w: hunt %s is missing", ErrDamaged, hunt)
	}
	r, err := unseal(hunt, headKey, b.Get(headKey))
	if err != nil {
		return head{}, damaged(fmt.Errorf("hunt %s: head: %w", hunt, err))
	}
	return readHead(r)
}
