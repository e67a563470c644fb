//go:build !linux

package machine

import "errors"

// fileSystem is not supported here.
func fileSystem(string) (kind string, free int64, err error) { return "", 0, errors.ErrUnsupported }

// Backlog has nothing to look at here.
func Backlog() (string, error) {
	return "the system decides how many connections wait to be accepted", nil
}
