package main

import (
	"strings"
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"

	"veltrix/loadtest/crowd"
	"veltrix/testkit/chart"
)

// TestPage: the report has the figures and the problems; none of their text is
// markup, and nothing is loaded from elsewhere.
func TestPage(t *testing.T) {
	h := crowd.NewHistogram()
	for us := range int64(1000) {
		h.RecordValue(us * 10) //nolint:errcheck // is in range
	}
	s := summary{
		Target: "<b>bolt</b>", Loop: "open", Rate: 7, Awards: 123,
		Invalid:      []string{"too <late>"},
		Latencies:    map[string]latency{"right": summarize(h, 1000)},
		curves:       map[crowd.Kind][]chart.Point{crowd.Right: curve(h)},
		Batches:      []bucket{{"1", 3}, {"2", 4}, {"4", 5}, {"+Inf", 6}},
		Timeline:     []moment{{Second: 0, Warmup: true, Sent: 5}, {Second: 1, Sent: 6}},
		CPU:          []processor{{Who: "redis", Seconds: 1.5}},
		Memory:       &memory{ServerIdle: 2e6, ServerConnects: 3e6, Server: 4e6},
		Verification: verification{Acknowledged: 9, Verified: 8, Problems: []string{"award <lost>"}, More: 2},
	}
	text, err := s.page()
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, want := range []string{
		"123 awards a second", "&lt;b&gt;bolt", "too &lt;late&gt;", "award &lt;lost&gt;", "and 2 more problems", "8 of 9",
		"<td>right<td>1000", "<td>redis<td>1.50", "3.0 MB when all had joined",
		">90 %<", ">99 %<", `class="warmup"`, ">3–4<", "&gt; 4",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
	for _, never := range []string{"<script", "src=", "http:", "https:", "url(", "NaN", "Inf ", "<b>"} {
		if strings.Contains(page, never) {
			t.Errorf("%q is in the page", never)
		}
	}
	if n := strings.Count(page, "<svg"); n != 5 {
		t.Errorf("%d plots", n)
	}
}

func TestPageOfNothing(t *testing.T) {
	var s summary
	if text, err := s.page(); err != nil || strings.Contains(string(text), "NaN") {
		t.Errorf("%v\n%s", err, text)
	}
}

// TestCurve: a curve rises, and ends where one request is left.
func TestCurve(t *testing.T) {
	h := hdrhistogram.New(1, 1_000_000, 3)
	for ms := int64(1); ms <= 100; ms++ {
		h.RecordValue(ms * 1000) //nolint:errcheck // is in range
	}
	points := curve(h)
	last := points[len(points)-1]
	if last.X < 1.7 || last.X > 2 || last.Y < 98 || last.Y > 100.1 {
		t.Errorf("the last point is %+v", last)
	}
	for i, p := range points[1:] {
		if p.X < points[i].X || p.Y < points[i].Y {
			t.Errorf("%+v after %+v", p, points[i])
		}
		if p.X > 0.99 && p.X < 1.01 && (p.Y < 89 || p.Y > 92) {
			t.Errorf("90 %% are answered within %v ms", p.Y)
		}
	}
}
