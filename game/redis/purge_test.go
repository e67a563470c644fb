package redis_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"veltrix/game"
	"veltrix/game/audit"
	"veltrix/game/redis"
	"veltrix/game/storetest"
	"veltrix/testkit/redistest"
)

// full is a store with a hunt in which there is everything, and its prefix.
func full(t *testing.T) (s *redis.Store, hunt, prefix string) {
	t.Helper()
	prefix = freshPrefix()
	kept, hunt := storetest.Full(t, func(t testing.TB, clock func() int64) game.Store {
		s = openPrefix(t, prefix, clock)
		return s
	})
	if kept != s {
		t.Fatal("another store was filled")
	}
	return s, hunt, prefix
}

// dump is every key of a prefix as Redis would restore it.
func dump(t *testing.T, rdb *goredis.Client, prefix string) map[string]string {
	t.Helper()
	keys, err := rdb.Keys(t.Context(), prefix+":*").Result()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, key := range keys {
		if all[key], err = rdb.Dump(t.Context(), key).Result(); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// TestPurgeLeavesNoKey: of a hunt with everything, and with more entrants than one
// call of the script removes, nothing is left.
func TestPurgeLeavesNoKey(t *testing.T) {
	s, hunt, prefix := full(t)
	rdb := direct(t, redistest.Shared(t))
	sum, err := s.Load(t.Context(), hunt)
	if err != nil {
		t.Fatal(err)
	}
	commit := func(batch ...game.Command) {
		t.Helper()
		for i := range batch {
			batch[i].Rev = sum.Definition.Rev
		}
		res, err := s.Commit(t.Context(), hunt, sum.Definition, game.Head{}, batch)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range res.Replies {
			if r.Outcome == game.OutRefused || r.Outcome == game.OutStale {
				t.Fatalf("%+v: %+v", batch[i], r)
			}
		}
	}
	for i := range 350 {
		team, player := uuid(1, i), uuid(2, i)
		commit(
			game.Command{Type: game.CmdJoin, Entrant: team, Player: player, Name: "T", Looks: team, Member: "Me", Found: true, Admitted: true},
			game.Command{Type: game.CmdStart, ID: uuid(3, i), Entrant: team, Player: player},
			game.Command{Type: game.CmdClaim, ID: uuid(4, i), Entrant: team, Player: player, Challenge: "well", Digest: "d"},
			game.Command{Type: game.CmdEvent, ID: uuid(5, i), Entrant: team, Player: player, Challenge: "steps"},
		)
	}
	lost := game.Entry{Epoch: "1", Seq: 1, Nonce: "AAAAAA", Type: game.Hinted, Entrant: uuid(1, 0), Player: uuid(2, 0), Challenge: "well", Hint: "h", ID: uuid(6, 0)}
	commit(game.Command{Type: game.CmdRestore, Entry: &lost})
	for _, kind := range []string{"who", "players", "restored", "waiting", "frozen", "frozen_tally", "skips", "names", "div:school", "divisions"} {
		if rdb.Exists(t.Context(), prefix+":{"+hunt+"}:"+kind).Val() != 1 {
			t.Errorf("there is no key %s to remove", kind)
		}
	}
	later := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	before := dump(t, rdb, prefix)
	if err := s.Purge(t.Context(), hunt, later); err != nil || !maps.Equal(before, dump(t, rdb, prefix)) {
		t.Fatalf("a hunt that is not in the bin changed: %v", err)
	}
	commit(game.Command{Type: game.CmdDelete, ID: uuid(6, 1), By: "olga"})
	if err := s.Purge(t.Context(), hunt, later); err != nil {
		t.Fatal(err)
	}
	if left := slices.Sorted(maps.Keys(dump(t, rdb, prefix))); len(left) != 0 {
		t.Errorf("%d keys are left: %.300q", len(left), left)
	}
}

// TestOtherForms: a hunt that an older version kept, or a newer one, is refused by
// name, whatever it is asked for, and not changed.
func TestOtherForms(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(rdb *goredis.Client, meta string) error
		words []string
	}{
		"older": {func(rdb *goredis.Client, meta string) error {
			return rdb.HDel(context.Background(), meta, "format").Err()
		}, []string{"older version of veltrix", "veltrix hunt export", "--prefix"}},
		"newer": {func(rdb *goredis.Client, meta string) error {
			return rdb.HSet(context.Background(), meta, "format", 3).Err()
		}, []string{"newer version of veltrix"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, hunt, prefix := full(t)
			sum, err := s.Load(t.Context(), hunt)
			if err != nil {
				t.Fatal(err)
			}
			rdb := direct(t, redistest.Shared(t))
			if err := c.spoil(rdb, prefix+":{"+hunt+"}:meta"); err != nil {
				t.Fatal(err)
			}
			before := dump(t, rdb, prefix)
			for what, ask := range map[string]func(ctx context.Context) error{
				"commit": func(ctx context.Context) error {
					announce := game.Command{Type: game.CmdAnnounce, ID: uuid(9, 1), Text: "Hello", By: "olga"}
					_, err := s.Commit(ctx, hunt, sum.Definition, game.Head{}, []game.Command{announce})
					return err
				},
				"load":    func(ctx context.Context) error { _, err := s.Load(ctx, hunt); return err },
				"rows":    func(ctx context.Context) error { _, _, err := s.Rows(ctx, hunt, false); return err },
				"entrant": func(ctx context.Context) error { _, err := s.Entrant(ctx, hunt, "reds"); return err },
				"audit": func(ctx context.Context) error {
					_, err := audit.Hunt(ctx, s, hunt)
					return err
				},
			} {
				err := ask(t.Context())
				for _, word := range append(c.words, fmt.Sprintf("redis: hunt %q is kept", hunt)) {
					if err == nil || !strings.Contains(err.Error(), word) || errors.Is(err, game.ErrUnavailable) {
						t.Errorf("%s: %q is not in: %v", what, word, err)
					}
				}
			}
			if err := s.Purge(t.Context(), hunt, 1<<50); err != nil || !maps.Equal(before, dump(t, rdb, prefix)) {
				t.Errorf("the hunt was changed: %v", err)
			}
		})
	}
}

// TestAuditOfAFullHunt: the ledger says the same as all that the store keeps.
func TestAuditOfAFullHunt(t *testing.T) {
	s, hunt, _ := full(t)
	if r, err := audit.Hunt(t.Context(), s, hunt); err != nil || len(r.Differences) != 0 || r.Entries < 60 {
		t.Errorf("%+v, %v", r, err)
	}
}
