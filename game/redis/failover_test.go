package redis_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"veltrix/game"
	"veltrix/game/redis"
	"veltrix/testkit/redistest"
)

// replicatedArgs are the settings that AckReplicated wants.
var replicatedArgs = []string{"--min-replicas-to-write", "1", "--min-replicas-max-lag", "2"}

// stream commits announcements from several goroutines until check ends it, each
// again until it is acknowledged.
type stream struct {
	acked   sync.Map // id -> seq
	count   atomic.Int64
	failed  atomic.Int64 // tries
	enough  atomic.Bool
	workers sync.WaitGroup
}

func startStream(t *testing.T, w *town) *stream {
	s := &stream{}
	for i := range 4 {
		s.workers.Go(func() {
			for n := 0; !s.enough.Load(); n++ {
				s.announce(t, w, uuid(40+i, n))
			}
		})
	}
	return s
}

func (s *stream) announce(t *testing.T, w *town, id string) {
	cmd := game.Command{Type: game.CmdAnnounce, ID: id, Text: "Hello", By: "olga", Rev: 1}
	for {
		res, err := w.Commit(t.Context(), "town", w.def, game.Head{}, []game.Command{cmd})
		if err == nil {
			s.acked.Store(id, res.Replies[0].Seq)
			s.count.Add(1)
			return
		}
		if !errors.Is(err, game.ErrUnavailable) {
			t.Error(err)
			return
		}
		s.failed.Add(1)
	}
}

// more waits for so many more acknowledgements.
func (s *stream) more(t *testing.T, w *town, n int64) {
	t.Helper()
	for want := s.count.Load() + n; s.count.Load() < want; {
		if _, err := w.Entrant(t.Context(), "town", "ada"); err != nil && !errors.Is(err, game.ErrUnavailable) {
			t.Fatal(err)
		}
	}
}

// check ends the stream and looks for everything that was acknowledged.
func (s *stream) check(t *testing.T, w *town) {
	t.Helper()
	s.enough.Store(true)
	s.workers.Wait()
	times := map[string]int{}
	for after := int64(0); ; {
		page, err := w.Ledger(t.Context(), "town", after, 5000)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, n := range page {
			after++
			if n.Seq != after {
				t.Fatalf("entry %d where %d should be", n.Seq, after)
			}
			times[n.ID]++
			if seq, ok := s.acked.Load(n.ID); ok && seq != n.Seq {
				t.Errorf("%s is entry %d, acknowledged as %d", n.ID, n.Seq, seq)
			}
		}
	}
	s.acked.Range(func(id, _ any) bool {
		if times[id.(string)] != 1 {
			t.Errorf("%s was acknowledged and is in the ledger %d times", id, times[id.(string)])
		}
		return true
	})
	t.Logf("%d acknowledged, %d tries failed", s.count.Load(), s.failed.Load())
	if s.failed.Load() == 0 {
		t.Error("no try failed: nothing was tested")
	}
}

// TestSentinelFailover: the primary is killed under commits. With replicated
// nothing acknowledged is lost, and the store finds the new one by itself.
func TestSentinelFailover(t *testing.T) {
	t.Parallel()
	g := redistest.StartGroup(t, 1, replicatedArgs...)
	prefix := freshPrefix()
	w := newTown(t, openAt(t, redis.Options{URL: g.URL(), Prefix: prefix, Ack: redis.AckReplicated}), prefix)
	s := startStream(t, w)
	s.more(t, w, 200)
	old := g.Primary()
	old.Kill()
	g.AwaitPrimary(old)
	old.Restart()
	g.Follow(old) // without a replica nothing is acknowledged
	s.more(t, w, 200)
	if err := w.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	s.check(t, w)
}

// TestClusterFailover is the same with one shard of a cluster.
func TestClusterFailover(t *testing.T) {
	t.Parallel()
	c := redistest.StartCluster(t, 3, 1, replicatedArgs...)
	prefix := freshPrefix()
	w := newTown(t, openAt(t, redis.Options{URL: c.URL(), Prefix: prefix, Ack: redis.AckReplicated}), prefix)
	s := startStream(t, w)
	s.more(t, w, 200)
	old, _ := c.Owner(prefix + ":{town}:")
	old.Kill()
	c.AwaitFailover(old)
	old.Restart()
	s.more(t, w, 200)
	if err := w.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	s.check(t, w)
}

// TestOldPrimary: a primary hangs, another is elected, and the old one wakes up
// with a claim to decide. It still takes itself for the primary and has written
// the claim to its disk; it does not acknowledge because no replica confirms.
func TestOldPrimary(t *testing.T) {
	t.Parallel()
	g := redistest.StartGroup(t, 1, "--min-replicas-to-write", "1", "--min-replicas-max-lag", "60")
	prefix := freshPrefix()
	w := newTown(t, openAt(t, redis.Options{URL: g.URL(), Prefix: prefix, Ack: redis.AckReplicated}), prefix)
	old := g.Primary()
	pinned := openAt(t, redis.Options{URL: old.URL(), Prefix: prefix, Ack: redis.AckReplicated})
	cmd := w.claim("ada", "gate")
	cmd.Rev = 1
	old.Freeze()
	ended := make(chan error, 1)
	go func() {
		_, err := pinned.Commit(t.Context(), "town", w.def, game.Head{}, []game.Command{cmd})
		ended <- err
	}()
	g.AwaitPrimary(old)
	old.Thaw()
	if err := <-ended; !errors.Is(err, game.ErrUnavailable) {
		t.Fatalf("the old primary acknowledged: %v", err)
	}
	if _, err := pinned.Commit(t.Context(), "town", w.def, game.Head{}, []game.Command{cmd}); !errors.Is(err, game.ErrUnavailable) {
		t.Fatalf("the old primary acknowledged: %v", err)
	}
	g.Follow(old)
	if r := eventually(t, w, cmd); r.Seq != 4 {
		t.Fatalf("%+v", r)
	}
	if entries, err := w.Ledger(t.Context(), "town", 3, 10); err != nil || len(entries) != 2 {
		t.Fatalf("%+v, %v", entries, err)
	}
}

// TestUnconfirmed: a replica that hangs keeps commits from being acknowledged,
// also when they are tried again and are replays by then.
func TestUnconfirmed(t *testing.T) {
	t.Parallel()
	g := redistest.StartGroup(t, 1, "--min-replicas-to-write", "1", "--min-replicas-max-lag", "60")
	prefix := freshPrefix()
	w := newTown(t, openAt(t, redis.Options{URL: g.URL(), Prefix: prefix, Ack: redis.AckReplicated}), prefix)
	replica := g.Servers[1]
	replica.Freeze()
	cmd := w.claim("ada", "gate")
	for range 2 {
		if _, err := w.try(cmd); !errors.Is(err, game.ErrUnavailable) || !strings.Contains(err.Error(), "no replica") {
			t.Fatal(err)
		}
	}
	// The player sends it again, to another node.
	other := openAt(t, redis.Options{URL: g.Servers[0].URL(), Prefix: prefix, Ack: redis.AckReplicated})
	cmd.Rev = 1
	if _, err := other.Commit(t.Context(), "town", w.def, game.Head{}, []game.Command{cmd}); !errors.Is(err, game.ErrUnavailable) {
		t.Fatal(err)
	}
	replica.Thaw()
	if r := eventually(t, w, cmd); r.Seq != 4 || !r.Replay {
		t.Fatalf("%+v", r)
	}
	if keys := direct(t, g.Servers[0]).Exists(t.Context(), prefix+":{town}:never").Val(); keys != 0 {
		t.Fatal("the key of nothing is there")
	}
}

// TestUnblocked: the primary is demoted while a commit waits for its replica.
func TestUnblocked(t *testing.T) {
	t.Parallel()
	g := redistest.StartGroup(t, 1, "--min-replicas-to-write", "1", "--min-replicas-max-lag", "60")
	primary, replica := g.Servers[0], g.Servers[1]
	prefix := freshPrefix()
	w := newTown(t, openAt(t, redis.Options{URL: primary.URL(), Prefix: prefix, Ack: redis.AckReplicated}), prefix)
	for _, s := range g.Sentinels {
		s.Kill() // they would undo it
	}
	replica.Freeze()
	ended := make(chan error, 1)
	go func() {
		_, err := w.try(w.claim("ada", "gate"))
		ended <- err
	}()
	primary.Until("the commit to wait", func() bool { return strings.Contains(primary.Do("INFO", "clients"), "blocked_clients:1") })
	primary.Must("REPLICAOF", "127.0.0.1", "1")
	if err := <-ended; !errors.Is(err, game.ErrUnavailable) {
		t.Fatal(err)
	}
	if answered(t, w.Store, "UNBLOCKED")+answered(t, w.Store, "READONLY") == 0 {
		t.Fatal("not counted")
	}
	replica.Thaw()
}

// TestWeakSuccessor: the server that takes over does not sync its file. It
// gets no commits until it does.
func TestWeakSuccessor(t *testing.T) {
	t.Parallel()
	g := redistest.StartGroup(t, 1)
	core, logs := observer.New(zapcore.InfoLevel)
	prefix := freshPrefix()
	store, err := redis.Open(t.Context(), redis.Options{URL: g.URL(), Prefix: prefix}, zap.New(core))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	w := newTown(t, store, prefix)
	old := g.Primary()
	for _, s := range g.Servers {
		if s != old {
			s.Must("CONFIG", "SET", "appendfsync", "everysec")
		}
	}
	old.Kill()
	now := g.AwaitPrimary(old)
	for _, err := range []error{w.Ready(t.Context()), func() error { _, err := w.try(w.claim("ada", "gate")); return err }()} {
		if !errors.Is(err, game.ErrUnavailable) || !strings.Contains(err.Error(), "appendfsync is everysec") {
			t.Fatal(err)
		}
	}
	if n := logs.FilterMessage("no commits: the primary cannot keep --ack").Len(); n != 1 {
		t.Fatalf("%d lines, want one: %+v", n, logs.All())
	}
	now.Must("CONFIG", "SET", "appendfsync", "always")
	if err := w.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := w.ok(w.claim("ada", "gate")); r.Replay {
		t.Fatalf("%+v", r)
	}
	// Somebody changes the setting while connections are open.
	now.Must("CONFIG", "SET", "appendfsync", "no")
	if err := w.Ready(t.Context()); !errors.Is(err, game.ErrUnavailable) {
		t.Fatal(err)
	}
	if _, err := w.try(w.claim("ada", "steps")); !errors.Is(err, game.ErrUnavailable) {
		t.Fatal(err)
	}
	now.Must("CONFIG", "SET", "appendfsync", "always")
	if err := w.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.ok(w.claim("ada", "photo"))
}
