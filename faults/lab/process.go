package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// patience bounds every wait for a process: to start, to answer, to end.
const patience = 60 * time.Second

// poll is how often something is looked at that cannot say that it happened.
const poll = 5 * time.Millisecond

// Process is a program that was started.
type Process struct {
	Name string
	Pid  int

	cmd    *exec.Cmd
	log    string
	exited chan struct{} // closed when err is set
	err    error         // of Wait
	told   bool          // to end
}

// launch starts a program. What it prints is appended to NAME.log in dir.
func launch(dir, name string, env []string, program string, args ...string) (*Process, error) {
	p := &Process{Name: name, log: filepath.Join(dir, name+".log"), exited: make(chan struct{})}
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }() // the program has its own descriptor
	p.cmd = exec.Command(program, args...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, log, log
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.SysProcAttr = attributes()
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p.Pid = p.cmd.Process.Pid
	go func() {
		p.err = p.cmd.Wait()
		close(p.exited)
	}()
	return p, nil
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

// Expect says that the process may end by itself.
func (p *Process) Expect() { p.told = true }

// Signal sends a signal that is not meant to end the process.
func (p *Process) Signal(s syscall.Signal) error { return p.cmd.Process.Signal(s) }

// Kill sends SIGKILL, waits for the end and demands that it was this signal.
func (p *Process) Kill() error {
	p.told = true
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill %s: %w", p.Name, err)
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
	p.told = true
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return nil, fmt.Errorf("terminate %s: %w", p.Name, err)
	}
	if err := p.Wait(); err != nil {
		return nil, err
	}
	return p.cmd.ProcessState, nil
}

// Wait waits for the end of the process.
func (p *Process) Wait() error {
	select {
	case <-p.exited:
		return nil
	case <-time.After(patience):
		return fmt.Errorf("%s does not end; see %s", p.Name, p.log)
	}
}

// State is how the process ended, nil while it runs.
func (p *Process) State() *os.ProcessState {
	if p.Alive() {
		return nil
	}
	return p.cmd.ProcessState
}

// end ends the process whatever it does; its error is that it had ended before.
func (p *Process) end() error {
	if !p.Alive() {
		if !p.told {
			return fmt.Errorf("%s ended by itself (%v); see %s", p.Name, p.cmd.ProcessState, p.log)
		}
		return nil
	}
	p.told = true
	_ = p.cmd.Process.Kill() // it may end this moment
	return p.Wait()
}

// Until polls until done says so. The error of done ends it at once.
func Until(ctx context.Context, what string, done func() (bool, error)) error {
	return UntilWithin(ctx, patience, what, done)
}

// UntilWithin is Until with another patience.
func UntilWithin(ctx context.Context, patience time.Duration, what string, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errors.New("not within "+patience.String()))
	defer cancel()
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		ok, err := done()
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if ok {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", what, context.Cause(ctx))
		}
	}
}

// ports hands out free ports below 40000, so that a Redis Cluster's bus, at
// ten thousand more, has one too, and outside the range from which the kernel
// takes ports for connections, since a port has to be free again after a kill.
type ports struct{ next int }

func (p *ports) take() (int, error) {
	for range 2000 {
		if p.next < 12000 || p.next > 21000 {
			p.next = 12000 + os.Getpid()*37%8000
		}
		p.next++
		if free(p.next) && free(p.next+10000) {
			return p.next, nil
		}
	}
	return 0, errors.New("no free port")
}

func free(port int) bool {
	l, err := net.Listen("tcp", loopback(port))
	if err != nil {
		return false
	}
	return l.Close() == nil
}

func loopback(port int) string { return "127.0.0.1:" + strconv.Itoa(port) }
