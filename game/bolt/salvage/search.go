package salvage

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"veltrix/game/bolt/dbfile"
)

// search is one look through a file whose pages do not hang together, and what
// it found. It never trusts a page.
type search struct {
	file     io.ReaderAt
	pageSize int64
	pages    uint64 // in the file

	// These are of the tree that is being walked.
	origin  origin
	visited []bool // by page

	// These are what was found.
	secrets map[string]place
	hunts   map[string]*remains
	ids     []string // of hunts, in the order of discovery
	totals  *dbfile.Totals
	torn    error // what is wrong with a meta page: the last commit may be missing
}

// origin is how a record was reached.
type origin int

const (
	live  origin = iota // from the newest meta page that is right
	older               // from the other meta page
	stray               // from no page: it was found by looking at all of them
)

// place is where a record stands in the file.
type place struct {
	at       int64
	size     uint32
	checksum uint32
	origin   origin
	disputed bool // stray, and there is another one that is different
}

// remains is what was found of a hunt.
type remains struct {
	ledger      map[int64]place
	definitions map[int64]place
	beside      map[string]place
	heads       []dbfile.Head // those of the live tree and the older one first
	live        *dbfile.Head
	beyond      int64 // records beside the ledger, by the last head of a stray end
	last        int64 // highest seq found
}

// parent is the bucket that an element is in.
type parent struct {
	kind bucketKind
	hunt string // "" outside of the hunts
}

type bucketKind int

const (
	inRoot bucketKind = iota
	inHunts
	inSecrets
	inTotals
	inHunt
	inLedger
	inBeside
	inDefinitions
)

// below returns the bucket that has a key in this one; known is false when the
// store writes no such bucket.
func (p parent) below(key []byte) (sub parent, known bool) {
	sub, known = p, true
	switch {
	case p.kind == inRoot && bytes.Equal(key, dbfile.HuntsBucket):
		sub.kind = inHunts
	case p.kind == inRoot && bytes.Equal(key, dbfile.SecretsBucket):
		sub.kind = inSecrets
	case p.kind == inRoot && bytes.Equal(key, dbfile.TotalsBucket):
		sub.kind = inTotals
	case p.kind == inHunts:
		sub = parent{inHunt, string(key)}
	case p.kind == inHunt && bytes.Equal(key, dbfile.LedgerBucket):
		sub.kind = inLedger
	case p.kind == inHunt && bytes.Equal(key, dbfile.BesideBucket):
		sub.kind = inBeside
	case p.kind == inHunt && bytes.Equal(key, dbfile.DefinitionsBucket):
		sub.kind = inDefinitions
	default:
		known = false
	}
	return sub, known
}

// maxDepth bounds a walk down damaged branches. A tree of pages of 64 KiB or
// less is never that deep.
const maxDepth = 64

// searchFile finds what can be read. size is that of the file, in bytes. The
// error is that of reading, or wraps dbfile.ErrNewer.
func searchFile(file io.ReaderAt, size int64) (*search, error) {
	both, errs := dbfile.ReadMetas(file)
	s := &search{file: file, secrets: map[string]place{}, hunts: map[string]*remains{}}
	var metas []dbfile.Meta // the newest first
	for i := range both {
		switch {
		case errors.Is(errs[i], dbfile.ErrNewer):
			return nil, errs[i]
		case errs[i] == nil:
			metas = append(metas, both[i])
		default:
			s.torn = errors.Join(s.torn, errs[i])
		}
	}
	if len(metas) == 2 && metas[0].Transaction < metas[1].Transaction {
		metas[0], metas[1] = metas[1], metas[0]
	}
	s.pageSize = 4096 // that of most systems, when no meta page says it
	if len(metas) > 0 {
		s.pageSize = metas[0].PageSize
	}
	s.pages = uint64(size / s.pageSize)
	for i, m := range metas {
		s.visited, s.origin = make([]bool, s.pages), origin(i)
		if err := s.tree(m.Root, parent{kind: inRoot}, 0); err != nil {
			return nil, err
		}
	}
	s.origin = stray
	return s, s.strays()
}

// tree visits a page and what hangs on it. A page that is not right is left out.
func (s *search) tree(id uint64, in parent, depth int) error {
	page, err := s.page(id)
	if page == nil || err != nil || depth > maxDepth {
		return err
	}
	return s.elements(page, int64(id)*s.pageSize, in, depth)
}

// page returns a page with its overflow, nil when it was visited or is not right.
func (s *search) page(id uint64) (dbfile.Page, error) {
	if id < 2 || id >= s.pages || s.visited[id] {
		return nil, nil
	}
	s.visited[id] = true
	header, err := s.readPages(id, dbfile.HeaderSize)
	if err != nil {
		return nil, err
	}
	if header.ID() != id || header.Span() > s.pages-id || !(header.Branch() || header.Leaf()) {
		return nil, nil
	}
	return s.readPages(id, int64(header.Span())*s.pageSize)
}

// readPages reads so many bytes from the beginning of a page on.
func (s *search) readPages(id uint64, size int64) (dbfile.Page, error) {
	page := make(dbfile.Page, size)
	if _, err := s.file.ReadAt(page, int64(id)*s.pageSize); err != nil {
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	return page, nil
}

// elements visits the elements of a page that begins at at.
func (s *search) elements(page dbfile.Page, at int64, in parent, depth int) error {
	branch := page.Branch()
	for i := range min(page.Count(), page.Room()) {
		e, fits := page.Element(i, branch)
		var err error
		switch {
		case !fits:
		case e.Child != 0:
			err = s.tree(e.Child, in, depth+1)
		case e.Bucket:
			err = s.bucket(e, at, in, depth)
		default:
			err = s.record(e, at, in)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// bucket visits a bucket, which is on pages of its own or within its parent's.
func (s *search) bucket(e dbfile.Element, at int64, in parent, depth int) error {
	below, known := in.below(e.Key)
	if !known {
		return nil
	}
	if below.kind == inHunt {
		s.remains(below.hunt)
	}
	root, inline, err := e.Root()
	switch {
	case err != nil, depth > maxDepth && root == 0:
		return nil //nolint:nilerr // a bucket that is not right is left out
	case root == 0:
		return s.elements(inline, at+int64(e.ValueAt+len(e.Value)-len(inline)), below, depth+1)
	case s.origin == stray:
		return nil // its pages are looked at anyway
	}
	return s.tree(root, below, depth+1)
}

func (s *search) remains(id string) *remains {
	r := s.hunts[id]
	if r == nil {
		r = &remains{ledger: map[int64]place{}, definitions: map[int64]place{}, beside: map[string]place{}}
		s.hunts[id] = r
		s.ids = append(s.ids, id)
	}
	return r
}

// record notes a record if its checksum is right.
func (s *search) record(e dbfile.Element, at int64, in parent) error {
	content, err := dbfile.Unseal(in.hunt, e.Key, e.Value)
	switch {
	case err == nil:
		s.note(e, content, at, in)
	case errors.Is(err, dbfile.ErrNewer):
		return err
	}
	return nil
}

// note remembers where a record stands that is right.
func (s *search) note(e dbfile.Element, content dbfile.Content, at int64, in parent) {
	p := place{at: at + int64(e.ValueAt), size: uint32(len(e.Value)), checksum: dbfile.Checksum(e.Value), origin: s.origin}
	switch in.kind {
	case inTotals:
		t, err := content.Totals()
		if s.totals == nil && bytes.Equal(e.Key, dbfile.TotalsKey) && err == nil {
			s.totals = &t
		}
	case inSecrets:
		noteFirst(s.secrets, string(e.Key), p)
	case inHunt:
		if h, err := content.Head(); err == nil && bytes.Equal(e.Key, dbfile.HeadKey) {
			r := s.remains(in.hunt)
			r.heads = append(r.heads, h)
			if s.origin == live {
				r.live = &h
			}
		}
	case inLedger, inDefinitions:
		n, found := dbfile.SeqOf(e.Key)
		if !found {
			return
		}
		r := s.remains(in.hunt)
		if in.kind == inDefinitions {
			noteFirst(r.definitions, n, p)
		} else {
			noteFirst(r.ledger, n, p)
			r.last = max(r.last, n)
		}
	case inBeside:
		if s.origin != stray {
			noteFirst(s.remains(in.hunt).beside, string(e.Key), p)
		}
	}
}

// noteFirst prefers what was found first. Stray records that do not agree are
// disputed.
func noteFirst[K comparable](m map[K]place, key K, p place) {
	first, known := m[key]
	switch {
	case !known:
		m[key] = p
	case first.origin == stray && first.checksum != p.checksum:
		first.disputed = true
		m[key] = first
	}
}

// read returns the sealed value at a place.
func (s *search) read(p place) ([]byte, error) {
	b := make([]byte, p.size)
	_, err := s.file.ReadAt(b, p.at)
	return b, err
}
