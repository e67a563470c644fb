package bolt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/bolt/dbfile"
	"veltrix/game/hunt"
	"veltrix/game/rules"
)

// withState runs work on the state of a hunt that exists.
func (s *Store) withState(ctx context.Context, id string, work func(st *rules.State) error) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.calls.Done()
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

// load makes sure that the state is there. The caller has the hunt's turn.
func (s *Store) load(ctx context.Context, l *lockedHunt) error {
	if l.state != nil {
		return nil
	}
	if err := s.group.ready(ctx); err != nil {
		return err
	}
	return s.read(l)
}

// read builds the state from the file.
func (s *Store) read(l *lockedHunt) error {
	began := time.Now()
	var st *rules.State
	err := s.file.view(func(tx *bbolt.Tx) (err error) {
		st, err = dbfile.State(tx, l.id)
		return err
	})
	if err != nil {
		return err
	}
	l.state = st
	s.log.Info("hunt loaded", zap.String("hunt", l.id), zap.Int64("entries", st.Seq), zap.Duration("took", time.Since(began)))
	return nil
}

// Hunts is game.Store.Hunts.
func (s *Store) Hunts(context.Context) ([]string, error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.calls.Done()
	return s.listHunts()
}

// listHunts reads the ids in the file and checks that none is missing.
func (s *Store) listHunts() (ids []string, err error) {
	err = s.file.view(func(tx *bbolt.Tx) error {
		ids, err = dbfile.Hunts(tx)
		return err
	})
	return ids, err
}

// Load is game.Store.Load.
func (s *Store) Load(ctx context.Context, id string) (sum *game.Summary, err error) {
	err = s.withState(ctx, id, func(st *rules.State) error {
		sum = st.Summary()
		return nil
	})
	return sum, err
}

// Heads is game.Store.Heads.
func (s *Store) Heads(ctx context.Context, hunts []string) ([]game.Head, error) {
	heads := make([]game.Head, len(hunts))
	for i, id := range hunts {
		err := s.withState(ctx, id, func(st *rules.State) error {
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
	err = s.withState(ctx, hunt, func(st *rules.State) error {
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
	err = s.withState(ctx, hunt, func(st *rules.State) error {
		if e = st.Entrant(entrant); e == nil {
			return fmt.Errorf("entrant %q: %w", entrant, game.ErrUnknownEntrant)
		}
		return nil
	})
	return e, err
}

// EntrantOf is game.Store.EntrantOf.
func (s *Store) EntrantOf(ctx context.Context, hunt, player string) (entrant string, err error) {
	err = s.withState(ctx, hunt, func(st *rules.State) error {
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
	err = s.withState(ctx, hunt, func(st *rules.State) error {
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
	if err := s.begin(); err != nil {
		return err
	}
	defer s.calls.Done()
	return s.group.ready(ctx)
}

// Ledger is game.Store.Ledger.
func (s *Store) Ledger(ctx context.Context, id string, after int64, limit int) (list []game.Entry, err error) {
	var last int64
	err = s.withState(ctx, id, func(st *rules.State) error {
		last = min(st.Seq, max(after, 0)+int64(max(limit, 0)))
		return nil
	})
	after = max(after, 0)
	if err != nil || last <= after {
		return nil, err
	}
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.calls.Done()
	err = s.file.view(func(tx *bbolt.Tx) (err error) {
		list, err = dbfile.Ledger(tx, id, after, last)
		return err
	})
	if err == nil && after+int64(len(list)) != last {
		err = fmt.Errorf("%w: %s: hunt %s: entry %d is missing", dbfile.ErrDamaged, s.path, id, after+int64(len(list))+1)
	}
	if err != nil {
		return nil, err
	}
	err = s.withState(ctx, id, func(st *rules.State) error {
		for i := range list {
			st.Person(&list[i])
		}
		return nil
	})
	return list, err
}

// Answers is game.Store.Answers.
func (s *Store) Answers(ctx context.Context, id, challenge string) (list []game.Given, err error) {
	err = s.withState(ctx, id, func(st *rules.State) error {
		list = st.Answers(challenge)
		return nil
	})
	return list, err
}

// Definition is game.Store.Definition.
func (s *Store) Definition(ctx context.Context, id string, rev int64) (d *hunt.Definition, err error) {
	err = s.withState(ctx, id, func(st *rules.State) error {
		switch d = st.Definition; {
		case rev < 1 || rev > d.Rev:
			d = nil
			return fmt.Errorf("revision %d of hunt %q: %w", rev, id, game.ErrUnknownRevision)
		case rev == d.Rev:
			return nil
		}
		return s.file.view(func(tx *bbolt.Tx) (err error) {
			d, err = dbfile.Definition(tx, id, rev)
			return err
		})
	})
	return d, err
}
