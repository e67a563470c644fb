package api

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"runtime/debug"
	"strings"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
)

// around gives every request an id, headers, CORS, a log line, a problem document
// on unknown paths of the API, and an answer when a step panics.
func (a *API) around(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		r.Header.Set(requestID, rand.Text()) // ours: a peer must not choose it
		r.RemoteAddr = a.proxies.client(r)   // from here on the address that counts
		h := w.Header()
		h.Set(requestID, r.Header.Get(requestID))
		secure(h)
		seen := &status{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				a.log.Error("request panicked", requestFields(r, zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))...)
				if seen.code == 0 {
					refuse(game.CodeInternal, "").write(seen)
				}
			}
			a.log.Debug("request", requestFields(r, zap.Int("status", seen.code), zap.Duration("took", time.Since(start)))...)
		}()
		if isAPI(r.URL.Path) {
			if a.cors(seen, r) {
				return
			}
			a.route(mux, seen, r)
			return
		}
		mux.ServeHTTP(seen, r)
	})
}

const requestID = "X-Request-ID"

func isAPI(p string) bool {
	return strings.HasPrefix(p, "/api/") || strings.HasPrefix(p, "/schema/") || p == "/healthz" || p == "/readyz"
}

// route answers unknown paths and methods of the API as problems.
func (a *API) route(mux *http.ServeMux, w http.ResponseWriter, r *http.Request) {
	if _, pattern := mux.Handler(r); pattern != "" && pattern != "/" {
		mux.ServeHTTP(w, r)
		return
	}
	allowed := []string{}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		try := &http.Request{Method: method, URL: r.URL, Host: r.Host}
		if _, pattern := mux.Handler(try); pattern != "" && pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		refuse(codeNotFound, "there is nothing at this path").write(w)
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	refuse(codeMethod, fmt.Sprintf("this path takes %s", strings.Join(allowed, " and "))).write(w)
}

// secure sets the headers that keep a page of ours from being misused.
func secure(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "geolocation=(self), camera=(self), microphone=(), payment=(), usb=()")
}

// cors lets pages of the configured origins use the API, and answers their
// preflight requests. It reports whether the request is answered.
func (a *API) cors(w http.ResponseWriter, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if len(a.origins) > 0 {
		w.Header().Add("Vary", "Origin")
	}
	if origin == "" || !originAllowed(a.origins, origin) {
		return false
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", "ETag, Retry-After, "+requestID)
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match, If-None-Match")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true
}

// originAllowed matches as the hub does for WebSockets: patterns for the host,
// or for scheme://host when they contain "://".
func originAllowed(patterns []string, origin string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return false
	}
	for _, p := range patterns {
		target := u.Host
		if strings.Contains(p, "://") {
			target = u.Scheme + "://" + u.Host
		}
		if ok, err := path.Match(strings.ToLower(p), strings.ToLower(target)); ok && err == nil {
			return true
		}
	}
	return false
}

// requestFields say which request a log line is about. The query is left out:
// nothing in it is worth the risk that someone puts a token there.
func requestFields(r *http.Request, more ...zap.Field) []zap.Field {
	return append([]zap.Field{
		zap.String("request", r.Header.Get(requestID)),
		zap.String("method", r.Method), zap.String("path", r.URL.Path),
	}, more...)
}

// status remembers the status of an answer.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	if s.code == 0 {
		s.code = code
	}
	s.ResponseWriter.WriteHeader(code)
}

func (s *status) Write(b []byte) (int, error) {
	if s.code == 0 {
		s.code = http.StatusOK
	}
	return s.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController find what is underneath.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }
