package salvage

import (
	"bytes"
	"fmt"

	"veltrix/game"
	"veltrix/game/bolt/dbfile"
	"veltrix/game/hunt"
)

// strays looks for the records of the known hunts on all other leaf pages. What
// a failed commit left of a hunt that never was is not looked for while every
// hunt is accounted for.
func (s *search) strays() error {
	if s.totals == nil || int64(len(s.ids)) < s.totals.Hunts {
		if err := s.eachLeafElement(func(e dbfile.Element, _ int64) error {
			if e.Bucket && huntLike(e) {
				s.remains(string(e.Key))
			}
			return nil
		}); err != nil {
			return err
		}
	}
	ids := s.ids
	return s.eachLeafElement(func(e dbfile.Element, at int64) error {
		if !e.Bucket {
			return s.strayRecord(e, at, ids)
		}
		// Within a page of a hunt: its small buckets.
		for _, id := range ids {
			if err := s.bucket(e, at, parent{inHunt, id}, 0); err != nil {
				return err
			}
		}
		return nil
	})
}

// huntLike reports whether an element may be the bucket of a hunt.
func huntLike(e dbfile.Element) bool {
	for _, name := range [][]byte{
		dbfile.HuntsBucket, dbfile.SecretsBucket, dbfile.TotalsBucket, dbfile.LedgerBucket, dbfile.BesideBucket, dbfile.DefinitionsBucket,
	} {
		if bytes.Equal(e.Key, name) {
			return false
		}
	}
	return len(e.Value) >= dbfile.BucketHeader && hunt.ValidID(string(e.Key))
}

// eachLeafElement visits every element of every page that may be a leaf, those of
// the trees included. at is where its page begins. A page is taken for a leaf
// whose header may be wrong: whatever has the form of an element is visited.
func (s *search) eachLeafElement(visit func(e dbfile.Element, at int64) error) error {
	var page dbfile.Page
	for id := uint64(2); id < s.pages; id++ {
		at := int64(id) * s.pageSize
		header, err := s.readPages(id, dbfile.HeaderSize)
		if err != nil {
			return err
		}
		span := header.Span()
		if header.ID() != id || span > s.pages-id {
			span = 1 // not what it was
		}
		size := int(span) * int(s.pageSize)
		if cap(page) < size {
			page = make(dbfile.Page, size)
		}
		page = page[:size]
		if _, err := s.file.ReadAt(page, at); err != nil {
			return fmt.Errorf("page %d: %w", id, err)
		}
		for i := range page.Room() {
			e, fits := page.Element(i, false)
			if !fits {
				continue
			}
			if err := visit(e, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// strayRecord finds by the checksum which hunt a record belongs to, and notes it.
func (s *search) strayRecord(e dbfile.Element, at int64, ids []string) error {
	if len(e.Key) == 0 {
		return nil
	}
	if dbfile.Belongs("", e.Key, e.Value) {
		in := parent{kind: inSecrets}
		if bytes.Equal(e.Key, dbfile.TotalsKey) {
			in.kind = inTotals
		}
		return s.record(e, at, in)
	}
	for i, id := range ids {
		if !dbfile.Belongs(id, e.Key, e.Value) {
			continue
		}
		ids[0], ids[i] = ids[i], ids[0] // the next one is likely of the same hunt
		in := parent{inHunt, id}
		if _, numbered := dbfile.SeqOf(e.Key); numbered {
			in.kind = inDefinitions
			if isEntry(id, e) {
				in.kind = inLedger
			}
		}
		return s.record(e, at, in)
	}
	return nil
}

// isEntry distinguishes an entry from a definition, whose records have keys of the same
// form: a hunt file does not decode as an entry with an epoch, a type and a nonce.
func isEntry(id string, e dbfile.Element) bool {
	content, err := dbfile.Unseal(id, e.Key, e.Value)
	var n game.Entry
	return err == nil && content.Entry(&n, dbfile.Words{}) == nil && n.Epoch != "" && n.Type != "" && n.Nonce != ""
}
