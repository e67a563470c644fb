package process

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shell starts a script.
func shell(t *testing.T, o Options, script string) *Process {
	t.Helper()
	o.Program, o.Args = "sh", []string{"-c", script}
	p, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestEnds: each way to end a process says when it was not that.
func TestEnds(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	p := shell(t, Options{Name: "sleeper", Log: log}, "echo here; sleep 100 & wait")
	if err := Until(t.Context(), "it prints", func() (bool, error) {
		text, err := os.ReadFile(log)
		return string(text) == "here\n", err
	}); err != nil {
		t.Fatal(err)
	}
	if !p.Alive() || p.State() != nil {
		t.Error("it does not run")
	}
	if err := p.Kill(); err != nil {
		t.Error(err)
	}
	if err := p.End(); err != nil || p.Alive() {
		t.Errorf("after Kill: %v", err)
	}

	for code, good := range map[string]bool{"0": true, "4": false} {
		var out Transcript
		p = shell(t, Options{Stdout: &out}, "trap 'exit "+code+"' TERM; echo; while :; do sleep 0.01; done")
		if err := p.Until(t.Context(), "has set its trap", func() (bool, error) { return out.String() != "", nil }); err != nil {
			t.Fatal(err)
		}
		if err := p.Stop(); (err == nil) != good {
			t.Errorf("exit code %s: %v", code, err)
		}
	}
}

// TestSurprises: a process that ends by itself, or otherwise than it should, is
// an error.
func TestSurprises(t *testing.T) {
	p := shell(t, Options{Name: "quitter"}, "exit 3")
	<-p.Exited()
	for _, end := range []func() error{p.End, p.Stop, p.Kill} {
		if err := end(); err == nil || !strings.Contains(err.Error(), "quitter") || !strings.Contains(err.Error(), "exit status 3") {
			t.Errorf("%v", err)
		}
	}
	if err := p.Until(t.Context(), "sings", func() (bool, error) { return false, nil }); err == nil || !strings.Contains(err.Error(), "ended before") {
		t.Errorf("%v", err)
	}
	p = shell(t, Options{}, "exit 0")
	p.Expect()
	<-p.Exited()
	if err := p.End(); err != nil {
		t.Error(err)
	}
	if _, err := Start(Options{Program: "there-is-no-such-program"}); err == nil {
		t.Error("it was started")
	}
}

// TestEnvironment: Environ replaces, Env adds, and a transcript has what was
// printed.
func TestEnvironment(t *testing.T) {
	var out Transcript
	p := shell(t, Options{Environ: []string{"A=1"}, Env: []string{"B=2"}, Stdout: &out}, `echo "$A$B$HOME"`)
	p.Expect()
	<-p.Exited()
	if out.String() != "12\n" {
		t.Errorf("%q", out.String())
	}
}

func TestUntil(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	broken := errors.New("broken")
	n := 0
	if err := Until(ctx, "three", func() (bool, error) { n++; return n == 3, nil }); err != nil || n != 3 {
		t.Errorf("%d, %v", n, err)
	}
	if err := Until(ctx, "it breaks", func() (bool, error) { return false, broken }); !errors.Is(err, broken) || !strings.Contains(err.Error(), "it breaks") {
		t.Error(err)
	}
	cancel(broken)
	if err := Until(ctx, "never", func() (bool, error) { return false, nil }); !errors.Is(err, broken) {
		t.Error(err)
	}
	if err := UntilWithin(t.Context(), 1, "never", func() (bool, error) { return false, nil }); err == nil || !strings.Contains(err.Error(), "not within 1ns") {
		t.Error(err)
	}
}

func TestPort(t *testing.T) {
	seen := map[int]bool{}
	for range 20 {
		p, err := Port()
		if err != nil || seen[p] {
			t.Fatalf("%d, %v", p, err)
		}
		seen[p] = true
		l, err := net.Listen("tcp", Loopback(p))
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
