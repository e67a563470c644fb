package chart

import "fmt"

// Point is a place in a plot, in the units of its axes.
type Point struct{ X, Y float64 }

// Line is one series of a plot.
type Line struct {
	Name   string
	Points []Point // from left to right
}

// Tick is a named place on the axis below.
type Tick struct {
	At   float64
	Name string
}

// Plot has both axes from 0 up.
type Plot struct {
	Title string
	Below string // names the axis below; may be empty
	Lines []Line
	Bars  []float64 // instead of lines, side by side; Ticks name them
	Ticks []Tick
	// Shaded is up to where the axis below is shaded, because the load was not
	// measured there; 0 is nowhere.
	Shaded float64
}

// The geometry of a plot, in SVG units.
const (
	height                    = 300.0
	left, right, top, bottom  = 70.0, 15.0, 44.0, 46.0
	plotWidth, plotHeight     = width - left - right, height - top - bottom
	legendWidth, verticalGaps = 130.0, 4
)

// SVG draws the plot, as an element for a page.
func (c *Plot) SVG() string {
	long, high := c.Extent(), nice(c.highest())
	x := func(v float64) float64 { return left + v/long*plotWidth }
	y := func(v float64) float64 { return top + plotHeight - v/high*plotHeight }
	var p picture
	p.begin(height, c.Title)
	if c.Shaded > 0 {
		p.addf(`<rect class="warmup" x="%g" y="%g" width="%.1f" height="%g"/>`, left, top, x(min(c.Shaded, long))-left, plotHeight)
	}
	p.text("title", left, 16, c.Title)
	for i := range verticalGaps + 1 {
		v := high * float64(i) / verticalGaps
		p.addf(`<path class="grid" d="M%g %.1fH%g"/>`, left, y(v), width-right)
		p.text("y", left-7, y(v)+4, fmt.Sprintf("%.4g", v))
	}
	for _, t := range c.Ticks {
		p.addf(`<path class="grid" d="M%.1f %gv5"/>`, x(t.At), top+plotHeight)
		p.text("x", x(t.At), height-bottom+18, t.Name)
	}
	if c.Below != "" {
		p.text("x", left+plotWidth/2, height-8, c.Below)
	}
	for i, v := range c.Bars {
		p.addf(`<rect class="bar" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, x(float64(i)+0.1), y(v), x(0.8)-left, top+plotHeight-y(v))
		p.text("x", x(float64(i)+0.5), y(v)-4, fmt.Sprintf("%g", v))
	}
	for i, l := range c.Lines {
		l.draw(&p, i, x, y)
	}
	return p.end()
}

// draw draws a line and its name in the legend.
func (l *Line) draw(p *picture, i int, x, y func(float64) float64) {
	colour, at := colours[i%len(colours)], left+legendWidth*float64(i)
	p.addf(`<path stroke="%s" class="line" d="M%g 30h18"/>`, colour, at)
	p.text("", at+24, 34, l.Name)
	if len(l.Points) == 0 {
		return
	}
	p.addf(`<path stroke="%s" class="line" d="`, colour)
	for k, at := range l.Points {
		p.addf("%c%.1f %.1f", "ML"[min(k, 1)], x(at.X), y(at.Y))
	}
	p.WriteString(`"/>`)
}

// Extent is how far the axis below reaches; never 0.
func (c *Plot) Extent() float64 {
	long := float64(len(c.Bars))
	for _, l := range c.Lines {
		for _, p := range l.Points {
			long = max(long, p.X)
		}
	}
	if long == 0 {
		return 1
	}
	return long
}

func (c *Plot) highest() float64 {
	high := 0.0
	for _, v := range c.Bars {
		high = max(high, v)
	}
	for _, l := range c.Lines {
		for _, p := range l.Points {
			high = max(high, p.Y)
		}
	}
	return high
}
