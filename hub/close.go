package hub

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	"github.com/coder/websocket"
)

// Code says why the server ended a session. It is the code of the WebSocket
// close frame: peers reconnect after 4000–4399 and do not after 4400–4999.
type Code uint16

// The close codes.
const (
	Restarting Code = 4000 // the node goes down; others, or its successor, take over
	Slow       Code = 4001 // the peer did not read what was sent to it
	Silent     Code = 4002 // nothing was heard from the peer
	Overloaded Code = 4003 // the node has too much to do
	Internal   Code = 4004 // the server failed over this session

	Protocol Code = 4400 // what the peer sent makes no sense
	BadToken Code = 4401
	Banned   Code = 4403
	NoHello  Code = 4408 // not admitted in time
	TooLarge Code = 4413 // a message over Config.MaxFrame
)

// gone stands for sessions that the peer or the network ended.
const gone Code = 0

var words = map[Code]string{
	Restarting: "restarting", Slow: "slow", Silent: "silent", Overloaded: "overloaded", Internal: "internal",
	Protocol: "protocol", BadToken: "bad_token", Banned: "banned", NoHello: "no_hello", TooLarge: "too_large",
	gone: "gone",
}

// String returns the word for the code that a bye message carries.
func (c Code) String() string {
	if w, ok := words[c]; ok {
		return w
	}
	return strconv.Itoa(int(c))
}

// Reconnects reports whether peers come back after this code.
func (c Code) Reconnects() bool { return c >= 4000 && c < 4400 }

// bye is the last message of a session that the server ends. After is how
// long the peer should wait before it reconnects.
func bye(c Code, after time.Duration) []byte {
	return fmt.Appendf(nil, `{"type":"bye","code":%q,"reconnect":%t,"after":%d}`, c.String(), c.Reconnects(), after.Milliseconds())
}

// spread is the time over which n peers that all lose their session are asked to
// come back, at least 1 ns.
func (c Config) spread(n int) time.Duration {
	return max(1, min(c.ByeSpread, time.Duration(n)*byePace))
}

// byePace is the part of the spread for each peer: a thousand come back in a
// second, about half of what a node takes in on two cores.
const byePace = time.Millisecond

// closePayload is the payload of a close frame, RFC 6455 section 5.5.1.
func closePayload(c Code) []byte {
	if websocket.StatusCode(c) == websocket.StatusNoStatusRcvd {
		return nil
	}
	p := binary.BigEndian.AppendUint16(nil, uint16(c))
	if w, ok := words[c]; ok {
		p = append(p, w...)
	}
	return p
}

// Close ends the session: what is in its reliable queue is written (not if it
// is too slow), then a bye message and a close frame. It never blocks. Only
// the first call counts; what is sent to the session afterwards is discarded,
// and frames that it sends are not received any more.
func (s *Session) Close(code Code) { s.CloseAfter(code, 0) }

// CloseAfter is Close with the time that the bye message asks the peer to wait
// before it reconnects.
func (s *Session) CloseAfter(code Code, after time.Duration) {
	s.mu.Lock()
	s.closeLocked(code, after)
	s.mu.Unlock()
}

func (s *Session) closeLocked(code Code, after time.Duration) {
	if s.phase != open {
		return
	}
	if code == Slow {
		s.dropLocked()
	}
	s.queue.push(bye(code, after))
	s.finishLocked(code)
}

// answerClose answers a close frame of the peer with the same code.
func (s *Session) answerClose(code Code) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase == open {
		s.dropLocked()
		s.echo = code
		s.finishLocked(gone)
	}
}

// finishLocked lets the writer end the session once the queue is empty.
func (s *Session) finishLocked(cause Code) {
	s.phase = closing
	s.wire.greeting.Store(false)
	s.code = cause
	s.slots, s.stale = nil, false
	s.closeBy = time.Now().Add(s.hub.cfg.WriteTimeout)
	s.final = make(chan struct{})
	s.scheduleLocked(urgent)
}
