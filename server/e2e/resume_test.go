package e2e

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"veltrix/testkit/check"
	"veltrix/testkit/player"
)

// wanderer is a player whose connection is cut again and again, and that goes
// on at any node. It keeps the entries that it was sent.
type wanderer struct {
	t       *testing.T
	fleet   *fleet
	token   string
	dice    *rand.Rand
	epoch   string
	first   int64 // seq of the first snapshot
	since   int64 // the highest seq that it knows
	entrant string
	told    []string
	resumed atomic.Int32 // with something missed
	pending obj          // a claim without a verdict
	next    int          // challenge to claim
	over    bool
}

// live is one connection, from hello until it is cut, in the middle of
// anything.
func (w *wanderer) live(ctx context.Context) error {
	s := w.fleet.any(w.dice.IntN(fleetSize))
	conn, err := player.Dial(ctx, s.client, s.URL+"/ws")
	if err != nil {
		return err
	}
	defer conn.Drop()
	join := obj{"type": "join", "id": "join", "hunt": "storm"}
	if w.epoch != "" {
		join["since"] = obj{"epoch": w.epoch, "seq": w.since}
	}
	frame := []obj{{"type": "hello", "token": w.token}, join}
	if w.pending == nil && w.dice.IntN(2) == 0 {
		w.pending = obj{
			"type": "claim", "id": uuid.NewString(), "hunt": "storm", "challenge": fmt.Sprintf("c%d", w.next),
			"proof": obj{"text": fmt.Sprintf("answer %d", w.next)},
		}
		w.next++
	}
	if w.pending != nil {
		frame = append(frame, w.pending)
	}
	if err := conn.Send(ctx, frame); err != nil {
		return err
	}
	for range w.dice.IntN(25) {
		m, err := conn.Next(ctx)
		if err != nil {
			return err
		}
		w.hear(m)
		if w.over {
			return nil
		}
	}
	return nil
}

func (w *wanderer) hear(m player.Message) {
	switch {
	case m.Type == "joined":
		if m.Reset {
			w.t.Errorf("reset after seq %d: %.200s", w.since, m.Raw)
		}
		if w.epoch == "" {
			w.epoch, w.first, w.entrant = m.Epoch, m.Seq, m.You.Entrant
		}
		for _, missed := range m.Missed {
			w.hear(missed)
		}
		if len(m.Missed) > 0 {
			w.resumed.Add(1)
		}
		w.since = max(w.since, m.Seq)
		return
	case m.Type == "verdict" && w.pending != nil && m.ID == w.pending["id"]:
		w.pending = nil
	case m.Type == "error" && m.Code != "not_joined" && !player.Retryable(m.Code): // a busy hunt refuses the join, and so the claim after it
		w.t.Errorf("refused: %s", m.Raw)
	}
	if told := story([]player.Message{m}); len(told) > 0 && !w.over { // its last claim may be decided after the end
		w.told = append(w.told, told...)
		w.since = max(w.since, m.Seq)
		w.over = w.over || m.Text == "the end"
	}
}

// announce sends an announcement until it is taken: a busy hunt asks to send it
// again.
func (s *server) announce(hunt, text string) {
	s.t.Helper()
	body := obj{"id": uuid.NewString(), "text": text}
	s.eventually("the announcement was taken", func() bool {
		return s.call("POST", "/api/v1/hunts/"+hunt+"/announcements", organizer, body).status == http.StatusOK
	})
}

// TestResumeIsExact: players whose sockets are cut at random, and that resume
// on any node, are sent their entries of the ledger in order, none twice and
// none missing, while others make thousands of entries. So is a player that
// sleeps until the nodes remember none of them.
func TestResumeIsExact(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	f.any(0).define("storm", stormHunt(60))
	f.any(1).phase("storm", "open")
	seed := rand.Uint64()
	t.Logf("seed %d", seed)

	sleeper := &wanderer{t: t, fleet: f, token: mint(t, "sleeper", "Sleeper", time.Now().Add(time.Hour))}
	k, joined := f.any(0).join(sleeper.token, "storm")
	sleeper.hear(joined)
	k.conn.Drop()

	st := newStorm(t, 40, 60)
	st.urls = f.urls()
	wanderers := make([]*wanderer, 4)
	var all sync.WaitGroup
	for i := range wanderers {
		w := &wanderer{
			t: t, fleet: f, token: mint(t, fmt.Sprint("wanderer-", i), fmt.Sprint("Wanderer ", i), time.Now().Add(time.Hour)),
			dice: rand.New(rand.NewPCG(seed, uint64(i))),
		}
		wanderers[i] = w
		all.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
			defer cancel()
			for !w.over {
				var closed *player.CloseError
				if err := w.live(ctx); err != nil && !errors.As(err, &closed) {
					t.Errorf("wanderer %d: %v", i, err)
					return
				}
			}
		})
	}
	blown := make(chan int)
	go func() { blown <- st.run(t.Context(), t, "") }()
	failed, over := 0, false
	// The storm may be over before the last of them has missed something.
	missing := func(w *wanderer) bool { return w.resumed.Load() == 0 }
	for i := 0; !over || slices.ContainsFunc(wanderers, missing) && !t.Failed(); i++ {
		select {
		case failed = <-blown:
			over = true
		default:
			entrant := []string{"sleeper", "wanderer-0", "wanderer-1", "nobody"}[i%4]
			if entrant == "nobody" || i < 8 { // those have joined by then
				f.any(i).announce("storm", fmt.Sprint("notice ", i))
			} else if a := f.any(i).call("POST", "/api/v1/hunts/storm/adjustments", organizer, obj{"id": uuid.NewString(), "entrant": entrant, "points": 1, "reason": "test"}); a.status != 200 && a.status != 404 && a.status != 503 {
				t.Errorf("adjustment: %d %s", a.status, a.body)
			}
		}
	}
	if failed > 0 {
		t.Fatalf("%d players failed", failed)
	}
	f.any(0).announce("storm", "the end")
	all.Wait()
	if t.Failed() {
		return
	}

	ledger := f.any(1).verify("storm", &st.history)
	end := slices.IndexFunc(ledger, func(e check.Entry) bool { return e.Text == "the end" })
	ledger = ledger[:end+1]
	if len(ledger) < 2*1024+100 {
		t.Errorf("only %d entries: a node remembers them all", len(ledger))
	}
	for i, w := range wanderers {
		if want := storyOf(ledger, w.first, w.entrant); !slices.Equal(w.told, want) {
			t.Errorf("wanderer %d (seed %d) was told\n%v, the ledger has\n%v", i, seed, w.told, want)
		}
		t.Logf("wanderer %d was told %d things, and resumed %d times with something missed", i, len(w.told), w.resumed.Load())
	}
	for i, s := range f.nodes {
		back := &wanderer{t: t, epoch: sleeper.epoch, first: sleeper.first, since: sleeper.since, entrant: sleeper.entrant, token: sleeper.token}
		k := s.hello(back.token)
		k.send(obj{"type": "join", "id": "join", "hunt": "storm", "since": obj{"epoch": back.epoch, "seq": back.since}})
		back.hear(k.want("joined", "join"))
		if want := storyOf(ledger, back.first, back.entrant); !slices.Equal(back.told, want) || len(want) < 10 {
			t.Errorf("the sleeper, on node %d, was told\n%v, the ledger has\n%v", i, back.told, want)
		}
	}
	f.any(2).audit(f.store)
}
