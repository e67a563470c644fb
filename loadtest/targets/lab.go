package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"veltrix/loadtest/crowd"
	"veltrix/loadtest/drive"
)

// lab is where steps find the programs.
type lab struct {
	quick             bool
	generator, server string
}

// pick returns full, or quick in a quick run.
func pick[T any](l *lab, full, quick T) T {
	if l.quick {
		return quick
	}
	return full
}

// The stores.
const (
	onRedis = "redis"
	onBolt  = "bolt"
)

// stores has the steps and lines that each store has.
var stores = []string{onRedis, onBolt}

// run lets the generator play right claims, and nothing else, on a server with
// a new store.
func (l *lab) run(ctx context.Context, store string, args ...string) (*drive.Summary, error) {
	common := []string{
		"--server", l.server, "--store", store, "--wrong", "0", "--duplicate", "0", "--hint", "0", "--joins", "0", "--reconnects", "0",
	}
	if l.quick { // a busy machine is not an error then
		common = append(common, "--late=100s")
	}
	return drive.Run(ctx, l.generator, slices.Concat(common, args)...)
}

// play is run, where a run that does not count is an error.
func (l *lab) play(ctx context.Context, store string, args ...string) (*drive.Summary, error) {
	s, err := l.run(ctx, store, args...)
	if err != nil {
		return nil, err
	}
	if len(s.Invalid) > 0 {
		return nil, fmt.Errorf("%w: %s", drive.ErrLate, strings.Join(s.Invalid, "; "))
	}
	return s, nil
}

// flag writes a flag of the generator.
func flag(name string, value any) string { return fmt.Sprintf("--%s=%v", name, value) }

// process is this program as another process. It is not started by package
// process of testkit, because its life hangs on its standard input. It ends
// when its standard input does, at the latest with this one.
type process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	url string
}

// spawn starts one of the hidden commands and waits until it can be reached.
func spawn(ctx context.Context, args ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.CommandContext(ctx, self, args...)}
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if p.url, err = p.out.ReadString('\n'); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", args[0], err), p.stop())
	}
	p.url = strings.TrimSpace(p.url)
	return p, nil
}

func (p *process) stop() error { return errors.Join(p.in.Close(), p.cmd.Wait()) }

func nothing() error { return nil }

// heard is the measurement of a crowd of this process.
type heard struct {
	answers, frames float64
	seconds         float64
	p50             float64 // ms, of claims
	cpu             float64 // seconds, of the process that answered
}

// listen plays a plan against a process of this program, which has no ledger to
// verify. begin is called when everybody is there, and end before they leave.
func (p *process) listen(ctx context.Context, plan *crowd.Plan, begin, end func() error) (heard, error) {
	var h heard
	var from, until drive.Usage
	var broken error
	sample := func(into *drive.Usage) {
		var err error
		if *into, err = drive.UsageOf(p.cmd.Process.Pid); err != nil {
			broken = errors.Join(broken, err)
		}
	}
	plan.URL, plan.Hunts, plan.ConnectRate, plan.Drain = p.url, []string{echoHunt}, connectRate, 15*time.Second
	sampled := make(chan struct{})
	start := func(context.Context) (time.Time, error) {
		at := time.Now()
		time.AfterFunc(plan.Warmup, func() { sample(&from); close(sampled) })
		return at, begin()
	}
	r, err := crowd.Run(ctx, plan, start, func(e crowd.Event) {
		if e.Stopped != nil {
			<-sampled
			sample(&until)
			h.seconds = e.Stopped.Until.Sub(e.Stopped.From).Seconds()
			broken = errors.Join(broken, end())
		}
	})
	if err = errors.Join(err, broken); err != nil {
		return h, err
	}
	latencies, err := hdrhistogram.Decode(r.Histograms[crowd.Right])
	h.answers, h.frames = float64(r.Answered), float64(r.Frames)
	h.p50, h.cpu = float64(latencies.ValueAtPercentile(50))/1000, until.CPU-from.CPU
	return h, err
}

// connectRate is how many connect a second.
const connectRate = 2000

// members are players of a server that takes any player.
func members(n int) []crowd.Member {
	list := make([]crowd.Member, n)
	for i := range list {
		list[i].ID = fmt.Sprintf("p-%d", i+1)
		list[i].Token = list[i].ID
	}
	return list
}

// forever is more challenges than anybody claims.
const forever = 1 << 30
