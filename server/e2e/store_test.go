package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"veltrix/testkit/redistest"
)

// store is a kind of store; open makes an empty one and returns its --store.
type store struct {
	name string
	open func(t *testing.T) string
}

var stores = []store{
	{"bolt", func(t *testing.T) string { return "bolt:" + filepath.Join(t.TempDir(), "data") }},
	{"redis", func(t *testing.T) string { return redistest.Start(t).URL() }},
}

// eachStore runs a test on every kind of store.
func eachStore(t *testing.T, test func(t *testing.T, store string)) {
	for _, s := range stores {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			test(t, s.open(t))
		})
	}
}

// huntFile writes a hunt file and returns its path.
func huntFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hunt.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// audit stops the server and demands that `veltrix audit` finds nothing.
func (s *server) audit(store string) {
	s.t.Helper()
	if s.Alive() {
		s.stop()
	}
	if got := command(s.t, "audit", "--store", store); got.code != 0 {
		s.t.Errorf("audit of %s: exit code %d\n%s%s", strings.SplitN(store, ":", 2)[0], got.code, got.stdout, got.stderr)
	}
}
