package dbfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.etcd.io/bbolt"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bushy makes a file with branches, buckets on pages of their own and within
// others, and free pages.
func bushy(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), Name)
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		err := db.Update(func(tx *bbolt.Tx) error {
			for i := range 3 {
				b, err := tx.CreateBucketIfNotExists(fmt.Append(nil, "bucket ", i))
				if err != nil {
					return err
				}
				small, err := b.CreateBucketIfNotExists([]byte("a small one"))
				if err != nil {
					return err
				}
				if err := small.Put([]byte("key"), []byte("value")); err != nil {
					return err
				}
				for n := range 100 {
					if err := b.Put(fmt.Append(nil, "key ", n), bytes.Repeat([]byte{byte(round)}, 100)); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := ReadMeta(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return b[:int64(m.Pages)*m.PageSize]
}

// TestReferences changes each reference to a page into others, loops among
// them: bbolt would recurse without end, so checkPages has to find them all.
func TestReferences(t *testing.T) {
	good := bushy(t)
	check := func(b []byte) error { return checkPages(bytes.NewReader(b), int64(len(b))) }
	if err := check(good); err != nil {
		t.Fatal(err)
	}
	m, err := ReadMeta(bytes.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	places := references(good, m)
	if len(places) < 12 {
		t.Fatalf("only %d references", len(places))
	}
	for _, at := range places {
		for _, to := range []uint64{0, 1, m.Root, uint64(at) / uint64(m.PageSize), m.Freelist, m.Pages - 1, m.Pages, 1 << 40, 1 << 63} {
			old := binary.NativeEndian.Uint64(good[at:])
			if to == old || (to == 0 && binary.NativeEndian.Uint16(good[at+8:]) != 0) {
				continue
			}
			bad := slices.Clone(good)
			binary.NativeEndian.PutUint64(bad[at:], to)
			if check(bad) == nil {
				t.Errorf("the reference at %d was page %d and is %d now", at, old, to)
			}
		}
	}
	// Freeing a page that is in use, twice, or not at all.
	list := int(m.Freelist) * int(m.PageSize)
	if n := binary.NativeEndian.Uint16(good[list+10:]); n < 2 {
		t.Fatalf("%d free pages", n)
	}
	for _, to := range []uint64{1, m.Root, m.Pages, binary.NativeEndian.Uint64(good[list+24:])} {
		bad := slices.Clone(good)
		binary.NativeEndian.PutUint64(bad[list+16:], to)
		if check(bad) == nil {
			t.Errorf("page %d is free now", to)
		}
	}
	bad := slices.Clone(good)
	bad[list+10]--
	if check(bad) == nil {
		t.Error("a page is lost")
	}
}

// references finds where pages refer to others: elements of branches, and roots
// of buckets.
func references(b []byte, m Meta) []int {
	w := &walk{file: bytes.NewReader(b), meta: m, used: make([]bool, m.Pages), todo: []subtree{{page: m.Root}}}
	var places []int
	for len(w.todo) > 0 {
		next := w.todo[0]
		w.todo = w.todo[1:]
		page, err := w.take(next.page)
		if err != nil {
			return nil
		}
		start := int(next.page) * int(m.PageSize)
		for i := range page.Count() {
			e, _ := page.Element(i, page.Branch())
			place := start + e.ValueAt // the root is first in the value of a bucket
			if page.Branch() {
				place = start + HeaderSize + i*elementSize + 8
			} else if !e.Bucket {
				continue
			}
			if child := binary.NativeEndian.Uint64(b[place:]); child != 0 {
				places = append(places, place)
				w.todo = append(w.todo, subtree{page: child})
			}
		}
	}
	return places
}
