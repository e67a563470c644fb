package web

import (
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// page serves every test; it holds no state.
var page = Handler()

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

func get(t *testing.T, target string, header ...string) *http.Response {
	t.Helper()
	return do(t, http.MethodGet, target, header...)
}

func do(t *testing.T, method, target string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	page.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPathsAndTypes(t *testing.T) {
	tests := []struct {
		path, contentType, contains string
		status                      int
	}{
		{"/", "text/html; charset=utf-8", `id="main"`, 200},
		{"/h/lantern-walk", "text/html; charset=utf-8", `src="/static/js/play.js"`, 200},
		{"/static/js/play.js", "text/javascript; charset=utf-8", "import", 200},
		{"/static/js/views/board.js", "text/javascript; charset=utf-8", "export", 200},
		{"/static/css/base.css", "text/css; charset=utf-8", "--amber", 200},
		{"/static/icon.svg", "image/svg+xml", "<svg", 200},
		{"/manifest.webmanifest", "application/manifest+json", "start_url", 200},
		{"/h/Not_An_Id", "text/html; charset=utf-8", "no page at this address", 404},
		{"/h/a/b", "text/html; charset=utf-8", "no page at this address", 404},
		{"/h/", "text/html; charset=utf-8", "no page at this address", 404},
		{"/static/", "text/html; charset=utf-8", "no page at this address", 404},
		{"/static/index.html", "text/html; charset=utf-8", "no page at this address", 404},
		{"/static/../embed.go", "text/html; charset=utf-8", "no page at this address", 404},
		{"/static/package.json", "text/html; charset=utf-8", "no page at this address", 404},
	}
	for _, test := range tests {
		r := get(t, test.path)
		if r.StatusCode != test.status || r.Header.Get("Content-Type") != test.contentType {
			t.Errorf("%s: %d %q, want %d %q", test.path, r.StatusCode, r.Header.Get("Content-Type"), test.status, test.contentType)
		}
		if !strings.Contains(body(t, r.Body), test.contains) {
			t.Errorf("%s does not contain %q", test.path, test.contains)
		}
	}
}

func TestHeadersOnEveryAnswer(t *testing.T) {
	for _, target := range []string{"/", "/static/js/play.js", "/nowhere"} {
		r := get(t, target)
		for name, want := range securityHeaders {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", target, name, got, want)
			}
		}
		if got := r.Header.Get("Cache-Control"); got != "no-cache" {
			t.Errorf("%s: Cache-Control is %q", target, got)
		}
	}
}

func TestKnownTagIsNotSentAgain(t *testing.T) {
	for _, encoding := range []string{"", "gzip"} {
		tag := get(t, "/static/js/play.js", "Accept-Encoding", encoding).Header.Get("ETag")
		if !strings.HasPrefix(tag, `"`) {
			t.Fatalf("%q is not a strong ETag", tag)
		}
		for _, known := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			r := get(t, "/static/js/play.js", "Accept-Encoding", encoding, "If-None-Match", known)
			if r.StatusCode != http.StatusNotModified || body(t, r.Body) != "" || r.Header.Get("ETag") != tag {
				t.Errorf("If-None-Match %s: %d, ETag %q", known, r.StatusCode, r.Header.Get("ETag"))
			}
		}
		if r := get(t, "/static/js/play.js", "Accept-Encoding", encoding, "If-None-Match", `"other"`); r.StatusCode != http.StatusOK {
			t.Errorf("another tag: %d", r.StatusCode)
		}
	}
	plain := get(t, "/").Header.Get("ETag")
	if gzipped := get(t, "/", "Accept-Encoding", "gzip").Header.Get("ETag"); gzipped == plain {
		t.Error("plain and gzipped share a strong ETag")
	}
}

func TestGzipOnlyWhereAccepted(t *testing.T) {
	tests := map[string]bool{
		"":                          false,
		"gzip":                      true,
		"br, gzip;q=0.5":            true,
		"gzip;q=0":                  false,
		"gzip; q=0.0, *":            false,
		"*":                         true,
		"*;q=0":                     false,
		"identity, br":              false,
		"deflate, GZIP ; q=1, zstd": true,
	}
	plain := body(t, get(t, "/static/css/walk.css").Body)
	for accept, want := range tests {
		r := get(t, "/static/css/walk.css", "Accept-Encoding", accept)
		if got := r.Header.Get("Content-Encoding") == "gzip"; got != want {
			t.Errorf("%q: gzip %t, want %t", accept, got, want)
			continue
		}
		if r.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: Vary is %q", accept, r.Header.Get("Vary"))
		}
		if !want {
			continue
		}
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		if body(t, z) != plain {
			t.Errorf("%q: unpacked, it is another file", accept)
		}
	}
}

func TestOnlyReading(t *testing.T) {
	r := do(t, http.MethodPost, "/")
	if r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, Allow %q", r.StatusCode, r.Header.Get("Allow"))
	}
	r = do(t, http.MethodHead, "/")
	if r.StatusCode != http.StatusOK || body(t, r.Body) != "" || r.Header.Get("Content-Length") == "0" {
		t.Errorf("HEAD: %d, Content-Length %q", r.StatusCode, r.Header.Get("Content-Length"))
	}
}

// modules returns the embedded scripts that run; js/types holds types alone.
func modules(t *testing.T) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(files, "js", func(name string, _ fs.DirEntry, err error) error {
		if path.Ext(name) == ".js" && path.Dir(name) != "js/types" {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// closure returns the scripts that a browser fetches with entry, without entry.
func closure(t *testing.T, entry string) []string {
	t.Helper()
	found := []string{entry}
	for i := 0; i < len(found); i++ {
		content, err := files.ReadFile(found[i])
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range importPath.FindAllSubmatch(content, -1) {
			if name := path.Join(path.Dir(found[i]), string(m[1])); !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	return found[1:]
}

var named = regexp.MustCompile(`<(link rel="[a-z]+"|script type="module"|img) (?:href|src)="(/[^"]+)"`)

// Without the list a phone would fetch the modules level by level; with more
// in it, the phone would fetch modules that it does not need yet.
func TestPagesPreloadWhatTheyImport(t *testing.T) {
	for target, entry := range map[string]string{
		"/":                       "js/lobby.js",
		"/h/lantern-walk":         "js/play.js",
		"/h/lantern-walk/display": "js/display/main.js",
	} {
		var preloaded []string
		for _, m := range named.FindAllStringSubmatch(body(t, get(t, target).Body), -1) {
			if r := get(t, m[2]); r.StatusCode != http.StatusOK {
				t.Errorf("%s names %s: %d", target, m[2], r.StatusCode)
			}
			if m[1] == `link rel="modulepreload"` {
				preloaded = append(preloaded, strings.TrimPrefix(m[2], "/static/"))
			}
		}
		want := closure(t, entry)
		slices.Sort(want)
		slices.Sort(preloaded)
		if !slices.Equal(preloaded, want) {
			t.Errorf("%s preloads %q, want %q", target, preloaded, want)
		}
	}
}

var importPath = regexp.MustCompile(`(?m)^(?:import|export) [^;]*?from '([^']+)'`)

func TestImportsExist(t *testing.T) {
	all := modules(t)
	for _, name := range all {
		content, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range importPath.FindAllSubmatch(content, -1) {
			if target := path.Join(path.Dir(name), string(m[1])); !slices.Contains(all, target) {
				t.Errorf("%s imports %s, which is not embedded", name, target)
			}
		}
	}
}

// Markup is never made from text, and nothing comes from elsewhere.
func TestNothingTheyForbid(t *testing.T) {
	for _, name := range modules(t) {
		content, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", ".style."} {
			if strings.Contains(string(content), word) && (word != ".style." || !strings.Contains(string(content), "style.setProperty('--")) {
				t.Errorf("%s uses %s", name, word)
			}
		}
	}
	for _, name := range []string{"index.html", "hunt.html", "display.html", "organizer.html", "missing.html"} {
		html, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"<style", "style=", "<script>", "http://", "https://", "onclick"} {
			if strings.Contains(string(html), word) {
				t.Errorf("%s contains %s", name, word)
			}
		}
	}
}

var (
	relative = regexp.MustCompile(`["'` + "`" + `](\.{1,2}/[\w./-]+\.js)["'` + "`" + `]`)
	absolute = regexp.MustCompile(`/static/[\w./-]+\.(?:js|css)`)
)

// TestScriptsAndStylesStaySmall counts for each page everything that it can
// come to load, at once or later, in one language.
func TestScriptsAndStylesStaySmall(t *testing.T) {
	for page, most := range map[string]int{ // bytes as served, uncompressed
		"/": 120_000, "/h/lantern-walk": 135_000, "/h/lantern-walk/display": 120_000, "/organizer": 120_000,
	} {
		sizes := map[string]int{}
		var load func(path string)
		load = func(name string) {
			if _, seen := sizes[name]; seen || strings.HasSuffix(name, "/lang/de.js") {
				return
			}
			text := body(t, get(t, name).Body)
			sizes[name] = len(text)
			for _, m := range relative.FindAllStringSubmatch(text, -1) {
				load(path.Join(path.Dir(name), m[1]))
			}
			for _, m := range absolute.FindAllString(text, -1) {
				load(m)
			}
			if strings.Contains(text, "./lang/${") { // one of the languages
				load(path.Join(path.Dir(name), "lang/en.js"))
			}
		}
		for _, m := range absolute.FindAllString(body(t, get(t, page).Body), -1) {
			load(m)
		}
		sum := 0
		for _, n := range sizes {
			sum += n
		}
		t.Logf("%s: %d bytes in %d files", page, sum, len(sizes))
		if len(sizes) < 10 || sum >= most {
			t.Errorf("%s comes to %d bytes in %d files, want less than %d", page, sum, len(sizes), most)
		}
	}
}

func TestFirstViewStaysSmall(t *testing.T) {
	const most = 30_000 // bytes on the wire
	for _, target := range []string{"/", "/h/lantern-walk"} {
		wire := func(path string) int {
			return len(body(t, get(t, path, "Accept-Encoding", "gzip").Body))
		}
		sum := wire(target) + wire("/static/js/lang/en.js")
		for _, m := range named.FindAllStringSubmatch(body(t, get(t, target).Body), -1) {
			sum += wire(m[2])
		}
		t.Logf("%s: %d bytes", target, sum)
		if sum >= most {
			t.Errorf("%s is %d bytes at first, want less than %d", target, sum, most)
		}
	}
}
