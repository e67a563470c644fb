package hub

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

// readBuffer is what an idle session keeps for reading. It takes an ordinary
// request, header included, in one read; the rest of a longer one is read
// straight into the message's buffer.
const readBuffer = 256

// wire is the connection as the WebSocket library sees it: it reads from the
// socket, but what it writes goes nowhere and it cannot close. Pongs, answers
// to close frames and errors are the outbox's business, so that a socket has
// one writer and the hub's own close codes are the ones that are sent.
type wire struct {
	net.Conn
	early    []byte      // arrived before the upgrade was complete; owned by the session's goroutine
	fast     tryWriter   // nil if writes have to wait
	err      error       // why reading failed; owned by the session's goroutine
	greeting atomic.Bool // the deadline is that of the hello, and has not passed
}

// tryWriter writes without waiting.
type tryWriter interface {
	// tryWrite offers a.buf to the kernel. a.n is how much it took; a.err is
	// nil if it would take more later.
	tryWrite(a *attempt)
}

// attempt is one try to write. It is kept and used again, since a closure for
// each write would be garbage for each frame.
type attempt struct {
	buf  []byte
	n    int
	err  error
	call func(fd uintptr) bool
}

func (w *wire) open(nc net.Conn, early []byte, maxUnsent int) {
	w.Conn, w.early = nc, early
	if tcp, ok := nc.(*net.TCPConn); ok {
		limitUnsent(tcp, maxUnsent)
		w.fast = newTryWriter(tcp)
	}
}

func (w *wire) Read(p []byte) (int, error) {
	if len(w.early) > 0 {
		n := copy(p, w.early)
		if w.early = w.early[n:]; len(w.early) == 0 {
			w.early = nil
		}
		return n, nil
	}
	n, err := w.Conn.Read(p)
	if n == 0 && errors.Is(err, os.ErrDeadlineExceeded) && w.greeting.CompareAndSwap(true, false) {
		n, err = w.lookAgain(p)
	}
	if n > 0 {
		return n, nil // an error comes again; what was read comes first
	}
	if err != nil {
		w.err = err
	}
	return 0, err
}

// lookAgain reads the hello that had arrived when its deadline passed. A node
// that was too busy to read it in time must not take that for silence: the peer
// would be asked not to come back.
func (w *wire) lookAgain(p []byte) (int, error) {
	if err := w.SetReadDeadline(time.Now().Add(glance)); err != nil {
		return 0, err
	}
	return w.Conn.Read(p)
}

// glance is long enough to read a frame that is there already.
const glance = 50 * time.Millisecond

func (w *wire) Write(p []byte) (int, error) { return len(p), nil }

// Close wakes the reader, for the library does this when a control frame does
// not arrive completely.
func (w *wire) Close() error { return w.SetReadDeadline(past) }

// past is a deadline that fails at once.
var past = time.Unix(1, 0)

// closeWrite ends the writing half, so that the peer learns that nothing follows
// and may still be heard.
func (w *wire) closeWrite() error {
	if c, ok := w.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return nil
}

// upgrade hands the library the wire and small buffers in place of those of
// net/http, which would live as long as the session.
type upgrade struct {
	http.ResponseWriter
	wire      *wire
	maxUnsent int
}

func (u *upgrade) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	nc, rw, err := http.NewResponseController(u.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	// The client may speak before this returns: the answer is sent already.
	var early []byte
	if n := rw.Reader.Buffered(); n > 0 {
		b, err := rw.Reader.Peek(n)
		if err != nil {
			return nil, nil, err
		}
		early = bytes.Clone(b)
	}
	u.wire.open(nc, early, u.maxUnsent)
	return u.wire, bufio.NewReadWriter(bufio.NewReaderSize(u.wire, readBuffer), bufio.NewWriterSize(u.wire, 16)), nil
}
