package chart

import (
	"encoding/xml"
	"strings"
	"testing"
)

// wellFormed demands that a chart is XML without figures that are none.
func wellFormed(t *testing.T, svg string) {
	t.Helper()
	for _, text := range []string{svg, File(svg)} {
		if err := xml.Unmarshal([]byte(text), new(struct{})); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	}
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") || strings.Contains(svg, "http:") {
		t.Error(svg)
	}
}

func TestPlot(t *testing.T) {
	c := Plot{
		Title: "a < b", Below: "s & s", Shaded: 0.5, Ticks: []Tick{{1, "<one>"}},
		Lines: []Line{{"x<", []Point{{0, 1}, {1, 2}}}, {"none", nil}},
	}
	svg := c.SVG()
	wellFormed(t, svg)
	for what, want := range map[string]int{
		"a &lt; b": 2, "s &amp; s": 1, "&lt;one&gt;": 1, `class="line"`: 3, `class="grid"`: verticalGaps + 2, `class="warmup"`: 1,
		"M70.0 149.0L845.0 44.0": 1, // up to 2, which is the top
	} {
		if n := strings.Count(svg, what); n != want {
			t.Errorf("%d times %s, want %d", n, what, want)
		}
	}
	wellFormed(t, (&Plot{Title: "nothing"}).SVG())
	bars := (&Plot{Bars: []float64{3, 0, 7}}).SVG()
	wellFormed(t, bars)
	if strings.Count(bars, `class="bar"`) != 3 || !strings.Contains(bars, ">7</text>") {
		t.Error(bars)
	}
}

func TestBars(t *testing.T) {
	b := Bars{Title: "all", Panels: []Panel{
		{Title: "a <", Format: "%.1f", Rows: []Row{
			{Name: "we", Ours: true, Value: 10, Runs: []float64{9, 10, 20}}, {Name: "they", Value: 5, Runs: []float64{5}}, {Name: "nobody", Empty: "no run"},
		}},
		{Title: "zero", Format: "%.0f", Rows: []Row{{Name: "we", Ours: true, Runs: []float64{0}, Empty: "nothing"}}},
	}}
	svg := b.SVG()
	wellFormed(t, svg)
	for what, want := range map[string]int{
		`class="bar"`: 1, `class="peer"`: 1, `class="run"`: 4, "no run": 1, "nothing": 1, ">10.0</text>": 1, `width="320.0"`: 1,
	} {
		if n := strings.Count(svg, what); n != want {
			t.Errorf("%d times %s, want %d", n, what, want)
		}
	}
}

func TestNice(t *testing.T) {
	for v, want := range map[float64]float64{0: 1, 0.9: 1, 1: 1, 1.1: 1.2, 97: 100, 130: 160, 2500: 3200, 9: 10} {
		if got := nice(v); got != want {
			t.Errorf("up to %v is %v, want %v", v, got, want)
		}
	}
}
