package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// salvage is what can be read of a file whose pages do not hang together. It
// never trusts a page: each record carries the checksum of its hunt, key and
// value, so one that is found anywhere is known to be right.
//
// Records come from three places. Live ones hang on the newest meta page that is
// right; older ones on the other; stray ones are on pages that nothing refers to,
// because what referred to them is gone or because a later commit replaced
// them – or because their commit failed, so they count only where a head proves
// the chain of entries that they make.
type salvage struct {
	file     io.ReaderAt
	pageSize int64
	pages    uint64 // in the file
	seen     []bool // by page: a walk was there
	from     source

	secrets map[string]place
	hunts   map[string]*remains
	ids     []string // of hunts, in the order of discovery
	totals  *totals
	torn    error // what is wrong with a meta page: the last commit may be missing
}

type source int

const (
	live source = iota
	older
	stray
)

// place is where a record stands in the file.
type place struct {
	at   int64
	size uint32
	sum  uint32
	from source
	fork bool // stray, and there is another one that is different
}

// remains is what was found of a hunt.
type remains struct {
	ledger      map[int64]place
	definitions map[int64]place
	attempts    map[string]place
	heads       []head // those of the live tree and the older one first
	live        *head
	last        int64 // highest seq found
}

// level is which bucket a page belongs to.
type level struct {
	kind bucketKind
	hunt string
}

type bucketKind int

const (
	inRoot bucketKind = iota
	inHunts
	inSecrets
	inTotals
	inHunt
	inLedger
	inAttempts
	inDefinitions
)

// maxDepth bounds a walk down damaged branches. A tree of 64 KiB pages or less
// never is that deep.
const maxDepth = 64

// salvageFile reads what is there. size is that of the file.
func salvageFile(file io.ReaderAt, size int64) (*salvage, error) {
	both, errs := readMetas(file)
	s := &salvage{file: file, secrets: map[string]place{}, hunts: map[string]*remains{}}
	var metas []meta
	for i := range both {
		switch {
		case errors.Is(errs[i], ErrNewer):
			return nil, errs[i]
		case errs[i] == nil:
			metas = append(metas, both[i])
		default:
			s.torn = errors.Join(s.torn, errs[i])
		}
	}
	if len(metas) == 2 && metas[0].txid < metas[1].txid {
		metas[0], metas[1] = metas[1], metas[0]
	}
	s.pageSize = 4096 // when no meta page says it: that of most systems
	if len(metas) > 0 {
		s.pageSize = metas[0].pageSize
	}
	s.pages = uint64(size / s.pageSize)
	for i, m := range metas {
		s.seen, s.from = make([]bool, s.pages), source(i)
		if err := s.tree(m.root, level{kind: inRoot}, 0); err != nil {
			return nil, err
		}
	}
	s.from = stray
	return s, s.strays()
}

// tree visits a page and what hangs on it. A page that is not right is left
// out; the error is that of reading, or that the file is of a newer version.
func (s *salvage) tree(id uint64, in level, depth int) error {
	page, err := s.page(id)
	if page == nil || err != nil || depth > maxDepth {
		return err
	}
	return s.elements(page, int64(id)*s.pageSize, in, depth)
}

// page returns a page with its overflow, nil when it was visited or is not right.
func (s *salvage) page(id uint64) ([]byte, error) {
	if id < 2 || id >= s.pages || s.seen[id] {
		return nil, nil
	}
	s.seen[id] = true
	header := make([]byte, pageHeader)
	if _, err := s.file.ReadAt(header, int64(id)*s.pageSize); err != nil {
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	n := uint64(binary.NativeEndian.Uint32(header[12:])) + 1
	flags := binary.NativeEndian.Uint16(header[8:])
	if binary.NativeEndian.Uint64(header) != id || n > s.pages-id || (flags != flagBranch && flags != flagLeaf) {
		return nil, nil
	}
	page := make([]byte, int64(n)*s.pageSize)
	if _, err := s.file.ReadAt(page, int64(id)*s.pageSize); err != nil {
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	return page, nil
}

// element is a part of a page. The offsets are from the start of the page.
type element struct {
	bucket   bool
	child    uint64 // of a branch
	key      []byte
	value    []byte
	from, to int
}

// elementsOf returns the elements of a page that lie within it.
// With whatever it takes the page for a leaf and its header for wrong: whatever has
// the form of an element is returned.
func elementsOf(page []byte, whatever bool) []element {
	branch, count := binary.NativeEndian.Uint16(page[8:]) == flagBranch, int(binary.NativeEndian.Uint16(page[10:]))
	if whatever {
		branch, count = false, (len(page)-pageHeader)/elementSize
	}
	var list []element
	for i := range count {
		at := pageHeader + i*elementSize
		if at+elementSize > len(page) {
			break
		}
		e := page[at : at+elementSize]
		pos, ksize, vsize := uint64(binary.NativeEndian.Uint32(e)), uint64(binary.NativeEndian.Uint32(e[4:])), uint64(0)
		if !branch {
			pos, ksize, vsize = ksize, uint64(binary.NativeEndian.Uint32(e[8:])), uint64(binary.NativeEndian.Uint32(e[12:]))
		}
		from, mid := uint64(at)+pos, uint64(at)+pos+ksize
		if mid+vsize > uint64(len(page)) {
			continue
		}
		n := element{key: page[from:mid], value: page[mid : mid+vsize], from: int(mid), to: int(mid + vsize)}
		if branch {
			n.child = binary.NativeEndian.Uint64(e[8:])
		} else {
			n.bucket = binary.NativeEndian.Uint32(e)&elementBucket != 0
		}
		list = append(list, n)
	}
	return list
}

func (s *salvage) elements(page []byte, at int64, in level, depth int) error {
	for _, e := range elementsOf(page, false) {
		var err error
		switch {
		case e.child != 0:
			err = s.tree(e.child, in, depth+1)
		case e.bucket:
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
func (s *salvage) bucket(e element, at int64, in level, depth int) error {
	below := in
	switch {
	case in.kind == inRoot && bytes.Equal(e.key, huntsBucket):
		below.kind = inHunts
	case in.kind == inRoot && bytes.Equal(e.key, secretsBucket):
		below.kind = inSecrets
	case in.kind == inRoot && bytes.Equal(e.key, rootBucket):
		below.kind = inTotals
	case in.kind == inHunts:
		below = level{inHunt, string(e.key)}
		s.remains(below.hunt)
	case in.kind == inHunt && bytes.Equal(e.key, ledgerBucket):
		below.kind = inLedger
	case in.kind == inHunt && bytes.Equal(e.key, attemptsBucket):
		below.kind = inAttempts
	case in.kind == inHunt && bytes.Equal(e.key, definitionsBucket):
		below.kind = inDefinitions
	default:
		return nil
	}
	if len(e.value) < bucketHeader {
		return nil
	}
	if root := binary.NativeEndian.Uint64(e.value); root != 0 {
		if s.from == stray {
			return nil // its pages are looked at anyway
		}
		return s.tree(root, below, depth+1)
	}
	inline := e.value[bucketHeader:]
	if len(inline) < pageHeader || binary.NativeEndian.Uint16(inline[8:]) != flagLeaf || depth > maxDepth {
		return nil
	}
	return s.elements(inline, at+int64(e.from+bucketHeader), below, depth+1)
}

func (s *salvage) remains(id string) *remains {
	r := s.hunts[id]
	if r == nil {
		r = &remains{ledger: map[int64]place{}, definitions: map[int64]place{}, attempts: map[string]place{}}
		s.hunts[id] = r
		s.ids = append(s.ids, id)
	}
	return r
}

// record keeps a record if its checksum is right.
func (s *salvage) record(e element, at int64, in level) error {
	rd, err := unseal(in.hunt, e.key, e.value)
	switch {
	case err == nil:
		s.keepRecord(e, rd, at, in)
	case errors.Is(err, ErrNewer):
		return err
	}
	return nil
}

// keepRecord keeps a record that is right.
func (s *salvage) keepRecord(e element, rd reader, at int64, in level) {
	p := place{at: at + int64(e.from), size: uint32(e.to - e.from), sum: sealed(e.value), from: s.from}
	switch in.kind {
	case inTotals:
		t := totals{hunts: rd.int(), secrets: rd.int()}
		if s.totals == nil && bytes.Equal(e.key, totalsKey) && rd.end() == nil {
			s.totals = &t
		}
	case inSecrets:
		keep(s.secrets, string(e.key), p)
	case inHunt:
		if h, err := readHead(rd); err == nil && bytes.Equal(e.key, headKey) {
			r := s.remains(in.hunt)
			r.heads = append(r.heads, h)
			if s.from == live {
				r.live = &h
			}
		}
	case inLedger, inDefinitions:
		if len(e.key) != 8 {
			return
		}
		r, n := s.remains(in.hunt), int64(binary.BigEndian.Uint64(e.key))
		if in.kind == inDefinitions {
			keep(r.definitions, n, p)
		} else {
			keep(r.ledger, n, p)
			r.last = max(r.last, n)
		}
	case inAttempts:
		if s.from != stray {
			keep(s.remains(in.hunt).attempts, string(e.key), p)
		}
	}
}

// keep prefers what was found first; of stray records it notes whether they
// agree.
func keep[K comparable](m map[K]place, key K, p place) {
	was, known := m[key]
	switch {
	case !known:
		m[key] = p
	case was.from == stray && was.sum != p.sum:
		was.fork = true
		m[key] = was
	}
}

// read returns the record at a place.
func (s *salvage) read(p place) ([]byte, error) {
	b := make([]byte, p.size)
	_, err := s.file.ReadAt(b, p.at)
	return b, err
}
