//go:build !unix

package main

// ignoreFileLimit does nothing: this system has no such limit.
func ignoreFileLimit() {}
