package crowd

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"

	"veltrix/loadtest/peers/wire"
)

const (
	firstWait   = 20 * time.Millisecond
	longestWait = 2 * time.Second
	joinID      = "j"
	// tooLate is the code that closes a connection without a hello in time: the
	// machine is busy, the player is not wrong.
	tooLate = 4408
)

// person is a player or a watcher.
type person struct {
	Member
	crowd   *crowd
	index   int
	watches bool
	source  net.Addr
	been    bool          // has joined before; of the goroutine that reads
	away    time.Duration // how long the server asked to stay away; of the same

	mu        sync.Mutex
	sock      *socket // nil while not joined
	cutting   bool    // the connection is ended on purpose
	stormed   bool    // a storm ended it
	open      map[uuid.UUID]*request
	next      int // challenge to claim
	solved    int // awards
	hinted    int // hints asked for
	last      Ack // an award, for duplicates
	epoch     string
	seq       int64
	heartbeat time.Duration
	wrote     time.Time
}

// request is a claim or a hint that waits for its answer.
type request struct {
	id        uuid.UUID
	kind      Kind
	challenge int
	due       time.Time
	wrote     time.Time // zero: not yet
}

// run connects again and again until ctx ends.
func (p *person) run(ctx context.Context) {
	wait := firstWait
	for ctx.Err() == nil {
		joined, err := p.session(ctx)
		if ctx.Err() != nil {
			return
		}
		end, isClose := errors.AsType[*closed](err)
		if isClose && end.final() && end.code != tooLate || errors.Is(err, errRefused) {
			p.crowd.fail(fmt.Errorf("player %s: %w", p.ID, err))
			return
		}
		if joined {
			wait = firstWait
		} else {
			p.crowd.failed.Store(&err)
		}
		select {
		case <-time.After(p.away + rand.N(wait)):
		case <-ctx.Done():
			return
		}
		wait = min(2*wait, longestWait)
	}
}

// session is one connection.
func (p *person) session(ctx context.Context) (joined bool, err error) {
	select {
	case p.crowd.dials <- struct{}{}:
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
	p.away = 0
	begun := time.Now()
	line, err := p.wire(ctx)
	var sock *socket
	if err == nil {
		sock, err = dial(ctx, p.crowd.base, p.source, line)
	}
	<-p.crowd.dials
	if err != nil {
		return false, err
	}
	defer context.AfterFunc(ctx, sock.drop)()
	defer sock.drop()
	if hello := line.Hello(); hello != nil {
		if err := sock.write(hello); err != nil {
			return false, err
		}
	}
	for err == nil {
		err = sock.next(func(frame []byte) error {
			now := time.Now()
			p.crowd.rec.frame(len(frame), now)
			return line.Read(frame, sock.write, func(text []byte) error {
				var refused error
				broken := each(text, func(m *message) {
					switch string(m.kind) {
					case "joined", "watching":
						joined = true
						p.joined(sock, m, begun)
					case "error":
						if string(m.id) == joinID {
							refused = refusal(m)
							return
						}
						p.answer(m, now)
					default:
						p.hear(m, now)
					}
				})
				return errors.Join(broken, refused)
			})
		})
	}
	if joined {
		p.gone()
	}
	return joined, err
}

// wire is how this person speaks to the server.
func (p *person) wire(ctx context.Context) (wire.Line, error) {
	c := p.crowd
	if c.plan.Peer == "" {
		return wire.Plain(p.hello()), nil
	}
	return wire.Open(ctx, c.plan.Peer, c.base, wire.Who{Player: p.ID, Token: p.Token, Hunt: c.plan.Hunts[p.Hunt]})
}

// refusal is the answer to a join that was not accepted.
func refusal(m *message) error {
	if m.retryAfter > 0 {
		return fmt.Errorf("join: %s", m.code) // comes again
	}
	return fmt.Errorf("%w: %s %s", errRefused, m.code, m.text)
}

// hello is the first frame: the token, and the hunt.
func (p *person) hello() []byte {
	hunt := p.crowd.hunts[p.Hunt]
	if p.watches {
		return fmt.Appendf(nil, `[{"type":"hello"},{"type":"watch","id":%q,"hunt":%s}]`, joinID, hunt)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	b := fmt.Appendf(nil, `[{"type":"hello","token":%q},{"type":"join","id":%q,"hunt":%s`, p.Token, joinID, hunt)
	if p.epoch != "" {
		b = fmt.Appendf(b, `,"since":{"epoch":%q,"seq":%d}`, p.epoch, p.seq)
	}
	return append(b, "}]"...)
}

// joined puts the connection to use and sends what waits for an answer.
func (p *person) joined(sock *socket, m *message, begun time.Time) {
	c := p.crowd
	kind := Join
	if !p.been && p.index < len(c.plan.Players) || p.watches {
		kind = Ramp
	}
	c.rec.put(kind, begun, time.Since(begun).Microseconds())
	c.connected.Add(1)
	p.mu.Lock()
	p.sock, p.wrote = sock, time.Now()
	p.epoch, p.seq = string(m.epoch), m.seq
	stormed := p.stormed
	p.stormed = false
	again := make([]*request, 0, len(p.open))
	for _, r := range p.open {
		again = append(again, r)
	}
	p.mu.Unlock()
	if stormed {
		c.rec.back(time.Now())
	}
	for _, r := range again {
		p.write(sock, r)
	}
	if p.been {
		return
	}
	p.been = true
	if !p.watches {
		c.timers.At(begun, func(time.Time) {
			c.here = append(c.here, p)
			c.present.Add(1)
			if c.plan.Rate == 0 {
				p.ask(time.Now())
			}
		})
	}
	// After that timer, so that here is whole when the start follows.
	if p.watches || p.index < len(c.plan.Players) {
		c.timers.At(time.Now(), func(time.Time) { c.entered <- struct{}{} })
	}
}

func (p *person) gone() {
	p.crowd.connected.Add(-1)
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.cutting {
		p.crowd.rec.lost()
	}
	p.sock, p.cutting = nil, false
}

// cut ends the connection as a lost network does.
func (p *person) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cutLocked()
}

func (p *person) cutLocked() {
	if p.sock != nil {
		p.cutting = true
		p.sock.drop()
	}
}

// hear takes a message that is not an error.
func (p *person) hear(m *message, now time.Time) {
	switch string(m.kind) {
	case "verdict", "hinted":
		if len(m.id) > 0 {
			p.answer(m, now)
		}
	case "board":
		if p.watches {
			p.crowd.rec.board(m.at, now)
		}
	case "welcome":
		p.mu.Lock()
		p.heartbeat = time.Duration(m.heartbeat) * time.Millisecond
		p.mu.Unlock()
	case "bye":
		p.away = time.Duration(m.after) * time.Millisecond
	case "reset":
		p.mu.Lock()
		p.epoch = ""
		p.mu.Unlock()
	}
}

// ask makes a request that was due at a time. It returns false when everything
// is claimed.
func (p *person) ask(due time.Time) bool {
	c := p.crowd
	if !c.playing.Load() {
		return false
	}
	p.mu.Lock()
	r := p.request(c.draw())
	if r == nil {
		p.mu.Unlock()
		return false
	}
	r.due = due
	p.open[r.id] = r
	c.open.Add(1)
	sock := p.sock
	p.mu.Unlock()
	c.rec.sent(due, time.Now())
	if sock != nil {
		p.write(sock, r)
	}
	return true
}

// request makes one of a kind, or a right claim where there is nothing yet to
// repeat; nil when everything is claimed. p.mu is held.
func (p *person) request(k Kind) *request {
	if p.next >= p.crowd.plan.Challenges {
		return nil
	}
	r := &request{id: uuid.UUID(newID()), kind: k, challenge: p.next}
	switch {
	case k == Hint && p.hinted < p.crowd.plan.Challenges:
		r.challenge = p.hinted
		p.hinted++
		return r
	case k == Duplicate && p.last.Seq > 0:
		r.challenge = int(p.last.Challenge)
		if p.open[p.last.ID] == nil && rand.IntN(2) == 0 {
			r.id = p.last.ID
		}
		return r
	case k == Wrong:
		return r
	}
	r.kind = Right
	p.next++
	return r
}

// write sends a request, for the first time or again.
func (p *person) write(sock *socket, r *request) {
	now := time.Now()
	p.mu.Lock()
	if !r.wrote.IsZero() {
		p.crowd.rec.resent()
	}
	r.wrote, p.wrote = now, now
	p.mu.Unlock()
	buffer := frames.Get().(*[]byte)
	defer frames.Put(buffer)
	text := p.frame((*buffer)[:0], r)
	*buffer = sock.line.Claim(text, text)
	if err := sock.write((*buffer)[len(text):]); err != nil {
		sock.drop() // its reader connects again and sends what waits
	}
}

func (p *person) frame(b []byte, r *request) []byte {
	kind := "claim"
	if r.kind == Hint {
		kind = "hint"
	}
	b = append(append(append(b, `{"type":"`...), kind...), `","id":"`...)
	id, _ := r.id.MarshalText() // never fails
	b = append(append(b, id...), `","hunt":`...)
	b = append(append(b, p.crowd.hunts[p.Hunt]...), `,"challenge":"c-`...)
	b = strconv.AppendInt(b, int64(r.challenge)+1, 10)
	switch r.kind {
	case Hint:
		return append(b, `","hint":"`+HintID+`"}`...)
	case Wrong:
		// No two are alike: the same wrong answer again is not counted.
		b = append(append(b, `","proof":{"text":"wrong `...), id...)
	default:
		b = append(b, `","proof":{"text":"answer `...)
		b = strconv.AppendInt(b, int64(r.challenge)+1, 10)
	}
	return append(b, `"}}`...)
}

// answer takes the answer to a request.
func (p *person) answer(m *message, now time.Time) {
	id, err := uuid.ParseBytes(m.id)
	if err != nil {
		p.crowd.fail(fmt.Errorf("player %s was told %s %s", p.ID, m.code, m.text))
		return
	}
	c := p.crowd
	p.mu.Lock()
	r := p.open[id]
	if r == nil {
		p.mu.Unlock()
		return // answered before; this is of a second frame
	}
	if m.retryAfter > 0 && len(m.code) > 0 {
		p.mu.Unlock()
		c.rec.busy()
		wait := time.Duration(m.retryAfter) * time.Millisecond
		c.timers.At(now.Add(time.Millisecond+rand.N(wait)), func(time.Time) { p.again(id) })
		return
	}
	delete(p.open, id)
	ack, expected := r.judge(m)
	ack.Player = int32(p.index)
	if expected && r.kind == Right {
		p.last = ack
		p.solved++
	}
	all := expected && r.kind == Right && p.solved == c.plan.Challenges
	p.mu.Unlock()
	if !expected {
		c.rec.unexpected(r.kind, string(m.code)+string(m.outcome))
	} else if ack.Seq > 0 {
		c.rec.ack(ack)
	}
	c.rec.answered(r.kind, expected, r.due, now)
	if c.plan.Rate == 0 {
		p.ask(now) // before this one is counted as closed, so that open is not 0 in between
	}
	c.closeOne()
	if all {
		c.solved()
	}
}

// judge returns what an answer promises, and whether this request may get it.
func (r *request) judge(m *message) (a Ack, expected bool) {
	a = Ack{ID: r.id, Challenge: int32(r.challenge), Seq: m.seq, Points: m.points}
	switch r.kind {
	case Right:
		a.Fresh = true
		return a, string(m.outcome) == "awarded"
	case Hint:
		a.Hint = true
		return a, string(m.kind) == "hinted"
	case Wrong: // a right one sent later may have overtaken it in a reconnect
		if string(m.outcome) == "wrong" {
			a.Seq = 0
			return a, true
		}
		return a, string(m.outcome) == "already"
	default:
		return a, string(m.outcome) == "already" || string(m.outcome) == "awarded" && m.replay
	}
}

// again sends a request that is still open.
func (p *person) again(id uuid.UUID) {
	p.mu.Lock()
	r, sock := p.open[id], p.sock
	p.mu.Unlock()
	if r != nil && sock != nil {
		p.write(sock, r)
	}
}

// care keeps the session alive and sends unanswered requests again.
func (p *person) care(time.Time) {
	now := time.Now()
	p.mu.Lock()
	sock := p.sock
	silent := p.heartbeat > 0 && now.Sub(p.wrote) > p.heartbeat/2-care
	var again []*request
	for _, r := range p.open {
		if now.Sub(r.wrote) > resend {
			again = append(again, r)
		}
	}
	if silent {
		p.wrote = now
	}
	p.mu.Unlock()
	p.crowd.timers.At(now.Add(care), p.care)
	if sock == nil {
		return
	}
	for _, r := range again {
		p.write(sock, r)
	}
	if silent {
		if err := sock.write([]byte(`{"type":"ping"}`)); err != nil {
			sock.drop()
		}
	}
}

// newID makes a random UUID from the fast generator: thousands a second need
// no secrets.
func newID() (id [16]byte) {
	a, b := rand.Uint64(), rand.Uint64()
	for i := range 8 {
		id[i], id[8+i] = byte(a>>(8*i)), byte(b>>(8*i))
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}
