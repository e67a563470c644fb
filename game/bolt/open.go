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

// ErrNewer says that a newer version wrote the file. Nothing was changed.
var ErrNewer = errors.New("written by a newer version of veltrix")

// damaged makes an error one of damage, unless it says that the version is
// newer: then nothing is wrong with the file.
func damaged(err error) error {
	if errors.Is(err, ErrNewer) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

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

// makeFile makes a database when there is none.
func makeFile(path string) error {
	_, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return create(path)
	}
	return err
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
	db, _, err := openBolt(path, options(true, false))
	if errors.Is(err, ErrInUse) {
		return err
	}
	if err != nil {
		if more := inspectPages(path); errors.Is(more, ErrDamaged) || errors.Is(more, ErrNewer) {
			return more // it names the place
		}
		return err
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
			err = damaged(err)
		}
	}
	return errors.Join(err, file.Close())
}

// openBolt opens a database that is there; what bbolt panics about is an error,
// and then the file is closed so that it is not locked for ever.
func openBolt(path string, o *bbolt.Options) (db *bbolt.DB, file *os.File, err error) {
	o.OpenFile = func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
		// bbolt would make a file that is gone, and take an empty one for new.
		file, err = os.OpenFile(name, flag&^os.O_CREATE, mode)
		return file, err
	}
	err = guard(func() (err error) {
		db, err = bbolt.Open(path, 0o600, o)
		return err
	})
	switch {
	case err == nil:
		if err = inPlace(file, path); err != nil {
			return nil, nil, errors.Join(err, db.Close())
		}
		return db, file, nil
	case errors.Is(err, berrors.ErrTimeout):
		return nil, nil, ErrInUse
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return nil, nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	case errors.Is(err, ErrDamaged) && file != nil:
		_ = file.Close() // the panic is what there is to say
	}
	return nil, nil, err
}

var errReplaced = errors.New("another file was put in its place")

// inPlace returns an error unless path still leads to an open file: while this
// process waited for the lock, a repair may have put another one there.
func inPlace(file disk, path string) error {
	mine, err := file.Stat()
	if err != nil {
		return err
	}
	there, err := os.Stat(path)
	if err == nil && !os.SameFile(mine, there) {
		err = errReplaced
	}
	return err
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
	db, _, err := openBolt(path, options(false, false))
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

// makeDirectory makes a directory, and makes sure that it stays: what is synced
// within it is lost when its own name is not.
func makeDirectory(dir string) error {
	var changed []string
	for d := filepath.Clean(dir); d != filepath.Dir(d); d = filepath.Dir(d) {
		if _, err := os.Stat(d); !errors.Is(err, os.ErrNotExist) {
			break
		}
		changed = append(changed, filepath.Dir(d))
	}
	err := os.MkdirAll(dir, 0o700)
	for _, d := range changed {
		if err == nil {
			err = syncDirectory(d)
		}
	}
	return err
}

func syncDirectory(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
