package main

import (
	"fmt"
	"html"
	"math"
	"strings"
	"time"
)

// point is a sample of a series.
type point struct {
	at    time.Duration // since the beginning
	value float64
}

// series is one line of a plot.
type series struct {
	name   string
	points []point
}

var colours = []string{"#b45309", "#1d4ed8", "#047857", "#7c3aed"}

// svg draws series over time, from 0 up.
func svg(title, unit string, lines []series) string {
	const width, height, left, bottom, top = 860, 260, 70, 30, 30
	var most float64
	var long time.Duration
	for _, l := range lines {
		for _, p := range l.points {
			most, long = math.Max(most, p.value), max(long, p.at)
		}
	}
	most = nice(most)
	if most == 0 || long == 0 {
		most, long = 1, time.Second
	}
	x := func(at time.Duration) float64 { return left + float64(at)/float64(long)*(width-left-10) }
	y := func(v float64) float64 { return height - bottom - v/most*(height-bottom-top) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" font-family="sans-serif" font-size="12"><title>%s</title>`, width, height, html.EscapeString(title))
	fmt.Fprintf(&b, `<text x="%d" y="18" font-size="14">%s, %s</text>`, left, html.EscapeString(title), html.EscapeString(unit))
	for i := range 5 {
		v := most * float64(i) / 4
		fmt.Fprintf(&b, `<path d="M%d %.1fH%d" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%.4g</text>`, left, y(v), width-10, left-6, y(v)+4, v)
		at := long * time.Duration(i) / 4
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle">%s</text>`, x(at), height-10, at.Round(time.Second))
	}
	for i, l := range lines {
		colour := colours[i%len(colours)]
		fmt.Fprintf(&b, `<text x="%d" y="18" fill="%s">%s</text>`, width-90*(len(lines)-i), colour, html.EscapeString(l.name))
		b.WriteString(`<path fill="none" stroke="` + colour + `" d="`)
		for k, p := range l.points {
			fmt.Fprintf(&b, "%c%.1f %.1f", "ML"[min(k, 1)], x(p.at), y(p.value))
		}
		b.WriteString(`"/>`)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// nice is the next number of one digit.
func nice(v float64) float64 {
	if v <= 0 {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	return math.Ceil(v/unit) * unit
}

// trend is a line through the medians of blocks of a series.
type trend struct {
	mean   float64
	growth float64 // over the whole run
	bound  float64 // 95 % bound of growth
	blocks int
}

const (
	blocks    = 20
	warmUp    = 0.15 // of the run: what is filled once
	tolerance = 0.20 // of the mean
)

// studentT95 is the two-sided 95 % quantile of Student's t with 18 degrees of
// freedom, those of a line through 20 blocks.
const studentT95 = 2.101

// trendOf fits a line by least squares through the medians of equal parts of the
// run without its warm-up. Medians, because a fault is a spike; parts, because
// neighbouring samples are not independent.
func trendOf(points []point, long time.Duration) trend {
	from := time.Duration(warmUp * float64(long))
	parts := make([][]float64, blocks)
	for _, p := range points {
		if p.at >= from {
			i := int(float64(p.at-from) / float64(long-from+1) * blocks)
			parts[min(i, blocks-1)] = append(parts[min(i, blocks-1)], p.value)
		}
	}
	var xs, ys []float64
	for i, part := range parts {
		if len(part) > 0 {
			xs, ys = append(xs, (float64(i)+0.5)/blocks), append(ys, median(part))
		}
	}
	n := float64(len(xs))
	t := trend{blocks: len(xs), bound: math.Inf(1)}
	if n < 3 {
		return t
	}
	var mx, my float64
	for i := range xs {
		mx, my = mx+xs[i]/n, my+ys[i]/n
	}
	var sxx, sxy float64
	for i := range xs {
		sxx, sxy = sxx+(xs[i]-mx)*(xs[i]-mx), sxy+(xs[i]-mx)*(ys[i]-my)
	}
	t.mean, t.growth = my, sxy/sxx
	var rest float64
	for i := range xs {
		d := ys[i] - my - t.growth*(xs[i]-mx)
		rest += d * d
	}
	t.bound = studentT95 * math.Sqrt(rest/(n-2)/sxx)
	return t
}

// verdict says flat when growth and its bound are within the tolerance, not flat
// when it surely is above, and else that the run was too short to say.
func (t trend) verdict() string {
	limit := tolerance * t.mean
	switch {
	case t.growth+t.bound <= limit:
		return "flat"
	case t.growth-t.bound > limit:
		return "NOT FLAT"
	default:
		return "undecided"
	}
}

func (t trend) String() string {
	return fmt.Sprintf("mean %.4g, growth over the run %+.3g ± %.3g: %s", t.mean, t.growth, t.bound, t.verdict())
}
