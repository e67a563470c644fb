package bolt

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"veltrix/game"
	"veltrix/game/bolt/dbfile"
	"veltrix/game/hunt"
	"veltrix/game/rules"
)

// maxID is the most bytes of an id: bbolt's keys are bounded, and a key of
// attempts holds two of them.
const maxID = 1024

// Commit is game.Store.Commit. It ignores the definition that its caller
// has: the rules run here, with the one in force.
//
// ctx ends the wait for other commits of the hunt; once decided a commit is
// carried through.
func (s *Store) Commit(ctx context.Context, id string, _ *hunt.Definition, known game.Head, batch []game.Command) (game.Result, error) {
	if err := errors.Join(known.Check(), check(id, batch)); err != nil {
		return game.Result{}, err
	}
	if err := s.begin(); err != nil {
		return game.Result{}, err
	}
	defer s.calls.Done()
	defines := slices.ContainsFunc(batch, func(c game.Command) bool { return c.Type == game.CmdDefine })
	l, err := s.find(id, defines)
	if err != nil {
		return game.Result{}, err
	}
	if err := l.take(ctx); err != nil {
		return game.Result{}, err
	}
	defer l.release()
	err = s.load(ctx, l)
	if errors.Is(err, game.ErrUnknownHunt) && defines {
		l.state, err = rules.New(), nil
	}
	if err != nil {
		return game.Result{}, err
	}
	return s.commit(l, known, batch)
}

// check refuses what no actor sends and the rules or the file cannot take.
func check(id string, batch []game.Command) error {
	if id == "" || len(id) > maxID {
		return fmt.Errorf("hunt id of %d bytes", len(id))
	}
	if len(batch) > game.MaxBatch {
		return fmt.Errorf("batch of %d commands, at most %d", len(batch), game.MaxBatch)
	}
	for _, c := range batch {
		if c.Entry != nil {
			c.Entrant, c.Challenge = c.Entry.Entrant, c.Entry.Challenge
		}
		switch {
		case c.Type == game.CmdDefine && c.Definition == nil:
			return errors.New("define without a definition")
		case len(c.Entrant) > maxID, len(c.Challenge) > maxID:
			return errors.New("id of an entrant or a challenge is too long")
		case strings.Contains(c.Entrant, "\x00"):
			return errors.New("id of an entrant with a zero byte")
		}
	}
	return nil
}

// commit decides, and writes what was decided. The state is ahead of the file
// only within this call. It is put back when it was written; when that failed or
// something panicked, the next call rebuilds it.
func (s *Store) commit(l *lockedHunt, known game.Head, batch []game.Command) (game.Result, error) {
	st := l.state
	l.state = nil
	x := &dbfile.Records{Hunt: l.id, New: st.Definition == nil}
	res := game.Result{Now: st.Now(s.clock())}
	res.Replies = st.Commit(res.Now, dbfile.NewNonce(), known, batch, func(c rules.Change) {
		encode(x, c)
		res.Entries = append(res.Entries, c.Entries...)
	})
	res.Epoch, res.Seq = st.Epoch, st.Seq
	if st.Definition != nil {
		res.Rev = st.Definition.Rev
	}
	if len(x.Ledger)+len(x.Beside) > 0 {
		// Without the caller's context: it is decided now.
		if err := s.group.write(x.Put); err != nil {
			return game.Result{}, err
		}
	}
	if st.Definition == nil {
		return game.Result{}, fmt.Errorf("hunt %q: %w", l.id, game.ErrUnknownHunt)
	}
	l.state = st
	return res, nil
}

// encode adds the records of a change. They share nothing with the state.
func encode(x *dbfile.Records, c rules.Change) {
	for i := range c.Entries {
		n := &c.Entries[i]
		x.Ledger = append(x.Ledger, dbfile.EntryRecord(x.Hunt, n))
		x.Beside = append(x.Beside, dbfile.PersonRecords(x.Hunt, n)...)
		if n.Type == game.Defined {
			x.Definitions = append(x.Definitions, dbfile.DefinitionRecord(x.Hunt, n.Rev, c.Definition.Source))
		}
	}
	if g := c.Gave; g != nil {
		x.Beside = append(x.Beside, dbfile.AnswerRecord(x.Hunt, dbfile.Beside{ID: g.Entrant, Challenge: g.Challenge, Digest: g.Digest, Name: g.Text}))
	}
	if t := c.Tried; t != nil {
		key := dbfile.AttemptsKey(t.Entrant, t.Challenge)
		x.Beside = append(x.Beside, dbfile.AttemptsRecord(x.Hunt, key, &t.Attempts))
	}
}

// Purge is game.Store.Purge.
func (s *Store) Purge(ctx context.Context, id string, before int64) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.calls.Done()
	l, err := s.find(id, false)
	if err == nil {
		err = l.take(ctx)
	}
	if errors.Is(err, game.ErrUnknownHunt) {
		return nil
	}
	if err != nil {
		return err
	}
	defer l.release()
	err = s.load(ctx, l)
	if errors.Is(err, game.ErrUnknownHunt) {
		return nil
	}
	if err != nil || l.state.DeletedAt == 0 || l.state.DeletedAt >= before {
		return err
	}
	l.state = nil
	return s.group.write(func(tx *bbolt.Tx) error { return dbfile.Remove(tx, id) })
}

// Secret is game.Store.Secret.
func (s *Store) Secret(ctx context.Context, name, fresh string) (kept string, err error) {
	if err := s.begin(); err != nil {
		return "", err
	}
	defer s.calls.Done()
	if err := s.group.ready(ctx); err != nil {
		return "", err
	}
	var found bool
	err = s.file.view(func(tx *bbolt.Tx) (err error) {
		kept, found, err = dbfile.Secret(tx, name)
		return err
	})
	if err != nil || found {
		return kept, err
	}
	err = s.group.write(func(tx *bbolt.Tx) (err error) {
		if kept, found, err = dbfile.Secret(tx, name); err != nil || found {
			return err
		}
		kept = fresh
		return dbfile.PutSecrets(tx, dbfile.SecretRecord(name, fresh))
	})
	return kept, err
}
