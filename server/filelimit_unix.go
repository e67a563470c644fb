//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// ignoreFileLimit makes a write past ulimit -f an error, as on a full disk: the
// signal that comes with it would end the server.
func ignoreFileLimit() { signal.Ignore(syscall.SIGXFSZ) }
