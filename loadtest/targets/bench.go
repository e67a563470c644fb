package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// metrics are those of a benchmark by unit.
type metrics map[string]float64

// bench runs benchmarks of a package and reads what they report, by name
// without "Benchmark".
func bench(ctx context.Context, pkg, which string, args ...string) (map[string]metrics, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", pkg, "-run", "^$", "-timeout", "30m", "-bench", which}, args...)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("go test %s -bench %s (run from the repository): %w\n%s", pkg, which, err, out)
	}
	found := readBench(string(out))
	if len(found) == 0 {
		return nil, errors.New("no benchmark said anything:\n" + string(out))
	}
	return found, nil
}

// processors is what go test adds to a name.
var processors = regexp.MustCompile(`-\d+$`)

// readBench reads lines of "BenchmarkName-2  100  12 ns/op  3 things".
func readBench(text string) map[string]metrics {
	found := make(map[string]metrics)
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		const least = 4 // name, times, value, unit
		if len(fields) < least || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		m := make(metrics)
		for i := 2; i+1 < len(fields); i += 2 {
			if x, err := strconv.ParseFloat(fields[i], 64); err == nil {
				m[fields[i+1]] = x
			}
		}
		found[processors.ReplaceAllString(strings.TrimPrefix(fields[0], "Benchmark"), "")] = m
	}
	return found
}

// redisMemory asks the benchmark of package game/redis.
func redisMemory() target {
	return target{
		name: "memory", once: true,
		steps: []step{{"Redis' memory", func(ctx context.Context, _ *lab, v values) error {
			found, err := bench(ctx, "./game/redis", "^BenchmarkMemory$", "-benchtime", "1x")
			if err != nil {
				return err
			}
			for name, m := range found {
				v[name] = m["bytes/award"]
			}
			return nil
		}}},
		lines: func(r *rounds) []line {
			x := r.sum("Memory/badges=false")
			return []line{r.line("Redis' memory per award in ledger, board and entrants, 20 awards an entrant", "≤ 150 bytes", x <= 150,
				"%.0f bytes; %.0f with four badges an entrant", x, r.sum("Memory/badges=true"))}
		},
	}
}

// start asks the benchmarks that read a ledger as a node does at its start.
func start() target {
	t := target{name: "start", once: true, lines: func(r *rounds) []line {
		var lines []line
		for _, store := range stores {
			x := r.sum(store)
			lines = append(lines, r.on(store).line("start with 1,000,000 entries, "+store, "≤ 2 s", x <= 2, "%.2f s for %.0f entries", x, r.sum(store+" entries")))
		}
		return lines
	}}
	for _, store := range stores {
		name := map[string]string{onRedis: "Load", onBolt: "Open"}[store]
		t.steps = append(t.steps, step{"reading " + store, func(ctx context.Context, l *lab, v values) error {
			entries := pick(l, "1000000", "5000")
			found, err := bench(ctx, "./game/"+store, "^Benchmark"+name+"$", "-benchtime", pick(l, "3x", "1x"), "-args", "-bench-entries", entries)
			if err != nil {
				return err
			}
			v[store], v[store+" entries"] = found[name]["ns/op"]/1e9, found[name]["entries"]
			return nil
		}})
	}
	return t
}
