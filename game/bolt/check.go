package bolt

import (
	"errors"
	"fmt"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// Report is what Check found in a hunt.
type Report struct {
	Hunt    string
	Entries int64
	Err     error // nil, or what is wrong
}

// Check reads the whole file of a directory: pages, records, and whether each
// hunt's records fold into a state. The file is not changed; a store that has
// it open makes this ErrInUse. The error is about the file as a whole.
func Check(dir string) ([]Report, error) {
	path := filepath.Join(dir, FileName)
	var reports []Report
	err := inspect(path, func(db *bbolt.DB) error {
		return guard(func() error {
			return db.View(func(tx *bbolt.Tx) error {
				ids, err := huntsIn(tx)
				for _, id := range ids {
					reports = append(reports, checkHunt(tx, id))
				}
				return err
			})
		})
	})
	if err != nil {
		return reports, fmt.Errorf("check %s: %w", path, err)
	}
	return reports, nil
}

func checkHunt(tx *bbolt.Tx, id string) Report {
	r := Report{Hunt: id}
	r.Err = guard(func() error {
		st, err := rebuild(tx, id)
		if err != nil {
			return err
		}
		r.Entries = st.Seq
		definitions := tx.Bucket(huntsBucket).Bucket([]byte(id)).Bucket(definitionsBucket)
		for rev := int64(1); rev <= st.Definition.Rev; rev++ {
			key := seqKey(rev)
			if _, broken := unseal(id, key, definitions.Get(key)); broken != nil {
				err = errors.Join(err, damaged(fmt.Errorf("revision %d: %w", rev, broken)))
			}
		}
		return err
	})
	return r
}
