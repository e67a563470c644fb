package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
)

// The fair with all that organizers can change of an entrant.
const secondHunt = `hunt: fair
title: The fair
limit: 90m
divisions:
  - {id: school, title: Schools, code: APPLE}
  - {id: open, title: Open}
challenges:
  - {id: one, title: One, points: 10, bonus: [5], proof: {text: uno-answer}}
  - {id: two, title: Two, points: 20, requires: [one], proof: {text: due-answer}}
  - {id: photo, title: Photo, points: {up_to: 40}, proof: {review: {prompt: Show it.}}}
badges:
  - {id: hero, title: Hero, points: 7, when: {manual: true}}
`

// second puts that fair in place, open, with these players.
func second(t *testing.T, players ...string) *desk {
	d := newDesk(t, nil)
	d.call("PUT", "/api/v1/hunts/fair", deskOrganizer, secondHunt).ok(nil)
	d.post("phase", obj{"phase": "open"}).ok(nil)
	for _, p := range players {
		name := strings.ToUpper(p[:1]) + p[1:]
		d.play(actor.Request{Command: game.Command{
			Type: game.CmdJoin, Entrant: p, Player: p, Name: name, Looks: hunt.Looks(name), Found: true,
		}}, game.OutDone)
		d.play(actor.Request{Command: game.Command{Type: game.CmdStart, ID: uuid.NewString(), Entrant: p, Player: p}}, game.OutDone)
	}
	return d
}

// inStore reads an entrant as the store has it.
func (d *desk) inStore(entrant string) *game.Entrant {
	d.t.Helper()
	e, err := d.api.store.Entrant(d.t.Context(), "fair", entrant)
	if err != nil {
		d.t.Fatal(err)
	}
	return e
}

// TestOrganizersCommands carries each command out: dry, in earnest, and once more
// with the same id.
func TestOrganizersCommands(t *testing.T) {
	d := second(t, "ada", "bob", "eve")
	d.claim("ada", "one", text("uno-answer"), game.OutAwarded)
	type check func(e *game.Entrant, sum *game.Summary) bool
	for i, c := range []struct {
		what string
		body obj
		kind game.EntryType
		is   check
	}{
		{"names", obj{"entrant": "ada", "name": "  Ada \u00a0 L. "}, game.Renamed, func(e *game.Entrant, _ *game.Summary) bool {
			return e.Name == "Ada L." && e.Looks == hunt.Looks("ada l.")
		}},
		{"names", obj{"entrant": "ada", "name": "ÄDA"}, game.Renamed, func(e *game.Entrant, _ *game.Summary) bool { return e.Name == "ÄDA" && e.Looks == hunt.Looks("ada") }},
		{"visibility", obj{"entrant": "ada", "hidden": true}, game.Hidden, func(e *game.Entrant, s *game.Summary) bool {
			return e.Hidden && s.Entrants == 2 && s.Tallies["one"].Solves == 0
		}},
		{"visibility", obj{"entrant": "ada", "hidden": false}, game.Shown, func(e *game.Entrant, s *game.Summary) bool { return !e.Hidden && s.Tallies["one"].Solves == 1 }},
		{"bans", obj{"entrant": "ada"}, game.Banned, func(e *game.Entrant, _ *game.Summary) bool { return e.Banned }},
		{"bans", obj{"entrant": "ada", "lift": true}, game.Unbanned, func(e *game.Entrant, s *game.Summary) bool { return !e.Banned && s.Entrants == 3 }},
		{"extensions", obj{"entrant": "ada", "minutes": 5}, game.Extended, func(e *game.Entrant, s *game.Summary) bool { return e.Extra == 300_000 && s.Extra == 0 }},
		{"extensions", obj{"entrant": "ada", "minutes": -2}, game.Extended, func(e *game.Entrant, _ *game.Summary) bool { return e.Extra == 180_000 }},
		{"extensions", obj{"minutes": 1440}, game.Extended, func(_ *game.Entrant, s *game.Summary) bool { return s.Extra == 86_400_000 }},
		{"divisions", obj{"entrant": "ada", "division": "school"}, game.Divided, func(e *game.Entrant, _ *game.Summary) bool { return e.Division == "school" }},
		{"divisions", obj{"entrant": "ada", "division": ""}, game.Divided, func(e *game.Entrant, _ *game.Summary) bool { return e.Division == "" }},
		{"skips", obj{"entrant": "ada", "challenge": "two"}, game.Skipped, func(e *game.Entrant, s *game.Summary) bool { return e.Skips["two"] && !s.Skips["two"] }},
		{"skips", obj{"entrant": "ada", "challenge": "two", "lift": true}, game.Unskipped, func(e *game.Entrant, _ *game.Summary) bool { return !e.Skips["two"] }},
		{"skips", obj{"challenge": "two"}, game.Skipped, func(_ *game.Entrant, s *game.Summary) bool { return s.Skips["two"] }},
		{"skips", obj{"challenge": "two", "lift": true}, game.Unskipped, func(_ *game.Entrant, s *game.Summary) bool { return !s.Skips["two"] }},
		{"adjustments", obj{"entrant": "ada", "points": 3, "keep_place": true}, game.Adjusted, func(e *game.Entrant, _ *game.Summary) bool { return e.Total == 18 && e.Raised == 0 }},
		{"adjustments", obj{"entrant": "ada", "points": 3}, game.Adjusted, func(e *game.Entrant, _ *game.Summary) bool { return e.Total == 21 && e.Raised != 0 }},
		{"grants", obj{"entrant": "ada", "challenge": "photo", "points": 25}, game.Awarded, func(e *game.Entrant, _ *game.Summary) bool { return e.Awards["photo"].Points == 25 }},
		{"grants", obj{"entrant": "bob", "challenge": "photo"}, game.Awarded, func(_ *game.Entrant, s *game.Summary) bool { return s.Tallies["photo"].Solves == 2 }},
	} {
		name := fmt.Sprintf("%d %s %v", i, c.what, c.body)
		c.body["reason"], c.body["id"] = "because", uuid.NewString()
		load := func() *game.Summary {
			sum, err := d.api.store.Load(t.Context(), "fair")
			if err != nil {
				t.Fatal(err)
			}
			return sum
		}
		before := load().Seq
		var said preview
		d.post(c.what+"?dry_run=1", c.body).ok(&said)
		if now := load(); now.Seq != before || c.is(d.inStore("ada"), now) {
			t.Fatalf("%s: the dry run changed something, or there was nothing to change", name)
		}
		var did, again changed
		d.post(c.what, c.body).ok(&did)
		if now := load(); did.Seq != before+1 || !c.is(d.inStore("ada"), now) {
			t.Errorf("%s: answered %+v, and it is not so", name, did)
		}
		if d.post(c.what, c.body).ok(&again); !again.Replay || again.Seq != did.Seq {
			t.Errorf("%s: again %+v", name, again)
		}
		entries, err := d.api.store.Ledger(t.Context(), "fair", did.Seq-1, 1)
		if err != nil || len(entries) != 1 || entries[0].Type != c.kind || entries[0].By != byOrganizer || entries[0].Reason != "because" {
			t.Errorf("%s: the ledger has %+v, %v", name, entries, err)
		}
		if !said.DryRun || said.Points != did.Points || said.Total != did.Total && did.Total != 0 {
			t.Errorf("%s: foretold %+v, did %+v", name, said, did)
		}
	}
}

// refusedSays are sentences that name what is wrong.
var refusedSays = map[string]string{
	"visibility has_not": "the entrant is not hidden", "bans has_not": "the entrant is not banned", "skips has": "the challenge is skipped already",
	"divisions division": "the hunt has no such division", "moves mode": "the hunt is not played in teams",
}

// TestOrganizersCommandsRefuse: dry and in earnest in the same words.
func TestOrganizersCommandsRefuse(t *testing.T) {
	d := second(t, "ada", "bob")
	d.claim("ada", "one", text("uno-answer"), game.OutAwarded)
	d.post("skips", obj{"entrant": "ada", "challenge": "two", "reason": "x"}).ok(nil)
	long := strings.Repeat("e", 1000)
	for _, c := range []struct {
		what   string
		body   obj
		status int
		code   game.Code
		why    string
	}{
		{"names", obj{"entrant": "ada", "name": "BÓB"}, 409, game.CodeConflict, game.WhyName},
		{"names", obj{"entrant": "ada", "name": " "}, 400, game.CodeBadRequest, ""},
		{"names", obj{"entrant": "ada"}, 400, game.CodeBadRequest, ""},
		{"names", obj{"entrant": "nobody", "name": "Zoe"}, 404, game.CodeUnknownEntrant, ""},
		{"names", obj{"entrant": long, "name": "Zoe"}, 404, game.CodeUnknownEntrant, ""},
		{"names", obj{"name": "Zoe"}, 400, game.CodeBadRequest, ""},
		{"visibility", obj{"entrant": "ada"}, 400, game.CodeBadRequest, ""},
		{"visibility", obj{"entrant": "ada", "hidden": false}, 409, game.CodeConflict, game.WhyHasNot},
		{"visibility", obj{"entrant": "nobody", "hidden": true}, 404, game.CodeUnknownEntrant, ""},
		{"bans", obj{"entrant": "ada", "lift": true}, 409, game.CodeConflict, game.WhyHasNot},
		{"extensions", obj{"entrant": "ada"}, 400, game.CodeBadRequest, ""},
		{"extensions", obj{"entrant": "ada", "minutes": 0}, 400, game.CodeBadRequest, ""},
		{"extensions", obj{"entrant": "ada", "minutes": 1441}, 400, game.CodeBadRequest, ""},
		{"extensions", obj{"minutes": -1441}, 400, game.CodeBadRequest, ""},
		{"extensions", obj{"entrant": "nobody", "minutes": 1}, 404, game.CodeUnknownEntrant, ""},
		{"divisions", obj{"entrant": "ada"}, 400, game.CodeBadRequest, ""},
		{"divisions", obj{"entrant": "ada", "division": "seniors"}, 400, game.CodeBadRequest, game.WhyDivision},
		{"divisions", obj{"entrant": "ada", "division": "No Id"}, 400, game.CodeBadRequest, game.WhyDivision},
		{"moves", obj{"player": "ada", "entrant": "bob"}, 409, game.CodeConflict, game.WhyMode},
		{"moves", obj{"player": "ada"}, 400, game.CodeBadRequest, ""},
		{"moves", obj{"entrant": "bob"}, 400, game.CodeBadRequest, ""},
		{"moves", obj{"player": "nobody", "entrant": "bob"}, 404, game.CodeUnknownEntrant, ""},
		{"skips", obj{"entrant": "ada"}, 400, game.CodeBadRequest, ""},
		{"skips", obj{"entrant": "ada", "challenge": "nine"}, 404, game.CodeUnknownChallenge, ""},
		{"skips", obj{"entrant": "ada", "challenge": "two"}, 409, game.CodeConflict, game.WhyHas},
		{"skips", obj{"entrant": "bob", "challenge": "two", "lift": true}, 409, game.CodeConflict, game.WhyHasNot},
		{"skips", obj{"challenge": "two", "lift": true}, 409, game.CodeConflict, game.WhyHasNot},
		{"grants", obj{"entrant": "ada", "challenge": "photo", "points": 41}, 400, game.CodeBadRequest, game.WhyPoints},
		{"grants", obj{"entrant": "ada", "challenge": "photo", "points": -1}, 400, game.CodeBadRequest, game.WhyPoints},
		{"grants", obj{"entrant": "ada", "challenge": "two", "points": 5}, 400, game.CodeBadRequest, game.WhyPoints},
		{"grants", obj{"entrant": "ada", "badge": "hero", "points": 5}, 400, game.CodeBadRequest, ""},
	} {
		c.body["reason"] = "x"
		dry := d.post(c.what+"?dry_run=1", c.body).refused(c.status, c.code)
		earnest := d.post(c.what, c.body).refused(c.status, c.code)
		if dry.Detail != earnest.Detail || dry.Why != c.why || earnest.Why != c.why {
			t.Errorf("%s %v: dry %q (%s), in earnest %q (%s)", c.what, c.body, dry.Detail, dry.Why, earnest.Detail, earnest.Why)
		}
		if want := refusedSays[c.what+" "+c.why]; want != "" && dry.Detail != want {
			t.Errorf("%s %v: %q, want %q", c.what, c.body, dry.Detail, want)
		}
	}
	for what, body := range map[string]obj{
		"names": {"entrant": "ada", "name": "Zoe"}, "visibility": {"entrant": "ada", "hidden": true}, "moves": {"player": "ada", "entrant": ""},
		"extensions": {"minutes": 1}, "divisions": {"entrant": "ada", "division": "open"}, "skips": {"challenge": "one"},
	} {
		d.post(what, body).refused(400, game.CodeBadRequest) // no reason
		body["reason"], body["who"] = "x", "me"
		d.post(what, body).refused(400, game.CodeBadRequest)
	}
}

// TestExtensionWithoutALimit: only everybody's time can be extended then.
func TestExtensionWithoutALimit(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	d.enter("ada", "Ada")
	if p := d.post("extensions", obj{"entrant": "ada", "minutes": 5, "reason": "x"}).refused(409, game.CodeConflict); p.Why != game.WhyNoLimit {
		t.Errorf("%+v", p)
	}
	d.post("extensions", obj{"minutes": 5, "reason": "x"}).ok(nil)
	d.post("phase", obj{"phase": "closed"}).ok(nil)
	if p := d.post("extensions", obj{"minutes": 5, "reason": "x"}).refused(409, game.CodeConflict); p.Why != game.WhyPhase {
		t.Errorf("%+v", p)
	}
}

// TestNameSuggestions: a refused name comes with one that is free.
func TestNameSuggestions(t *testing.T) {
	d := second(t, "ada", "bob", "eve")
	d.post("names", obj{"entrant": "eve", "name": "bob 2", "reason": "x"}).ok(nil)
	p := d.post("names", obj{"entrant": "ada", "name": "BOB", "reason": "x"}).refused(409, game.CodeConflict)
	if p.Suggestion != "BOB 3" {
		t.Errorf("suggested %q", p.Suggestion)
	}
	d.post("names", obj{"entrant": "ada", "name": p.Suggestion, "reason": "x"}).ok(nil)
	// A name like one's own is free.
	d.post("names?dry_run=1", obj{"entrant": "bob", "name": "bób", "reason": "x"}).ok(nil)
	d.post("names?dry_run=1", obj{"entrant": "bob", "name": "B.O.B", "reason": "x"}).ok(nil)
	// Where names are free there is nothing to compare.
	d.call("PUT", "/api/v1/hunts/fair", deskOrganizer, secondHunt+"names: free\n").ok(nil)
	d.post("names?dry_run=1", obj{"entrant": "ada", "name": "bob", "reason": "x"}).ok(nil)
	d.post("names", obj{"entrant": "ada", "name": "bob", "reason": "x"}).ok(nil)
}

// TestMoves: a player goes into another team, and out of it.
func TestMoves(t *testing.T) {
	d := newDesk(t, nil)
	d.call("PUT", "/api/v1/hunts/fair", deskOrganizer, strings.Replace(secondHunt, "limit: 90m", "mode: team", 1)).ok(nil)
	d.post("phase", obj{"phase": "open"}).ok(nil)
	for player, team := range map[string]string{"ada": "red", "bob": "blue"} {
		d.play(actor.Request{
			Command: game.Command{Type: game.CmdJoin, Player: player, Member: player}, Team: &actor.Team{Name: team},
		}, game.OutDone)
	}
	var teams entrantPage
	d.call("GET", "/api/v1/hunts/fair/entrants", deskOrganizer, nil).ok(&teams)
	if len(teams.Entrants) != 2 {
		t.Fatalf("%+v", teams)
	}
	of := func(player string) string {
		id, err := d.api.store.EntrantOf(t.Context(), "fair", player)
		if err != nil {
			return ""
		}
		return id
	}
	blue := of("bob")
	move := obj{"player": "ada", "entrant": blue, "reason": "wrong team"}
	d.post("moves?dry_run=1", move).ok(nil)
	if of("ada") == blue {
		t.Fatal("the dry run moved her")
	}
	d.post("moves", move).ok(nil)
	if e := d.inStore(blue); of("ada") != blue || !slices.Equal(e.Players, []string{"bob", "ada"}) {
		t.Errorf("the team is %+v", e)
	}
	delete(move, "id")
	for _, suffix := range []string{"?dry_run=1", ""} {
		if p := d.post("moves"+suffix, move).refused(409, game.CodeConflict); p.Why != game.WhyHas {
			t.Errorf("into her own team: %+v", p)
		}
	}
	out := obj{"player": "ada", "entrant": "", "reason": "goes home"}
	d.post("moves?dry_run=1", out).ok(nil)
	d.post("moves", out).ok(nil)
	if of("ada") != "" {
		t.Error("she is still in a team")
	}
	d.post("moves?dry_run=1", obj{"player": "bob", "entrant": "green", "reason": "x"}).refused(404, game.CodeUnknownEntrant)
	d.post("moves", obj{"player": "bob", "entrant": "green", "reason": "x"}).refused(404, game.CodeUnknownEntrant)
}

// TestJudgedReviews: an approval says how many points a claim is worth.
func TestJudgedReviews(t *testing.T) {
	d := second(t, "ada", "bob")
	shown := hunt.Proof{Review: &hunt.ReviewRequest{Note: "by the sea"}}
	first, other := d.claim("ada", "photo", shown, game.OutPending), d.claim("bob", "photo", shown, game.OutPending)
	review := func(claim string, body obj) reply {
		return d.call("POST", "/api/v1/hunts/fair/reviews/"+claim, deskOrganizer, body)
	}
	for _, points := range []int{41, -1} {
		if p := review(first, obj{"approve": true, "points": points}).refused(400, game.CodeBadRequest); p.Why != game.WhyPoints {
			t.Errorf("%d points: %+v", points, p)
		}
	}
	review(first, obj{"approve": false, "points": 3}).refused(400, game.CodeBadRequest)
	var did changed
	if review(first, obj{"approve": true, "points": 15}).ok(&did); did.Points != 15 {
		t.Errorf("judged %+v", did)
	}
	if review(other, obj{"approve": true}).ok(&did); did.Points != 40 {
		t.Errorf("all of them: %+v", did)
	}
}

// TestReopening: a closed hunt opens again, with a time for closing where the
// planned one has passed.
func TestReopening(t *testing.T) {
	d := newDesk(t, nil)
	soon := time.Now().Add(2 * time.Hour).UTC()
	d.call("PUT", "/api/v1/hunts/fair", deskOrganizer, secondHunt+"closes: "+soon.Format(time.RFC3339)+"\n").ok(nil)
	type state struct {
		Phase         game.Phase
		Opens, Closes int64
	}
	phase := func(body obj) (s state) {
		t.Helper()
		d.post("phase", body).ok(&s)
		return s
	}
	later := soon.Add(time.Hour).UnixMilli()
	if s := phase(obj{"phase": "open"}); s.Phase != game.Open || s.Closes != soon.Truncate(time.Second).UnixMilli() {
		t.Errorf("opened: %+v", s)
	}
	phase(obj{"phase": "closed"})
	if s := phase(obj{"phase": "open", "reason": "too early"}); s.Phase != game.Open || s.Closes == 0 {
		t.Errorf("opened again: %+v", s)
	}
	phase(obj{"phase": "closed"})
	if p := d.post("phase", obj{"phase": "open", "closes": time.Now().UnixMilli() - 1000}).refused(409, game.CodeConflict); p.Why != game.WhyCloses {
		t.Errorf("closes in the past: %+v", p)
	}
	if s := phase(obj{"phase": "open", "closes": later}); s.Closes != later {
		t.Errorf("closes later: %+v, want %d", s, later)
	}
	phase(obj{"phase": "closed"})
	if s := phase(obj{"phase": "open", "closes": nil}); s.Phase != game.Open || s.Closes != 0 {
		t.Errorf("never closes: %+v", s)
	}
	for _, body := range []obj{
		{"phase": "closed", "closes": later},
		{"phase": "freeze", "at": later},
		{"phase": "paused", "closes": nil},
		{"phase": "open", "closes": "soon"},
		{"phase": "open", "closes": 0},
		{"phase": "open", "closes": 1.5},
		{"phase": "open", "at": -1},
		{"phase": "open", "at": "soon"},
	} {
		d.post("phase", body).refused(400, game.CodeBadRequest)
	}
}

// TestOpeningInStep: a draft opens at a time that is told at once.
func TestOpeningInStep(t *testing.T) {
	d := newDesk(t, nil)
	d.call("PUT", "/api/v1/hunts/fair", deskOrganizer, secondHunt).ok(nil)
	at := time.Now().Add(time.Minute).UnixMilli()
	var s struct {
		Phase game.Phase
		Opens int64
	}
	if d.post("phase", obj{"phase": "open", "at": at}).ok(&s); s.Phase != game.Draft || s.Opens != at {
		t.Errorf("%+v, want a draft that opens at %d", s, at)
	}
	var page huntPage
	if d.call("GET", "/api/v1/hunts/fair", "", nil).ok(&page); page.Phase != game.Draft || page.Opens != at {
		t.Errorf("shown as %+v", page)
	}
	if d.post("phase", obj{"phase": "open"}).ok(&s); s.Phase != game.Open {
		t.Errorf("opened early: %+v", s)
	}
	if p := d.post("phase", obj{"phase": "open", "at": at}).refused(409, game.CodeConflict); p.Why != game.WhyPhase {
		t.Errorf("%+v", p)
	}
}
