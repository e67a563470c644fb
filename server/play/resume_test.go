package play

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/storetest"
	"veltrix/hub"
	"veltrix/server/protocol"
)

// librarian counts what is read of the ledgers of a store, and may refuse it.
type librarian struct {
	game.Store

	reads atomic.Int64
	ill   atomic.Bool
}

func (l *librarian) Ledger(ctx context.Context, hunt string, after int64, limit int) ([]game.Entry, error) {
	l.reads.Add(1)
	if l.ill.Load() {
		return nil, game.ErrUnavailable
	}
	return l.Store.Ledger(ctx, hunt, after, limit)
}

// ledgerOf makes a hunt with that many entries, every tenth an announcement.
func ledgerOf(t testing.TB, store game.Store, n int) string {
	t.Helper()
	d := parseHunt(t, manyChallenges(1))
	res, err := store.Commit(t.Context(), "h", nil, game.Head{}, []game.Command{{Type: game.CmdDefine, Definition: d, By: "organizer"}})
	if err != nil {
		t.Fatal(err)
	}
	batch := []game.Command{}
	for i := 2; i <= n; i++ {
		c := game.Command{Type: game.CmdJoin, Player: fmt.Sprint("p", i), Entrant: fmt.Sprint("p", i), Name: "P", Found: true, Admitted: true, Rev: 1}
		if i%10 == 0 {
			c = game.Command{Type: game.CmdAnnounce, ID: uuid.NewString(), Text: fmt.Sprint(i), By: "organizer"}
		}
		if batch = append(batch, c); len(batch) == game.MaxBatch || i == n {
			if res, err = store.Commit(t.Context(), "h", d, game.Head{}, batch); err != nil {
				t.Fatal(err)
			}
			batch = batch[:0]
		}
	}
	if res.Seq != int64(n) {
		t.Fatalf("the ledger has %d entries, want %d", res.Seq, n)
	}
	return res.Epoch
}

func TestAPageIsReadOnceForAll(t *testing.T) {
	store := &librarian{Store: storetest.NewReference(wall)}
	const n = 3500
	epoch := ledgerOf(t, store, n)
	s := newLedgerPages(store)
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			after := int64(i * 17 % n)
			texts := 0
			for seq := after; seq < n; {
				entries, last, err := s.read(t.Context(), "h", epoch, seq, n)
				if err != nil || last <= seq {
					t.Errorf("after %d: up to %d, %v", seq, last, err)
					return
				}
				for _, e := range entries {
					if e.Seq > seq {
						texts++
					}
				}
				seq = last
			}
			if want := n/10 - int(after)/10; texts != want {
				t.Errorf("%d notices after %d, want %d", texts, after, want)
			}
		})
	}
	all.Wait()
	if reads := store.reads.Load(); reads != 4 {
		t.Errorf("%d reads for 4 pages", reads)
	}
	if _, _, err := s.read(t.Context(), "h", "1", 0, 1); err != errLost {
		t.Errorf("another epoch: %v", err)
	}
	if _, _, err := s.read(t.Context(), "h", epoch, n, n); err != errLost {
		t.Errorf("past the end: %v", err)
	}
	for i := range int64(3 * maxPages) {
		_, _, _ = s.read(t.Context(), "h", fmt.Sprint(i), 0, 1) // lost, but a page
	}
	if len(s.pages) != maxPages {
		t.Errorf("%d pages are kept", len(s.pages))
	}
	if s.forget("h"); len(s.pages) != 0 {
		t.Errorf("%d pages of a forgotten hunt", len(s.pages))
	}
	ctx, cancel := context.WithCancel(t.Context())
	for range readsAtOnce {
		s.reads <- struct{}{}
	}
	cancel()
	if _, _, err := s.read(ctx, "h", epoch, 0, 1); codeOf(err) != game.CodeUnavailable {
		t.Errorf("without a place to read: %v", err)
	}
}

// TestResumeWithoutALedger: what was missed cannot be read now, so the join is
// to be repeated, and nothing is called lost.
func TestResumeWithoutALedger(t *testing.T) {
	store := &librarian{Store: storetest.NewReference(wall)}
	epoch := ledgerOf(t, store, 400) // more than a hunt remembers when it is read
	tb := newTableOn(t, store)
	s := tb.connect("p")
	s.write(`{"type":"join","id":"0","hunt":"h"}`)
	s.read("joined")
	store.ill.Store(true)
	back := tb.connect("p")
	ask := fmt.Sprintf(`{"type":"join","id":"1","hunt":"h","since":{"epoch":%q,"seq":50}}`, epoch)
	back.write(ask)
	if m := back.read("joined", "error"); m["code"] != "unavailable" || m["retry_after"] == nil || m["id"] != "1" {
		t.Errorf("without a ledger: %v", m)
	}
	store.ill.Store(false)
	back.write(ask)
	m := back.read("joined", "error")
	if missed, _ := m["missed"].([]any); len(missed) != 35 || m["reset"] != nil {
		t.Errorf("missed %v, reset %v; want 35 notices", m["missed"], m["reset"])
	}
}

// TestOverloaded: with all places taken a newcomer is sent away, a session that
// plays is asked to wait, and claims are decided.
func TestOverloaded(t *testing.T) {
	tb := newTable(t, manyChallenges(1))
	playing := tb.connect("p")
	playing.write(`{"type":"join","id":"1","hunt":"h"}`)
	playing.read("joined")
	g := tb.gateway.places
	for range JoinsAtOnce { // the one of the join above may not be given back yet
		if _, ok := g.take(true); !ok {
			t.Fatal("a place is not given back")
		}
	}
	g.mu.Lock()
	g.hold = JoinsAtOnce * JoinPatience // so that waiting is no use
	g.mu.Unlock()
	newcomer := tb.connect("q")
	newcomer.write(`{"type":"join","id":"2","hunt":"h"}`)
	if m := newcomer.read("joined", "error", "bye"); m["type"] != "bye" || m["code"] != "overloaded" || m["reconnect"] != true || m["after"].(float64) < 250 {
		t.Errorf("a newcomer hears %v", m)
	}
	playing.write(`{"type":"join","id":"3","hunt":"h"}`)
	if m := playing.read("joined", "error", "bye"); m["type"] != "error" || m["code"] != "overloaded" || m["retry_after"].(float64) < 250 {
		t.Errorf("who plays hears %v", m)
	}
	playing.write(claimFrame("c0"))
	if m := playing.read("verdict", "error", "bye"); m["outcome"] != "awarded" {
		t.Errorf("a claim: %v", m)
	}
	for range JoinsAtOnce {
		g.giveBack(0)
	}
	playing.write(`{"type":"join","id":"4","hunt":"h"}`)
	if m := playing.read("joined", "error", "bye"); m["type"] != "joined" {
		t.Errorf("afterwards: %v", m)
	}
}

func TestPlacesAreGivenBack(t *testing.T) {
	tb := newTable(t, manyChallenges(1))
	s := tb.connect("p")
	for i, m := range []string{`"join","hunt":"h"`, `"join","hunt":"nowhere"`, `"join","hunt":"no hunt"`, `"watch","hunt":"h"`, `"watch","hunt":"nowhere"`} {
		s.write(fmt.Sprintf(`{"id":"%d","type":%s}`, i, m))
		s.read("joined", "watching", "error")
	}
	s.write(`{"type":"ping"}`) // the last place is given back after the answer
	s.read("pong")
	deadline := t.Context()
	for len(tb.gateway.places.places) != 0 && deadline.Err() == nil {
		s.write(`{"type":"ping"}`)
		s.read("pong")
	}
}

// BenchmarkJoin is what a join costs between the store's reply and the
// session's outbox: 40 challenges, 50 rows, 12 solved.
func BenchmarkJoin(b *testing.B) {
	store := storetest.NewReference(wall)
	ctx := b.Context()
	d := parseHunt(b, manyChallenges(40))
	_, err := store.Commit(ctx, "h", nil, game.Head{}, []game.Command{{Type: game.CmdDefine, Definition: d, By: "organizer"}, {Type: game.CmdPhase, ID: uuid.NewString(), Phase: game.Open, Rev: 1}})
	if err != nil {
		b.Fatal(err)
	}
	var e *game.Entrant
	for i := range 60 {
		p := fmt.Sprint("player-", i)
		batch := []game.Command{{Type: game.CmdJoin, Player: p, Entrant: p, Name: "A Player", Found: true, Admitted: true, Rev: 1}}
		for c := range 12 {
			batch = append(batch, game.Command{Type: game.CmdClaim, ID: uuid.NewString(), Player: p, Entrant: p, Challenge: fmt.Sprint("c", c), Right: true, Rev: 1})
		}
		res, err := store.Commit(ctx, "h", d, game.Head{}, append(batch, batch[0]))
		if err != nil {
			b.Fatal(err)
		}
		e = res.Replies[len(res.Replies)-1].Entrant
	}
	if len(e.Awards) != 12 {
		b.Fatalf("%d awards", len(e.Awards))
	}
	reg := prometheus.NewRegistry()
	p := NewPublisher(hub.New(hub.Default(), zap.NewNop(), hub.NewMetrics(reg)), store, new(actor.Clock))
	hunts := actor.NewHunts(store, new(actor.Clock), p, actor.DefaultOptions(), actor.NewMetrics(reg), zap.NewNop())
	running, stop := context.WithCancel(ctx)
	ended := make(chan error)
	go func() { ended <- hunts.Run(running, ctx) }()
	for name, encode := range map[string]func(*protocol.Joined) []byte{
		"marshal": func(j *protocol.Joined) []byte { return protocol.Encode(j) },
		"splice":  (*protocol.Joined).Encode,
	} {
		err := hunts.Look(ctx, "h", func(v *actor.View) {
			p.Board(v, true)
			a := p.audience("h")
			b.Run(name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					definition, _ := a.definition(v, actor.NewWalker(e), 0)
					j := protocol.Joined{Type: "joined", ID: "1", Hunt: v.Hunt, Epoch: v.Epoch, Definition: definition, Board: a.shown.full, You: you(v, e)}
					b.SetBytes(int64(len(encode(&j))))
				}
			})
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	stop()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
}

func TestJoinedIsEncodedAsJSONWould(t *testing.T) {
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	for _, j := range []protocol.Joined{
		{Type: "watching", Definition: raw(`{"a":1}`), Board: raw(`{}`)},
		{Type: "joined", ID: `"<>`, Hunt: "h", Epoch: "7", Seq: 3, Opens: 5, Definition: raw(`{}`), Board: raw(`{"rows":[]}`), Reset: true},
		{Type: "joined", Definition: raw(`{}`), Board: raw(`[]`), You: &protocol.You{Name: "Ada"}, Missed: []json.RawMessage{raw(`{}`), raw(`{"type":"award"}`)}},
	} {
		if got, want := string(j.Encode()), string(protocol.Encode(j)); got != want {
			t.Errorf("encoded as\n%s, JSON would\n%s", got, strings.TrimSpace(want))
		}
	}
}
