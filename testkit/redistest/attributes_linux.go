package redistest

import (
	"os"
	"syscall"
)

// attributes make the kernel end the server when the test binary dies without
// running its cleanups, as it does on a timeout. The server leads a process
// group of its own.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}

// kill ends the server and the child that writes a file for it.
func kill(p *os.Process) error { return syscall.Kill(-p.Pid, syscall.SIGKILL) }
