package game_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Who may import whom, and why. Tests may import what they like.
func TestImports(t *testing.T) {
	for _, rule := range []struct{ dir, forbidden, because string }{
		{".", "veltrix/hub", "game decides without knowing that sockets exist; server is where they meet"},
		{".", "veltrix/server", "the server knows the game, not the other way round"},
		{".", "net/http", "a hunt is reached by commands, whatever brings them"},
		{"../hub", "veltrix/game", "hub carries bytes, so that it can be measured and tested without a game"},
		{"../hub", "veltrix/server", "the server knows the hub, not the other way round"},
		{"rules", "time", "a rule is a function of state, command and the store's time"},
		{"rules", "math/rand", "a rule that rolls dice cannot be replayed"},
		{"rules", "os", "rules have no I/O"},
		{"hunt", "veltrix/game", "the hunt file stands below the game"},
	} {
		err := filepath.WalkDir(rule.dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			if strings.Contains(path, "redistest") { // for tests only
				return nil
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, i := range file.Imports {
				name, err := strconv.Unquote(i.Path.Value)
				if err != nil {
					return err
				}
				inside := strings.HasPrefix(name+"/", rule.forbidden+"/")
				if inside && !(rule.dir == "hunt" && name == "veltrix/game/hunt") {
					t.Errorf("%s imports %s: %s", path, name, rule.because)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
