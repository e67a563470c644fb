package redistest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Do sends a command on a connection of its own and returns the reply as text:
// the values of an array each on a line, an error as the server says it after
// a minus. A server that cannot be reached gives "".
func (s *Server) Do(args ...string) string {
	conn, err := net.DialTimeout("tcp", s.Addr(), time.Second)
	if err != nil {
		return ""
	}
	defer conn.Close()
	if conn.SetDeadline(time.Now().Add(startTimeout)) != nil {
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

// Must is Do for a command that has to succeed.
func (s *Server) Must(args ...string) string {
	s.t.Helper()
	reply := s.Do(args...)
	if reply == "" || reply[0] == '-' {
		s.t.Fatalf("%v: %q", args, reply)
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

// Until polls until something is so. Servers tell their state only when asked.
func (s *Server) Until(what string, is func() bool) {
	s.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.NewTimer(sentinelWait)
	defer deadline.Stop()
	for !is() {
		select {
		case <-deadline.C:
			s.t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}

// Freeze stops the process without ending it, as a machine that hangs; Thaw
// lets it go on. A frozen server can be killed.
func (s *Server) Freeze() { s.signal(syscall.SIGSTOP) }

// Thaw ends what Freeze began.
func (s *Server) Thaw() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}
