package dbfile

import (
	"errors"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// Create makes an empty database at path when there is no file. It makes it
// beside its place and links it there, so that a crash leaves a whole file or
// none. Of two processes that do this at the same time one wins, and both go on
// with its file.
func Create(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), Name+".new-*")
	if err != nil {
		return err
	}
	name := temp.Name()
	err = temp.Close()
	if err == nil {
		err = Initialize(name)
	}
	if err == nil {
		if err = os.Link(name, path); errors.Is(err, os.ErrExist) {
			err = nil
		}
	}
	return errors.Join(err, os.Remove(name), SyncDirectory(filepath.Dir(path)))
}

// Initialize makes an empty database of the empty file at path.
func Initialize(path string) error {
	db, _, err := open(path, options(false, false))
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{SecretsBucket, HuntsBucket} {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		root, err := tx.CreateBucket(TotalsBucket)
		if err != nil {
			return err
		}
		return putTotals(root, Totals{})
	})
	return errors.Join(err, db.Close())
}

// MakeDirectory makes a directory with its parents, and makes sure that it
// stays: what is synced within it is lost when its own name is not.
func MakeDirectory(dir string) error {
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
			err = SyncDirectory(d)
		}
	}
	return err
}

// SyncDirectory makes the names in a directory durable.
func SyncDirectory(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
