package rules

import (
	"reflect"
	"slices"
	"testing"

	"veltrix/game"
	"veltrix/game/hunt"
)

// TestForesee foresees each correction and then carries it out.
func TestForesee(t *testing.T) {
	b := newTable(t, "badges:\n  - {id: rich, title: Rich, points: 5, when: {points: 150}}\n"+
		"  - {id: hero, title: Hero, points: 7, when: {manual: true}}\n", "ada", "bob")
	b.ok(b.right("bob", "well")) // so that the well has lost worth
	b.ok(b.right("ada", "photo"))
	badge := func(typ game.CommandType, id string) game.Command {
		c := b.organize(typ, "ada", "", 0)
		c.Badge = id
		return c
	}
	for _, c := range []struct {
		name string
		cmd  game.Command
		want Foreseen // without the tie
	}{
		{"adjust", b.organize(game.CmdAdjust, "ada", "", -3), Foreseen{Points: -3, Total: 37}},
		{"grant", b.organize(game.CmdGrant, "ada", "well", 0), Foreseen{Points: 90, Total: 127}},
		{"adjust that earns a badge", b.organize(game.CmdAdjust, "ada", "", 30), Foreseen{Points: 35, Total: 162, Badges: []string{"rich"}}},
		{"grant a badge", badge(game.CmdGrant, "hero"), Foreseen{Points: 7, Total: 169}},
		{"revoke a badge", badge(game.CmdRevoke, "hero"), Foreseen{Points: -7, Total: 162}},
		{"revoke", b.organize(game.CmdRevoke, "ada", "photo", 0), Foreseen{Points: -40, Total: 122}},
		{"ban", b.organize(game.CmdBan, "ada", "", 0), Foreseen{Points: 0, Total: 122}},
	} {
		e, before := b.s.Entrant("ada"), printed(b.s)
		reply, got := Foresee(b.s.Summary(), e, c.cmd, b.s.Now(b.now))
		if printed(b.s) != before || !reflect.DeepEqual(e, b.s.Entrant("ada")) {
			t.Fatalf("%s: foreseeing changed something", c.name)
		}
		done := b.ok(c.cmd)
		after := b.s.Entrants["ada"]
		if reply.Seq != done.Seq || got.Total != after.Total || got.Tie != after.Tie || got.Points != after.Total-e.Total {
			t.Errorf("%s: foreseen %+v, became %+v", c.name, got, after)
		}
		if got.Tie = 0; got.Points != c.want.Points || got.Total != c.want.Total || !slices.Equal(got.Badges, c.want.Badges) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	reply, got := Foresee(b.s.Summary(), b.s.Entrant("bob"), b.organize(game.CmdAdjust, "bob", "", hunt.MaxPoints), b.s.Now(b.now))
	if reply.Code != game.CodeConflict || reply.Why != game.WhyBound || !reflect.DeepEqual(got, Foreseen{}) {
		t.Errorf("a refusal: %+v, %+v", reply, got)
	}
}

func TestWorth(t *testing.T) {
	ch := &hunt.Challenge{
		Points: hunt.Points{Initial: 100, Minimum: 10, Decay: 10, Function: hunt.Linear}, Bonus: []int64{50, 30},
	}
	for _, c := range []struct{ solves, given, points, bonus int64 }{
		{0, 0, 150, 50},
		{1, 1, 120, 30},
		{2, 2, 80, 0},
		{0, 1, 130, 30}, // the first award was revoked: its bonus is not paid twice
		{50, 50, 10, 0},
	} {
		if points, bonus := Worth(ch, game.Tally{Solves: c.solves, Given: c.given}, 0); points != c.points || bonus != c.bonus {
			t.Errorf("%+v: %d with a bonus of %d", c, points, bonus)
		}
	}
}
