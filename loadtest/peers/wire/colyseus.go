package wire

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// colyseus speaks Colyseus' binary protocol: a byte for the kind, then for a
// message its name and MessagePack, for the state the bytes of Colyseus' schema.
// https://docs.colyseus.io/
type colyseus struct {
	target string
	space  []byte // of Read
}

// The kinds of frames.
const (
	joinRoom  = 10
	roomData  = 13
	roomState = 14
	roomPatch = 15
)

// reserveTimeout is for the HTTP request before the handshake.
const reserveTimeout = 30 * time.Second

var reserver = &http.Client{Timeout: reserveTimeout, Transport: &http.Transport{MaxIdleConnsPerHost: 128}}

// reserve asks for a seat in the room of the hunt.
func reserve(ctx context.Context, base *url.URL, who Who) (*colyseus, error) {
	body, err := json.Marshal(map[string]string{"hunt": who.Hunt})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base.JoinPath("/matchmake/joinOrCreate/hunt").String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if who.Token != "" {
		req.Header.Set("Authorization", "Bearer "+who.Token)
	}
	resp, err := reserver.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // has been read
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil {
		return nil, err
	}
	var seat struct {
		SessionID string `json:"sessionId"`
		Room      struct {
			RoomID    string `json:"roomId"`
			ProcessID string `json:"processId"`
		} `json:"room"`
	}
	if err := json.Unmarshal(text, &seat); err != nil || seat.SessionID == "" {
		return nil, fmt.Errorf("no seat: %s: %.200s", resp.Status, text)
	}
	return &colyseus{target: "/" + seat.Room.ProcessID + "/" + seat.Room.RoomID + "?sessionId=" + url.QueryEscape(seat.SessionID)}, nil
}

func (c *colyseus) Target() string { return c.target }
func (*colyseus) Protocol() string { return "" }
func (*colyseus) Binary() bool     { return true }
func (*colyseus) Hello() []byte    { return nil } // the server opens

func (*colyseus) Claim(b, claim []byte) []byte {
	b = append(b, roomData)
	b = appendString(b, []byte("claim"))
	b, _ = appendObject(b, claim, 0)
	return b
}

// appendObject appends the JSON object at claim[i:] as MessagePack and returns
// where it ended. The crowd sends no escapes.
func appendObject(b, claim []byte, i int) (out []byte, end int) {
	at := len(b)
	b = append(b, 0x80) // a map of 0 to 15
	value := false
	for i++; i < len(claim); i++ {
		switch claim[i] {
		case '"':
			n := bytes.IndexByte(claim[i+1:], '"')
			b = appendString(b, claim[i+1:i+1+n])
			i += n + 1
			if !value {
				b[at]++
			}
		case '{':
			b, i = appendObject(b, claim, i)
		case '}':
			return b, i
		case ':':
			value = true
		case ',':
			value = false
		}
	}
	return b, i
}

func appendString(b, text []byte) []byte {
	if len(text) < 32 {
		b = append(b, 0xa0|byte(len(text)))
	} else {
		b = append(b, 0xd9, byte(len(text)))
	}
	return append(b, text...)
}

var errBytes = errors.New("not what Colyseus sends")

func (c *colyseus) Read(frame []byte, answer, yield func([]byte) error) error {
	if len(frame) == 0 {
		return errBytes
	}
	switch frame[0] {
	case joinRoom:
		return answer([]byte{joinRoom})
	case roomState:
		return yield(joinedMessage)
	case roomPatch:
		return c.board(frame, yield)
	case roomData:
		_, rest, ok := text(frame[1:])
		if !ok {
			return errBytes
		}
		if c.space, _, ok = appendJSON(c.space[:0], rest); !ok {
			return errBytes
		}
		return yield(c.space)
	}
	return fmt.Errorf("%w: %.100q", errBytes, frame)
}

// board finds the time of a board in what changed of the state. The state's own
// fields come first, "at" the first of them, but for the list of rows when that
// is new.
func (c *colyseus) board(frame []byte, yield func([]byte) error) error {
	const at, rows = 0x80, 0x82 // the fields by index, set again
	i := 1
	if len(frame) > 3 && frame[1] == rows {
		i = 3
	}
	if len(frame) < i+9 || frame[i] != at {
		return fmt.Errorf("%w: a board without a time: %.100q", errBytes, frame)
	}
	stamp := math.Float64frombits(binary.LittleEndian.Uint64(frame[i+1:]))
	c.space = append(c.space[:0], `{"type":"board","at":`...)
	c.space = append(strconv.AppendInt(c.space, int64(stamp), 10), '}')
	return yield(c.space)
}

// text reads a MessagePack string.
func text(b []byte) (s, rest []byte, ok bool) {
	if len(b) == 0 {
		return nil, nil, false
	}
	var n, head int
	switch k := b[0]; {
	case k&0xe0 == 0xa0:
		n, head = int(k&0x1f), 1
	case k == 0xd9 && len(b) > 1:
		n, head = int(b[1]), 2
	case k == 0xda && len(b) > 2:
		n, head = int(binary.BigEndian.Uint16(b[1:])), 3
	default:
		return nil, nil, false
	}
	if len(b) < head+n {
		return nil, nil, false
	}
	return b[head : head+n], b[head+n:], true
}

// appendJSON appends a MessagePack value as JSON: strings, integers, true, false
// and maps of them, which is what a verdict has.
func appendJSON(out, b []byte) (json, rest []byte, ok bool) {
	if s, rest, ok := text(b); ok {
		return strconv.AppendQuote(out, string(s)), rest, true
	}
	if n, rest, ok := integer(b); ok {
		return strconv.AppendInt(out, n, 10), rest, true
	}
	if len(b) == 0 {
		return out, nil, false
	}
	var pairs int
	switch k := b[0]; {
	case k == 0xc2:
		return append(out, "false"...), b[1:], true
	case k == 0xc3:
		return append(out, "true"...), b[1:], true
	case k&0xf0 == 0x80:
		pairs, rest = int(k&0x0f), b[1:]
	case k == 0xde && len(b) > 2:
		pairs, rest = int(binary.BigEndian.Uint16(b[1:])), b[3:]
	default:
		return out, nil, false
	}
	out = append(out, '{')
	for i := range pairs {
		if i > 0 {
			out = append(out, ',')
		}
		if out, rest, ok = appendJSON(out, rest); !ok {
			return out, nil, false
		}
		out = append(out, ':')
		if out, rest, ok = appendJSON(out, rest); !ok {
			return out, nil, false
		}
	}
	return append(out, '}'), rest, true
}

// integer reads a MessagePack integer that is not negative; JavaScript has those
// of more than 32 bits as floats.
func integer(b []byte) (n int64, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, nil, false
	}
	size := 0
	switch k := b[0]; {
	case k < 0x80:
		return int64(k), b[1:], true
	case k >= 0xcc && k <= 0xcf:
		size = 1 << (k - 0xcc)
	case k == 0xcb:
		size = 8
	}
	if size == 0 || len(b) < 1+size {
		return 0, nil, false
	}
	var bits uint64
	for _, x := range b[1 : 1+size] {
		bits = bits<<8 | uint64(x)
	}
	if b[0] == 0xcb {
		return int64(math.Float64frombits(bits)), b[1+size:], true
	}
	return int64(bits), b[1+size:], true
}
