//go:build !linux

package main

import "errors"

// fileSystem is not known here.
func fileSystem(string) (kind string, free int64, err error) { return "", 0, errors.ErrUnsupported }

// backlog is not known here.
func backlog() (string, error) {
	return "the system decides how many connections wait to be accepted", nil
}
