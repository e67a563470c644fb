// Package redistest starts real Redis servers for tests.
//
// Start runs one server, StartGroup a primary with replicas and Sentinels,
// StartCluster a Redis Cluster.
//
// Guarantees:
//   - A server listens on loopback and on a unix socket only, keeps its files
//     in a directory of its own, and ends with the test that started it.
//   - A missing redis-server fails the test; nothing is skipped.
package redistest

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// startTimeout bounds the wait for a server to answer: starting takes
// milliseconds, loading a long append-only file on a busy machine seconds.
const startTimeout = 20 * time.Second

// Server is a running redis-server.
type Server struct {
	t    testing.TB
	dir  string
	port int
	args []string
	// config is the file of a Sentinel, which rewrites it.
	config string

	process *os.Process
	exited  chan struct{}
}

// Start runs redis-server from PATH with appendonly yes and appendfsync
// always, waits until it answers and stops it when the test ends. The
// arguments are added to its command line ("--appendonly", "no") and win over
// the defaults.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	// A unix socket's path has at most 108 bytes, so t.TempDir, which holds
	// the name of the test, is too long.
	dir, err := os.MkdirTemp("", "vx")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, dir: dir, args: args}
	t.Cleanup(s.remove)
	s.start()
	return s
}

// URL is the server's address on loopback.
func (s *Server) URL() string { return "redis://127.0.0.1:" + strconv.Itoa(s.port) }

// UnixURL is the address of its unix socket.
func (s *Server) UnixURL() string { return "unix://" + s.Socket() }

// Socket is the path of its unix socket.
func (s *Server) Socket() string { return filepath.Join(s.dir, "s") }

// Addr is host:port on loopback.
func (s *Server) Addr() string { return "127.0.0.1:" + strconv.Itoa(s.port) }

// Dir is where the server keeps its files.
func (s *Server) Dir() string { return s.dir }

// Kill ends the server as a crash would (SIGKILL) and waits until it is gone.
func (s *Server) Kill() {
	s.t.Helper()
	if err := s.stop(); err != nil {
		s.t.Fatal(err)
	}
}

// Restart starts the server again after Kill, with the same files, port and
// socket, and waits until it has loaded them.
func (s *Server) Restart() {
	s.t.Helper()
	if s.process != nil {
		s.Kill()
	}
	s.start()
}

func (s *Server) start() {
	s.t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		s.t.Fatal("redis-server is not in PATH: install Redis 7.0 or newer (Debian and Ubuntu: apt-get install redis-server)")
	}
	var reason error
	// Another process may take the free port before Redis does.
	for range 5 {
		if reason = s.launch(path); reason == nil {
			return
		}
	}
	s.t.Fatal(reason)
}

func (s *Server) launch(path string) error {
	if s.port == 0 {
		port, err := freePort()
		if err != nil {
			return err
		}
		s.port = port
	}
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	if s.config != "" {
		return s.run(exec.Command(path, s.config, "--sentinel", "--bind", "127.0.0.1", "--port", strconv.Itoa(s.port),
			"--unixsocket", s.Socket(), "--dir", s.dir), log)
	}
	args := append([]string{
		"--bind", "127.0.0.1", "--port", strconv.Itoa(s.port), "--unixsocket", s.Socket(), "--dir", s.dir,
		"--save", "", "--appendonly", "yes", "--appendfsync", "always", "--enable-debug-command", "yes",
	}, s.args...)
	return s.run(exec.Command(path, args...), log)
}

func (s *Server) run(cmd *exec.Cmd, log *os.File) error {
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = attributes()
	if err := cmd.Start(); err != nil {
		return err
	}
	s.process, s.exited = cmd.Process, make(chan struct{})
	exited := s.exited
	go func() {
		defer close(exited)
		_ = cmd.Wait() // killed: its status says nothing
	}()
	if err := s.await(); err != nil {
		text, readErr := os.ReadFile(log.Name())
		err = errors.Join(fmt.Errorf("redis-server: %w\n%s", err, text), readErr, s.stop())
		s.port = 0
		return err
	}
	return nil
}

// await polls until the server answers PING with PONG.
func (s *Server) await() error {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	deadline := time.NewTimer(startTimeout)
	defer deadline.Stop()
	for {
		if s.answers() {
			return nil
		}
		select {
		case <-s.exited:
			return errors.New("ended while starting")
		case <-deadline.C:
			return errors.New("does not answer")
		case <-tick.C:
		}
	}
}

func (s *Server) answers() bool {
	for _, at := range [][2]string{{"unix", s.Socket()}, {"tcp", s.Addr()}} {
		conn, err := net.DialTimeout(at[0], at[1], time.Second)
		if err != nil {
			return false
		}
		defer conn.Close()
		if conn.SetDeadline(time.Now().Add(time.Second)) != nil {
			return false
		}
		if _, err := conn.Write([]byte("PING\r\n")); err != nil {
			return false
		}
		line, err := bufio.NewReader(conn).ReadString('\n')
		// A password in the arguments makes it answer NOAUTH, which is an
		// answer too; LOADING is not.
		if err != nil || (line != "+PONG\r\n" && line[:min(7, len(line))] != "-NOAUTH") {
			return false
		}
	}
	return true
}

func (s *Server) stop() error {
	if s.process == nil {
		return nil
	}
	err := kill(s.process)
	if errors.Is(err, os.ErrProcessDone) || errors.Is(err, syscall.ESRCH) {
		err = nil
	}
	<-s.exited
	s.process = nil
	return err
}

func (s *Server) remove() {
	if err := errors.Join(s.stop(), os.RemoveAll(s.dir)); err != nil {
		s.t.Error(err)
	}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

var shared struct {
	sync.Mutex
	server *Server
}

// Shared returns one server for all tests of a test binary; it starts at the
// first call. Tests keep apart by their prefix and never flush or configure
// it. The binary's TestMain has to run M, which stops it.
func Shared(t testing.TB) *Server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil {
		dir, err := os.MkdirTemp("", "vx")
		if err != nil {
			t.Fatal(err)
		}
		s := &Server{t: t, dir: dir}
		s.start()
		shared.server = s
	}
	return shared.server
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
		if err := errors.Join(s.stop(), os.RemoveAll(s.dir)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}
