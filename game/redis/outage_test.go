package redis_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"veltrix/game"
	"veltrix/game/redis"
	"veltrix/testkit/redistest"
)

// TestOutages: whatever keeps a server from answering, the error says that it
// may pass, nothing happened, and afterwards the same command takes effect once.
func TestOutages(t *testing.T) {
	server := redistest.Start(t, "--enable-protected-configs", "yes")
	do := func(args ...string) func(t *testing.T) {
		return func(t *testing.T) {
			t.Helper()
			server.Must(args...)
		}
	}
	all := func(steps ...func(*testing.T)) func(t *testing.T) {
		return func(t *testing.T) {
			t.Helper()
			for _, step := range steps {
				step(t)
			}
		}
	}
	config := func(name, value string) func(*testing.T) { return do("CONFIG", "SET", name, value) }
	// A maximum of one is for the test, which keeps its connection.
	hold := direct(t, server)
	limit := func(n string) func(t *testing.T) {
		return func(t *testing.T) {
			if err := hold.ConfigSet(t.Context(), "maxclients", n).Err(); err != nil {
				t.Fatal(err)
			}
			if err := hold.Do(t.Context(), "CLIENT", "KILL", "TYPE", "normal").Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name, word string
		down, up   func(t *testing.T)
	}{
		{"replica", "READONLY", do("REPLICAOF", "127.0.0.1", "1"), do("REPLICAOF", "NO", "ONE")},
		{"out of memory", "OOM", config("maxmemory", "1"), config("maxmemory", "0")},
		{"too few replicas", "NOREPLICAS", config("min-replicas-to-write", "1"), config("min-replicas-to-write", "0")},
		{"broken disk", "MISCONF", func(t *testing.T) { breakSaving(t, server) }, all(config("dir", server.Dir()), config("save", ""))},
		{"too many connections", "max number of clients|broken pipe|reset", limit("1"), limit("10000")},
		{"gone", "connect", func(*testing.T) { server.Kill() }, func(*testing.T) { server.Restart() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			prefix := freshPrefix()
			w := newTown(t, openAt(t, redis.Options{URL: server.UnixURL(), Prefix: prefix}), prefix)
			if err := w.Ready(t.Context()); err != nil {
				t.Fatal(err)
			}
			cmd := w.claim("ada", "gate")
			c.down(t)
			_, err := w.try(cmd)
			ready := w.Ready(t.Context())
			c.up(t)
			for _, err := range []error{err, ready} {
				// A client that is sent away may read why, or find the connection closed.
				says := func(word string) bool { return strings.Contains(err.Error(), word) }
				if !errors.Is(err, game.ErrUnavailable) || !slices.ContainsFunc(strings.Split(c.word, "|"), says) {
					t.Fatalf("error %v", err)
				}
			}
			if r := w.ok(cmd); r.Replay || r.Seq != 4 {
				t.Fatalf("%+v", r)
			}
			if err := w.Ready(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// breakSaving has a server fail to write a snapshot.
func breakSaving(t *testing.T, server *redistest.Server) {
	t.Helper()
	dir := t.TempDir()
	server.Must("CONFIG", "SET", "dir", dir)
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	server.Must("CONFIG", "SET", "save", "3600 1000000")
	server.Until("no other child", func() bool { // a server that just started rewrites its file
		info := server.Do("INFO", "persistence")
		return strings.Contains(info, "aof_rewrite_in_progress:0") && strings.Contains(info, "aof_rewrite_scheduled:0")
	})
	server.Must("BGSAVE")
	server.Until("the snapshot to fail", func() bool {
		return strings.Contains(server.Do("INFO", "persistence"), "rdb_last_bgsave_status:err")
	})
}

// TestStaleReplica: a replica without its primary, set not to answer.
func TestStaleReplica(t *testing.T) {
	server := redistest.Start(t)
	prefix := freshPrefix()
	w := newTown(t, openAt(t, redis.Options{URL: server.UnixURL(), Prefix: prefix}), prefix)
	server.Must("CONFIG", "SET", "replica-serve-stale-data", "no")
	server.Must("REPLICAOF", "127.0.0.1", "1")
	_, entrant := w.Entrant(t.Context(), "town", "ada")
	_, load := w.Load(t.Context(), "town")
	_, of := w.EntrantOf(t.Context(), "town", "ada")
	for _, c := range []struct {
		err  error
		word string
	}{{entrant, "MASTERDOWN"}, {load, "EXECABORT"}, {of, "EXECABORT"}} {
		if !errors.Is(c.err, game.ErrUnavailable) || !strings.Contains(c.err.Error(), c.word) {
			t.Errorf("%s: %v", c.word, c.err)
		}
	}
	if _, err := w.try(w.claim("ada", "gate")); !errors.Is(err, game.ErrUnavailable) {
		t.Errorf("commit: %v", err)
	}
	server.Must("REPLICAOF", "NO", "ONE")
	if r := w.ok(w.claim("ada", "gate")); r.Seq != 4 {
		t.Fatalf("%+v", r)
	}
}

// TestBusy: another client's script runs for too long.
func TestBusy(t *testing.T) {
	server := redistest.Start(t, "--busy-reply-threshold", "1")
	prefix := freshPrefix()
	w := newTown(t, openAt(t, redis.Options{URL: server.UnixURL(), Prefix: prefix}), prefix)
	rdb := direct(t, server)
	ended := make(chan error, 1)
	go func() { ended <- rdb.Eval(context.Background(), "while true do end", nil).Err() }()
	cmd := w.claim("ada", "gate")
	for {
		// Until the server has noticed that the script is slow it just waits;
		// before the script runs it is ready.
		if err := w.Ready(t.Context()); err != nil {
			break
		}
	}
	if _, err := w.try(cmd); !errors.Is(err, game.ErrUnavailable) || !strings.Contains(err.Error(), "BUSY") {
		t.Fatalf("error %v", err)
	}
	if err := direct(t, server).ScriptKill(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Fatal("the slow script was not killed")
	}
	if r := w.ok(cmd); r.Replay {
		t.Fatalf("%+v", r)
	}
}

// TestBusyAfterWriting: a script that has written cannot be killed, only its
// server can, and then nothing of it is there.
func TestBusyAfterWriting(t *testing.T) {
	server := redistest.Start(t, "--busy-reply-threshold", "1")
	prefix := freshPrefix()
	w := newTown(t, openAt(t, redis.Options{URL: server.UnixURL(), Prefix: prefix}), prefix)
	rdb := direct(t, server)
	ended := make(chan error, 1)
	board := prefix + ":{town}:board"
	go func() {
		ended <- rdb.Eval(context.Background(), "redis.call('DEL', KEYS[1]) while true do end", []string{board}).Err()
	}()
	server.Until("the script to be slow", func() bool { return w.Ready(t.Context()) != nil })
	cmd := w.claim("ada", "gate")
	if _, err := w.try(cmd); !errors.Is(err, game.ErrUnavailable) || !strings.Contains(err.Error(), "BUSY") {
		t.Fatalf("error %v", err)
	}
	if said := server.Do("SCRIPT", "KILL"); !strings.HasPrefix(said, "-UNKILLABLE") {
		t.Fatal(said)
	}
	server.Kill()
	if err := <-ended; err == nil {
		t.Fatal("the script ended by itself")
	}
	server.Restart()
	if r := w.ok(cmd); r.Replay || r.Seq != 4 {
		t.Fatalf("%+v", r)
	}
	if n := rdb.ZCard(t.Context(), board).Val(); n != 1 {
		t.Fatalf("%d on the board", n)
	}
}

// TestLoading: a server that reads its file answers LOADING.
func TestLoading(t *testing.T) {
	server := redistest.Start(t, "--loading-process-events-interval-bytes", "1024")
	prefix := freshPrefix()
	w := newTown(t, openAt(t, redis.Options{URL: server.UnixURL(), Prefix: prefix}), prefix)
	rdb := direct(t, server)
	pipe := rdb.Pipeline()
	for i := range 400 {
		pipe.Set(t.Context(), uuid(5, i), strings.Repeat("x", 64), 0)
	}
	pipe.ConfigSet(t.Context(), "key-load-delay", "2000")
	if _, err := pipe.Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	slow := goredis.NewClient(&goredis.Options{Network: "unix", Addr: server.Socket(), Protocol: 2, DisableIdentity: true, ReadTimeout: -1})
	defer slow.Close()
	go func() { ended <- slow.Do(context.Background(), "DEBUG", "RELOAD").Err() }()
	for {
		err := w.Ready(t.Context())
		if err == nil {
			continue
		}
		if !errors.Is(err, game.ErrUnavailable) || !strings.Contains(err.Error(), "LOADING") {
			t.Fatalf("error %v", err)
		}
		break
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if r := w.ok(w.claim("ada", "gate")); r.Replay {
		t.Fatalf("%+v", r)
	}
}

// TestCrashes: a server that is killed again and again under commits has every
// acknowledged entry afterwards, once.
func TestCrashes(t *testing.T) {
	server := redistest.Start(t)
	prefix := freshPrefix()
	w := newTown(t, openAt(t, redis.Options{URL: server.UnixURL(), Prefix: prefix}), prefix)
	const announcements = 300
	var acknowledged atomic.Int64
	acked := map[string]int64{}
	var all sync.WaitGroup
	all.Go(func() {
		for range announcements {
			cmd := game.Command{Type: game.CmdAnnounce, ID: w.id(), Text: "Hello", By: "olga"}
			for {
				res, err := w.try(cmd)
				if err == nil {
					acked[cmd.ID] = res.Replies[0].Seq
					acknowledged.Add(1)
					break
				}
				if !errors.Is(err, game.ErrUnavailable) {
					t.Error(err)
					return
				}
			}
		}
	})
	for i := range 4 {
		// For up to a second the library may answer with the error of before.
		server.Until("the store to be ready", func() bool { return w.Ready(t.Context()) == nil })
		for acknowledged.Load() < int64(i*60+30) {
			// After failed dials the library's pool waits up to a second before
			// it dials again: the server may still seem to be down.
			if err := w.Ready(t.Context()); err != nil && !errors.Is(err, game.ErrUnavailable) {
				t.Fatal(err)
			}
		}
		server.Kill()
		server.Restart()
	}
	all.Wait()
	entries, err := w.Ledger(t.Context(), "town", 3, 10_000)
	if err != nil || len(entries) != announcements {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	for _, n := range entries {
		if acked[n.ID] != n.Seq {
			t.Fatalf("%s is entry %d, acknowledged as %d", n.ID, n.Seq, acked[n.ID])
		}
	}
}

// TestLostReply: the server decided, but its answer never came.
func TestLostReply(t *testing.T) {
	server := redistest.Start(t)
	proxy := newProxy(t, server.Addr())
	prefix := freshPrefix()
	w := newTown(t, openAt(t, redis.Options{URL: "redis://" + proxy.addr(), Prefix: prefix}), prefix)
	cmd := w.claim("ada", "gate")
	proxy.loseReply.Store(true)
	r := w.ok(cmd)
	if proxy.loseReply.Load() {
		t.Fatal("no reply was lost")
	}
	if r.Outcome != game.OutAwarded || !r.Replay || r.Seq != 4 || r.Total != 155 {
		t.Fatalf("%+v", r)
	}
	if entries, err := w.Ledger(t.Context(), "town", 3, 10); err != nil || len(entries) != 2 {
		t.Fatalf("%+v, %v", entries, err)
	}
}

// proxy forwards connections and can cut one when the next reply comes.
type proxy struct {
	listener  net.Listener
	loseReply atomic.Bool
	all       sync.WaitGroup
}

func newProxy(t *testing.T, to string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l}
	p.all.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				near.Close()
				continue
			}
			p.all.Go(func() {
				_, _ = io.Copy(far, near)
				far.Close()
			})
			p.all.Go(func() {
				p.replies(near, far)
				near.Close()
				far.Close()
			})
		}
	})
	// Runs after the store is closed, which ends the connections.
	t.Cleanup(func() {
		l.Close()
		p.all.Wait()
	})
	return p
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

func (p *proxy) replies(near, far net.Conn) {
	buf := make([]byte, 64<<10)
	for {
		n, err := far.Read(buf)
		if err != nil || p.loseReply.CompareAndSwap(true, false) {
			return
		}
		if _, err := near.Write(buf[:n]); err != nil {
			return
		}
	}
}
