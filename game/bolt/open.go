package bolt

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// FileName is the name of the file within the data directory.
const FileName = "veltrix.db"

// ErrDamaged says that the file does not hold what was written to it. Nothing
// was changed; the message names the file and the place.
var ErrDamaged = errors.New("damaged")

// ErrInUse says that another process has the data directory open.
var ErrInUse = errors.New("another veltrix is using it")

// lockWait is how long to wait for another process that is just ending. bbolt
// without a timeout would wait forever and say nothing.
const lockWait = time.Second

// initialMap is how much of the file is mapped from the start. Mapping costs
// address space, no memory; growing the map waits for every read to end.
const initialMap = 256 << 20

// growth is by how much the file grows: each time costs an fsync more. bbolt's
// 16 MiB is a lot for a small hunt.
const growth = 4 << 20

// options of bbolt, each on purpose.
func options(readOnly, noSync bool) *bbolt.Options {
	return &bbolt.Options{
		Timeout:  lockWait,
		ReadOnly: readOnly,
		NoSync:   noSync,
		// The default list of free pages is an array, which is searched from the
		// front at each allocation.
		FreelistType: bbolt.FreelistMapType,
		// The free pages are kept in the file: without them bbolt scans the whole
		// file at start, and again after each failed write, in a goroutine whose
		// panics nobody can recover. A ledger frees few pages, so the list is one
		// page a commit. checkPages has compared it with the pages in use.
		NoFreelistSync: false,
		// Growing without truncate and sync first is unsafe on ext3 and ext4.
		NoGrowSync:      false,
		InitialMmapSize: initialMap,
		NoStatistics:    true, // a mutex for numbers that nobody reads
	}
}

// guard runs work on a mapped file and turns its panics, and the faults of
// reading where the file has no bytes, into errors.
func guard(work func() error) (err error) {
	old := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(old)
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	return work()
}

// openFile opens a database that checkPages has no complaint about, making it
// when there is none.
func openFile(path string, noSync bool) (*bbolt.DB, error) {
	switch _, err := os.Stat(path); {
	case errors.Is(err, os.ErrNotExist):
		if err := create(path); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	}
	if err := inspect(path, func(*bbolt.DB) error { return nil }); err != nil {
		return nil, err
	}
	db, err := openBolt(path, options(false, noSync))
	if err == nil {
		db.AllocSize = growth
	}
	return db, err
}

// inspect checks the pages and then shows the database, read-only. Meanwhile no
// other process can write.
func inspect(path string, look func(*bbolt.DB) error) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("is no regular file")
	case info.Size() == 0:
		// bbolt would take it for a new one.
		return fmt.Errorf("%w: the file is empty", ErrDamaged)
	}
	db, err := openBolt(path, options(true, false))
	if errors.Is(err, ErrInUse) {
		return err
	}
	if err != nil {
		return errors.Join(err, inspectPages(path)) // it may say more
	}
	err = inspectPages(path)
	if err == nil {
		err = look(db)
	}
	return errors.Join(err, db.Close())
}

func inspectPages(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil {
		if err = checkPages(file, info.Size()); err != nil {
			err = fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	return errors.Join(err, file.Close())
}

// openBolt opens a database; what bbolt panics about is an error, and then the
// file is closed so that it is not locked for ever.
func openBolt(path string, o *bbolt.Options) (db *bbolt.DB, err error) {
	var file *os.File
	o.OpenFile = func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
		file, err = os.OpenFile(name, flag, mode)
		return file, err
	}
	err = guard(func() (err error) {
		db, err = bbolt.Open(path, 0o600, o)
		return err
	})
	switch {
	case err == nil:
		return db, nil
	case errors.Is(err, berrors.ErrTimeout):
		return nil, ErrInUse
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	case errors.Is(err, ErrDamaged) && file != nil:
		_ = file.Close() // the panic is what there is to say
	}
	return nil, err
}

// create makes a database beside its place and moves it there, so that a crash
// leaves a whole file or none. A second process that does the same wins or
// loses; both go on with one file.
func create(path string) error {
	temp, err := os.CreateTemp(filepath.Dir(path), FileName+".new-*")
	if err != nil {
		return err
	}
	name := temp.Name()
	err = temp.Close()
	if err == nil {
		err = initialize(name)
	}
	if err == nil {
		if err = os.Link(name, path); errors.Is(err, os.ErrExist) {
			err = nil
		}
	}
	return errors.Join(err, os.Remove(name), syncDirectory(filepath.Dir(path)))
}

func initialize(path string) error {
	db, err := openBolt(path, options(false, false))
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{secretsBucket, huntsBucket} {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		root, err := tx.CreateBucket(rootBucket)
		if err != nil {
			return err
		}
		return putTotals(root, totals{})
	})
	return errors.Join(err, db.Close())
}

func syncDirectory(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
