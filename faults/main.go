// Command faults plays hunts on real processes while everything goes wrong, and
// checks that nothing acknowledged was lost, nothing was awarded twice and
// nothing stayed unanswered.
//
//	go run ./faults list
//	go run ./faults run [-fault NAME]… [-seed N] [-short]
//	go run ./faults check DIR
//	go run ./faults soak [-for 1h]
//
// It runs what scripts/failpoints.sh builds.
package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	goredis "github.com/redis/go-redis/v9"

	"veltrix/faults/lab"
)

type listCmd struct{}

type runCmd struct {
	Fault  []string `short:"f" help:"Only these; all of them when absent."`
	Skip   []string `help:"Not these."`
	Short  bool     `help:"The short selection, a few firings each."`
	Seed   uint64   `help:"Repeat a run; 0 draws one, which is printed."`
	Times  int      `default:"10" help:"Firings of each fault at least."`
	Claims int      `default:"4000" help:"Claims of each fault at least."`
	Rate   float64  `default:"600" help:"Claims a second at most."`
	Dir    string   `default:"bin/reports" help:"Where the report and what was played go."`
	Bin    string   `default:"bin/faults" help:"What scripts/failpoints.sh built."`
}

type checkCmd struct {
	Dir string `arg:"" help:"Directory of a run, or of one of its faults."`
}

type cli struct {
	List  listCmd  `cmd:"" help:"List the faults."`
	Run   runCmd   `cmd:"" default:"withargs" help:"Run faults."`
	Check checkCmd `cmd:"" help:"Check again what a run left."`
	Soak  soakCmd  `cmd:"" help:"Play for long, with random faults and rolling restarts."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// That connections break is the point here, so the library need not log it.
	goredis.SetLogger(quiet{})
	var c cli
	k := kong.Parse(&c, kong.Name("faults"), kong.BindTo(ctx, (*context.Context)(nil)))
	k.FatalIfErrorf(k.Run())
}

// sayf prints progress; the report is in files.
func (s *settings) sayf(format string, args ...any) { _, _ = fmt.Fprintf(s.out, format, args...) }

// quiet is a logger for go-redis that drops everything.
type quiet struct{}

// Printf implements the library's logger.
func (quiet) Printf(context.Context, string, ...any) {}

// errFailed is for a run whose report says what went wrong.
var errFailed = errors.New("the promise was not kept; see above")

// Run implements the command.
func (*listCmd) Run() error {
	for _, f := range all() {
		if _, err := fmt.Fprintf(os.Stdout, "%-32s %-9s %-11s %s\n", f.Name, f.On, f.Ack, f.About); err != nil {
			return err
		}
	}
	return nil
}

// Run implements the command.
func (c *runCmd) Run(ctx context.Context) error {
	began := time.Now()
	list, err := c.selection()
	if err != nil {
		return err
	}
	if c.Seed == 0 {
		c.Seed = rand.Uint64N(1_000_000) + 1
	}
	bin, err := filepath.Abs(c.Bin)
	if err != nil {
		return err
	}
	s := &settings{
		dir: filepath.Join(c.Dir, "faults-"+began.UTC().Format("20060102-150405")), programs: lab.In(bin), seed: c.Seed,
		times: c.Times, claims: c.Claims, perSecond: c.Rate, out: os.Stdout,
	}
	s.sayf("seed %d, %d faults, %s\n", s.seed, len(list), s.dir)
	var rows []Row
	for i := range list {
		row, err := s.fault(ctx, &list[i])
		if err != nil {
			row.Problems = append(row.Problems, err.Error())
		}
		rows = append(rows, row)
		s.sayf("%s: fired %d times, %d claims, %d lost, %d duplicated, %d unanswered, %d other, longest %d ms, took %.0f s\n", row.Fault,
			row.Fired, row.Claims, row.Lost, row.Duplicated, row.Unanswered, len(row.Findings)+len(row.Problems), row.LongestMs, row.Seconds)
		if ctx.Err() != nil {
			break
		}
	}
	s.sayf("\n")
	if err := table(os.Stdout, rows, s.times); err != nil {
		return err
	}
	details(os.Stdout, rows, s.times)
	if err := s.report(rows, began); err != nil {
		return err
	}
	if slices.ContainsFunc(rows, func(r Row) bool { return r.bad(s.times) }) {
		return errFailed
	}
	return nil
}

func (c *runCmd) selection() ([]Fault, error) {
	list := all()
	for _, name := range slices.Concat(c.Fault, c.Skip) {
		if !slices.ContainsFunc(list, func(f Fault) bool { return f.Name == name }) {
			return nil, fmt.Errorf("there is no fault %q; see list", name)
		}
	}
	return slices.DeleteFunc(list, func(f Fault) bool {
		return len(c.Fault) > 0 && !slices.Contains(c.Fault, f.Name) || c.Short && !f.Short || slices.Contains(c.Skip, f.Name)
	}), nil
}

// Run implements the command.
func (c *checkCmd) Run() error {
	dirs := []string{c.Dir}
	if _, err := os.Stat(filepath.Join(c.Dir, "meta.json")); err != nil {
		metas, err := filepath.Glob(filepath.Join(c.Dir, "*", "meta.json"))
		if err != nil || len(metas) == 0 {
			return fmt.Errorf("%s holds no run: %w", c.Dir, err)
		}
		dirs = dirs[:0]
		for _, m := range metas {
			dirs = append(dirs, filepath.Dir(m))
		}
	}
	var rows []Row
	for _, dir := range dirs {
		row, err := checkDir(dir)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	if err := table(os.Stdout, rows, 1); err != nil {
		return err
	}
	details(os.Stdout, rows, 1)
	if slices.ContainsFunc(rows, func(r Row) bool { return r.bad(1) }) {
		return errFailed
	}
	return nil
}
