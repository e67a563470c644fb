package main

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"veltrix/loadtest/crowd"
	"veltrix/loadtest/drive"
)

// TestMain lets the test binary be the processes that the program starts from
// itself.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && slices.Contains([]string{"echo", "flood"}, os.Args[1]) {
		main()
		return
	}
	goleak.VerifyTestMain(m)
}

func TestReport(t *testing.T) {
	r := &rounds{all: []values{{"a": 1, "b": 2}, {"a": 3, "b": 2}, {"a": 9, "b": 3}, {"a": 100}}}
	r.failf("echo, round 4: %v", errors.New("it was\n| late"))
	met := r.ratio([]string{"a"}, []string{"b"})
	lines := []line{
		r.line("ratio", "≤ 2", met <= 2, "%.2f: %.0f of %.0f, at most %.0f", met, r.sum("a"), r.sum("b"), r.most("a")),
		r.line("sum", "≤ 2", r.sum("a", "b") <= 2, "%.0f", r.sum("a", "b")),
		r.line("compare", noGoal, true, "%.0f", 1),
		r.line("nothing", "≤ 2", true, "%.0f", r.sum("c")),
	}
	p := &report{Machine: "a machine", Runs: 4}
	p.add("name", r, lines)
	text := p.markdown()
	for _, want := range []string{
		"| ratio | ≤ 2 | 1.50: 6 of 2, at most 100 | yes |", // the round without b has no ratio
		"| sum | ≤ 2 | 5 | no |",
		"| compare | – | 1 | – |",
		"| nothing | ≤ 2 | not measured: echo, round 4: it was / late | – |",
		"- name: echo, round 4: it was / late",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	q := &report{Quick: true}
	q.add("name", r, lines)
	if strings.Contains(q.markdown(), "| yes |") || !strings.Contains(q.markdown(), "figures are none") {
		t.Errorf("a quick run judges:\n%s", q.markdown())
	}
	if !p.incomplete() {
		t.Error("nothing is missing")
	}
	dir := t.TempDir()
	if err := p.write(dir); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(filepath.Join(dir, "targets.json"))
	if err != nil {
		t.Fatal(err)
	}
	var back report
	if err := json.Unmarshal(written, &back); err != nil || back.Rounds["name"][2]["a"] != 9 || back.Lines[0] != lines[0] {
		t.Errorf("%+v, %v", back, err)
	}
}

// TestEveryLineSaysWhy: whatever fails, the table has every line, with a reason
// that concerns it, and nothing counts as met.
func TestEveryLineSaysWhy(t *testing.T) {
	for _, target := range all() {
		broken := target
		broken.steps = nil
		for _, s := range target.steps {
			broken.steps = append(broken.steps, step{s.name, func(context.Context, *lab, values) error { return errors.New("broken: " + s.name) }})
		}
		r, err := broken.measure(t.Context(), new(lab), 1)
		if err != nil {
			t.Fatal(err)
		}
		lines := target.lines(r)
		for _, l := range lines {
			if l.Met != "–" || !strings.HasPrefix(l.Measured, notMeasured+": ") || !strings.Contains(l.Measured, "broken") {
				t.Errorf("%s: %+v", target.name, l)
			}
			if strings.Contains(l.Target, "bolt") && !strings.Contains(l.Target, "Redis") && strings.Contains(l.Measured, "on redis,") {
				t.Errorf("%s: the reason is of another store: %+v", target.name, l)
			}
		}
		if len(lines) == 0 {
			t.Errorf("%s has no line", target.name)
		}
	}
}

// TestMeasure: each round another step begins, and an interrupt ends it.
func TestMeasure(t *testing.T) {
	var order strings.Builder
	ctx, cancel := context.WithCancel(t.Context())
	took := func(name string) step {
		return step{name, func(_ context.Context, _ *lab, v values) error {
			order.WriteString(name)
			v[name] = float64(order.Len())
			if order.Len() == 6 {
				cancel()
			}
			return nil
		}}
	}
	x := target{name: "x", steps: []step{took("a"), took("b")}}
	r, err := x.measure(ctx, new(lab), 2)
	if err != nil || order.String() != "abba" || r.all[1]["b"] != 3 {
		t.Errorf("%q, %+v, %v", order.String(), r, err)
	}
	x.once = true
	if r, err := x.measure(ctx, new(lab), 5); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupt: %+v, %v", r, err)
	}
}

func TestChoose(t *testing.T) {
	if chosen, err := choose([]string{"storm", "limit"}); err != nil || !slices.Equal(names(chosen), []string{"limit", "storm"}) {
		t.Errorf("%v, %v", names(chosen), err)
	}
	if _, err := choose([]string{"nonsense"}); err == nil || !strings.Contains(err.Error(), "limit, lone") {
		t.Errorf("%v", err)
	}
}

// TestFanOutFigures: the cost of a frame is what is left without the claims.
func TestFanOutFigures(t *testing.T) {
	v := make(values)
	run := func(name string, cpu, frames, awards float64) {
		s := &drive.Summary{
			Seconds: 2, Frames: frames, Bytes: 100 * frames, Awards: awards, Watchers: 10, Boards: 80,
			Processors: []drive.Processor{{Who: "server", Seconds: 2 * cpu}},
			Latencies:  map[string]drive.Latency{"right": {P50: 3}, "late": {P99: 25}},
		}
		v.watch(name, s)
	}
	// An award costs 100 µs and a frame 10.
	run("low few", 0.005+0.02, 2000, 50)
	run("high few", 0.1+0.02, 2000, 1000)
	run("low many", 0.005+0.4, 40_000, 50)
	run("high many", 0.09+0.6, 50_000, 900)
	v["raw per CPU second"], v["raw frames"] = 200_000, 80_000
	r := &rounds{all: []values{v}}
	var text []string
	for _, l := range fanOutLines(r) {
		text = append(text, l.Measured+" "+l.Met)
	}
	all := strings.Join(text, "\n")
	for _, want := range []string{
		"49 %: 98765 of 200000, claims included; 50 %",
		"50 %: 40000 of 80000; 8.0 boards/s at a watcher no",
		"frames of 100 and 100 bytes yes",
		"the generator was late itself",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
	if got := v.watching("high"); math.Abs(got-12) > 0.3 {
		t.Errorf("%v µs a frame", got)
	}
	if l := watchedLine(r, "low"); l.Met != "–" || !strings.Contains(l.Measured, "says nothing") {
		t.Errorf("the generator was late with few watchers: %+v", l)
	}
	v["low few late"], v["low many p50"] = 1, 30
	if l := watchedLine(r, "low"); l.Met != "–" || !strings.Contains(l.Measured, "at most") {
		t.Errorf("the generator was late with many watchers: %+v", l)
	}
	v["low many p50"] = 4
	if l := watchedLine(r, "low"); l.Met != "yes" {
		t.Errorf("at most 1.33: %+v", l)
	}
	v["low many boards"] = 9.9
	if l := absoluteLine(r); l.Met != "–" {
		t.Errorf("every board was sent: %+v", l)
	}
}

func TestHalfLength(t *testing.T) {
	for _, c := range []struct {
		rate                                 float64
		players, seconds, challenges, length int
	}{
		{1000, 1000, 8, 50, 8}, // there are never fewer
		{8000, 1000, 8, 88, 8},
		{60_000, 1000, 8, 462, 5}, // a hunt has no more than 500
	} {
		if challenges, length := halfLength(c.rate, c.players, c.seconds); challenges != c.challenges || length != c.length {
			t.Errorf("%+v: %d challenges, %d s", c, challenges, length)
		}
	}
}

func TestReadBench(t *testing.T) {
	found := readBench("goos: linux\nBenchmarkMemory/badges=false-2 \t 1\t 123 ns/op\t 146.5 bytes/award\nBenchmarkX\nPASS\nBenchmarkLoad-16 3 2e9 ns/op 1000 entries\n")
	if len(found) != 2 || found["Memory/badges=false"]["bytes/award"] != 146.5 || found["Load"]["entries"] != 1000 || found["Load"]["ns/op"] != 2e9 {
		t.Errorf("%v", found)
	}
}

// TestEcho: a crowd is answered, each claim once, with and without a disk.
func TestEcho(t *testing.T) {
	plan := func() crowd.Plan {
		return crowd.Plan{Players: members(5), Challenges: forever, Duration: 200 * time.Millisecond}
	}
	plain, err := echo(t.Context(), plan())
	if err != nil || plain.answers == 0 || plain.p50 <= 0 {
		t.Errorf("%+v, %v", plain, err)
	}
	synced, err := echo(t.Context(), plan(), "--file", filepath.Join(t.TempDir(), "pages"), "--syncs", "2")
	if err != nil || synced.answers == 0 {
		t.Errorf("%+v, %v", synced, err)
	}
}

// TestEchoXADD: what is written is as long as was asked for.
func TestEchoXADD(t *testing.T) {
	d, err := newDatabase(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := d.close(); err != nil {
			t.Error(err)
		}
	}()
	e := &echoCmd{Redis: d.server.UnixURL(), Bytes: 500}
	if err := e.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.close(); err != nil {
			t.Error(err)
		}
	}()
	before, err := readRedis(t.Context(), d.rdb)
	if err != nil {
		t.Fatal(err)
	}
	const times = 10
	for range times {
		if err := e.keep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	after, err := readRedis(t.Context(), d.rdb)
	if each := (after.file - before.file) / times; err != nil || math.Abs(each-500) > 10 {
		t.Errorf("%v bytes, %v", each, err)
	}
}

// TestVerdict: the id of the claim goes where that of the verdict is.
func TestVerdict(t *testing.T) {
	text, at := verdict()
	copy(text[at:], "0b7e4b1e-3c0c-4b5e-9d2f-5a0e8f6f0001")
	var v struct{ Type, ID, Outcome string }
	if err := json.Unmarshal(text, &v); err != nil || v.Type != "verdict" || v.Outcome != "awarded" || !strings.HasSuffix(v.ID, "0001") {
		t.Errorf("%s: %+v, %v", text, v, err)
	}
}

func TestFlood(t *testing.T) {
	v := make(values)
	if err := raw(t.Context(), &lab{quick: true}, v, 20, 300); err != nil {
		t.Fatal(err)
	}
	if v["raw per CPU second"] <= 0 || v["raw frames"] <= 0 {
		t.Errorf("%v", v)
	}
	if b := frame(make([]byte, 70_000)); len(b) != 70_010 || b[1] != 127 {
		t.Errorf("%d bytes, %v", len(b), b[:10])
	}
}

// TestBare: both stores award every claim, and say what it cost; with more
// entrants as well.
func TestBare(t *testing.T) {
	const players, n, size = 7, 40, 16
	if a, err := awardsOnBolt(t.Context(), players, n, size); err != nil || a.cpu <= 0 {
		t.Errorf("bolt: %+v, %v", a, err)
	}
	l := &lab{quick: true}
	v := make(values)
	if err := crowdedBolt(t.Context(), l, v); err != nil || !v.have("bolt few", "bolt many") {
		t.Errorf("bolt: %v, %v", v, err)
	}
	if a, err := awardsOnRedis(t.Context(), players, n, size); err != nil || a.cpu <= 0 || a.file < 100 {
		t.Errorf("redis: %+v, %v", a, err)
	}
	if err := crowdedRedis(t.Context(), l, v); err != nil || !v.have("redis few", "redis many") {
		t.Errorf("redis: %v, %v", v, err)
	}
}
