//go:build unix

package hub

import (
	"net"
	"syscall"
)

type tryTCP struct{ raw syscall.RawConn }

func newTryWriter(c *net.TCPConn) tryWriter {
	raw, err := c.SyscallConn()
	if err != nil {
		return nil // a closed connection; the next read says so
	}
	return tryTCP{raw}
}

func (t tryTCP) tryWrite(a *attempt) {
	if a.call == nil {
		a.call = a.write
	}
	a.n, a.err = 0, nil
	if err := t.raw.Write(a.call); err != nil {
		a.err = err
	}
}

// write always reports that it is done, so that RawConn does not wait.
func (a *attempt) write(fd uintptr) bool {
	for a.n < len(a.buf) {
		n, err := syscall.Write(int(fd), a.buf[a.n:])
		if n > 0 {
			a.n += n
		}
		switch err {
		case nil:
		case syscall.EINTR:
		case syscall.EAGAIN:
			return true
		default:
			a.err = err
			return true
		}
	}
	return true
}
