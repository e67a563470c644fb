package hub

import (
	"crypto/rand"
	"net/http"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/zap"
)

// Peer is the other half of a session: it takes what the remote side says.
type Peer interface {
	// Receive is called for each text message, on the session's goroutine.
	// The frame is only valid during the call. While it runs nothing else of
	// this session is read, which is the back-pressure on its peer.
	Receive(frame []byte)
	// Closed is the last call, on the session's goroutine, after the session
	// ended for whatever reason and left all its topics.
	Closed()
}

// Accept makes a session of a WebSocket request, or answers with an HTTP error:
// 503 with Retry-After while draining or full, 403 for a foreign origin, 4xx
// for a request that is not a WebSocket handshake. It returns at once; the session
// lives on in a goroutine of its own. The function makes the session's peer; it
// may send to the session already.
func (h *Hub) Accept(w http.ResponseWriter, r *http.Request, peer func(*Session) Peer) {
	if reason, after := h.reserve(); reason != "" {
		h.refuse(w, reason, after)
		return
	}
	s := &Session{hub: h, id: rand.Text()}
	adopted := false
	defer func() {
		if !adopted { // the peer's making may have panicked
			s.dismantle()
			h.release()
		}
	}()
	ws, err := websocket.Accept(&upgrade{w, &s.wire, h.cfg.MaxUnsent}, r, &websocket.AcceptOptions{
		Subprotocols:   h.cfg.Subprotocols,
		OriginPatterns: h.cfg.Origins,
		// Off is the library's default, too: with it each session would keep
		// its own window of 32 KiB and more, for messages that are small.
		CompressionMode: websocket.CompressionDisabled,
		OnPingReceived:  s.pinged,
		OnPongReceived:  s.ponged,
	})
	if err != nil { // answered
		h.metrics.refused.Inc()
		h.log.Debug("not upgraded", zap.Error(err))
		return
	}
	ws.SetReadLimit(-1) // Session.read has a limit of its own, with its own close code
	s.ws = ws
	if err := s.wire.SetReadDeadline(time.Now().Add(h.cfg.HelloTimeout)); err != nil {
		h.log.Debug("not upgraded", zap.Error(err))
		return
	}
	s.wire.greeting.Store(true)
	s.peer = peer(s)
	adopted = true
	h.adopt(s)
	go s.run()
}
