package hub

import (
	"errors"
	"fmt"
	"path"
	"time"
)

// Config holds every limit of a Hub. Default explains the values; Validate
// says what is wrong with others.
type Config struct {
	// MaxFrame is the largest message that a session may send, in bytes, all
	// fragments together. A larger one closes the session with TooLarge. 8 KiB
	// is many times the largest honest request and bounds what one peer can
	// make the node hold.
	MaxFrame int
	// HelloTimeout is how long a session may stay unadmitted. It is absolute:
	// sending something does not extend it. 5 s is several round trips on a
	// bad mobile link, and short enough that idle connections do not pile up.
	HelloTimeout time.Duration
	// Heartbeat is how often a peer is sent a WebSocket ping, which its library
	// answers by itself. 25 s stays below the 30 s after which common proxies and
	// mobile networks forget an idle connection.
	Heartbeat time.Duration
	// Silence is after how long without any frame of the peer, a pong included, a
	// session is closed with Silent; up to a sixtieth more. 60 s forgives one lost
	// ping, and a phone that wakes up late.
	Silence time.Duration
	// WriteTimeout is how long a peer may take for 16 KiB, and for all that is
	// left once its session is closing. 10 s tolerates a network change of a
	// phone and bounds how long a dead peer holds memory.
	WriteTimeout time.Duration
	// MaxQueue bounds the reliable messages that wait for one session, in
	// bytes. A message that does not fit closes the session with Slow; only a
	// message that meets an empty queue may be larger. 256 KiB holds some
	// hundreds of ordinary messages, minutes of a busy topic, and keeps 1,000
	// stalled sessions below 256 MiB.
	MaxQueue int
	// MaxUnsent is how many bytes the kernel may hold for a session that it
	// has not put on the wire (TCP_NOTSENT_LOWAT, Linux only; 0 leaves the
	// system's setting). The kernel's own default takes megabytes, in which
	// old states would wait in front of the newest. 32 KiB keeps a fast peer
	// busy while the next frame is assembled.
	MaxUnsent int
	// MaxSessions bounds the sessions of the node; further ones are refused
	// with 503. 20,000 idle sessions are about 200 MB.
	MaxSessions int
	// MaxTopics bounds the topics of one session. 128 is far more than a peer
	// follows, and keeps looking one up a short walk.
	MaxTopics int
	// Origins lists the web origins, besides the server's own, whose pages may
	// connect: path.Match patterns for the host, or for scheme://host if they
	// contain "://". Requests without an Origin do not come from a page and
	// are always allowed.
	Origins []string
	// Subprotocols lists the WebSocket subprotocols that are agreed to when a
	// peer offers them. None is demanded.
	Subprotocols []string
	// ByeSpread is the longest time over which the peers of a restarting node
	// are asked to come back, each at a random moment; fewer peers come back
	// within a millisecond for each. 5 s is as long as a player should wait,
	// and brings 20,000 sessions back at 4,000 a second, to several nodes.
	ByeSpread time.Duration
}

// Default returns the configuration whose reasons Config gives.
func Default() Config {
	return Config{
		MaxFrame:     8 << 10,
		HelloTimeout: 5 * time.Second,
		Heartbeat:    25 * time.Second,
		Silence:      60 * time.Second,
		WriteTimeout: 10 * time.Second,
		MaxQueue:     256 << 10,
		MaxUnsent:    32 << 10,
		MaxSessions:  20_000,
		MaxTopics:    128,
		ByeSpread:    5 * time.Second,
	}
}

// Validate returns all that is wrong with the configuration, nil if nothing is.
func (c Config) Validate() error {
	var errs []error
	within := func(name string, v, low, high int) {
		if v < low || v > high {
			errs = append(errs, fmt.Errorf("%s is %d, want %d to %d", name, v, low, high))
		}
	}
	lasts := func(name string, v, low, high time.Duration) {
		if v < low || v > high {
			errs = append(errs, fmt.Errorf("%s is %v, want %v to %v", name, v, low, high))
		}
	}
	within("MaxFrame", c.MaxFrame, 128, 1<<20)
	lasts("HelloTimeout", c.HelloTimeout, time.Millisecond, time.Hour)
	lasts("Heartbeat", c.Heartbeat, time.Millisecond, time.Hour)
	lasts("Silence", c.Silence, c.Heartbeat+1, 24*time.Hour)
	lasts("WriteTimeout", c.WriteTimeout, time.Millisecond, time.Hour)
	within("MaxQueue", c.MaxQueue, 1<<10, 64<<20)
	within("MaxUnsent", c.MaxUnsent, 0, 64<<20)
	within("MaxSessions", c.MaxSessions, 1, 10_000_000)
	within("MaxTopics", c.MaxTopics, 1, 1024)
	lasts("ByeSpread", c.ByeSpread, 0, time.Hour)
	for _, o := range c.Origins {
		if _, err := path.Match(o, ""); err != nil || o == "" {
			errs = append(errs, fmt.Errorf("origin %q is not a pattern", o))
		}
	}
	return errors.Join(errs...)
}

// Config returns the limits that the hub works by.
func (h *Hub) Config() Config { return h.cfg }
