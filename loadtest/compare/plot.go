package main

import (
	"fmt"
	"html"
	"strings"
)

// panel is a metric in the picture: a bar for the median of each contestant,
// and a dot for each run.
type panel struct {
	title  string
	trial  string
	format string
	of     func(*figures) float64
}

var panels = []panel{
	{"claims/s at the peak – more is better", peak, "%.0f", func(f *figures) float64 { return f.Claims }},
	{"processor time of server and Redis at the peak, µs/claim – less is better", peak, "%.0f", func(f *figures) float64 { return f.Server + f.Redis }},
	{"p99 at equal load, ms – less is better", equal, "%.1f", func(f *figures) float64 { return f.P99 }},
	{"memory of an idle connection, KB – less is better", idle, "%.1f", func(f *figures) float64 { return f.Connection / 1000 }},
}

// The geometry of the picture, in SVG units.
const (
	plotWidth = 860.0
	nameWidth = 120.0
	barWidth  = 640.0
	barHeight = 18.0
	rowHeight = 24.0
	headRoom  = 34.0
)

// svg draws the panels, one below the other. It is to be read on light and dark
// pages.
func (r *report) svg() string {
	var b strings.Builder
	height := float64(len(panels)) * (headRoom + rowHeight*float64(len(r.Contestants)))
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" role="img"><title>Veltrix and its peers</title>`, plotWidth, height+8)
	b.WriteString(`<style>text{font:13px system-ui,sans-serif;fill:#555}.t{font-weight:600}.v{text-anchor:start}.n{text-anchor:end}` +
		`.ours{fill:#0072b2}.peer{fill:#a0a0a0}.run{fill:#d55e00;fill-opacity:.75}` +
		`@media(prefers-color-scheme:dark){text{fill:#c8c8c8}.peer{fill:#6b6b6b}.ours{fill:#56a8dd}}</style>`)
	y := 0.0
	for _, p := range panels {
		y = r.panel(&b, p, y)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// panel draws one below y and returns where it ends.
func (r *report) panel(b *strings.Builder, p panel, y float64) float64 {
	most := 0.0
	for _, name := range r.Contestants {
		for i := range r.Runs[name][p.trial] {
			if f := &r.Runs[name][p.trial][i]; len(f.Invalid) == 0 {
				most = max(most, p.of(f))
			}
		}
	}
	fmt.Fprintf(b, `<text class="t" x="0" y="%g">%s</text>`, y+22, html.EscapeString(p.title))
	y += headRoom
	for _, name := range r.Contestants {
		r.row(b, p, name, most, y)
		y += rowHeight
	}
	return y
}

func (r *report) row(b *strings.Builder, p panel, name string, most, y float64) {
	fmt.Fprintf(b, `<text class="n" x="%g" y="%g">%s</text>`, nameWidth-8, y+barHeight-4, html.EscapeString(name))
	x, ok := median(r.Runs[name][p.trial], p.of)
	if !ok || most <= 0 {
		fmt.Fprintf(b, `<text class="v" x="%g" y="%g">no valid run</text>`, nameWidth, y+barHeight-4)
		return
	}
	kind := "peer"
	if ours(name) {
		kind = "ours"
	}
	fmt.Fprintf(b, `<rect class="%s" x="%g" y="%g" width="%.1f" height="%g" rx="2"/>`, kind, nameWidth, y, x/most*barWidth, barHeight)
	furthest := x
	for i := range r.Runs[name][p.trial] {
		if f := &r.Runs[name][p.trial][i]; len(f.Invalid) == 0 {
			furthest = max(furthest, p.of(f))
			fmt.Fprintf(b, `<circle class="run" cx="%.1f" cy="%g" r="3"/>`, nameWidth+p.of(f)/most*barWidth, y+barHeight/2)
		}
	}
	fmt.Fprintf(b, `<text class="v" x="%.1f" y="%g">%s</text>`, nameWidth+furthest/most*barWidth+10, y+barHeight-4, fmt.Sprintf(p.format, x))
}
