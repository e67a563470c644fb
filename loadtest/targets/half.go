package main

import (
	"context"
	"fmt"
	"math"
)

// half is the latency that a crowd sees while the server does half of what it
// can.
func half() target {
	t := target{name: "half", lines: func(r *rounds) []line {
		var lines []line
		for _, store := range stores {
			lines = append(lines, halfLines(r, store)...)
		}
		return lines
	}}
	for _, store := range stores {
		t.steps = append(t.steps, step{"peak and half of it on " + store, func(ctx context.Context, l *lab, v values) error {
			return halved(ctx, l, v, store)
		}})
	}
	return t
}

func halfLines(r *rounds, store string) []line {
	r = r.on(store)
	spread, longest := r.ratio([]string{store + " p99"}, []string{store + " p50"}), r.most(store+" max")
	return []line{
		r.line("half of the peak, "+store+": p99 of p50", "≤ 3", spread <= 3,
			"%.1f: %.2f of %.2f ms at %.0f claims/s, peak %.0f", spread, r.sum(store+" p99"), r.sum(store+" p50"), r.sum(store+" rate"), r.sum(store+" peak")),
		r.line("half of the peak, "+store+": the slowest claim of all rounds", "≤ 100 ms", longest <= 100, "%.1f ms", longest),
	}
}

const halfWarmup = 2 // seconds

// halved finds the peak, and plays half of it at the times of a Poisson process.
func halved(ctx context.Context, l *lab, v values, store string) error {
	const watchers = 100
	s, err := l.peak(ctx, store, watchers)
	if err != nil {
		return err
	}
	rate := math.Floor(s.Awards / 2)
	challenges, seconds := halfLength(rate, l.players(), pick(l, 8, 2))
	h, err := l.play(ctx, store, flag("rate", rate), flag("players", l.players()), flag("watchers", watchers), flag("challenges", challenges),
		flag("connect-rate", connectRate), fmt.Sprintf("--warmup=%ds", halfWarmup), fmt.Sprintf("--duration=%ds", seconds))
	if err != nil {
		return err
	}
	right := h.Latencies["right"]
	v[store+" peak"], v[store+" rate"] = s.Awards, rate
	v[store+" p50"], v[store+" p99"], v[store+" max"] = right.P50, right.P99, right.Max
	return nil
}

// halfLength is how many challenges there have to be for that many seconds, and
// fewer seconds when a hunt cannot have so many.
func halfLength(rate float64, players, seconds int) (challenges, length int) {
	const most, spare = 500, 1.1
	need := func(seconds int) int {
		return int(math.Ceil(rate * spare * float64(seconds+halfWarmup) / float64(players)))
	}
	for seconds > 1 && need(seconds) > most {
		seconds--
	}
	return min(max(need(seconds), 50), most), seconds
}
