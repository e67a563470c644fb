package rules

import (
	"testing"

	"veltrix/game"
	"veltrix/game/hunt"
)

func TestScheduleNext(t *testing.T) {
	for _, c := range []struct {
		name string
		s    Schedule
		plan hunt.Definition
		want Step // zero: nothing
	}{
		{"a draft waits for its opening", Schedule{Phase: game.Draft}, hunt.Definition{Opens: 10, Freeze: 20, Closes: 30}, Step{10, game.Open, false}},
		{"a draft without one waits for nothing", Schedule{Phase: game.Draft}, hunt.Definition{Closes: 30}, Step{}},
		{"open, it freezes", Schedule{Phase: game.Open}, hunt.Definition{Opens: 10, Freeze: 20, Closes: 30}, Step{20, game.Open, true}},
		{"frozen, it closes", Schedule{Phase: game.Open, Frozen: true}, hunt.Definition{Freeze: 20, Closes: 30}, Step{30, game.Closed, true}},
		{"a reveal before the time does not count", Schedule{Phase: game.Open, FreezeChanged: 19}, hunt.Definition{Freeze: 20, Closes: 30}, Step{20, game.Open, true}},
		{"a reveal at or after the time stays", Schedule{Phase: game.Open, FreezeChanged: 20}, hunt.Definition{Freeze: 20, Closes: 30}, Step{30, game.Closed, false}},
		{"no freeze at closing", Schedule{Phase: game.Open}, hunt.Definition{Freeze: 30, Closes: 30}, Step{30, game.Closed, false}},
		{"a freeze without an end", Schedule{Phase: game.Open}, hunt.Definition{Freeze: 20}, Step{20, game.Open, true}},
		{"open without an end", Schedule{Phase: game.Open}, hunt.Definition{}, Step{}},
		{"a pause stops the schedule", Schedule{Phase: game.Paused, PausedAt: 15}, hunt.Definition{Freeze: 20, Closes: 30}, Step{}},
		{"closed is closed", Schedule{Phase: game.Closed}, hunt.Definition{Opens: 10, Freeze: 20, Closes: 30}, Step{}},
	} {
		c.s.Definition = &c.plan
		c.s.OpensAt, c.s.ClosesAt = c.plan.Opens, c.plan.Closes
		if got, some := c.s.Next(); got != c.want || some != (c.want != Step{}) {
			t.Errorf("%s: %+v, %v; want %+v", c.name, got, some, c.want)
		}
	}
	if step, some := new(Schedule).Next(); some {
		t.Errorf("without a definition: %+v", step)
	}
}

func TestScheduleTimes(t *testing.T) {
	s := Schedule{Phase: game.Draft, Definition: &hunt.Definition{}, OpensAt: 100, ClosesAt: 1000}
	move := func(n game.Entry) {
		n.Type, n.Opens, n.Closes = game.Phased, 100, 1000
		s.Moved(n)
	}
	at := func(step string, opens, closes, wall int64) {
		t.Helper()
		if s.Opens() != opens || s.Closes() != closes || s.Wall(500) != wall {
			t.Errorf("%s: opens %d, closes %d, 500 is %d; want %d, %d, %d", step, s.Opens(), s.Closes(), s.Wall(500), opens, closes, wall)
		}
	}
	at("planned", 100, 1000, 500)
	move(game.Entry{At: 120, Phase: game.Open})
	at("open", 120, 1000, 500)
	move(game.Entry{At: 300, Phase: game.Paused})
	at("paused", 120, 0, 500)
	if s.HuntTime(350) != 300 || s.HuntTime(400) != 300 {
		t.Errorf("in a pause hunt time is %d and %d", s.HuntTime(350), s.HuntTime(400))
	}
	move(game.Entry{At: 400, Phase: game.Open})
	at("open again", 120, 1100, 600)
	move(game.Entry{At: 450, Phase: game.Open, Frozen: true})
	if !s.Frozen || s.FreezeChanged != 350 || s.HuntTime(450) != 350 {
		t.Errorf("frozen: %+v", s)
	}
	move(game.Entry{At: 460, Phase: game.Closed, Frozen: true})
	at("closed", 120, 460, 600)
	move(game.Entry{At: 1460, Phase: game.Open, Frozen: true})
	at("opened again", 120, 2100, 1600)
	s.Moved(game.Entry{Type: game.Extended, Minutes: 1})
	at("extended", 120, 62100, 1600)
}
