package lab

import "syscall"

// attributes make the kernel end a process when the program that started it dies without
// closing the lab.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
