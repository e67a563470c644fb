package e2e

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"veltrix/testkit/player"
	"veltrix/testkit/redistest"
)

// TestRollingRestart: three nodes are restarted one after the other while
// players claim; each time players are asked to go on at another node. No claim
// is lost, awarded twice or refused for good.
func TestRollingRestart(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	f.any(0).define("storm", stormHunt(50))
	f.any(0).phase("storm", "open")
	st := newStorm(t, 60, 50)
	st.urls = f.urls()
	marks := []<-chan struct{}{st.mark(0.15), st.mark(0.4), st.mark(0.65)}
	st.during(t, "", func() {
		for i, mark := range marks {
			await(t, mark)
			watcher := f.nodes[i].hello("")
			f.nodes[i].stop()
			if bye := watcher.wantClose(4000); bye.Code != "restarting" || bye.After < 0 || bye.After >= 5000 {
				t.Errorf("bye %s", bye.Raw)
			}
			f.nodes[i] = f.nodes[i].again(f.store)
		}
	})
	st.moved(t)
	st.settle(t, f.any(0))
	f.any(1).audit(f.store)
}

// TestStopIsAnnounced: after SIGTERM a node says that it is not ready, and
// still plays, before it takes nothing new.
func TestStopIsAnnounced(t *testing.T) {
	t.Parallel()
	s := serve(t, stores[0].open(t), "--hunt", huntFile(t, stormHunt(6)), "--drain", "30s")
	k, _ := s.join(mint(t, "ada", "Ada", time.Now().Add(time.Hour)), "storm")
	s.terminate()
	s.eventually("readyz says no", func() bool {
		return s.call("GET", "/readyz", "", nil).status == http.StatusServiceUnavailable
	})
	if v := k.claim("storm", "c1", obj{"text": "answer 1"}); v.Outcome != "awarded" {
		t.Errorf("a claim while the stop is announced: %s", v.Raw)
	}
	if _, joined := s.join(mint(t, "ben", "Ben", time.Now().Add(time.Hour)), "storm"); joined.Type != "joined" {
		t.Errorf("a join while the stop is announced: %s", joined.Raw)
	}
	k.wantClose(4000)
	s.wait()
	if state := s.State(); !state.Success() {
		t.Errorf("ended with %v", state)
	}
}

// asleep makes Redis answer nobody for so many seconds.
func asleep(t *testing.T, redis *redistest.Server, seconds int) {
	t.Helper()
	conn, err := net.Dial("tcp", redis.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := fmt.Fprintf(conn, "DEBUG SLEEP %d\r\n", seconds); err != nil {
		t.Fatal(err)
	}
}

// TestStopThoughAllHangs: neither a Redis that does not answer nor peers that
// do not read keep a node from ending, nor players from their goodbye.
func TestStopThoughAllHangs(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	s := serve(t, redis.URL(), "--hunt", huntFile(t, stormHunt(6)), "--drain", "5s")
	k, _ := s.join(mint(t, "ada", "Ada", time.Now().Add(time.Hour)), "storm")
	for range 3 { // which never reads, nor closes
		s.hello("")
	}
	asleep(t, redis, 600)
	s.eventually("the server noticed that Redis hangs", func() bool {
		return s.call("GET", "/readyz", "", nil).status == http.StatusServiceUnavailable
	})
	const id = "0b7e4b1e-3c0c-4b5e-9d2f-5a0e8f6f0001"
	k.send(obj{"type": "claim", "id": id, "hunt": "storm", "challenge": "c1", "proof": obj{"text": "answer 1"}})
	k.fence() // it is read
	s.terminate()
	if bye := k.wantClose(4000); bye.Code != "restarting" {
		t.Errorf("bye %s", bye.Raw)
	}
	for _, m := range k.seen {
		if m.Type == "verdict" || m.Type == "error" && m.Code != "unavailable" {
			t.Errorf("without a store: %s", m.Raw)
		}
	}
	s.wait()
	redis.Kill()
	redis.Restart()
	again := s.again(redis.URL())
	k, _ = again.join(mint(t, "ada", "Ada", time.Now().Add(time.Hour)), "storm")
	if v := k.claimAs(id, "storm", "c1", obj{"text": "answer 1"}); v.Outcome != "awarded" {
		t.Errorf("the claim again, on the next process: %s", v.Raw)
	}
	again.verify("storm", &player.History{})
}

// TestReconnectStorm: a thousand and more come at once while the store is slow.
// They are let in at a bounded rate, some are asked to come back later, all get
// in, and players get verdicts meanwhile.
func TestReconnectStorm(t *testing.T) {
	redis := redistest.Start(t)
	s := serve(t, redis.URL(), "--hunt", huntFile(t, stormHunt(20)))
	k, _ := s.join(mint(t, "live", "Live", time.Now().Add(time.Hour)), "storm")
	const herd, challenges = 1200, 20
	urls := []string{s.URL + "/ws"}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	defer transport.CloseIdleConnections()
	players := make([]*player.Player, herd)
	for i := range players {
		players[i] = player.New(player.Config{
			URLs: urls, Client: &http.Client{Transport: transport}, Hunt: "storm", History: &player.History{},
			Token: mint(t, fmt.Sprint("herd-", i), fmt.Sprint("Herd ", i), time.Now().Add(time.Hour)),
		})
	}
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	asleep(t, redis, 6)
	var running, joined sync.WaitGroup
	in := make(chan struct{})
	for _, p := range players {
		running.Go(func() {
			if err := p.Run(ctx); err != nil {
				t.Errorf("one of the herd: %v", err)
			}
		})
		joined.Go(func() {
			if err := p.Joined(t.Context()); err != nil {
				t.Errorf("one of the herd: %v", err)
			}
		})
	}
	go func() { joined.Wait(); close(in) }()
	away, verdicts := 0.0, 0
	for n, all := 0, false; !all; n = (n + 1) % challenges {
		select {
		case <-in:
			all = true
		default:
			id := uuid.NewString()
			k.send(obj{"type": "claim", "id": id, "hunt": "storm", "challenge": fmt.Sprintf("c%d", n), "proof": obj{"text": fmt.Sprintf("answer %d", n)}})
			// When Redis sleeps a reply is lost, and the award comes as a push, too.
			if v := k.until("a verdict", func(m player.Message) bool { return m.ID == id && m.Type != "award" }); v.Type != "verdict" {
				t.Errorf("a live claim during the storm: %s", v.Raw)
			}
			if away > 0 {
				verdicts++
			}
			away = s.metric("veltrix_overloaded_total")
		}
	}
	t.Logf("%v were sent away; %d live claims were decided since the first of them", away, verdicts)
	if away == 0 || verdicts == 0 {
		t.Error("nobody was sent away, or no claim was decided since")
	}
	if n := count(s.ledger("storm"), "joined"); n != herd+1 {
		t.Errorf("%d have joined, want %d", n, herd+1)
	}
	leave()
	running.Wait()
}
