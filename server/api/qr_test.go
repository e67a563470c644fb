package api

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"

	"veltrix/game"
)

// darkRun is a run of dark modules in a path.
var darkRun = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)

// drawn reads the modules that an SVG draws, true is dark.
func drawn(t *testing.T, svg string) [][]bool {
	t.Helper()
	var image struct {
		ViewBox string `xml:"viewBox,attr"`
		Rect    []struct {
			Width int    `xml:"width,attr"`
			Fill  string `xml:"fill,attr"`
		} `xml:"rect"`
		Path []struct {
			D string `xml:"d,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal([]byte(svg), &image); err != nil || len(image.Path) != 1 || len(image.Rect) != 1 || image.Rect[0].Fill != "#fff" {
		t.Fatalf("%v in %s", err, svg)
	}
	size := image.Rect[0].Width
	if image.ViewBox != fmt.Sprintf("0 0 %d %d", size, size) {
		t.Fatalf("viewBox %s of %d", image.ViewBox, size)
	}
	cells := make([][]bool, size)
	for y := range cells {
		cells[y] = make([]bool, size)
	}
	if rest := darkRun.ReplaceAllString(image.Path[0].D, ""); rest != "" {
		t.Fatalf("the path has more than runs: %s", rest)
	}
	for _, m := range darkRun.FindAllStringSubmatch(image.Path[0].D, -1) {
		var n [4]int
		for i := range n {
			n[i], _ = strconv.Atoi(m[i+1]) // digits by the expression
		}
		if n[2] != n[3] {
			t.Fatalf("a run that does not close: %s", m[0])
		}
		for x := n[0]; x < n[0]+n[2]; x++ {
			cells[n[1]][x] = true
		}
	}
	return cells
}

// shows demands that an SVG is the QR code of a text, with its quiet zone.
func shows(t *testing.T, svg, text string) {
	t.Helper()
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	cells, width := drawn(t, svg), code.Bounds().Dx()
	if len(cells) != width+2*quiet {
		t.Fatalf("%d modules wide, want %d for %s", len(cells), width+2*quiet, text)
	}
	for y := range cells {
		for x := range cells {
			inside := x >= quiet && y >= quiet && x < width+quiet && y < width+quiet
			want := false
			if inside {
				red, _, _, _ := code.At(x-quiet, y-quiet).RGBA()
				want = red == 0
			}
			if cells[y][x] != want {
				t.Fatalf("%s: the module at %d, %d is dark: %t, want %t", text, x, y, cells[y][x], want)
			}
		}
	}
}

func TestQR(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("draft")
	host := strings.TrimPrefix(d.url, "http://")
	long := strings.Repeat("長", 50)
	for query, want := range map[string]string{
		"":                               "http://" + host + "/h/fair",
		"?scheme=https":                  "https://" + host + "/h/fair",
		"?code=LANTERN":                  "http://" + host + "/h/fair#code=LANTERN",
		"?code=a%20b%2B%23%26é%22":       "http://" + host + "/h/fair#code=a%20b%2B%23%26%C3%A9%22",
		"?claim=one&code=uno":            "http://" + host + "/h/fair#claim=one&code=uno",
		"?claim=one":                     "http://" + host + "/h/fair#claim=one",
		"?code=" + url.QueryEscape(long): "http://" + host + "/h/fair#code=" + url.QueryEscape(long),
	} {
		r := d.call("GET", "/h/fair/qr.svg"+query, "", nil).ok(nil)
		shows(t, r.body, want)
		if r.header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(r.header.Get("Content-Security-Policy"), "default-src 'none'") ||
			!strings.Contains(r.header.Get("Cache-Control"), "private") {
			t.Errorf("%s: %v", query, r.header)
		}
	}
	// A header that anyone can write does not decide.
	shows(t, d.call("GET", "/h/fair/qr.svg", "", nil, "X-Forwarded-Proto", "https", "X-Forwarded-Host", "evil.test").body, "http://"+host+"/h/fair")

	for _, query := range []string{
		"?scheme=javascript", "?to=x", "?code=a%0Ab", "?code=%FF", "?code=" + strings.Repeat("x", maxAddress),
	} {
		d.call("GET", "/h/fair/qr.svg"+query, "", nil).refused(400, game.CodeBadRequest)
	}
	d.call("GET", "/h/fair/qr.svg?claim=No+Id", "", nil).refused(404, game.CodeUnknownChallenge)
	d.call("GET", "/h/nowhere/qr.svg", "", nil).refused(404, game.CodeUnknownHunt)
	d.call("GET", "/h/No%20Id/qr.svg", "", nil).refused(404, game.CodeUnknownHunt)
}

func TestQRKnowsTheHostAsked(t *testing.T) {
	for host, good := range map[string]bool{
		"play.example.org": true, "play.example.org:8443": true, "127.0.0.1:8080": true, "[2001:db8::1]:80": true, "my_box": true,
		"": false, "a/b": false, "user@host": false, "a b": false, "a:b": false, `"><script>`: false, "host:123456": false, "é.test": false,
	} {
		r := &http.Request{Host: host, URL: &url.URL{}}
		r.SetPathValue("hunt", "fair")
		target, err := playURL(r)
		if good != (err == nil) || good && target != "http://"+host+"/h/fair" {
			t.Errorf("%q: %q, %v", host, target, err)
		}
	}
}
