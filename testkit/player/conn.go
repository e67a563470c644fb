package player

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// Subprotocol is what version 1 of the protocol is called in a handshake.
const Subprotocol = "veltrix.v1"

// maxFrame bounds one frame that is read, in bytes: a definition of the largest
// size and a board fit.
const maxFrame = 8 << 20

// Conn is one WebSocket. Next belongs to one goroutine, everything else is
// safe for concurrent use.
type Conn struct {
	ws      *websocket.Conn
	arrived []Message // of the last frame, not yet returned
	skip    [][]byte  // see Only
	frame   bytes.Buffer
	heard   atomic.Int64 // frames that arrived
}

// Only makes Next pass over frames in which none of these types is mentioned,
// without decoding them. Boards are most of what arrives in a storm, and a
// caller that does not look at them need not pay for them.
func (c *Conn) Only(types ...string) {
	c.skip = nil
	for _, t := range types {
		c.skip = append(c.skip, []byte(`"`+t+`"`))
	}
}

// passes says whether Only lets a frame be passed over.
func (c *Conn) passes(frame []byte) bool {
	for _, t := range c.skip {
		if bytes.Contains(frame, t) {
			return false
		}
	}
	return len(c.skip) > 0
}

// Dial connects to url (ws:// or http://). It sends nothing yet: the server
// waits for a hello.
func Dial(ctx context.Context, client *http.Client, url string) (*Conn, error) {
	ws, resp, err := websocket.Dial(ctx, url, &websocket.DialOptions{
		HTTPClient:   client,
		Subprotocols: []string{Subprotocol},
	})
	if resp != nil && resp.Body != nil {
		_ = resp.Body.Close() // of a refusal, read by Dial already
	}
	if err != nil {
		return nil, refused(resp, err)
	}
	ws.SetReadLimit(maxFrame)
	return &Conn{ws: ws}, nil
}

// RefusedError is the answer of a server that takes no connection, or no
// player, now.
type RefusedError struct {
	After time.Duration // to wait before the next try
	cause error
}

func (e *RefusedError) Error() string { return fmt.Sprintf("refused for %v: %v", e.After, e.cause) }

// Unwrap returns what the server said.
func (e *RefusedError) Unwrap() error { return e.cause }

// refused reads the time to come again from the answer to a handshake.
func refused(resp *http.Response, err error) error {
	if resp == nil {
		return err
	}
	seconds, bad := strconv.Atoi(resp.Header.Get("Retry-After"))
	if bad != nil || seconds < 0 {
		return err
	}
	return &RefusedError{After: time.Duration(seconds) * time.Second, cause: err}
}

// Send writes one message as a frame; a slice of messages becomes an array
// frame.
func (c *Conn) Send(ctx context.Context, message any) error {
	frame, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	return c.ws.Write(ctx, websocket.MessageText, frame)
}

// SendRaw writes a frame as it is.
func (c *Conn) SendRaw(ctx context.Context, binary bool, frame []byte) error {
	kind := websocket.MessageText
	if binary {
		kind = websocket.MessageBinary
	}
	return c.ws.Write(ctx, kind, frame)
}

// Next returns the next message; those of an array frame come one by one. The
// end of the connection is a *CloseError. A context that ends closes it.
func (c *Conn) Next(ctx context.Context) (Message, error) {
	for len(c.arrived) == 0 {
		frame, err := c.read(ctx)
		if err != nil {
			return Message{}, err
		}
		if c.passes(frame) {
			continue
		}
		if c.arrived, err = split(frame); err != nil {
			return Message{}, err
		}
	}
	m := c.arrived[0]
	c.arrived = c.arrived[1:]
	return m, nil
}

// read returns the next frame; it is valid until the next read.
func (c *Conn) read(ctx context.Context) ([]byte, error) {
	kind, frame, err := c.ws.Reader(ctx)
	if err == nil {
		c.frame.Reset()
		_, err = c.frame.ReadFrom(frame)
	}
	if err != nil {
		return nil, &CloseError{Code: int(websocket.CloseStatus(err)), cause: err}
	}
	c.heard.Add(1)
	if kind != websocket.MessageText {
		return nil, fmt.Errorf("a frame of %d bytes is not text", c.frame.Len())
	}
	return c.frame.Bytes(), nil
}

// Buffered counts the messages that Next returns without reading: what is left
// of an array frame.
func (c *Conn) Buffered() int { return len(c.arrived) }

// Drop ends the connection without a close frame, as a lost network does.
func (c *Conn) Drop() {
	_ = c.ws.CloseNow() // it is gone either way
}

// CloseError says that the connection ended.
type CloseError struct {
	Code  int // of the close frame; −1 when there was none
	cause error
}

func (e *CloseError) Error() string { return fmt.Sprintf("closed with code %d: %v", e.Code, e.cause) }

// Unwrap returns what the connection reported.
func (e *CloseError) Unwrap() error { return e.cause }

// Final says that the server asked not to reconnect.
func (e *CloseError) Final() bool { return e.Code >= 4400 && e.Code <= 4999 }
