package redis_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"veltrix/game"
	"veltrix/game/redis"
	"veltrix/testkit/redistest"
)

// answered is how many commits were answered with an error of this word.
func answered(t *testing.T, s *redis.Store, word string) float64 {
	t.Helper()
	reg := prometheus.NewRegistry()
	reg.MustRegister(s)
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "veltrix_redis_answers_total" && m.GetLabel()[0].GetValue() == word {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}

func inCluster(t *testing.T, c *redistest.Cluster) *town {
	t.Helper()
	prefix := freshPrefix()
	return newTown(t, openAt(t, redis.Options{URL: c.URL(), Prefix: prefix}), prefix)
}

// TestMovedSlot: a slot is given to another primary, key by key. At no moment
// is a claim decided with a part of the hunt; what waited is decided once when
// the slot has arrived.
func TestMovedSlot(t *testing.T) {
	t.Parallel()
	c := redistest.StartCluster(t, 3, 0)
	w := inCluster(t, c)
	key := w.prefix + ":{town}:"
	from, slot := c.Owner(key)
	to := c.Primaries[0]
	if to == from {
		to = c.Primaries[1]
	}
	number := strconv.Itoa(slot)
	cmd := w.claim("ada", "gate")
	refused := func(word string) {
		t.Helper()
		if _, err := w.try(cmd); !errors.Is(err, game.ErrUnavailable) || !strings.Contains(err.Error(), word) {
			t.Fatalf("commit: %v", err)
		}
		_, load := w.Load(t.Context(), "town")
		_, _, rows := w.Rows(t.Context(), "town", false)
		_, ledger := w.Ledger(t.Context(), "town", 0, 10)
		_, entrant := w.Entrant(t.Context(), "town", "ada")
		_, of := w.EntrantOf(t.Context(), "town", "ada")
		_, reviews := w.Reviews(t.Context(), "town")
		for i, err := range []error{load, rows, ledger, entrant, of, reviews} {
			if !errors.Is(err, game.ErrUnavailable) {
				t.Fatalf("reading %d: %v", i, err)
			}
		}
	}
	// The target first: between the two, no call is sent there in vain.
	to.Must("CLUSTER", "SETSLOT", number, "IMPORTING", from.ID())
	from.Must("CLUSTER", "SETSLOT", number, "MIGRATING", to.ID())
	refused("TRYAGAIN")
	port := strings.Split(to.Addr(), ":")[1]
	for _, name := range []string{"e:ada", "board", "ledger"} {
		from.Must("MIGRATE", "127.0.0.1", port, key+name, "0", "5000")
		refused("TRYAGAIN")
	}
	for k := range strings.SplitSeq(from.Must("CLUSTER", "GETKEYSINSLOT", number, "100"), "\n") {
		from.Must("MIGRATE", "127.0.0.1", port, k, "0", "5000")
	}
	refused("ASK")
	if answered(t, w.Store, "TRYAGAIN") == 0 || answered(t, w.Store, "ASK") == 0 {
		t.Fatal("not counted")
	}
	for _, s := range []*redistest.Server{to, from} {
		s.Must("CLUSTER", "SETSLOT", number, "NODE", to.ID())
	}
	if r := w.ok(cmd); r.Replay || r.Seq != 4 {
		t.Fatalf("%+v", r)
	}
	if r := w.ok(cmd); !r.Replay || r.Seq != 4 {
		t.Fatalf("%+v", r)
	}
	if e, err := w.Entrant(t.Context(), "town", "ada"); err != nil || e.Total != 155 {
		t.Fatalf("%+v, %v", e, err)
	}
}

// TestSentOn: a slot was moved since the store looked. The call is sent where
// the slot is now, and the caller notices nothing.
func TestSentOn(t *testing.T) {
	t.Parallel()
	c := redistest.StartCluster(t, 3, 0)
	w := inCluster(t, c)
	from, slot := c.Owner(w.prefix + ":{town}:")
	to := c.Primaries[0]
	if to == from {
		to = c.Primaries[1]
	}
	// The slots are also read now and then, which may come first.
	for answered(t, w.Store, "MOVED") == 0 {
		number := strconv.Itoa(slot)
		to.Must("CLUSTER", "SETSLOT", number, "IMPORTING", from.ID())
		from.Must("CLUSTER", "SETSLOT", number, "MIGRATING", to.ID())
		for k := range strings.SplitSeq(from.Must("CLUSTER", "GETKEYSINSLOT", number, "100"), "\n") {
			from.Must("MIGRATE", "127.0.0.1", strings.Split(to.Addr(), ":")[1], k, "0", "5000")
		}
		for _, s := range []*redistest.Server{to, from} {
			s.Must("CLUSTER", "SETSLOT", number, "NODE", to.ID())
		}
		if r := w.ok(game.Command{Type: game.CmdAnnounce, ID: w.id(), Text: "Hello", By: "olga"}); r.Replay {
			t.Fatalf("%+v", r)
		}
		from, to = to, from
	}
}

// TestSlotOfNobody: no primary has the slot.
func TestSlotOfNobody(t *testing.T) {
	t.Parallel()
	c := redistest.StartCluster(t, 3, 0)
	w := inCluster(t, c)
	owner, slot := c.Owner(w.prefix + ":{town}:")
	cmd := w.claim("ada", "gate")
	for _, s := range c.Primaries {
		s.Must("CLUSTER", "DELSLOTS", strconv.Itoa(slot))
	}
	if _, err := w.try(cmd); !errors.Is(err, game.ErrUnavailable) || !strings.Contains(err.Error(), "CLUSTERDOWN") {
		t.Fatal(err)
	}
	owner.Must("CLUSTER", "ADDSLOTS", strconv.Itoa(slot))
	eventually(t, w, cmd)
}

// eventually commits as a hunt does until the store can, and wants it to take
// effect once.
func eventually(t *testing.T, w *town, cmd game.Command) game.Reply {
	t.Helper()
	for {
		res, err := w.try(cmd)
		if err == nil {
			return res.Replies[0]
		}
		if !errors.Is(err, game.ErrUnavailable) {
			t.Fatal(err)
		}
	}
}

// TestDeadShard: a primary without replicas hangs, then dies. The hunts of the
// others go on as if nothing were, and so does the bell.
func TestDeadShard(t *testing.T) {
	t.Parallel()
	c := redistest.StartCluster(t, 3, 0)
	prefix := freshPrefix()
	s := openAt(t, redis.Options{URL: c.URL(), Prefix: prefix, Timeout: 2 * time.Second})
	towns := map[*redistest.Server]string{}
	for i := 0; len(towns) < len(c.Primaries); i++ {
		id := "h" + strconv.Itoa(i)
		if owner, _ := c.Owner(prefix + ":{" + id + "}:"); towns[owner] == "" {
			towns[owner] = id
			define(t, s, id)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	rings := make(chan ring, 1024)
	ended := make(chan error, 1)
	go func() {
		ended <- s.Watch(ctx, func(hunt string, seq int64) { rings <- ring{hunt, seq} })
	}()
	<-rings
	// The one with the slot of the channel's name: the bell must not depend on it.
	dead, _ := c.Owner(prefix + ":bell")
	announce := func(id string, n int) error {
		_, err := s.Commit(t.Context(), id, nil, game.Head{}, []game.Command{{Type: game.CmdAnnounce, ID: uuid(9, n), Text: "Hello", By: "olga"}})
		return err
	}
	dead.Freeze()
	stuck := make(chan error, 1)
	go func() { stuck <- announce(towns[dead], 0) }()
	n := 0
	for others := true; others; {
		select {
		case err := <-stuck:
			if !errors.Is(err, game.ErrUnavailable) {
				t.Fatal(err)
			}
			others = false
		default:
		}
		for owner, id := range towns {
			if n++; owner != dead {
				if err := announce(id, n); err != nil {
					t.Fatalf("the hunt of a living primary: %v", err)
				}
			}
		}
	}
	if n < 3*10 {
		t.Fatalf("the others were held up: %d commits meanwhile", n)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Fatalf("two of three can be played: %v", err)
	}
	dead.Kill()
	for owner, id := range towns {
		if n++; owner != dead {
			if err := announce(id, n); err != nil {
				t.Fatal(err)
			}
			// Earlier rings come first. A listener that was at the dead primary
			// has missed some, and is rung to look at all ledgers.
			for r := range rings {
				if sum, err := s.Load(t.Context(), id); err != nil {
					t.Fatal(err)
				} else if r == (ring{id, sum.Seq}) || r == (ring{}) {
					break
				}
			}
		}
	}
	var ids []string
	for _, id := range towns {
		ids = append(ids, id)
	}
	heads, err := s.Heads(t.Context(), ids)
	if !errors.Is(err, game.ErrUnavailable) || len(heads) != len(ids) {
		t.Fatalf("%+v, %v", heads, err)
	}
	for i, id := range ids {
		if read := heads[i] != (game.Head{}); read == (id == towns[dead]) {
			t.Errorf("the head of %s, the dead one has %s: %+v", id, towns[dead], heads[i])
		}
	}
	dead.Restart()
	for {
		err := announce(towns[dead], 0)
		if err == nil {
			break
		}
		if !errors.Is(err, game.ErrUnavailable) {
			t.Fatal(err)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

func define(t *testing.T, s *redis.Store, id string) {
	t.Helper()
	d := parse(t, strings.Replace(townFile, "hunt: town", "hunt: "+id, 1))
	if _, err := s.Commit(t.Context(), id, nil, game.Head{}, []game.Command{{Type: game.CmdDefine, Definition: d, By: "olga"}}); err != nil {
		t.Fatal(fmt.Errorf("define %s: %w", id, err))
	}
}
