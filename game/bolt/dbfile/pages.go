package dbfile

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

// The layout of pages is that of bbolt's internal/common, version 2. Numbers are
// in the byte order of the machine.
const (
	HeaderSize    = 16 // bytes that a page begins with
	BucketHeader  = 16 // bytes that the value of a bucket begins with
	elementSize   = 16
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

// Page is a page with its overflow, or only its header. It is not trusted:
// nothing but its size is known to be right.
type Page []byte

// ID is the number that the page gives itself.
func (p Page) ID() uint64 { return binary.NativeEndian.Uint64(p) }

// Branch reports whether the elements are references to other pages.
func (p Page) Branch() bool { return p.flags() == flagBranch }

// Leaf reports whether the elements are records and buckets.
func (p Page) Leaf() bool { return p.flags() == flagLeaf }

func (p Page) flags() uint16 { return binary.NativeEndian.Uint16(p[8:]) }

// Count is how many elements the page has.
func (p Page) Count() int { return int(binary.NativeEndian.Uint16(p[10:])) }

// Span is how many pages this one takes, its overflow included.
func (p Page) Span() uint64 { return uint64(binary.NativeEndian.Uint32(p[12:])) + 1 }

// Room is how many elements fit into the page.
func (p Page) Room() int { return (len(p) - HeaderSize) / elementSize }

// Element is a part of a page.
type Element struct {
	Child uint64 // of a branch: the page that it refers to
	// Bucket says of a leaf's element that Value is a bucket, not a record.
	Bucket     bool
	Key, Value []byte
	// KeyAt and ValueAt are where they stand, from the start of the page.
	KeyAt, ValueAt int
}

// Element returns an element of a branch or of a leaf; fits reports whether all of
// it lies within the page.
func (p Page) Element(i int, branch bool) (e Element, fits bool) {
	at := HeaderSize + i*elementSize
	if at+elementSize > len(p) {
		return e, false
	}
	b := p[at : at+elementSize]
	first, second := binary.NativeEndian.Uint32(b), binary.NativeEndian.Uint32(b[4:])
	// A branch has the position and the size of the key first, a leaf its flags.
	pos, keySize, valueSize := first, second, uint32(0)
	if branch {
		e.Child = binary.NativeEndian.Uint64(b[8:])
	} else {
		e.Bucket = first&elementBucket != 0
		pos, keySize, valueSize = second, binary.NativeEndian.Uint32(b[8:]), binary.NativeEndian.Uint32(b[12:])
	}
	keyAt := uint64(at) + uint64(pos)
	valueAt := keyAt + uint64(keySize)
	end := valueAt + uint64(valueSize)
	if end > uint64(len(p)) {
		return e, false
	}
	e.KeyAt, e.ValueAt = int(keyAt), int(valueAt)
	e.Key, e.Value = p[keyAt:valueAt], p[valueAt:end]
	return e, true
}

// Root returns where the tree of a bucket begins: at a page of its own, or, when
// root is 0, at a leaf within Value. That leaf ends where Value ends.
func (e Element) Root() (root uint64, inline Page, err error) {
	if len(e.Value) < BucketHeader {
		return 0, nil, errors.New("has no header")
	}
	if root := binary.NativeEndian.Uint64(e.Value); root != 0 {
		return root, nil, nil
	}
	inline = Page(e.Value[BucketHeader:])
	if len(inline) < HeaderSize {
		return 0, nil, errors.New("has no page")
	}
	if !inline.Leaf() {
		return 0, nil, errors.New("is within its parent's page, but is not a leaf")
	}
	return 0, inline, nil
}

// Meta is a meta page: where a transaction left the file.
type Meta struct {
	PageSize       int64 // bytes
	Root, Freelist uint64
	Pages          uint64 // high water mark: pages from here on are not in use
	Transaction    uint64
}

// ReadMeta returns the newer of the two meta pages. Both must be right: bbolt
// would go on with the older one, and what the last commit wrote would be lost
// unnoticed. (A crash does not tear them: each is within one sector.)
func ReadMeta(file io.ReaderAt) (Meta, error) {
	both, errs := ReadMetas(file)
	if err := errors.Join(errs[:]...); err != nil {
		return Meta{}, err
	}
	first, second := both[0], both[1]
	switch {
	case second.PageSize != first.PageSize:
		return Meta{}, fmt.Errorf("meta page 1: pages of %d bytes, meta page 0 says %d", second.PageSize, first.PageSize)
	case first.Transaction == second.Transaction:
		return Meta{}, errors.New("both meta pages are of the same transaction")
	case second.Transaction > first.Transaction:
		return second, nil
	}
	return first, nil
}

// NewestMeta returns the newer of the meta pages that are right.
func NewestMeta(file io.ReaderAt) (Meta, error) {
	both, errs := ReadMetas(file)
	switch first, second := errs[0] == nil, errs[1] == nil; {
	case first && (!second || both[0].Transaction > both[1].Transaction):
		return both[0], nil
	case second:
		return both[1], nil
	}
	return Meta{}, errors.Join(errs[:]...)
}

// ReadMetas reads both meta pages; each is right or has an error. When the first
// is not right it does not say how large pages are, and the second is looked for
// where each size would have it.
func ReadMetas(file io.ReaderAt) (both [2]Meta, errs [2]error) {
	both[0], errs[0] = metaAt(file, 0)
	sizes := []int64{both[0].PageSize}
	if errs[0] != nil {
		errs[0] = fmt.Errorf("meta page 0: %w", errs[0])
		sizes = []int64{int64(os.Getpagesize()), 4 << 10, 16 << 10, 64 << 10, 8 << 10, 32 << 10, 1 << 10, 512, 2 << 10}
	}
	for _, size := range sizes {
		m, err := metaAt(file, size)
		if err == nil && m.PageSize == size {
			both[1], errs[1] = m, nil
			break
		}
		if err == nil {
			err = fmt.Errorf("pages of %d bytes at %d", m.PageSize, size)
		}
		if errs[1] == nil {
			errs[1] = fmt.Errorf("meta page 1: %w", err)
		}
	}
	return both, errs
}

func metaAt(file io.ReaderAt, at int64) (Meta, error) {
	page := make(Page, HeaderSize+metaSize)
	if _, err := file.ReadAt(page, at); err != nil {
		return Meta{}, err
	}
	if page.flags()&flagMeta == 0 {
		return Meta{}, errors.New("is not a meta page")
	}
	b := page[HeaderSize:]
	if binary.NativeEndian.Uint32(b) != metaMagic {
		return Meta{}, errors.New("is not of a bbolt file")
	}
	if metaSum(b) != binary.NativeEndian.Uint64(b[56:]) {
		return Meta{}, errSum
	}
	if version := binary.NativeEndian.Uint32(b[4:]); version != metaVersion {
		return Meta{}, fmt.Errorf("version %d of the file format: %w", version, ErrNewer)
	}
	m := Meta{
		PageSize:    int64(binary.NativeEndian.Uint32(b[8:])),
		Root:        binary.NativeEndian.Uint64(b[16:]),
		Freelist:    binary.NativeEndian.Uint64(b[32:]),
		Pages:       binary.NativeEndian.Uint64(b[40:]),
		Transaction: binary.NativeEndian.Uint64(b[48:]),
	}
	switch {
	case m.PageSize < 512 || m.PageSize > 1<<16 || m.PageSize&(m.PageSize-1) != 0:
		return Meta{}, fmt.Errorf("pages of %d bytes", m.PageSize)
	case m.Pages < 4 || m.Root < 2 || m.Root >= m.Pages:
		return Meta{}, fmt.Errorf("root page %d of %d", m.Root, m.Pages)
	}
	return m, nil
}

// metaSum is the checksum of the fields of a meta page.
func metaSum(fields []byte) uint64 {
	h := fnv.New64a()
	h.Write(fields[:56])
	return h.Sum64()
}

// WriteMetas writes the page of the newest meta again, as it is. If the other
// page is not right, it becomes the same with the number of the transaction
// before, as bbolt does in copies: then both are right.
func WriteMetas(file readerWriterAt, newest Meta) error {
	both, errs := ReadMetas(file)
	slot := 0
	if errs[0] != nil || both[0].Transaction != newest.Transaction {
		slot = 1
	}
	page := make([]byte, HeaderSize+metaSize)
	if _, err := file.ReadAt(page, int64(slot)*newest.PageSize); err != nil {
		return err
	}
	if errs[1-slot] != nil {
		other := bytes.Clone(page)
		binary.NativeEndian.PutUint64(other, uint64(1-slot))
		fields := other[HeaderSize:]
		binary.NativeEndian.PutUint64(fields[48:], newest.Transaction-1)
		binary.NativeEndian.PutUint64(fields[56:], metaSum(fields))
		if _, err := file.WriteAt(other, int64(1-slot)*newest.PageSize); err != nil {
			return err
		}
	}
	_, err := file.WriteAt(page, int64(slot)*newest.PageSize)
	return err
}

type readerWriterAt interface {
	io.ReaderAt
	io.WriterAt
}
