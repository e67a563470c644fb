//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package salvage

import (
	"errors"
	"os"
	"syscall"

	"veltrix/game/bolt/dbfile"
)

// lock takes the lock that bbolt takes, until the file is closed.
func lock(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return dbfile.ErrInUse
	}
	return err
}

// copyOwner gives the file at path the mode and the owner of another, as far as
// this user may: a server of another user has to read what root repaired.
func copyOwner(path string, from os.FileInfo) error {
	if err := os.Chmod(path, from.Mode().Perm()); err != nil {
		return err
	}
	owner, known := from.Sys().(*syscall.Stat_t)
	if !known {
		return nil
	}
	err := os.Chown(path, int(owner.Uid), int(owner.Gid))
	if errors.Is(err, os.ErrPermission) {
		return nil // then this user is the one that can read it
	}
	return err
}
