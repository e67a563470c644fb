package bolt

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"go.etcd.io/bbolt"

	"veltrix/game"
	"veltrix/game/bolt/dbfile"
)

// spareRoom is how much room there must be before a store goes on after a failed
// write: without it a full disk would take a small commit now and then, and
// each try for a larger one would read the hunt again.
const spareRoom = 256 << 10

// openFile is the database that a store has open.
type openFile struct {
	// Nothing changes these.
	path   string
	noSync bool
	opened func(*openFile) // for tests; nil
	info   os.FileInfo     // of the file that newFile opened

	// Only the leader of the group commit replaces these, in settle, with mu
	// held; others hold mu to read them.
	mu  sync.RWMutex
	db  *bbolt.DB // nil when it could not be opened again
	out disk      // what db writes to

	// Only the leader touches this.
	committed uint64 // the last transaction that is known to be durable
}

// disk is the part of *os.File that settle uses.
type disk interface {
	io.ReaderAt
	io.WriterAt
	Stat() (os.FileInfo, error)
	Sync() error
}

func newFile(path string, o Options) (*openFile, error) {
	f := &openFile{path: path, noSync: o.NoSync, opened: o.opened}
	if err := dbfile.Create(path); err != nil {
		return nil, err
	}
	if err := dbfile.Inspect(path, func(*bbolt.DB) error { return nil }); err != nil {
		return nil, err
	}
	if err := f.open(); err != nil {
		return nil, err
	}
	m, err := dbfile.ReadMeta(f.out)
	if err == nil {
		f.info, err = f.out.Stat()
	}
	if err != nil {
		return nil, errors.Join(err, f.close())
	}
	f.committed = m.Transaction
	return f, nil
}

func (f *openFile) open() error {
	db, out, err := dbfile.Open(f.path, f.noSync)
	if err != nil {
		return err
	}
	f.db, f.out = db, out
	if f.opened != nil {
		f.opened(f)
	}
	return nil
}

func (f *openFile) close() error {
	if f.db == nil {
		return nil
	}
	err := f.db.Close()
	f.db, f.out = nil, nil
	return err
}

// view reads the file; its errors name it.
func (f *openFile) view(look func(tx *bbolt.Tx) error) error {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if f.db == nil {
		return fmt.Errorf("read %s: it could not be opened again: %w", f.path, game.ErrUnavailable)
	}
	if err := dbfile.Guard(func() error { return f.db.View(look) }); err != nil {
		return fmt.Errorf("read %s: %w", f.path, err)
	}
	return nil
}

// update runs a transaction. It panics where bbolt does.
func (f *openFile) update(put func(tx *bbolt.Tx) error) error {
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
// may not have. Before it is durable, nothing of it may be answered, and none of
// the pages that it freed may be written to: those are pages of the transaction
// that the disk does have, and bbolt would use them at once. So the meta page is
// written and synced again first. Its data pages need nothing: they were synced
// before the meta page was written.
//
// The database is opened again because bbolt's idea of it is not reliable after
// a failure: its list of free pages forgets readers, and a map that could not
// grow stays unmapped for ever.
//
// Errors wrap dbfile.ErrDamaged when the file is not the one that was written: then
// it must not be written to.
func (f *openFile) settle() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.db != nil {
		// When the file was removed, this process may have the only one.
		err := dbfile.InPlace(f.out, f.path)
		if errors.Is(err, dbfile.ErrReplaced) || errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("%w: %w", dbfile.ErrDamaged, err)
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
		return fmt.Errorf("%w: it is another file now", dbfile.ErrDamaged)
	}
	m, err := dbfile.NewestMeta(f.out)
	if err != nil {
		return fmt.Errorf("%w: %w", dbfile.ErrDamaged, err)
	}
	// The transaction that failed may be there or not.
	if m.Transaction != f.committed && m.Transaction != f.committed+1 {
		return fmt.Errorf("%w: transaction %d is the last one, %d was", dbfile.ErrDamaged, m.Transaction, f.committed)
	}
	if err := dbfile.WriteMetas(f.out, m); err != nil {
		return fmt.Errorf("write the meta page again: %w", err)
	}
	if err := f.out.Sync(); err != nil {
		return fmt.Errorf("sync the meta page: %w", err)
	}
	f.committed = m.Transaction
	// These pages are past the end of what is in use.
	if _, err := f.out.WriteAt(make([]byte, spareRoom), int64(m.Pages)*m.PageSize); err != nil {
		return fmt.Errorf("there is no room for %d KiB more: %w", spareRoom>>10, err)
	}
	if err := f.out.Sync(); err != nil {
		return fmt.Errorf("sync %d KiB more: %w", spareRoom>>10, err)
	}
	return nil
}
