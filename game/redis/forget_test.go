package redis

import (
	"testing"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/hunt/huntfile"
	"veltrix/testkit/redistest"
)

// TestForget: nothing is kept of a hunt that is forgotten, and it goes on where
// it was.
func TestForget(t *testing.T) {
	s, err := Open(t.Context(), Options{URL: redistest.Shared(t).UnixURL(), Prefix: uuid.NewString()}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d, findings := huntfile.Parse([]byte("hunt: f\ntitle: F\nchallenges:\n  - {id: a, title: A, points: 10, proof: {text: b}}\n"))
	if d == nil {
		t.Fatal(findings)
	}
	commit := func(cmds ...game.Command) game.Result {
		t.Helper()
		res, err := s.Commit(t.Context(), "f", d, game.Head{}, cmds)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	id := uuid.NewString()
	commit(game.Command{Type: game.CmdDefine, Definition: d, By: "olga"}, game.Command{Type: game.CmdPhase, ID: uuid.NewString(), Phase: game.Open, Rev: 1})
	claim := game.Command{Type: game.CmdClaim, ID: id, Player: "p", Entrant: "p", Challenge: "a", Right: true, Rev: 1}
	commit(game.Command{Type: game.CmdJoin, Player: "p", Entrant: "p", Name: "P", Found: true, Admitted: true, Rev: 1}, claim)
	for range 2 {
		if _, err := s.Load(t.Context(), "f"); err != nil {
			t.Fatal(err)
		}
		entries, err := s.Ledger(t.Context(), "f", 0, 10)
		if err != nil || len(entries) != 4 {
			t.Fatalf("%d entries, %v", len(entries), err)
		}
		if len(s.definitions) != 1 || len(s.compiled) != 1 || len(s.epochs) != 1 {
			t.Fatalf("%d definitions, %d packed, %d epochs", len(s.definitions), len(s.compiled), len(s.epochs))
		}
		s.Forget("f")
		if n := len(s.definitions) + len(s.compiled) + len(s.epochs) + len(s.listed); n != 0 {
			t.Errorf("%d things are kept", n)
		}
		if r := commit(claim).Replies[0]; r.Outcome != game.OutAwarded || r.Seq != 4 {
			t.Errorf("the claim again: %+v", r)
		}
	}
}
