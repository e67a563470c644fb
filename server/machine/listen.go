package machine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"
)

// Listen listens on the TCP address of a flag. The error names the flag and says
// the remedy.
func Listen(ctx context.Context, flag, addr string) (net.Listener, error) {
	l, err := listenConfig().Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("--%s: %s is in use by another program; stop it, or choose another port such as --%s 127.0.0.1:0 for any free one", flag, addr, flag)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("--%s: this user may not listen on %s; choose a port above 1023", flag, addr)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("--%s: %s is not an address of this machine; 0.0.0.0 listens on all of them", flag, addr)
	case err != nil:
		return nil, fmt.Errorf("--%s: listen on %s: %w", flag, addr, err)
	}
	return l, nil
}

// listenConfig is the one of all addresses.
func listenConfig() *net.ListenConfig {
	c := &net.ListenConfig{KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: keepAliveIdle, Interval: keepAliveInterval, Count: keepAliveCount,
	}}
	// The bound on a session's unsent bytes is an option of TCP sockets.
	c.SetMultipathTCP(false)
	return c
}

// TCP keep-alive finds peers that vanished while nothing was to be sent: idle
// HTTP connections; sessions have their heartbeat.
const (
	keepAliveIdle     = time.Minute
	keepAliveInterval = 15 * time.Second
	keepAliveCount    = 4
)
