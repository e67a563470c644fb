package salvage

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"go.etcd.io/bbolt"

	"veltrix/game"
	"veltrix/game/bolt/dbfile"
)

// build writes what was found into the empty file at path and checks it.
func (s *search) build(path string, now time.Time) (*Repaired, error) {
	if err := dbfile.Initialize(path); err != nil {
		return nil, err
	}
	db, _, err := dbfile.Open(path, false)
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
	reports, err := checkFile(path)
	for _, r := range reports {
		err = errors.Join(err, r.Err)
	}
	return done, err
}

// fill writes what was found into an empty database.
func (s *search) fill(db *bbolt.DB, now time.Time) (*Repaired, error) {
	done := &Repaired{LostHunts: -1, LostSecrets: -1}
	slices.Sort(s.ids)
	kept := int64(0)
	for _, id := range s.ids {
		r := s.hunts[id]
		if len(r.ledger)+len(r.heads)+len(r.definitions) == 0 {
			continue
		}
		k, err := s.fillHunt(db, id, r, now)
		if err != nil {
			return nil, fmt.Errorf("hunt %s: %w", id, err)
		}
		done.Hunts = append(done.Hunts, k)
		if k.Entries > 0 {
			kept++
		}
	}
	var secrets []dbfile.Record
	for name, p := range s.secrets {
		if p.disputed {
			continue
		}
		sealed, err := s.read(p)
		if err != nil {
			return nil, err
		}
		secrets = append(secrets, dbfile.Record{Key: []byte(name), Value: sealed})
	}
	err := db.Update(func(tx *bbolt.Tx) error { return dbfile.PutSecrets(tx, secrets...) })
	if s.totals != nil {
		done.LostHunts, done.LostSecrets = max(0, s.totals.Hunts-kept), max(0, s.totals.Secrets-int64(len(secrets)))
	}
	if err == nil && kept == 0 {
		err = errors.New("nothing of it can be read, go on from a backup")
	}
	return done, err
}

// chunk is how many entries a transaction of a repair writes.
const chunk = 10_000

// fillHunt writes the part of a hunt that is right.
func (s *search) fillHunt(db *bbolt.DB, id string, r *remains, now time.Time) (Kept, error) {
	k, last, err := s.prefix(id, r)
	if err != nil || k.Entries == 0 {
		return k, err
	}
	x := &dbfile.Records{Hunt: id, New: true}
	flush := func() error {
		err := db.Update(x.Put)
		x = &dbfile.Records{Hunt: id}
		return err
	}
	joined := map[string]bool{}
	for seq := int64(1); seq <= k.Entries; seq++ {
		n, sealed, err := s.entry(id, seq, r.ledger[seq])
		if err != nil {
			return k, err
		}
		if n.Type == game.Joined {
			joined[n.Entrant], joined[n.Player] = true, true
		}
		x.Ledger = append(x.Ledger, dbfile.Record{Key: dbfile.SeqKey(seq), Value: sealed})
		if n.Type == game.Defined {
			if err := s.addDefinition(x, &k, r, n.Rev); err != nil {
				return k, err
			}
		}
		if len(x.Ledger) == chunk {
			if err := flush(); err != nil {
				return k, err
			}
		}
	}
	if k.CutFrom > 0 {
		n := recoveredAfter(last, now)
		x.Ledger = append(x.Ledger, dbfile.EntryRecord(id, &n))
	}
	if err := s.addBeside(x, &k, r, joined); err != nil {
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
		Epoch: strconv.FormatInt(epoch, 10), Seq: last.Seq + 1, At: at, Type: game.Recovered, Nonce: dbfile.NewNonce(),
		Text: fmt.Sprintf("repair of a damaged file: after seq %d of epoch %s entries were lost", last.Seq, last.Epoch),
	}
}

// addDefinition adds a revision of the hunt file. One that is lost and no longer
// in force is an empty one from now on.
func (s *search) addDefinition(x *dbfile.Records, k *Kept, r *remains, rev int64) error {
	p, known := r.definitions[rev]
	if !known || p.disputed {
		k.LostRevisions = append(k.LostRevisions, rev)
		x.Definitions = append(x.Definitions, dbfile.DefinitionRecord(x.Hunt, rev, nil))
		return nil
	}
	sealed, err := s.read(p)
	x.Definitions = append(x.Definitions, dbfile.Record{Key: dbfile.SeqKey(rev), Value: sealed})
	return err
}

// addBeside adds the names and the attempts of those that have joined. What was
// tried after the cut is moved before it. Stray ones are not looked for: nothing
// proves that one was the last of its key, and a name must not come back that a
// later record has erased.
func (s *search) addBeside(x *dbfile.Records, k *Kept, r *remains, joined map[string]bool) error {
	for key, p := range r.beside {
		record := dbfile.Record{Key: []byte(key)}
		content, sealed, err := s.content(x.Hunt, record.Key, p)
		if err != nil {
			return err
		}
		record.Value = sealed
		b, err := content.Beside(record.Key)
		if err != nil || !joined[b.ID] {
			continue
		}
		if a := &b.Attempts; b.Challenge != "" && (a.Broken > k.Entries || a.Pending != nil && a.Pending.Seq > k.Entries) {
			a.Broken = min(a.Broken, k.Entries)
			if a.Pending != nil && a.Pending.Seq > k.Entries {
				a.Pending = nil // its entry was cut, so the claim has to be handed in again
			}
			record = dbfile.AttemptsRecord(x.Hunt, record.Key, a)
		}
		x.Beside = append(x.Beside, record)
	}
	slices.SortFunc(x.Beside, func(a, b dbfile.Record) int { return cmp.Compare(string(a.Key), string(b.Key)) })
	k.LostBeside = -1
	if r.live != nil {
		k.LostBeside = max(0, max(r.live.Beside, r.beyond)-int64(len(x.Beside)))
	}
	return nil
}
