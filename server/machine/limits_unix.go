//go:build unix

package machine

import (
	"fmt"
	"os/signal"
	"syscall"
)

// spareFiles are those that are not sessions: store, listeners, HTTP requests.
const spareFiles = 1000

// OpenFiles says what the limit of open files allows. An error says that it does
// not allow so many sessions, and the remedy.
func OpenFiles(sessions int) (string, error) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return "", fmt.Errorf("read the limit of open files: %w", err)
	}
	// Go raises the soft limit to the hard one at start.
	want := uint64(sessions) + spareFiles
	if uint64(limit.Max) < want { //nolint:unconvert // signed on some systems
		return "", fmt.Errorf("this machine allows %d, %d sessions want %d; raise it with ulimit -n %d, or lower --max-sessions", limit.Max, sessions, want, want)
	}
	return fmt.Sprintf("this machine allows %d, %d sessions want %d", limit.Max, sessions, want), nil
}

// IgnoreFileLimit makes a write past ulimit -f an error, as on a full disk: the
// signal that comes with it would end the server.
func IgnoreFileLimit() { signal.Ignore(syscall.SIGXFSZ) }
