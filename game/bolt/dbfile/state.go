package dbfile

import (
	"bytes"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
	"veltrix/game/rules"
)

// State folds a hunt's records into a state. Each is checked: its sum, its
// place, and whether some are missing. Errors wrap game.ErrUnknownHunt,
// ErrDamaged or ErrNewer; another one says that this version refuses the hunt
// file in force.
func State(tx *bbolt.Tx, id string) (*rules.State, error) {
	b := tx.Bucket(HuntsBucket).Bucket([]byte(id))
	if b == nil {
		return nil, fmt.Errorf("hunt %q: %w", id, game.ErrUnknownHunt)
	}
	h, err := getHead(b, id)
	if err != nil {
		return nil, err
	}
	st := rules.New()
	names, err := foldBeside(b.Bucket(BesideBucket), id, h, st)
	if err != nil {
		return nil, Damaged(fmt.Errorf("hunt %s: %w", id, err))
	}
	rev, err := foldLedger(b.Bucket(LedgerBucket), id, h, st, names)
	if err != nil {
		return nil, Damaged(fmt.Errorf("hunt %s: %w", id, err))
	}
	st.Definition, err = definition(b.Bucket(DefinitionsBucket), id, rev)
	if err != nil {
		return nil, fmt.Errorf("hunt %s: revision %d of the hunt file: %w", id, rev, err)
	}
	return st, nil
}

// names are what entrants and players of teams are called.
type names map[string]Beside // by key

func (l names) put(n *game.Entry) {
	x := l[string(AttemptsKey(n.Entrant, entrantName))]
	switch n.Type {
	case game.Joined, game.Moved:
		n.Member = l[string(AttemptsKey(n.Player, playerName))].Name
	}
	switch n.Type {
	case game.Joined, game.Renamed, game.Unbanned, game.Shown:
		n.Name, n.Looks = x.Name, x.Looks
	}
}

// foldBeside applies the attempts, and returns the names.
func foldBeside(b *bbolt.Bucket, id string, h Head, st *rules.State) (names, error) {
	if b == nil {
		return nil, errMissing
	}
	list := names{}
	var n int64
	var mix uint32
	err := b.ForEach(func(k, v []byte) error {
		c, err := Unseal(id, k, v)
		var x Beside
		if err == nil {
			x, err = c.Beside(k)
		}
		switch {
		case err != nil:
			return fmt.Errorf("record %q beside the ledger: %w", k, err)
		case x.Digest != "":
			st.ApplyGave(rules.Gave{Entrant: x.ID, Challenge: x.Challenge, Digest: x.Digest, Text: x.Name})
		case x.Challenge != "":
			st.ApplyTried(rules.Tried{Entrant: x.ID, Challenge: x.Challenge, Attempts: x.Attempts})
		default:
			list[string(k)] = x
		}
		n++
		mix ^= Checksum(v)
		return nil
	})
	if err == nil && (n != h.Beside || mix != h.Mix) {
		err = fmt.Errorf("beside the ledger: %d records, not the %d that were written", n, h.Beside)
	}
	return list, err
}

// foldLedger returns the revision in force.
func foldLedger(b *bbolt.Bucket, id string, h Head, st *rules.State, list names) (rev int64, err error) {
	if b == nil {
		return 0, errMissing
	}
	var chain uint32
	err = eachEntry(b, id, 0, func(n *game.Entry, sealed []byte) (bool, error) {
		if n.Type == game.Defined {
			rev = n.Rev
		}
		chain = Link(chain, sealed)
		list.put(n)
		st.ApplyEntry(*n)
		return true, nil
	})
	switch {
	case err != nil:
		return 0, err
	case st.Seq != h.Seq:
		return 0, fmt.Errorf("the ledger ends with entry %d, %d were written", st.Seq, h.Seq)
	case chain != h.Chain:
		return 0, errors.New("the ledger is not the one that was written")
	}
	return rev, nil
}

// Ledger reads the entries of a hunt after a seq, up to and including another.
// The hunt must be there. The list is shorter when entries are missing at the
// end.
func Ledger(tx *bbolt.Tx, id string, after, last int64) ([]game.Entry, error) {
	list := make([]game.Entry, 0, last-after)
	b := tx.Bucket(HuntsBucket).Bucket([]byte(id)).Bucket(LedgerBucket)
	err := eachEntry(b, id, after, func(n *game.Entry, _ []byte) (bool, error) {
		list = append(list, *n)
		return n.Seq < last, nil
	})
	return list, err
}

// eachEntry visits the entries after a seq in order until visit returns false.
// The entry and its sealed value are good until visit returns.
func eachEntry(b *bbolt.Bucket, id string, after int64, visit func(n *game.Entry, sealed []byte) (bool, error)) error {
	c := b.Cursor()
	var n game.Entry
	words := Words{}
	seq := after + 1
	for k, v := c.Seek(SeqKey(seq)); k != nil; k, v = c.Next() {
		if found, ok := SeqOf(k); !ok || found != seq {
			return fmt.Errorf("entry %d is missing, %x comes next", seq, k)
		}
		n = game.Entry{Seq: seq}
		content, err := Unseal(id, k, v)
		if err == nil {
			err = content.Entry(&n, words)
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

// Definition reads a revision of a hunt's file. The hunt must be there.
func Definition(tx *bbolt.Tx, id string, rev int64) (*hunt.Definition, error) {
	return definition(tx.Bucket(HuntsBucket).Bucket([]byte(id)).Bucket(DefinitionsBucket), id, rev)
}

// definition reads a revision of the hunt file.
func definition(b *bbolt.Bucket, id string, rev int64) (*hunt.Definition, error) {
	if b == nil {
		return nil, errors.Join(ErrDamaged, errMissing)
	}
	key := SeqKey(rev)
	c, err := Unseal(id, key, b.Get(key))
	if err != nil {
		return nil, Damaged(err)
	}
	d, findings := huntfile.ParseStored(bytes.Clone(c))
	if d == nil {
		return nil, fmt.Errorf("is not right any more: %v", findings)
	}
	d.Rev = rev
	return d, nil
}

// CheckHistory checks the definitions of a hunt up to a revision: a state needs
// only the last of them.
func CheckHistory(tx *bbolt.Tx, id string, rev int64) (err error) {
	b := tx.Bucket(HuntsBucket).Bucket([]byte(id)).Bucket(DefinitionsBucket)
	for n := int64(1); n <= rev; n++ {
		key := SeqKey(n)
		if _, broken := Unseal(id, key, b.Get(key)); broken != nil {
			err = errors.Join(err, Damaged(fmt.Errorf("revision %d: %w", n, broken)))
		}
	}
	return err
}
