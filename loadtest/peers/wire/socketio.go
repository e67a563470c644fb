package wire

import (
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
)

// socketIO speaks version 5 of the Socket.IO protocol over version 4 of the
// Engine.IO protocol, on WebSocket alone: "4" is a message, "2" and "3" ping and
// pong; of messages "0" is connect, "2" an event, "3" an acknowledgement.
// https://socket.io/docs/v4/socket-io-protocol/
type socketIO struct {
	who  Who
	last atomic.Uint32 // acknowledgement id
}

func newSocketIO(who Who) *socketIO { return &socketIO{who: who} }

func (*socketIO) Target() string   { return "/socket.io/?EIO=4&transport=websocket" }
func (*socketIO) Protocol() string { return "" }
func (*socketIO) Binary() bool     { return false }
func (*socketIO) Hello() []byte    { return nil } // the server opens

func (s *socketIO) Claim(b, claim []byte) []byte {
	b = append(b, "42"...)
	b = strconv.AppendUint(b, uint64(s.last.Add(1)), 10)
	b = append(append(b, `["claim",`...), claim...)
	return append(b, ']')
}

func (s *socketIO) Read(frame []byte, answer, yield func([]byte) error) error {
	if len(frame) == 0 {
		return errors.New("an empty frame")
	}
	switch frame[0] {
	case '0':
		return answer(fmt.Appendf(nil, `40{"token":%q,"hunt":%q}`, s.who.Token, s.who.Hunt))
	case '2':
		return answer([]byte{'3'})
	case '4':
		if len(frame) > 1 {
			return readEvent(frame, yield)
		}
	}
	return fmt.Errorf("unexpected: %.200q", frame)
}

// readEvent finds the message in an event or an acknowledgement: both are JSON
// arrays, and the message is the first object in them.
func readEvent(frame []byte, yield func([]byte) error) error {
	switch frame[1] {
	case '0':
		return nil // connected; "joined" follows
	case '2', '3':
		for i := 2; i < len(frame); i++ {
			if frame[i] == '{' {
				return yield(frame[i:])
			}
		}
	}
	return fmt.Errorf("unexpected: %.200q", frame)
}
