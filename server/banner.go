package main

import (
	"fmt"
	"io"
	"net"
	"net/netip"

	"veltrix/server/config"
)

// banner is what serve writes to standard output once it can be reached. The
// first URL is the one to play at.
type banner struct {
	version   string
	addr, ops net.Addr
	organizer string // token
	store     string // without its password
	ack       string
	demo      bool
}

func (b *banner) write(w io.Writer) error {
	play := "http://" + reachable(b.addr) + "/"
	link := play + "organizer#token=" + b.organizer
	text := fmt.Sprintf("Veltrix %s\n\n  play       %s\n  organize   %s\n  ops        http://%s/metrics\n  store      %s, %s\n",
		b.version, play, link, reachable(b.ops), b.store, ackWords[b.ack])
	if b.demo {
		text += "  hunts      the store was empty: the demo hunt is open\n"
	}
	if b.ack == config.AckMemory {
		text += "  !!! --ack memory: awards are acknowledged before they are on disk.\n" +
			"  !!! A crash of the machine, and of the database, loses what players were told they have.\n"
	}
	_, err := io.WriteString(w, text+"\n")
	return err
}

// ackWords say what a level of durability means.
var ackWords = map[string]string{
	config.AckFsync:      "acknowledged when on disk (fsync)",
	config.AckReplicated: "acknowledged when on disk and on a replica (replicated)",
	config.AckMemory:     "acknowledged when in memory (memory)",
}

// reachable turns a listening address into one that a browser on this machine
// can open.
func reachable(a net.Addr) string {
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := ap.Addr().Unmap(); ip.IsUnspecified() {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), ap.Port()).String()
	}
	return ap.String()
}
