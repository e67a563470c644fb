package drive

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMedian(t *testing.T) {
	values := []float64{9, 1, 4, 2}
	if x, ok := Median(values); !ok || x != 3 || values[0] != 9 {
		t.Errorf("%v, %t, %v", x, ok, values)
	}
	if x, ok := Median(values[:3]); !ok || x != 4 {
		t.Errorf("%v, %t", x, ok)
	}
	if _, ok := Median(nil); ok {
		t.Error("nothing has a median")
	}
}

// TestRun: the report of a generator that was late is read; a generator that
// failed is an error with its output.
func TestRun(t *testing.T) {
	generator := filepath.Join(t.TempDir(), "generator")
	script := "#!/bin/sh\necho \"args: $*\" >&2\n[ \"$1\" = fail ] && exit 1\n" +
		`echo '{"invalid":["late"],"players":3,"watchers":1,"memory":{"server_before":100,"server_joined":500},"cpu":[{"who":"redis","us_per_award":7}]}' >"$3"` + "\nexit 3\n"
	if err := os.WriteFile(generator, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	s, err := Run(t.Context(), generator, "play")
	if err != nil || s.Invalid[0] != "late" || s.Session() != 100 || s.CPU("redis").PerAward != 7 || s.CPU("server").PerAward != 0 {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := Run(t.Context(), generator, "fail"); err == nil || !strings.Contains(err.Error(), "args: fail --json") {
		t.Errorf("%v", err)
	}
}

func TestUsage(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		if _, err := UsageOf(os.Getpid()); err == nil {
			t.Error("a usage without /proc")
		}
		return
	}
	child := exec.Command("sleep", "60")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(child.Process.Kill(), child.Wait()); err == nil {
			t.Error("sleep ended well, though it was killed")
		}
	}()
	if _, err := UsageOf(child.Process.Pid); err != nil { // what it holds is too little to be counted
		t.Error(err)
	}
	if u, err := UsageOf(os.Getpid()); err != nil || u.Resident < 1<<20 {
		t.Errorf("%+v, %v", u, err)
	}
	all, err := childrenOf("/proc/self")
	if err != nil || !slices.Contains(all, child.Process.Pid) {
		t.Errorf("%v, %v", all, err)
	}
}

func TestSummaryReadsAll(t *testing.T) {
	var s Summary
	err := json.Unmarshal([]byte(`{"storm":{"cut":9,"missing":1,"back_s":2.5},"batch_mean":3,"latencies":{"storm":{"max_ms":7}}}`), &s)
	if err != nil || *s.Storm != (Storm{9, 1, 2.5}) || s.BatchMean != 3 || s.Latencies["storm"].Max != 7 {
		t.Errorf("%+v, %v", s, err)
	}
}
