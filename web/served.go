package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"
)

// workerName is the script that keeps the shell of the player's pages for a
// phone without a network.
const workerName = "sw.js"

// notShell begins the paths of files that no page of a player needs.
var notShell = []string{
	"/static/js/types/", "/static/js/display/", "/static/js/organizer/",
	"/static/css/display.css", "/static/css/organizer.css", "/static/css/night.svg",
}

// shell says whether the player's pages may need the file at a path.
func shell(path string) bool {
	for _, other := range notShell {
		if strings.HasPrefix(path, other) {
			return false
		}
	}
	return true
}

// worker is the service worker, after a line with the paths of the shell and a
// name for this build: equal for equal files, another one as soon as a file differs.
func (s *site) worker() (*asset, error) {
	content, err := files.ReadFile(workerName)
	if err != nil {
		return nil, err
	}
	paths := []string{}
	for path := range s.assets {
		if shell(path) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	build := fmt.Appendf(nil, "%s %s %s", content, s.html["index.html"].tag, s.html["hunt.html"].tag)
	for _, path := range paths {
		build = fmt.Appendf(build, " %s %s", path, s.assets[path].tag)
	}
	list, err := json.Marshal(append([]string{"/", "/h/-"}, paths...))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(build)
	name := base64.RawURLEncoding.EncodeToString(sum[:12])
	return newAsset(workerName, fmt.Appendf(nil, "const BUILD = %q, FILES = %s;\n%s", name, list, content))
}

// asset is one file as it is served.
type asset struct {
	contentType string
	plain       []byte
	gzipped     []byte // nil where it would not be smaller
	tag         string // strong ETag of plain
	gzipTag     string // strong ETag of gzipped
}

// newAsset readies a file: it shrinks scripts and style sheets, gzips, and
// computes the ETags of what is served. It fails for an ending without a content
// type and for a script or style sheet that cannot be parsed.
func newAsset(name string, content []byte) (*asset, error) {
	contentType, ok := contentTypes[path.Ext(name)]
	if !ok {
		return nil, fmt.Errorf("%s: no content type for its ending", name)
	}
	content, err := shrink(name, content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	sum := sha256.Sum256(content)
	tag := base64.RawURLEncoding.EncodeToString(sum[:12])
	a := &asset{contentType: contentType, plain: content, tag: `"` + tag + `"`, gzipTag: `"` + tag + `-gz"`}
	var small bytes.Buffer
	w, err := gzip.NewWriterLevel(&small, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if small.Len() < len(content) {
		a.gzipped = small.Bytes()
	}
	return a, nil
}

// shrink removes comments and indentation from a script or a style sheet, and
// shortens local names. Imports and exports keep their names. The result depends
// on the content alone, so every node serves the same bytes.
func shrink(name string, content []byte) ([]byte, error) {
	m := minify.New()
	var small bytes.Buffer
	var err error
	switch path.Ext(name) {
	case ".js":
		err = (&js.Minifier{}).Minify(m, &small, bytes.NewReader(content), nil)
	case ".css":
		err = (&css.Minifier{}).Minify(m, &small, bytes.NewReader(content), nil)
	default:
		return content, nil
	}
	return small.Bytes(), err
}
