package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"veltrix/testkit/veltrix"
)

// TestMain lets the test binary be its own generator process, as the program
// is.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == childArg {
		if err := child(os.Stdin, os.Stdout); err != nil {
			os.Exit(exitBroken)
		}
		return
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if built != "" {
			_ = os.RemoveAll(built) // the tests are over
		}
		os.Exit(code)
	}))
}

var (
	built     string // directory
	buildOnce = sync.OnceValues(func() (program string, err error) {
		if built, err = os.MkdirTemp("", "vxload"); err != nil {
			return "", err
		}
		program = filepath.Join(built, "veltrix")
		return program, veltrix.Build(context.Background(), program)
	})
)

// server builds the server once for all tests that need it.
func server(t *testing.T) string {
	t.Helper()
	program, err := buildOnce()
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// play runs the program and returns its JSON report.
func play(t *testing.T, args ...string) (code int, s summary, said string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "summary.json")
	var stdout, stderr strings.Builder
	code = run(t.Context(), append(args, "--json", file), &stdout, &stderr)
	said = stdout.String() + stderr.String()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("exit code %d: %v\n%s", code, err, said)
	}
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	return code, s, said
}

// TestPlay runs everything small: what players are sent is what the ledger has,
// in both loops, on both stores, from one process and from two.
func TestPlay(t *testing.T) {
	program := server(t)
	small := []string{
		"--server", program, "--players", "12", "--watchers", "3", "--challenges", "20", "--warmup", "0s", "--hint", "0.1",
		"--late", "1m", // a busy machine is not an error here
	}
	t.Run("open", func(t *testing.T) {
		code, s, said := play(t, append(small, "--rate", "60", "--duration", "1s", "--reconnects", "8", "--joins", "3", "--hunts", "3", "--storm")...)
		if code != 0 || s.Loop != "open" || len(s.Invalid) > 0 {
			t.Errorf("exit code %d\n%s", code, said)
		}
		v := s.Verification
		if v.Verified == 0 || v.Verified != v.Acknowledged || v.Untold > 0 || s.Answers == 0 || s.Latencies["right"].Count == 0 {
			t.Errorf("%+v", s)
		}
		if len(s.Batches) == 0 || len(s.CPU) == 0 || s.Memory == nil {
			t.Errorf("nothing known of the server: %+v", s)
		}
		if s.Storm == nil || s.Storm.Cut < 10 || s.Storm.Missing != 0 || s.Storm.Back <= 0 || s.BatchMean < 1 {
			t.Errorf("the storm: %+v, commits of %v commands", s.Storm, s.BatchMean)
		}
	})
	t.Run("closed", func(t *testing.T) {
		code, s, said := play(t, append(small, "--closed", "--store", "redis", "--processes", "2", "--joins", "0", "--duration", "30s")...)
		v := s.Verification
		if code != 0 || v.Awards < 2*20 || v.Verified < v.Awards || v.Rows != 12 {
			t.Errorf("exit code %d, %+v\n%s", code, s, said)
		}
		if s.Seconds >= 30 {
			t.Errorf("some had nothing to claim and the run went on for %v s", s.Seconds)
		}
	})
}

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--target", "http://127.0.0.1:1"}, "--organizer-token"},
		{[]string{"--players", "0"}, "--players"},
		{[]string{"--watch-apart"}, "two --processes"},
		{[]string{"--wrong", "0.9", "--duplicate", "0.1"}, "something has to be left"},
		{[]string{"--rate", "0"}, "--rate"},
		{[]string{"--rate", "10000"}, "raise --players"},
		{[]string{"--processes", "65"}, "--processes"},
		{[]string{"--processes", "2", "--players", "1", "--closed"}, "no more than players"},
		{[]string{"--nonsense"}, "unknown flag"},
	} {
		var stdout, stderr strings.Builder
		if code := run(t.Context(), c.args, &stdout, &stderr); code != exitUsage || !strings.Contains(stderr.String(), c.says) {
			t.Errorf("%q: exit code %d, %s", c.args, code, stderr.String())
		}
	}
	var stdout, stderr strings.Builder
	if code := run(t.Context(), []string{"--help"}, &stdout, &stderr); code != 0 || !strings.Contains(stdout.String(), "--rate") {
		t.Errorf("--help: exit code %d, %s%s", code, stdout.String(), stderr.String())
	}
}

// TestWatchApart: players do not share a process with watchers.
func TestWatchApart(t *testing.T) {
	var o options
	if err := o.parse([]string{"--players", "7", "--watchers", "5", "--processes", "3", "--watch-apart", "--rate", "10"}, nil, nil); err != nil {
		t.Fatal(err)
	}
	plans := o.plans("http://127.0.0.1:1", []string{"h"}, members(o.Players+o.lateJoiners()))
	if a, b, c := plans[0], plans[1], plans[2]; len(a.Players)+len(b.Players) != 7 || a.Watchers+b.Watchers != 0 ||
		len(c.Players)+len(c.Late) != 0 || c.Watchers != 5 || c.Rate+c.Joins+c.Reconnects != 0 || a.Rate+b.Rate != 10 {
		t.Errorf("%+v", plans)
	}
	o.Players, o.Watchers, o.Processes = 10, 3000, 2
	if err := o.fits(3060); err == nil || !strings.Contains(err.Error(), "ulimit") {
		t.Errorf("the server: %v", err)
	}
	o.Target = "http://127.0.0.1:1"
	if err := o.fits(3060); err == nil || !strings.Contains(err.Error(), "--processes") {
		t.Errorf("who watches: %v", err)
	}
}

func TestDescriptors(t *testing.T) {
	o := options{Players: 900, Watchers: 150, Processes: 1}
	for limit, says := range map[int]string{2000: "", 1100: "ulimit"} {
		if err := o.fits(limit); (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
	o.Target = "http://127.0.0.1:1"
	if err := o.fits(1100); err == nil || !strings.Contains(err.Error(), "--processes") {
		t.Errorf("one process: %v", err)
	}
	o.Processes = 2
	if err := o.fits(1100); err != nil {
		t.Errorf("two processes: %v", err)
	}
}

// TestPlans: everybody plays in exactly one process.
func TestPlans(t *testing.T) {
	var o options
	if err := o.parse([]string{"--players", "30001", "--challenges", "2", "--watchers", "5", "--processes", "3", "--joins", "2"}, nil, nil); err != nil {
		t.Fatal(err)
	}
	all := members(o.Players + o.lateJoiners())
	seen := make(map[string]int)
	watchers, rate := 0, 0.0
	sources := make(map[string]bool)
	for _, p := range o.plans("http://127.0.0.1:1", []string{"h"}, all) {
		for _, m := range p.Players {
			seen[m.ID]++
		}
		for _, m := range p.Late {
			seen[m.ID]++
		}
		watchers += p.Watchers
		rate += p.Rate
		for _, s := range p.Sources {
			if sources[s] || !strings.HasPrefix(s, "127.0.") {
				t.Errorf("source %s", s)
			}
			sources[s] = true
		}
	}
	for _, m := range all {
		if seen[m.ID] != 1 {
			t.Errorf("%s plays %d times", m.ID, seen[m.ID])
		}
	}
	if watchers != 5 || int(rate+0.5) != 400 || len(sources) < 3 {
		t.Errorf("%d watchers, rate %v, sources %v", watchers, rate, sources)
	}
	if p := o.plans("http://10.0.0.1", []string{"h"}, all); p[0].Sources != nil {
		t.Errorf("sources %v for another machine", p[0].Sources)
	}
}

func TestTextIsWhole(t *testing.T) {
	s := summary{Invalid: []string{"late"}, Verification: verification{Problems: []string{"lost"}, More: 3}, Batches: []bucket{{"+Inf", 7}}}
	var b strings.Builder
	if err := s.text(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"INVALID: late", "PROBLEM: lost", "and 3 more", strconv.Itoa(7)} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
}
