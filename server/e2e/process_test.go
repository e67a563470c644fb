package e2e

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"veltrix/testkit/process"
	"veltrix/testkit/veltrix"
)

// patience is how long a test waits for what must happen. It is not an
// expectation: a loaded machine may need it.
const patience = 60 * time.Second

// What every server of these tests is started with.
const (
	organizer = "organizer-token-of-the-end-to-end-tests"
	producer  = "producer-token-of-the-end-to-end-tests"
	secret    = "a secret that signs the tokens of players, 0123456789abcdef"
)

// server is a running veltrix of a test. What fails, fails the test.
type server struct {
	*veltrix.Server

	t      *testing.T
	client *http.Client
}

// serve starts veltrix on store and free ports and waits until it is ready. It
// is ended with the test.
func serve(t *testing.T, store string, args ...string) *server {
	t.Helper()
	return serveOn(t, "127.0.0.1:0", store, args...)
}

func serveOn(t *testing.T, addr, store string, args ...string) *server {
	t.Helper()
	s := launch(t, serveArgs(addr, store, args...)...)
	s.ready()
	return s
}

// serveArgs are the arguments of a server with the tokens of these tests.
func serveArgs(addr, store string, args ...string) []string {
	return append([]string{
		"--addr", addr, "--ops-addr", "127.0.0.1:0", "--store", store,
		"--organizer-token", organizer, "--producer-token", producer, "--secret", secret,
	}, args...)
}

// launch starts veltrix and reads what it prints.
func launch(t *testing.T, args ...string) *server {
	t.Helper()
	return launchWith(t, process.Options{}, args...)
}

// launchWith is launch with more options, such as variables in the environment.
// The server is ended with the test.
func launchWith(t *testing.T, o process.Options, args ...string) *server {
	t.Helper()
	o.Program, o.Args = program, args
	started, err := veltrix.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	s := &server{Server: started, t: t, client: &http.Client{Transport: transport, Timeout: patience}}
	t.Cleanup(s.end)
	return s
}

// ready waits for the banner and for /readyz.
func (s *server) ready() {
	s.t.Helper()
	if err := s.Reached(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	if s.Ops == "" || s.Organizer == "" {
		s.t.Fatalf("an address is missing: %s", s.Stdout.String())
	}
	if err := s.Ready(s.t.Context(), s.client); err != nil {
		s.t.Fatal(err)
	}
}

// eventually polls until cond holds; it fails when the server ended before.
func (s *server) eventually(what string, cond func() bool) {
	s.t.Helper()
	if err := s.Until(s.t.Context(), "reaches the point where "+what, func() (bool, error) { return cond(), nil }); err != nil {
		s.t.Fatal(err)
	}
}

// stop sends SIGTERM and demands a clean end.
func (s *server) stop() {
	s.t.Helper()
	if err := s.Stop(); err != nil {
		s.t.Error(err)
	}
}

// kill sends SIGKILL.
func (s *server) kill() {
	s.t.Helper()
	if err := s.Kill(); err != nil {
		s.t.Fatal(err)
	}
}

// terminate sends SIGTERM and does not wait.
func (s *server) terminate() {
	s.t.Helper()
	s.Expect()
	if err := s.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
}

// wait waits for the end of the process.
func (s *server) wait() {
	s.t.Helper()
	if err := s.Wait(); err != nil {
		s.t.Fatal(err)
	}
}

// end ends what still runs and shows the log of a test that failed.
func (s *server) end() {
	if err := s.Stop(); err != nil {
		s.t.Error(err)
	}
	s.client.CloseIdleConnections()
	log := s.Stderr.String()
	if strings.Contains(log, "DATA RACE") || strings.Contains(log, "goroutine ") && strings.Contains(log, "panic") {
		s.t.Error("the server reported a data race or a panic")
	}
	if s.t.Failed() {
		s.t.Logf("server printed:\n%s\nserver logged (its end):\n%s", s.Stdout.String(), tail(log, 60))
	}
}

// tail returns the last n lines of text.
func tail(text string, n int) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// result is what a command that ended left behind.
type result struct {
	code   int
	stdout string
	stderr string
}

// command runs veltrix until it ends.
func command(t *testing.T, args ...string) result {
	t.Helper()
	return commandWith(t, nil, args...)
}

func commandWith(t *testing.T, env []string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(veltrix.Environ(), env...)
	cmd.Dir = t.TempDir()
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("veltrix %v: %v\n%s", args, err, stderr.String())
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}
