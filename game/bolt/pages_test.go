package bolt

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
)

// TestReferences changes each reference to a page into others, loops among
// them: bbolt would recurse without end, so checkPages has to find them all.
func TestReferences(t *testing.T) {
	good := sample(t, t.TempDir())
	check := func(b []byte) error { return checkPages(bytes.NewReader(b), int64(len(b))) }
	if err := check(good); err != nil {
		t.Fatal(err)
	}
	m, err := readMeta(bytes.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	places := references(good, m)
	if len(places) < 12 {
		t.Fatalf("only %d references", len(places))
	}
	for _, at := range places {
		for _, to := range []uint64{0, 1, m.root, uint64(at) / uint64(m.pageSize), m.freelist, m.pages - 1, m.pages, 1 << 40, 1 << 63} {
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
	list := int(m.freelist) * int(m.pageSize)
	if n := binary.NativeEndian.Uint16(good[list+10:]); n < 2 {
		t.Fatalf("%d free pages", n)
	}
	for _, to := range []uint64{1, m.root, m.pages, binary.NativeEndian.Uint64(good[list+24:])} {
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
func references(b []byte, m meta) []int {
	w := &walk{file: bytes.NewReader(b), meta: m, used: make([]bool, m.pages), todo: []subtree{{page: m.root}}}
	var places []int
	for len(w.todo) > 0 {
		next := w.todo[0]
		w.todo = w.todo[1:]
		page, err := w.take(next.page)
		if err != nil {
			return nil
		}
		start := int(next.page) * int(m.pageSize)
		for i := range int(binary.NativeEndian.Uint16(page[10:])) {
			at := pageHeader + i*elementSize
			e := page[at:]
			place := -1
			switch binary.NativeEndian.Uint16(page[8:]) {
			case flagBranch:
				place = at + 8
			case flagLeaf:
				if binary.NativeEndian.Uint32(e)&elementBucket != 0 {
					place = at + int(binary.NativeEndian.Uint32(e[4:])) + int(binary.NativeEndian.Uint32(e[8:]))
				}
			}
			if place < 0 {
				continue
			}
			if page := binary.NativeEndian.Uint64(b[start+place:]); page != 0 {
				places = append(places, start+place)
				w.todo = append(w.todo, subtree{page: page})
			}
		}
	}
	return places
}
