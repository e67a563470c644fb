// Package salvage is for files of the embedded store that the store refuses:
// Check reports what is wrong with one, Repair makes one that opens.
//
// The store does not import it, and it does not import the store: both import
// game/bolt/dbfile, which knows what lies in a file.
//
// Guarantees:
//   - The damaged file is never written to. A repair keeps it beside the new one,
//     under a name that no file had, with its bytes synced.
//   - Only records that are right are kept. No page is trusted, but each record
//     carries the checksum of its hunt, key and value, so one that is found
//     anywhere is known to be right.
//   - A name whose record is lost stays away; how many records are lost is in the
//     report.
//   - Of each hunt the longest beginning of its ledger is kept. What is cut is in
//     the report, and the hunt goes on in a new epoch, so that players who saw
//     more are sent what is left.
//   - The new file was read as a store reads it before it takes its place.
//   - A crash leaves the damaged file or the new one under the file's name.
//
// Records come from three places. Live ones hang on the newest meta page that is
// right; older ones on the other; stray ones are on pages that nothing refers to,
// because what referred to them is gone or because a later commit replaced
// them – or because their commit failed, so they count only where a head proves
// the chain of entries that they make.
//
// Concurrency properties: no goroutines. Check and Repair hold the lock of the
// file while they read it, so no store has it open, and no two repairs meet.
package salvage

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"veltrix/game/bolt/dbfile"
)

// ErrSound says that there is nothing to repair.
var ErrSound = errors.New("nothing is wrong with the file")

// Repaired is what a repair did.
type Repaired struct {
	Copy        string // the file as it was
	Hunts       []Kept
	LostHunts   int64 // of which nothing was found; −1 when it is not known how many there were
	LostSecrets int64 // such as the organizers' token; −1 when that is not known
}

// Whole reports whether nothing was lost.
func (r *Repaired) Whole() bool {
	return r.LostHunts == 0 && r.LostSecrets == 0 && !slices.ContainsFunc(r.Hunts, func(k Kept) bool { return !k.Whole() })
}

// Kept is what a repair kept of a hunt.
type Kept struct {
	Hunt    string
	Entries int64 // 1 to Entries are as they were; 0: the hunt is gone
	// CutFrom and CutTo are the seqs of the entries that were cut; CutFrom is 0
	// when there are none, CutTo is 0 when it is not known how many there were.
	CutFrom, CutTo int64
	Why            string // why the ledger ends there
	LostBeside     int64  // records of names, wrong claims, waiting reviews and counted events; −1: not known
	LostRevisions  []int64
}

// Whole reports whether nothing of the hunt was lost.
func (k *Kept) Whole() bool {
	return k.CutFrom == 0 && k.LostBeside == 0 && len(k.LostRevisions) == 0
}

// Repair makes a file that can be opened of one that is damaged. It keeps of
// each hunt the longest beginning of its ledger whose records are right, and the
// file as it was beside the new one, under a name that none had. A ledger that
// was cut goes on in a new epoch, so that players who saw more are sent what is
// left. now is the time of that epoch and of the copy's name.
//
// Errors wrap ErrSound, dbfile.ErrInUse, dbfile.ErrNewer, dbfile.ErrOlder, or what
// the system says; then nothing was changed.
func Repair(dir string, now time.Time) (*Repaired, error) {
	path := filepath.Join(dir, dbfile.Name)
	done, err := repair(path, now)
	if err != nil {
		return nil, fmt.Errorf("repair %s: %w", path, err)
	}
	return done, nil
}

func repair(path string, now time.Time) (done *Repaired, err error) {
	if err := needsRepair(filepath.Dir(path)); err != nil {
		return nil, err
	}
	old, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, old.Close()) }()
	if err := lock(old); err != nil {
		return nil, err
	}
	if err := dbfile.InPlace(old, path); err != nil {
		return nil, err
	}
	info, err := old.Stat()
	if err != nil {
		return nil, err
	}
	found, err := searchFile(old, info.Size())
	if err != nil {
		return nil, err
	}
	made, err := os.CreateTemp(filepath.Dir(path), dbfile.Name+".new-*")
	if err != nil {
		return nil, err
	}
	defer func() {
		if rerr := os.Remove(made.Name()); !errors.Is(rerr, os.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
	}()
	if err := made.Close(); err != nil {
		return nil, err
	}
	if done, err = found.build(made.Name(), now); err != nil {
		return nil, err
	}
	if err := copyOwner(made.Name(), info); err != nil {
		return nil, err
	}
	if done.Copy, err = setAside(old, path, now); err != nil {
		return nil, fmt.Errorf("keep a copy: %w", err)
	}
	return done, errors.Join(os.Rename(made.Name(), path), dbfile.SyncDirectory(filepath.Dir(path)))
}

// needsRepair returns ErrSound unless the file is damaged.
func needsRepair(dir string) error {
	reports, err := Check(dir)
	for _, r := range reports {
		err = errors.Join(err, r.Err)
	}
	switch {
	case err == nil:
		return ErrSound
	case errors.Is(err, dbfile.ErrNewer), errors.Is(err, dbfile.ErrOlder), errors.Is(err, dbfile.ErrInUse):
		return err
	case !errors.Is(err, dbfile.ErrDamaged):
		return fmt.Errorf("this is not damage that a repair mends: %w", err)
	}
	return nil
}

// setAside gives the damaged file a second name, or copies it where there are no
// hard links. Either way the bytes are synced.
func setAside(old *os.File, path string, now time.Time) (string, error) {
	stamp := path + ".damaged-" + now.UTC().Format("20060102T150405Z")
	for n := range 100 {
		name := stamp
		if n > 0 {
			name += "-" + strconv.Itoa(n+1)
		}
		err := os.Link(path, name)
		if err != nil && !errors.Is(err, os.ErrExist) {
			err = copyFile(old, name)
		}
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		return name, errors.Join(syncFile(name), dbfile.SyncDirectory(filepath.Dir(path)))
	}
	return "", fmt.Errorf("%s and 99 more are there already", stamp)
}

func copyFile(from *os.File, name string) error {
	info, err := from.Stat()
	if err != nil {
		return err
	}
	to, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(to, io.NewSectionReader(from, 0, info.Size()))
	if err = errors.Join(err, to.Close()); err != nil {
		err = errors.Join(err, os.Remove(name)) // half of a copy is none
	}
	return err
}

func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
