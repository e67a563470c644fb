package hub

import (
	"encoding/binary"
)

// A session's outbox is its reliable queue, the slots of Put and the states of
// its subscriptions. All of it belongs to Session.mu.

// maxAssembled is the payload up to which waiting messages share a frame: as
// much as is worth one write, and little enough that a slow socket does not
// make much that is written long before it is read.
const maxAssembled = 64 << 10

// maxSlots bounds the different slots that wait for one session.
const maxSlots = 64

type slot struct {
	name string
	msg  []byte
}

// queue holds messages in order. An idle session keeps room for four.
type queue struct {
	msgs  [][]byte
	head  int
	bytes int
}

func (q *queue) empty() bool { return q.head == len(q.msgs) }

func (q *queue) push(msg []byte) {
	if q.msgs == nil {
		q.msgs = make([][]byte, 0, 4)
	}
	q.msgs = append(q.msgs, msg)
	q.bytes += len(msg)
}

func (q *queue) pop() {
	q.bytes -= len(q.msgs[q.head])
	q.msgs[q.head] = nil
	q.head++
	if !q.empty() {
		return
	}
	q.msgs, q.head = q.msgs[:0], 0
	if cap(q.msgs) > 4 {
		q.msgs = nil
	}
}

// Send queues a message that must reach the session, in order. It never
// blocks. The message must not be changed afterwards; it may be shared between
// sessions. If the queue passes Config.MaxQueue the session is closed as Slow;
// what waited then is lost to it, and its last message says so.
func (s *Session) Send(msg []byte) {
	s.mu.Lock()
	if s.sendLocked(msg) {
		s.scheduleLocked(urgent)
	}
	s.mu.Unlock()
}

// sendLocked queues msg and reports whether it did.
func (s *Session) sendLocked(msg []byte) bool {
	if s.phase != open {
		return false
	}
	if !s.queue.empty() && s.queue.bytes+len(msg) > s.hub.cfg.MaxQueue {
		s.hub.metrics.overflows.Inc()
		s.closeLocked(Slow, 0)
		return false
	}
	s.queue.push(msg)
	return true
}

// Put sets a private slot: if an older message of the slot still waits, this
// one takes its place. It never blocks. A session for which 64 slots wait is
// closed as Slow when one more is put.
func (s *Session) Put(name string, msg []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase != open {
		return
	}
	for i := range s.slots {
		if s.slots[i].name == name {
			s.slots[i].msg = msg
			s.hub.metrics.skips.Inc()
			return
		}
	}
	if len(s.slots) == maxSlots {
		s.hub.metrics.overflows.Inc()
		s.closeLocked(Slow, 0)
		return
	}
	s.slots = append(s.slots, slot{name, msg})
	s.scheduleLocked(bulk)
}

// dropLocked forgets what waits.
func (s *Session) dropLocked() {
	s.queue, s.slots, s.stale, s.pong, s.ping = queue{}, nil, false, nil, false
}

func (s *Session) pendingLocked() bool {
	return s.phase == closing || s.phase == open &&
		(!s.queue.empty() || len(s.slots) > 0 || s.stale || s.pong != nil || s.ping)
}

// takeLocked assembles the next frame of what waits, in the order queue, slots,
// states. A slot or state goes only with or after the last reliable message
// that waits, so that it cannot overtake a snapshot. It reports whether the
// frame ends with the close frame.
func (s *Session) takeLocked(f *frame) (final bool) {
	f.reset()
	for !s.queue.empty() {
		msg := s.queue.msgs[s.queue.head]
		if !f.fits(msg) {
			break
		}
		f.add(msg)
		s.queue.pop()
	}
	if s.queue.empty() && s.phase == open {
		s.takeSlotsLocked(f)
		if s.stale {
			s.stale = !s.takeStatesLocked(f)
		}
	}
	f.seal()
	if s.pong != nil {
		f.control(opPong, s.pong)
		s.pong = nil
	}
	if s.ping {
		f.control(opPing, nil)
		s.ping = false
	}
	if s.queue.empty() && s.phase == closing {
		code := s.code
		if code == gone {
			code = s.echo
		}
		f.control(opClose, closePayload(code))
		return true
	}
	return false
}

func (s *Session) takeSlotsLocked(f *frame) {
	n := 0
	for n < len(s.slots) && f.fits(s.slots[n].msg) {
		f.add(s.slots[n].msg)
		n++
	}
	rest := copy(s.slots, s.slots[n:])
	clear(s.slots[rest:])
	s.slots = s.slots[:rest]
	if rest == 0 && cap(s.slots) > 4 {
		s.slots = nil
	}
}

// takeStatesLocked adds the newest states that the session was not sent, and
// reports whether that was all of them.
func (s *Session) takeStatesLocked(f *frame) bool {
	m := s.hub.metrics
	for _, sub := range s.subs {
		for i := 0; sub.dirty != 0 && i < Slots; i++ {
			if sub.dirty&(1<<i) == 0 {
				continue
			}
			st := sub.topic.states[i].Load()
			if st == nil || st.Version == sub.sent[i] {
				sub.dirty &^= 1 << i
				continue
			}
			msg, n := st.Full, m.fulls
			if st.Delta != nil && st.Base == sub.sent[i] {
				msg, n = st.Delta, m.deltas
			}
			if !f.fits(msg) {
				return false
			}
			f.add(msg)
			n.Inc()
			sub.sent[i] = st.Version
			sub.dirty &^= 1 << i
		}
	}
	return true
}

// Opcodes and the final bit, RFC 6455 section 5.2.
const (
	opText  = 1
	opClose = 8
	opPing  = 9
	opPong  = 10
	finBit  = 0x80
)

// room is left before the messages for the longest header and a bracket.
const room = 11

// frame assembles the bytes of one write: a text frame with one message, or with
// several as a JSON array, and control frames after it. Its buffer is used
// again and again.
type frame struct {
	buf   []byte
	start int // of the bytes to write
	count int // messages
}

func (f *frame) reset() {
	if cap(f.buf) > 2*maxAssembled || f.buf == nil { // an outsized message is rare
		f.buf = make([]byte, room, 4<<10)
	}
	f.buf, f.start, f.count = f.buf[:room], room, 0
}

func (f *frame) fits(msg []byte) bool {
	return f.count == 0 || len(f.buf)-room+len(msg)+3 <= maxAssembled
}

func (f *frame) add(msg []byte) {
	if f.count > 0 {
		f.buf = append(f.buf, ',')
	}
	f.buf = append(f.buf, msg...)
	f.count++
}

// seal puts the header before the messages.
func (f *frame) seal() {
	if f.count == 0 {
		return
	}
	if f.count > 1 {
		f.buf = append(f.buf, ']')
		f.start--
		f.buf[f.start] = '['
	}
	n := len(f.buf) - f.start
	switch {
	case n < 126:
		f.start -= 2
		f.buf[f.start+1] = byte(n)
	case n < 1<<16:
		f.start -= 4
		f.buf[f.start+1] = 126
		binary.BigEndian.PutUint16(f.buf[f.start+2:], uint16(n))
	default:
		f.start -= 10
		f.buf[f.start+1] = 127
		binary.BigEndian.PutUint64(f.buf[f.start+2:], uint64(n))
	}
	f.buf[f.start] = finBit | opText
}

// control appends a control frame; its payload is at most 125 bytes.
func (f *frame) control(op byte, payload []byte) {
	f.buf = append(f.buf, finBit|op, byte(len(payload)))
	f.buf = append(f.buf, payload...)
}

// bytes is what is to be written, empty when nothing waits.
func (f *frame) bytes() []byte { return f.buf[f.start:] }
