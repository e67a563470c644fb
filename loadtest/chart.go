package main

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"
)

// point is a place in a chart, in the units of its axes.
type point struct{ x, y float64 }

// line is one series of a chart.
type line struct {
	name   string
	points []point
}

// tick is a named place on the axis below.
type tick struct {
	at   float64
	name string
}

// chart is a plot with both axes from 0 up.
type chart struct {
	title, below string // below names the axis below
	lines        []line
	bars         []float64 // instead of lines, side by side; ticks name them
	ticks        []tick
	shaded       float64 // from 0 to here the load was not measured
}

// The geometry of every chart, in SVG units.
const (
	width, height             = 860.0, 300.0
	left, right, top, bottom  = 70.0, 15.0, 44.0, 46.0
	plotWidth, plotHeight     = width - left - right, height - top - bottom
	legend, verticalTicks     = 130.0, 4
	mostTicks, charactersWide = 12, 6.2
)

// colours that people tell apart who see colours differently (Okabe and Ito).
var colours = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7"}

// svg draws the chart.
func (c *chart) svg() template.HTML {
	long, high := c.extent()
	x := func(v float64) float64 { return left + v/long*plotWidth }
	y := func(v float64) float64 { return top + plotHeight - v/high*plotHeight }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %g %g" role="img"><title>%s</title>`, width, height, html.EscapeString(c.title))
	if c.shaded > 0 {
		fmt.Fprintf(&b, `<rect class="warmup" x="%g" y="%g" width="%.1f" height="%g"/>`, left, top, x(min(c.shaded, long))-left, plotHeight)
	}
	fmt.Fprintf(&b, `<text class="title" x="%g" y="16">%s</text>`, left, html.EscapeString(c.title))
	for i := range verticalTicks + 1 {
		v := high * float64(i) / verticalTicks
		fmt.Fprintf(&b, `<path class="grid" d="M%g %.1fH%g"/><text class="y" x="%g" y="%.1f">%.4g</text>`, left, y(v), width-right, left-7, y(v)+4, v)
	}
	for _, t := range c.ticks {
		fmt.Fprintf(&b, `<path class="grid" d="M%.1f %gv5"/><text class="x" x="%.1f" y="%g">%s</text>`, x(t.at), top+plotHeight, x(t.at), height-bottom+18, html.EscapeString(t.name))
	}
	fmt.Fprintf(&b, `<text class="x" x="%g" y="%g">%s</text>`, left+plotWidth/2, height-8, html.EscapeString(c.below))
	for i, v := range c.bars {
		fmt.Fprintf(&b, `<rect fill="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/><text class="x" x="%.1f" y="%.1f">%g</text>`,
			colours[0], x(float64(i)+0.1), y(v), x(0.8)-left, top+plotHeight-y(v), x(float64(i)+0.5), y(v)-4, v)
	}
	for i, l := range c.lines {
		colour, at := colours[i%len(colours)], left+legend*float64(i)
		fmt.Fprintf(&b, `<path stroke="%s" class="line" d="M%g 30h18"/><text x="%g" y="34">%s</text>`, colour, at, at+24, html.EscapeString(l.name))
		fmt.Fprintf(&b, `<path stroke="%s" class="line" d="`, colour)
		for k, p := range l.points {
			fmt.Fprintf(&b, "%c%.1f %.1f", "ML"[min(k, 1)], x(p.x), y(p.y))
		}
		b.WriteString(`"/>`)
	}
	b.WriteString("</svg>")
	return template.HTML(b.String()) // what is not a number is escaped above
}

// extent is what the axes reach; never 0.
func (c *chart) extent() (long, high float64) {
	long = float64(len(c.bars))
	for _, v := range c.bars {
		high = max(high, v)
	}
	for _, l := range c.lines {
		for _, p := range l.points {
			long, high = max(long, p.x), max(high, p.y)
		}
	}
	if long == 0 {
		long = 1
	}
	return long, nice(high)
}

// nice is the next number up of which a quarter is easily read.
func nice(v float64) float64 {
	if v <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8} {
		if v <= step*unit {
			return step * unit
		}
	}
	return 10 * unit
}
