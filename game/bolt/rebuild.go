package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/rules"
)

// load makes sure that the state is there. The caller has the hunt's turn.
func (s *Store) load(ctx context.Context, l *ledger) error {
	if l.state != nil {
		return nil
	}
	if err := s.writer.ready(ctx); err != nil {
		return err
	}
	return s.read(l)
}

// read builds the state from the file.
func (s *Store) read(l *ledger) error {
	began := time.Now()
	var st *rules.State
	err := s.file.view(func(tx *bbolt.Tx) (err error) {
		st, err = rebuild(tx, l.id)
		return err
	})
	if err != nil {
		return err
	}
	l.state = st
	s.log.Info("hunt loaded", zap.String("hunt", l.id), zap.Int64("entries", st.Seq), zap.Duration("took", time.Since(began)))
	return nil
}

// rebuild folds a hunt's records into a state. Each is checked: its sum, its
// place, and whether some are missing.
func rebuild(tx *bbolt.Tx, id string) (*rules.State, error) {
	b := tx.Bucket(huntsBucket).Bucket([]byte(id))
	if b == nil {
		return nil, fmt.Errorf("hunt %q: %w", id, game.ErrUnknownHunt)
	}
	h, err := getHead(b, id)
	if err != nil {
		return nil, err
	}
	st := rules.New()
	if err := foldAttempts(b.Bucket(attemptsBucket), id, h, st); err != nil {
		return nil, damaged(fmt.Errorf("hunt %s: %w", id, err))
	}
	rev, err := foldLedger(b.Bucket(ledgerBucket), id, h, st)
	if err != nil {
		return nil, damaged(fmt.Errorf("hunt %s: %w", id, err))
	}
	st.Definition, err = definition(b.Bucket(definitionsBucket), id, rev)
	if err != nil {
		return nil, fmt.Errorf("hunt %s: revision %d of the hunt file: %w", id, rev, err)
	}
	return st, nil
}

var errMissing = errors.New("a part is missing")

func foldAttempts(b *bbolt.Bucket, id string, h head, st *rules.State) error {
	if b == nil {
		return errMissing
	}
	var n int64
	var mix uint32
	err := b.ForEach(func(k, v []byte) error {
		entrant, challenge, found := bytes.Cut(k, []byte{0})
		r, err := unseal(id, k, v)
		if err == nil && !found {
			err = errShape
		}
		if err != nil {
			return fmt.Errorf("attempts %q: %w", k, err)
		}
		t := rules.Tried{Entrant: string(entrant), Challenge: string(challenge)}
		if t.Attempts, err = readAttempts(r, t.Entrant, t.Challenge); err != nil {
			return fmt.Errorf("attempts %q: %w", k, err)
		}
		st.ApplyTried(t)
		n++
		mix ^= sealed(v)
		return nil
	})
	if err == nil && (n != h.attempts || mix != h.mix) {
		err = fmt.Errorf("attempts: %d records, not the %d that were written", n, h.attempts)
	}
	return err
}

// foldLedger returns the revision in force.
func foldLedger(b *bbolt.Bucket, id string, h head, st *rules.State) (rev int64, err error) {
	if b == nil {
		return 0, errMissing
	}
	var chain uint32
	w := words{}
	err = entries(b, id, 0, w, func(n *game.Entry, record []byte) (bool, error) {
		if n.Type == game.Defined {
			rev = n.Rev
		}
		chain = link(chain, record)
		st.ApplyEntry(*n)
		return true, nil
	})
	switch {
	case err != nil:
		return 0, err
	case st.Seq != h.seq:
		return 0, fmt.Errorf("the ledger ends with entry %d, %d were written", st.Seq, h.seq)
	case chain != h.chain:
		return 0, errors.New("the ledger is not the one that was written")
	}
	return rev, nil
}

// entries visits the entries after a seq in order until visit returns false.
// The entry and the record are good until visit returns.
func entries(b *bbolt.Bucket, id string, after int64, w words, visit func(n *game.Entry, record []byte) (bool, error)) error {
	c := b.Cursor()
	var n game.Entry
	seq := after + 1
	for k, v := c.Seek(seqKey(seq)); k != nil; k, v = c.Next() {
		if len(k) != 8 || int64(binary.BigEndian.Uint64(k)) != seq {
			return fmt.Errorf("entry %d is missing, %x comes next", seq, k)
		}
		n = game.Entry{Seq: seq}
		r, err := unseal(id, k, v)
		if err == nil {
			err = readEntry(r, &n, w)
		}
		if err != nil {
			return fmt.Errorf("entry %d: %w", seq, err)
		}
		if more, err := visit(&n, v); err != nil || !more {
			return err
		}
		seq++
	}
	return nil
}

// definition reads a revision of the hunt file.
func definition(b *bbolt.Bucket, id string, rev int64) (*hunt.Definition, error) {
	if b == nil {
		return nil, errors.Join(ErrDamaged, errMissing)
	}
	key := seqKey(rev)
	r, err := unseal(id, key, b.Get(key))
	if err != nil {
		return nil, damaged(err)
	}
	d, findings := hunt.ParseStored(bytes.Clone(r.rest))
	if d == nil {
		return nil, fmt.Errorf("is not right any more: %v", findings)
	}
	d.Rev = rev
	return d, nil
}

// Ledger is game.Store.Ledger.
func (s *Store) Ledger(ctx context.Context, id string, after int64, limit int) (list []game.Entry, err error) {
	var last int64
	err = s.with(ctx, id, func(st *rules.State) error {
		last = min(st.Seq, max(after, 0)+int64(max(limit, 0)))
		return nil
	})
	after = max(after, 0)
	if err != nil || last <= after {
		return nil, err
	}
	if err := s.use(); err != nil {
		return nil, err
	}
	defer s.using.Done()
	list = make([]game.Entry, 0, last-after)
	w := words{}
	err = s.file.view(func(tx *bbolt.Tx) error {
		b := tx.Bucket(huntsBucket).Bucket([]byte(id)).Bucket(ledgerBucket)
		return entries(b, id, after, w, func(n *game.Entry, _ []byte) (bool, error) {
			list = append(list, *n)
			return n.Seq < last, nil
		})
	})
	if err == nil && after+int64(len(list)) != last {
		err = fmt.Errorf("%w: %s: hunt %s: entry %d is missing", ErrDamaged, s.path, id, after+int64(len(list))+1)
	}
	return list, err
}
