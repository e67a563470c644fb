package process

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"
	"syscall"
	"time"
)

// Options say what to start.
type Options struct {
	Name    string // in errors; "" is the name of the program
	Program string
	Args    []string
	Dir     string   // where it runs; "" is the current directory
	Env     []string // added to the environment of this program
	// Environ replaces the environment of this program; Env is added to it.
	Environ []string

	// Log is a file to which the process appends what it prints. Without it,
	// Stdout and Stderr take that; nil discards.
	Log            string
	Stdout, Stderr io.Writer

	// Trace, if not nil, is called before the first instruction of the process.
	// It runs on the thread that traces the process, has to wait for the stop
	// (wait4) and to detach.
	Trace func(pid int) error
}

// Process is a program that was started. It is safe for concurrent use.
type Process struct {
	Name string
	Pid  int
	Log  string // of Options

	cmd      *exec.Cmd
	expected atomic.Bool   // somebody asked it to end
	exited   chan struct{} // closed when it has ended
}

// Start starts a process.
func Start(o Options) (*Process, error) {
	if o.Name == "" {
		o.Name = filepath.Base(o.Program)
	}
	p := &Process{Name: o.Name, Log: o.Log, exited: make(chan struct{}), cmd: exec.Command(o.Program, o.Args...)}
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = o.Dir, o.Stdout, o.Stderr
	if o.Environ == nil {
		o.Environ = os.Environ()
	}
	p.cmd.Env = append(slices.Clip(o.Environ), o.Env...)
	if o.Log != "" {
		log, err := os.OpenFile(o.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			return nil, err
		}
		defer func() { _ = log.Close() }() // the process has its own descriptor
		p.cmd.Stdout, p.cmd.Stderr = log, log
	}
	p.cmd.SysProcAttr = attributes(o.Trace != nil)
	if err := p.start(o.Trace); err != nil {
		return nil, fmt.Errorf("start %s: %w", p.Name, err)
	}
	go func() {
		defer close(p.exited)
		_ = p.cmd.Wait() // State has how it ended
	}()
	return p, nil
}

func (p *Process) start(trace func(pid int) error) error {
	if trace != nil { // a tracer is a thread
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
	}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	p.Pid = p.cmd.Process.Pid
	if trace == nil {
		return nil
	}
	if err := trace(p.Pid); err != nil {
		_ = p.cmd.Process.Kill() // err is the reason
		_ = p.cmd.Wait()
		return fmt.Errorf("trace: %w", err)
	}
	return nil
}

// Alive says whether the process runs.
func (p *Process) Alive() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// Exited is closed when the process has ended.
func (p *Process) Exited() <-chan struct{} { return p.exited }

// Expect says that the process may end by itself.
func (p *Process) Expect() { p.expected.Store(true) }

// Expected says whether the process was asked to end, or may end by itself.
func (p *Process) Expected() bool { return p.expected.Load() }

// Signal sends a signal that is not meant to end the process.
func (p *Process) Signal(s syscall.Signal) error {
	if err := p.cmd.Process.Signal(s); err != nil {
		return fmt.Errorf("signal %s: %w", p.Name, err)
	}
	return nil
}

// Kill sends SIGKILL to the process and its children, waits for the end and
// demands that it was this signal.
func (p *Process) Kill() error {
	p.Expect()
	if p.Alive() {
		if err := p.kill(); err != nil {
			return fmt.Errorf("kill %s: %w", p.Name, err)
		}
	}
	if err := p.Wait(); err != nil {
		return err
	}
	if s := p.cmd.ProcessState.Sys().(syscall.WaitStatus); !s.Signaled() || s.Signal() != syscall.SIGKILL {
		return fmt.Errorf("%s was not killed but ended with %v", p.Name, p.cmd.ProcessState)
	}
	return nil
}

// Terminate sends SIGTERM and returns how the process ended.
func (p *Process) Terminate() (*os.ProcessState, error) {
	p.Expect()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return nil, fmt.Errorf("terminate %s: %w", p.Name, err)
	}
	if err := p.Wait(); err != nil {
		return nil, err
	}
	return p.cmd.ProcessState, nil
}

// Stop ends the process as an operator does, with SIGTERM. An exit code other
// than 0 is an error, and so is an end before that; a process that does not end
// is killed.
func (p *Process) Stop() error {
	if !p.Alive() {
		return p.surprise()
	}
	state, err := p.Terminate()
	switch {
	case err != nil:
		return errors.Join(err, p.Kill())
	case !state.Success():
		return fmt.Errorf("%s ended with %v after SIGTERM, not with 0", p.Name, state)
	}
	return nil
}

// End kills the process if it runs. Its error is that the process had ended by
// itself.
func (p *Process) End() error {
	if !p.Alive() {
		return p.surprise()
	}
	p.Expect()
	return errors.Join(p.kill(), p.Wait())
}

// surprise is the error of a process that has ended and was not asked to.
func (p *Process) surprise() error {
	if p.Expected() {
		return nil
	}
	return p.broken("ended by itself")
}

// broken is an error of a process that has ended.
func (p *Process) broken(what string) error {
	return fmt.Errorf("%s %s (%v)%s", p.Name, what, p.State(), p.see())
}

// see names the log.
func (p *Process) see() string {
	if p.Log == "" {
		return ""
	}
	return "; see " + p.Log
}

// Wait waits for the end of the process, at most for Patience.
func (p *Process) Wait() error {
	select {
	case <-p.exited:
		return nil
	case <-time.After(Patience):
		return fmt.Errorf("%s does not end%s", p.Name, p.see())
	}
}

// State is how the process ended, nil while it runs.
func (p *Process) State() *os.ProcessState {
	if p.Alive() {
		return nil
	}
	return p.cmd.ProcessState
}
