package dbfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"go.etcd.io/bbolt"
)

// Names of the buckets and of the keys that are alone.
var (
	HuntsBucket       = []byte("hunts")
	LedgerBucket      = []byte("ledger")
	BesideBucket      = []byte("beside")
	DefinitionsBucket = []byte("definitions")
	HeadKey           = []byte("head")
	SecretsBucket     = []byte("secrets")
	TotalsBucket      = []byte("veltrix")
	TotalsKey         = []byte("totals")
)

// ledgerFill is how full pages of a ledger are left when they split. Nothing is
// ever put between its keys, so bbolt's 50 % would waste half of the file.
const ledgerFill = 0.95

var errMissing = errors.New("a part is missing")

// Totals is how many hunts and secrets there are, to notice missing ones.
type Totals struct{ Hunts, Secrets int64 }

func putTotals(b *bbolt.Bucket, t Totals) error {
	r := seal("", TotalsKey, appendInt(appendInt([]byte{formatVersion}, t.Hunts), t.Secrets))
	return b.Put(r.Key, r.Value)
}

func getTotals(b *bbolt.Bucket) (Totals, error) {
	c, err := Unseal("", TotalsKey, b.Get(TotalsKey))
	if err != nil {
		return Totals{}, Damaged(fmt.Errorf("totals: %w", err))
	}
	return c.Totals()
}

// Totals decodes the content of the totals.
func (c Content) Totals() (Totals, error) {
	r := reader{rest: c}
	t := Totals{Hunts: r.int(), Secrets: r.int()}
	return t, r.end()
}

// addTotals adds to the totals.
func addTotals(tx *bbolt.Tx, more Totals) error {
	b := tx.Bucket(TotalsBucket)
	t, err := getTotals(b)
	if err != nil {
		return err
	}
	return putTotals(b, Totals{t.Hunts + more.Hunts, t.Secrets + more.Secrets})
}

// Head is what a hunt's records add up to, to notice when some are missing.
type Head struct {
	Seq    int64  // of the last entry
	Chain  uint32 // CRC-32C of the checksums of all entries
	Beside int64  // how many records beside the ledger
	Mix    uint32 // exclusive or of their checksums
}

// Head decodes the content of a head.
func (c Content) Head() (Head, error) {
	r := reader{rest: c}
	h := Head{Seq: r.int(), Beside: r.int()}
	h.Chain, h.Mix = uint32(r.uint()), uint32(r.uint())
	return h, r.end()
}

func (h Head) put(b *bbolt.Bucket, hunt string) error {
	v := append(make([]byte, 0, 32), formatVersion)
	v = appendInt(appendInt(v, h.Seq), h.Beside)
	v = binary.AppendUvarint(binary.AppendUvarint(v, uint64(h.Chain)), uint64(h.Mix))
	r := seal(hunt, HeadKey, v)
	return b.Put(r.Key, r.Value)
}

func getHead(b *bbolt.Bucket, hunt string) (Head, error) {
	if b == nil {
		return Head{}, fmt.Errorf("%w: hunt %s is missing", ErrDamaged, hunt)
	}
	c, err := Unseal(hunt, HeadKey, b.Get(HeadKey))
	if err != nil {
		return Head{}, Damaged(fmt.Errorf("hunt %s: head: %w", hunt, err))
	}
	return c.Head()
}

// Link adds the next entry to a chain; sealed is its value.
func Link(chain uint32, sealed []byte) uint32 {
	return crc32.Update(chain, castagnoli, sealed[len(sealed)-sumSize:])
}

// Records are what a transaction writes of one hunt.
type Records struct {
	Hunt        string
	New         bool // the file does not have the hunt yet
	Ledger      []Record
	Beside      []Record // attempts and persons
	Definitions []Record
}

// Put writes the records and the head that they lead to. Entries continue the
// ledger; other records replace those of the same key.
func (x *Records) Put(tx *bbolt.Tx) error {
	b, h, err := x.bucket(tx)
	if err != nil {
		return err
	}
	ledger, beside, definitions := b.Bucket(LedgerBucket), b.Bucket(BesideBucket), b.Bucket(DefinitionsBucket)
	if ledger == nil || beside == nil || definitions == nil {
		return errors.Join(ErrDamaged, fmt.Errorf("hunt %s: %w", x.Hunt, errMissing))
	}
	ledger.FillPercent = ledgerFill
	for _, r := range x.Ledger {
		h.Seq++
		if seq, _ := SeqOf(r.Key); seq != h.Seq {
			return fmt.Errorf("hunt %s: entry %x comes after %d", x.Hunt, r.Key, h.Seq-1)
		}
		h.Chain = Link(h.Chain, r.Value)
		if err := ledger.Put(r.Key, r.Value); err != nil {
			return err
		}
	}
	for _, r := range x.Beside {
		if old := beside.Get(r.Key); old != nil {
			h.Mix ^= Checksum(old)
		} else {
			h.Beside++
		}
		h.Mix ^= Checksum(r.Value)
		if err := beside.Put(r.Key, r.Value); err != nil {
			return err
		}
	}
	for _, r := range x.Definitions {
		if err := definitions.Put(r.Key, r.Value); err != nil {
			return err
		}
	}
	return h.put(b, x.Hunt)
}

// bucket returns the hunt's bucket, which it makes for a new hunt, and its head.
func (x *Records) bucket(tx *bbolt.Tx) (*bbolt.Bucket, Head, error) {
	hunts := tx.Bucket(HuntsBucket)
	if !x.New {
		b := hunts.Bucket([]byte(x.Hunt))
		h, err := getHead(b, x.Hunt)
		return b, h, err
	}
	b, err := hunts.CreateBucket([]byte(x.Hunt))
	if err != nil {
		return nil, Head{}, err
	}
	for _, name := range [][]byte{LedgerBucket, BesideBucket, DefinitionsBucket} {
		if _, err := b.CreateBucket(name); err != nil {
			return nil, Head{}, err
		}
	}
	return b, Head{}, addTotals(tx, Totals{Hunts: 1})
}

// Remove deletes a hunt and all that there is of it.
func Remove(tx *bbolt.Tx, id string) error {
	if err := tx.Bucket(HuntsBucket).DeleteBucket([]byte(id)); err != nil {
		return err
	}
	return addTotals(tx, Totals{Hunts: -1})
}

// Hunts returns the ids of the hunts. It checks that none is missing, and their
// heads, and all secrets.
func Hunts(tx *bbolt.Tx) ([]string, error) {
	hunts, secrets, totals := tx.Bucket(HuntsBucket), tx.Bucket(SecretsBucket), tx.Bucket(TotalsBucket)
	switch {
	case hunts == nil && secrets == nil && totals == nil:
		return nil, errors.New("is no database of veltrix")
	case hunts == nil || secrets == nil || totals == nil:
		return nil, fmt.Errorf("%w: %w", ErrDamaged, errMissing)
	}
	t, err := getTotals(totals)
	if err != nil {
		return nil, err
	}
	ids := []string{}
	err = hunts.ForEach(func(k, _ []byte) error {
		ids = append(ids, string(k))
		_, err := getHead(hunts.Bucket(k), string(k))
		return err
	})
	if err == nil && int64(len(ids)) != t.Hunts {
		err = fmt.Errorf("%w: %d hunts, there were %d", ErrDamaged, len(ids), t.Hunts)
	}
	n := int64(0)
	if err == nil {
		err = secrets.ForEach(func(k, v []byte) error {
			n++
			_, err := secretOf(k, v)
			return err
		})
	}
	if err == nil && n != t.Secrets {
		err = fmt.Errorf("%w: %d secrets, there were %d", ErrDamaged, n, t.Secrets)
	}
	return ids, err
}

// Secret reads a secret.
func Secret(tx *bbolt.Tx, name string) (secret string, found bool, err error) {
	sealed := tx.Bucket(SecretsBucket).Get([]byte(name))
	if sealed == nil {
		return "", false, nil
	}
	secret, err = secretOf([]byte(name), sealed)
	return secret, err == nil, err
}

func secretOf(name, sealed []byte) (string, error) {
	c, err := Unseal("", name, sealed)
	if err != nil {
		return "", Damaged(fmt.Errorf("secret %q: %w", name, err))
	}
	return string(c), nil
}

// SecretRecord makes the record of a secret.
func SecretRecord(name, secret string) Record {
	return seal("", []byte(name), append([]byte{formatVersion}, secret...))
}

// PutSecrets writes secrets that are not there yet.
func PutSecrets(tx *bbolt.Tx, secrets ...Record) error {
	b := tx.Bucket(SecretsBucket)
	for _, r := range secrets {
		if err := b.Put(r.Key, r.Value); err != nil {
			return err
		}
	}
	return addTotals(tx, Totals{Secrets: int64(len(secrets))})
}
