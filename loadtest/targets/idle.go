package main

import (
	"context"
)

// idle is what a session holds that does nothing.
func idle() target {
	t := target{name: "idle", once: true, lines: func(r *rounds) []line {
		var lines []line
		for _, store := range stores {
			kb := r.sum(store) / 1000
			lines = append(lines, r.on(store).line("resident memory of the server per idle session, "+store, "≤ 10 KB", kb <= 10,
				"%.1f KB with %.0f players", kb, r.sum(store+" players")))
		}
		return lines
	}}
	for _, store := range stores {
		t.steps = append(t.steps, step{"sessions on " + store, func(ctx context.Context, l *lab, v values) error {
			// Nobody's lateness matters to what is measured here.
			s, err := l.play(ctx, store, "--rate=2", "--late=10s", flag("players", pick(l, 15_000, 500)), "--watchers=0", "--challenges=50",
				flag("processes", pick(l, 2, 1)), flag("connect-rate", connectRate), flag("warmup", pick(l, "10s", "1s")), "--duration=2s")
			if err == nil {
				v[store], v[store+" players"] = s.Session(), float64(s.Players)
			}
			return err
		}})
	}
	return t
}
