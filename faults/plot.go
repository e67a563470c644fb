package main

import (
	"time"

	"veltrix/testkit/chart"
)

// point is a sample of a series.
type point struct {
	at    time.Duration // since the beginning
	value float64
}

// series is what was sampled of one thing in one place.
type series struct {
	name   string
	points []point
}

// plot draws series over time.
func plot(title, unit string, lines []series) string {
	if unit != title {
		title += ", " + unit
	}
	c := chart.Plot{Title: title}
	var long time.Duration
	for _, l := range lines {
		line := chart.Line{Name: l.name}
		for _, p := range l.points {
			long = max(long, p.at)
			line.Points = append(line.Points, chart.Point{X: p.at.Seconds(), Y: p.value})
		}
		c.Lines = append(c.Lines, line)
	}
	const parts = 4
	for i := range parts + 1 {
		at := long * time.Duration(i) / parts
		c.Ticks = append(c.Ticks, chart.Tick{At: at.Seconds(), Name: at.Round(time.Second).String()})
	}
	return c.SVG()
}
