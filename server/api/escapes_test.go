package api

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"veltrix/game"
)

// TestMalformedEscapes: what cannot be read in an address is refused, and nothing
// fails by it.
func TestMalformedEscapes(t *testing.T) {
	core, logged := observer.New(zap.ErrorLevel)
	d := newDesk(t, nil)
	d.api.log = zap.New(core)
	d.fair("open")
	for _, path := range []string{
		"/hunts/fair/board?limit=%zz", "/hunts/fair/board?limit=1&%", "/hunts/fair?code=%f", "/hunts?%2", "/hunts/fair/entrants?q=%",
		"/hunts/fair/entrants?q=%ff", "/hunts/fair/entrants?id=%c3", "/hunts/fair/ledger?after=1;limit=2", "/hunts/fair/series?x=%gg",
		"/hunts/fair/stats?%zz", "/hunts/fair/results.csv?%", "/hunts/fair/results.xlsx?%", "/hunts/fair/reviews?%", "/hunts/fair/definition?%zz",
	} {
		if status, body := d.raw(t, "GET", "/api/v1"+path); status != 400 || !strings.Contains(body, string(game.CodeBadRequest)) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	for _, path := range []string{
		"/api/v1/hunts/%ff", "/api/v1/hunts/%00/board", "/api/v1/hunts/fair/entrants/%ff", "/api/v1/hunts/fair/entrants/%00%2f..",
		"/api/v1/hunts/fair%2fboard", "/h/%ff/qr.svg", "/h/fair/qr.svg?code=%ff", "/h/fair/qr.svg?code=%", "/api/v1/hunts/%zz", "/%", "/organizer%",
		"/organizer?hunt=%", "/h/%e0%a4%a", "/ws?origin=%", "/ws?origin=%ff", "/static/%2e%2e/%ff",
	} {
		if status, body := d.raw(t, "GET", path); status >= 500 || status < 200 {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	for _, path := range []string{"reviews/%ff", "reviews/%00", "phase?dry_run=%zz", "adjustments?%"} {
		if status, body := d.raw(t, "POST", "/api/v1/hunts/fair/"+path); status >= 500 {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if logged.Len() != 0 {
		t.Errorf("the log has errors: %v", logged.All())
	}
}

// raw sends an address as it stands, as an organizer: an http.Client would refuse
// it.
func (d *desk) raw(t *testing.T, method, target string) (status int, body string) {
	t.Helper()
	nc, err := net.Dial("tcp", strings.TrimPrefix(d.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, err := fmt.Fprintf(nc, "%s %s HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
		method, target, deskOrganizer); err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadResponse(bufio.NewReader(nc), nil)
	if err != nil {
		t.Fatalf("%s: %v", target, err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(text)
}
