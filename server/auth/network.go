package auth

import (
	"net"
	"net/netip"
)

// Network is what a client's address, with its port, counts for where limits go by
// address: an IPv4 address, or the /64 of an IPv6 one. Addresses that cannot be
// read share one.
func Network(remote string) netip.Prefix {
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
