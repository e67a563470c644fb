package player

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Times of a player. Hearing nothing for resend means that the claim or its
// verdict was lost on the way.
const (
	resend      = 5 * time.Second
	firstWait   = 20 * time.Millisecond
	longestWait = 2 * time.Second
)

// Config describes a player.
type Config struct {
	URL string // of the WebSocket
	// URLs are those of several nodes, used instead of URL: socket i begins
	// with the i-th and goes on to the next one with every new connection.
	URLs    []string
	Client  *http.Client // nil is http.DefaultClient
	Token   string
	Hunt    string
	Sockets int // at least 1; all of the same player
	// Copies is how often each claim is sent at once, over the sockets in
	// turn; at least 1.
	Copies  int
	History *History
	// Pushed sees every message that is no answer to a claim, from the
	// goroutines of the sockets; nil sees nothing.
	Pushed func(Message)
}

// tooLate closes who did not say hello in time. A player does not get that,
// unless its machine is too busy; then it comes again.
const tooLate = 4408

// Player plays. Make it with New, Run it, and Claim meanwhile.
type Player struct {
	cfg Config

	mu      sync.Mutex
	sockets []*Conn             // nil while not joined
	waiting map[string]*pending // claims without an answer
	joined  chan struct{}       // closed once every socket has joined
	outside int                 // sockets that have never joined
	id      string              // of the player, from welcome
}

type pending struct {
	frame  map[string]any
	answer chan Message // of capacity 1: the first answer; later ones are in the History only
}

// New returns a player that does nothing until Run.
func New(cfg Config) *Player {
	if cfg.Client == nil {
		cfg.Client = http.DefaultClient
	}
	if len(cfg.URLs) == 0 {
		cfg.URLs = []string{cfg.URL}
	}
	cfg.Sockets = max(cfg.Sockets, 1)
	cfg.Copies = max(cfg.Copies, 1)
	return &Player{
		cfg:     cfg,
		sockets: make([]*Conn, cfg.Sockets),
		waiting: make(map[string]*pending),
		joined:  make(chan struct{}),
		outside: cfg.Sockets,
	}
}

// Run keeps the sockets connected until ctx ends, which returns nil, or until
// the server says that this player shall not come back.
func (p *Player) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var sockets sync.WaitGroup
	for i := range p.sockets {
		sockets.Go(func() {
			if err := p.keep(ctx, i); err != nil {
				cancel(err)
			}
		})
	}
	sockets.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// Joined waits until every socket has joined the hunt once.
func (p *Player) Joined(ctx context.Context) error {
	select {
	case <-p.joined:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Claim sends a claim and waits for its verdict, sending it again when asked
// to, when nothing is heard and whenever a socket comes back. A refusal that
// is final is an error, and so is the end of ctx.
func (p *Player) Claim(ctx context.Context, challenge string, proof any) (Message, error) {
	if err := p.Joined(ctx); err != nil {
		return Message{}, err
	}
	id := uuid.NewString()
	w := &pending{
		frame: map[string]any{
			"type": "claim", "id": id, "hunt": p.cfg.Hunt, "challenge": challenge, "proof": proof,
		},
		answer: make(chan Message, 1),
	}
	p.mu.Lock()
	p.cfg.History.begin(Claim{ID: id, Player: p.id, Hunt: p.cfg.Hunt, Challenge: challenge})
	p.waiting[id] = w
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.waiting, id)
		p.mu.Unlock()
	}()

	for i := range p.cfg.Copies {
		p.send(ctx, i%p.cfg.Sockets, id, w)
	}
	again := time.NewTimer(resend)
	defer again.Stop()
	for n := 0; ; n++ {
		select {
		case m := <-w.answer:
			if m.Type == "verdict" {
				return m, nil
			}
			if !Retryable(m.Code) {
				return m, fmt.Errorf("claim of %s refused: %s %s", challenge, m.Code, m.Message)
			}
			again.Reset(jitter(time.Duration(m.RetryAfter) * time.Millisecond))
		case <-again.C:
			p.send(ctx, n%p.cfg.Sockets, id, w)
			again.Reset(resend)
		case <-ctx.Done():
			return Message{}, context.Cause(ctx)
		}
	}
}

// send writes a claim to a socket if it is joined; if not, or if writing
// fails, the socket sends it when it has joined again.
func (p *Player) send(ctx context.Context, socket int, id string, w *pending) {
	p.mu.Lock()
	conn := p.sockets[socket]
	p.mu.Unlock()
	if conn == nil {
		return
	}
	p.cfg.History.sent(id)
	if err := conn.Send(ctx, w.frame); err != nil {
		conn.Drop()
	}
}

// keep connects a socket again and again. Its error is final.
func (p *Player) keep(ctx context.Context, socket int) error {
	wait := firstWait
	first := true
	for n := socket; ; n++ {
		joined, err := p.session(ctx, socket, p.cfg.URLs[n%len(p.cfg.URLs)], first)
		first = first && !joined
		if end, ok := errors.AsType[*CloseError](err); ok && end.Final() && end.Code != tooLate && ctx.Err() == nil {
			return err
		}
		if joined {
			wait = firstWait
		}
		pause := jitter(wait)
		if bye, ok := errors.AsType[*byeError](err); ok {
			pause += bye.after
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil
		}
		wait = min(2*wait, longestWait)
	}
}

// session runs one connection from hello to its end.
func (p *Player) session(ctx context.Context, socket int, url string, first bool) (joined bool, err error) {
	conn, err := Dial(ctx, p.cfg.Client, url)
	if err != nil {
		return false, err
	}
	defer conn.Drop()
	if p.cfg.Pushed == nil {
		conn.Only("welcome", "joined", "verdict", "error", "bye")
	}
	heartbeat, err := p.enter(ctx, conn)
	if err != nil {
		return false, err
	}
	p.mu.Lock()
	p.sockets[socket] = conn
	if first {
		p.outside--
		if p.outside == 0 {
			close(p.joined)
		}
	}
	resume := maps.Clone(p.waiting)
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.sockets[socket] = nil
		p.mu.Unlock()
	}()

	var writer sync.WaitGroup
	done := make(chan struct{})
	writer.Go(func() {
		for id, w := range resume {
			p.send(ctx, socket, id, w)
		}
		p.beat(ctx, conn, heartbeat/2, done)
	})
	err = p.listen(ctx, conn)
	conn.Drop()
	close(done)
	writer.Wait()
	return true, err
}

// enter says hello and joins. It returns how often something must be sent.
func (p *Player) enter(ctx context.Context, conn *Conn) (heartbeat time.Duration, err error) {
	err = conn.Send(ctx, []map[string]any{
		{"type": "hello", "token": p.cfg.Token},
		{"type": "join", "id": "join", "hunt": p.cfg.Hunt},
	})
	if err != nil {
		return 0, err
	}
	for {
		m, err := conn.Next(ctx)
		if err != nil {
			return 0, err
		}
		switch m.Type {
		case "welcome":
			heartbeat = time.Duration(m.Heartbeat) * time.Millisecond
			p.mu.Lock()
			p.id = m.Player
			p.mu.Unlock()
		case "joined":
			p.push(m)
			return max(heartbeat, time.Second), nil
		case "error":
			return 0, fmt.Errorf("join refused: %s %s", m.Code, m.Message)
		case "bye":
			p.push(m)
			if m.Reconnect {
				return 0, leave(m)
			}
		default:
			p.push(m)
		}
	}
}

// listen hands out what arrives until the connection ends.
func (p *Player) listen(ctx context.Context, conn *Conn) error {
	for {
		m, err := conn.Next(ctx)
		if err != nil {
			return err
		}
		if m.Type == "bye" && m.Reconnect {
			p.push(m)
			return leave(m)
		}
		if m.Type != "verdict" && (m.Type != "error" || m.ID == "") {
			p.push(m)
			continue
		}
		p.cfg.History.answer(m)
		p.mu.Lock()
		w := p.waiting[m.ID]
		p.mu.Unlock()
		if w != nil {
			select {
			case w.answer <- m:
			default:
			}
		}
	}
}

// byeError is the server's wish that the player comes back later.
type byeError struct {
	code  string
	after time.Duration
}

func (e *byeError) Error() string { return "bye: " + e.code }

func leave(m Message) error {
	return &byeError{m.Code, min(time.Duration(m.After)*time.Millisecond, time.Minute)}
}

// beat pings, so that the server does not take the player for gone.
func (p *Player) beat(ctx context.Context, conn *Conn, every time.Duration, done <-chan struct{}) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := conn.Send(ctx, map[string]string{"type": "ping"}); err != nil {
				conn.Drop()
				return
			}
		case <-done:
			return
		}
	}
}

func (p *Player) push(m Message) {
	if p.cfg.Pushed != nil {
		p.cfg.Pushed(m)
	}
}

// jitter is full jitter: anything up to d, but never nothing.
func jitter(d time.Duration) time.Duration {
	return time.Millisecond + rand.N(max(d, time.Millisecond))
}
