package rules

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const minute = 60_000

var epoch0 = time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC).UnixMilli()

func stamp(ms int64) string { return time.UnixMilli(epoch0 + ms).UTC().Format(time.RFC3339) }

const challenges = `challenges:
  - {id: gate, title: Gate, points: 100, bonus: [50, 30], tags: [night], proof: {text: gate-answer}}
  - {id: well, title: Well, points: {initial: 100, minimum: 10, decay: 10, function: linear}, proof: {text: well-answer}, attempts: {cooldown: 5s}}
  - {id: tower, title: Tower, points: 20, proof: {text: tower-answer}, requires: [gate], attempts: {max: 2}}
  - {id: photo, title: Photo, points: 40, proof: {review: {prompt: Show it.}}}
  - {id: steps, title: Steps, points: 60, proof: {event: {type: step, count: 2}}}
`

// table is a hunt, a clock, and what a test does with them.
type table struct {
	*testing.T
	s   *State
	now int64
	ids int
}

// newTable is an open hunt with these players.
func newTable(t *testing.T, rest string, players ...string) *table {
	t.Helper()
	b := &table{T: t, s: New(), now: epoch0}
	b.define("mode: solo\n" + challenges + rest)
	b.ok(game.Command{Type: game.CmdPhase, ID: b.id(), Phase: game.Open, By: "olga"})
	for _, p := range players {
		b.ok(b.join(p))
	}
	return b
}

func (b *table) id() string {
	b.ids++
	return fmt.Sprintf("id-%d", b.ids)
}

func (b *table) define(text string) game.Reply {
	b.Helper()
	d, findings := huntfile.Parse([]byte("hunt: old-town\ntitle: Old Town\n" + text))
	if d == nil {
		b.Fatal(findings)
	}
	return b.do(game.Command{Type: game.CmdDefine, Definition: d, By: "olga"})
}

// do lets the schedule advance and decides and applies a command.
func (b *table) do(cmd game.Command) game.Reply {
	b.Helper()
	now := b.s.Now(b.now)
	b.advance()
	if b.s.Definition != nil {
		cmd.Rev = b.s.Definition.Rev
	}
	r, c := b.s.Decide(cmd, now)
	b.s.Apply(c)
	return r
}

// advance returns the entries of the schedule.
func (b *table) advance() []game.Entry {
	var list []game.Entry
	now := b.s.Now(b.now)
	for c, due := b.s.Advance(now); due; c, due = b.s.Advance(now) {
		b.s.Apply(c)
		list = append(list, c.Entries...)
	}
	return list
}

// ok expects that a command takes effect.
func (b *table) ok(cmd game.Command) game.Reply {
	b.Helper()
	r := b.do(cmd)
	if (r.Outcome != game.OutDone && r.Outcome != game.OutAwarded) || r.Replay {
		b.Fatalf("%s: %+v", cmd.Type, r)
	}
	return r
}

func (b *table) join(p string) game.Command {
	return game.Command{Type: game.CmdJoin, Entrant: p, Player: p, Name: p, Found: true, Admitted: true}
}

func (b *table) right(p, challenge string) game.Command {
	return game.Command{Type: game.CmdClaim, ID: b.id(), Entrant: p, Player: p, Challenge: challenge, Right: true}
}

func (b *table) wrong(p, challenge string) game.Command {
	c := b.right(p, challenge)
	c.Right, c.Digest = false, "d"+c.ID
	return c
}

func (b *table) organize(t game.CommandType, entrant, challenge string, points int64) game.Command {
	return game.Command{Type: t, ID: b.id(), Entrant: entrant, Challenge: challenge, Points: points, By: "olga", Reason: "because"}
}

func (b *table) phase(p game.Phase, f game.Freeze) game.Command {
	return game.Command{Type: game.CmdPhase, ID: b.id(), Phase: p, Freeze: f, By: "olga"}
}

func (b *table) board(frozen bool, want ...string) {
	b.Helper()
	var got []string
	for _, r := range b.s.Rows(frozen) {
		got = append(got, fmt.Sprintf("%s %d", r.Entrant, r.Points))
	}
	if !slices.Equal(got, want) {
		b.Fatalf("board %q, want %q", got, want)
	}
}

// TestOrderOfEquals: who had its points first ranks first. A solve without
// points, a hint, a badge and what is taken back and granted again do not move
// that; a correction that raises a total does, unless it keeps the place.
func TestOrderOfEquals(t *testing.T) {
	b := newTable(t, "", "ada", "bob")
	b.ok(b.right("bob", "photo"))
	b.ok(b.right("ada", "photo"))
	b.board(false, "bob 40", "ada 40")
	b.ok(b.organize(game.CmdRevoke, "bob", "photo", 0))
	b.ok(b.organize(game.CmdGrant, "bob", "photo", 0))
	b.board(false, "bob 40", "ada 40")
	b.ok(b.right("bob", "gate"))
	b.ok(b.organize(game.CmdRevoke, "bob", "gate", 0))
	b.board(false, "bob 40", "ada 40")
	b.ok(b.organize(game.CmdAdjust, "bob", "", -10))
	keep := b.organize(game.CmdAdjust, "bob", "", 10)
	keep.KeepPlace = true
	b.ok(keep)
	b.board(false, "bob 40", "ada 40")
	b.ok(b.organize(game.CmdAdjust, "bob", "", -10))
	b.ok(b.organize(game.CmdAdjust, "bob", "", 10))
	b.board(false, "ada 40", "bob 40")
}

func TestBonusIsPaidOnce(t *testing.T) {
	b := newTable(t, "", "ada", "bob", "cyd")
	if r := b.ok(b.right("ada", "gate")); r.Bonus != 50 {
		t.Fatalf("%+v", r)
	}
	b.ok(b.organize(game.CmdRevoke, "ada", "gate", 0))
	if r := b.ok(b.right("bob", "gate")); r.Bonus != 30 || b.s.Entrants["bob"].Firsts != 0 {
		t.Fatalf("second place, though the first was taken back: %+v", r)
	}
	if r := b.ok(b.organize(game.CmdGrant, "ada", "gate", 0)); r.Bonus != 50 || r.Points != 150 {
		t.Fatalf("what was taken back is given again with its bonus: %+v", r)
	}
	if r := b.ok(b.right("cyd", "gate")); r.Bonus != 0 {
		t.Fatalf("%+v", r)
	}
}

func TestDecayIsRestored(t *testing.T) {
	b := newTable(t, "", "ada", "bob", "cyd")
	for i, p := range []string{"ada", "bob"} {
		if r := b.ok(b.right(p, "well")); r.Points != 100-10*int64(i) {
			t.Fatalf("%+v", r)
		}
	}
	b.ok(b.organize(game.CmdRevoke, "ada", "well", 0))
	if b.s.Entrants["bob"].Total != 90 {
		t.Fatal("bob's points changed")
	}
	if r := b.ok(b.right("cyd", "well")); r.Points != 90 {
		t.Fatalf("%+v", r)
	}
}

func TestStreak(t *testing.T) {
	b := newTable(t, "", "ada")
	streak := func(want int64) {
		t.Helper()
		if got := b.s.Entrants["ada"].Streak; got != want {
			t.Fatalf("streak %d, want %d", got, want)
		}
	}
	b.ok(b.right("ada", "gate"))
	b.do(b.wrong("ada", "well"))
	streak(0)
	b.do(b.wrong("ada", "tower")) // two wrong ones at the same head
	b.now += minute
	b.ok(b.right("ada", "well"))
	b.ok(b.organize(game.CmdGrant, "ada", "photo", 0))
	streak(1)
	b.ok(b.organize(game.CmdRevoke, "ada", "well", 0))
	streak(1) // it was a right claim all the same
	b.ok(b.right("ada", "tower"))
	streak(2)
}

func TestWithin(t *testing.T) {
	b := newTable(t, "badges:\n  - {id: quick, title: Quick, when: {solves: 1, within: 1m}}\n", "ada", "bob")
	b.now += minute
	if r := b.ok(b.right("ada", "gate")); len(r.Badges) != 1 {
		t.Fatalf("%+v", r)
	}
	b.now++
	if r := b.ok(b.right("bob", "gate")); len(r.Badges) != 0 {
		t.Fatalf("%+v", r)
	}
}

func TestBadgesThatPointsEarn(t *testing.T) {
	const text = `badges:
  - {id: third, title: Third, points: 1, when: {points: 155}}
  - {id: second, title: Second, points: 4, when: {points: 152}}
  - {id: first, title: First, points: 2, when: {points: 150}}
`
	b := newTable(t, text, "ada")
	claim := b.right("ada", "gate")
	r := b.ok(claim)
	if !slices.Equal(r.Badges, []string{"first", "second", "third"}) || r.Total != 157 || r.Points != 150 {
		t.Fatalf("%+v", r)
	}
	b.ok(b.organize(game.CmdAdjust, "ada", "", -100))
	again := b.do(claim)
	if !again.Replay || again.Total != 157 || !slices.Equal(again.Badges, r.Badges) || again.Seq != r.Seq {
		t.Fatalf("the replay differs: %+v", again)
	}
	if e := b.s.Entrants["ada"]; len(e.Badges) != 3 {
		t.Fatalf("points went, badges stay: %+v", e)
	}
}

func TestBadgeWithoutRoom(t *testing.T) {
	b := newTable(t, "badges:\n  - {id: rich, title: Rich, points: 10, when: {points: 40}}\n", "ada")
	r := b.ok(b.organize(game.CmdAdjust, "ada", "", hunt.MaxPoints-5))
	if len(r.Badges) != 0 {
		t.Fatalf("%+v", r)
	}
	if r = b.do(b.right("ada", "photo")); r.Code != game.CodeConflict || r.Why != game.WhyBound {
		t.Fatalf("%+v", r)
	}
	if r = b.ok(b.organize(game.CmdAdjust, "ada", "", -5)); !slices.Equal(r.Badges, []string{"rich"}) || r.Total != hunt.MaxPoints {
		t.Fatalf("%+v", r)
	}
}

func TestFrozenRows(t *testing.T) {
	b := newTable(t, "", "ada", "bob")
	b.ok(b.right("ada", "photo"))
	b.ok(b.phase("", game.FreezeOn))
	b.ok(b.right("bob", "gate"))
	b.ok(b.right("bob", "photo"))
	b.ok(b.join("cyd"))
	b.ok(b.right("cyd", "gate"))
	b.board(true, "ada 40", "bob 0")
	b.board(false, "bob 190", "cyd 130", "ada 40")
	if sum := b.s.Summary(); sum.FrozenTallies["photo"].Solves != 1 || sum.FrozenTallies["gate"].Given != 0 {
		t.Fatalf("%+v", sum)
	}
	if _, kept := b.s.FrozenRows["ada"]; kept {
		t.Fatal("a row that did not change was kept")
	}
	b.ok(b.phase("", game.FreezeOff))
	b.board(true, "bob 190", "cyd 130", "ada 40")
}

func TestPauseShifts(t *testing.T) {
	times := fmt.Sprintf("opens: %s\ncloses: %s\n", stamp(0), stamp(10*minute))
	b := &table{T: t, s: New(), now: epoch0}
	b.define("mode: solo\n" + times + challenges)
	b.ok(b.join("ada"))
	b.do(b.wrong("ada", "well"))
	b.now += 1000
	b.ok(b.phase(game.Paused, ""))
	b.now += 60 * minute
	if got := b.advance(); len(got) != 0 {
		t.Fatalf("%+v", got)
	}
	b.ok(b.phase(game.Open, ""))
	if r := b.do(b.right("ada", "well")); r.Outcome != game.OutCooldown || r.RetryAfter != 4000 {
		t.Fatalf("%+v", r)
	}
	b.now = epoch0 + 70*minute - 1
	b.ok(b.right("ada", "well"))
	b.now++
	if r := b.do(b.right("ada", "gate")); r.Outcome != game.OutClosed || b.s.Phase != game.Closed {
		t.Fatalf("%+v", r)
	}
}

func TestScheduleOrder(t *testing.T) {
	times := fmt.Sprintf("opens: %s\nfreeze: %s\ncloses: %s\n", stamp(minute), stamp(2*minute), stamp(3*minute))
	b := &table{T: t, s: New(), now: epoch0}
	b.define("mode: solo\n" + times + challenges + "badges:\n  - {id: podium, title: Podium, points: 5, when: {place: 1}}\n")
	b.ok(b.join("ada"))
	b.ok(b.organize(game.CmdAdjust, "ada", "", 10))
	b.now += 3 * minute
	var got []string
	for _, n := range b.advance() {
		got = append(got, fmt.Sprint(n.Type, " ", n.Phase, n.Badge, " ", n.Frozen, " ", n.By, n.ID))
	}
	want := []string{"phase open false schedule", "phase open true schedule", "phase closed true schedule"}
	if !slices.Equal(got, want) {
		t.Fatalf("want %q\ngot  %q", want, got)
	}
	b.board(false, "ada 10")
	reveal := b.organize(game.CmdPhase, "", "", 0)
	reveal.Freeze = game.FreezeOff
	b.ok(reveal)
	b.board(true, "ada 15") // places are given when everybody sees them
}

func TestScheduleFreezesOnce(t *testing.T) {
	times := fmt.Sprintf("freeze: %s\n", stamp(10*minute))
	b := &table{T: t, s: New(), now: epoch0}
	b.define("mode: solo\n" + times + challenges)
	b.ok(b.phase(game.Open, ""))
	b.ok(b.phase("", game.FreezeOn)) // by hand, early, and lifted again
	b.ok(b.phase("", game.FreezeOff))
	b.now += 10 * minute
	if len(b.advance()) != 1 || !b.s.Frozen {
		t.Fatal("a reveal before the time keeps the schedule from freezing")
	}
	b.ok(b.phase("", game.FreezeOff))
	b.now += minute
	if len(b.advance()) != 0 || b.s.Frozen {
		t.Fatal("the schedule froze twice")
	}
}

// TestSameIDOfTwo: a claim id counts within its entrant and challenge.
func TestSameIDOfTwo(t *testing.T) {
	b := newTable(t, "", "ada", "bob")
	for _, p := range []string{"ada", "bob"} {
		b.do(game.Command{Type: game.CmdClaim, ID: "same", Entrant: p, Player: p, Challenge: "photo", Pending: true})
	}
	if list := b.s.Reviews(); len(list) != 2 {
		t.Fatalf("%+v", list)
	}
	b.ok(game.Command{Type: game.CmdReview, ID: "same", Entrant: "ada", Challenge: "photo", Approve: true, By: "olga"})
	if list := b.s.Reviews(); len(list) != 1 || list[0].Entrant != "bob" {
		t.Fatalf("%+v", list)
	}
	if b.s.Entrants["bob"].Total != 0 {
		t.Fatal("bob was awarded too")
	}
}

func TestRepliesShareNothing(t *testing.T) {
	b := newTable(t, "", "ada")
	b.do(b.wrong("ada", "well"))
	r := b.do(b.join("ada"))
	r.Entrant.Total, r.Entrant.Attempts["well"] = 99, game.Attempts{}
	delete(r.Entrant.Attempts, "well")
	r.Entrant.Players[0] = "eve"
	if e := b.s.Entrants["ada"]; e.Total != 0 || e.Attempts["well"].Count != 1 || e.Players[0] != "ada" {
		t.Fatalf("%+v", e)
	}
}
