package dbfile

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// lockWait is how long to wait for another process that is just ending. bbolt
// without a timeout would wait forever and log nothing.
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

// Open opens the database at path for writing, and locks it. out is the file
// that db writes to; db closes it. Pages are not checked: see Inspect. Errors
// wrap ErrInUse, ErrDamaged, ErrReplaced, or what the system says.
func Open(path string, noSync bool) (db *bbolt.DB, out *os.File, err error) {
	db, out, err = open(path, options(false, noSync))
	if err == nil {
		db.AllocSize = growth
	}
	return db, out, err
}

// open turns what bbolt panics about into an error, and then closes the file, so
// that it is not locked for ever.
func open(path string, o *bbolt.Options) (db *bbolt.DB, file *os.File, err error) {
	o.OpenFile = func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
		// bbolt would make a file that is gone, and take an empty one for new.
		file, err = os.OpenFile(name, flag&^os.O_CREATE, mode)
		return file, err
	}
	err = Guard(func() (err error) {
		db, err = bbolt.Open(path, 0o600, o)
		return err
	})
	switch {
	case err == nil:
		if err = InPlace(file, path); err != nil {
			return nil, nil, errors.Join(err, db.Close())
		}
		return db, file, nil
	case errors.Is(err, berrors.ErrTimeout):
		return nil, nil, ErrInUse
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return nil, nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	case errors.Is(err, ErrDamaged) && file != nil:
		_ = file.Close() // the panic is the error that counts
	}
	return nil, nil, err
}

// Guard runs work on a mapped file. Panics of work, and faults of reading where
// the file has no bytes, become errors that wrap ErrDamaged.
func Guard(work func() error) (err error) {
	old := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(old)
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	return work()
}

// Inspect checks the pages of the database at path and then passes it to look,
// read-only. No other process can write meanwhile. Errors wrap ErrInUse,
// ErrDamaged, ErrNewer, or what the system or look says.
func Inspect(path string, look func(*bbolt.DB) error) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("is not a regular file")
	case info.Size() == 0:
		// bbolt would take it for a new one.
		return fmt.Errorf("%w: the file is empty", ErrDamaged)
	}
	db, _, err := open(path, options(true, false))
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
			err = Damaged(err)
		}
	}
	return errors.Join(err, file.Close())
}

// InPlace returns nil while path leads to the open file. Else the error wraps
// ErrReplaced or os.ErrNotExist: while this process waited for the lock, a
// repair may have put another file there.
func InPlace(file interface{ Stat() (os.FileInfo, error) }, path string) error {
	mine, err := file.Stat()
	if err != nil {
		return err
	}
	there, err := os.Stat(path)
	if err == nil && !os.SameFile(mine, there) {
		err = ErrReplaced
	}
	return err
}
