package hub

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/zap"
)

// phase is where a session is in its life; it only grows.
type phase uint8

const (
	open    phase = iota
	closing       // what waits and the close frame have to be written
	flushed       // the close frame is written
	over          // the connection is cut
)

// Session is one WebSocket of the hub.
type Session struct {
	// These are set before the session's goroutine starts.
	hub   *Hub
	id    string
	spoke int             // of the hub's wheel
	ws    *websocket.Conn // only read from; see wire
	wire  wire            // written to by whoever set writing
	peer  Peer

	mu       sync.Mutex // guards what follows but next
	phase    phase
	admitted bool
	muted    bool          // the hub is quiet: nothing is received any more
	busy     bool          // in Peer.Receive
	rest     chan struct{} // closed when Receive has returned; made by mute
	writing  bool          // someone writes a frame
	listed   uint8         // bits of the lists of ready that hold the session
	stale    bool          // a subscription may have a state to send
	code     Code          // why the session ends
	echo     Code          // of the close frame, when the peer closed
	queue    queue
	slots    []slot          // Put, in order of the first unsent one
	subs     []*subscription // in no order
	pong     []byte
	ping     bool            // a ping waits
	heardAt  time.Time       // when the silence deadline was set last
	closeBy  time.Time       // for what is written once closing
	final    chan struct{}   // closed when phase leaves closing
	idle     chan struct{}   // closed when no list and no writer has the session; made by settle
	next     [lists]*Session // links of the lists of ready; guarded by ready.mu
}

// ID names the session in logs. It is random.
func (s *Session) ID() string { return s.id }

// Admit lifts the hello deadline; from now on the session is closed only when
// it is silent.
func (s *Session) Admit() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase == open && !s.admitted {
		s.admitted = true
		s.wire.greeting.Store(false)
		s.hearLocked(time.Now())
	}
}

// hearLocked sets the silence deadline. It fails only on a closed connection,
// which the reader notices by itself.
func (s *Session) hearLocked(now time.Time) {
	quiet := s.hub.cfg.Silence
	_ = s.wire.SetReadDeadline(now.Add(quiet + quiet/deadlines))
}

// deadlines is how often at most the silence deadline moves in the time of a
// silence.
const deadlines = 60

// heardLocked is called at every sign of life and reports whether the session is
// still open. It seldom moves the deadline, since that costs more than the rest
// of reading a frame.
func (s *Session) heardLocked() bool {
	if s.phase != open {
		return false
	}
	now := time.Now()
	if s.admitted && now.Sub(s.heardAt) >= s.hub.cfg.Silence/deadlines {
		s.heardAt = now
		s.hearLocked(now)
	}
	return true
}

// pinged queues the pong; the library is kept from writing it.
func (s *Session) pinged(_ context.Context, payload []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.heardLocked() {
		s.pong = append([]byte{}, payload...)
		s.scheduleLocked(urgent)
	}
	return false
}

// ponged is called for each pong; the library goes on reading by itself.
func (s *Session) ponged(context.Context, []byte) {
	s.mu.Lock()
	s.heardLocked()
	s.mu.Unlock()
}

// run is the session's goroutine.
func (s *Session) run() {
	s.read()
	if s.received() {
		<-s.hub.parting // what the peer still says is not for this node
	}
	s.end()
}

// receiving marks the session busy, unless it is not open or nothing is
// received any more.
func (s *Session) receiving() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = s.heardLocked() && !s.muted
	return s.busy
}

// received ends what receiving began. It reports whether the session is open
// and muted.
func (s *Session) received() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = false
	if s.rest != nil {
		close(s.rest)
		s.rest = nil
	}
	return s.muted && s.phase == open
}

// mute has the session receive nothing any more. What it returns is closed
// when nothing is being received; nil means at once.
func (s *Session) mute() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.muted = true
	if !s.busy {
		return nil
	}
	if s.rest == nil {
		s.rest = make(chan struct{})
	}
	return s.rest
}

// read receives frames until the session is closing or over.
func (s *Session) read() {
	defer s.caught()
	for {
		// A context that can end would cost allocations and a goroutine, and
		// closes the connection when it does; deadlines are the socket's.
		typ, r, err := s.ws.Reader(context.Background())
		if err != nil {
			s.unread(err)
			return
		}
		if typ != websocket.MessageText {
			s.Close(Protocol)
			return
		}
		if !s.receive(r) {
			return
		}
	}
}

func (s *Session) receive(r io.Reader) bool {
	h := s.hub
	buf := h.frames.Get().(*[]byte)
	defer h.frames.Put(buf)
	n, err := io.ReadFull(r, *buf)
	switch err {
	case nil: // there is one byte more than allowed
		s.Close(TooLarge)
		return false
	case io.EOF, io.ErrUnexpectedEOF:
		if s.wire.err != nil { // not the end of the message
			s.unread(err)
			return false
		}
	default:
		s.unread(err)
		return false
	}
	if !s.receiving() {
		return false
	}
	h.metrics.framesIn.Inc()
	h.metrics.bytesIn.Add(float64(n))
	// gofail: var frameRead struct{}

	s.peer.Receive((*buf)[:n])
	return !s.received()
}

// unread ends the session for the reason that reading failed.
func (s *Session) unread(err error) {
	code := websocket.CloseStatus(err)
	switch {
	case code != -1:
		s.answerClose(Code(code))
	case errors.Is(s.wire.err, os.ErrDeadlineExceeded):
		s.mu.Lock()
		if s.admitted {
			s.closeLocked(Silent, 0)
		} else {
			s.closeLocked(NoHello, 0)
		}
		s.mu.Unlock()
	case s.wire.err != nil:
		s.abandon()
	default: // the library did not like what it read
		s.Close(Protocol)
	}
}

// end takes the session apart.
func (s *Session) end() {
	s.mu.Lock()
	final, code := s.final, s.code
	s.mu.Unlock()
	if final != nil {
		<-final
	}
	if code != gone {
		s.lingerOn()
	}
	s.dismantle()
	if ce := s.hub.log.Check(zap.DebugLevel, "session ended"); ce != nil {
		ce.Write(zap.String("session", s.id), zap.Stringer("code", s.code))
	}
	s.hub.forget(s)
	s.closed()
	s.hub.release()
}

// dismantle leaves nothing of the session in the hub but its reservation.
func (s *Session) dismantle() {
	s.abandon()
	s.settle()
	s.leave()
	if s.ws != nil {
		// Only frees what the library holds; the connection is closed.
		_ = s.ws.CloseNow()
	}
}

func (s *Session) closed() {
	defer s.caught()
	s.peer.Closed()
}

// caught keeps a panic of the peer from ending the node. It is deferred.
func (s *Session) caught() {
	if p := recover(); p != nil {
		s.hub.log.Error("session panicked", zap.String("session", s.id), zap.Any("panic", p), zap.Stack("stack"))
		s.Close(Internal)
	}
}

// lingerOn reads and discards until the peer has closed too or took too long:
// if the socket were closed with input unread, the kernel would reset the
// connection, and the peer might never see the bye and the close code.
func (s *Session) lingerOn() {
	if s.wire.err != nil && !errors.Is(s.wire.err, os.ErrDeadlineExceeded) {
		return
	}
	if s.wire.SetReadDeadline(time.Now().Add(s.hub.linger)) != nil {
		return
	}
	scrap := make([]byte, 1024)
	for {
		if _, err := s.wire.Conn.Read(scrap); err != nil {
			return
		}
	}
}

// abandon cuts the connection, whatever waits.
func (s *Session) abandon() {
	s.mu.Lock()
	s.advanceLocked(over)
	s.dropLocked()
	s.mu.Unlock()
	if s.wire.Conn != nil {
		// Whether it was closed or broken before does not matter.
		_ = s.wire.Conn.Close()
	}
}

func (s *Session) advanceLocked(p phase) {
	if s.phase == closing && p > closing {
		close(s.final)
	}
	s.phase = max(s.phase, p)
}

// settle waits until no list and no writer has the session any more. The
// session is over, so that nobody takes it again.
func (s *Session) settle() {
	s.mu.Lock()
	if s.listed == 0 && !s.writing {
		s.mu.Unlock()
		return
	}
	idle := make(chan struct{})
	s.idle = idle
	s.mu.Unlock()
	<-idle
}

func (s *Session) settledLocked() {
	if s.idle != nil && s.listed == 0 && !s.writing {
		close(s.idle)
		s.idle = nil
	}
}
