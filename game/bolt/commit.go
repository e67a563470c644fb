package bolt

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/rules"
)

// longest is the most bytes of an id: bbolt's keys are bounded, and a key of
// attempts holds two of them.
const longest = 1024

// Commit is game.Store.Commit. It takes no notice of def: the rules run here,
// with the definition in force.
//
// ctx ends the wait for other commits of the hunt; once decided a commit is
// carried through.
func (s *Store) Commit(ctx context.Context, id string, _ *hunt.Definition, known game.Head, batch []game.Command) (game.Result, error) {
	if err := errors.Join(known.Check(), check(id, batch)); err != nil {
		return game.Result{}, err
	}
	if err := s.use(); err != nil {
		return game.Result{}, err
	}
	defer s.using.Done()
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
	if id == "" || len(id) > longest {
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
		case len(c.Entrant) > longest, len(c.Challenge) > longest:
			return errors.New("id of an entrant or a challenge is too long")
		case strings.Contains(c.Entrant, "\x00"):
			return errors.New("id of an entrant with a zero byte")
		}
	}
	return nil
}

// commit decides, and writes what was decided. The state is ahead of the file
// only within this call: it is put back when it was written, and rebuilt by
// whoever comes next when that failed or something panicked.
func (s *Store) commit(l *ledger, known game.Head, batch []game.Command) (game.Result, error) {
	st := l.state
	l.state = nil
	x := &writing{hunt: l.id, found: st.Definition == nil}
	res := game.Result{Now: st.Now(s.clock())}
	res.Replies = st.Commit(res.Now, newNonce(), known, batch, func(c rules.Change) {
		x.add(c)
		res.Entries = append(res.Entries, c.Entries...)
	})
	res.Epoch, res.Seq = st.Epoch, st.Seq
	if st.Definition != nil {
		res.Rev = st.Definition.Rev
	}
	if len(x.ledger)+len(x.attempts) > 0 {
		// Without the caller's context: it is decided now.
		if err := s.writer.write(x.put); err != nil {
			return game.Result{}, err
		}
	}
	if st.Definition == nil {
		return game.Result{}, fmt.Errorf("hunt %q: %w", l.id, game.ErrUnknownHunt)
	}
	l.state = st
	return res, nil
}

// add encodes a change. Nothing of it is shared with the state.
func (x *writing) add(c rules.Change) {
	for i := range c.Entries {
		n := &c.Entries[i]
		key := seqKey(n.Seq)
		x.ledger = append(x.ledger, record{key, seal(x.hunt, key, appendEntry(make([]byte, 0, 192), n))})
		if n.Type == game.Defined {
			rev := seqKey(n.Rev)
			value := append([]byte{formatVersion}, c.Definition.Source...)
			x.definitions = append(x.definitions, record{rev, seal(x.hunt, rev, value)})
		}
	}
	if t := c.Tried; t != nil {
		key := attemptsKey(t.Entrant, t.Challenge)
		x.attempts = append(x.attempts, record{key, seal(x.hunt, key, appendAttempts(make([]byte, 0, 192), &t.Attempts))})
	}
}

func seqKey(seq int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(seq)) }

func attemptsKey(entrant, challenge string) []byte {
	return append(append([]byte(entrant), 0), challenge...)
}

// newNonce tells commits apart in histories that forked.
func newNonce() string {
	var b [9]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Hunts is game.Store.Hunts.
func (s *Store) Hunts(context.Context) ([]string, error) {
	if err := s.use(); err != nil {
		return nil, err
	}
	defer s.using.Done()
	return s.listHunts()
}

// listHunts reads the ids in the file and checks that none is missing.
func (s *Store) listHunts() (ids []string, err error) {
	err = s.file.view(func(tx *bbolt.Tx) error {
		ids, err = huntsIn(tx)
		return err
	})
	return ids, err
}

func huntsIn(tx *bbolt.Tx) ([]string, error) {
	hunts, secrets, root := tx.Bucket(huntsBucket), tx.Bucket(secretsBucket), tx.Bucket(rootBucket)
	switch {
	case hunts == nil && secrets == nil && root == nil:
		return nil, errors.New("is no database of veltrix")
	case hunts == nil || secrets == nil || root == nil:
		return nil, fmt.Errorf("%w: %w", ErrDamaged, errMissing)
	}
	t, err := getTotals(root)
	if err != nil {
		return nil, err
	}
	ids := []string{}
	err = hunts.ForEach(func(k, _ []byte) error {
		ids = append(ids, string(k))
		_, err := getHead(hunts.Bucket(k), string(k))
		return err
	})
	if err == nil && int64(len(ids)) != t.hunts {
		err = fmt.Errorf("%w: %d hunts, there were %d", ErrDamaged, len(ids), t.hunts)
	}
	n := int64(0)
	if err == nil {
		err = secrets.ForEach(func(k, v []byte) error {
			n++
			if _, err := unseal("", k, v); err != nil {
				return damaged(fmt.Errorf("secret %q: %w", k, err))
			}
			return nil
		})
	}
	if err == nil && n != t.secrets {
		err = fmt.Errorf("%w: %d secrets, there were %d", ErrDamaged, n, t.secrets)
	}
	return ids, err
}

// Secret is game.Store.Secret.
func (s *Store) Secret(ctx context.Context, name, fresh string) (kept string, err error) {
	if err := s.use(); err != nil {
		return "", err
	}
	defer s.using.Done()
	if err := s.writer.ready(ctx); err != nil {
		return "", err
	}
	key := []byte(name)
	var found bool
	err = s.file.view(func(tx *bbolt.Tx) (err error) {
		kept, found, err = secretIn(tx, key)
		return err
	})
	if err != nil || found {
		return kept, err
	}
	err = s.writer.write(func(tx *bbolt.Tx) (err error) {
		if kept, found, err = secretIn(tx, key); err != nil || found {
			return err
		}
		kept = fresh
		value := append([]byte{formatVersion}, fresh...)
		return errors.Join(tx.Bucket(secretsBucket).Put(key, seal("", key, value)), addTotals(tx, 0, 1))
	})
	return kept, err
}

func secretIn(tx *bbolt.Tx, key []byte) (secret string, found bool, err error) {
	record := tx.Bucket(secretsBucket).Get(key)
	if record == nil {
		return "", false, nil
	}
	r, err := unseal("", key, record)
	if err != nil {
		return "", false, damaged(fmt.Errorf("secret %q: %w", key, err))
	}
	return string(r.rest), true, nil
}
