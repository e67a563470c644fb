package dbfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// walk is one look at the pages of a file.
//
// bbolt trusts its file: a page number, a size or a free page that a bad disk
// changed makes it panic in a goroutine of its own, recurse without end, or
// write over pages that are in use. So every page is looked at before bbolt
// may write.
type walk struct {
	file io.ReaderAt
	meta Meta
	used []bool // by page
	todo []subtree
	buf  []byte
}

// subtree is a page to look at and the keys that may be in it: from lo on, and
// before hi unless that is nil.
type subtree struct {
	page   uint64
	lo, hi []byte
}

// checkPages returns an error unless the pages of a bbolt file hang together:
// both meta pages right, each page referred to once or free, keys in order,
// everything within its page. It does not look into records. size is that of the
// file, in bytes.
func checkPages(file io.ReaderAt, size int64) error {
	m, err := ReadMeta(file)
	if err != nil {
		return err
	}
	if m.Pages > uint64(size/m.PageSize) {
		return fmt.Errorf("the file ends after %d bytes, but has %d pages of %d bytes", size, m.Pages, m.PageSize)
	}
	w := &walk{file: file, meta: m, used: make([]bool, m.Pages)}
	w.used[0], w.used[1] = true, true
	w.todo = append(w.todo, subtree{page: m.Root})
	for len(w.todo) > 0 {
		next := w.todo[len(w.todo)-1]
		w.todo = w.todo[:len(w.todo)-1]
		if err := w.tree(next); err != nil {
			return fmt.Errorf("page %d: %w", next.page, err)
		}
	}
	return w.free()
}

// take reads a page with its overflow and marks its pages as used. The bytes
// are good until the next take.
func (w *walk) take(id uint64) (Page, error) {
	if id < 2 || id >= w.meta.Pages {
		return nil, fmt.Errorf("is not within 2 … %d", w.meta.Pages-1)
	}
	header := make(Page, HeaderSize)
	at := int64(id) * w.meta.PageSize
	if _, err := w.file.ReadAt(header, at); err != nil {
		return nil, err
	}
	if self := header.ID(); self != id {
		return nil, fmt.Errorf("calls itself page %d", self)
	}
	n := header.Span()
	if n > w.meta.Pages-id {
		return nil, fmt.Errorf("has %d pages, past the end", n)
	}
	for i := id; i < id+n; i++ {
		if w.used[i] {
			return nil, fmt.Errorf("page %d is referred to twice", i)
		}
		w.used[i] = true
	}
	size := int64(n) * w.meta.PageSize
	if int64(cap(w.buf)) < size {
		w.buf = make([]byte, size)
	}
	w.buf = w.buf[:size]
	_, err := w.file.ReadAt(w.buf, at)
	return w.buf, err
}

// tree looks at one page of a tree; the pages that hang on it become todo.
func (w *walk) tree(t subtree) error {
	page, err := w.take(t.page)
	if err != nil {
		return err
	}
	return w.elements(page, t)
}

// elements looks at the elements of a branch or leaf page, or of a bucket that
// is small enough to be within its parent's page.
func (w *walk) elements(page Page, t subtree) error {
	branch, count := page.Branch(), page.Count()
	if !branch && !page.Leaf() {
		return fmt.Errorf("flags %#x are neither branch nor leaf", page.flags())
	}
	if count > page.Room() || (branch && count == 0) {
		return fmt.Errorf("%d elements in %d bytes", count, len(page))
	}
	var last []byte
	for i := range count {
		e, fits := page.Element(i, branch)
		if !fits || e.KeyAt < HeaderSize+count*elementSize {
			return fmt.Errorf("element %d is not within its page", i)
		}
		if (i > 0 && bytes.Compare(last, e.Key) >= 0) || bytes.Compare(e.Key, t.lo) < 0 || (t.hi != nil && bytes.Compare(e.Key, t.hi) >= 0) {
			return fmt.Errorf("element %d is out of order", i)
		}
		last = e.Key
		switch {
		case branch:
			if i > 0 {
				w.todo[len(w.todo)-1].hi = bytes.Clone(e.Key)
			}
			w.todo = append(w.todo, subtree{page: e.Child, lo: bytes.Clone(e.Key), hi: t.hi})
		case e.Bucket:
			if err := w.bucket(e); err != nil {
				return fmt.Errorf("bucket %q: %w", e.Key, err)
			}
		}
	}
	return nil
}

func (w *walk) bucket(e Element) error {
	root, inline, err := e.Root()
	switch {
	case err != nil:
		return err
	case root != 0:
		w.todo = append(w.todo, subtree{page: root})
		return nil
	}
	return w.elements(inline, subtree{})
}

// free compares the pages that nothing refers to with the list of free ones.
func (w *walk) free() error {
	if w.meta.Freelist == noFreelist {
		return nil
	}
	page, err := w.take(w.meta.Freelist)
	if err != nil {
		return fmt.Errorf("list of free pages: page %d: %w", w.meta.Freelist, err)
	}
	if page.flags() != flagFreelist {
		return fmt.Errorf("list of free pages: flags %#x", page.flags())
	}
	ids, count := page[HeaderSize:], uint64(page.Count())
	if count == math.MaxUint16 { // the number did not fit
		count, ids = binary.NativeEndian.Uint64(ids), ids[8:]
	}
	if count > uint64(len(ids)/8) {
		return fmt.Errorf("list of free pages: %d in %d bytes", count, len(ids))
	}
	for i := range count {
		id := binary.NativeEndian.Uint64(ids[i*8:])
		if id < 2 || id >= w.meta.Pages || w.used[id] {
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
