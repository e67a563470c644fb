package redisserver

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// replyTimeout bounds one command: loading a long append-only file on a busy
// machine takes seconds.
const replyTimeout = 20 * time.Second

// place is where a server listens.
type place struct{ network, addr string }

// listens are the places where the server listens.
func (s *Server) listens() []place {
	var all []place
	if s.opts.Port != 0 {
		all = append(all, place{"tcp", s.Addr()})
	}
	if s.opts.Socket != "" {
		all = append(all, place{"unix", s.opts.Socket})
	}
	return all
}

// Do sends a command on a connection of its own and returns the reply as text:
// the values of an array each on a line, an error after a minus, as the server
// writes it. A server that cannot be reached gives "".
func (s *Server) Do(args ...string) string { return do(s.listens()[0], args...) }

func do(at place, args ...string) string {
	conn, err := net.DialTimeout(at.network, at.addr, time.Second)
	if err != nil {
		return ""
	}
	defer func() { _ = conn.Close() }() // of one command
	if conn.SetDeadline(time.Now().Add(replyTimeout)) != nil {
		return ""
	}
	var text strings.Builder
	fmt.Fprintf(&text, "*%d\r\n", len(args))
	for _, a := range args {
		fmt.Fprintf(&text, "$%d\r\n%s\r\n", len(a), a)
	}
	if _, err := io.WriteString(conn, text.String()); err != nil {
		return ""
	}
	reply, err := readReply(bufio.NewReader(conn))
	if err != nil {
		return ""
	}
	return reply
}

func readReply(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimSuffix(line, "\r\n")
	if line == "" {
		return "", io.ErrUnexpectedEOF
	}
	kind, rest := line[0], line[1:]
	switch kind {
	case '-':
		return line, nil
	case '$', '*':
	default:
		return rest, nil
	}
	n, err := strconv.Atoi(rest)
	if err != nil || n < 0 {
		return "", err
	}
	if kind == '$' {
		b := make([]byte, n+2)
		_, err := io.ReadFull(r, b)
		return string(b[:n]), err
	}
	values := make([]string, n)
	for i := range values {
		if values[i], err = readReply(r); err != nil {
			return "", err
		}
	}
	return strings.Join(values, "\n"), nil
}
