package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"veltrix/loadtest/crowd"
)

// lone is one player with one claim at a time, against the least that has to be
// done for it: a frame there, something durable, a frame back.
func lone() target {
	t := target{name: "lone", lines: loneLines}
	for _, store := range stores {
		t.steps = append(t.steps, step{"Veltrix on " + store, func(ctx context.Context, l *lab, v values) error {
			s, err := l.play(ctx, store, "--closed", "--players=1", "--watchers=0", flag("challenges", pick(l, 500, 100)), "--warmup=10ms", "--duration=60s")
			if err == nil {
				v[store] = s.Latencies["right"].P50
			}
			return err
		}})
	}
	t.steps = append(t.steps, step{"a bare XADD on redis", loneXADD})
	for n := 1; n <= 2; n++ {
		t.steps = append(t.steps, step{fmt.Sprintf("a bare page, %d syncs, as on bolt", n), func(ctx context.Context, l *lab, v values) error {
			return loneSync(ctx, l, v, n)
		}})
	}
	return t
}

func loneLines(r *rounds) []line {
	redis := r.ratio([]string{onRedis}, []string{"xadd"})
	once, twice := r.ratio([]string{onBolt}, []string{"sync 1"}), r.ratio([]string{onBolt}, []string{"sync 2"})
	return []line{
		r.on(onRedis).line("one claim at a time, Redis: p50, of echo + one XADD that adds as many bytes to the append-only file", "≤ 1.15", redis <= 1.15,
			"%.2f: %.3f of %.3f ms (%.0f bytes)", redis, r.sum(onRedis), r.sum("xadd"), r.sum("bytes")),
		r.on(onBolt).line("one claim at a time, bolt: p50, of echo + write and fdatasync of a page of 4 KiB", "≤ 1.15", once <= 1.15,
			"%.2f: %.3f of %.3f ms", once, r.sum(onBolt), r.sum("sync 1")),
		r.on(onBolt).line("the same, of echo + two of them, as bbolt syncs twice for a transaction", noGoal, false,
			"%.2f: %.3f of %.3f ms", twice, r.sum(onBolt), r.sum("sync 2")),
	}
}

// lonePlan is as long as the generator's run, about.
func lonePlan(l *lab) crowd.Plan {
	return crowd.Plan{
		Players: members(1), Challenges: forever, Warmup: 100 * time.Millisecond, Duration: pick(l, 2*time.Second, time.Second),
	}
}

// loneXADD measures a lone award in Redis first, to write as many bytes.
func loneXADD(ctx context.Context, l *lab, v values) (err error) {
	a, err := awardsOnRedis(ctx, 1, pick(l, 200, 50), 1)
	if err != nil {
		return err
	}
	d, err := newDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	h, err := echo(ctx, lonePlan(l), "--redis", d.server.UnixURL(), "--bytes", itoa(a.file))
	if err == nil {
		v["xadd"], v["bytes"] = h.p50, a.file
	}
	return err
}

func loneSync(ctx context.Context, l *lab, v values, n int) (err error) {
	dir, err := os.MkdirTemp("", "vxsync")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	h, err := echo(ctx, lonePlan(l), "--file", filepath.Join(dir, "pages"), "--syncs", strconv.Itoa(n))
	if err == nil {
		v["sync "+strconv.Itoa(n)] = h.p50
	}
	return err
}
