package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
)

// What a proxy in front gets wrong with WebSockets. The page can ask for it, too.
const (
	codeNoUpgrade game.Code = "no_upgrade"
	codeOrigin    game.Code = "origin"
)

// upgradable lets a WebSocket request through to play. A request that cannot
// become one is answered with what is wrong, most often with a proxy in front.
//
// A page whose WebSocket does not open sees no reason in its browser. So it asks
// GET /ws?origin=ORIGIN, with its own origin, and gets the problem.
func (a *API) upgradable(play http.Handler) step {
	return func(w http.ResponseWriter, r *http.Request) error {
		origin, upgrades := r.Header.Get("Origin"), listed(r.Header, "Connection", "upgrade") && listed(r.Header, "Upgrade", "websocket")
		if !upgrades && origin == "" {
			origin = r.URL.Query().Get("origin")
		}
		if p := a.foreign(r.Host, origin); p != nil {
			a.proxyIsWrong(r, p, zap.String("origin", clip(origin)), zap.String("host", clip(r.Host)))
			return p
		}
		if upgrades && r.ProtoAtLeast(1, 1) {
			play.ServeHTTP(w, r)
			return nil
		}
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "websocket")
		p := refuse(codeNoUpgrade, "this request is no WebSocket handshake. If a browser's WebSocket ends here, the proxy in front of "+
			"the server does not pass on the headers Upgrade and Connection, or speaks HTTP/1.0 to the server: see TLS and proxies "+
			"in docs/operations.md, or run veltrix doctor --url with the address of the page")
		if handshakes(r) {
			a.proxyIsWrong(r, p, zap.String("proto", r.Proto), zap.String("connection", clip(r.Header.Get("Connection"))))
		}
		return p
	}
}

// handshakes reports whether a request that does not upgrade was meant to when it
// was sent: it has the key of a handshake, or a proxy has touched it, or a page
// asks why.
func handshakes(r *http.Request) bool {
	for _, name := range []string{"Sec-WebSocket-Key", forwardedFor, "Forwarded", "Via"} {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	return r.URL.Query().Has("origin")
}

// foreign is what is wrong with the origin of a page, nil for nothing: it is
// neither the host that the request names nor one of --origins.
func (a *API) foreign(host, origin string) *problem {
	if origin == "" {
		return nil
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return refuse(codeOrigin, fmt.Sprintf("the header Origin is %q, which names no host", clip(origin)))
	}
	if strings.EqualFold(u.Host, host) || originAllowed(a.origins, origin) {
		return nil
	}
	return refuse(codeOrigin, fmt.Sprintf("the page is of %s, and the request names the host %s. If they are the same site, the proxy in "+
		"front of the server does not pass on the header Host: see TLS and proxies in docs/operations.md. If the page is of another site, "+
		"allow it with --origins %s", clip(u.Host), clip(host), clip(u.Host)))
}

// listed reports whether a header's list has a word, in upper or lower case.
func listed(h http.Header, name, word string) bool {
	for _, value := range h.Values(name) {
		for item := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(item), word) {
				return true
			}
		}
	}
	return false
}

// warnings keeps the log from being filled by requests.
type warnings struct {
	mu   sync.Mutex
	last map[game.Code]time.Time
}

// warnEvery is how often a mistake of a proxy is logged: an operator who looks at
// the log meets it, and a busy hour adds sixty lines.
const warnEvery = time.Minute

// due reports whether this is to be logged now.
func (l *warnings) due(code game.Code, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if before, ok := l.last[code]; ok && now.Sub(before) < warnEvery {
		return false
	}
	if l.last == nil {
		l.last = map[game.Code]time.Time{}
	}
	l.last[code] = now
	return true
}

// proxyIsWrong logs, once a minute, what an operator has to mend in a proxy.
func (a *API) proxyIsWrong(r *http.Request, p *problem, more ...zap.Field) {
	if a.warned.due(p.Code, time.Now()) {
		a.log.Warn("no WebSocket: "+p.Detail, requestFields(r, more...)...)
	}
}
