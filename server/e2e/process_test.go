package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what must happen. It is no
// expectation: a loaded machine may need it.
const patience = 60 * time.Second

// What every server of these tests is started with.
const (
	organizer = "organizer-token-of-the-end-to-end-tests"
	producer  = "producer-token-of-the-end-to-end-tests"
	secret    = "a secret that signs the tokens of players, 0123456789abcdef"
)

var (
	playURL      = regexp.MustCompile(`http://127\.0\.0\.1:\d+/`)
	organizerURL = regexp.MustCompile(`http://127\.0\.0\.1:\d+/organizer#token=\S+`)
	opsURL       = regexp.MustCompile(`(?m)^\s*(?i:ops).*?(http://127\.0\.0\.1:\d+)`)
)

// transcript is what a program wrote.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *transcript) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *transcript) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// server is a running veltrix.
type server struct {
	t         *testing.T
	cmd       *exec.Cmd
	URL       string // http://127.0.0.1:PORT
	Ops       string // http://127.0.0.1:PORT
	Organizer string // the organizer link
	stdout    transcript
	stderr    transcript
	client    *http.Client
	exited    chan struct{} // closed when err is set
	err       error         // of Wait
	expected  bool          // the test ended it
}

// serve starts veltrix on store and free ports and waits until it is ready. It
// is ended with the test.
func serve(t *testing.T, store string, args ...string) *server {
	t.Helper()
	return serveOn(t, "127.0.0.1:0", store, args...)
}

func serveOn(t *testing.T, addr, store string, args ...string) *server {
	t.Helper()
	s := launch(t, append([]string{
		"--addr", addr, "--ops-addr", "127.0.0.1:0", "--store", store,
		"--organizer-token", organizer, "--producer-token", producer, "--secret", secret,
	}, args...)...)
	s.ready()
	return s
}

// launch starts veltrix and reads what it prints.
func launch(t *testing.T, args ...string) *server {
	t.Helper()
	return launchWith(t, nil, args...)
}

// launchWith is launch with more variables in the environment.
func launchWith(t *testing.T, env []string, args ...string) *server {
	t.Helper()
	s := prepare(t, env, args...)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.watch()
	return s
}

// prepare is launchWith without the launch.
func prepare(t *testing.T, env []string, args ...string) *server {
	t.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	s := &server{
		t: t, cmd: exec.Command(veltrix, args...), exited: make(chan struct{}),
		client: &http.Client{Transport: transport, Timeout: patience},
	}
	s.cmd.Env = append(cleanEnv(), env...)
	s.cmd.Stdout, s.cmd.Stderr = &s.stdout, &s.stderr
	return s
}

// watch waits for the end of a server that was started, and ends it with the
// test.
func (s *server) watch() {
	go func() {
		s.err = s.cmd.Wait()
		close(s.exited)
	}()
	s.t.Cleanup(s.end)
}

// cleanEnv is the environment without what would configure the server.
func cleanEnv() []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "VELTRIX_") && !strings.HasPrefix(v, "REDIS_URL=") {
			env = append(env, v)
		}
	}
	return env
}

// ready waits for the banner and for /readyz.
func (s *server) ready() {
	s.t.Helper()
	s.eventually("the server printed its addresses", func() bool {
		out := s.stdout.String()
		play, ops := playURL.FindString(out), opsURL.FindStringSubmatch(out)
		s.Organizer = organizerURL.FindString(out)
		if play == "" || ops == nil || s.Organizer == "" {
			return false
		}
		s.URL, s.Ops = strings.TrimSuffix(play, "/"), ops[1]
		return true
	})
	s.eventually("the server became ready", func() bool {
		resp, err := s.client.Get(s.URL + "/readyz")
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// eventually polls until cond holds; it fails when the server ended before.
func (s *server) eventually(what string, cond func() bool) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-s.exited:
			s.t.Fatalf("the server ended (%v) before %s", s.err, what)
		case <-ctx.Done():
			s.t.Fatalf("not in time: %s", what)
		}
	}
}

// stop sends SIGTERM and demands a clean end.
func (s *server) stop() {
	s.t.Helper()
	s.signal(syscall.SIGTERM)
	s.wait()
	if s.err != nil {
		s.t.Errorf("after SIGTERM the server ended with %v, not 0", s.err)
	}
}

// kill sends SIGKILL.
func (s *server) kill() {
	s.t.Helper()
	s.signal(syscall.SIGKILL)
	s.wait()
	var exit *exec.ExitError
	if !errors.As(s.err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		s.t.Fatalf("the server was not killed but ended with %v", s.err)
	}
}

func (s *server) signal(sig syscall.Signal) {
	s.t.Helper()
	s.expected = true
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatalf("signal %v: %v", sig, err)
	}
}

// wait waits for the end of the process.
func (s *server) wait() {
	s.t.Helper()
	select {
	case <-s.exited:
	case <-time.After(patience):
		s.t.Fatal("the server does not end")
	}
}

// end ends what still runs and shows the log of a test that failed.
func (s *server) end() {
	select {
	case <-s.exited:
		if !s.expected {
			s.t.Errorf("the server ended by itself: %v", s.err)
		}
	default:
		if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
			s.t.Error(err)
		}
		select {
		case <-s.exited:
			if s.err != nil {
				s.t.Errorf("after SIGTERM the server ended with %v, not 0", s.err)
			}
		case <-time.After(patience):
			s.t.Error("the server does not end after SIGTERM")
			_ = s.cmd.Process.Kill() // it may end this moment
			<-s.exited
		}
	}
	s.client.CloseIdleConnections()
	log := s.stderr.String()
	if strings.Contains(log, "DATA RACE") || strings.Contains(log, "goroutine ") && strings.Contains(log, "panic") {
		s.t.Error("the server reported a data race or a panic")
	}
	if s.t.Failed() {
		s.t.Logf("server printed:\n%s\nserver logged (its end):\n%s", s.stdout.String(), tail(log, 60))
	}
}

// tail returns the last n lines of text.
func tail(text string, n int) string {
	var lines []string
	scan := bufio.NewScanner(strings.NewReader(text))
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		lines = append(lines, scan.Text())
	}
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
	cmd := exec.CommandContext(ctx, veltrix, args...)
	cmd.Env = append(cleanEnv(), env...)
	cmd.Dir = t.TempDir()
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("veltrix %v: %v\n%s", args, err, stderr.String())
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}
