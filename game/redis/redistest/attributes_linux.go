package redistest

import "syscall"

// attributes make the kernel end the server when the test binary dies without
// running its cleanups, as it does on a timeout.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
