package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strconv"

	"veltrix/loadtest/crowd"
	"veltrix/testkit/chart"
)

//go:embed page.tmpl
var pageText string

// mostTicks bounds the names on an axis.
const mostTicks = 12

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"mb": mb, "percent": percent}).Parse(pageText))

// page is the report as HTML: one file that loads nothing from elsewhere.
func (s *summary) page() ([]byte, error) {
	type row struct {
		latency
		Name string
	}
	view := struct {
		*summary
		Rows   []row
		Charts []template.HTML
	}{summary: s}
	for k := range crowd.Kinds {
		if l, ok := s.Latencies[k.String()]; ok {
			view.Rows = append(view.Rows, row{l, k.String()})
		}
	}
	for _, c := range s.charts() {
		view.Charts = append(view.Charts, template.HTML(c.SVG())) // which escapes
	}
	var b bytes.Buffer
	err := pageTemplate.Execute(&b, view)
	return b.Bytes(), err
}

// charts are the plots of the report.
func (s *summary) charts() []chart.Plot {
	percentiles := chart.Plot{Title: "Latency by percentile, ms", Below: "share of requests that were answered within it"}
	for _, k := range asked {
		if points := s.curves[k]; len(points) > 0 {
			percentiles.Lines = append(percentiles.Lines, chart.Line{Name: k.String(), Points: points})
		}
	}
	long := percentiles.Extent()
	for nines, name := range []string{"0 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %", "99.9999 %"} {
		if float64(nines) <= long {
			percentiles.Ticks = append(percentiles.Ticks, chart.Tick{At: float64(nines), Name: name})
		}
	}
	over := func(title string, names []string, of func(m *moment) []float64) chart.Plot {
		c := chart.Plot{Title: title, Below: "seconds; what is shaded is the warm-up, which does not count"}
		c.Lines = make([]chart.Line, len(names))
		every := len(s.Timeline)/mostTicks + 1
		for i := range s.Timeline {
			m := &s.Timeline[i]
			at := float64(m.Second + 1) // a moment is reported when it ends
			if m.Warmup {
				c.Shaded = at
			}
			if (m.Second+1)%every == 0 {
				c.Ticks = append(c.Ticks, chart.Tick{At: at, Name: strconv.Itoa(m.Second + 1)})
			}
			for k, v := range of(m) {
				c.Lines[k].Name = names[k]
				c.Lines[k].Points = append(c.Lines[k].Points, chart.Point{X: at, Y: v})
			}
		}
		return c
	}
	batches := chart.Plot{Title: "Commits by number of commands", Below: "commands in one commit"}
	for i, b := range s.Batches {
		batches.Bars = append(batches.Bars, float64(b.Count))
		batches.Ticks = append(batches.Ticks, chart.Tick{At: float64(i) + 0.5, Name: b.span(i, s.Batches)})
	}
	all := []chart.Plot{
		percentiles,
		over("Throughput, each second", []string{"sent", "answered", "awarded"}, func(m *moment) []float64 {
			return []float64{float64(m.Sent), float64(m.Answered), float64(m.Awarded)}
		}),
		over("Latency of right claims over time, ms", []string{"p50", "p99"}, func(m *moment) []float64 { return []float64{m.P50, m.P99} }),
		over("Requests without an answer", []string{"open"}, func(m *moment) []float64 { return []float64{float64(m.Open)} }),
	}
	if len(s.Batches) > 0 {
		all = append(all, batches)
	}
	return all
}

// span names the numbers that bucket i of all counts.
func (b *bucket) span(i int, all []bucket) string {
	if i == 0 {
		return b.UpTo
	}
	below, err := strconv.Atoi(all[i-1].UpTo)
	if err != nil {
		return "≤ " + b.UpTo
	}
	if b.UpTo == "+Inf" {
		return fmt.Sprintf("> %d", below)
	}
	if b.UpTo == strconv.Itoa(below+1) {
		return b.UpTo
	}
	return fmt.Sprintf("%d–%s", below+1, b.UpTo)
}
