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
	"veltrix/game/bolt/dbfile"
)

// TestRepairRefuses: a sound file, one in use, one of a newer version, one of
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

// newer makes a file as a later version of veltrix might write it.
func newer(t *testing.T, sound []byte) []byte {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, dbfile.Name)
	if err := os.WriteFile(path, sound, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		value := []byte{2, 2, 3} // version 2; one is the one that there is
		sum := crc32.Checksum(slices.Concat(dbfile.TotalsKey, value), crc32.MakeTable(crc32.Castagnoli))
		return tx.Bucket(dbfile.TotalsBucket).Put(dbfile.TotalsKey, binary.LittleEndian.AppendUint32(value, sum))
	})
	if err = errors.Join(err, db.Close()); err != nil {
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
