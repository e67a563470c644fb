//go:build unix

package crowd

import (
	"math"
	"syscall"
	"time"
)

// CPU is the processor time that this process has used, in user and system.
func CPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0 // cannot happen to a process that asks for itself
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Descriptors is how many files and sockets a process may have open; the
// runtime has raised the soft limit to the hard one.
func Descriptors() int {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return math.MaxInt // connecting will show
	}
	return int(min(l.Cur, math.MaxInt)) // fits by min
}
