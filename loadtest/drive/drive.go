// Package drive is shared by the programs that measure with the load generator,
// compare and targets. They run it as a process, read its report, and start a
// Redis with the same settings. It also reads what processes use, and repeats
// what a busy host disturbed.
package drive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// stopTimeout is for a generator that was asked to end.
const stopTimeout = time.Minute

// Summary has the fields of the generator's report that are needed.
type Summary struct {
	Invalid    []string           `json:"invalid"` // why the figures say nothing
	Seconds    float64            `json:"seconds"`
	Awards     float64            `json:"awards_per_second"`
	Frames     float64            `json:"frames_per_second"`
	Bytes      float64            `json:"bytes_per_second"`
	Players    int                `json:"players"`
	Watchers   int                `json:"watchers"`
	Boards     float64            `json:"watcher_boards_per_second"`
	BatchMean  float64            `json:"batch_mean"`
	Latencies  map[string]Latency `json:"latencies"`
	Processors []Processor        `json:"cpu"`
	Memory     struct {
		Before float64 `json:"server_before"`
		Joined float64 `json:"server_joined"`
	} `json:"memory"`
	Storm        *Storm `json:"storm"`
	Verification struct {
		Verified     int `json:"verified"`
		Acknowledged int `json:"acknowledged"`
	} `json:"verification"`
}

// Latency is a distribution, in milliseconds.
type Latency struct {
	Count int64   `json:"count"`
	P50   float64 `json:"p50_ms"`
	P99   float64 `json:"p99_ms"`
	P999  float64 `json:"p999_ms"`
	Max   float64 `json:"max_ms"`
}

// Processor is the processor time of one program.
type Processor struct {
	Who      string  `json:"who"`
	Seconds  float64 `json:"seconds"`
	PerAward float64 `json:"us_per_award"`
}

// Storm is the result of cutting every connection at once.
type Storm struct {
	Cut     int64   `json:"cut"`
	Missing int64   `json:"missing"`
	Back    float64 `json:"back_s"`
}

// CPU is what the server, redis or the generator used; zero if that is unknown.
func (s *Summary) CPU(who string) Processor {
	for _, p := range s.Processors {
		if p.Who == who {
			return p
		}
	}
	return Processor{}
}

// Session is the server's resident memory for each connection, in bytes.
func (s *Summary) Session() float64 {
	return (s.Memory.Joined - s.Memory.Before) / float64(max(s.Players+s.Watchers, 1))
}

// Run lets the generator play and reads what it found. A run that the generator
// could not keep up with is not an error: Summary.Invalid says so.
func Run(ctx context.Context, generator string, args ...string) (*Summary, error) {
	dir, err := os.MkdirTemp("", "vxdrive")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // holds nothing that is needed
	file := filepath.Join(dir, "run.json")
	cmd := exec.CommandContext(ctx, generator, slices.Concat(args, []string{"--json", file})...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it ends what it started
	cmd.WaitDelay = stopTimeout
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	err = cmd.Run()
	const tooLate = 3 // of the generator's exit codes
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != tooLate) {
		return nil, fmt.Errorf("%w\n%s", err, said.String())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var s Summary
	return &s, json.Unmarshal(text, &s)
}

// Machine describes the machine that figures come from.
func Machine() string {
	return fmt.Sprintf("%s/%s, %d processors shared by server, Redis and generator", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
}

// Median returns the median of the values; without any it is not ok.
func Median(values []float64) (x float64, ok bool) {
	if len(values) == 0 {
		return 0, false
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2, true
}
