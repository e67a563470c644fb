package salvage

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
	"go.uber.org/zap"

	"veltrix/game/bolt"
	"veltrix/game/bolt/bolttest"
	"veltrix/game/bolt/dbfile"
)

// TestRepairRefuses: a sound file, one in use, one of a newer or older version, one of
// which nothing is left, and one that is not a store's stay as they are.
func TestRepairRefuses(t *testing.T) {
	dir := t.TempDir()
	sound := sample(t, dir)
	path := filepath.Join(dir, dbfile.Name)
	s, err := bolt.Open(dir, bolt.Options{}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Repair(dir, noon); !errors.Is(err, dbfile.ErrInUse) {
		t.Errorf("in use: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		image []byte
		want  string
	}{
		"sound":   {sound, ErrSound.Error()},
		"newer":   {newer(t, sound), dbfile.ErrNewer.Error()},
		"older":   {firstForm(t, sound), dbfile.ErrOlder.Error()},
		"zeros":   {make([]byte, 1<<16), "backup"},
		"empty":   {nil, "backup"},
		"foreign": {foreign(t), "no database of veltrix"},
	} {
		if err := os.WriteFile(path, c.image, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Repair(dir, noon)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
		if now, err := os.ReadFile(path); err != nil || string(now) != string(c.image) {
			t.Errorf("%s was changed: %v", name, err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
			t.Errorf("%s: %v, %v", name, left, err)
		}
	}
}

// newer makes a file as a later version of veltrix might write it: with a record
// of another form.
func newer(t *testing.T, sound []byte) []byte {
	t.Helper()
	return edited(t, sound, func(tx *bbolt.Tx) error {
		return reform(tx.Bucket(dbfile.TotalsBucket), "", 3)
	})
}

// firstForm makes a file whose records are all of the first form.
func firstForm(t *testing.T, sound []byte) []byte {
	t.Helper()
	return edited(t, sound, func(tx *bbolt.Tx) error {
		err := errors.Join(reform(tx.Bucket(dbfile.TotalsBucket), "", 1), reform(tx.Bucket(dbfile.SecretsBucket), "", 1))
		for _, id := range bolttest.Hunts {
			b := tx.Bucket(dbfile.HuntsBucket).Bucket([]byte(id))
			err = errors.Join(err, reform(b, id, 1))
			for _, name := range [][]byte{dbfile.LedgerBucket, dbfile.BesideBucket, dbfile.DefinitionsBucket} {
				err = errors.Join(err, reform(b.Bucket(name), id, 1))
			}
		}
		return err
	})
}

// reform gives the records of a bucket another version, and the checksum with it.
func reform(b *bbolt.Bucket, hunt string, version byte) error {
	records := map[string][]byte{}
	err := b.ForEach(func(k, v []byte) error {
		if v != nil {
			records[string(k)] = append([]byte{version}, v[1:len(v)-4]...)
		}
		return nil
	})
	for key, value := range records {
		sum := crc32.Checksum(slices.Concat([]byte(hunt), []byte(key), value), crc32.MakeTable(crc32.Castagnoli))
		err = errors.Join(err, b.Put([]byte(key), binary.LittleEndian.AppendUint32(value, sum)))
	}
	return err
}

// edited is a file after a change that no store makes.
func edited(t *testing.T, sound []byte, change func(tx *bbolt.Tx) error) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), dbfile.Name)
	if err := os.WriteFile(path, sound, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err = errors.Join(db.Update(change), db.Close()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func foreign(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "other.db")
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestNewer: a file of a newer version is refused, and not as damaged.
func TestNewer(t *testing.T) {
	record := newer(t, sample(t, t.TempDir()))
	pages := slices.Clone(record)
	for at := range 2 {
		fields := pages[at*4096+dbfile.HeaderSize:]
		binary.NativeEndian.PutUint32(fields[4:], 3) // bbolt's version; it is 2
		sum := fnv.New64a()
		sum.Write(fields[:56])
		binary.NativeEndian.PutUint64(fields[56:], sum.Sum64())
	}
	for name, image := range map[string][]byte{"record": record, "pages": pages} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, dbfile.Name), image, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := bolt.Open(dir, bolt.Options{}, zap.NewNop()); !errors.Is(err, dbfile.ErrNewer) || errors.Is(err, dbfile.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOlder: a file whose records have the first form is refused by name, and not
// as damaged. Nothing is changed: the version that wrote it can still read it.
func TestOlder(t *testing.T) {
	dir := t.TempDir()
	path, image := filepath.Join(dir, dbfile.Name), firstForm(t, sample(t, t.TempDir()))
	if err := os.WriteFile(path, image, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := bolt.Open(dir, bolt.Options{}, zap.NewNop())
	if !errors.Is(err, dbfile.ErrOlder) || errors.Is(err, dbfile.ErrDamaged) || errors.Is(err, dbfile.ErrNewer) {
		t.Errorf("open: %v", err)
	}
	for _, words := range []string{path, "older version", "veltrix hunt export"} {
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%q is not in: %v", words, err)
		}
	}
	if _, err := Check(dir); !errors.Is(err, dbfile.ErrOlder) {
		t.Errorf("check: %v", err)
	}
	if now, err := os.ReadFile(path); err != nil || string(now) != string(image) {
		t.Errorf("the file was changed: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("%v, %v", left, err)
	}
}

// TestCopiesAreKept: a second repair in the same second does not overwrite the
// copy of the first one.
func TestCopiesAreKept(t *testing.T) {
	dir := t.TempDir()
	sample(t, dir)
	path := filepath.Join(dir, dbfile.Name)
	copies := map[string]string{}
	for i := range 3 {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b[dbfile.HeaderSize+20+i] ^= 0xff // of meta page 0
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		done, err := Repair(dir, noon)
		if err != nil {
			t.Fatal(err)
		}
		copies[done.Copy] = string(b)
	}
	if len(copies) != 3 {
		t.Errorf("%d copies", len(copies))
	}
	for name, want := range copies {
		if b, err := os.ReadFile(name); err != nil || string(b) != want {
			t.Errorf("%s is another one now: %v", name, err)
		}
	}
}
