package main

import (
	"context"
	"errors"
	"math"
	"strconv"
	"time"

	"veltrix/loadtest/crowd"
	"veltrix/loadtest/drive"
)

// peak are the arguments with which everybody claims again as soon as they are
// answered.
func (l *lab) peak(ctx context.Context, store string, watchers int) (*drive.Summary, error) {
	return l.play(ctx, store, "--closed", flag("players", l.players()), flag("watchers", watchers), flag("challenges", 50),
		flag("connect-rate", connectRate), "--warmup=500ms", "--duration=120s")
}

func (l *lab) players() int { return pick(l, 1000, 200) }

// limit compares Veltrix with what it is made of: a WebSocket server that
// decides nothing, and the store with nothing before it.
func limit() target {
	t := target{name: "limit", steps: []step{{"echo", echoed}}, lines: func(r *rounds) []line {
		return []line{limitLine(r, onRedis), limitLine(r, onBolt)}
	}}
	for _, store := range stores {
		t.steps = append(t.steps, step{"Veltrix and a bare store on " + store, func(ctx context.Context, l *lab, v values) error {
			return limited(ctx, l, v, store)
		}})
	}
	return t
}

func limitLine(r *rounds, store string) line {
	ratio := r.ratio([]string{"echo", store + " bare"}, []string{store + " server", store + " redis"})
	name := "composed limit, Redis: echo + bare script, of Veltrix's processor time per award"
	if store == onBolt {
		name = "the same, bolt: echo + bare commit"
	}
	return r.on(store).line(name, "≥ 0.80", ratio >= 0.80,
		"%.2f: %.1f + %.1f µs (batches of %.0f), of %.1f µs server + %.1f µs Redis; Veltrix sends %.1f frames an award, boards included",
		ratio, r.sum("echo"), r.sum(store+" bare"), r.sum(store+" batch"), r.sum(store+" server"), r.sum(store+" redis"), r.sum(store+" frames"))
}

// limited measures Veltrix at its peak, and its store in batches of the size
// that it had then.
func limited(ctx context.Context, l *lab, v values, store string) error {
	s, err := l.peak(ctx, store, 0)
	if err != nil {
		return err
	}
	if s.BatchMean < 1 || s.Awards <= 0 {
		return errors.New("the generator does not know the size of batches")
	}
	awards := awardsOnRedis
	if store == onBolt {
		awards = awardsOnBolt
	}
	a, err := awards(ctx, l.players(), l.players()*pick(l, 20, 5), int(math.Round(s.BatchMean)))
	if err != nil {
		return err
	}
	v[store+" bare"], v[store+" batch"] = a.cpu, s.BatchMean
	v[store+" server"], v[store+" redis"] = s.CPU("server").PerAward, s.CPU("redis").PerAward
	v[store+" frames"], v[store+" awards/s"] = s.Frames/s.Awards, s.Awards
	return nil
}

// echoed measures the plain server with as many connections.
func echoed(ctx context.Context, l *lab, v values) error {
	h, err := echo(ctx, crowd.Plan{
		Players: members(l.players()), Challenges: forever,
		Warmup: 500 * time.Millisecond, Duration: pick(l, 5*time.Second, time.Second),
	})
	if err != nil {
		return err
	}
	v["echo"], v["echo/s"] = h.cpu*1e6/h.answers, h.answers/h.seconds
	return nil
}

// echo lets a crowd talk to a plain server.
func echo(ctx context.Context, plan crowd.Plan, args ...string) (h heard, err error) {
	p, err := spawn(ctx, append([]string{"echo"}, args...)...)
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	h, err = p.listen(ctx, &plan, nothing, nothing)
	if err == nil && h.answers == 0 {
		err = errors.New("the plain server answered nothing")
	}
	return h, err
}

func itoa(n float64) string { return strconv.Itoa(int(math.Round(n))) }
