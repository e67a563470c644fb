package bolt

import (
	"context"
	"testing"

	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func opener(o Options) storetest.Open {
	return func(t testing.TB, clock func() int64) game.Store {
		o.Clock = clock
		return open(t, t.TempDir(), o)
	}
}

// open opens a store that the test's end closes.
func open(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	s, err := Open(dir, o, zaptest.NewLogger(t, zaptest.Level(zap.WarnLevel)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestStore(t *testing.T) { storetest.Run(t, opener(Options{})) }

func TestProperty(t *testing.T) { storetest.RunProperty(t, opener(Options{NoSync: true})) }

// restless is a store that is closed and opened again every few commits: what a
// rebuilt state answers is compared with one that was never rebuilt.
type restless struct {
	*Store
	t       testing.TB
	dir     string
	o       Options
	commits int
}

func (r *restless) Commit(ctx context.Context, id string, def *hunt.Definition, known game.Head, batch []game.Command) (game.Result, error) {
	if r.commits++; r.commits%5 == 0 {
		if err := r.Close(); err != nil {
			return game.Result{}, err
		}
		s, err := Open(r.dir, r.o, zap.NewNop())
		if err != nil {
			return game.Result{}, err
		}
		r.Store = s
	}
	return r.Store.Commit(ctx, id, def, known, batch)
}

func TestPropertyReopened(t *testing.T) {
	storetest.RunSeeds(t, 12, func(t testing.TB, clock func() int64) game.Store {
		r := &restless{t: t, dir: t.TempDir(), o: Options{Clock: clock, NoSync: true}}
		s, err := Open(r.dir, r.o, zap.NewNop())
		if err != nil {
			t.Fatal(err)
		}
		r.Store = s
		t.Cleanup(func() {
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
		return r
	})
}
