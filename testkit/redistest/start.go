// Package redistest starts real Redis servers for tests.
//
// Start runs one server, StartGroup a primary with replicas and Sentinels,
// StartCluster a Redis Cluster, and Shared one server for all tests of a binary.
//
// Guarantees:
//   - A server listens on loopback and on a unix socket only, keeps its files
//     in a directory of its own, and ends with the test that started it.
//   - A missing redis-server fails the test; nothing is skipped.
package redistest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"veltrix/testkit/process"
	"veltrix/testkit/redisserver"
)

// Server is a running redis-server of a test. What fails, fails the test.
type Server struct {
	*redisserver.Server
	t testing.TB
}

// Start runs redis-server from PATH with appendonly yes and appendfsync
// always, waits until it answers and stops it when the test ends. The
// arguments are added to its command line ("--appendonly", "no") and win over
// the defaults.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	return begin(t, func(o redisserver.Options) (*redisserver.Server, error) {
		o.Args = args
		return redisserver.Start(t.Context(), o)
	})
}

// begin makes a directory, takes a port and starts a server there, which ends
// with the test.
func begin(t testing.TB, start func(redisserver.Options) (*redisserver.Server, error)) *Server {
	t.Helper()
	server, err := tries(start)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Server: server, t: t}
	t.Cleanup(func() {
		if err := remove(server); err != nil {
			t.Error(err)
		}
	})
	return s
}

// tries starts a server on one port after the other: another process may take a
// free port before Redis does.
func tries(start func(redisserver.Options) (*redisserver.Server, error)) (*redisserver.Server, error) {
	var reasons []error
	for range 5 {
		server, err := once(start)
		if err == nil {
			return server, nil
		}
		if reasons = append(reasons, err); errors.Is(err, exec.ErrNotFound) {
			break
		}
	}
	return nil, errors.Join(reasons...)
}

func once(start func(redisserver.Options) (*redisserver.Server, error)) (*redisserver.Server, error) {
	port, err := process.Port()
	if err != nil {
		return nil, err
	}
	// A unix socket's path has at most 107 bytes, so t.TempDir, which holds the
	// name of the test, is too long.
	dir, err := os.MkdirTemp("", "vx")
	if err != nil {
		return nil, err
	}
	server, err := start(redisserver.Options{Dir: dir, Port: port, Socket: filepath.Join(dir, "s")})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return server, nil
}

// remove ends a server, which may have ended before, and removes its files.
func remove(s *redisserver.Server) error {
	s.Process().Expect()
	return errors.Join(s.End(), os.RemoveAll(s.Dir()))
}

// Kill ends the server as a crash would (SIGKILL) and waits until it is gone. A
// server that has ended by itself is gone, too.
func (s *Server) Kill() {
	s.t.Helper()
	s.Process().Expect()
	if err := s.End(); err != nil {
		s.t.Fatal(err)
	}
}

// Restart starts the server again, with the same files, port and socket, and
// waits until it has loaded them. One that runs is killed first.
func (s *Server) Restart() {
	s.t.Helper()
	s.Kill()
	if err := s.Start(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// Must is Do for a command that has to succeed.
func (s *Server) Must(args ...string) string {
	s.t.Helper()
	reply := s.Do(args...)
	if reply == "" || reply[0] == '-' {
		s.t.Fatalf("%v: %q", args, reply)
	}
	return reply
}

// Until polls until something is so. Redis reports its state only when asked.
func (s *Server) Until(what string, is func() bool) {
	s.t.Helper()
	if err := process.Until(s.t.Context(), what, func() (bool, error) { return is(), nil }); err != nil {
		s.t.Fatal(err)
	}
}

// Freeze stops the process without ending it, as a machine that hangs; Thaw
// lets it go on. A frozen server can be killed.
func (s *Server) Freeze() { s.signal(syscall.SIGSTOP) }

// Thaw ends what Freeze began.
func (s *Server) Thaw() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.Process().Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

var shared struct {
	sync.Mutex
	server *redisserver.Server
}

// Shared returns one server for all tests of a test binary; it starts at the
// first call. Tests keep apart by their prefix and never flush or configure
// it. The binary's TestMain has to run M, which stops it.
func Shared(t testing.TB) *Server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil {
		server, err := tries(func(o redisserver.Options) (*redisserver.Server, error) {
			return redisserver.Start(context.Background(), o) // outlives the test
		})
		if err != nil {
			t.Fatal(err)
		}
		shared.server = server
	}
	return &Server{Server: shared.server, t: t}
}

// M is a testing.M that stops the shared server after the tests:
//
//	goleak.VerifyTestMain(redistest.M{M: m})
type M struct{ *testing.M }

// Run runs the tests.
func (m M) Run() int {
	code := m.M.Run()
	shared.Lock()
	defer shared.Unlock()
	if s := shared.server; s != nil {
		shared.server = nil
		if err := remove(s); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}
