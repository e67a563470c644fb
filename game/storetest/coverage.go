package storetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"veltrix/game"
)

// outcome names a reply to a command.
func outcome(t game.CommandType, r game.Reply) string {
	s := string(t) + " " + string(r.Outcome)
	if r.Outcome == game.OutRefused {
		s += " " + string(r.Code)
		if r.Why != "" {
			s += "/" + r.Why
		}
	}
	if r.Replay {
		s += " replay"
	}
	if r.Revoked {
		s += " revoked"
	}
	if len(r.Badges) > 0 {
		s += " badges"
	}
	return s
}

// observe counts the outcomes of a commit.
func (p *arena) observe(batch []game.Command, res game.Result) {
	for i, r := range res.Replies {
		p.seen[outcome(batch[i].Type, r)]++
	}
	for _, n := range res.Entries {
		switch {
		case n.Type == game.Recovered && n.Seq == 1:
			p.seen["an epoch from nothing"]++
		case n.Type == game.Recovered:
			p.seen["an epoch"]++
		case n.Restores():
			p.seen["restored "+string(n.Type)]++
		case n.By == game.Schedule && n.Frozen && n.Phase == game.Open:
			p.seen["schedule freezes"]++
		case n.By == game.Schedule:
			p.seen["schedule "+string(n.Phase)]++
		case n.Type == game.Badged && n.ID == "":
			p.seen["place badge"]++
		case n.Type == game.Awarded && n.Bonus > 0:
			p.seen["bonus"]++
		}
	}
}

func (p *arena) report(t *testing.T) {
	t.Helper()
	if !testing.Verbose() {
		return
	}
	for _, s := range slices.Sorted(maps.Keys(p.seen)) {
		t.Logf("%7d %s", p.seen[s], s)
	}
}

func (p *arena) missing() []string {
	var list []string
	for s := range strings.SplitSeq(strings.TrimSpace(outcomes), "\n") {
		if p.seen[s] == 0 {
			list = append(list, fmt.Sprintf("%q", s))
		}
	}
	return list
}

// outcomes is everything that the rules can answer to commands of a hunt that
// exists.
const outcomes = `
schedule open
schedule freezes
schedule closed
place badge
bonus
claim awarded
claim awarded badges
claim awarded replay
claim awarded replay badges
claim awarded replay revoked
claim already
claim already revoked
claim wrong
claim wrong replay
claim locked
claim cooldown
claim exhausted
claim closed
claim pending
claim pending replay
claim stale
claim refused unknown_challenge
claim refused not_joined
claim refused forbidden/banned
claim refused conflict/bound
event pending
event pending replay
event awarded
event awarded replay
event already
event closed
event stale
event refused not_joined
event refused forbidden/banned
hint done
hint done replay
hint stale
hint refused closed
hint refused unknown_hint
hint refused not_joined
hint refused forbidden/banned
hint refused forbidden/locked
hint refused insufficient_points
join done
join done replay
join stale
join refused closed
join refused bad_code
join refused forbidden/banned
join refused unknown_entrant
join refused conflict/other_team
join refused conflict/has
review awarded
review awarded badges
review awarded replay
review wrong
review stale
review refused unknown_claim
review refused unknown_entrant
adjust done
adjust done badges
adjust done replay
adjust stale
adjust refused unknown_entrant
adjust refused conflict/bound
adjust refused conflict/reused
revoke done
revoke done replay
revoke refused unknown_entrant
revoke refused conflict/has_not
revoke refused conflict/reused
grant done
grant done badges
grant done replay
grant stale
grant refused unknown_entrant
grant refused unknown_challenge
grant refused unknown_badge
grant refused conflict/has
grant refused conflict/reused
grant refused conflict/bound
phase done
phase done replay
phase stale
phase refused conflict/phase
phase refused conflict/reused
announce done
announce done replay
announce refused conflict/reused
ban done
ban done replay
ban refused unknown_entrant
ban refused conflict/has
ban refused conflict/reused
define done
define done replay
define refused conflict/mode
advance done
an epoch
an epoch from nothing
restore done
restore done replay
restore done replay revoked
restore refused bad_request
restore refused unknown_entrant
restore refused forbidden/banned
restore refused conflict/bound
restore refused conflict/has_not
restore refused conflict/other_team
restore refused conflict/phase
restore refused conflict/reused
restored awarded
restored badge
restored hinted
`
