package main

import (
	"context"
	"fmt"
)

// storm measures how everybody comes back after every connection was lost at
// once.
func storm() target {
	t := target{name: "storm", once: true, lines: func(r *rounds) []line {
		var lines []line
		for _, store := range stores {
			lines = append(lines, stormLines(r, store)...)
		}
		return lines
	}}
	for _, store := range stores {
		t.steps = append(t.steps, step{"storm on " + store, func(ctx context.Context, l *lab, v values) error {
			s, err := l.play(ctx, store, "--storm", "--late=100s", flag("players", pick(l, 10_000, 300)), "--watchers=0", "--challenges=50",
				flag("rate", pick(l, 200, 50)), flag("connect-rate", connectRate), "--warmup=2s", flag("duration", pick(l, "24s", "3s")))
			if err != nil {
				return err
			}
			if s.Storm == nil || s.Storm.Missing > 0 {
				return fmt.Errorf("not everybody came back in time: %+v", s.Storm)
			}
			waited := s.Latencies["storm"]
			v[store+" cut"], v[store+" back"] = float64(s.Storm.Cut), s.Storm.Back
			v[store+" waited"], v[store+" p99"], v[store+" max"] = float64(waited.Count), waited.P99, waited.Max
			v[store+" p50"], v[store+" late"] = s.Latencies["right"].P50, s.Latencies["late"].P99
			return nil
		}})
	}
	return t
}

func stormLines(r *rounds, store string) []line {
	r = r.on(store)
	back := r.sum(store + " back")
	return []line{
		r.line("all connections cut at once, "+store+": until the last is back", "≤ 10 s", back <= 10, "%.1f s for %.0f connections", back, r.sum(store+" cut")),
		r.line("claims that waited meanwhile, "+store, noGoal, false, "%.0f claims: p99 %.0f ms, max %.0f ms; p50 of the whole run %.1f ms; the generator itself was late by %.0f ms (p99 of the whole run)",
			r.sum(store+" waited"), r.sum(store+" p99"), r.sum(store+" max"), r.sum(store+" p50"), r.sum(store+" late")),
	}
}
