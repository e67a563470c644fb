package redisserver

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
)

// DownAfter is after how many milliseconds without an answer the Sentinels take
// a server for dead. A busy machine keeps a living one from answering for
// shorter.
const DownAfter = 1000

// failoverTimeout is Sentinel's failover-timeout, in milliseconds: it waits
// twice as long before it tries again.
const failoverTimeout = 6000

// StartSentinel starts a Sentinel in a group of three. It watches the primary at
// host:port, which it calls name.
func StartSentinel(ctx context.Context, o Options, name, primary string) (*Server, error) {
	host, port, err := net.SplitHostPort(primary)
	if err != nil {
		return nil, err
	}
	o.Sentinel = filepath.Join(o.Dir, "sentinel.conf")
	text := fmt.Sprintf("sentinel monitor %s %s %s 2\nsentinel down-after-milliseconds %s %d\nsentinel failover-timeout %s %d\nsentinel parallel-syncs %s 2\n",
		name, host, port, name, DownAfter, name, failoverTimeout, name)
	if err := os.WriteFile(o.Sentinel, []byte(text), 0o600); err != nil {
		return nil, err
	}
	return Start(ctx, o)
}

// Agrees says whether a Sentinel knows two others and so many replicas, and
// takes the primary for alive.
func (s *Server) Agrees(name string, replicas int) bool {
	state := fields(s.Do("SENTINEL", "MASTER", name))
	return state["num-other-sentinels"] == "2" && state["num-slaves"] == strconv.Itoa(replicas) && state["flags"] == "master"
}
