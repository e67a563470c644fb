// The comparison: Veltrix on its two stores and three peers, by the same load
// generator, on the same machine, in turns. `make compare` builds what it needs;
// docs/performance.md says how to read what it prints.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"veltrix/loadtest/drive"
)

// options is the command line.
type options struct {
	Quick       bool     `help:"One short round with fewer players: does everything work? Its figures are none."`
	Runs        int      `default:"5" help:"Rounds. In each everyone has a turn, and each round another one begins."`
	Only        []string `placeholder:"NAME" help:"Some of: veltrix-redis, veltrix-bolt, centrifuge, socketio, colyseus."`
	Players     int      `default:"1000" help:"Who play. As many claims are open all the time in the runs at the peak; a hunt of Veltrix lets 1,024 wait."`
	Challenges  int      `default:"50" help:"Each player claims each once."`
	Rate        float64  `default:"4000" help:"Claims a second of the runs at equal load; below half of what the slowest can do."`
	Connections int      `default:"5000" help:"Who connect in the idle runs."`
	Bin         string   `default:"bin/peers" help:"Where loadtest, veltrix and centrifuge are."`
	Peers       string   `default:"loadtest/peers" help:"Where the peers on Node are."`
	Out         string   `default:"bin/reports" help:"Where compare.json and compare.md go."`
}

func main() {
	var o options
	kong.Parse(&o, kong.Name("compare"), kong.Description("Compares Veltrix with what people would use instead."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := compare(ctx, &o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

// compare does all rounds and writes the reports after each, so that what was
// measured is there when a later one fails.
func compare(ctx context.Context, o *options) error {
	tries := drive.Tries
	if o.Quick {
		tries = 1
		o.Runs, o.Players, o.Challenges, o.Rate, o.Connections = 1, 200, 50, 300, 500
	}
	if o.Runs < 1 || o.Runs > 100 {
		return fmt.Errorf("--runs is %d; choose 1 to 100", o.Runs)
	}
	if o.seconds() < 2 {
		return fmt.Errorf("%d players with %d challenges have too few for %g claims a second: raise --players or --challenges", o.Players, o.Challenges, o.Rate)
	}
	all, err := contestants(o)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.Out, 0o755); err != nil {
		return err
	}
	r := &report{At: time.Now().UTC().Truncate(time.Second), Machine: drive.Machine(), Quick: o.Quick, Contestants: names(all)}
	generator := filepath.Join(o.Bin, "loadtest")
	for round := range o.Runs {
		for i := range all {
			c := all[(round+i)%len(all)]
			for _, t := range trials(o) {
				fmt.Fprintf(os.Stderr, "round %d of %d: %s, %s\n", round+1, o.Runs, c.name, t.name)
				f, err := t.run(ctx, generator, c, tries)
				if err != nil {
					return fmt.Errorf("%s, %s: %w", c.name, t.name, errors.Join(err, context.Cause(ctx)))
				}
				r.add(c.name, t.name, f)
			}
		}
		r.Rounds = round + 1
		if err := r.write(o.Out); err != nil {
			return err
		}
	}
	_, err = os.Stdout.WriteString(r.markdown())
	return err
}
