package api

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// addressLimit limits requests by client address: an IPv4 address or the /64
// of an IPv6 one. It remembers at most twice maxAddresses of them; those not
// seen for longest are forgotten. Safe for concurrent use.
type addressLimit struct {
	perSecond rate.Limit
	burst     int

	mu          sync.Mutex
	recent, old map[netip.Prefix]*rate.Limiter
}

const (
	maxAddresses = 10_000
	burstSeconds = 30
)

// newAddressLimit allows a rate with burstSeconds' worth at once; 0 is no
// limit.
func newAddressLimit(perSecond float64) *addressLimit {
	return &addressLimit{
		perSecond: rate.Limit(perSecond), burst: max(1, int(perSecond*burstSeconds)),
		recent: map[netip.Prefix]*rate.Limiter{},
	}
}

// wait returns 0, or how long until the address may try again.
func (l *addressLimit) wait(remote string) time.Duration {
	if l.perSecond == 0 {
		return 0
	}
	reserved := l.of(remote).Reserve()
	wait := reserved.Delay()
	if wait > 0 {
		reserved.Cancel()
	}
	return wait
}

func (l *addressLimit) of(remote string) *rate.Limiter {
	key := addressOf(remote)
	l.mu.Lock()
	defer l.mu.Unlock()
	if got := l.recent[key]; got != nil {
		return got
	}
	got := l.old[key]
	if got == nil {
		got = rate.NewLimiter(l.perSecond, l.burst)
	}
	if len(l.recent) >= maxAddresses {
		l.old, l.recent = l.recent, map[netip.Prefix]*rate.Limiter{}
	}
	l.recent[key] = got
	return got
}

// addressOf is the network that a request counts for. Addresses that cannot
// be read share one.
func addressOf(remote string) netip.Prefix {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return netip.Prefix{}
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Prefix{}
	}
	ip = ip.Unmap().WithZone("")
	bits := 64
	if ip.Is4() {
		bits = 32
	}
	network, err := ip.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return network
}
