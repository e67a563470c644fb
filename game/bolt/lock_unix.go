//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package bolt

import (
	"errors"
	"os"
	"syscall"
)

// lock takes the lock that bbolt takes, until the file is closed.
func lock(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrInUse
	}
	return err
}

// alike gives a file the mode and the owner of another, as far as this user may:
// a server of another user has to read what root repaired.
func alike(path string, info os.FileInfo) error {
	if err := os.Chmod(path, info.Mode().Perm()); err != nil {
		return err
	}
	owner, known := info.Sys().(*syscall.Stat_t)
	if !known {
		return nil
	}
	err := os.Chown(path, int(owner.Uid), int(owner.Gid))
	if errors.Is(err, os.ErrPermission) {
		return nil // then this user is the one who can read it
	}
	return err
}
