package hunt

import (
	"strings"
	"testing"
)

func TestValidID(t *testing.T) {
	for _, id := range []string{"a", "0", "-", "old-town", strings.Repeat("z", 64)} {
		if !ValidID(id) {
			t.Errorf("%q is refused", id)
		}
	}
	for _, id := range []string{"", strings.Repeat("z", 65), "A", "a_b", "a b", "a{b}", "a/b", "ä", "a\n", "a\x00", "\xff"} {
		if ValidID(id) {
			t.Errorf("%q is accepted", id)
		}
	}
}
