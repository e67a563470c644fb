package bolt

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"veltrix/game"
	"veltrix/game/hunt"
)

// strays looks for the records of the known hunts on all other leaf pages. What
// a failed commit left of a hunt that never was is not looked for while every
// hunt is accounted for.
func (s *salvage) strays() error {
	if s.totals == nil || int64(len(s.ids)) < s.totals.hunts {
		if err := s.eachLeaf(func(list []element, _ int64) error {
			for _, e := range list {
				if e.bucket && huntLike(e) {
					s.remains(string(e.key))
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	ids := s.ids
	return s.eachLeaf(func(list []element, at int64) error {
		for _, e := range list {
			if e.bucket {
				// Within a page of a hunt: its small buckets.
				for _, id := range ids {
					if err := s.bucket(e, at, level{inHunt, id}, 0); err != nil {
						return err
					}
				}
				continue
			}
			if err := s.strayRecord(e, at, ids); err != nil {
				return err
			}
		}
		return nil
	})
}

// huntLike tells whether an element may be the bucket of a hunt.
func huntLike(e element) bool {
	for _, name := range [][]byte{huntsBucket, secretsBucket, rootBucket, ledgerBucket, attemptsBucket, definitionsBucket} {
		if bytes.Equal(e.key, name) {
			return false
		}
	}
	return len(e.value) >= bucketHeader && hunt.ValidID(string(e.key))
}

// eachLeaf visits all pages of the file that may be leaves, those of the trees
// included.
func (s *salvage) eachLeaf(visit func(list []element, at int64) error) error {
	var buf []byte
	for id := uint64(2); id < s.pages; id++ {
		at := id * uint64(s.pageSize)
		header := make([]byte, pageHeader)
		if _, err := s.file.ReadAt(header, int64(at)); err != nil {
			return fmt.Errorf("page %d: %w", id, err)
		}
		n := uint64(binary.NativeEndian.Uint32(header[12:])) + 1
		if binary.NativeEndian.Uint64(header) != id || n > s.pages-id {
			n = 1 // not what it was
		}
		if size := int(n) * int(s.pageSize); cap(buf) < size {
			buf = make([]byte, size)
		}
		buf = buf[:int(n)*int(s.pageSize)]
		if _, err := s.file.ReadAt(buf, int64(at)); err != nil {
			return fmt.Errorf("page %d: %w", id, err)
		}
		if err := visit(elementsOf(buf, true), int64(at)); err != nil {
			return err
		}
	}
	return nil
}

// strayRecord finds out by the checksum whose record it is.
func (s *salvage) strayRecord(e element, at int64, ids []string) error {
	if len(e.value) < sumSize+1 || len(e.key) == 0 || e.value[0] != formatVersion {
		return nil
	}
	if sealed(e.value) == sum("", e.key, e.value[:len(e.value)-sumSize]) {
		in := level{kind: inSecrets}
		if bytes.Equal(e.key, totalsKey) {
			in.kind = inTotals
		}
		return s.record(e, at, in)
	}
	for i, id := range ids {
		if sealed(e.value) != sum(id, e.key, e.value[:len(e.value)-sumSize]) {
			continue
		}
		ids[0], ids[i] = ids[i], ids[0] // the next one likely is of the same hunt
		in := level{inHunt, id}
		if len(e.key) == 8 {
			in.kind = inDefinitions
			if isEntry(id, e) {
				in.kind = inLedger
			}
		}
		return s.record(e, at, in)
	}
	return nil
}

// isEntry tells an entry from a definition, whose records have keys of the same
// form: a hunt file does not decode as an entry with an epoch, a type and a nonce.
func isEntry(id string, e element) bool {
	rd, err := unseal(id, e.key, e.value)
	var n game.Entry
	return err == nil && readEntry(rd, &n, words{}) == nil && n.Epoch != "" && n.Type != "" && n.Nonce != ""
}
