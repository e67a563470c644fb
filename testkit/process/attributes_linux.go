package process

import (
	"errors"
	"syscall"
)

// attributes make the process lead a group, and make the kernel kill it when the
// program that started it dies without ending it, as a test does on a timeout.
func attributes(traced bool) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true, Ptrace: traced}
}

// kill ends a process and its children, such as the one that writes a file for
// Redis.
func (p *Process) kill() error {
	err := syscall.Kill(-p.Pid, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) {
		return nil // it ended this moment
	}
	return err
}
