package redis_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"veltrix/game"
	"veltrix/game/redis"
	"veltrix/testkit/redistest"
)

// witness is a node that remembers what was acknowledged.
type witness struct {
	*town
	known  game.Head
	memory []game.Entry
}

func newWitness(t *testing.T, server *redistest.Server, opts redis.Options) *witness {
	t.Helper()
	opts.URL, opts.Prefix = server.UnixURL(), freshPrefix()
	return &witness{town: newTown(t, openAt(t, opts), opts.Prefix)}
}

// play has n more players join, claim and earn a badge.
func (w *witness) play(n int) {
	w.Helper()
	for range n {
		p := "p" + w.id()[30:]
		w.ok(w.join(p))
		w.ok(w.claim(p, "gate"))
	}
	w.memory, w.known = w.ledger(), w.head()
}

func (w *witness) ledger() []game.Entry {
	w.Helper()
	var all []game.Entry
	for {
		page, err := w.Ledger(w.Context(), "town", int64(len(all)), 1000)
		if err != nil {
			w.Fatal(err)
		}
		if len(page) == 0 {
			return all
		}
		for _, n := range page {
			if n.Seq != int64(len(all))+1 {
				w.Fatalf("seq %d after %d entries", n.Seq, len(all))
			}
			all = append(all, n)
		}
	}
}

func (w *witness) head() game.Head {
	w.Helper()
	heads, err := w.Heads(w.Context(), []string{"town"})
	if err != nil {
		w.Fatal(err)
	}
	return heads[0]
}

// notice makes a commit, by which the loss is noticed.
func (w *witness) notice(s *redis.Store, known game.Head) error {
	batch := []game.Command{{Type: game.CmdAdvance}}
	_, err := s.Commit(w.Context(), "town", w.def, known, batch)
	if errors.Is(err, game.ErrUnknownHunt) {
		batch[0] = game.Command{Type: game.CmdDefine, Definition: w.def, By: "olga"}
		_, err = s.Commit(w.Context(), "town", nil, known, batch)
	}
	return err
}

// restore puts back what is remembered and not in the ledger any more. It
// returns how many entries these are and how many of them were put back.
func (w *witness) restore(s *redis.Store) (lost, back int, err error) {
	kept := map[string]bool{}
	for _, n := range w.ledger() {
		kept[fmt.Sprint(n.Seq, n.Nonce)] = true
	}
	var batch []game.Command
	commit := func() error {
		res, err := s.Commit(w.Context(), "town", w.def, w.head(), batch)
		for i, r := range res.Replies {
			if r.Outcome != game.OutDone {
				return fmt.Errorf("restoring %+v: %+v", batch[i].Entry, r)
			}
			if !r.Replay && r.Seq > 0 {
				back++
			}
		}
		batch = nil
		return err
	}
	for i := range w.memory {
		n := &w.memory[i]
		if kept[fmt.Sprint(n.Seq, n.Nonce)] || n.Type == game.Defined || n.Type == game.Recovered {
			continue
		}
		lost++
		if batch = append(batch, game.Command{Type: game.CmdRestore, Entry: n}); len(batch) == 7 {
			if err := commit(); err != nil {
				return lost, back, err
			}
		}
	}
	return lost, back, commit()
}

// given is what replies have awarded, by entrant and challenge or badge: each
// must be there once, with the same points.
func given(t *testing.T, entries []game.Entry) map[string]string {
	t.Helper()
	m := map[string]string{}
	for _, n := range entries {
		if n.Type != game.Awarded && n.Type != game.Badged {
			continue
		}
		what := n.Entrant + " " + n.Challenge + " " + n.Badge
		if m[what] != "" {
			t.Errorf("%s was given twice", what)
		}
		m[what] = fmt.Sprint(n.ID, n.Player, n.Points, n.Bonus)
	}
	return m
}

// healed checks that everything is there again and that so many epochs began.
func (w *witness) healed(t *testing.T, epochs int) {
	t.Helper()
	all := w.ledger()
	got, began := given(t, all), 0
	for what, of := range given(t, w.memory) {
		if got[what] != of {
			t.Errorf("%s is %q, replies said %q", what, got[what], of)
		}
	}
	for i, n := range all {
		if n.Type == game.Recovered {
			began++
		}
		if i > 0 && (n.Type == game.Recovered) != (n.Epoch != all[i-1].Epoch) {
			t.Errorf("epoch %s of %+v comes after %s", n.Epoch, n, all[i-1].Epoch)
		}
	}
	if began != epochs {
		t.Errorf("%d epochs began, want %d", began, epochs)
	}
	total := map[string]int64{}
	for _, n := range all {
		total[n.Entrant] += n.Points
	}
	rows, _, err := w.Rows(t.Context(), "town", false)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Points != total[r.Entrant] {
			t.Errorf("%s has %d points on the board, %d in the ledger", r.Entrant, r.Points, total[r.Entrant])
		}
	}
}

// heal does what a node does, and checks what came of it.
func (w *witness) heal(t *testing.T) {
	t.Helper()
	epochs := 0 // that began and were not lost again
	if sum, err := w.Load(t.Context(), "town"); err == nil && sum.Seq > 0 {
		for _, n := range w.ledger() {
			if n.Type == game.Recovered {
				epochs++
			}
		}
	}
	if err := w.notice(w.Store, w.known); err != nil {
		t.Fatal(err)
	}
	lost, back, err := w.restore(w.Store)
	if err != nil || back != lost || lost == 0 {
		t.Fatalf("%d entries lost, %d put back: %v", lost, back, err)
	}
	w.healed(t, epochs+1)
	w.play(1)
	t.Logf("%d entries lost and put back, epoch %d", lost, epochs+1)
}

// aof is the file that the server appends to.
func aof(t *testing.T, server *redistest.Server) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(server.Dir(), "appendonlydir", "*.incr.aof"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	return files[0]
}

// await polls until the server has written its file again, if it is about to.
func await(t *testing.T, rdb *goredis.Client) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for range 5000 {
		info, err := rdb.Info(t.Context(), "persistence").Result()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(info, "aof_rewrite_in_progress:0") && strings.Contains(info, "aof_rewrite_scheduled:0") {
			return
		}
		<-tick.C
	}
	t.Fatal("the server does not end writing its file again")
}

// cut kills the server, takes so many bytes from the end of its file and
// starts it again.
func cut(t *testing.T, server *redistest.Server, bytes int64) {
	t.Helper()
	await(t, direct(t, server))
	server.Kill()
	info, err := os.Stat(aof(t, server))
	if err == nil {
		err = os.Truncate(aof(t, server), max(0, info.Size()-bytes))
	}
	if err != nil {
		t.Fatal(err)
	}
	server.Restart()
}

// TestLostTail: the server dies and its file ends too early, at any byte, again
// and again.
func TestLostTail(t *testing.T) {
	server := redistest.Start(t)
	w := newWitness(t, server, redis.Options{})
	roll := rand.New(rand.NewPCG(20261123, 1))
	w.play(20)
	for range 8 {
		cut(t, server, 50+roll.Int64N(4000))
		w.heal(t)
	}
}

// TestHalfTransaction: the file ends in the beginning of a transaction that was
// never answered. Starting twice must not lose what came after.
func TestHalfTransaction(t *testing.T) {
	server := redistest.Start(t)
	w := newWitness(t, server, redis.Options{})
	w.play(20)
	for range 3 {
		await(t, direct(t, server))
		server.Kill()
		file, err := os.OpenFile(aof(t, server), os.O_WRONLY|os.O_APPEND, 0)
		if err == nil {
			_, err = file.WriteString("*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$4\r\nhalf\r\n$4\r\ndone\r\n*1\r\n$4\r\nEX")
			err = errors.Join(err, file.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
		server.Restart()
		w.play(3)
		await(t, direct(t, server))
		w.play(3)
		server.Kill()
		server.Restart()
		w.healed(t, 0)
		if half := direct(t, server).Exists(t.Context(), "half").Val(); half != 0 {
			t.Fatal("half a transaction came back")
		}
	}
}

// TestOlderCopy: the server starts with a copy of its files from before.
func TestOlderCopy(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		opts redis.Options
	}{
		{"append-only file", nil, redis.Options{}},
		{"snapshot", []string{"--appendonly", "no"}, redis.Options{Ack: redis.AckMemory}},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := redistest.Start(t, c.args...)
			w := newWitness(t, server, c.opts)
			w.play(5)
			if err := direct(t, server).Save(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
			server.Kill()
			backup := t.TempDir()
			moveFiles(t, server.Dir(), backup)
			if err := os.CopyFS(server.Dir(), os.DirFS(backup)); err != nil {
				t.Fatal(err)
			}
			server.Restart()
			w.play(9)
			server.Kill()
			moveFiles(t, server.Dir(), t.TempDir())
			moveFiles(t, backup, server.Dir())
			server.Restart()
			w.heal(t)
		})
	}
}

// moveFiles moves what Redis keeps.
func moveFiles(t *testing.T, from, to string) {
	t.Helper()
	for _, name := range []string{"appendonlydir", "dump.rdb"} {
		if err := os.Rename(filepath.Join(from, name), filepath.Join(to, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
}

// TestFlushAll: nothing is left at all, not even the list of hunts.
func TestFlushAll(t *testing.T) {
	server := redistest.Start(t)
	w := newWitness(t, server, redis.Options{})
	w.play(12)
	for range 2 {
		if err := direct(t, server).FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		w.heal(t)
		if ids, err := w.Hunts(t.Context()); err != nil || len(ids) != 1 {
			t.Fatalf("hunts %q, %v", ids, err)
		}
	}
}

// TestFork: after the loss a node that remembers nothing goes on, past the head
// that the other node knows. The other sees it when it reads the ledger.
func TestFork(t *testing.T) {
	server := redistest.Start(t)
	w := newWitness(t, server, redis.Options{})
	w.play(10)
	cut(t, server, 1500)
	fresh := &witness{town: &town{TB: t, Store: openAt(t, redis.Options{URL: server.UnixURL(), Prefix: w.prefix}), prefix: w.prefix, def: w.def, ids: 5000}}
	fresh.play(8)
	now := w.head()
	if now.Epoch != w.known.Epoch || now.Seq <= w.known.Seq {
		t.Fatalf("head %+v, known %+v: no fork", now, w.known)
	}
	page, err := w.Ledger(t.Context(), "town", w.known.Seq-1, 1)
	if err != nil || len(page) != 1 || page[0].Nonce == w.known.Nonce {
		t.Fatalf("%+v, %v: no fork", page, err)
	}
	w.known.Forked = true
	w.heal(t)
	fresh.healed(t, 1)
}

// TestTwoNoticeAtOnce: both nodes notice, both put everything back, and all of
// it is there once.
func TestTwoNoticeAtOnce(t *testing.T) {
	server := redistest.Start(t)
	w := newWitness(t, server, redis.Options{})
	w.play(40)
	cut(t, server, 9000)
	var all sync.WaitGroup
	for range 4 {
		node := openAt(t, redis.Options{URL: server.UnixURL(), Prefix: w.prefix})
		all.Go(func() {
			if err := w.notice(node, w.known); err != nil {
				t.Error(err)
				return
			}
			if _, _, err := w.restore(node); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w.healed(t, 1)
}

// TestForkedRevision: two histories have a revision 2, not the same. The rules
// of one decide nothing in the other.
func TestForkedRevision(t *testing.T) {
	server := redistest.Start(t)
	w := newWitness(t, server, redis.Options{})
	define := func(s *redis.Store, points string) {
		t.Helper()
		d := parse(t, strings.Replace(townFile, "points: 100", "points: "+points, 1))
		if _, err := s.Commit(t.Context(), "town", w.def, game.Head{}, []game.Command{{Type: game.CmdDefine, Definition: d, By: "olga"}}); err != nil {
			t.Fatal(err)
		}
	}
	size := func() int64 {
		info, err := os.Stat(aof(t, server))
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	before := size()
	define(w.Store, "700")
	sum, err := w.Load(t.Context(), "town")
	if err != nil {
		t.Fatal(err)
	}
	cut(t, server, size()-before)
	other := openAt(t, redis.Options{URL: server.UnixURL(), Prefix: w.prefix})
	define(other, "300")
	cmd := w.claim("ada", "gate")
	cmd.Rev = 2
	res, err := w.Commit(t.Context(), "town", sum.Definition, game.Head{}, []game.Command{cmd})
	if err != nil || res.Replies[0].Outcome != game.OutStale {
		t.Fatalf("judged by the lost revision: %+v, %v", res.Replies, err)
	}
	if sum, err = w.Load(t.Context(), "town"); err != nil || !strings.Contains(string(sum.Definition.Source), "points: 300") {
		t.Fatalf("the lost revision is still loaded: %v", err)
	}
	if res, err = w.Commit(t.Context(), "town", sum.Definition, game.Head{}, []game.Command{cmd}); err != nil || res.Replies[0].Points != 350 {
		t.Fatalf("%+v, %v", res.Replies, err)
	}
}

// TestClaimDuringLoss: a claim that is under way when history is lost is
// decided once, in the new epoch.
func TestClaimDuringLoss(t *testing.T) {
	server := redistest.Start(t)
	w := newWitness(t, server, redis.Options{})
	w.play(3)
	claim := w.claim("ada", "gate")
	cut(t, server, 700)
	claim.Rev = 1
	res, err := w.Commit(context.Background(), "town", w.def, w.known, []game.Command{claim})
	if err != nil || res.Replies[0].Outcome != game.OutStale || res.Epoch == w.known.Epoch {
		t.Fatalf("%+v, %v", res, err)
	}
	if _, _, err := w.restore(w.Store); err != nil {
		t.Fatal(err)
	}
	w.healed(t, 1)
	if r := w.ok(claim); r.Replay || r.Points != 100 {
		t.Fatalf("%+v", r)
	}
}

// TestKnownHeadCostsNothing: comparing what a node knows takes no more calls of Redis.
func TestKnownHeadCostsNothing(t *testing.T) {
	server := redistest.Start(t)
	w := newWitness(t, server, redis.Options{})
	rdb := direct(t, server)
	w.play(2)
	calls := func(known game.Head, cmd game.Command) string {
		t.Helper()
		if err := rdb.ConfigResetStat(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		cmd.Rev = 1
		if res, err := w.Commit(t.Context(), "town", w.def, known, []game.Command{cmd}); err != nil || res.Replies[0].Outcome != game.OutAwarded {
			t.Fatalf("%+v, %v", res, err)
		}
		info, err := rdb.Info(t.Context(), "commandstats").Result()
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for line := range strings.Lines(info) {
			name, rest, _ := strings.Cut(line, ":calls=")
			n, _, found := strings.Cut(rest, ",")
			if found && !strings.Contains(name, "config") {
				list = append(list, name+" "+n)
			}
		}
		slices.Sort(list)
		return strings.Join(list, "\n")
	}
	w.ok(w.join("one"))
	w.ok(w.join("two"))
	want := calls(game.Head{}, w.claim("one", "gate"))
	if got := calls(w.head(), w.claim("two", "gate")); got != want || !strings.Contains(want, "evalsha 1") {
		t.Fatalf("with a head\n%s\nwithout\n%s", got, want)
	}
}
