package storetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/rules"
)

// dice makes the choices of a random run: a number from 0 to n−1.
type dice func(n int) int

func pick[T any](roll dice, list []T) T { return list[roll(len(list))] }

// chance is true in percent of 100 rolls.
func (d dice) chance(percent int) bool { return d(100) < percent }

// generator makes batches that reach deep into a hunt: it looks at the
// reference's state to prefer commands that do something.
type generator struct {
	roll  dice
	id    string // of the hunt
	state func() *rules.State
	text  func(i int) *hunt.Definition // to apply; see texts
	given []*hunt.Definition           // as the store gave them, oldest first
	made  []game.Command               // for retries
	// What is restored: entries of another history, and of this one.
	memory, own func() []game.Entry
	ids         int64
}

var (
	people  = []string{"ada", "bob", "cyd", "dan", "eve"}
	squads  = []string{"reds", "blues"}
	answers = []string{"a", "b", "c"}
)

// definitions returns the definitions that a random hunt is made of, each parsed
// when it is first asked for.
func definitions(t testing.TB, id string) func(i int) *hunt.Definition {
	list, parsed := texts(id), map[int]*hunt.Definition{}
	return func(i int) *hunt.Definition {
		if parsed[i] == nil {
			parsed[i] = parse(t, list[i])
		}
		return parsed[i]
	}
}

// texts are soloTexts hunt files of solo hunts and then teamTexts of team hunts.
func texts(id string) []string {
	brief := strings.ReplaceAll(scheduled(id), "within: 1m", "within: 5m")
	edited := strings.Replace(plainAgain(id), "tags: [night]", "tags: [day, night]", 1) +
		strings.NewReplacer("easy, easier", "extra, easier", "points: 1000", "points: 800").Replace(badgeText)
	return []string{
		scheduled(id), badged(id), plain(id), plainAgain(id), edited, brief, teams(id), strings.ReplaceAll(teams(id), "points: 70", "points: {initial: 70, minimum: 10, decay: 2, function: quadratic}"),
	}
}

const soloTexts, teamTexts = 6, 2

// batch makes up to n commands that def judged, which is nil before the hunt
// is defined.
func (g *generator) batch() (*hunt.Definition, []game.Command) {
	if len(g.given) == 0 {
		batch := []game.Command{g.define()}
		if g.roll.chance(40) {
			batch = append(batch, g.restores(g.memory())...)
		}
		return nil, batch
	}
	if g.roll.chance(8) {
		list := g.memory()
		if g.roll.chance(25) {
			list = g.own()
		}
		if batch := g.restores(list); len(batch) > 0 {
			return g.given[len(g.given)-1], batch
		}
	}
	def := g.given[len(g.given)-1]
	if len(g.given) > 1 && g.roll.chance(4) {
		def = pick(g.roll, g.given)
	}
	size := 1 + g.roll(4)
	switch {
	case g.roll.chance(3):
		size = 20
	case g.roll.chance(1):
		size = 0
	}
	batch := make([]game.Command, 0, size)
	for range size {
		cmd := g.command(def)
		if cmd.Type != game.CmdAdvance && cmd.Type != game.CmdDefine {
			g.made = append(g.made, cmd)
		}
		cmd.Rev = def.Rev
		batch = append(batch, cmd)
	}
	return def, batch
}

func (g *generator) newID() string {
	g.ids++
	return commandID(g.ids)
}

func (g *generator) command(def *hunt.Definition) game.Command {
	if len(g.made) > 0 && g.roll.chance(12) {
		return g.retry()
	}
	if len(g.state().Entrants) < 2 && g.roll.chance(50) {
		return g.join(def)
	}
	if p := g.state().Phase; p != game.Open && p != game.Closed && g.roll.chance(12) {
		return game.Command{Type: game.CmdPhase, ID: g.newID(), Phase: game.Open, By: "olga"}
	}
	switch n := g.roll(100); {
	case n < 14:
		return g.join(def)
	case n < 50:
		return g.claim(def)
	case n < 58:
		return g.event(def)
	case n < 65:
		return g.hint(def)
	case n < 72:
		return g.review()
	case n < 78:
		return g.adjust()
	case n < 83:
		return g.revoke(def)
	case n < 88:
		return g.grant(def)
	case n < 94:
		return g.phase()
	case n < 96:
		return game.Command{Type: game.CmdAnnounce, ID: g.newID(), Text: pick(g.roll, []string{"Hello", "Rain\n\"now\""}), By: "olga"}
	case n < 97:
		return game.Command{Type: game.CmdBan, ID: g.newID(), Entrant: g.entrant(), By: "olga", Reason: "cheats"}
	case n < 99:
		return g.define()
	}
	if g.roll.chance(50) {
		return game.Command{Type: game.CmdAdvance}
	}
	list := g.memory()
	if g.roll.chance(30) {
		list = g.own()
	}
	if len(list) == 0 {
		return game.Command{Type: game.CmdRestore}
	}
	return g.restores(list)[0]
}

// retry sends a command again; now and then an organizer's id comes with other
// content, or a player's id from another player.
func (g *generator) retry() game.Command {
	cmd := g.made[len(g.made)-1-g.roll(min(len(g.made), 60))]
	if !g.roll.chance(20) {
		return cmd
	}
	switch cmd.Type {
	case game.CmdAdjust:
		cmd.Points++
	case game.CmdPhase, game.CmdAnnounce, game.CmdBan, game.CmdRevoke, game.CmdGrant:
		cmd.Reason += "!"
	case game.CmdClaim, game.CmdEvent:
		cmd.Entrant = g.entrant()
		cmd.Player = g.playerOf(cmd.Entrant)
	}
	return cmd
}

// define takes a definition of the hunt's mode, rarely one of the other.
func (g *generator) define() game.Command {
	solo := g.roll.chance(75)
	if len(g.given) > 0 {
		solo = (g.given[0].Mode == hunt.Solo) != g.roll.chance(10)
	}
	i := soloTexts + g.roll(teamTexts)
	if solo {
		i = g.roll(soloTexts)
	}
	return game.Command{Type: game.CmdDefine, Definition: g.text(i), By: "olga"}
}

func (g *generator) join(def *hunt.Definition) game.Command {
	p := pick(g.roll, people)
	cmd := game.Command{Type: game.CmdJoin, Entrant: p, Player: p, Name: "Name " + p, Found: true, Admitted: !g.roll.chance(8)}
	if def.Mode == hunt.Team {
		cmd.Entrant = pick(g.roll, squads)
		cmd.Name, cmd.Invite = "Team "+cmd.Entrant, "invite "+cmd.Entrant
		_, there := g.state().Entrants[cmd.Entrant]
		cmd.Found = there == g.roll.chance(10)
	}
	return cmd
}

// entrant is mostly one that has joined.
func (g *generator) entrant() string {
	joined := slices.Sorted(maps.Keys(g.state().Entrants))
	if len(joined) == 0 || g.roll.chance(3) {
		return pick(g.roll, append(slices.Clone(people), squads...))
	}
	return pick(g.roll, joined)
}

func (g *generator) playerOf(entrant string) string {
	if e := g.state().Entrants[entrant]; e != nil && len(e.Players) > 0 {
		return pick(g.roll, e.Players)
	}
	return entrant
}

func (g *generator) challenge(def *hunt.Definition) *hunt.Challenge {
	return &def.Challenges[g.roll(len(def.Challenges))]
}

func (g *generator) claim(def *hunt.Definition) game.Command {
	e := g.entrant()
	ch := g.challenge(def)
	for range 2 { // prefer one that is not solved yet
		if s := g.state().Entrants[e]; s != nil && s.Awards[ch.ID].ID != "" {
			ch = g.challenge(def)
		}
	}
	if n := len(g.made); n > 0 && g.made[n-1].Type == game.CmdClaim && g.roll.chance(30) { // the same once more
		if last := def.Challenge(g.made[n-1].Challenge); last != nil {
			e, ch = g.made[n-1].Entrant, last
		}
	}
	cmd := game.Command{Type: game.CmdClaim, ID: g.newID(), Entrant: e, Player: g.playerOf(e), Challenge: ch.ID}
	switch {
	case g.roll.chance(2):
		cmd.Challenge = "no-such"
	case ch.Proof.Kind == hunt.KindReview:
		cmd.Pending, cmd.Note = true, fmt.Sprintf("note %d", g.ids)
	case g.roll.chance(50):
		cmd.Right, cmd.Digest = true, "right"
	default:
		cmd.Digest = pick(g.roll, answers)
		if g.roll.chance(30) {
			cmd.Digest = fmt.Sprint("x", g.ids)
		}
	}
	return cmd
}

func (g *generator) event(def *hunt.Definition) game.Command {
	e := g.entrant()
	cmd := game.Command{Type: game.CmdEvent, ID: g.newID(), Entrant: e, Player: g.playerOf(e), Challenge: "steps"}
	if def.Challenge("steps") == nil {
		cmd.Challenge = g.challenge(def).ID
	}
	return cmd
}

func (g *generator) hint(def *hunt.Definition) game.Command {
	e := g.entrant()
	cmd := game.Command{Type: game.CmdHint, ID: g.newID(), Entrant: e, Player: g.playerOf(e), Challenge: "tower"}
	cmd.Hint = pick(g.roll, []string{"h1", "h2", "free", "h1", "h2", "none"})
	if s := g.state().Entrants[e]; s != nil && s.Total > 0 && s.Awards["gate"].ID != "" && g.roll.chance(10) {
		return game.Command{Type: game.CmdAdjust, ID: g.newID(), Entrant: e, Points: 5 - s.Total, By: "olga"} // hardly any left
	}
	if g.roll.chance(4) {
		cmd.Challenge = g.challenge(def).ID
	}
	return cmd
}

func (g *generator) review() game.Command {
	cmd := game.Command{
		Type: game.CmdReview, ID: commandID(1 + int64(g.roll(int(g.ids)+1))), Entrant: g.entrant(), Challenge: "photo",
		Approve: g.roll.chance(55), By: "olga", Reason: "seen",
	}
	if waiting := g.state().Reviews(); len(waiting) > 0 && !g.roll.chance(8) {
		r := pick(g.roll, waiting)
		cmd.ID, cmd.Entrant, cmd.Challenge = r.ID, r.Entrant, r.Challenge
	}
	return cmd
}

func (g *generator) adjust() game.Command {
	points := []int64{5, -5, 100, -40, 300, 1, -300, hunt.MaxPoints, -hunt.MaxPoints}
	return game.Command{
		Type: game.CmdAdjust, ID: g.newID(), Entrant: g.entrant(), By: pick(g.roll, []string{"olga", "omar"}), Reason: "because",
		Points: points[min(g.roll(len(points)), g.roll(len(points)+2))],
	}
}

func (g *generator) revoke(def *hunt.Definition) game.Command {
	cmd := game.Command{Type: game.CmdRevoke, ID: g.newID(), Entrant: g.entrant(), By: "olga", Reason: "because"}
	s := g.state().Entrants[cmd.Entrant]
	badge := g.roll.chance(40)
	switch {
	case s != nil && badge && len(s.Badges) > 0:
		cmd.Badge = pick(g.roll, slices.Sorted(maps.Keys(s.Badges)))
	case s != nil && !badge && len(s.Awards) > 0:
		cmd.Challenge = pick(g.roll, slices.Sorted(maps.Keys(s.Awards)))
	case badge && len(def.Badges) > 0:
		cmd.Badge = def.Badges[g.roll(len(def.Badges))].ID
	default:
		cmd.Challenge = g.challenge(def).ID
	}
	return cmd
}

func (g *generator) grant(def *hunt.Definition) game.Command {
	cmd := game.Command{Type: game.CmdGrant, ID: g.newID(), Entrant: g.entrant(), By: "olga", Reason: "because"}
	switch {
	case g.roll.chance(5):
		cmd.Badge = "no-such"
	case g.roll.chance(5):
		cmd.Challenge = "no-such"
	case g.roll.chance(50) && len(def.Badges) > 0:
		cmd.Badge = def.Badges[g.roll(len(def.Badges))].ID
	default:
		cmd.Challenge = g.challenge(def).ID
	}
	return cmd
}

// phase mostly keeps the hunt open; closing is rare, since little happens after
// it.
func (g *generator) phase() game.Command {
	cmd := game.Command{Type: game.CmdPhase, ID: g.newID(), By: "olga"}
	switch n := g.roll(100); {
	case g.state().Phase != game.Open && g.state().Phase != game.Closed && n < 80:
		cmd.Phase = game.Open
	case n < 30:
		cmd.Freeze = game.FreezeOn
	case n < 55:
		cmd.Freeze = game.FreezeOff
	case n < 80:
		cmd.Phase = game.Paused
	case n < 95:
		cmd.Phase = game.Open
	default:
		cmd.Phase = game.Closed
	}
	return cmd
}
