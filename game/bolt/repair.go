package bolt

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"veltrix/game"
)

// ErrSound says that there is nothing to repair.
var ErrSound = errors.New("nothing is wrong with the file")

// Repaired is what a repair did.
type Repaired struct {
	Copy        string // the file as it was
	Hunts       []Kept
	LostHunts   int64 // of which nothing was found; −1 when it is not known how many there were
	LostSecrets int64 // such as the organizers' token; −1 when that is not known
}

// Whole tells whether nothing was lost.
func (r *Repaired) Whole() bool {
	return r.LostHunts == 0 && r.LostSecrets == 0 && !slices.ContainsFunc(r.Hunts, func(k Kept) bool { return !k.Whole() })
}

// Kept is what a repair kept of a hunt.
type Kept struct {
	Hunt    string
	Entries int64 // 1 to Entries are as they were; 0: the hunt is gone
	// CutFrom and CutTo are the seqs of the entries that were cut; CutFrom is 0
	// when there are none, CutTo is 0 when it is not known how many there were.
	CutFrom, CutTo int64
	Why            string // why the ledger ends there
	LostAttempts   int64  // records of wrong claims, waiting reviews and counted events; −1: not known
	LostRevisions  []int64
}

// Whole tells whether nothing of the hunt was lost.
func (k *Kept) Whole() bool {
	return k.CutFrom == 0 && k.LostAttempts == 0 && len(k.LostRevisions) == 0
}

// Repair makes a file that can be opened of one that is damaged. It keeps of
// each hunt the longest beginning of its ledger whose records are right, and the
// file as it was beside the new one, under a name that none had. A ledger that
// was cut goes on in a new epoch, so that players who saw more are told.
//
// Errors wrap ErrSound, ErrInUse, ErrNewer, or what the system says; then
// nothing was changed.
func Repair(dir string, now time.Time) (*Repaired, error) {
	path := filepath.Join(dir, FileName)
	done, err := repair(path, now)
	if err != nil {
		return nil, fmt.Errorf("repair %s: %w", path, err)
	}
	return done, nil
}

func repair(path string, now time.Time) (done *Repaired, err error) {
	if err := needsRepair(filepath.Dir(path)); err != nil {
		return nil, err
	}
	old, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, old.Close()) }()
	if err := lock(old); err != nil {
		return nil, err
	}
	if err := inPlace(old, path); err != nil {
		return nil, err
	}
	info, err := old.Stat()
	if err != nil {
		return nil, err
	}
	found, err := salvageFile(old, info.Size())
	if err != nil {
		return nil, err
	}
	made, err := os.CreateTemp(filepath.Dir(path), FileName+".new-*")
	if err != nil {
		return nil, err
	}
	defer func() {
		if rerr := os.Remove(made.Name()); !errors.Is(rerr, os.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
	}()
	if err := made.Close(); err != nil {
		return nil, err
	}
	if done, err = found.build(made.Name(), now); err != nil {
		return nil, err
	}
	if err := alike(made.Name(), info); err != nil {
		return nil, err
	}
	if done.Copy, err = setAside(old, path, now); err != nil {
		return nil, fmt.Errorf("keep a copy: %w", err)
	}
	return done, errors.Join(os.Rename(made.Name(), path), syncDirectory(filepath.Dir(path)))
}

// needsRepair returns ErrSound unless the file is damaged.
func needsRepair(dir string) error {
	reports, err := Check(dir)
	for _, r := range reports {
		err = errors.Join(err, r.Err)
	}
	switch {
	case err == nil:
		return ErrSound
	case errors.Is(err, ErrNewer), errors.Is(err, ErrInUse):
		return err
	case !errors.Is(err, ErrDamaged):
		return fmt.Errorf("this is no damage that a repair mends: %w", err)
	}
	return nil
}

// setAside gives the damaged file a second name, or copies it where there are no
// hard links. Either way the bytes are synced.
func setAside(old *os.File, path string, now time.Time) (string, error) {
	stamp := path + ".damaged-" + now.UTC().Format("20060102T150405Z")
	for n := range 100 {
		name := stamp
		if n > 0 {
			name += "-" + strconv.Itoa(n+1)
		}
		err := os.Link(path, name)
		if err != nil && !errors.Is(err, os.ErrExist) {
			err = copyFile(old, name)
		}
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		return name, errors.Join(syncFile(name), syncDirectory(filepath.Dir(path)))
	}
	return "", fmt.Errorf("%s and 99 more are there already", stamp)
}

func copyFile(from *os.File, name string) error {
	info, err := from.Stat()
	if err != nil {
		return err
	}
	to, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(to, io.NewSectionReader(from, 0, info.Size()))
	if err = errors.Join(err, to.Close()); err != nil {
		err = errors.Join(err, os.Remove(name)) // half of a copy is none
	}
	return err
}

func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// build writes what was found into a new file and checks it.
func (s *salvage) build(path string, now time.Time) (*Repaired, error) {
	if err := initialize(path); err != nil {
		return nil, err
	}
	db, _, err := openBolt(path, options(false, false))
	if err != nil {
		return nil, err
	}
	db.NoSync = true // until all is there
	done, err := s.fill(db, now)
	if err == nil {
		err = db.Sync()
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	return done, inspect(path, func(db *bbolt.DB) error {
		return db.View(func(tx *bbolt.Tx) error {
			ids, err := huntsIn(tx)
			for _, id := range ids {
				err = errors.Join(err, checkHunt(tx, id).Err)
			}
			return err
		})
	})
}

func (s *salvage) fill(db *bbolt.DB, now time.Time) (*Repaired, error) {
	done := &Repaired{LostHunts: -1, LostSecrets: -1}
	slices.Sort(s.ids)
	kept := int64(0)
	for _, id := range s.ids {
		r := s.hunts[id]
		if len(r.ledger)+len(r.heads)+len(r.definitions) == 0 {
			continue
		}
		k, err := s.keepHunt(db, id, r, now)
		if err != nil {
			return nil, fmt.Errorf("hunt %s: %w", id, err)
		}
		done.Hunts = append(done.Hunts, k)
		if k.Entries > 0 {
			kept++
		}
	}
	secrets := int64(0)
	err := db.Update(func(tx *bbolt.Tx) error {
		for name, p := range s.secrets {
			if p.fork {
				continue
			}
			value, err := s.read(p)
			if err != nil {
				return err
			}
			if err := tx.Bucket(secretsBucket).Put([]byte(name), value); err != nil {
				return err
			}
			secrets++
		}
		return addTotals(tx, 0, secrets)
	})
	if s.totals != nil {
		done.LostHunts, done.LostSecrets = max(0, s.totals.hunts-kept), max(0, s.totals.secrets-secrets)
	}
	if err == nil && kept == 0 {
		err = errors.New("nothing of it can be read, go on from a backup")
	}
	return done, err
}

// chunk is how many records a transaction of a repair writes.
const chunk = 10_000

// keepHunt writes the part of a hunt that is right.
func (s *salvage) keepHunt(db *bbolt.DB, id string, r *remains, now time.Time) (Kept, error) {
	k, last, err := s.prefix(id, r)
	if err != nil || k.Entries == 0 {
		return k, err
	}
	x := &writing{hunt: id, found: true}
	flush := func() error {
		err := db.Update(x.put)
		x = &writing{hunt: id}
		return err
	}
	joined := map[string]bool{}
	for seq := int64(1); seq <= k.Entries; seq++ {
		n, value, err := s.entry(id, seq, r.ledger[seq])
		if err != nil {
			return k, err
		}
		joined[n.Entrant] = joined[n.Entrant] || n.Type == game.Joined
		x.ledger = append(x.ledger, record{seqKey(seq), value})
		if n.Type == game.Defined {
			if err := s.keepDefinition(x, &k, r, n.Rev); err != nil {
				return k, err
			}
		}
		if len(x.ledger) == chunk {
			if err := flush(); err != nil {
				return k, err
			}
		}
	}
	if k.CutFrom > 0 {
		n := recoveredAfter(last, now)
		key := seqKey(n.Seq)
		x.ledger = append(x.ledger, record{key, seal(id, key, appendEntry(nil, &n))})
	}
	if err := s.keepAttempts(x, &k, r, joined); err != nil {
		return k, err
	}
	return k, flush()
}

// recoveredAfter is the entry that begins the epoch after a cut.
func recoveredAfter(last game.Entry, now time.Time) game.Entry {
	at := max(now.UnixMilli(), last.At)
	epoch := at
	if was, err := strconv.ParseInt(last.Epoch, 10, 64); err == nil {
		epoch = max(epoch, was+1)
	}
	return game.Entry{
		Epoch: strconv.FormatInt(epoch, 10), Seq: last.Seq + 1, At: at, Type: game.Recovered, Nonce: newNonce(),
		Text: fmt.Sprintf("repair of a damaged file: after seq %d of epoch %s entries were lost", last.Seq, last.Epoch),
	}
}

// keepDefinition adds a revision of the hunt file. One that is lost and no longer
// in force is an empty one from now on.
func (s *salvage) keepDefinition(x *writing, k *Kept, r *remains, rev int64) error {
	key := seqKey(rev)
	p, known := r.definitions[rev]
	if !known || p.fork {
		k.LostRevisions = append(k.LostRevisions, rev)
		x.definitions = append(x.definitions, record{key, seal(x.hunt, key, []byte{formatVersion})})
		return nil
	}
	value, err := s.read(p)
	x.definitions = append(x.definitions, record{key, value})
	return err
}

// keepAttempts adds the attempts of those who have joined. What was tried after
// the cut is moved before it.
func (s *salvage) keepAttempts(x *writing, k *Kept, r *remains, joined map[string]bool) error {
	for key, p := range r.attempts {
		entrant, challenge, found := strings.Cut(key, "\x00")
		value, err := s.read(p)
		if err != nil {
			return err
		}
		rd, err := unseal(x.hunt, []byte(key), value)
		if err != nil {
			return err
		}
		a, err := readAttempts(rd, entrant, challenge)
		if !found || !joined[entrant] || err != nil {
			continue
		}
		if a.Broken > k.Entries {
			a.Broken = k.Entries
			value = seal(x.hunt, []byte(key), appendAttempts(nil, &a))
		}
		x.attempts = append(x.attempts, record{[]byte(key), value})
	}
	slices.SortFunc(x.attempts, func(a, b record) int { return cmp.Compare(string(a.key), string(b.key)) })
	k.LostAttempts = -1
	if r.live != nil {
		k.LostAttempts = max(0, r.live.attempts-int64(len(x.attempts)))
	}
	return nil
}
