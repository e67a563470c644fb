package testkit

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestImports looks at the whole closure of the packages, not only at what they
// import themselves.
func TestImports(t *testing.T) {
	product := []string{"veltrix/server", "veltrix/hub", "veltrix/game", "veltrix/web"}
	for _, rule := range []struct {
		of, without []string
		because     string
	}{
		{product, []string{"veltrix/testkit", "veltrix/faults", "veltrix/loadtest"}, "what only tests and measurements need is not in the program that is shipped"},
		{[]string{"veltrix/testkit"}, product, "a player or a checker that shares code with the server shares its mistakes and does not see them"},
	} {
		for _, name := range closure(t, rule.of) {
			for _, forbidden := range rule.without {
				if strings.HasPrefix(name+"/", forbidden+"/") {
					t.Errorf("%v need %s: %s", rule.of, name, rule.because)
				}
			}
		}
	}
}

// closure lists the packages in these folders and all that they import.
func closure(t *testing.T, folders []string) []string {
	t.Helper()
	args := []string{"list", "-deps", "-f", `{{if .Module}}{{.ImportPath}};{{.Dir}};{{join .GoFiles ";"}}{{end}}`}
	for _, folder := range folders {
		args = append(args, folder+"/...")
	}
	out, err := exec.CommandContext(t.Context(), "go", args...).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var names []string
	for line := range strings.Lines(string(out)) {
		part := strings.Split(strings.TrimSpace(line), ";")
		if len(part) < 3 {
			continue // tests only
		}
		names = append(names, part[0])
		if !strings.HasPrefix(part[0], "veltrix/") {
			continue
		}
		// The go command remembers what a test looked at, so a cached result does
		// not outlive a change of imports.
		for _, file := range part[2:] {
			if _, err := os.Stat(filepath.Join(part[1], file)); err != nil && file != "" {
				t.Fatal(err)
			}
		}
	}
	if len(names) < len(folders) {
		t.Fatalf("go list found %v", names)
	}
	return names
}
