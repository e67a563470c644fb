package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"veltrix/testkit/player"
)

// guest joins a hunt as a player of its own and returns the open connection.
func guest(s *Shot, url, hunt, name string) (*player.Conn, error) {
	token, err := mint(name)
	if err != nil {
		return nil, err
	}
	conn, err := player.Dial(s, s.Load.client, url)
	if err != nil {
		return nil, err
	}
	if err := conn.Send(s, []map[string]any{
		{"type": "hello", "token": token}, {"type": "join", "id": "join", "hunt": hunt},
	}); err != nil {
		conn.Drop()
		return nil, err
	}
	for {
		m, err := conn.Next(s)
		switch {
		case err != nil:
			return nil, err
		case m.Type == "joined":
			return conn, nil
		case m.Type == "error" && player.Retryable(m.Code):
			time.Sleep(time.Duration(m.RetryAfter) * time.Millisecond) // as the server asks
			if err := conn.Send(s, map[string]any{"type": "join", "id": "join", "hunt": hunt}); err != nil {
				return nil, err
			}
		case m.Type == "error":
			conn.Drop()
			return nil, fmt.Errorf("join: %s", m.Raw)
		}
	}
}

// side is a hunt next to those of the load, for what would disturb them.
func (s *Shot) side() (string, error) {
	id := s.Load.name + "-side"
	h, err := s.Load.other(s, id)
	if err != nil {
		return "", err
	}
	return h.id, nil
}

// handshake is written by hand where no library may read what follows.
const handshake = "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"

// upgrade opens a WebSocket of which the caller writes the bytes.
func upgrade(s *Shot, addr string) (net.Conn, *bufio.Reader, error) {
	conn, err := (&net.Dialer{}).DialContext(s, "tcp", addr)
	if err != nil {
		return nil, nil, err
	}
	r := bufio.NewReaderSize(conn, 4096)
	err = conn.SetDeadline(time.Now().Add(30 * time.Second))
	if err == nil {
		_, err = conn.Write([]byte(handshake))
	}
	if err == nil {
		var status string // the handshake has no body
		if status, err = r.ReadString('\n'); err == nil && !strings.HasPrefix(status, "HTTP/1.1 101 ") {
			err = errors.New(status)
		}
	}
	if err != nil {
		return nil, nil, errors.Join(err, conn.Close())
	}
	return conn, r, nil
}

// textFrame is a frame of a client with a mask of zeros.
func textFrame(opcode byte, payload string) []byte {
	n := len(payload)
	f := []byte{0x80 | opcode}
	switch {
	case n < 126:
		f = append(f, 0x80|byte(n))
	case n < 1<<16:
		f = append(f, 0x80|126, byte(n>>8), byte(n))
	default:
		f = append(f, 0x80|127, 0, 0, 0, 0, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return append(append(f, 0, 0, 0, 0), payload...)
}
