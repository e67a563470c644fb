package web

import (
	"bytes"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/js"
)

// imports parses a script and returns the modules that it imports.
func imports(t *testing.T, name string, source []byte) []string {
	t.Helper()
	ast, err := js.Parse(parse.NewInputBytes(bytes.Clone(source)), js.Options{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var found []string
	for _, statement := range ast.List {
		if i, ok := statement.(*js.ImportStmt); ok {
			found = append(found, string(bytes.Trim(i.Module, `"'`)))
		}
	}
	return found
}

func TestServedScriptsAreTheSameModules(t *testing.T) {
	for _, name := range append(modules(t), "js/types/api.js", "js/types/protocol.js", "js/types/state.js") {
		source, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		served, err := shrink(name, source)
		if err != nil {
			t.Fatal(err)
		}
		want, got := imports(t, name, source), imports(t, name, served)
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s imports %q as served, %q as written", name, got, want)
		}
		if again, err := shrink(name, source); err != nil || !bytes.Equal(again, served) {
			t.Errorf("%s is served differently the second time (%v)", name, err)
		}
	}
}

func TestBrokenScriptIsRefused(t *testing.T) {
	for _, name := range []string{"a.js", "b/c.js"} {
		if _, err := shrink(name, []byte("export const = 1")); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if got, err := shrink(path.Join("a", "b.html"), []byte(" <p> ")); err != nil || string(got) != " <p> " {
		t.Errorf("markup became %q (%v)", got, err)
	}
}

func TestWorkerKeepsTheShellAndIsNewWithEveryBuild(t *testing.T) {
	s := page.(*site)
	served := get(t, "/sw.js")
	text := body(t, served.Body)
	if served.StatusCode != http.StatusOK || served.Header.Get("Content-Type") != contentTypes[".js"] {
		t.Fatalf("%d %s", served.StatusCode, served.Header.Get("Content-Type"))
	}
	for _, path := range []string{`"/"`, `"/h/-"`, `"/static/js/play.js"`, `"/static/js/views/walk.js"`, `"/static/js/lang/de.js"`, `"/static/css/walk.css"`} {
		if !strings.Contains(text, path) {
			t.Errorf("the shell lacks %s", path)
		}
	}
	for _, word := range []string{"/static/js/types/", "/static/js/display/", "/static/js/organizer/", "/api/"} {
		if strings.Contains(text, word) {
			t.Errorf("the shell has %s", word)
		}
	}
	for path := range s.assets {
		if !shell(path) || path == "/"+workerName {
			continue
		}
		changed := &site{assets: maps.Clone(s.assets), html: s.html}
		changed.assets[path] = &asset{tag: `"another"`}
		delete(changed.assets, "/"+workerName)
		if again, err := changed.worker(); err != nil || string(again.plain) == text {
			t.Errorf("the worker is the same with another %s (%v)", path, err)
		}
	}
}
