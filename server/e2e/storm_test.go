package e2e

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"veltrix/testkit/check"
	"veltrix/testkit/player"
)

// stormHunt has n challenges, each with a bonus for the first, and badges.
func stormHunt(n int) string {
	var b strings.Builder
	b.WriteString("hunt: storm\ntitle: Storm\nchallenges:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - {id: c%d, title: Challenge %d, points: %d, bonus: [7, 3], proof: {text: answer %d}}\n", i, i, 10+i, i)
	}
	b.WriteString("badges:\n")
	b.WriteString("  - {id: five, title: Five, points: 5, when: {solves: 5}}\n")
	fmt.Fprintf(&b, "  - {id: all, title: All, when: {solves: %d}}\n", n)
	return b.String()
}

// storm is many players claiming every challenge of the storm hunt at once.
type storm struct {
	players, challenges int
	sockets, copies     int      // of each player, of each claim
	urls                []string // of several nodes' WebSockets, instead of one server
	history             player.History
	verdicts            atomic.Int64
	client              *http.Client
	joining             chan struct{}   // those that are connecting: a crowd at once is late with its hellos
	marks               []chan struct{} // closed when verdicts reaches a mark
	markAt              []int64
	over                chan struct{} // the last tenth is claimed when it is closed; nil is at once
}

// newStorm prepares a storm of claims that are sent three times over two sockets.
func newStorm(t *testing.T, players, challenges int) *storm {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	return &storm{
		players: players, challenges: challenges, sockets: 2, copies: 3, client: &http.Client{Transport: transport},
		joining: make(chan struct{}, 16),
	}
}

// mark returns a channel that is closed after a share of all claims has its
// verdict. Marks are set before run.
func (st *storm) mark(share float64) <-chan struct{} {
	reached := make(chan struct{})
	st.marks = append(st.marks, reached)
	st.markAt = append(st.markAt, int64(share*float64(st.players*st.challenges)))
	return reached
}

// run plays until every claim has its verdict and returns how many claims got
// none. The players spread over the urls.
func (st *storm) run(ctx context.Context, t *testing.T, urls ...string) (failed int) {
	ctx, cancel := context.WithTimeout(ctx, 6*time.Minute)
	defer cancel()
	var failures atomic.Int64
	var all sync.WaitGroup
	for i := range st.players {
		token := mint(t, fmt.Sprintf("storm-%d", i), fmt.Sprintf("Player %d", i), time.Now().Add(time.Hour))
		all.Go(func() {
			if err := st.play(ctx, urls[i%len(urls)], token, i); err != nil {
				failures.Add(1)
				t.Errorf("player %d: %v", i, err)
			}
		})
	}
	all.Wait()
	return int(failures.Load())
}

// play runs one player. Each begins at another challenge, so that firsts and
// batches mix.
func (st *storm) play(ctx context.Context, url, token string, number int) error {
	p := player.New(player.Config{
		URL: url + "/ws", URLs: st.urls, Client: st.client, Token: token, Hunt: "storm",
		Sockets: st.sockets, Copies: st.copies, History: &st.history,
	})
	ctx, stop := context.WithCancel(ctx)
	st.joining <- struct{}{}
	var running sync.WaitGroup
	var runErr error
	running.Go(func() {
		defer stop()
		runErr = p.Run(ctx)
	})
	err := p.Joined(ctx)
	<-st.joining
	if err == nil {
		err = st.claimAll(ctx, p, number)
	}
	if err == nil && len(st.marks) == 0 {
		err = st.history.Settled(ctx) // no connection is lost: every copy is answered
	}
	stop()
	running.Wait()
	if runErr != nil {
		return runErr
	}
	return err
}

func (st *storm) claimAll(ctx context.Context, p *player.Player, number int) error {
	for i := range st.challenges {
		if st.over != nil && i == st.challenges*9/10 {
			select {
			case <-st.over:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		n := (number + i) % st.challenges
		v, err := p.Claim(ctx, fmt.Sprintf("c%d", n), obj{"text": fmt.Sprintf("answer %d", n)})
		if err != nil {
			return fmt.Errorf("claim %d of %d: %w", i+1, st.challenges, err)
		}
		if v.Outcome != "awarded" {
			return fmt.Errorf("the only claim for c%d got %s", n, v.Raw)
		}
		have := st.verdicts.Add(1)
		for m, at := range st.markAt {
			if have == at {
				close(st.marks[m])
			}
		}
	}
	return nil
}

// settle demands that the ledger holds exactly what the storm was sent.
func (st *storm) settle(t *testing.T, s *server) {
	t.Helper()
	want := st.players * st.challenges
	if got := st.history.Awarded(); got != want {
		t.Errorf("%d claims were told that they are awarded, want %d", got, want)
	}
	ledger := s.verify("storm", &st.history)
	count := map[string]int{}
	for _, e := range ledger {
		count[e.Type+" "+e.Badge]++
	}
	if count["awarded "] != want {
		t.Errorf("%d awards in the ledger, want %d", count["awarded "], want)
	}
	if count["badge five"] != st.players || count["badge all"] != st.players {
		t.Errorf("%d and %d badges, want %d of each", count["badge five"], count["badge all"], st.players)
	}
	st.bonuses(t, ledger)
}

// bonuses demands that every challenge pays its first and second bonus once, to
// the first and second solver.
func (st *storm) bonuses(t *testing.T, ledger []check.Entry) {
	t.Helper()
	solvers := map[string]int{}
	for _, e := range ledger {
		if e.Type != "awarded" {
			continue
		}
		want := int64(0)
		if n := solvers[e.Challenge]; n < 2 {
			want = []int64{7, 3}[n]
		}
		if e.Bonus != want {
			t.Errorf("solver %d of %s got a bonus of %d, want %d", solvers[e.Challenge]+1, e.Challenge, e.Bonus, want)
		}
		solvers[e.Challenge]++
	}
}

// resent counts claims that were sent more often than at first.
func (st *storm) resent() int {
	n := 0
	for _, c := range st.history.Claims() {
		if c.Sent > st.copies {
			n++
		}
	}
	return n
}

// TestStorm: 100 players claim 50 challenges each, every claim three times over
// two sockets.
func TestStorm(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store string) {
		s := serve(t, store, "--hunt", huntFile(t, stormHunt(50)))
		st := newStorm(t, 100, 50)
		began := time.Now()
		if failed := st.run(t.Context(), t, s.URL); failed > 0 {
			t.Fatalf("%d players failed", failed)
		}
		t.Logf("%d claims, sent %d times each, in %v", st.verdicts.Load(), st.copies, time.Since(began).Round(time.Millisecond))
		for _, c := range st.history.Claims() {
			if c.Answers != c.Sent {
				t.Errorf("claim %s was sent %d times and answered %d times", c.ID, c.Sent, c.Answers)
			}
		}
		st.settle(t, s)
		s.audit(store)
		t.Logf("the server took %v of processor time", (s.State().UserTime() + s.State().SystemTime()).Round(time.Millisecond))
	})
}
