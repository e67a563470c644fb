package e2e

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"veltrix/testkit/player"
)

// sock is a WebSocket whose frames the test writes by hand.
type sock struct {
	t    *testing.T
	conn *player.Conn
	// boards is what conflated messages left, newest last; seen is all else.
	boards  []player.Message
	applied int // of boards, to the board that the test holds
	seen    []player.Message
}

// dial connects and sends nothing.
func (s *server) dial() *sock {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	conn, err := player.Dial(ctx, s.client, s.URL+"/ws")
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(conn.Drop)
	return &sock{t: s.t, conn: conn}
}

// hello connects and is welcomed.
func (s *server) hello(token string) *sock {
	s.t.Helper()
	k := s.dial()
	hello := obj{"type": "hello"}
	if token != "" {
		hello["token"] = token
	}
	k.send(hello)
	k.want("welcome", "")
	return k
}

// join connects and joins a hunt.
func (s *server) join(token, hunt string) (*sock, player.Message) {
	s.t.Helper()
	k := s.hello(token)
	k.send(obj{"type": "join", "id": "join", "hunt": hunt})
	return k, k.want("joined", "join")
}

func (k *sock) send(message any) {
	k.t.Helper()
	if err := k.conn.Send(k.t.Context(), message); err != nil {
		k.t.Fatalf("send: %v", err)
	}
}

func (k *sock) raw(frame string) {
	k.t.Helper()
	if err := k.conn.SendRaw(k.t.Context(), false, []byte(frame)); err != nil {
		k.t.Fatalf("send: %v", err)
	}
}

// next returns the next message that is not conflated.
func (k *sock) next() (player.Message, error) {
	ctx, cancel := context.WithTimeout(k.t.Context(), patience)
	defer cancel()
	for {
		m, err := k.conn.Next(ctx)
		if err != nil {
			return m, err
		}
		if slices.Contains([]string{"board", "ticker", "standing"}, m.Type) {
			k.boards = append(k.boards, m)
			continue
		}
		k.seen = append(k.seen, m)
		return m, nil
	}
}

// want reads until a message of this type, and this id unless that is empty.
// What comes before it is in seen.
func (k *sock) want(typ, id string) player.Message {
	k.t.Helper()
	return k.until(typ+" "+id, func(m player.Message) bool {
		return m.Type == typ && (id == "" || m.ID == id)
	})
}

// until reads until cond holds for a message.
func (k *sock) until(what string, cond func(player.Message) bool) player.Message {
	k.t.Helper()
	from := len(k.seen)
	for {
		m, err := k.next()
		if err != nil {
			k.t.Fatalf("waiting for %s: %v\nsince then: %s", what, err, rawOf(k.seen[from:]))
		}
		if cond(m) {
			return m
		}
	}
}

// wantError reads until an error with this id and demands its code.
func (k *sock) wantError(id, code string) player.Message {
	k.t.Helper()
	m := k.until("answer to "+id, func(m player.Message) bool {
		return m.ID == id && m.Type != "welcome" || m.Type == "error" && id == ""
	})
	if m.Type != "error" || m.Code != code {
		k.t.Fatalf("got %s, want error %s", m.Raw, code)
	}
	if m.Message == "" {
		k.t.Errorf("an error without a message: %s", m.Raw)
	}
	return m
}

// fence waits until everything that was sent before is answered and returns
// what came in between.
func (k *sock) fence() []player.Message {
	k.t.Helper()
	from := len(k.seen)
	k.send(obj{"type": "ping"})
	k.want("pong", "")
	return k.seen[from : len(k.seen)-1]
}

// claim sends a claim with a new id and returns its verdict.
func (k *sock) claim(hunt, challenge string, proof obj) player.Message {
	k.t.Helper()
	return k.claimAs(uuid.NewString(), hunt, challenge, proof)
}

func (k *sock) claimAs(id, hunt, challenge string, proof obj) player.Message {
	k.t.Helper()
	k.send(obj{"type": "claim", "id": id, "hunt": hunt, "challenge": challenge, "proof": proof})
	m := k.until("answer to claim", func(m player.Message) bool { return m.ID == id })
	if m.Type == "verdict" && (m.Hunt != hunt || m.Challenge != challenge) {
		k.t.Errorf("verdict %s for %s/%s", m.Raw, hunt, challenge)
	}
	return m
}

// wantClose reads until the server closes with this code and demands a bye
// before it.
func (k *sock) wantClose(code int) player.Message {
	k.t.Helper()
	var bye player.Message
	for {
		m, err := k.next()
		var closed *player.CloseError
		switch {
		case errors.As(err, &closed):
			if closed.Code != code {
				k.t.Errorf("closed with %v, want %d", err, code)
			}
			if bye.Type != "bye" || bye.Code == "" || bye.Reconnect != (code < 4400) {
				k.t.Errorf("before closing with %d came %s", code, bye.Raw)
			}
			return bye
		case err != nil:
			k.t.Fatal(err)
		case m.Type == "bye":
			bye = m
		}
	}
}

// wantBoard reads until the board that the player holds, deltas applied, has
// this seq or a newer one.
func (k *sock) wantBoard(first *player.Board, seq int64) player.Board {
	k.t.Helper()
	return k.untilBoard(first, func(b player.Board) bool { return b.Seq >= seq })
}

// untilBoard reads until cond holds for the board that the player holds.
func (k *sock) untilBoard(first *player.Board, cond func(player.Board) bool) player.Board {
	k.t.Helper()
	held := *first
	for {
		for ; k.applied < len(k.boards); k.applied++ {
			if m := k.boards[k.applied]; m.Type == "board" {
				held = apply(k.t, held, m)
			}
		}
		if cond(held) {
			return held
		}
		ctx, cancel := context.WithTimeout(k.t.Context(), patience)
		m, err := k.conn.Next(ctx)
		cancel()
		if err != nil {
			k.t.Fatalf("waiting for another board than that of seq %d: %v", held.Seq, err)
		}
		if m.Type == "board" || m.Type == "ticker" || m.Type == "standing" {
			k.boards = append(k.boards, m)
		} else {
			k.seen = append(k.seen, m)
		}
	}
}

// apply applies a board message to the board that a player holds.
func apply(t *testing.T, held player.Board, m player.Message) player.Board {
	t.Helper()
	if m.Base == nil {
		return player.Board{Seq: m.Seq, At: m.At, Frozen: m.Frozen, Entrants: m.Entrants, Size: m.Size, Rows: m.Rows}
	}
	if *m.Base != held.Seq {
		t.Fatalf("a delta from %d came to who holds %d", *m.Base, held.Seq)
	}
	next := held
	next.Seq, next.At, next.Frozen, next.Entrants, next.Rows = m.Seq, m.At, m.Frozen, m.Entrants, slices.Clone(held.Rows)
	for _, row := range m.Rows {
		i := slices.IndexFunc(next.Rows, func(r player.Row) bool { return r.Rank == row.Rank })
		if i < 0 {
			next.Rows = append(next.Rows, row)
		} else {
			next.Rows[i] = row
		}
	}
	next.Rows = slices.DeleteFunc(next.Rows, func(r player.Row) bool { return r.Rank > m.Entrants })
	return next
}

func rawOf(list []player.Message) string {
	var text strings.Builder
	for _, m := range list {
		fmt.Fprintf(&text, "\n  %s", m.Raw)
	}
	return text.String()
}
