package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"veltrix/faults/lab"
)

type soakCmd struct {
	For   time.Duration `default:"1h" help:"How long."`
	Every time.Duration `default:"20s" help:"Time between faults."`
	Rate  float64       `default:"100" help:"Claims a second at most."`
	Seed  uint64        `help:"Repeat a run; 0 draws one, which is printed."`
	Dir   string        `default:"bin/reports" help:"Where the report and what was played go."`
	Bin   string        `default:"bin/faults" help:"What scripts/failpoints.sh built."`
}

// soakFaults are those of a soak; rolling restarts come besides.
var soakFaults = []string{
	"kill-anywhere", "kill-redis-store-executed", "redis-killed", "redis-stalls", "script-flush", "reply-lost", "redis-reset",
	"bell-killed", "connections-killed", "players-cut", "verdict-lost", "duplicates", "bad-frames", "never-reads", "hunt-panics", "live-edit",
}

// rollings is how often all nodes are restarted one after the other.
const rollings = 6

// soak is a run of soakCmd.
type soak struct {
	settings
	lab    *lab.Lab
	load   *load
	source *rand.Rand
	began  time.Time
	meta   meta
	fired  map[string]int

	mu     sync.Mutex
	series map[string]*series // by what and where
}

// Run implements the command.
func (c *soakCmd) Run(ctx context.Context) (err error) {
	began := time.Now()
	if c.Seed == 0 {
		c.Seed = rand.Uint64N(1_000_000) + 1
	}
	bin, err := filepath.Abs(c.Bin)
	if err != nil {
		return err
	}
	s := &soak{
		settings: settings{
			dir: filepath.Join(c.Dir, "soak-"+began.UTC().Format("20060102-150405")), programs: lab.In(bin), seed: c.Seed, perSecond: c.Rate, out: os.Stdout,
		},
		source: rand.New(rand.NewPCG(c.Seed, 2)), began: began, meta: meta{Fault: "soak", Seed: c.Seed},
		fired: map[string]int{}, series: map[string]*series{},
	}
	s.sayf("seed %d, %v, %s\n", c.Seed, c.For, s.dir)
	s.lab, err = lab.Open(ctx, lab.Options{Dir: filepath.Join(s.dir, "lab"), Programs: s.programs, Kind: lab.SingleRedis, Nodes: 3, Ack: "fsync"})
	if err == nil {
		err = s.run(ctx, c)
	}
	if err = errors.Join(err, s.lab.Close()); err != nil {
		s.meta.Problems = append(s.meta.Problems, err.Error())
	}
	return s.finish(c)
}

func (s *soak) run(ctx context.Context, c *soakCmd) (err error) {
	if s.load, err = startLoad(ctx, s.lab, "soak", s.dir, s.source.Uint64(), s.perSecond, soakChallenges); err != nil {
		return err
	}
	sampling, stop := context.WithCancel(ctx)
	var sampler sync.WaitGroup
	sampler.Go(func() { s.sample(sampling, max(time.Second, c.For/600)) })
	err = s.trouble(ctx, c)
	stop()
	sampler.Wait()
	s.meta.Hunts = s.load.ids()
	err = errors.Join(err, s.load.finish(90*time.Second))
	s.load.mu.Lock()
	s.meta.Problems = append(s.meta.Problems, s.load.problems...)
	s.load.mu.Unlock()
	s.load.history = nil // it is read from disk again
	return errors.Join(err, collect(ctx, s.lab, s.dir, &s.meta))
}

// trouble fires faults and restarts nodes until the time is over.
func (s *soak) trouble(ctx context.Context, c *soakCmd) error {
	tick := time.NewTicker(c.Every)
	defer tick.Stop()
	list := all()
	rolled := 0
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		gone := time.Since(s.began)
		if gone >= c.For {
			return nil
		}
		if due := int(gone * (rollings + 1) / c.For); due > rolled {
			rolled = due
			if err := s.roll(ctx); err != nil {
				return fmt.Errorf("rolling restart: %w", err)
			}
			continue
		}
		name := soakFaults[s.source.IntN(len(soakFaults))]
		f := &list[slices.IndexFunc(list, func(f Fault) bool { return f.Name == name })]
		before := s.meta.Fired
		if err := s.fire(ctx, f, s.load, s.source, &s.meta); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.fired[name] += s.meta.Fired - before
		s.sayf("%8s  %s\n", gone.Round(time.Second), s.meta.Evidence[len(s.meta.Evidence)-1])
	}
}

// roll restarts one node after the other.
func (s *soak) roll(ctx context.Context) error {
	for _, n := range s.lab.Nodes {
		state, err := n.Process().Terminate()
		if err == nil && !state.Success() {
			err = fmt.Errorf("%s ended with %v", n.Name, state)
		}
		if err = errors.Join(err, n.Start(ctx)); err != nil {
			return err
		}
	}
	s.fired["rolling restart"]++
	s.meta.Fired++
	s.sayf("%8s  all nodes were restarted, one after the other\n", time.Since(s.began).Round(time.Second))
	return s.load.await(ctx, 30)
}

// What is sampled of each node: metric, unit, divisor. What sessions take with
// them from node to node, as every restart and every cut makes them do, is judged
// by the sum of all nodes.
var sampled = []struct {
	what, metric, unit string
	divide             float64
	moves              bool
}{
	{"memory", "process_resident_memory_bytes", "MB resident", 1 << 20, false},
	{"heap", "go_memstats_heap_inuse_bytes", "MB in use", 1 << 20, false},
	{"goroutines", "go_goroutines", "goroutines", 1, true},
	{"descriptors", "process_open_fds", "open files", 1, true},
}

// together is the name of a sum of all nodes.
const together = "all"

// sample takes samples until ctx ends. A node that is down has none.
func (s *soak) sample(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	var verdicts int64
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		at := time.Since(s.began)
		sums, heard := map[string]float64{}, map[string]int{}
		for _, n := range s.lab.Nodes {
			page, err := n.Metrics(ctx)
			if err != nil {
				continue
			}
			for _, m := range sampled {
				if v, err := lab.Metric(page, m.metric); err == nil {
					s.add(m.what, n.Name, point{at, v / m.divide})
					sums[m.what] += v / m.divide
					heard[m.what]++
				}
			}
		}
		for _, m := range sampled {
			if m.moves && heard[m.what] == len(s.lab.Nodes) {
				s.add(m.what, together, point{at, sums[m.what]})
			}
		}
		if info, err := s.lab.Redis[0].Info(ctx, "memory"); err == nil {
			if v, err := strconv.ParseFloat(info["used_memory"], 64); err == nil {
				s.add("redis", "redis", point{at, v / (1 << 20)})
			}
		}
		p50, p99 := s.load.delays.take()
		s.add("delay", "median", point{at, float64(p50.Microseconds()) / 1000})
		s.add("delay", "p99", point{at, float64(p99.Microseconds()) / 1000})
		now := s.load.verdicts.Load()
		s.add("rate", "verdicts", point{at, float64(now-verdicts) / every.Seconds()})
		verdicts = now
	}
}

func (s *soak) add(what, where string, p point) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := what + "/" + where
	if s.series[key] == nil {
		s.series[key] = &series{name: where}
	}
	s.series[key].points = append(s.series[key].points, p)
}

// finish checks what was played and writes the report.
func (s *soak) finish(c *soakCmd) error {
	s.meta.Seconds = time.Since(s.began).Seconds()
	text, err := json.MarshalIndent(s.meta, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(s.dir, "meta.json"), text, 0o644)
	}
	if err != nil {
		return err
	}
	row, err := checkDir(s.dir)
	if err != nil {
		row.Problems = append(row.Problems, err.Error())
	}
	flat, err := s.report(&row, c)
	if err != nil {
		return err
	}
	details(os.Stdout, []Row{row}, 1)
	if row.bad(1) || !flat {
		return errFailed
	}
	return nil
}

// of are the lines of a plot.
func (s *soak) of(what string) []series {
	var lines []series
	for _, key := range slices.Sorted(maps.Keys(s.series)) {
		if filepath.Dir(key) == what {
			lines = append(lines, *s.series[key])
		}
	}
	return lines
}
