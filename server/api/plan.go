package api

import (
	"context"
	"fmt"
	"slices"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
	"veltrix/game/rules"
)

// Plan is what applying a hunt file would change, and what follows from that at
// once.
type Plan struct {
	huntfile.Plan
	Consequences []Consequence `json:"consequences"`
	Confirm      bool          `json:"confirm"` // applying it has to be confirmed
}

// Consequence is what a change does to those who play.
type Consequence struct {
	Kind      ConsequenceKind `json:"kind"`
	Text      string          `json:"text"`     // a sentence for people
	Entrants  int64           `json:"entrants"` // whom it concerns
	Challenge string          `json:"challenge,omitempty"`
	Badge     string          `json:"badge,omitempty"`
}

// ConsequenceKind is what happens.
type ConsequenceKind string

// The kinds of consequences.
const (
	Opens   ConsequenceKind = "opens"
	Closes  ConsequenceKind = "closes"
	Freezes ConsequenceKind = "freezes"
	Again   ConsequenceKind = "again" // what was earned can be earned once more
)

// PlanOf is the plan that leads from a hunt to a definition at now, Unix ms of the
// store's clock; sum is nil for a new hunt.
func PlanOf(ctx context.Context, store game.Store, sum *game.Summary, d *hunt.Definition, now int64) (Plan, error) {
	var before *hunt.Definition
	if sum != nil {
		before = sum.Definition
	}
	p := Plan{Plan: huntfile.Diff(before, d), Consequences: []Consequence{}}
	if _, same := nextRev(before, d); same {
		return p, nil
	}
	moves, err := movesNow(ctx, store, sum, d, now)
	if err != nil {
		return p, err
	}
	again, err := earnedAgain(ctx, store, sum, &p.Plan)
	if err != nil {
		return p, err
	}
	p.Consequences = append(append(p.Consequences, moves...), again...)
	p.Confirm = len(p.Consequences) > 0
	if sum != nil && sum.Phase == game.Closed && (slices.Contains(p.Fields, "opens") || slices.Contains(p.Fields, "closes")) {
		p.Text = append(p.Text, "The hunt is closed, and a file never opens a closed hunt. To open it again, change its phase.")
	}
	return p, nil
}

// movesNow says what the hunt's times do as soon as the definition is in force.
func movesNow(ctx context.Context, store game.Store, sum *game.Summary, d *hunt.Definition, now int64) ([]Consequence, error) {
	s, entrants := rules.Schedule{}, int64(0)
	defined := game.Entry{Type: game.Defined, At: now, Opens: d.Opens, Closes: d.Closes}
	if sum != nil {
		s, entrants = rules.ScheduleOf(sum), sum.Entrants
		changed, err := freezeChanged(ctx, store, sum, d, now)
		if err != nil {
			return nil, err
		}
		s.FreezeChanged = changed
		due(&s, now) // happens without the file, too
		if d.Opens == sum.Definition.Opens {
			defined.Opens = s.OpensAt
		}
		if d.Closes == sum.Definition.Closes {
			defined.Closes = s.ClosesAt
		}
	}
	s.Definition = d
	s.Moved(defined)
	var list []Consequence
	for _, kind := range due(&s, now) {
		list = append(list, Consequence{Kind: kind, Text: moveTexts[kind] + playing(entrants), Entrants: entrants})
	}
	return list, nil
}

var moveTexts = map[ConsequenceKind]string{
	Opens:   "The file opens the hunt now",
	Closes:  "The file closes the hunt now",
	Freezes: "The file freezes the board now",
}

func playing(entrants int64) string {
	switch entrants {
	case 0:
		return "; nobody is playing."
	case 1:
		return ": 1 entrant is playing."
	}
	return fmt.Sprintf(": %d entrants are playing.", entrants)
}

// due lets a schedule do what is due at now, and says what that is.
func due(s *rules.Schedule, now int64) (kinds []ConsequenceKind) {
	for {
		step, ok := s.Next()
		if !ok || step.At > s.HuntTime(now) {
			return kinds
		}
		switch {
		case step.Phase == game.Closed:
			kinds = append(kinds, Closes)
		case step.Frozen != s.Frozen:
			kinds = append(kinds, Freezes)
		default:
			kinds = append(kinds, Opens)
		}
		s.Moved(game.Entry{Type: game.Phased, At: now, Phase: step.Phase, Frozen: step.Frozen, Opens: s.OpensAt, Closes: s.ClosesAt})
	}
}

// freezeChanged is the hunt time of the last reveal, or something before it. It
// matters where a file sets a freeze that has passed; else it is now.
func freezeChanged(ctx context.Context, store game.Store, sum *game.Summary, d *hunt.Definition, now int64) (int64, error) {
	s := rules.ScheduleOf(sum)
	if d.Freeze == 0 || d.Freeze == sum.Definition.Freeze || d.Freeze > s.HuntTime(now) || s.Frozen {
		return s.HuntTime(now), nil
	}
	for head := sum.Seq; head > max(0, sum.Seq-maxHistoryRead); {
		after := max(0, head-ledgerChunk)
		entries, err := store.Ledger(ctx, d.ID, after, int(head-after))
		if err != nil || len(entries) == 0 {
			return 0, err
		}
		for _, n := range slices.Backward(entries) {
			if n.Type == game.Phased && n.Text == string(game.FreezeOff) {
				return n.At - s.Shift, nil
			}
		}
		head = after
	}
	return 0, nil
}

// earnedAgain says what of the plan can be earned by those who have earned it under
// another id.
func earnedAgain(ctx context.Context, store game.Store, sum *game.Summary, p *huntfile.Plan) ([]Consequence, error) {
	var list []Consequence
	for _, one := range p.Challenges.Added {
		if one.Was == "" {
			continue
		}
		if n := sum.Tallies[one.Was].Solves; n > 0 {
			list = append(list, Consequence{Kind: Again, Text: again("challenge", one, n), Entrants: n, Challenge: one.ID})
		}
	}
	if !slices.ContainsFunc(p.Badges.Added, func(one huntfile.Change) bool { return one.Was != "" }) {
		return list, nil
	}
	holders, err := badgeHolders(ctx, store, p.Hunt, sum.Seq)
	if err != nil {
		return nil, err
	}
	for _, one := range p.Badges.Added {
		if n := int64(len(holders[one.Was])); one.Was != "" && n > 0 {
			list = append(list, Consequence{Kind: Again, Text: again("badge", one, n), Entrants: n, Badge: one.ID})
		}
	}
	return list, nil
}

func again(what string, one huntfile.Change, n int64) string {
	who := fmt.Sprintf("%d entrants", n)
	if n == 1 {
		who = "1 entrant"
	}
	return fmt.Sprintf("%s can earn this again: the %s %s looks like %s.", who, what, one.ID, one.Was)
}

// badgeHolders reads from the ledger who has which badge.
func badgeHolders(ctx context.Context, store game.Store, id string, head int64) (map[string]map[string]bool, error) {
	holders := map[string]map[string]bool{}
	for after := int64(0); after < head; {
		entries, err := store.Ledger(ctx, id, after, ledgerChunk)
		if err != nil || len(entries) == 0 {
			return holders, err
		}
		for i := range entries {
			n := &entries[i]
			switch {
			case n.Badge == "":
			case n.Type == game.Badged:
				if holders[n.Badge] == nil {
					holders[n.Badge] = map[string]bool{}
				}
				holders[n.Badge][n.Entrant] = true
			case n.Type == game.Revoked:
				delete(holders[n.Badge], n.Entrant)
			}
		}
		after = entries[len(entries)-1].Seq
	}
	return holders, nil
}
