package main

import "context"

// idle is the memory of a session that does nothing. It does not depend on the
// store, so there is one.
func idle() target {
	return target{
		name: "idle", once: true,
		steps: []step{
			{"sessions of players", func(ctx context.Context, l *lab, v values) error {
				return sessions(ctx, l, v, "players", pick(l, 15_000, 500), 0)
			}},
			{"sessions of who watches", func(ctx context.Context, l *lab, v values) error {
				return sessions(ctx, l, v, "watchers", 1, pick(l, 15_000, 500)-1)
			}},
		},
		lines: func(r *rounds) []line {
			return []line{
				idleLine(r, "players", "resident memory of the server per idle session, players of one hunt"),
				idleLine(r, "watchers", "the same, who watch it"),
			}
		},
	}
}

func idleLine(r *rounds, who, target string) line {
	kb := r.sum(who) / 1000
	return r.line(target, "≤ 10 KB", kb <= 10, "%.1f KB; %.0f sessions", kb, r.sum(who+" sessions"))
}

// sessions measures so many sessions, of which hardly any claims, because an
// award is sent to all. That the generator then finds nothing to measure does
// not matter.
func sessions(ctx context.Context, l *lab, v values, who string, players, watchers int) error {
	s, err := l.run(ctx, onRedis, "--rate=0.01", flag("players", players), flag("watchers", watchers), "--challenges=50",
		flag("connect-rate", connectRate), flag("warmup", pick(l, "10s", "1s")), "--duration=2s")
	if err == nil {
		v[who], v[who+" sessions"] = s.Session(), float64(s.Players+s.Watchers)
	}
	return err
}
