package salvage

import (
	"fmt"
	"path/filepath"

	"go.etcd.io/bbolt"

	"veltrix/game/bolt/dbfile"
)

// Report is what Check found in a hunt.
type Report struct {
	Hunt    string
	Entries int64
	Err     error // nil, or what is wrong
}

// Check reads the whole file of a directory: pages, records, and whether each
// hunt's records fold into a state. The file is not changed. The error is about
// the file as a whole; it wraps dbfile.ErrInUse while a store has the file open,
// dbfile.ErrDamaged, dbfile.ErrNewer or dbfile.ErrOlder.
func Check(dir string) ([]Report, error) {
	path := filepath.Join(dir, dbfile.Name)
	reports, err := checkFile(path)
	if err != nil {
		return reports, fmt.Errorf("check %s: %w", path, err)
	}
	return reports, nil
}

func checkFile(path string) (reports []Report, err error) {
	err = dbfile.Inspect(path, func(db *bbolt.DB) error {
		return dbfile.Guard(func() error {
			return db.View(func(tx *bbolt.Tx) error {
				ids, err := dbfile.Hunts(tx)
				for _, id := range ids {
					reports = append(reports, checkHunt(tx, id))
				}
				return err
			})
		})
	})
	return reports, err
}

func checkHunt(tx *bbolt.Tx, id string) Report {
	r := Report{Hunt: id}
	r.Err = dbfile.Guard(func() error {
		st, err := dbfile.State(tx, id)
		if err != nil {
			return err
		}
		r.Entries = st.Seq
		return dbfile.CheckHistory(tx, id, st.Definition.Rev)
	})
	return r
}
