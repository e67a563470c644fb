package config

import (
	"os"
	"path/filepath"
	"testing"
)

func FuzzConfigFile(f *testing.F) {
	for _, s := range []string{"addr: x", "a: &a [*a]", "addr: [1, 2]", "drain:\n  - x\n", "\x00", "#", "? a\n: b", "addr: !!binary x"} {
		f.Add([]byte(s))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, src []byte) {
		name := filepath.Join(dir, "c.yaml")
		if err := os.WriteFile(name, src, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := readConfigFile(name, []string{"addr", "drain"})
		if (c == nil) == (err == nil) {
			t.Fatalf("%v and %v", c, err)
		}
		if c == nil {
			return
		}
		for key := range c.values {
			if key != "addr" && key != "drain" {
				t.Fatalf("the key %q is accepted", key)
			}
		}
	})
}
