package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"veltrix/hub"
)

// greeter answers every frame with welcome.
type greeter struct{ session *hub.Session }

func (g greeter) Receive([]byte) {
	g.session.Admit()
	g.session.Send([]byte(`{"type":"welcome","heartbeat":50}`))
}
func (greeter) Closed() {}

// TestDoctorFromOutside: through proxies that pass on too little it names the lines
// to add, and through a right one it finds that messages and pings arrive.
func TestDoctorFromOutside(t *testing.T) {
	s := start(t, defaults(t, filepath.Join(t.TempDir(), "data")), zap.NewNop())
	defer s.end()
	target, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	behind := func(rewrite func(*httputil.ProxyRequest)) string {
		proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			rewrite(r)
		}})
		t.Cleanup(proxy.Close)
		return proxy.URL
	}
	cfg := hub.Default()
	cfg.Heartbeat = 50 * time.Millisecond
	quick := hub.New(cfg, zap.NewNop(), hub.NewMetrics(prometheus.NewRegistry()))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"status":"ok"}`) })
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /ws", func(w http.ResponseWriter, r *http.Request) {
		quick.Accept(w, r, func(s *hub.Session) hub.Peer { return greeter{s} })
	})
	right := httptest.NewServer(mux)
	t.Cleanup(right.Close)
	t.Cleanup(func() {
		if err := quick.Drain(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	elsewhere := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(elsewhere.Close)
	for name, c := range map[string]struct {
		url  string
		code int
		says []string
	}{
		"right":     {right.URL, exitOK, []string{"opens", "welcome", "ping came after"}},
		"elsewhere": {elsewhere.URL, exitError, []string{"BAD", "not as Veltrix does"}},
		"no host": {behind(func(*httputil.ProxyRequest) {}), exitError, []string{
			"BAD", "does not pass on Host", "proxy_set_header Host $http_host;", "Caddy", "HAProxy", "ProxyPreserveHost On",
		}},
		"no upgrade": {behind(func(r *httputil.ProxyRequest) {
			r.Out.Host = r.In.Host
			r.Out.Header.Del("Connection")
			r.Out.Header.Del("Upgrade")
		}), exitError, []string{
			"BAD", "proxy_set_header Upgrade $http_upgrade;", "Caddy", "HAProxy", "upgrade=websocket",
		}},
		"no address": {"play.example.org", exitUsage, []string{"--url", "https://HOST"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := veltrix(t, nil, "doctor", "--url", c.url)
			if r.code != c.code {
				t.Errorf("exit code %d", r.code)
			}
			for _, want := range c.says {
				if !strings.Contains(r.out+r.errors, want) {
					t.Errorf("does not say %q:\n%s%s", want, r.out, r.errors)
				}
			}
		})
	}
}
