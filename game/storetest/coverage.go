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
	var extra []string
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
	if r.Outcome == game.OutClosed && r.Why != "" {
		s += " " + r.Why
	}
	for word, is := range map[string]bool{
		" practice": r.Practice, " penalty": r.Penalty > 0, " list": len(r.Requires) > 0,
		" condition": len(r.Unmet) > 0, " from": r.From > 0, " finished": r.Finished,
	} {
		if is {
			extra = append(extra, word)
		}
	}
	slices.Sort(extra)
	return s + strings.Join(extra, "")
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
		case n.Type == game.Badged && n.Place != 0:
			p.seen["place badge"]++
		case n.Type == game.Revoked && n.By == "":
			p.seen["place badge back"]++
		case n.Type == game.Awarded && n.Since != 0 && n.Player == "":
			p.seen["awarded again"]++
		case n.Awards != "":
			p.seen[string(n.Type)+" with awards"]++
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
claim awarded badges finished
claim awarded finished
claim closed limit
claim locked condition
claim locked condition from
claim locked list
claim near
claim near practice
claim refused bad_proof/This challenge takes a text.
claim refused not_started
claim refused unknown_hunt
claim right practice
claim wrong penalty
claim wrong practice
claim wrong replay penalty
event awarded badges finished
event awarded finished
event locked condition
event locked condition from
event locked list
event refused not_started
hint refused closed/limit
hint refused forbidden/locked condition
hint refused forbidden/locked from
hint refused forbidden/locked list
hint refused not_started
join refused bad_code/division
join refused bad_request/division
join refused conflict/full
join refused conflict/name
review awarded finished
review refused bad_request/points
review refused conflict/bound
adjust done finished
grant done finished
grant done badges finished
grant refused bad_request/points
awarded again
phase refused conflict/closes
place badge back
ban refused conflict/has_not
banned with awards
unbanned with awards
hide done
hide done replay
hide refused conflict/has
hide refused conflict/has_not
hide refused conflict/reused
hide refused unknown_entrant
hidden with awards
shown with awards
rename done
rename done replay
rename refused conflict/name
rename refused conflict/reused
rename refused unknown_entrant
divide done
divide done replay
divide refused bad_request/division
divide refused conflict/reused
divide refused unknown_entrant
divide stale
move done
move done replay
move refused conflict/has
move refused conflict/mode
move refused unknown_entrant
extend done
extend done replay
extend refused conflict/phase
extend refused conflict/reused
extend refused unknown_entrant
skip done
skip done finished
skip done replay
skip refused conflict/has
skip refused conflict/has_not
skip refused conflict/reused
skip refused unknown_challenge
skip refused unknown_entrant
skip stale
start done
start done replay
start refused closed
start refused conflict/no_limit
start refused forbidden/banned
start refused not_joined
start stale
delete done
delete done replay
delete refused conflict/has
delete refused conflict/has_not
delete refused conflict/reused
define refused conflict/bin
define refused conflict/rev
advance done finished
advance stale
restored finished
restored rejected
restored started
restored submitted
restored penalised
restored joined
`
