//go:build !unix

package machine

// OpenFiles has nothing to look at: this system has no such limit.
func OpenFiles(int) (string, error) { return "this system has no limit", nil }

// IgnoreFileLimit has nothing to ignore: this system has no such limit.
func IgnoreFileLimit() {}
