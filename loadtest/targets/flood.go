package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"veltrix/loadtest/crowd"
)

// floodCmd writes one frame to every connection, in a loop that does nothing
// else: the most that a server can do which gives each of them a frame of its
// own.
type floodCmd struct {
	Watchers int           `help:"How many will connect."`
	Bytes    int           `help:"Of the frame."`
	Time     time.Duration `help:"How long to write."`
}

// flooded is the result.
type flooded struct {
	Frames  float64 `json:"frames"`
	Seconds float64 `json:"seconds"`
	CPU     float64 `json:"cpu"` // seconds
}

// Run implements the command: it prints where it can be reached, waits for a
// line that says that everybody is there, and prints the result.
func (f *floodCmd) Run(ctx context.Context) error {
	in, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = in.Close() })()
	if _, err := fmt.Fprintln(os.Stdout, "http://"+in.Addr().String()); err != nil {
		return err
	}
	conns := make([]net.Conn, f.Watchers)
	for i := range conns {
		if conns[i], err = in.Accept(); err == nil {
			err = welcome(conns[i])
		}
		if err != nil {
			return err
		}
	}
	said := bufio.NewReader(os.Stdin)
	if _, err := said.ReadString('\n'); err != nil {
		return err
	}
	done, err := f.flood(conns)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(done); err != nil {
		return err
	}
	_, _ = said.ReadString('\n') // connections stay until the parent is done
	return nil
}

// welcome shakes hands and lets a watcher in.
func welcome(conn net.Conn) error {
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return err
	}
	if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
		return err
	}
	answer := append([]byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
		frame([]byte(`{"type":"watching","id":"j"}`))...)
	_, err := conn.Write(answer)
	return err
}

// frame puts a header of RFC 6455 before a text.
func frame(text []byte) []byte {
	const final, isText, short, medium = 0x80, 1, 126, 1 << 16
	head := []byte{final | isText}
	switch n := len(text); {
	case n < short:
		head = append(head, byte(n))
	case n < medium:
		head = binary.BigEndian.AppendUint16(append(head, short), uint16(n))
	default:
		head = binary.BigEndian.AppendUint64(append(head, short+1), uint64(n))
	}
	return append(head, text...)
}

// flood writes to each in turn until the time is over.
func (f *floodCmd) flood(conns []net.Conn) (flooded, error) {
	text := fmt.Appendf(nil, `{"type":"board","at":%d,"rows":"`, time.Now().UnixMilli())
	text = append(append(text, bytes.Repeat([]byte{'x'}, max(f.Bytes-len(text)-2, 0))...), `"}`...)
	b := frame(text)
	begun, used := time.Now(), crowd.CPU()
	end := begun.Add(f.Time)
	for _, c := range conns {
		if err := c.SetDeadline(end); err != nil {
			return flooded{}, err
		}
	}
	var d flooded
	for time.Now().Before(end) {
		for _, c := range conns {
			_, err := c.Write(b)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				break
			}
			if err != nil {
				return d, err
			}
			d.Frames++
		}
	}
	d.Seconds, d.CPU = time.Since(begun).Seconds(), (crowd.CPU() - used).Seconds()
	return d, nil
}
