package process

import (
	"errors"
	"net"
	"os"
	"strconv"
	"sync"
)

// Ports are handed out from this range: below 40000, so that the bus of a Redis
// Cluster, at ten thousand more, has a port too, and outside the range from
// which the kernel takes ports for connections, because a port has to be free
// again after a kill.
const firstPort, ports = 12000, 9000

var port struct {
	sync.Mutex
	next int // 0 before the first
}

// Port returns a port of loopback that is free, and free ten thousand above,
// and was not returned lately. Programs that run at the same time begin at
// different places, so they rarely find the same port; a starter that cannot
// listen takes the next one.
func Port() (int, error) {
	port.Lock()
	defer port.Unlock()
	if port.next == 0 {
		port.next = os.Getpid() * 37 % ports
	}
	for range ports {
		port.next = (port.next + 1) % ports
		if p := firstPort + port.next; free(p) && free(p+10000) {
			return p, nil
		}
	}
	return 0, errors.New("no free port")
}

func free(port int) bool {
	l, err := net.Listen("tcp", Loopback(port))
	if err != nil {
		return false
	}
	return l.Close() == nil
}

// Loopback is the address of a port of this machine.
func Loopback(port int) string { return "127.0.0.1:" + strconv.Itoa(port) }
