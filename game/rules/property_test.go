package rules

import (
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
)

const allBadges = `badges:
  - {id: starter, title: Starter, points: 5, when: {solves: 1}}
  - {id: night, title: Night, points: 20, when: {solves: 1, tag: night}}
  - {id: rich, title: Rich, points: 80, when: {points: 120}}
  - {id: first, title: First, when: {firsts: 2}}
  - {id: runner, title: Runner, points: 3, when: {streak: 2}}
  - {id: podium, title: Podium, points: 40, when: {place: 2}}
  - {id: honour, title: Honour, points: 30, when: {manual: true}}
`

const secondEdition = `limit: 50m
routes: {challenges: [gate, well, steps], by: shuffle}
finish: {text: Well done., when: {solves: 2}}
divisions: [{id: school, title: Schools}]
`

// TestFold: random commands, and after them
//   - a state folded from the recorded attempts and the ledger is the same,
//   - totals are the sum of the entries' points, and every Total is a running sum,
//   - entries are numbered without a gap and never run back in time,
//   - Decide changed nothing.
func TestFold(t *testing.T) {
	text := "hunt: old-town\ntitle: Old Town\nmode: solo\n" +
		fmt.Sprintf("freeze: %s\ncloses: %s\n", stamp(40*minute), stamp(60*minute)) + challenges
	var defs []*hunt.Definition
	second := strings.NewReplacer("challenges:", secondEdition+"challenges:", "tags: [night]", "tags: [night], penalty: 15",
		"points: 40", "points: {up_to: 40}").Replace(text) + allBadges
	for _, s := range []string{text, text + allBadges, strings.Replace(text, "max: 2", "max: 1", 1), second, second} {
		d, findings := huntfile.Parse([]byte(s))
		if d == nil {
			t.Fatal(findings)
		}
		defs = append(defs, d)
	}
	rapid.Check(t, func(t *rapid.T) {
		f := &folding{t: t, live: New(), now: epoch0, attempts: map[[2]string]Tried{}, defs: map[int64]*hunt.Definition{}}
		f.do(game.Command{Type: game.CmdDefine, Definition: rapid.SampledFrom(defs[1:]).Draw(t, "first"), By: "olga"})
		f.do(game.Command{Type: game.CmdPhase, ID: "open", Phase: game.Open, By: "olga"})
		for i := range 80 {
			f.now += rapid.SampledFrom([]int64{0, 1, 3000, 6000, 30_000, -1000, 4 * minute}).Draw(t, "time")
			f.do(f.command(i, defs))
		}
		f.check()
	})
}

type folding struct {
	t        *rapid.T
	live     *State
	now      int64
	entries  []game.Entry
	attempts map[[2]string]Tried
	defs     map[int64]*hunt.Definition
	made     []game.Command
}

func (f *folding) command(i int, defs []*hunt.Definition) game.Command {
	t := f.t
	who := rapid.SampledFrom([]string{"ada", "bob", "cyd"}).Draw(t, "who")
	challenge := rapid.SampledFrom([]string{"gate", "well", "tower", "photo", "steps"}).Draw(t, "challenge")
	c := game.Command{ID: fmt.Sprint("id-", i), Entrant: who, Player: who, Challenge: challenge}
	switch rapid.SampledFrom([]string{
		"join", "join", "claim", "claim", "claim", "claim", "claim", "event", "adjust", "revoke", "grant", "badge", "review", "review",
		"phase", "define", "second", "second", "second", "again", "again", "restore", "restore", "lost",
	}).Draw(t, "command") {
	case "join":
		c = game.Command{Type: game.CmdJoin, Entrant: who, Player: who, Name: who, Found: true, Admitted: true}
	case "claim":
		c.Type, c.Pending, c.Right = game.CmdClaim, challenge == "photo", rapid.Bool().Draw(t, "right")
		c.Digest = rapid.SampledFrom([]string{"a", "b", c.ID}).Draw(t, "answer")
	case "event":
		c.Type, c.Challenge = game.CmdEvent, "steps"
	case "adjust":
		c = game.Command{Type: game.CmdAdjust, ID: c.ID, Entrant: who, By: "olga"}
		c.Points = rapid.SampledFrom([]int64{-100, 10, 200, hunt.MaxPoints}).Draw(t, "points")
	case "revoke", "grant":
		c = game.Command{Type: game.CmdGrant, ID: c.ID, Entrant: who, Challenge: challenge, By: "olga"}
		if rapid.Bool().Draw(t, "revoke") {
			c.Type = game.CmdRevoke
		}
	case "badge":
		c = game.Command{Type: game.CmdRevoke, ID: c.ID, Entrant: who, Badge: "rich", By: "olga"}
		if rapid.Bool().Draw(t, "grant") {
			c.Type, c.Badge = game.CmdGrant, "honour"
		}
	case "review":
		if list := f.live.Reviews(); len(list) > 0 {
			c = game.Command{Type: game.CmdReview, ID: list[0].ID, Entrant: list[0].Entrant, Challenge: list[0].Challenge, By: "olga"}
			c.Approve = rapid.Bool().Draw(t, "approve")
		}
	case "phase":
		c = game.Command{Type: game.CmdPhase, ID: c.ID, By: "olga"}
		switch rapid.IntRange(0, 5).Draw(t, "phase") {
		case 0:
			c.Freeze = game.FreezeOff
		case 1:
			c.Freeze = game.FreezeOn
		case 2:
			c.Phase = game.Paused
		default:
			c.Phase = game.Open
		}
	case "define":
		c = game.Command{Type: game.CmdDefine, Definition: rapid.SampledFrom(defs).Draw(t, "definition"), By: "olga"}
	case "second":
		return f.second(game.Command{ID: c.ID, Entrant: who, Challenge: challenge, By: "olga"})
	case "restore":
		n := rapid.SampledFrom(f.entries).Draw(t, "entry")
		n.Nonce = rapid.SampledFrom([]string{"one", "two"}).Draw(t, "nonce")
		if n.Entrant != "" {
			n.Entrant = who
		}
		c = game.Command{Type: game.CmdRestore, Entry: &n}
	case "lost":
		known := game.Head{Epoch: f.live.Epoch, Seq: f.live.Seq + 1}
		if change, lost := f.live.Recover(known, f.live.Now(f.now)); lost {
			f.apply(change)
		}
		c = game.Command{Type: game.CmdAdvance}
	case "again":
		c = rapid.SampledFrom(f.made).Draw(t, "made")
	}
	return c
}

// second is a command of the second edition.
func (f *folding) second(c game.Command) game.Command {
	t := f.t
	c.Type = rapid.SampledFrom([]game.CommandType{
		game.CmdStart, game.CmdStart, game.CmdBan, game.CmdHide, game.CmdRename, game.CmdDivide, game.CmdExtend, game.CmdSkip,
		game.CmdDelete, game.CmdAdvance, game.CmdAdjust, game.CmdPhase,
	}).Draw(t, "type")
	all := rapid.Bool().Draw(t, "all")
	e := f.live.Entrants[c.Entrant]
	switch c.Type {
	case game.CmdStart:
		c.Player, c.By = c.Entrant, ""
	case game.CmdBan:
		c.Lift = e != nil && e.Banned
	case game.CmdHide:
		c.Lift = e != nil && e.Hidden
	case game.CmdRename:
		c.Name, c.Looks = "New "+c.ID, rapid.SampledFrom([]string{"ada", "bob", c.ID}).Draw(t, "looks")
	case game.CmdDivide:
		c.Division = rapid.SampledFrom([]string{"", "school"}).Draw(t, "division")
	case game.CmdExtend:
		c.Minutes = 3
	case game.CmdSkip:
		c.Lift = e != nil && e.Skips[c.Challenge]
		if all {
			c.Lift = f.live.Skips[c.Challenge]
		}
	case game.CmdDelete:
		c.Lift = f.live.DeletedAt != 0
	case game.CmdAdjust:
		c.Points, c.KeepPlace = 20, all
	case game.CmdPhase:
		c.Phase, c.SetCloses = game.Closed, false
		if f.live.Phase == game.Closed {
			c.Phase, c.SetCloses = game.Open, true
		}
	}
	if c.Type != game.CmdSkip {
		c.Challenge = ""
	}
	if all && (c.Type == game.CmdSkip || c.Type == game.CmdExtend) || c.Type == game.CmdDelete || c.Type == game.CmdPhase {
		c.Entrant = ""
	}
	return c
}

func (f *folding) do(cmd game.Command) {
	f.made = append(f.made, cmd)
	now := f.live.Now(f.now)
	for c, due := f.live.Advance(now); due; c, due = f.live.Advance(now) {
		f.apply(c)
	}
	if f.live.Definition != nil {
		cmd.Rev = f.live.Definition.Rev
	}
	before := printed(f.live)
	_, c := f.live.Decide(cmd, now)
	if after := printed(f.live); after != before {
		f.t.Fatalf("Decide(%+v) changed the state\nbefore %s\nafter  %s", cmd, before, after)
	}
	f.apply(c)
}

func (f *folding) apply(c Change) {
	f.live.Apply(c)
	f.entries = append(f.entries, c.Entries...)
	if c.Tried != nil {
		f.attempts[[2]string{c.Tried.Entrant, c.Tried.Challenge}] = *c.Tried
	}
	if c.Definition != nil {
		f.defs[c.Definition.Rev] = c.Definition
	}
}

// printed is a state as text: maps are sorted, pointers followed, and nil and
// empty are the same.
func printed(s *State) string {
	b, err := json.Marshal(s)
	if err != nil {
		return err.Error()
	}
	return strings.NewReplacer("[]", "null", "{}", "null").Replace(string(b))
}

func (f *folding) check() {
	t := f.t
	again := New()
	for _, tried := range f.attempts {
		again.ApplyTried(tried)
	}
	totals := map[string]int64{}
	last := game.Entry{}
	for _, n := range f.entries {
		if n.Seq != last.Seq+1 || n.At < last.At || n.Epoch == "" {
			t.Fatalf("%+v comes after %+v", n, last)
		}
		last = n
		if n.Entrant != "" {
			totals[n.Entrant] += n.Points
			if n.Points != 0 && n.Total != totals[n.Entrant] {
				t.Fatalf("total of %+v, the sum is %d", n, totals[n.Entrant])
			}
		}
		if n.Type == game.Defined {
			again.Definition = f.defs[n.Rev]
		}
		again.ApplyEntry(n)
	}
	for id, e := range f.live.Entrants {
		if e.Total != totals[id] || bounded(e.Total) != nil {
			t.Fatalf("%s has %d, the sum is %d", id, e.Total, totals[id])
		}
	}
	if want, got := printed(f.live), printed(again); want != got {
		t.Fatalf("a folded state differs\nlive   %s\nfolded %s", want, got)
	}
	if !reflect.DeepEqual(f.live.Rows(true), again.Rows(true)) {
		t.Fatal("frozen rows differ")
	}
}

// TestImports keeps the rules a pure function.
func TestImports(t *testing.T) {
	allowed := map[string]bool{
		"cmp": true, "errors": true, "iter": true, "slices": true, "strconv": true, "strings": true, "maps": true,
		"veltrix/game": true, "veltrix/game/hunt": true,
	}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		src, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range src.Imports {
			if path, err := strconv.Unquote(i.Path.Value); err != nil || !allowed[path] {
				t.Errorf("%s imports %s: the rules need no clock, no I/O and no chance", file.Name(), i.Path.Value)
			}
		}
	}
}
