package hub

import (
	"net"

	"golang.org/x/sys/unix"
)

// limitUnsent is an improvement only: where the kernel refuses it, sessions
// work with its own setting.
func limitUnsent(c *net.TCPConn, n int) {
	if n == 0 {
		return
	}
	if raw, err := c.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) {
			_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, n)
		})
	}
}
