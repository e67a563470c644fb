package bolt

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"go.etcd.io/bbolt"

	"veltrix/game"
)

// spare is how much room there must be before a store goes on after a failed
// write: without it a full disk would take a small commit now and then, and
// each try for a larger one would read the hunt anew.
const spare = 256 << 10

// file is the database that a store has open. Only the writer's goroutine
// writes and replaces it.
type file struct {
	path   string
	noSync bool
	opened func(*file) // for tests; nil

	mu  sync.RWMutex // held while db is read, and by settle while it replaces it
	db  *bbolt.DB    // nil when it could not be opened again
	out disk         // what db writes to

	info      os.FileInfo
	committed uint64 // the last transaction that is known to be durable
}

// disk is what settle needs of an *os.File.
type disk interface {
	io.ReaderAt
	io.WriterAt
	Stat() (os.FileInfo, error)
	Sync() error
}

func newFile(path string, o Options) (*file, error) {
	f := &file{path: path, noSync: o.NoSync, opened: o.opened}
	if err := makeFile(path); err != nil {
		return nil, err
	}
	if err := inspect(path, func(*bbolt.DB) error { return nil }); err != nil {
		return nil, err
	}
	if err := f.open(); err != nil {
		return nil, err
	}
	m, err := readMeta(f.out)
	if err == nil {
		f.info, err = f.out.Stat()
	}
	if err != nil {
		return nil, errors.Join(err, f.close())
	}
	f.committed = m.txid
	return f, nil
}

func (f *file) open() error {
	db, out, err := openBolt(f.path, options(false, f.noSync))
	if err != nil {
		return err
	}
	db.AllocSize = growth
	f.db, f.out = db, out
	if f.opened != nil {
		f.opened(f)
	}
	return nil
}

func (f *file) close() error {
	if f.db == nil {
		return nil
	}
	err := f.db.Close()
	f.db, f.out = nil, nil
	return err
}

// view reads the file; its errors name it.
func (f *file) view(look func(tx *bbolt.Tx) error) error {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if f.db == nil {
		return fmt.Errorf("read %s: it could not be opened again: %w", f.path, game.ErrUnavailable)
	}
	if err := guard(func() error { return f.db.View(look) }); err != nil {
		return fmt.Errorf("read %s: %w", f.path, err)
	}
	return nil
}

// update runs a transaction. It panics where bbolt does.
func (f *file) update(put func(tx *bbolt.Tx) error) error {
	var id int
	err := f.db.Update(func(tx *bbolt.Tx) error {
		id = tx.ID()
		return put(tx)
	})
	if err == nil {
		f.committed = uint64(id)
	}
	return err
}

// settle makes the file one that can be written to after a transaction failed.
//
// When syncing the meta page failed, the file shows a transaction that the disk
// may not have. Nobody may see it answered, and none of the pages that it freed
// may be written to, before it is durable: those are the pages of the
// transaction that the disk does have. bbolt would use them at once. So the
// meta page is written and synced again first. Its data pages need nothing: they
// were synced before the meta page was written.
//
// The database is opened anew because bbolt's idea of it is not to be relied on
// after a failure: its list of free pages forgets readers, and a map that could
// not grow stays unmapped for ever.
//
// Errors wrap ErrDamaged when the file is not the one that was written: then
// it must not be written to.
func (f *file) settle() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.db != nil {
		// Of a file that was removed this process may have the only one.
		err := inPlace(f.out, f.path)
		if errors.Is(err, errReplaced) || errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if err != nil {
			return err
		}
	}
	if err := f.close(); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	if err := f.open(); err != nil {
		return fmt.Errorf("open again: %w", err)
	}
	info, err := f.out.Stat()
	if err != nil {
		return err
	}
	if !os.SameFile(info, f.info) {
		return fmt.Errorf("%w: it is another file now", ErrDamaged)
	}
	m, err := newestMeta(f.out)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	// The transaction that failed may be there or not.
	if m.txid != f.committed && m.txid != f.committed+1 {
		return fmt.Errorf("%w: transaction %d is the last one, %d was", ErrDamaged, m.txid, f.committed)
	}
	if err := writeMetas(f.out, m); err != nil {
		return fmt.Errorf("write the meta page again: %w", err)
	}
	if err := f.out.Sync(); err != nil {
		return fmt.Errorf("sync the meta page: %w", err)
	}
	f.committed = m.txid
	// These pages are past the end of what is in use.
	if _, err := f.out.WriteAt(make([]byte, spare), int64(m.pages)*m.pageSize); err != nil {
		return fmt.Errorf("there is no room for %d KiB more: %w", spare>>10, err)
	}
	if err := f.out.Sync(); err != nil {
		return fmt.Errorf("sync %d KiB more: %w", spare>>10, err)
	}
	return nil
}
