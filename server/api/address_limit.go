package api

import (
	"net/netip"
	"sync"
	"time"

	"veltrix/internal/queue"
	"veltrix/server/auth"
)

// addressLimit limits requests by client address: an IPv4 address or the /64
// of an IPv6 one. It remembers at most twice maxAddresses of them; those not
// seen for longest are forgotten. Safe for concurrent use.
type addressLimit struct {
	perSecond float64
	burst     int

	mu          sync.Mutex
	recent, old map[netip.Prefix]*queue.Limit
}

const (
	maxAddresses = 10_000
	burstSeconds = 30
)

// newAddressLimit allows a rate with burstSeconds' worth at once; 0 is no
// limit.
func newAddressLimit(perSecond float64) *addressLimit {
	return &addressLimit{
		perSecond: perSecond, burst: max(1, int(perSecond*burstSeconds)),
		recent: map[netip.Prefix]*queue.Limit{},
	}
}

// wait returns 0, or how long the caller is to stay away: its own place in the
// queue of those from its address.
func (l *addressLimit) wait(remote string) time.Duration {
	if l.perSecond == 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ofLocked(auth.Network(remote)).Take(time.Now())
}

func (l *addressLimit) ofLocked(key netip.Prefix) *queue.Limit {
	if got := l.recent[key]; got != nil {
		return got
	}
	got := l.old[key]
	if got == nil {
		fresh := queue.New(l.perSecond, l.burst)
		got = &fresh
	}
	if len(l.recent) >= maxAddresses {
		l.old, l.recent = l.recent, map[netip.Prefix]*queue.Limit{}
	}
	l.recent[key] = got
	return got
}
