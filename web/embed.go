// Package web serves the bundled pages: the player's, the display and the
// organizer's desk. Their files are embedded; there is no build step.
//
// Guarantees:
//   - Everything is in memory before the first request, plain and gzipped, each
//     with a strong ETag. No request compresses or hashes anything.
//   - The served bytes depend on the embedded files alone: every node of one
//     build serves the same bytes under the same ETags, so a page may fetch its
//     parts from several nodes.
//   - Scripts are served under the names, and with the imports and exports, that
//     they have in the repository.
//   - The service worker lists every file that the player's pages may need, and
//     changes whenever one of them does.
//   - Every answer carries the same strict security headers. The pages run no
//     inline script and load nothing from elsewhere.
//   - Handler keeps no state after it returns: any number of goroutines may use
//     it, and it starts none.
package web

import (
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

//go:embed *.html icon.svg manifest.webmanifest sw.js css js
var files embed.FS

// securityHeaders are part of every answer. Proofs may need camera and position.
var securityHeaders = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
		"connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
	"Referrer-Policy":              "no-referrer",
	"X-Content-Type-Options":       "nosniff",
}

var contentTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".svg":         "image/svg+xml",
	".webmanifest": "application/manifest+json",
}

// pages are the HTML files and the paths that show them.
var pages = map[string]*regexp.Regexp{
	"index.html":     regexp.MustCompile(`^/$`),
	"hunt.html":      regexp.MustCompile(`^/h/[a-z0-9-]{1,64}$`),
	"display.html":   regexp.MustCompile(`^/h/[a-z0-9-]{1,64}/display$`),
	"organizer.html": regexp.MustCompile(`^/organizer$`),
}

// site holds every file under the path that it is served at.
type site struct {
	assets map[string]*asset
	html   map[string]*asset // by file name
}

// Handler serves the pages at their paths, the files under "/static/", the
// manifest and the service worker. It answers GET and HEAD only, with 304 to a
// known ETag, and with a 404 page for any other path.
func Handler() http.Handler {
	s := &site{assets: map[string]*asset{}, html: map[string]*asset{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		if name == workerName {
			return nil // it names the others
		}
		a, err := newAsset(name, content)
		switch {
		case strings.HasSuffix(name, ".html"):
			s.html[name] = a
		case name == "manifest.webmanifest":
			s.assets["/"+name] = a
		default:
			s.assets["/static/"+name] = a
		}
		return err
	})
	if err == nil {
		s.assets["/"+workerName], err = s.worker()
	}
	if err != nil {
		// The files are part of the program: this fails in every run or in none.
		panic(fmt.Sprintf("web: embedded files: %v", err))
	}
	return s
}

// ServeHTTP implements http.Handler.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for name, value := range securityHeaders {
		w.Header().Set(name, value)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "this page is only read", http.StatusMethodNotAllowed)
		return
	}
	if a := s.find(r.URL.Path); a != nil {
		a.serve(w, r, http.StatusOK)
		return
	}
	s.html["missing.html"].serve(w, r, http.StatusNotFound)
}

func (s *site) find(path string) *asset {
	for name, shown := range pages {
		if shown.MatchString(path) {
			return s.html[name]
		}
	}
	return s.assets[path]
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request, status int) {
	body, tag := a.plain, a.tag
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	if a.gzipped != nil && acceptsGzip(r.Header.Values("Accept-Encoding")) {
		body, tag = a.gzipped, a.gzipTag
		h.Set("Content-Encoding", "gzip")
	}
	if status == http.StatusOK {
		h.Set("ETag", tag)
		if matches(r.Header.Values("If-None-Match"), tag) {
			h.Del("Content-Encoding")
			h.Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method == http.MethodGet {
		// An error here means that the reader went away.
		_, _ = w.Write(body)
	}
}

// acceptsGzip reads Accept-Encoding (RFC 9110, 12.5.3): gzip needs a weight
// above 0; "*" counts where gzip is not named.
func acceptsGzip(headers []string) bool {
	named, others := -1.0, -1.0
	for item := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		coding, parameters, _ := strings.Cut(item, ";")
		weight := 1.0
		if _, q, ok := strings.Cut(parameters, "="); ok {
			parsed, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
			if err != nil {
				continue
			}
			weight = parsed
		}
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			named = weight
		case "*":
			others = weight
		}
	}
	if named >= 0 {
		return named > 0
	}
	return others > 0
}

// matches reads If-None-Match (RFC 9110, 13.1.2): weak comparison.
func matches(headers []string, tag string) bool {
	for item := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		item = strings.TrimSpace(item)
		if item == "*" || strings.TrimPrefix(item, "W/") == tag {
			return true
		}
	}
	return false
}
