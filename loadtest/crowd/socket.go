package crowd

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"veltrix/loadtest/peers/wire"
)

const (
	readBuffer   = 8 << 10 // of each socket; a board of 50 rows fits
	maxFrame     = 8 << 20 // a definition of the largest size and a board fit
	writeTimeout = 10 * time.Second
	dialTimeout  = 30 * time.Second
)

// The opcodes of RFC 6455, section 5.2.
const (
	opContinuation = 0
	opText         = 1
	opBinary       = 2
	opClose        = 8
	opPing         = 9
	opPong         = 10
)

// socket is the client's side of a WebSocket: as much of RFC 6455 as is needed,
// with one write(2) a frame and no goroutine. next belongs to one goroutine,
// everything else is safe for concurrent use.
type socket struct {
	conn net.Conn
	in   *bufio.Reader
	key  uint32
	op   byte // of what is written
	line wire.Line

	mu  sync.Mutex // of out, and one frame at a time
	out []byte
}

// closed is the end of a connection by a close frame.
type closed struct{ code int }

func (e *closed) Error() string { return fmt.Sprintf("closed with %d", e.code) }

// final says that the server asked not to come back.
func (e *closed) final() bool { return e.code >= 4400 && e.code <= 4999 }

// dial connects to base (http:// or https://) from the address source; nil is
// the system's choice.
func dial(ctx context.Context, base *url.URL, source net.Addr, line wire.Line) (*socket, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	from := &net.Dialer{LocalAddr: source}
	var conn net.Conn
	var err error
	if base.Scheme == "https" {
		secure := tls.Dialer{NetDialer: from}
		conn, err = secure.DialContext(ctx, "tcp", withPort(base, "443"))
	} else {
		conn, err = from.DialContext(ctx, "tcp", withPort(base, "80"))
	}
	if err != nil {
		return nil, err
	}
	s := &socket{conn: conn, in: bufio.NewReaderSize(conn, readBuffer), key: rand.Uint32(), op: opText, line: line}
	if line.Binary() {
		s.op = opBinary
	}
	if err := s.shake(ctx, base); err != nil {
		return nil, errors.Join(fmt.Errorf("handshake: %w", err), conn.Close())
	}
	return s, nil
}

func withPort(base *url.URL, port string) string {
	if base.Port() != "" {
		port = base.Port()
	}
	return net.JoinHostPort(base.Hostname(), port)
}

func (s *socket) shake(ctx context.Context, base *url.URL) error {
	if end, ok := ctx.Deadline(); ok {
		if err := s.conn.SetDeadline(end); err != nil {
			return err
		}
	}
	protocol := ""
	if name := s.line.Protocol(); name != "" {
		protocol = "Sec-WebSocket-Protocol: " + name + "\r\n"
	}
	_, err := fmt.Fprintf(s.conn, "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dHJlYXN1cmUtaHVudC0wMQ==\r\n%s\r\n", s.line.Target(), base.Host, protocol)
	if err != nil {
		return err
	}
	resp, err := http.ReadResponse(s.in, nil)
	if err != nil {
		return err
	}
	if err := resp.Body.Close(); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return fmt.Errorf("the answer is %s", resp.Status)
	}
	return s.conn.SetDeadline(time.Time{})
}

// write sends a frame.
func (s *socket) write(payload []byte) error { return s.send(s.op, payload) }

func (s *socket) send(op byte, payload []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := append(s.out[:0], 0x80|op)
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		return fmt.Errorf("a frame of %d bytes", n)
	}
	b = binary.BigEndian.AppendUint32(b, s.key)
	head := len(b)
	b = append(b, payload...)
	mask := b[head-4 : head]
	for i := range payload {
		b[head+i] ^= mask[i&3]
	}
	s.out = b
	if err := s.conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	_, err := s.conn.Write(b)
	return err
}

// frames are buffers for frames that are being read. Sockets share them because
// most wait most of the time, and the largest frame of each is its first.
var frames = sync.Pool{New: func() any { return new([]byte) }}

// next waits for a frame and hands it over; it is valid until handle
// returns.
func (s *socket) next(handle func(frame []byte) error) error {
	if _, err := s.in.Peek(2); err != nil {
		return err
	}
	buffer := frames.Get().(*[]byte)
	defer frames.Put(buffer)
	frame, err := s.read((*buffer)[:0])
	if err != nil {
		return err
	}
	*buffer = frame
	return handle(frame)
}

// read appends the next frame to got.
func (s *socket) read(got []byte) ([]byte, error) {
	for {
		head, err := s.in.Peek(2)
		if err != nil {
			return nil, err
		}
		final, op, size := head[0]&0x80 != 0, head[0]&0x0f, int64(head[1]&0x7f)
		if head[1]&0x80 != 0 {
			return nil, errors.New("a frame from the server is masked")
		}
		if size, err = s.length(size); err != nil {
			return nil, err
		}
		at := len(got)
		if int64(at)+size > maxFrame {
			return nil, fmt.Errorf("a frame of more than %d bytes", maxFrame)
		}
		got = append(got, make([]byte, size)...)
		if _, err := io.ReadFull(s.in, got[at:]); err != nil {
			return nil, err
		}
		switch op {
		case opText, opBinary, opContinuation:
			if final {
				return got, nil
			}
			continue
		case opClose:
			end := &closed{code: 1005}
			if size >= 2 {
				end.code = int(binary.BigEndian.Uint16(got[at:]))
			}
			return nil, end
		case opPing:
			if err := s.send(opPong, got[at:]); err != nil {
				return nil, err
			}
		case opPong:
		default:
			return nil, fmt.Errorf("a frame with opcode %d", op)
		}
		got = got[:at]
	}
}

// length takes a frame's header off the buffer and returns the length of its
// payload; short is what the header's second byte says.
func (s *socket) length(short int64) (int64, error) {
	more := 0
	switch short {
	case 126:
		more = 2
	case 127:
		more = 8
	}
	head, err := s.in.Peek(2 + more)
	if err != nil {
		return 0, err
	}
	n := short
	if more > 0 {
		n = 0
		for _, b := range head[2:] {
			n = n<<8 | int64(b)
		}
	}
	if n < 0 {
		return 0, errors.New("a frame of a negative length")
	}
	_, err = s.in.Discard(2 + more)
	return n, err
}

// drop ends the connection without a close frame, as a lost network does.
func (s *socket) drop() {
	_ = s.conn.Close() // it is gone either way
}
