// Package e2e tests the program as a black box: it builds veltrix with the race
// detector, runs it on loopback with port 0 on each store, and talks to it only
// as players, organizers and operators do.
package e2e

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"veltrix/testkit/veltrix"
)

// module is where the module is, seen from this package.
const module = "../.."

// program is the file of the program under test.
var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "veltrix-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	program = filepath.Join(dir, "veltrix")
	if err := build(); err != nil {
		fmt.Fprintln(os.Stderr, "building the server:", err)
		_ = os.RemoveAll(dir)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if err := os.RemoveAll(dir); err != nil && code == 0 {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
		os.Exit(code)
	}))
}

func build() error {
	if err := dependOnSources(); err != nil {
		return err
	}
	return veltrix.Build(context.Background(), program, "-race")
}

// dependOnSources looks at every file that the program is built from. The go
// command remembers what a test looked at, so a cached result of this package
// does not outlive a change of the server.
func dependOnSources() error {
	return filepath.WalkDir(module, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); name == "node_modules" || name == "bin" || name == "docs" ||
				strings.HasPrefix(name, ".") && len(name) > 2 || strings.HasPrefix(name, "veltrix-data") {
				return filepath.SkipDir
			}
			return nil
		}
		_, err = os.Stat(path)
		return err
	})
}
