package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"path"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"
)

// asset is one file as it goes out.
type asset struct {
	contentType string
	plain       []byte
	gzipped     []byte // nil where it would not be smaller
	tag         string // strong ETag of plain
	gzipTag     string // strong ETag of gzipped
}

// newAsset readies a file: scripts and style sheets without what only people
// read, then gzipped, with the ETags of what goes out.
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

// shrink takes comments, indentation and long local names from a script or a
// style sheet. What a module imports and exports keeps its name, and the answer
// depends on the content alone, so every node serves the same bytes.
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
