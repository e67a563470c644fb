package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"veltrix/loadtest/crowd"
	"veltrix/loadtest/drive"
)

// The rates of awards, and how many watch.
const (
	lowRate, highRate = 50, 1000
	fewWatchers       = 10
	fullBoards        = 9.5 // a second: as many as there are, which are ten
	mostLate          = 20  // ms: as the generator's --late
)

func manyWatchers(l *lab) int { return pick(l, 10_000, 300) }

func rates(l *lab) []int { return []int{lowRate, pick(l, highRate, 200)} }

// fanOut is the cost of watchers, for the server and for the players beside
// them.
func fanOut() target {
	t := target{name: "fanout", lines: fanOutLines}
	for i, name := range []string{"low", "high"} {
		t.steps = append(t.steps,
			step{"few watchers, " + name + " rate", func(ctx context.Context, l *lab, v values) error {
				return watched(ctx, l, v, name+" few", rates(l)[i], fewWatchers)
			}},
			step{"many watchers, " + name + " rate", func(ctx context.Context, l *lab, v values) error {
				if err := watched(ctx, l, v, name+" many", rates(l)[i], manyWatchers(l)); err != nil || name == "high" {
					return err
				}
				return raw(ctx, l, v, manyWatchers(l), int(math.Round(v["low many size"])))
			}})
	}
	return t
}

// watched is a run with so many watchers; its figures begin with name.
func watched(ctx context.Context, l *lab, v values, name string, rate, watchers int) error {
	// A generator that is late makes latencies longer, and the report says so.
	s, err := l.play(ctx, onRedis, flag("rate", rate), "--late=100s", "--players=300", flag("watchers", watchers), "--challenges=50",
		"--processes=2", "--watch-apart",
		flag("connect-rate", connectRate), "--warmup=2s", flag("duration", pick(l, "6s", "2s")))
	if err != nil {
		return err
	}
	v.watch(name, s)
	return nil
}

func (v values) watch(name string, s *drive.Summary) {
	v[name+" cpu"] = s.CPU("server").Seconds / s.Seconds
	v[name+" frames"], v[name+" size"] = s.Frames, s.Bytes/s.Frames
	v[name+" awards"] = s.Awards
	v[name+" boards"] = s.Boards / float64(max(s.Watchers, 1))
	v[name+" p50"], v[name+" late"] = s.Latencies["right"].P50, s.Latencies["late"].P99
}

// raw writes frames of the same size to as many sockets.
func raw(ctx context.Context, l *lab, v values, watchers, size int) (err error) {
	length := pick(l, 6*time.Second, 2*time.Second)
	p, err := spawn(ctx, "flood", flag("watchers", watchers), flag("bytes", size), flag("time", length))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	var done flooded
	const edge = 500 * time.Millisecond // at both ends
	plan := crowd.Plan{Watchers: watchers, Warmup: edge, Duration: length - 2*edge}
	h, err := p.listen(ctx, &plan,
		func() error { _, err := io.WriteString(p.in, "go\n"); return err },
		func() error {
			said, err := p.out.ReadBytes('\n')
			if err != nil {
				return err
			}
			return json.Unmarshal(said, &done)
		})
	if err != nil {
		return err
	}
	v["raw per CPU second"], v["raw frames"] = done.Frames/done.CPU, h.frames/h.seconds
	return nil
}

func fanOutLines(r *rounds) []line {
	return append([]line{perSecondLine(r), absoluteLine(r), watcherLine(r)}, watchedLine(r, "low"), watchedLine(r, "high"))
}

func perSecondLine(r *rounds) line {
	each := func(v values) float64 { return v["low many frames"] / v["low many cpu"] }
	need := []string{"low many frames", "low many cpu", "raw per CPU second"}
	share := r.of(func(v values) float64 { return each(v) / v["raw per CPU second"] }, need...)
	alone := r.of(func(v values) float64 { return 1e6 / v.watching("low") / v["raw per CPU second"] }, append(watching("low"), need...)...)
	return r.line("boards to 10,000 watchers, 50 awards/s: frames per second of the server's processor time, of a loop of write(2)", "≥ 80 %", share >= 0.8,
		"%.0f %%: %.0f of %.0f, claims included; %.0f %% without what they cost besides frames", share*100, r.of(each, need...), r.sum("raw per CPU second"), alone*100)
}

// absoluteLine has no verdict when every board that exists was sent: the loop
// waits for nothing.
func absoluteLine(r *rounds) line {
	share, boards := r.ratio([]string{"low many frames"}, []string{"raw frames"}), r.sum("low many boards")
	l := r.line("the same, frames per second that arrive", "≥ 80 %", share >= 0.8,
		"%.0f %%: %.0f of %.0f; %.1f boards/s at a watcher", share*100, r.sum("low many frames"), r.sum("raw frames"), boards)
	if l.Met == "no" && boards >= fullBoards {
		l.Met, l.Measured = "–", l.Measured+": every board that there is, ten a second are the most"
	}
	return l
}

// watcherLine compares what a frame costs at two rates of awards.
func watcherLine(r *rounds) line {
	at := func(rate string) float64 {
		return r.of(func(v values) float64 { return v.watching(rate) }, watching(rate)...)
	}
	ratio := r.of(func(v values) float64 { return v.watching("high") / v.watching("low") }, append(watching("low"), watching("high")...)...)
	return r.line(fmt.Sprintf("processor time per frame to a watcher, at %s awards/s of that at %s", strconv.Itoa(highRate), strconv.Itoa(lowRate)), "independent: 0.75 to 1.25",
		ratio >= 0.75 && ratio <= 1.25, "%.2f: %.1f of %.1f µs; frames of %.0f and %.0f bytes", ratio, at("high"), at("low"), r.sum("high many size"), r.sum("low many size"))
}

// watching is processor time per frame, µs, when there are many watchers. What
// an award costs besides is the difference of the two runs with few.
func (v values) watching(rate string) float64 {
	award := (v["high few cpu"] - v["low few cpu"]) / (v["high few awards"] - v["low few awards"])
	return (v[rate+" many cpu"] - award*v[rate+" many awards"]) * 1e6 / v[rate+" many frames"]
}

// watching are the figures that it needs.
func watching(rate string) []string {
	return []string{rate + " many cpu", rate + " many awards", rate + " many frames", "high few cpu", "high few awards", "low few cpu", "low few awards"}
}

func watchedLine(r *rounds, rate string) line {
	x := r.ratio([]string{rate + " many p50"}, []string{rate + " few p50"})
	n := map[string]int{"low": lowRate, "high": highRate}[rate]
	l := r.line(fmt.Sprintf("p50 of claims with 10,000 watchers, of that with 10, at %d awards/s", n), "≤ 1.5", x <= 1.5,
		"%.2f: %.2f of %.2f ms", x, r.sum(rate+" many p50"), r.sum(rate+" few p50"))
	if late := r.sum(rate + " few late"); late > mostLate {
		l.Met, l.Measured = "–", l.Measured+fmt.Sprintf("; the generator was late itself without watchers (1 %% by more than %.0f ms), so it says nothing", late)
	} else if late := r.sum(rate + " many late"); late > mostLate {
		if l.Met == "no" {
			l.Met = "–"
		}
		l.Measured += fmt.Sprintf("; the generator was late itself (1 %% by more than %.0f ms), so it is at most that", late)
	}
	return l
}
