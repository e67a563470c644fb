package play

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/storetest"
)

const walkFile = `hunt: h
title: A walk
join_code: LANTERN
practice: true
finish: {text: The end of the walk.}
divisions: [{id: school, title: Schools, code: APPLE}, {id: open, title: Open}]
challenges:
  - {id: gate, title: Gate, points: 50, penalty: 5, proof: {text: iron}, solved: It creaks open., solution: Iron., replies: [{text: steel, say: Warm.}], attempts: {max: 9}}
  - {id: tower, title: Tower, description: High up., points: 10, proof: {text: bell}, requires: [gate]}
  - {id: crown, title: Crown, description: Of gold., points: 10, optional: true, proof: {text: gold}, requires: {points: 95, solves: 2}}
  - {id: late, title: Late, description: In time., points: 10, optional: true, proof: {text: late}, requires: {after: 1h}}
  - {id: photo, title: Photo, points: {up_to: 30}, optional: true, proof: {review: {prompt: Show it.}}}
`

func (s *socket) join(fields string) map[string]any {
	s.t.Helper()
	s.write(`{"type":"join","id":"j","hunt":"h","code":"lantern"` + fields + `}`)
	return s.read("joined", "error")
}

func (s *socket) claim(challenge, text string) map[string]any {
	s.t.Helper()
	s.write(fmt.Sprintf(`{"type":"claim","id":%q,"hunt":"h","challenge":%q,"proof":{"text":%q}}`, uuid.NewString(), challenge, text))
	return s.read("verdict", "error")
}

func (tb *table) do(c game.Command) {
	c.ID, c.By, c.Reason = uuid.NewString(), "organizer", "because"
	tb.organize("h", c)
}

// says fails unless the message has these fields; a value is compared as fmt
// prints it.
func (s *socket) says(m map[string]any, fields ...any) {
	s.t.Helper()
	for i := 0; i < len(fields); i += 2 {
		if got := fmt.Sprint(m[fields[i].(string)]); got != fmt.Sprint(fields[i+1]) {
			s.t.Errorf("%v is %s, want %v in %v", fields[i], got, fields[i+1], m)
		}
	}
}

// until reads messages of a type until one has a field.
func (s *socket) until(kind, field string, want any) {
	s.t.Helper()
	for fmt.Sprint(s.read(kind)[field]) != fmt.Sprint(want) {
		continue
	}
}

func challengesOf(m map[string]any) map[string]map[string]any {
	list := map[string]map[string]any{}
	for _, c := range m["challenges"].([]any) {
		c := c.(map[string]any)
		list[c["id"].(string)] = c
	}
	return list
}

// TestWhatOneMaySee: what is unlocked later is pushed, whole, and nobody has to
// join again for it; a definition that a session has is not sent again.
func TestWhatOneMaySee(t *testing.T) {
	tb := newTable(t, walkFile)
	s := tb.connect("ada")
	joined := s.join("")
	view := joined["view"].(string)
	seen := challengesOf(joined["definition"].(map[string]any))
	if seen["tower"]["locked"] != true || seen["tower"]["description"] != "" || seen["gate"]["solved"] != nil {
		t.Fatalf("%v", seen)
	}
	again := tb.connect("ada")
	if m := again.join(fmt.Sprintf(`,"view":%q`, view)); m["definition"] != nil || m["view"] != view {
		t.Fatalf("the definition comes again: %v", m)
	}
	v := s.claim("gate", "Iron!")
	s.says(v, "outcome", "awarded", "solved", "It creaks open.")
	before := view
	for _, one := range []*socket{s, again} {
		m := one.read("unlocked")
		now := challengesOf(m)
		if len(now) != 2 || now["tower"]["description"] != "High up." || now["gate"]["solved"] != "It creaks open." || m["view"] == before {
			t.Fatalf("%v", m)
		}
		view = m["view"].(string)
	}
	if m := tb.connect("ada").join(fmt.Sprintf(`,"view":%q`, view)); m["definition"] != nil {
		t.Error("what was unlocked is not part of the view")
	}
	if m := tb.connect("bob").join(fmt.Sprintf(`,"view":%q`, view)); m["definition"] == nil {
		t.Error("another entrant's view is taken for one's own")
	}
	// A correction unlocks, too, by a condition; so does a stop that is skipped.
	tb.do(game.Command{Type: game.CmdAdjust, Entrant: "ada", Points: 300})
	tb.do(game.Command{Type: game.CmdSkip, Challenge: "tower"})
	s.says(s.read("skipped"), "challenge", "tower")
	if now := challengesOf(s.read("unlocked")); now["crown"]["description"] != "Of gold." {
		t.Fatalf("%v", now)
	}
}

// TestOutcomesOfTheSecondEdition: near, penalty, conditions, malformed proofs.
func TestOutcomesOfTheSecondEdition(t *testing.T) {
	tb := newTable(t, walkFile)
	s := tb.connect("ada")
	s.join("")
	s.says(s.claim("gate", "steel"), "outcome", "near", "say", "Warm.")
	s.says(s.claim("gate", "wood"), "outcome", "wrong", "penalty", nil, "attempts_left", 8)
	tb.do(game.Command{Type: game.CmdAdjust, Entrant: "ada", Points: 7})
	s.says(s.claim("gate", "stone"), "outcome", "wrong", "penalty", 5, "total", 2, "attempts_left", 7)
	s.says(s.claim("tower", "bell"), "outcome", "locked", "requires", []string{"gate"}, "at", nil)
	s.says(s.claim("crown", "gold"), "outcome", "locked", "requires", map[string]any{"points": 95, "solves": 2}, "at", nil)
	late := s.claim("late", "late")
	s.says(late, "outcome", "locked", "requires", map[string]any{"after": "1h"})
	if late["at"] == nil {
		t.Errorf("when it opens is not said: %v", late)
	}
	// What a proof has to look like is judged only once it may be claimed.
	s.write(fmt.Sprintf(`{"type":"claim","id":%q,"hunt":"h","challenge":"tower","proof":{"number":1}}`, uuid.NewString()))
	s.says(s.read("verdict", "error"), "outcome", "locked")
	s.claim("gate", "iron")
	s.write(fmt.Sprintf(`{"type":"claim","id":%q,"hunt":"h","challenge":"tower","proof":{"number":1}}`, uuid.NewString()))
	s.says(s.read("verdict", "error"), "code", "bad_proof")
	s.says(s.claim("tower", "bell"), "outcome", "awarded", "finish", "The end of the walk.")
}

// TestAnotherDeviceHears: the entrant's other sessions are sent what the reply to
// one says.
func TestAnotherDeviceHears(t *testing.T) {
	tb := newTable(t, walkFile)
	one, two := tb.connect("ada"), tb.connect("ada")
	one.join("")
	two.join("")
	tb.do(game.Command{Type: game.CmdAdjust, Entrant: "ada", Points: 20})
	one.claim("gate", "wood")
	two.says(two.read("penalised"), "challenge", "gate", "points", -5, "total", 15)
	one.claim("gate", "iron")
	one.claim("tower", "bell")
	two.says(two.read("finished"), "text", "The end of the walk.")
	tb.do(game.Command{Type: game.CmdRename, Entrant: "ada", Name: "Ada the Great", Looks: "adathegreat"})
	two.says(two.read("renamed"), "name", "Ada the Great")
	tb.do(game.Command{Type: game.CmdDivide, Entrant: "ada", Division: "open"})
	two.says(two.read("division"), "division", "open")
}

// TestReviewsAreTold: an approval and a rejection reach the entrant with their
// reason, and whoever was away is sent them when it comes back.
func TestReviewsAreTold(t *testing.T) {
	tb := newTable(t, walkFile)
	s := tb.connect("ada")
	joined := s.join("")
	hand := func() string {
		id := uuid.NewString()
		s.write(fmt.Sprintf(`{"type":"claim","id":%q,"hunt":"h","challenge":"photo","proof":{"review":{"note":"look"}}}`, id))
		s.says(s.read("verdict", "error"), "outcome", "pending")
		return id
	}
	review := func(c game.Command) {
		c.Type, c.Entrant, c.Challenge, c.By, c.Reason = game.CmdReview, "ada", "photo", "organizer", "dark"
		if r, err := tb.hunts.Do(t.Context(), "h", actor.Request{Command: c}); err != nil || r.Outcome == game.OutRefused {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	first := hand()
	review(game.Command{ID: first})
	s.says(s.read("reviewed"), "claim", first, "approved", false, "reason", "dark", "challenge", "photo")
	second := hand()
	review(game.Command{ID: second, Approve: true, Judged: true, Points: 12})
	s.says(s.read("award"), "points", 12)
	s.says(s.read("reviewed"), "claim", second, "approved", true, "points", 12)
	missed := tb.connect("ada").join(fmt.Sprintf(`,"since":{"epoch":%q,"seq":%.0f}`, joined["epoch"], joined["seq"]))["missed"].([]any)
	var types []string
	for _, m := range missed {
		types = append(types, m.(map[string]any)["type"].(string))
	}
	if !slices.Equal(types, []string{"reviewed", "award", "reviewed"}) {
		t.Errorf("missed %v", types)
	}
}

// TestNamesAndDivisionsOnJoining: no two entrants look alike, and a division may
// have a code.
func TestNamesAndDivisionsOnJoining(t *testing.T) {
	tb := newTable(t, walkFile)
	ada := tb.connect("ada").join(`,"name":"Ada Lovelace","division":"open"`)
	if you := ada["you"].(map[string]any); you["name"] != "Ada Lovelace" || you["division"] != "open" {
		t.Fatalf("%v", you)
	}
	bob := tb.connect("bob")
	m := bob.join(`,"name":"ADA  lovelace"`)
	bob.says(m, "code", "conflict", "why", "name")
	if s, _ := m["suggestion"].(string); !strings.HasPrefix(s, "ADA lovelace ") {
		t.Errorf("suggestion %q", s)
	}
	bob.says(bob.join(`,"division":"school"`), "code", "bad_code", "why", "division")
	bob.says(bob.join(`,"division":"none"`), "code", "bad_request", "why", "division")
	bob.says(bob.join(`,"division":"school","division_code":"ap ple"`), "type", "joined")
	bob.claim("gate", "iron")
	bob.says(bob.read("standing"), "rank", 1, "division_rank", 1)
}

// TestPractice: once closed, claims are answered without points, and solutions show.
func TestPractice(t *testing.T) {
	tb := newTable(t, walkFile)
	s := tb.connect("ada")
	s.join("")
	tb.do(game.Command{Type: game.CmdPhase, Phase: game.Closed})
	seen := challengesOf(s.read("definition")["definition"].(map[string]any))
	if seen["gate"]["solution"] != "Iron." {
		t.Errorf("%v", seen["gate"])
	}
	s.says(s.claim("gate", "iron"), "outcome", "right", "practice", true)
	s.says(s.claim("gate", "wood"), "outcome", "wrong", "practice", true)
	s.says(tb.connect("ada").join("")["you"].(map[string]any), "points", 0)
	tb.do(game.Command{Type: game.CmdPhase, Phase: game.Open})
	if seen = challengesOf(s.read("definition")["definition"].(map[string]any)); seen["gate"]["solution"] != nil {
		t.Error("the solution stays after the hunt was opened again")
	}
}

// TestOneClockForEachEntrant: before its start an entrant sees no challenge; from
// then on it has its time, and more when an organizer gives it.
func TestOneClockForEachEntrant(t *testing.T) {
	tb := newTable(t, strings.Replace(walkFile, "practice: true", "limit: 90m", 1))
	s, two := tb.connect("ada"), tb.connect("ada")
	two.join("")
	joined := s.join("")
	if n := len(joined["definition"].(map[string]any)["challenges"].([]any)); n != 0 {
		t.Fatalf("%d challenges before the start", n)
	}
	s.says(s.claim("gate", "iron"), "code", "not_started")
	s.says(s.claim("nowhere", "iron"), "code", "not_started")
	id := uuid.NewString()
	s.write(fmt.Sprintf(`{"type":"start","id":%q,"hunt":"h"}`, id))
	started := s.read("started", "error")
	s.says(started, "id", id)
	ends := started["ends"].(float64)
	two.says(two.read("started"), "ends", ends)
	if m := challengesOf(s.read("unlocked")); len(m) != 5 || m["tower"]["locked"] != true {
		t.Fatalf("%v", m)
	}
	s.write(fmt.Sprintf(`{"type":"start","id":%q,"hunt":"h"}`, uuid.NewString()))
	s.says(s.read("started"), "replay", true, "ends", ends)
	tb.do(game.Command{Type: game.CmdExtend, Entrant: "ada", Minutes: 15})
	s.says(s.read("extended"), "ends", ends+15*60_000, "reason", "because")
	tb.do(game.Command{Type: game.CmdExtend, Minutes: 1})
	s.says(s.read("extended"), "ends", ends+16*60_000)
	s.says(tb.connect("ada").join("")["you"].(map[string]any), "ends", ends+16*60_000)
	s.says(s.claim("gate", "iron"), "outcome", "awarded")
	// A pause does not count.
	tb.do(game.Command{Type: game.CmdPhase, Phase: game.Paused})
	time.Sleep(20 * time.Millisecond)
	tb.do(game.Command{Type: game.CmdPhase, Phase: game.Open})
	if m := s.read("extended"); m["ends"].(float64) < ends+16*60_000+20 {
		t.Errorf("after a pause the clock ends at %v, was %v", m["ends"], ends+16*60_000)
	}
	// After the close those see the challenges who never started.
	late := tb.connect("bob")
	late.join("")
	tb.do(game.Command{Type: game.CmdPhase, Phase: game.Closed})
	if m := late.read("definition")["definition"].(map[string]any); len(m["challenges"].([]any)) != 5 {
		t.Errorf("closed: %v", m["challenges"])
	}
}

// TestRoutesAreOnesOwn: who only watches sees no stop of a route, and no entrant
// sees the first stop of another.
func TestRoutesAreOnesOwn(t *testing.T) {
	file := strings.Replace(walkFile, "practice: true", "routes: {challenges: [one, two, three], by: rotate}", 1)
	for _, id := range []string{"one", "two", "three"} {
		file += "  - {id: " + id + ", title: " + id + ", description: Of " + id + "., points: 10, proof: {text: " + id + "-answer}}\n"
	}
	tb := newTable(t, file)
	watching := tb.connect("the display")
	watching.write(`{"type":"watch","id":"w","hunt":"h"}`)
	readable := func(m map[string]any) (ids []string) {
		for _, id := range []string{"one", "two", "three"} {
			if challengesOf(m["definition"].(map[string]any))[id]["locked"] == false {
				ids = append(ids, id)
			}
		}
		return ids
	}
	if ids := readable(watching.read("watching")); ids != nil {
		t.Errorf("who watches reads %v", ids)
	}
	first := map[string]bool{}
	sockets := []*socket{tb.connect("ada"), tb.connect("bob")}
	for _, s := range sockets {
		ids := readable(s.join(""))
		if len(ids) != 1 || first[ids[0]] {
			t.Fatalf("reads %v", ids)
		}
		first[ids[0]] = true
	}
	tb.organize("h", game.Command{Type: game.CmdDefine, Definition: parseHunt(t, strings.Replace(file, "A walk", "Another", 1))})
	for _, s := range append(sockets, watching) {
		if ids := readable(s.read("definition")); ids != nil {
			t.Errorf("the definition that all are sent shows %v", ids)
		}
	}
	tb.do(game.Command{Type: game.CmdSkip, Challenge: "one"})
	if m := challengesOf(watching.read("unlocked")); m["one"]["description"] != "Of one." || len(m) != 1 {
		t.Errorf("skipped for all: %v", m)
	}
}

// TestSolutionsComeToANodeThatHasJustStarted: the close may be the first change of
// the phase that a node sees.
func TestSolutionsComeToANodeThatHasJustStarted(t *testing.T) {
	store := storetest.NewReference(wall)
	before := newTableOn(t, store)
	before.organize("h", game.Command{Type: game.CmdDefine, Definition: parseHunt(t, strings.Replace(walkFile, "practice: true\n", "", 1))})
	before.do(game.Command{Type: game.CmdPhase, Phase: game.Open})
	tb := newTableOn(t, store)
	s := tb.connect("ada")
	s.join("")
	tb.do(game.Command{Type: game.CmdPhase, Phase: game.Closed})
	if m := challengesOf(s.read("definition")["definition"].(map[string]any)); m["gate"]["solution"] != "Iron." {
		t.Errorf("%v", m)
	}
}

// TestTeamsKnowTheirMembers: who is in it by name, and who is here; a player may be
// moved to another team.
func TestTeamsKnowTheirMembers(t *testing.T) {
	tb := newTable(t, strings.Replace(walkFile, "practice: true", "mode: team\nteam: {size: 2}", 1))
	ada := tb.connect("ada")
	team := ada.join(`,"name":"Ada","team":{"name":"Reds"}`)["you"].(map[string]any)["team"].(map[string]any)
	code := team["code"].(string)
	bob := tb.connect("bob")
	if m := bob.join(fmt.Sprintf(`,"name":"Bob","team":{"code":%q}`, code)); m["type"] != "joined" {
		t.Fatalf("%v", m)
	}
	both := []any{map[string]any{"name": "Ada", "here": true}, map[string]any{"name": "Bob", "here": true}}
	ada.until("team", "members", both)
	cyd := tb.connect("cyd")
	cyd.says(cyd.join(fmt.Sprintf(`,"team":{"code":%q}`, code)), "code", "conflict", "why", "full")
	cyd.says(cyd.join(`,"team":{"name":"Blues"}`), "type", "joined")
	bob.says(bob.join(`,"team":{"name":"Greens"}`), "code", "conflict", "why", "other_team")
	taken := tb.connect("dan").join(`,"name":"Dan","team":{"name":"REDS"}`)
	if s, _ := taken["suggestion"].(string); taken["why"] != "name" || !strings.HasPrefix(s, "REDS ") {
		t.Errorf("instead of a team's name that is taken: %v", taken)
	}
	_ = bob.ws.CloseNow()
	both[1].(map[string]any)["here"] = false
	ada.until("team", "members", both)
	back := tb.connect("bob")
	back.says(back.join(""), "type", "joined")
	tb.do(game.Command{Type: game.CmdMove, Player: "bob"})
	back.says(back.read("left"), "why", "moved")
}

// TestHiddenEntrantsAreNotSeen: a tester plays like any, and nothing of it is on
// the board or in the ticker.
func TestHiddenEntrantsAreNotSeen(t *testing.T) {
	tb := newTable(t, walkFile)
	s := tb.connect("tester")
	s.join("")
	other := tb.connect("ada")
	other.join("")
	tb.do(game.Command{Type: game.CmdHide, Entrant: "tester"})
	s.says(s.claim("gate", "iron"), "outcome", "awarded", "rank", nil)
	other.says(other.claim("gate", "iron"), "outcome", "awarded", "rank", 1)
	for m := other.read("ticker"); ; m = other.read("ticker") {
		for _, e := range m["events"].([]any) {
			if e.(map[string]any)["entrant"] == "tester" {
				t.Fatalf("%v", m)
			}
		}
		if len(m["events"].([]any)) > 0 {
			break
		}
	}
	watching := tb.connect("")
	watching.write(`{"type":"watch","id":"w","hunt":"h","code":"LANTERN"}`)
	board := watching.read("watching")["board"].(map[string]any)
	watching.says(board, "entrants", 1)
	if worth := board["challenges"].(map[string]any)["gate"].(map[string]any); worth["solves"] != 1.0 {
		t.Errorf("%v", worth)
	}
	tb.do(game.Command{Type: game.CmdHide, Entrant: "tester", Lift: true})
	watching.until("board", "entrants", 2)
}

// TestASkipForAllMayFinish: whoever has nothing else left has finished by it, here
// or not.
func TestASkipForAllMayFinish(t *testing.T) {
	store := storetest.NewReference(wall)
	tb := newTableOn(t, store)
	tb.organize("h", game.Command{Type: game.CmdDefine, Definition: parseHunt(t, walkFile)})
	tb.do(game.Command{Type: game.CmdPhase, Phase: game.Open})
	here, away := tb.connect("ada"), tb.connect("bob")
	for _, s := range []*socket{here, away} {
		s.join("")
		s.claim("gate", "iron")
	}
	away.write(`{"type":"leave","id":"l","hunt":"h"}`)
	away.read("left")
	tb.do(game.Command{Type: game.CmdSkip, Challenge: "tower"})
	here.says(here.read("finished"), "text", "The end of the walk.")
	for ends := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		e, err := store.Entrant(t.Context(), "h", "bob")
		if err != nil || time.Now().After(ends) {
			t.Fatalf("bob has not finished: %v", err)
		}
		if e.FinishedSeq != 0 {
			break
		}
	}
	if you := tb.connect("bob").join("")["you"].(map[string]any); you["finished"] == nil || fmt.Sprint(you["skipped"]) != "[tower]" {
		t.Errorf("%v", you)
	}
}

// TestDeletedHunt: who is in it is told, and it is not there any more.
func TestDeletedHunt(t *testing.T) {
	tb := newTable(t, walkFile)
	s := tb.connect("ada")
	s.join("")
	tb.do(game.Command{Type: game.CmdDelete})
	s.says(s.read("left"), "why", "deleted")
	s.write(`{"type":"leave","id":"l","hunt":"h"}`)
	s.says(s.read("left", "error"), "code", "not_joined")
	s.says(s.join(""), "code", "unknown_hunt")
	s.write(`{"type":"watch","id":"w","hunt":"h","code":"LANTERN"}`)
	s.says(s.read("error"), "code", "unknown_hunt")
	tb.do(game.Command{Type: game.CmdDelete, Lift: true})
	s.says(s.join(""), "type", "joined")
}

// TestBoughtHintsStay: a hint that the file drops or changes is kept as bought.
func TestBoughtHintsStay(t *testing.T) {
	file := strings.Replace(walkFile, "attempts: {max: 9}", "attempts: {max: 9}, hints: [{id: h1, title: One, text: As it was., cost: 0}]", 1)
	tb := newTable(t, file)
	s := tb.connect("ada")
	s.join("")
	s.write(fmt.Sprintf(`{"type":"hint","id":%q,"hunt":"h","challenge":"gate","hint":"h1"}`, uuid.NewString()))
	s.says(s.read("hinted", "error"), "text", "As it was.")
	for _, changed := range []string{strings.Replace(file, "As it was.", "Another.", 1), walkFile} {
		tb.organize("h", game.Command{Type: game.CmdDefine, Definition: parseHunt(t, changed)})
		hints := tb.connect("ada").join("")["you"].(map[string]any)["hints"].(map[string]any)
		s.says(hints["gate/h1"].(map[string]any), "text", "As it was.", "title", "One")
	}
}

// TestWhatOpensByTime: a challenge with a window of its own shows its title and when;
// when that begins, those who play and those who watch are sent the rest.
func TestWhatOpensByTime(t *testing.T) {
	soon := time.Now().Add(2 * time.Second).Truncate(time.Second).UTC()
	file := strings.Replace(walkFile, "{id: late,", "{opens: "+soon.Format(time.RFC3339)+", id: late,", 1)
	file = strings.Replace(file, ", requires: {after: 1h}", "", 1)
	tb := newTable(t, file)
	s, watching := tb.connect("ada"), tb.connect("the display")
	before := challengesOf(s.join("")["definition"].(map[string]any))["late"]
	s.says(before, "title", "Late", "opens", float64(soon.UnixMilli()), "description", "", "waiting", true)
	s.says(s.claim("late", "late"), "outcome", "closed")
	s.says(s.claim("gate", "iron"), "outcome", "awarded")
	s.read("unlocked")
	watching.write(`{"type":"watch","id":"w","hunt":"h"}`)
	watching.read("watching")
	// Others come at the very time, before the first ones are sent what has opened.
	twin, display := tb.connect("ada"), tb.connect("bob")
	for time.Now().Before(soon.Add(1200 * time.Millisecond)) {
		twin.join("")
		display.write(`{"type":"watch","id":"w","hunt":"h","code":"lantern"}`)
		display.read("watching")
		time.Sleep(20 * time.Millisecond)
	}
	views := map[*socket]string{}
	for _, one := range []*socket{s, watching} {
		m := one.read("unlocked")
		one.says(challengesOf(m)["late"], "description", "In time.", "waiting", nil, "locked", false)
		views[one] = m["view"].(string)
	}
	// What a watcher is sent is not what an entrant is sent: their views differ.
	if m := tb.connect("ada").join(fmt.Sprintf(`,"view":%q`, views[s])); m["definition"] != nil {
		t.Error("an entrant is sent another's view")
	}
	if views[s] == views[watching] {
		t.Error("one who has solved something and a watcher have one view")
	}
	s.says(s.claim("late", "late"), "outcome", "awarded")
}
