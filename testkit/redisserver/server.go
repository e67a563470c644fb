package redisserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"veltrix/testkit/process"
)

// Options say what server to start.
type Options struct {
	Name   string   // in errors; "" is redis-server
	Dir    string   // where it keeps its files; it exists
	Port   int      // on loopback; 0 is none
	Socket string   // path of a unix socket, of at most 107 bytes; "" is none
	Log    string   // file to which it appends; "" is "log" in Dir
	Args   []string // added to the command line; they win over the defaults
	Env    []string // added to the environment
	// Sentinel is the configuration file of a Sentinel, which rewrites it; ""
	// makes an ordinary server.
	Sentinel string
	// Inside turns the command line into one that runs elsewhere, as in another
	// mount namespace; nil runs it here.
	Inside func(program string, args []string) (string, []string)
}

// Server is a redis-server that keeps its port, socket and files when it is
// started again.
type Server struct {
	opts    Options
	process *process.Process // nil before the first Launch
}

// New prepares a server that is not started yet.
func New(o Options) *Server {
	if o.Name == "" {
		o.Name = "redis-server"
	}
	if o.Log == "" {
		o.Log = filepath.Join(o.Dir, "log")
	}
	return &Server{opts: o}
}

// Start starts a server and waits until it has loaded its files. After an error
// nothing runs.
func Start(ctx context.Context, o Options) (*Server, error) {
	s := New(o)
	return s, s.Start(ctx)
}

// Start is the function Start for a server that was prepared, or has ended.
func (s *Server) Start(ctx context.Context, more ...string) error {
	if err := s.Launch(more...); err != nil {
		return err
	}
	if err := s.Loaded(ctx); err != nil {
		return errors.Join(fmt.Errorf("%w\n%s", err, s.lastWords()), s.abandon())
	}
	return nil
}

// lastWords is the end of the log.
func (s *Server) lastWords() []byte {
	const most = 4096
	log, _ := os.ReadFile(s.opts.Log) // without it the error has to do
	return log[max(0, len(log)-most):]
}

// abandon ends a server that did not start. It may have ended already.
func (s *Server) abandon() error {
	s.process.Expect()
	return s.process.End()
}

// Launch starts the server and does not wait until it answers. more is added to
// the command line this time.
func (s *Server) Launch(more ...string) error {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return fmt.Errorf("install Redis 7.0 or newer (Debian and Ubuntu: apt-get install redis-server): %w", err)
	}
	args := s.commandLine(more)
	if s.opts.Inside != nil {
		path, args = s.opts.Inside(path, args)
	}
	s.process, err = process.Start(process.Options{
		Name: s.opts.Name, Program: path, Args: args, Dir: s.opts.Dir, Env: s.opts.Env, Log: s.opts.Log,
	})
	return err
}

func (s *Server) commandLine(more []string) []string {
	var args []string
	if s.opts.Sentinel != "" {
		args = append(args, s.opts.Sentinel, "--sentinel")
	}
	args = append(args, "--bind", "127.0.0.1", "--port", strconv.Itoa(s.opts.Port), "--dir", s.opts.Dir)
	if s.opts.Socket != "" {
		args = append(args, "--unixsocket", s.opts.Socket)
	}
	if s.opts.Sentinel == "" {
		args = append(args, "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--enable-debug-command", "yes")
	}
	return slices.Concat(args, s.opts.Args, more)
}

// Answers waits until the server answers anything, LOADING too.
func (s *Server) Answers(ctx context.Context) error {
	return s.process.Until(ctx, "answers", func() (bool, error) { return s.Do("PING") != "", nil })
}

// Loaded waits until the server has loaded its files and answers commands
// wherever it listens.
func (s *Server) Loaded(ctx context.Context) error {
	return s.process.Until(ctx, "has loaded its files", func() (bool, error) {
		for _, at := range s.listens() {
			// A password in Args makes it answer NOAUTH, which is an answer too.
			if reply := do(at, "PING"); reply != "PONG" && !strings.HasPrefix(reply, "-NOAUTH") {
				return false, nil
			}
		}
		return true, nil
	})
}

// Kill ends the server, and the child that writes a file for it, as a crash
// would.
func (s *Server) Kill() error { return s.process.Kill() }

// End kills the server if it runs. Its error is that the server had ended by
// itself.
func (s *Server) End() error {
	if s.process == nil {
		return nil
	}
	return s.process.End()
}

// Stop ends the server as an operator does.
func (s *Server) Stop() error {
	if s.process == nil {
		return nil
	}
	return s.process.Stop()
}

// Process is the running server; nil before the first Launch.
func (s *Server) Process() *process.Process { return s.process }

// URL is the server's address on loopback.
func (s *Server) URL() string { return "redis://" + s.Addr() }

// UnixURL is the address of its unix socket.
func (s *Server) UnixURL() string { return "unix://" + s.opts.Socket }

// Socket is the path of its unix socket.
func (s *Server) Socket() string { return s.opts.Socket }

// Addr is host:port on loopback.
func (s *Server) Addr() string { return process.Loopback(s.opts.Port) }

// Port is the port on loopback.
func (s *Server) Port() int { return s.opts.Port }

// Dir is where the server keeps its files.
func (s *Server) Dir() string { return s.opts.Dir }
