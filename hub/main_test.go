package hub

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
	"go.uber.org/zap"
)

func TestMain(m *testing.M) {
	if addr := os.Getenv(crowdEnv); addr != "" {
		if err := beCrowd(addr); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// patience bounds every wait of the tests; none of them counts on it passing.
const patience = time.Minute

// fixture is a hub with the peers of its sessions.
type fixture struct {
	*Hub
	reg      *prometheus.Registry
	sessions chan *Session
	receive  func(s *Session, frame []byte) // nil: admit and keep
	got      chan string
	closed   chan *Session
}

func newFixture(t testing.TB, change func(*Config)) *fixture {
	cfg := Default()
	if change != nil {
		change(&cfg)
	}
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	reg := prometheus.NewRegistry()
	return &fixture{
		Hub:      New(cfg, zap.NewNop(), NewMetrics(reg)),
		reg:      reg,
		sessions: make(chan *Session, 10_000),
		got:      make(chan string, 10_000),
		closed:   make(chan *Session, 10_000),
	}
}

func (f *fixture) peer(s *Session) Peer {
	f.sessions <- s
	return testPeer{f, s}
}

func (f *fixture) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.Accept(w, r, f.peer) }

// metric returns the sum of a metric's values, those with the label value if
// there is one.
func (f *fixture) metric(t testing.TB, name string, label ...string) (sum float64) {
	families, err := f.reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, fam := range families {
		if fam.GetName() != "veltrix_hub_"+name {
			continue
		}
		for _, m := range fam.GetMetric() {
			if len(label) == 0 || m.GetLabel()[0].GetValue() == label[0] {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	return sum
}

type testPeer struct {
	f *fixture
	s *Session
}

func (p testPeer) Receive(frame []byte) {
	if p.f.receive != nil {
		p.f.receive(p.s, frame)
		return
	}
	p.s.Admit()
	p.f.got <- string(frame)
}

func (p testPeer) Closed() { p.f.closed <- p.s }

// serve runs the fixture behind net/http on a loopback socket and drains it
// when the test ends.
func (f *fixture) serve(t testing.TB) *httptest.Server {
	srv := httptest.NewServer(f)
	t.Cleanup(func() {
		f.stop(t)
		srv.Close()
	})
	return srv
}

// members are the sessions in a topic now.
func (f *fixture) members(name string) []*Session {
	t := f.lockTopic(name, false)
	if t == nil {
		return nil
	}
	defer f.unlockTopic(t)
	all := make([]*Session, len(t.members))
	for i, sub := range t.members {
		all[i] = sub.session
	}
	return all
}

func (f *fixture) stop(t testing.TB) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := f.Drain(ctx); err != nil {
		t.Errorf("drain: %v", err)
	}
}

// client speaks RFC 6455 by hand, so that tests can do what no library lets
// them do.
type client struct {
	net.Conn
	br *bufio.Reader
}

const handshake = "GET /ws HTTP/1.1\r\nHost: hunt.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

// dial connects over a real socket. Early is sent with the request.
func dial(t testing.TB, srv *httptest.Server, headers string, early []byte) *client {
	nc, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	c := &client{nc, bufio.NewReaderSize(nc, 512)}
	if err := nc.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := nc.Write(append([]byte(handshake+headers+"\r\n"), early...)); err != nil {
		t.Fatal(err)
	}
	c.upgraded(t)
	return c
}

func (c *client) upgraded(t testing.TB) {
	resp, err := http.ReadResponse(c.br, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("status %s", resp.Status)
	}
}

// connect makes a session over an in-memory pair.
func (f *fixture) connect(t testing.TB) (*Session, *client) {
	ours, theirs := net.Pipe()
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(handshake + "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	w := &pipeWriter{httptest.NewRecorder(), theirs, ours}
	f.Accept(w, r, f.peer)
	if w.Code != http.StatusSwitchingProtocols {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return <-f.sessions, &client{ours, bufio.NewReaderSize(ours, 512)}
}

type pipeWriter struct {
	*httptest.ResponseRecorder
	nc, peer net.Conn
}

func (w *pipeWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return w.nc, bufio.NewReadWriter(bufio.NewReader(w.nc), bufio.NewWriter(w.nc)), nil
}

// masked is a client's frame.
func masked(op byte, final bool, payload []byte) []byte {
	if final {
		op |= finBit
	}
	b := []byte{op}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	key := make([]byte, 4)
	rand.Read(key)
	b = append(b, key...)
	for i, c := range payload {
		b = append(b, c^key[i%4])
	}
	return b
}

func (c *client) write(t testing.TB, op byte, final bool, payload string) {
	t.Helper()
	if _, err := c.Write(masked(op, final, []byte(payload))); err != nil {
		t.Fatal(err)
	}
}

func (c *client) say(t testing.TB, payload string) { t.Helper(); c.write(t, opText, true, payload) }

// frame reads a frame of the server.
func readFrame(br *bufio.Reader) (op byte, payload []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(br, head[:]); err != nil {
		return 0, nil, err
	}
	if head[0]&0xf0 != finBit || head[1]&0x80 != 0 {
		return 0, nil, fmt.Errorf("bad header %x", head)
	}
	n := uint64(head[1])
	switch n {
	case 126:
		var b [2]byte
		_, err = io.ReadFull(br, b[:])
		n = uint64(binary.BigEndian.Uint16(b[:]))
	case 127:
		var b [8]byte
		_, err = io.ReadFull(br, b[:])
		n = binary.BigEndian.Uint64(b[:])
	}
	if err != nil {
		return 0, nil, err
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(br, payload)
	return head[0] & 0xf, payload, err
}

func (c *client) frame(t testing.TB) (op byte, payload []byte) {
	t.Helper()
	op, payload, err := readFrame(c.br)
	if err != nil {
		t.Fatal(err)
	}
	return op, payload
}

// split takes the messages of a text frame apart.
func split(t testing.TB, payload []byte) []string {
	t.Helper()
	if len(payload) == 0 || payload[0] != '[' {
		return []string{string(payload)}
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(payload, &raw); err != nil {
		t.Fatalf("%v: %s", err, payload)
	}
	if len(raw) < 2 {
		t.Fatalf("array of %d", len(raw))
	}
	var all []string
	for _, m := range raw {
		all = append(all, string(m))
	}
	return all
}

// rest reads to the end: all messages, and the code and reason of the close
// frame, 0 when there was none.
func (c *client) rest(t testing.TB) (msgs []string, code Code, reason string) {
	t.Helper()
	for {
		op, payload, err := readFrame(c.br)
		switch {
		case err == io.EOF && code != 0:
			return msgs, code, reason
		case err != nil:
			t.Fatalf("after %d messages and code %d: %v", len(msgs), code, err)
		case code != 0:
			t.Fatalf("opcode %d after the close frame", op)
		case op == opText:
			msgs = append(msgs, split(t, payload)...)
		case op == opClose && len(payload) >= 2:
			code, reason = Code(binary.BigEndian.Uint16(payload)), string(payload[2:])
		case op == opClose:
			code = 1005
		}
	}
}

// wantBye reads to the end and demands a bye of the code as the last message
// and a close frame of the code.
func (c *client) wantBye(t testing.TB, want Code) (before []string) {
	t.Helper()
	msgs, code, reason := c.rest(t)
	if code != want || reason != want.String() {
		t.Errorf("close frame %d %q, want %d %q", code, reason, want, want)
	}
	if len(msgs) == 0 {
		t.Fatal("no bye")
	}
	var b struct {
		Type, Code string
		Reconnect  bool
		After      *int64
	}
	last := msgs[len(msgs)-1]
	if err := json.Unmarshal([]byte(last), &b); err != nil {
		t.Fatal(err)
	}
	if b.Type != "bye" || b.Code != want.String() || b.Reconnect != (want < 4400) || b.After == nil {
		t.Errorf("bye is %s", last)
	}
	return msgs[:len(msgs)-1]
}

func receive[T any](t testing.TB, c chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// sink is a session without a reader whose socket is memory.
type sink struct {
	*Session
	mu  sync.Mutex
	buf bytes.Buffer
	off bool // discard
}

func (f *fixture) sink() *sink {
	k := &sink{Session: &Session{hub: f.Hub, id: "sink"}}
	k.wire.Conn, k.wire.fast = nowhere{}, k
	return k
}

func (k *sink) tryWrite(a *attempt) {
	if a.n = len(a.buf); k.off {
		return
	}
	k.mu.Lock()
	k.buf.Write(a.buf)
	k.mu.Unlock()
}

// messages takes what was written so far.
func (k *sink) messages(t testing.TB) (msgs []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for br := bufio.NewReader(&k.buf); ; {
		op, payload, err := readFrame(br)
		if err == io.EOF {
			return msgs
		}
		if err != nil {
			t.Fatal(err)
		}
		if op == opText {
			msgs = append(msgs, split(t, payload)...)
		}
	}
}

// nowhere is a connection that takes deadlines and closing.
type nowhere struct{ net.Conn }

func (nowhere) SetReadDeadline(time.Time) error  { return nil }
func (nowhere) SetWriteDeadline(time.Time) error { return nil }
func (nowhere) Close() error                     { return nil }

// request gives the arguments of an Accept whose peer begins with f.
func (f *fixture) request(t testing.TB, begin func(*Session)) (http.ResponseWriter, *http.Request, func(*Session) Peer) {
	ours, theirs := net.Pipe()
	t.Cleanup(func() { ours.Close() })
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(handshake + "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	return &pipeWriter{httptest.NewRecorder(), theirs, ours}, r, func(s *Session) Peer {
		begin(s)
		return testPeer{f, s}
	}
}

func newReader(r io.Reader) *bufio.Reader { return bufio.NewReaderSize(r, 512) }
