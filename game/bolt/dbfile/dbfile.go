// Package dbfile is the file of the embedded store: what lies in it, and how it
// is made, opened, checked and read. The store (game/bolt) and salvage
// (game/bolt/salvage) share it; neither imports the other.
//
// Guarantees:
//   - Nothing is written to a file before all of its pages were checked.
//   - A record is right or refused: it ends in the CRC-32C of its hunt, its key
//     and its value, so one that was changed, or stands in a wrong place, is
//     noticed. The head of a hunt and the totals of the file say how many
//     records there are, so missing ones are noticed too.
//   - What bbolt panics about, and reading past the end of a file, are errors.
//   - A file of a newer version is refused with ErrNewer and not taken for
//     damaged.
//
// Concurrency properties: there is no state of the package, and no goroutine. A
// function works on the file or the transaction that its caller owns.
//
// Layout: the bucket "hunts" has a bucket for each hunt with "ledger" (seq, 8
// bytes big-endian → entry), "beside" (entrant, 0, challenge → attempts; entrant,
// 0, challenge, 3, digest → a wrong answer; entrant, 0, 1 → its name; player, 0, 2 → the player's name in a team),
// "definitions" (revision, 8 bytes big-endian → hunt file) and the key "head".
// The bucket "secrets" has the secrets by name, the bucket "veltrix" the key
// "totals". The files here follow the layout from the outside in: open.go and
// create.go the file, pages.go and walk.go its pages, hunts.go its buckets,
// records.go and entries.go its records, state.go what they add up to.
package dbfile

import (
	"errors"
	"fmt"
)

// Name is the name of the file within the data directory.
const Name = "veltrix.db"

// ErrDamaged says that the file does not hold what was written to it. Nothing
// was changed; the message names the file and the place.
var ErrDamaged = errors.New("damaged")

// ErrNewer says that a newer version wrote the file. Nothing was changed.
var ErrNewer = errors.New("written by a newer version of veltrix")

// ErrOlder says that an older version wrote the file, in a form that this one
// does not read. Nothing was changed.
var ErrOlder = errors.New("written by an older version of veltrix, which this one cannot read: export its hunts with that " +
	"version (veltrix hunt export), start this one with an empty directory, and apply them there")

// ErrInUse says that another process has the data directory open.
var ErrInUse = errors.New("another veltrix is using it")

// ErrReplaced says that a path leads to another file than the one that is open.
var ErrReplaced = errors.New("another file was put in its place")

// Damaged makes err wrap ErrDamaged, unless it wraps ErrNewer or ErrOlder: then
// nothing is wrong with the file.
func Damaged(err error) error {
	if errors.Is(err, ErrNewer) || errors.Is(err, ErrOlder) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}
