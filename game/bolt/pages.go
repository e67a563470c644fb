package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"os"
)

// bbolt trusts its file: a page number, a size or a free page that a bad disk
// changed makes it panic in a goroutine of its own, recurse without end, or
// write over pages that are in use. So every page is looked at before bbolt
// may write. The layout is that of bbolt's internal/common, version 2.
const (
	pageHeader    = 16
	elementSize   = 16
	bucketHeader  = 16
	metaSize      = 64
	metaMagic     = 0xED0CDAED
	metaVersion   = 2
	flagBranch    = 0x01
	flagLeaf      = 0x02
	flagMeta      = 0x04
	flagFreelist  = 0x10
	elementBucket = 0x01
	noFreelist    = math.MaxUint64
)

// meta is what the walk needs of a meta page.
type meta struct {
	pageSize       int64
	root, freelist uint64
	pages          uint64 // high water mark: pages from here on are not in use
	txid           uint64
}

// subtree is a page to look at and the keys that may be in it: from lo on, and
// before hi unless that is nil.
type subtree struct {
	page   uint64
	lo, hi []byte
}

// walk is one look at a file.
type walk struct {
	file io.ReaderAt
	meta meta
	used []bool // by page
	todo []subtree
	buf  []byte
}

// checkPages returns an error unless the pages of a bbolt file hang together:
// both meta pages right, each page referred to once or free, keys in order,
// everything within its page. It does not look into records.
func checkPages(file io.ReaderAt, size int64) error {
	m, err := readMeta(file)
	if err != nil {
		return err
	}
	if m.pages > uint64(size/m.pageSize) {
		return fmt.Errorf("the file ends after %d bytes, but has %d pages of %d bytes", size, m.pages, m.pageSize)
	}
	w := &walk{file: file, meta: m, used: make([]bool, m.pages)}
	w.used[0], w.used[1] = true, true
	w.todo = append(w.todo, subtree{page: m.root})
	for len(w.todo) > 0 {
		next := w.todo[len(w.todo)-1]
		w.todo = w.todo[:len(w.todo)-1]
		if err := w.tree(next); err != nil {
			return fmt.Errorf("page %d: %w", next.page, err)
		}
	}
	return w.free()
}

// readMeta returns the newer of the two meta pages. Both must be right: bbolt
// would go on with the older one, and what the last commit wrote were gone
// without a word. (A crash does not tear them: they are within one sector.)
func readMeta(file io.ReaderAt) (meta, error) {
	both, errs := readMetas(file)
	if err := errors.Join(errs[:]...); err != nil {
		return meta{}, err
	}
	first, second := both[0], both[1]
	switch {
	case second.pageSize != first.pageSize:
		return meta{}, fmt.Errorf("meta page 1: pages of %d bytes, meta page 0 says %d", second.pageSize, first.pageSize)
	case first.txid == second.txid:
		return meta{}, errors.New("both meta pages are of the same transaction")
	}
	m := first
	if second.txid > first.txid {
		m = second
	}
	return m, nil
}

// newestMeta returns the newer of the meta pages that are right.
func newestMeta(file io.ReaderAt) (meta, error) {
	both, errs := readMetas(file)
	switch first, second := errs[0] == nil, errs[1] == nil; {
	case first && (!second || both[0].txid > both[1].txid):
		return both[0], nil
	case second:
		return both[1], nil
	}
	return meta{}, errors.Join(errs[:]...)
}

// readMetas reads both meta pages. The second is looked for where each size of
// page would have it when the first does not tell.
func readMetas(file io.ReaderAt) (both [2]meta, errs [2]error) {
	both[0], errs[0] = metaAt(file, 0)
	sizes := []int64{both[0].pageSize}
	if errs[0] != nil {
		errs[0] = fmt.Errorf("meta page 0: %w", errs[0])
		sizes = []int64{int64(os.Getpagesize()), 4 << 10, 16 << 10, 64 << 10, 8 << 10, 32 << 10, 1 << 10, 512, 2 << 10}
	}
	for _, size := range sizes {
		m, err := metaAt(file, size)
		if err == nil && m.pageSize == size {
			both[1], errs[1] = m, nil
			break
		}
		if err == nil {
			err = fmt.Errorf("pages of %d bytes at %d", m.pageSize, size)
		}
		if errs[1] == nil {
			errs[1] = fmt.Errorf("meta page 1: %w", err)
		}
	}
	return both, errs
}

func metaAt(file io.ReaderAt, at int64) (meta, error) {
	b := make([]byte, pageHeader+metaSize)
	if _, err := file.ReadAt(b, at); err != nil {
		return meta{}, err
	}
	if binary.NativeEndian.Uint16(b[8:])&flagMeta == 0 {
		return meta{}, errors.New("is no meta page")
	}
	b = b[pageHeader:]
	if binary.NativeEndian.Uint32(b) != metaMagic {
		return meta{}, errors.New("is not of a bbolt file")
	}
	if metaSum(b) != binary.NativeEndian.Uint64(b[56:]) {
		return meta{}, errSum
	}
	if version := binary.NativeEndian.Uint32(b[4:]); version != metaVersion {
		return meta{}, fmt.Errorf("version %d of the file format: %w", version, ErrNewer)
	}
	m := meta{
		pageSize: int64(binary.NativeEndian.Uint32(b[8:])),
		root:     binary.NativeEndian.Uint64(b[16:]),
		freelist: binary.NativeEndian.Uint64(b[32:]),
		pages:    binary.NativeEndian.Uint64(b[40:]),
		txid:     binary.NativeEndian.Uint64(b[48:]),
	}
	switch {
	case m.pageSize < 512 || m.pageSize > 1<<16 || m.pageSize&(m.pageSize-1) != 0:
		return meta{}, fmt.Errorf("pages of %d bytes", m.pageSize)
	case m.pages < 4 || m.root < 2 || m.root >= m.pages:
		return meta{}, fmt.Errorf("root page %d of %d", m.root, m.pages)
	}
	return m, nil
}

// metaSum is the checksum of the fields of a meta page.
func metaSum(fields []byte) uint64 {
	h := fnv.New64a()
	h.Write(fields[:56])
	return h.Sum64()
}

// writeMetas writes the page of the newest meta again, as it is. When the other
// page was torn it becomes the same with the transaction before, as bbolt does
// in copies: a file has two that are right.
func writeMetas(file disk, newest meta) error {
	both, errs := readMetas(file)
	slot := 0
	if errs[0] != nil || both[0].txid != newest.txid {
		slot = 1
	}
	page := make([]byte, pageHeader+metaSize)
	if _, err := file.ReadAt(page, int64(slot)*newest.pageSize); err != nil {
		return err
	}
	if errs[1-slot] != nil {
		other := bytes.Clone(page)
		binary.NativeEndian.PutUint64(other, uint64(1-slot))
		fields := other[pageHeader:]
		binary.NativeEndian.PutUint64(fields[48:], newest.txid-1)
		binary.NativeEndian.PutUint64(fields[56:], metaSum(fields))
		if _, err := file.WriteAt(other, int64(1-slot)*newest.pageSize); err != nil {
			return err
		}
	}
	_, err := file.WriteAt(page, int64(slot)*newest.pageSize)
	return err
}

// take reads a page with its overflow and marks its pages as used. The bytes
// are good until the next take.
func (w *walk) take(id uint64) ([]byte, error) {
	if id < 2 || id >= w.meta.pages {
		return nil, fmt.Errorf("is not within 2 … %d", w.meta.pages-1)
	}
	var header [pageHeader]byte
	at := int64(id) * w.meta.pageSize
	if _, err := w.file.ReadAt(header[:], at); err != nil {
		return nil, err
	}
	if self := binary.NativeEndian.Uint64(header[:]); self != id {
		return nil, fmt.Errorf("calls itself page %d", self)
	}
	n := uint64(binary.NativeEndian.Uint32(header[12:])) + 1
	if n > w.meta.pages-id {
		return nil, fmt.Errorf("has %d pages, past the end", n)
	}
	for i := id; i < id+n; i++ {
		if w.used[i] {
			return nil, fmt.Errorf("page %d is referred to twice", i)
		}
		w.used[i] = true
	}
	size := int64(n) * w.meta.pageSize
	if int64(cap(w.buf)) < size {
		w.buf = make([]byte, size)
	}
	w.buf = w.buf[:size]
	_, err := w.file.ReadAt(w.buf, at)
	return w.buf, err
}

// tree looks at one page of a tree and leaves what hangs on it to do.
func (w *walk) tree(t subtree) error {
	page, err := w.take(t.page)
	if err != nil {
		return err
	}
	return w.elements(page, t)
}

// elements looks at the elements of a branch or leaf page, or of a bucket that
// is small enough to be within its parent's page.
func (w *walk) elements(page []byte, t subtree) error {
	flags := binary.NativeEndian.Uint16(page[8:])
	if flags != flagBranch && flags != flagLeaf {
		return fmt.Errorf("flags %#x are neither branch nor leaf", flags)
	}
	count := int(binary.NativeEndian.Uint16(page[10:]))
	if pageHeader+count*elementSize > len(page) || (flags == flagBranch && count == 0) {
		return fmt.Errorf("%d elements in %d bytes", count, len(page))
	}
	var last []byte
	for i := range count {
		at := pageHeader + i*elementSize
		e := page[at : at+elementSize]
		pos, ksize, vsize := binary.NativeEndian.Uint32(e), binary.NativeEndian.Uint32(e[4:]), uint32(0)
		if flags == flagLeaf {
			pos, ksize, vsize = ksize, binary.NativeEndian.Uint32(e[8:]), binary.NativeEndian.Uint32(e[12:])
		}
		from, mid := uint64(at)+uint64(pos), uint64(at)+uint64(pos)+uint64(ksize)
		if from < uint64(pageHeader+count*elementSize) || mid+uint64(vsize) > uint64(len(page)) {
			return fmt.Errorf("element %d is not within its page", i)
		}
		key := page[from:mid]
		if (i > 0 && bytes.Compare(last, key) >= 0) || bytes.Compare(key, t.lo) < 0 || (t.hi != nil && bytes.Compare(key, t.hi) >= 0) {
			return fmt.Errorf("element %d is out of order", i)
		}
		last = key
		switch {
		case flags == flagBranch:
			if i > 0 {
				w.todo[len(w.todo)-1].hi = bytes.Clone(key)
			}
			w.todo = append(w.todo, subtree{page: binary.NativeEndian.Uint64(e[8:]), lo: bytes.Clone(key), hi: t.hi})
		case binary.NativeEndian.Uint32(e)&elementBucket != 0:
			if err := w.bucket(page[mid : mid+uint64(vsize)]); err != nil {
				return fmt.Errorf("bucket %q: %w", key, err)
			}
		}
	}
	return nil
}

func (w *walk) bucket(value []byte) error {
	if len(value) < bucketHeader {
		return errors.New("has no header")
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		w.todo = append(w.todo, subtree{page: root})
		return nil
	}
	if len(value) < bucketHeader+pageHeader {
		return errors.New("has no page")
	}
	inline := value[bucketHeader:]
	if binary.NativeEndian.Uint16(inline[8:]) != flagLeaf {
		return errors.New("is within its parent's page, but no leaf")
	}
	return w.elements(inline, subtree{})
}

// free compares the pages that nothing refers to with the list of free ones.
func (w *walk) free() error {
	if w.meta.freelist == noFreelist {
		return nil
	}
	page, err := w.take(w.meta.freelist)
	if err != nil {
		return fmt.Errorf("list of free pages: page %d: %w", w.meta.freelist, err)
	}
	if flags := binary.NativeEndian.Uint16(page[8:]); flags != flagFreelist {
		return fmt.Errorf("list of free pages: flags %#x", flags)
	}
	ids, count := page[pageHeader:], uint64(binary.NativeEndian.Uint16(page[10:]))
	if count == math.MaxUint16 {
		count, ids = binary.NativeEndian.Uint64(ids), ids[8:]
	}
	if count > uint64(len(ids)/8) {
		return fmt.Errorf("list of free pages: %d in %d bytes", count, len(ids))
	}
	for i := range count {
		id := binary.NativeEndian.Uint64(ids[i*8:])
		if id < 2 || id >= w.meta.pages || w.used[id] {
			return fmt.Errorf("list of free pages: page %d is in use, listed twice or past the end", id)
		}
		w.used[id] = true
	}
	for id, used := range w.used {
		if !used {
			return fmt.Errorf("page %d is neither in use nor free", id)
		}
	}
	return nil
}
