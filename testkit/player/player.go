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

// Times of a player. When no verdict comes within resend, the claim or the
// verdict was lost on the way; when nothing at all comes for twice as long, the
// connection was lost.
const (
	resend      = 5 * time.Second
	firstWait   = 20 * time.Millisecond
	longestWait = 2 * time.Second
	// refusedWait is how long to wait after an error that allows another try
	// but does not say when.
	refusedWait = 500 * time.Millisecond
	// longestAfter bounds the wait that a server may ask for.
	longestAfter = time.Minute
)

// What a player remembers to send again when history was lost.
const (
	keptFor  = 5 * time.Minute
	keptMost = 256
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
	Team    *Team // to found or to join in a team hunt
	Sockets int   // at least 1; all of the same player
	// Copies is how often each claim is sent at once, over the sockets in
	// turn; at least 1.
	Copies  int
	History *History
	// Pushed is called with every message that is not an answer to a claim, by
	// the goroutines of the sockets; it may be nil.
	Pushed func(Message)
	// Joins is called whenever a socket has joined; it may be nil.
	Joins func()
}

// Team is founded by its Name or joined by its Code.
type Team struct {
	Name string `json:"name,omitempty"`
	Code string `json:"code,omitempty"`
}

// tooLate is the code that closes a connection without a hello in time. A
// player gets it only when its machine is too busy; then it connects again.
const tooLate = 4408

// Player plays. Make it with New, Run it, and Claim meanwhile.
type Player struct {
	cfg Config

	mu      sync.Mutex
	sockets []*Conn             // nil while not joined
	waiting map[string]*pending // claims without an answer
	kept    []kept              // of the last minutes, oldest first
	joined  chan struct{}       // closed once every socket has joined
	outside int                 // sockets that have never joined
	id      string              // of the player, from welcome
	entrant string              // from joined
	code    string              // of the team, from joined
}

type pending struct {
	frame  map[string]any
	answer chan Message // of capacity 1: the first answer; later ones are in the History only
	kept   bool
}

// kept is a claim that was answered with "awarded".
type kept struct {
	at    time.Time
	id    string
	frame map[string]any
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

// Entrant is the entrant that the player plays for, once Joined.
func (p *Player) Entrant() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.entrant
}

// TeamCode is the code that team-mates join with, once Joined.
func (p *Player) TeamCode() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.code
}

// Claim sends a claim and waits for its verdict, sending it again when the
// server asks for that, when nothing is heard and whenever a socket comes back.
// A final refusal is an error, and so is the end of ctx.
func (p *Player) Claim(ctx context.Context, challenge string, proof any) (Message, error) {
	return p.ask(ctx, Claim{Challenge: challenge}, p.cfg.Copies, map[string]any{
		"type": "claim", "hunt": p.cfg.Hunt, "challenge": challenge, "proof": proof,
	})
}

// ClaimCopies is Claim with another number of copies.
func (p *Player) ClaimCopies(ctx context.Context, challenge string, proof any, copies int) (Message, error) {
	return p.ask(ctx, Claim{Challenge: challenge}, copies, map[string]any{
		"type": "claim", "hunt": p.cfg.Hunt, "challenge": challenge, "proof": proof,
	})
}

// Hint buys a hint as Claim claims.
func (p *Player) Hint(ctx context.Context, challenge, hint string) (Message, error) {
	return p.ask(ctx, Claim{Challenge: challenge, Hint: hint}, p.cfg.Copies, map[string]any{
		"type": "hint", "hunt": p.cfg.Hunt, "challenge": challenge, "hint": hint,
	})
}

func (p *Player) ask(ctx context.Context, c Claim, copies int, frame map[string]any) (Message, error) {
	if err := p.Joined(ctx); err != nil {
		return Message{}, err
	}
	c.ID = uuid.NewString()
	frame["id"] = c.ID
	w := &pending{frame: frame, answer: make(chan Message, 1)}
	p.mu.Lock()
	c.Player, c.Entrant, c.Hunt = p.id, p.entrant, p.cfg.Hunt
	p.cfg.History.begin(c)
	p.waiting[c.ID] = w
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.waiting, c.ID)
		p.mu.Unlock()
	}()

	for i := range copies {
		p.send(ctx, i%p.cfg.Sockets, c.ID, frame)
	}
	return p.await(ctx, c, w)
}

// await waits for the answer and asks again meanwhile.
func (p *Player) await(ctx context.Context, c Claim, w *pending) (Message, error) {
	again := time.NewTimer(resend)
	defer again.Stop()
	var silent silence
	asked := false // the server said when to send again
	for n := 0; ; n++ {
		socket := n % p.cfg.Sockets
		select {
		case m := <-w.answer:
			if m.Type != "error" {
				return m, nil
			}
			if !Retryable(m.Code) {
				return m, fmt.Errorf("%s of %s refused: %s %s", w.frame["type"], c.Challenge, m.Code, m.Message)
			}
			wait := time.Duration(m.RetryAfter) * time.Millisecond
			if wait == 0 {
				wait = refusedWait
			}
			again.Reset(jitter(min(wait, longestAfter)))
			asked = true
		case <-again.C:
			if !asked {
				silent.look(ctx, p, socket)
			}
			asked = false
			p.send(ctx, socket, c.ID, w.frame)
			again.Reset(resend)
		case <-ctx.Done():
			return Message{}, context.Cause(ctx)
		}
	}
}

// silence notices a connection that is dead without having been closed: it
// was asked for a pong and said nothing at all since.
type silence struct {
	conn  *Conn
	heard int64
}

func (s *silence) look(ctx context.Context, p *Player, socket int) {
	p.mu.Lock()
	conn := p.sockets[socket]
	p.mu.Unlock()
	if conn == nil {
		s.conn = nil
		return
	}
	heard := conn.heard.Load()
	dead := s.conn == conn && s.heard == heard
	s.conn, s.heard = conn, heard
	if dead || conn.Send(ctx, map[string]string{"type": "ping"}) != nil {
		conn.Drop()
	}
}

// send writes a claim to a socket if it is joined; if not, or if writing
// fails, the socket sends it when it has joined again.
func (p *Player) send(ctx context.Context, socket int, id string, frame map[string]any) {
	p.mu.Lock()
	conn := p.sockets[socket]
	p.mu.Unlock()
	if conn == nil {
		return
	}
	p.cfg.History.sent(id)
	if err := conn.Send(ctx, frame); err != nil {
		conn.Drop()
	}
}

// keepLocked remembers an award, to send the claim again if history is lost.
func (p *Player) keepLocked(id string, frame map[string]any) {
	now := time.Now()
	for len(p.kept) > 0 && (len(p.kept) >= keptMost || now.Sub(p.kept[0].at) > keptFor) {
		p.kept = p.kept[1:]
	}
	p.kept = append(p.kept, kept{now, id, frame})
}

// keep connects a socket again and again, until an error is final.
func (p *Player) keep(ctx context.Context, socket int) error {
	wait := firstWait
	first := true
	var last mark
	for n := socket; ; n++ {
		v := &visit{player: p, socket: socket, url: p.cfg.URLs[n%len(p.cfg.URLs)], first: first, last: last}
		err := v.run(ctx)
		last = v.last
		first = first && !v.joined
		if end, ok := errors.AsType[*CloseError](err); ok && end.Final() && end.Code != tooLate && ctx.Err() == nil {
			return err
		}
		if v.joined {
			wait = firstWait
		}
		pause := jitter(wait)
		if refused, ok := errors.AsType[*RefusedError](err); ok {
			v.after = refused.After
		}
		if v.after > 0 {
			pause = min(v.after, longestAfter) + jitter(firstWait)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil
		}
		wait = min(2*wait, longestWait)
	}
}

// arrived notes that a socket has joined and returns what it has to send.
func (p *Player) arrived(v *visit) map[string]map[string]any {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sockets[v.socket] = v.conn
	if v.first {
		p.outside--
		if p.outside == 0 {
			close(p.joined)
		}
	}
	frames := make(map[string]map[string]any, len(p.waiting))
	for id, w := range p.waiting {
		frames[id] = w.frame
	}
	if v.heard.Reset {
		maps.Copy(frames, p.keptLocked())
	}
	return frames
}

func (p *Player) keptLocked() map[string]map[string]any {
	frames := make(map[string]map[string]any, len(p.kept))
	for _, k := range p.kept {
		if time.Since(k.at) <= keptFor {
			frames[k.id] = k.frame
		}
	}
	return frames
}

// answered hands an answer to the caller that waits for it. An award is
// remembered here and not by that caller, since a reset may come right behind
// it.
func (p *Player) answered(m Message) {
	p.cfg.History.answer(m)
	p.mu.Lock()
	w := p.waiting[m.ID]
	if w != nil && m.Outcome == "awarded" && !w.kept {
		w.kept = true
		p.keepLocked(m.ID, w.frame)
	}
	p.mu.Unlock()
	if w != nil {
		select {
		case w.answer <- m:
		default:
		}
	}
}

func (p *Player) push(m Message) {
	if p.cfg.Pushed != nil {
		p.cfg.Pushed(m)
	}
}

// jitter is full jitter: any time up to d, and at least a millisecond.
func jitter(d time.Duration) time.Duration {
	return time.Millisecond + rand.N(max(d, time.Millisecond))
}
