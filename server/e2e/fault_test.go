package e2e

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"veltrix/testkit/redistest"
)

// during runs fault while a storm blows, which does not end before the fault
// does, then demands that every claim of the storm got its verdict all the same.
func (st *storm) during(t *testing.T, url string, fault func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	defer func() { <-done }()
	defer cancel() // when fault fails the test
	failed := 0
	st.over = make(chan struct{})
	go func() {
		defer close(done)
		failed = st.run(ctx, t, url)
	}()
	fault()
	close(st.over)
	<-done
	if failed > 0 {
		t.Fatalf("%d players failed", failed)
	}
}

// hit demands that a fault met claims that were under way.
func (st *storm) hit(t *testing.T) {
	t.Helper()
	if st.resent() == 0 {
		t.Error("no claim was sent again: the fault did not happen during the storm")
	}
}

// moved demands that players of a node that stopped went on at another.
func (st *storm) moved(t *testing.T) {
	t.Helper()
	if n := len(st.history.Visits()); n <= st.players*st.sockets {
		t.Errorf("%d visits of %d sockets: nobody went on elsewhere", n, st.players*st.sockets)
	}
}

// await waits for a mark of a storm.
func await(t *testing.T, mark <-chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	select {
	case <-mark:
	case <-ctx.Done():
		t.Fatal("the storm does not get that far")
	}
}

// again starts a server on the address and store of one that ended.
func (s *server) again(store string) *server {
	s.t.Helper()
	return serveOn(s.t, strings.TrimPrefix(s.URL, "http://"), store)
}

// TestServerKilled: SIGKILL in the middle of claims, three times.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store string) {
		s := serve(t, store, "--hunt", huntFile(t, stormHunt(40)))
		st := newStorm(t, 50, 40)
		marks := []<-chan struct{}{st.mark(0.2), st.mark(0.5), st.mark(0.8)}
		st.during(t, s.URL, func() {
			for _, mark := range marks {
				await(t, mark)
				s.kill()
				s = s.again(store)
			}
		})
		st.hit(t)
		st.settle(t, s)
		s.audit(store)
	})
}

// TestServerStopped: SIGTERM in the middle of claims sends a bye to everyone
// and ends with 0; a successor goes on.
func TestServerStopped(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store string) {
		s := serve(t, store, "--hunt", huntFile(t, stormHunt(40)))
		st := newStorm(t, 50, 40)
		mark := st.mark(0.4)
		st.during(t, s.URL, func() {
			watcher := s.hello("")
			await(t, mark)
			s.stop()
			if bye := watcher.wantClose(4000); bye.Code != "restarting" || bye.After < 0 {
				t.Errorf("bye %s", bye.Raw)
			}
			s = s.again(store)
		})
		st.moved(t)
		st.settle(t, s)
		s.audit(store)
	})
}

// TestRedisKilled: SIGKILL of Redis, which writes its log before it answers.
// The server stays and says that it is not ready; the players wait, or are
// asked to try again.
func TestRedisKilled(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	s := serve(t, redis.URL(), "--hunt", huntFile(t, stormHunt(40)))
	st := newStorm(t, 50, 40)
	mark := st.mark(0.4)
	st.during(t, s.URL, func() {
		await(t, mark)
		redis.Kill()
		s.eventually("the server noticed that it cannot commit", func() bool {
			return s.call("GET", "/readyz", "", nil).status == http.StatusServiceUnavailable
		})
		if a := s.call("GET", "/healthz", "", nil); a.status != http.StatusOK {
			t.Errorf("healthz without Redis: %d", a.status)
		}
		if got := int(st.verdicts.Load()); got >= st.players*st.challenges {
			t.Errorf("%d verdicts without Redis", got)
		}
		redis.Restart()
	})
	st.settle(t, s)
	s.audit(redis.URL())
}
