package bolt

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestClosure: what the packages of the store may not depend on, at any depth,
// and why.
func TestClosure(t *testing.T) {
	for _, rule := range []struct{ from, forbidden, because string }{
		{"veltrix/game/bolt", "veltrix/game/bolt/salvage", "what every commit runs through does not change for the sake of damaged files"},
		{"veltrix/game/bolt/salvage", "veltrix/game/bolt", "a file is repaired when no store can open it"},
		{"veltrix/game/bolt/dbfile", "veltrix/game/bolt", "what lies in a file is known below those who read and write it"},
		{"veltrix/game/bolt/dbfile", "veltrix/game/bolt/salvage", "as above"},
	} {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", rule.from).Output()
		if err != nil {
			t.Fatalf("%s: %v", rule.from, err)
		}
		if slices.Contains(strings.Fields(string(out)), rule.forbidden) {
			t.Errorf("%s depends on %s: %s", rule.from, rule.forbidden, rule.because)
		}
	}
}
