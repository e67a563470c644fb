package bolt

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
	auditing "veltrix/game/audit"
	"veltrix/game/bolt/bolttest"
	"veltrix/game/bolt/salvage"
	"veltrix/game/storetest"
)

// full is a store with a hunt in which there is everything.
func full(t *testing.T, dir string) (s *Store, hunt string) {
	t.Helper()
	kept, hunt := storetest.Full(t, func(t testing.TB, clock func() int64) game.Store {
		var err error
		if s, err = Open(dir, Options{Clock: clock, NoSync: true}, zap.NewNop()); err != nil {
			t.Fatal(err)
		}
		return s
	})
	if kept != s {
		t.Fatal("another store was filled")
	}
	return s, hunt
}

// TestPurgedIsGone: after a purge neither a store that is opened again nor a check
// of the file knows the hunt.
func TestPurgedIsGone(t *testing.T) {
	dir := t.TempDir()
	s, id := full(t, dir)
	sum, err := s.Load(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	del := game.Command{Type: game.CmdDelete, ID: "delete", By: "olga"}
	if _, err := s.Commit(t.Context(), id, sum.Definition, game.Head{}, []game.Command{del}); err != nil {
		t.Fatal(err)
	}
	later := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	if err := errors.Join(s.Purge(t.Context(), id, later), s.Close()); err != nil {
		t.Fatal(err)
	}
	if reports, err := salvage.Check(dir); err != nil || len(reports) != 0 {
		t.Errorf("%+v, %v", reports, err)
	}
	again := open(t, dir, Options{NoSync: true})
	if list, err := again.Hunts(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := again.Load(t.Context(), id); !errors.Is(err, game.ErrUnknownHunt) {
		t.Error(err)
	}
}

// TestAuditOfAFullHunt: the ledger says the same as all that the store keeps, also
// after it was opened again.
func TestAuditOfAFullHunt(t *testing.T) {
	dir := t.TempDir()
	s, id := full(t, dir)
	if r, err := auditing.Hunt(t.Context(), s, id); err != nil || len(r.Differences) != 0 || r.Entries < 60 {
		t.Errorf("%+v, %v", r, err)
	}
	before, err := s.Entrant(t.Context(), id, "blues")
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	again := open(t, dir, Options{NoSync: true})
	if r, err := auditing.Hunt(t.Context(), again, id); err != nil || len(r.Differences) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	after, err := again.Entrant(t.Context(), id, "blues")
	if err != nil || after.Members["reds2"] != before.Members["reds2"] || after.Name != before.Name || before.Members["reds2"] == "" {
		t.Errorf("names %+v, were %+v: %v", after, before, err)
	}
}

// TestAnswersOpenedAgain: a store that is opened again has the wrong answers as they
// were, each with the text of who gave it first.
func TestAnswersOpenedAgain(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{NoSync: true})
	def := bolttest.Start(t, s, bolttest.Crowd(t, "crowd", 1))
	var batch []game.Command
	for i := range 3 {
		who := bolttest.Player(2 - i) // the key of the last one comes first
		wrong := bolttest.Claiming(who, "c0")
		wrong.Right, wrong.Digest, wrong.Answer = false, "herring0", fmt.Sprint("Herring ", i)
		batch = append(batch, bolttest.Joining(who), wrong)
	}
	bolttest.Commit(t, s, def.ID, def, batch...)
	before, err := s.Answers(t.Context(), def.ID, "c0")
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	after, err := open(t, dir, Options{NoSync: true}).Answers(t.Context(), def.ID, "c0")
	if err != nil || fmt.Sprint(before) != fmt.Sprint(after) || len(after) != 1 || after[0].Text != "Herring 0" || len(after[0].Entrants) != 3 {
		t.Errorf("%+v, were %+v: %v", after, before, err)
	}
}
