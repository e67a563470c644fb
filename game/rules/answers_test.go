package rules

import (
	"fmt"
	"testing"

	"veltrix/game"
)

// TestGave: a wrong claim keeps what was typed as who typed it first did, once for
// each entrant, and nothing else does.
func TestGave(t *testing.T) {
	b := newTable(t, "", "ada", "bob")
	gave := func(p, challenge, digest, typed string) *Gave {
		t.Helper()
		cmd := b.wrong(p, challenge)
		cmd.Digest, cmd.Answer, cmd.Rev = digest, typed, b.s.Definition.Rev
		_, c := b.s.Decide(cmd, b.s.Now(b.now))
		b.s.Apply(c)
		b.now += minute
		return c.Gave
	}
	want := func(got *Gave, want string) {
		t.Helper()
		if text := fmt.Sprintf("%+v", got); text != want {
			t.Errorf("%s, want %s", text, want)
		}
	}
	const none = "<nil>"
	want(gave("ada", "well", "herring0", "Herring"), "&{Entrant:ada Challenge:well Digest:herring0 Text:Herring}")
	want(gave("ada", "well", "herring0", "herring"), none)
	want(gave("bob", "well", "herring0", "HERRING"), "&{Entrant:bob Challenge:well Digest:herring0 Text:Herring}")
	want(gave("ada", "tower", "locked00", "x"), none)
	want(gave("ada", "gate", "herring0", ""), none)
	for i := 1; i < game.MaxGiven; i++ {
		b.s.ApplyGave(Gave{"bob", "well", fmt.Sprintf("d%07d", i), "x"})
	}
	want(gave("ada", "well", "toomany0", "x"), none)
	want(gave("ada", "well", "d0000001", "X"), "&{Entrant:ada Challenge:well Digest:d0000001 Text:x}")
	if list := b.s.Answers("well"); len(list) != game.MaxGiven || list[0].Digest != "herring0" || list[1].Digest != "d0000001" {
		t.Errorf("%d answers, first %+v", len(list), list[:2])
	}
}
