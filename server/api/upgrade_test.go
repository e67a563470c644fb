package api

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"veltrix/game"
	"veltrix/server/protocol"
)

// handshake is what a browser sends for a WebSocket.
var handshake = []string{
	"Connection", "keep-alive, Upgrade", "Upgrade", "websocket",
	"Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==",
}

// TestProxyThatPassesTooLittle: what is wrong is answered, and logged once a
// minute at warn.
func TestProxyThatPassesTooLittle(t *testing.T) {
	core, logged := observer.New(zap.WarnLevel)
	d := newDesk(t, nil, func(c *Config) { c.Origins = []string{"friend.test"} })
	d.api.log = zap.New(core)
	host := strings.TrimPrefix(d.url, "http://")
	for _, c := range []struct {
		what   string
		query  string
		header []string
		status int // 200: it got to the game
		code   game.Code
		says   []string
	}{
		{"right", "", append(handshake, "Origin", d.url), 200, "", nil},
		{"without an origin", "", handshake, 200, "", nil},
		{"an origin that is allowed", "", append(handshake, "Origin", "https://friend.test"), 200, "", nil},
		{"no upgrade", "", append(handshake[4:], "Connection", "close", "Origin", d.url), 426, codeNoUpgrade, []string{"Upgrade", "doctor --url"}},
		{"no upgrade again", "", append(handshake[4:], "Origin", d.url), 426, codeNoUpgrade, nil},
		{"another host", "", append(handshake, "Origin", "https://play.example.org"), 403, codeOrigin, []string{"play.example.org", host, "--origins", "Host"}},
		{"no host in it", "", append(handshake, "Origin", "null"), 403, codeOrigin, []string{`"null"`}},
		{"a person who looks", "", nil, 426, codeNoUpgrade, nil},
		{"the page asks", "?origin=" + url.QueryEscape(d.url), nil, 426, codeNoUpgrade, nil},
		{"the page asks behind a proxy", "?origin=https%3A%2F%2Fplay.example.org", nil, 403, codeOrigin, []string{"play.example.org"}},
	} {
		r := d.call("GET", "/ws"+c.query, "", nil, c.header...)
		if c.status == 200 {
			if r.status != 200 || r.body != "play" {
				t.Errorf("%s: %d %s", c.what, r.status, r.body)
			}
			continue
		}
		p := r.refused(c.status, c.code)
		for _, want := range c.says {
			if !strings.Contains(p.Detail, want) {
				t.Errorf("%s: does not say %s: %s", c.what, want, p.Detail)
			}
		}
		if c.status == 426 && r.header.Get("Upgrade") != "websocket" {
			t.Errorf("%s: the answer does not say what to upgrade to", c.what)
		}
	}
	for code, want := range map[string]int{"WebSocket handshake": 1, "the page is of": 1} {
		if n := logged.Filter(func(e observer.LoggedEntry) bool { return strings.Contains(e.Message, code) }).Len(); n != want {
			t.Errorf("%d lines of the log say %q, want %d", n, code, want)
		}
	}
}

func TestWarningsComeOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w warnings
		said := 0
		for range 10 * 60 {
			if w.due(codeNoUpgrade, time.Now()) {
				said++
			}
			time.Sleep(time.Second)
		}
		if said != 10 || !w.due(codeOrigin, time.Now()) {
			t.Errorf("logged %d times in ten minutes", said)
		}
	})
}

// TestRealProxy: a browser's WebSocket through a proxy that passes on neither Host
// nor Upgrade, and through one that does.
func TestRealProxy(t *testing.T) {
	d := newDesk(t, nil)
	target, err := url.Parse(d.url)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		rewrite func(r *httputil.ProxyRequest)
		want    string
	}{
		"no host": {func(r *httputil.ProxyRequest) { r.SetURL(target) }, string(codeOrigin)},
		"no upgrade": {func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
			r.Out.Header.Del("Upgrade")
			r.Out.Header.Del("Connection")
		}, string(codeNoUpgrade)},
	} {
		t.Run(name, func(t *testing.T) {
			proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: c.rewrite})
			defer proxy.Close()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			_, response, err := websocket.Dial(ctx, proxy.URL+"/ws", &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {proxy.URL}}})
			if err == nil || response == nil {
				t.Fatalf("%v %v", response, err)
			}
			body := make([]byte, 1024)
			n, _ := response.Body.Read(body)
			if !strings.Contains(string(body[:n]), `"code":"`+c.want+`"`) {
				t.Errorf("%s %s", response.Status, body[:n])
			}
		})
	}
}

// TestTrustedProxies: the address that counts is the right-most that is not a
// proxy's, and only a proxy's word counts.
func TestTrustedProxies(t *testing.T) {
	p, err := NewProxies([]string{"127.0.0.1", "10.0.0.0/8", "2001:db8::/32"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		remote string
		header []string
		want   string
	}{
		{"203.0.113.5:1000", []string{"198.51.100.1"}, "203.0.113.5:1000"}, // anyone can write a header
		{"127.0.0.1:1000", nil, "127.0.0.1:1000"},
		{"127.0.0.1:1000", []string{"198.51.100.1"}, "198.51.100.1:0"},
		{"127.0.0.1:1000", []string{"1.2.3.4, 198.51.100.1, 10.1.2.3"}, "198.51.100.1:0"}, // the left one is the client's own claim
		{"127.0.0.1:1000", []string{"1.2.3.4", "198.51.100.1"}, "198.51.100.1:0"},
		{"[2001:db8::1]:1000", []string{"2001:4860::7"}, "[2001:4860::7]:0"},
		{"127.0.0.1:1000", []string{"10.1.1.1"}, "127.0.0.1:1000"},
		{"127.0.0.1:1000", []string{"198.51.100.1, unknown"}, "127.0.0.1:1000"},
	} {
		r := &http.Request{RemoteAddr: c.remote, Header: http.Header{forwardedFor: c.header}}
		if got := p.client(r); got != c.want {
			t.Errorf("from %s with %q: %s, want %s", c.remote, c.header, got, c.want)
		}
	}
	if _, err := NewProxies([]string{"10.0.0.0/8", "proxy.local"}); err == nil {
		t.Error("a name is no address")
	}
}

// TestLimitsBehindATrustedProxy: players behind one proxy are limited each by their
// own address, and cannot choose it.
func TestLimitsBehindATrustedProxy(t *testing.T) {
	d := newDesk(t, nil, func(c *Config) {
		c.PlayerRate = 0.1 // three at once
		var err error
		if c.Proxies, err = NewProxies([]string{"127.0.0.0/8"}); err != nil {
			t.Fatal(err)
		}
	})
	for i := range 10 {
		for range 3 {
			d.call("POST", "/api/v1/players", "", obj{"name": "Ada"}, forwardedFor, "203.0.113."+string(rune('0'+i))).ok(nil)
		}
	}
	for i := range 5 {
		d.call("POST", "/api/v1/players", "", obj{"name": "Ada"}, forwardedFor, "10.9.8."+string(rune('0'+i))+", 203.0.113.7").
			refused(429, protocol.CodeRateLimited)
	}
}

// TestHTTP10IsNoWebSocket: some proxies speak HTTP/1.0 to the server unless told
// otherwise.
func TestHTTP10IsNoWebSocket(t *testing.T) {
	d := newDesk(t, nil)
	nc, err := net.Dial("tcp", strings.TrimPrefix(d.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, err := nc.Write([]byte("GET /ws HTTP/1.0\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadResponse(bufio.NewReader(nc), nil)
	if err != nil || r.StatusCode != http.StatusUpgradeRequired {
		t.Errorf("%v %v", r, err)
	}
}
