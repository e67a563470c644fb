package api

import (
	"fmt"
	"net"
	"net/http"

	"github.com/realclientip/realclientip-go"
)

// Proxies are the addresses whose word on where a request came from counts. The
// zero value trusts nobody. It never changes, so goroutines share it.
type Proxies struct {
	trusted []net.IPNet
	chain   realclientip.RightmostTrustedRangeStrategy
}

// forwardedFor is the header to which each proxy appends the address that it was
// asked from.
const forwardedFor = "X-Forwarded-For"

// NewProxies reads addresses and ranges, such as 10.0.0.0/8 or ::1.
func NewProxies(ranges []string) (Proxies, error) {
	if len(ranges) == 0 {
		return Proxies{}, nil
	}
	trusted, err := realclientip.AddressesAndRangesToIPNets(ranges...)
	if err != nil {
		return Proxies{}, fmt.Errorf("%w; write addresses or ranges, such as 127.0.0.1 or 10.0.0.0/8", err)
	}
	chain, err := realclientip.NewRightmostTrustedRangeStrategy(forwardedFor, trusted)
	if err != nil {
		return Proxies{}, err
	}
	return Proxies{trusted, chain}, nil
}

// client is the address, with a port, of whoever asked the first trusted proxy:
// the right-most one that is not a proxy's own, since what stands left of it the
// client may have written itself. A peer that is not trusted speaks for itself.
func (p Proxies) client(r *http.Request) string {
	if !p.trusts(r.RemoteAddr) {
		return r.RemoteAddr
	}
	ip := p.chain.ClientIP(r.Header, r.RemoteAddr)
	if ip == "" { // the proxy says nothing that can be read
		return r.RemoteAddr
	}
	return net.JoinHostPort(ip, "0")
}

func (p Proxies) trusts(remote string) bool {
	host, _, err := net.SplitHostPort(remote)
	if err != nil || len(p.trusted) == 0 {
		return false
	}
	ip, err := realclientip.ParseIPAddr(host)
	if err != nil {
		return false
	}
	for i := range p.trusted {
		if p.trusted[i].Contains(ip.IP) {
			return true
		}
	}
	return false
}
