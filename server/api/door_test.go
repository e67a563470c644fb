package api

import (
	"fmt"
	"strings"
	"testing"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
	"veltrix/server/auth"
	"veltrix/server/protocol"
)

// secretHunt has a code, and words that only those may read who know it.
const secretHunt = `hunt: fair
title: The fair
description: Secret words of the hunt.
mode: MODE
links: {privacy: "https://example.org/privacy"}
divisions: [{id: school, title: Schools, code: APPLE}]
join_code: LANTERN
challenges:
  - {id: one, title: Secret title, description: Secret words, points: 10, category: secret, proof: {text: uno}, hints: [{id: h, title: Secret hint, text: x, cost: 1}]}
badges:
  - {id: hero, title: Secret badge, points: 7, when: {manual: true}}
`

// player mints the token of a player.
func (d *desk) player(id string) string {
	d.t.Helper()
	token, err := d.api.tokens.Mint(id, "Name of "+id, auth.PlayerTTL)
	if err != nil {
		d.t.Fatal(err)
	}
	return token
}

// TestACodeGuardsWhatOneSees: without it one sees title, times, phase and board.
func TestACodeGuardsWhatOneSees(t *testing.T) {
	for _, mode := range []hunt.Mode{hunt.Solo, hunt.Team} {
		t.Run(string(mode), func(t *testing.T) {
			d := newDesk(t, nil)
			d.call("PUT", "/api/v1/hunts/fair", deskOrganizer, strings.Replace(secretHunt, "MODE", string(mode), 1)).ok(nil)
			d.post("phase", obj{"phase": "open"}).ok(nil)
			join := actor.Request{Command: game.Command{Type: game.CmdJoin, Player: "ada", Name: "Ada"}, JoinCode: "lantern"}
			if mode == hunt.Team {
				join.Team = &actor.Team{Name: "The Otters"}
			}
			d.play(join, game.OutDone)
			for _, c := range []struct {
				who, token, query string
				inside            bool
			}{
				{"anyone", "", "", false},
				{"a player who has not joined", d.player("ben"), "", false},
				{"a producer", deskProducer, "", false},
				{"who has no valid token", "x", "", false},
				{"who knows the code", "", "?code=lan%20tern", true},
				{"who has joined", d.player("ada"), "", true},
				{"an organizer", deskOrganizer, "", true},
				{"a display", deskDisplay, "", true},
			} {
				var p huntPage
				r := d.call("GET", "/api/v1/hunts/fair"+c.query, c.token, nil).ok(&p)
				if p.Title != "The fair" || p.Phase != game.Open || p.Opens == 0 || !p.CodeRequired || p.Entrants != 1 || p.Definition.Mode != mode {
					t.Errorf("%s is not told what anyone may know: %s", c.who, r.body)
				}
				if p.Definition.Links == nil || len(p.Definition.Divisions) != 1 || strings.Contains(r.body, "APPLE") {
					t.Errorf("%s is not told how one joins: %s", c.who, r.body)
				}
				if strings.Contains(strings.ToLower(r.body), "secret") != c.inside || (len(p.Challenges) == 1) != c.inside || (p.ChallengeCount == 1) != c.inside {
					t.Errorf("%s sees %s", c.who, r.body)
				}
			}
			r := d.call("GET", "/api/v1/hunts", "", nil).ok(nil)
			if strings.Contains(strings.ToLower(r.body), "secret") || !strings.Contains(r.body, "The fair") || strings.Contains(r.body, `"challenge_count":1`) {
				t.Errorf("the lobby: %s", r.body)
			}
			var b boardPage
			if d.call("GET", "/api/v1/hunts/fair/board", "", nil).ok(&b); len(b.Rows) != 1 {
				t.Errorf("the board of a hunt with a code: %+v", b)
			}
			d.call("GET", "/api/v1/hunts/fair?code=candle", "", nil).refused(403, game.CodeBadCode)
		})
	}
}

// TestGuessingByRequestsIsBraked: wrong codes of an address come to an end, right
// ones of it do not.
func TestGuessingByRequestsIsBraked(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	for i := range auth.FreeAddress {
		d.call("GET", fmt.Sprintf("/api/v1/hunts/fair?code=%04d", i), "", nil).refused(403, game.CodeBadCode)
	}
	p := d.call("GET", "/api/v1/hunts/fair?code=lantern", "", nil).refused(429, protocol.CodeRateLimited)
	if p.RetryAfter < 4000 || p.RetryAfter > 10_000 {
		t.Errorf("come back after %d ms", p.RetryAfter)
	}
	d.call("GET", "/api/v1/hunts/fair?code=lantern", d.player("ada"), nil).ok(nil)
	d.call("GET", "/api/v1/hunts/fair", "", nil).ok(nil)
}

// TestHuntsThatAreNotListed: no lobby shows them, their id opens them.
func TestHuntsThatAreNotListed(t *testing.T) {
	d := newDesk(t, nil)
	def, findings := huntfile.Parse([]byte(strings.Replace(deskHunt, "join_code: LANTERN\n", "", 1)))
	if def == nil {
		t.Fatal(findings)
	}
	hidden := *def
	hidden.Unlisted = true
	for _, phase := range []game.Phase{game.Draft, game.Open} {
		if phase == game.Draft {
			d.play(actor.Request{Command: game.Command{Type: game.CmdDefine, Definition: &hidden}}, game.OutDone)
		} else {
			d.post("phase", obj{"phase": "open"}).ok(nil)
		}
		var list struct{ Hunts []huntSummary }
		if r := d.call("GET", "/api/v1/hunts", "", nil).ok(&list); len(list.Hunts) != 0 {
			t.Errorf("%s: the lobby shows %s", phase, r.body)
		}
		if r := d.call("GET", "/api/v1/hunts", deskOrganizer, nil).ok(&list); len(list.Hunts) != 1 || list.Hunts[0].Listed {
			t.Errorf("%s: the organizer's list is %s", phase, r.body)
		}
		var p huntPage
		if d.call("GET", "/api/v1/hunts/fair", "", nil).ok(&p); p.Title != "The fair" || p.Phase != phase {
			t.Errorf("%s: by its id it is %+v", phase, p)
		}
	}
}
