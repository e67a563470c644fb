// The performance targets that neither the comparison nor a benchmark can show
// alone. Each is measured in turns with what it is compared with; the result is
// one table. `make targets` builds what it needs; docs/performance.md says what
// each line means.
package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"veltrix/loadtest/drive"
)

// options is the command line.
type options struct {
	Quick bool     `help:"One short round with little load: does everything work? Its figures are none."`
	Runs  int      `default:"3" help:"Rounds of what is a ratio of two things, which take turns."`
	Only  []string `placeholder:"NAME" help:"Some of: ${targets}."`
	Bin   string   `default:"bin/peers" help:"Where loadtest and veltrix are."`
	Out   string   `default:"bin/reports" help:"Where targets.json and targets.md go."`
}

type cli struct {
	Measure options  `cmd:"" default:"withargs" help:"Measure."`
	Echo    echoCmd  `cmd:"" hidden:"" help:"Answer claims with nothing, or next to nothing, behind it."`
	Flood   floodCmd `cmd:"" hidden:"" help:"Write one frame to everybody who connects, again and again."`
}

func main() {
	var c cli
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	k := kong.Parse(&c, kong.Name("targets"), kong.Description("Measures the performance targets."),
		kong.Vars{"targets": strings.Join(names(all()), ", ")}, kong.BindTo(ctx, (*context.Context)(nil)))
	err := k.Run()
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "targets:", err)
		os.Exit(1)
	}
}

// errIncomplete is for a table with a line that has no figure.
var errIncomplete = errors.New("not everything could be measured; the table says what and why")

// Run implements the command.
func (o *options) Run(ctx context.Context) error {
	if o.Runs < 1 || o.Runs > 100 {
		return fmt.Errorf("--runs is %d; choose 1 to 100", o.Runs)
	}
	if o.Quick {
		o.Runs = 1
	}
	chosen, err := choose(o.Only)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.Out, 0o755); err != nil {
		return err
	}
	l := &lab{quick: o.Quick, generator: filepath.Join(o.Bin, "loadtest"), server: filepath.Join(o.Bin, "veltrix")}
	p := &report{At: time.Now().UTC().Truncate(time.Second), Machine: drive.Machine(), Quick: o.Quick, Runs: o.Runs}
	for i := range chosen {
		r, err := chosen[i].measure(ctx, l, o.Runs)
		if err != nil {
			return err
		}
		p.add(chosen[i].name, r, chosen[i].lines(r))
		if err := p.write(o.Out); err != nil { // what was measured is there when a later one is interrupted
			return err
		}
	}
	if _, err := os.Stdout.WriteString(p.markdown()); err != nil {
		return err
	}
	if p.incomplete() {
		return errIncomplete
	}
	return nil
}

// target is a performance target, or several that the same runs show.
type target struct {
	name  string
	once  bool // no ratio: one round is enough
	steps []step
	lines func(*rounds) []line
}

// step is a measurement that takes its turn in a round and adds figures to it.
type step struct {
	name string
	run  func(ctx context.Context, l *lab, v values) error
}

// all are the targets, in the order of the table.
func all() []target {
	return []target{limit(), lone(), half(), idle(), fanOut(), hunts(), entrants(), storm(), redisMemory(), start()}
}

func names(all []target) []string {
	var list []string
	for i := range all {
		list = append(list, all[i].name)
	}
	return list
}

func choose(only []string) ([]target, error) {
	known := names(all())
	for _, name := range only {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("--only %s: choose among %s", name, strings.Join(known, ", "))
		}
	}
	return slices.DeleteFunc(all(), func(t target) bool { return len(only) > 0 && !slices.Contains(only, t.name) }), nil
}

// measure does the rounds. A step that fails leaves its figures out of the
// round and its reason in the report; only an interrupt is an error.
func (t *target) measure(ctx context.Context, l *lab, runs int) (*rounds, error) {
	if t.once {
		runs = 1
	}
	r := new(rounds)
	for round := range runs {
		v := make(values)
		for i := range t.steps {
			s := &t.steps[(round+i)%len(t.steps)] // each round another one begins
			begun := time.Now()
			got, noise, err := drive.Calmest(ctx, pick(l, drive.Tries, 1), func() (values, error) {
				try := maps.Clone(v)
				return try, s.run(ctx, l, try)
			})
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			r.noise.Add(noise)
			v = got
			fmt.Fprintf(os.Stderr, "%s: round %d of %d: %s, %.0f s\n", t.name, round+1, runs, s.name, time.Since(begun).Seconds())
			if err != nil {
				r.failf("%s, round %d: %v", s.name, round+1, err)
				fmt.Fprintln(os.Stderr, err)
			}
		}
		r.all = append(r.all, v)
	}
	return r, nil
}
