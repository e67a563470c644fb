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
	kind        int // of the texts that it is defined by
}

var (
	people  = []string{"ada", "bob", "cyd", "dan", "eve"}
	squads  = []string{"reds", "blues"}
	wards   = []string{"school", "open", "other", "school", "open", "none"}
	answers = []string{"aaaaaaaa", "bbbbbbbb", "cccccccc"}
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

// texts are the hunt files that kinds names: nine of solo hunts and three of team
// hunts.
func texts(id string) []string {
	brief := strings.ReplaceAll(scheduled(id), "within: 1m", "within: 5m")
	edited := strings.Replace(plainAgain(id), "tags: [night]", "tags: [day, night]", 1) +
		strings.NewReplacer("easy, easier", "extra, easier", "points: 1000", "points: 800").Replace(badgeText)
	return []string{
		scheduled(id), badged(id), plain(id), plainAgain(id), edited, brief, walk(id), shortWalk(id), clocked(id),
		teams(id), squadsOfTwo(id), strings.ReplaceAll(teams(id), "points: 70", "points: {initial: 70, minimum: 10, decay: 2, function: quadratic}"),
	}
}

// kinds are the texts of one hunt: it changes within them, mostly.
var kinds = [][]int{{0, 1, 2, 3, 4, 5}, {6, 7, 8}, {9, 10, 11}}

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
	if p := g.state().Phase; p != game.Open && g.roll.chance(12) {
		cmd := game.Command{Type: game.CmdPhase, ID: g.newID(), Phase: game.Open, By: "olga"}
		if p == game.Closed && g.roll.chance(70) {
			cmd.SetCloses = true // whatever the file says
		}
		return cmd
	}
	if g.state().DeletedAt != 0 && g.roll.chance(40) {
		return game.Command{Type: game.CmdDelete, ID: g.newID(), Lift: true, By: "olga"}
	}
	switch n := g.roll(120); {
	case n < 14:
		return g.join(def)
	case n < 50:
		return g.claim(def)
	case n < 56:
		return g.event(def)
	case n < 63:
		return g.hint(def)
	case n < 70:
		return g.review(def)
	case n < 76:
		return g.adjust()
	case n < 81:
		return g.revoke(def)
	case n < 87:
		return g.grant(def)
	case n < 92:
		return g.phase()
	case n < 94:
		return game.Command{Type: game.CmdAnnounce, ID: g.newID(), Text: pick(g.roll, []string{"Hello", "Rain\n\"now\""}), By: "olga"}
	case n < 111:
		return g.second(def)
	case n < 114:
		return g.define()
	}
	if g.roll.chance(50) {
		return game.Command{Type: game.CmdAdvance, Entrant: pick(g.roll, []string{"", g.entrant()})}
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

// second is one of the commands about clocks, names, divisions and the like.
func (g *generator) second(def *hunt.Definition) game.Command {
	e := g.entrant()
	state := g.state()
	if g.roll.chance(30) { // one that is out
		for _, id := range slices.Sorted(maps.Keys(state.Entrants)) {
			if state.Entrants[id].Out() {
				e = id
			}
		}
	}
	cmd := game.Command{ID: g.newID(), Entrant: e, By: "olga", Reason: "because"}
	s := state.Entrants[e]
	switch n := g.roll(100); {
	case n < 20:
		return game.Command{Type: game.CmdStart, ID: cmd.ID, Entrant: e, Player: g.playerOf(e)}
	case n < 30:
		cmd.Type, cmd.Reason = game.CmdBan, "cheats"
		cmd.Lift = s != nil && s.Banned != g.roll.chance(8)
	case n < 40:
		cmd.Type = game.CmdHide
		cmd.Lift = s != nil && s.Hidden != g.roll.chance(10)
	case n < 50:
		cmd.Type = game.CmdRename
		cmd.Name, cmd.Looks = g.name(e)
	case n < 58:
		cmd.Type, cmd.Division = game.CmdDivide, pick(g.roll, append(wards, ""))
	case n < 66:
		cmd.Type, cmd.Minutes = game.CmdExtend, pick(g.roll, []int64{1, 5, -3})
		if g.roll.chance(40) {
			cmd.Entrant = ""
		}
	case n < 82:
		cmd.Type, cmd.Challenge = game.CmdSkip, g.challenge(def).ID
		skips := state.Skips
		if g.roll.chance(50) {
			cmd.Entrant = ""
		} else if s != nil {
			skips = s.Skips
		}
		if g.roll.chance(5) {
			cmd.Challenge = "no-such"
		} else if len(skips) > 0 && g.roll.chance(30) {
			cmd.Challenge = pick(g.roll, slices.Sorted(maps.Keys(skips)))
		}
		cmd.Lift = skips[cmd.Challenge] != g.roll.chance(8)
	case n < 96:
		cmd.Type, cmd.Player = game.CmdMove, pick(g.roll, people)
		cmd.Entrant = pick(g.roll, []string{"reds", "blues", "", e})
	default:
		cmd.Type, cmd.Entrant = game.CmdDelete, ""
		cmd.Lift = (state.DeletedAt != 0) != g.roll.chance(10)
	}
	return cmd
}

// name is a name for an entrant, often one that another has.
func (g *generator) name(entrant string) (name, looks string) {
	if g.roll.chance(30) {
		entrant = pick(g.roll, append(slices.Clone(people), squads...))
	}
	return "Name " + entrant, "name " + entrant
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
	case game.CmdPhase, game.CmdAnnounce, game.CmdBan, game.CmdRevoke, game.CmdGrant, game.CmdHide, game.CmdRename,
		game.CmdDivide, game.CmdMove, game.CmdExtend, game.CmdSkip, game.CmdDelete:
		cmd.Reason += "!"
	case game.CmdClaim, game.CmdEvent:
		cmd.Entrant = g.entrant()
		cmd.Player = g.playerOf(cmd.Entrant)
	}
	return cmd
}

// define takes a definition like those before, rarely another one.
func (g *generator) define() game.Command {
	if len(g.given) == 0 {
		g.kind = pick(g.roll, []int{0, 0, 1, 1, 1, 2})
	}
	kind := g.kind
	if len(g.given) > 0 && g.roll.chance(10) {
		kind = g.roll(len(kinds))
	}
	cmd := game.Command{Type: game.CmdDefine, Definition: g.text(pick(g.roll, kinds[kind])), By: "olga"}
	if n := len(g.given); n > 0 && g.roll.chance(15) {
		cmd.If = pick(g.roll, []int64{g.given[n-1].Rev, g.given[n-1].Rev - 1, 1})
	}
	return cmd
}

func (g *generator) join(def *hunt.Definition) game.Command {
	p := pick(g.roll, people)
	cmd := game.Command{Type: game.CmdJoin, Entrant: p, Player: p, Found: true, Admitted: !g.roll.chance(8)}
	cmd.Name, cmd.Looks = "Name "+p, "name "+p
	if g.roll.chance(15) {
		cmd.Name, cmd.Looks = g.name(p)
	}
	if len(def.Divisions) > 0 && g.roll.chance(70) {
		cmd.Division, cmd.Chosen = pick(g.roll, wards), !g.roll.chance(15)
	}
	if def.Mode == hunt.Team {
		cmd.Entrant = pick(g.roll, squads)
		cmd.Name, cmd.Invite, cmd.Member = "Team "+cmd.Entrant, "invite "+cmd.Entrant, pick(g.roll, []string{"", "Me " + p})
		cmd.Looks = "team " + cmd.Entrant
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
	case g.roll.chance(3):
		cmd.Malformed = "This challenge takes a text."
	case g.roll.chance(4) && ch.Proof.Kind != hunt.KindReview:
		cmd.Near, cmd.Digest = true, "near"
	case ch.Proof.Kind == hunt.KindReview:
		cmd.Pending, cmd.Note = true, fmt.Sprintf("note %d", g.ids)
	case g.roll.chance(50):
		cmd.Right, cmd.Digest = true, "right"
	default:
		cmd.Digest = pick(g.roll, answers)
		if g.roll.chance(30) {
			cmd.Digest = fmt.Sprintf("x%07d", g.ids)
		}
		if g.roll.chance(70) {
			cmd.Answer = fmt.Sprintf("Answer %s of %s", cmd.Digest, cmd.Entrant)
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

func (g *generator) review(def *hunt.Definition) game.Command {
	cmd := game.Command{
		Type: game.CmdReview, ID: commandID(1 + int64(g.roll(int(g.ids)+1))), Entrant: g.entrant(), Challenge: "photo",
		Approve: g.roll.chance(55), By: "olga", Reason: "seen",
	}
	if waiting := g.state().Reviews(); len(waiting) > 0 && !g.roll.chance(8) {
		r := pick(g.roll, waiting)
		cmd.ID, cmd.Entrant, cmd.Challenge = r.ID, r.Entrant, r.Challenge
	}
	cmd.Judged, cmd.Points = g.judges(def.Challenge(cmd.Challenge))
	return cmd
}

// judges are the points that an organizer says, mostly where it may.
func (g *generator) judges(ch *hunt.Challenge) (bool, int64) {
	if may := ch != nil && ch.Points.Function == hunt.Judged; may == g.roll.chance(10) {
		return false, 0
	}
	return true, pick(g.roll, []int64{0, 7, 30, 60, 61, -1})
}

func (g *generator) adjust() game.Command {
	points := []int64{5, -5, 100, -40, 300, 1, -300, hunt.MaxPoints, -hunt.MaxPoints}
	return game.Command{
		Type: game.CmdAdjust, ID: g.newID(), Entrant: g.entrant(), By: pick(g.roll, []string{"olga", "omar"}), Reason: "because",
		KeepPlace: g.roll.chance(25),
		Points:    points[min(g.roll(len(points)), g.roll(len(points)+2))],
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
		if s := g.state().Entrants[cmd.Entrant]; s != nil && g.roll.chance(50) { // what was taken back
			for _, id := range slices.Sorted(maps.Keys(s.Awards)) {
				if s.Awards[id].Revoked {
					cmd.Challenge = id
				}
			}
		}
		cmd.Judged, cmd.Points = g.judges(def.Challenge(cmd.Challenge))
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
	case n < 92:
		cmd.Phase = game.Open
	default:
		cmd.Phase = game.Closed
	}
	if cmd.Phase == game.Open && g.roll.chance(30) {
		g.when(&cmd)
	}
	return cmd
}

// when says when a hunt that is opened opens, or when it closes.
func (g *generator) when(cmd *game.Command) {
	now := g.state().LastAt
	if g.state().Phase == game.Draft && g.roll.chance(60) {
		cmd.At = now + pick(g.roll, []int64{-second, 5 * second, 2 * minute})
		return
	}
	cmd.SetCloses, cmd.Closes = true, pick(g.roll, []int64{0, now - second, now + 5*minute, now + 40*minute})
}
