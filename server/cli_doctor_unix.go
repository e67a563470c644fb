//go:build unix

package main

import (
	"fmt"
	"syscall"
)

// spareFiles are those that are no sessions: store, listeners, HTTP requests.
const spareFiles = 1000

// openFiles tells whether the limit of open files allows the sessions.
func openFiles(sessions int) (string, error) {
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
