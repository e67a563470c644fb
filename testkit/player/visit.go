package player

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// mark is the point of a ledger up to which a socket knows everything.
type mark struct {
	epoch string
	seq   int64
}

// visit is one connection of a player, from hello to its end.
type visit struct {
	player *Player
	socket int
	url    string
	first  bool // the socket has never joined

	conn   *Conn
	joined bool
	last   mark          // what to resume from
	heard  Visit         // what the history keeps of it
	after  time.Duration // how long a bye asked to stay away
}

// news are the messages that an entrant's sessions get in the order of the
// ledger, none missing. Boards, tickers and standings have a seq, too, but are
// conflated; phases and definitions are everyone's.
var news = []string{"award", "badge", "hinted", "adjusted", "revoked", "notice"}

// run connects, joins and listens until the connection ends.
func (v *visit) run(ctx context.Context) (err error) {
	p := v.player
	if v.conn, err = Dial(ctx, p.cfg.Client, v.url); err != nil {
		return err
	}
	defer v.conn.Drop()
	if p.cfg.Pushed == nil {
		v.conn.Only(append([]string{"welcome", "joined", "verdict", "error", "bye", "reset"}, news...)...)
	}
	heartbeat, err := v.enter(ctx)
	if err != nil {
		return err
	}
	v.joined = true
	if p.cfg.Joins != nil {
		p.cfg.Joins()
	}
	frames := p.arrived(v)
	defer func() {
		p.mu.Lock()
		p.sockets[v.socket] = nil
		p.mu.Unlock()
		v.leave()
	}()

	var writer sync.WaitGroup
	done := make(chan struct{})
	writer.Go(func() {
		for id, frame := range frames {
			p.send(ctx, v.socket, id, frame)
		}
		v.beat(ctx, heartbeat/2, done)
	})
	err = v.listen(ctx)
	v.conn.Drop()
	close(done)
	writer.Wait()
	return err
}

func (v *visit) join(since bool) map[string]any {
	m := map[string]any{"type": "join", "id": "join", "hunt": v.player.cfg.Hunt}
	if v.player.cfg.Team != nil && v.first {
		m["team"] = v.player.cfg.Team
	}
	if since && v.last.epoch != "" {
		m["since"] = map[string]any{"epoch": v.last.epoch, "seq": v.last.seq}
	}
	return m
}

// enter says hello and joins. It returns how often something must be sent.
func (v *visit) enter(ctx context.Context) (heartbeat time.Duration, err error) {
	err = v.conn.Send(ctx, []map[string]any{{"type": "hello", "token": v.player.cfg.Token}, v.join(true)})
	if err != nil {
		return 0, err
	}
	for {
		m, err := v.conn.Next(ctx)
		if err != nil {
			return 0, err
		}
		switch m.Type {
		case "welcome":
			heartbeat = time.Duration(m.Heartbeat) * time.Millisecond
			v.player.mu.Lock()
			v.player.id = m.Player
			v.player.mu.Unlock()
		case "joined":
			v.entered(m, v.last)
			return max(heartbeat, time.Second), nil
		case "error":
			err := fmt.Errorf("join refused: %s %s", m.Code, m.Message)
			if m.RetryAfter > 0 {
				return 0, &RefusedError{After: time.Duration(m.RetryAfter) * time.Millisecond, cause: err}
			}
			return 0, err
		case "bye":
			v.after = time.Duration(m.After) * time.Millisecond
		default:
			v.player.push(m)
		}
	}
}

// entered begins to note what is heard after a snapshot. The zero mark means
// that the join did not say since when.
func (v *visit) entered(m Message, since mark) {
	v.heard = Visit{Hunt: v.player.cfg.Hunt, Epoch: m.Epoch, From: m.Seq, Last: m.Seq, Since: -1, Reset: m.Reset}
	if since.epoch != "" {
		v.heard.Since = since.seq
	}
	for i := range m.Missed {
		v.heard.Missed = append(v.heard.Missed, m.Missed[i].Seq)
	}
	v.last = mark{m.Epoch, m.Seq}
	v.player.mu.Lock()
	v.heard.Player = v.player.id
	if m.You != nil {
		v.heard.Entrant = m.You.Entrant
		v.player.entrant = m.You.Entrant
		if m.You.Team != nil {
			v.player.code = m.You.Team.Code
		}
	}
	v.player.mu.Unlock()
	v.player.push(m)
}

func (v *visit) leave() { v.player.cfg.History.visited(v.heard) }

// listen hands out what arrives until the connection ends.
func (v *visit) listen(ctx context.Context) error {
	for {
		m, err := v.conn.Next(ctx)
		if err != nil {
			return err
		}
		m.Heard = v.heard.Epoch
		v.note(m)
		switch {
		case m.Type == "error" && m.Code == "not_joined":
			// A restored store knows less: the next connection joins first.
			return errors.New("the hunt does not know this player")
		case m.Type == "verdict", m.Type == "hinted" && m.ID != "", m.Type == "error" && m.ID != "" && m.ID != "join":
			v.player.answered(m)
			continue
		case m.Type == "error" && m.ID == "join":
			return errors.New("join refused: " + m.Code)
		case m.Type == "bye":
			v.after = time.Duration(m.After) * time.Millisecond
		case m.Type == "reset":
			// History was lost: join again, the snapshot is all that there is.
			if err := v.conn.Send(ctx, v.join(false)); err != nil {
				return err
			}
		case m.Type == "joined":
			if err := v.again(ctx, m); err != nil {
				return err
			}
			continue
		}
		v.player.push(m)
	}
}

// again takes a snapshot that followed a reset, and sends the claims that were
// awarded lately once more.
func (v *visit) again(ctx context.Context, m Message) error {
	v.leave()
	v.entered(m, mark{})
	v.player.mu.Lock()
	frames := v.player.keptLocked()
	v.player.mu.Unlock()
	for id, frame := range frames {
		v.player.cfg.History.sent(id)
		if err := v.conn.Send(ctx, frame); err != nil {
			return err
		}
	}
	return nil
}

// note keeps the seq of a message that comes in the order of the ledger. A
// replay names an entry that may be old, or not yet published on this node.
func (v *visit) note(m Message) {
	own := m.Type == "verdict" && m.Outcome == "awarded" && !m.Replay || m.Type == "hinted" && m.ID != "" && !m.Replay
	if !own && (m.ID != "" && m.Type != "award" || !slices.Contains(news, m.Type)) || m.Seq == 0 {
		return
	}
	v.heard.Heard = append(v.heard.Heard, m.Seq)
	v.heard.Last = max(v.heard.Last, m.Seq)
	v.last.seq = max(v.last.seq, m.Seq)
}

// beat pings, so that the server does not close the connection as silent.
func (v *visit) beat(ctx context.Context, every time.Duration, done <-chan struct{}) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := v.conn.Send(ctx, map[string]string{"type": "ping"}); err != nil {
				v.conn.Drop()
				return
			}
		case <-done:
			return
		}
	}
}
