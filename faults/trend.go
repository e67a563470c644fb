package main

import (
	"fmt"
	"math"
	"time"
)

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

// verdict is flat when growth and its bound are within the tolerance, not flat
// when growth less its bound is above it, and else undecided: the run was too
// short.
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
