package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"veltrix/testkit/player"
)

const routeHunt = `
hunt: walk
title: The walk
limit: 90m
divisions: [{id: school, title: Schools}, {id: open, title: Open}]
challenges:
  - {id: one, title: One, points: 10, proof: {text: uno}}
  - {id: two, title: Two, points: 20, requires: [one], proof: {text: due}}
  - {id: work, title: Work, points: {up_to: 40}, proof: {review: {prompt: Show it.}}}
`

// TestOrganizersUndo: what organizers do to entrants and hunts can be undone, on
// every store, and the ledger agrees.
func TestOrganizersUndo(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store string) {
		s := serve(t, store)
		s.define("walk", routeHunt)
		s.phase("walk", "open")
		entrants := map[string]string{}
		for _, name := range []string{"Ada", "Bob"} {
			_, token := s.player(name)
			_, joined := s.join(token, "walk")
			entrants[name] = joined.You.Entrant
		}
		ada := entrants["Ada"]
		do := func(what string, body obj) answer {
			t.Helper()
			body["id"] = uuid.NewString()
			if body["reason"] == nil {
				body["reason"] = "because"
			}
			return s.call("POST", "/api/v1/hunts/walk/"+what, organizer, body)
		}
		show := func() (e struct {
			Name, Division string
			Rank, Extra    int64
			Banned, Hidden bool
			Skips          []string
		},
		) {
			t.Helper()
			s.call("GET", "/api/v1/hunts/walk/entrants/"+ada, organizer, nil).json(t, &e)
			return e
		}
		for i, c := range []struct {
			what string
			body obj
			want string
		}{
			{"names", obj{"entrant": ada, "name": "Ida"}, "Ida,,1,0,false,false,[]"},
			{"divisions", obj{"entrant": ada, "division": "school"}, "Ida,school,1,0,false,false,[]"},
			{"extensions", obj{"entrant": ada, "minutes": 2}, "Ida,school,1,120000,false,false,[]"},
			{"skips", obj{"entrant": ada, "challenge": "one"}, "Ida,school,1,120000,false,false,[one]"},
			{"visibility", obj{"entrant": ada, "hidden": true}, "Ida,school,0,120000,false,true,[one]"},
			{"bans", obj{"entrant": ada}, "Ida,school,0,120000,true,true,[one]"},
			{"visibility", obj{"entrant": ada, "hidden": false}, "Ida,school,0,120000,true,false,[one]"},
			{"bans", obj{"entrant": ada, "lift": true}, "Ida,school,1,120000,false,false,[one]"},
			{"skips", obj{"entrant": ada, "challenge": "one", "lift": true}, "Ida,school,1,120000,false,false,[]"},
			{"divisions", obj{"entrant": ada, "division": ""}, "Ida,,1,120000,false,false,[]"},
			{"grants", obj{"entrant": ada, "challenge": "work", "points": 15}, "Ida,,1,120000,false,false,[]"},
		} {
			var said, did struct{ Points, Total, Seq int64 }
			do(c.what+"?dry_run=1", c.body).json(t, &said)
			do(c.what, c.body).json(t, &did)
			e := show()
			if got := fmt.Sprintf("%s,%s,%d,%d,%t,%t,%v", e.Name, e.Division, e.Rank, e.Extra, e.Banned, e.Hidden, e.Skips); got != c.want {
				t.Errorf("%d %s: %s, want %s", i, c.what, got, c.want)
			}
			if said.Points != did.Points || said.Seq != 0 || did.Seq == 0 {
				t.Errorf("%d %s: foretold %+v, did %+v", i, c.what, said, did)
			}
		}
		p := do("names", obj{"entrant": ada, "name": "BOB"}).problem(t, http.StatusConflict)
		if p["why"] != "name" || p["suggestion"] != "BOB 2" {
			t.Errorf("a name that is taken: %v", p)
		}
		s.phase("walk", "closed")
		if p := do("phase", obj{"phase": "open", "closes": time.Now().Add(-time.Minute).UnixMilli()}).problem(t, http.StatusConflict); p["why"] != "closes" {
			t.Errorf("closes in the past: %v", p)
		}
		do("phase", obj{"phase": "open", "closes": nil}).json(t, &struct{}{})
		s.verify("walk", &player.History{})
		s.audit(store)
	})
}

// TestConfirmedOnTheCommandLine: a file that ends the hunt is applied after a yes
// only, by PUT, by hunt apply and by --hunt.
func TestConfirmedOnTheCommandLine(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store string) {
		s := serve(t, store)
		s.define("plain", plainHunt)
		s.phase("plain", "open")
		_, token := s.player("Ada")
		s.join(token, "plain")
		ends := plainHunt + "closes: 2020-01-01T00:00:00Z\n"
		file := huntFile(t, ends)
		const says = "The file closes the hunt now: 1 entrant is playing."
		phase := func() string {
			var h struct{ Phase string }
			s.call("GET", "/api/v1/hunts/plain", "", nil).json(t, &h)
			return h.Phase
		}
		remote := []string{"--server", s.URL, "--organizer-token", organizer}
		hunt := func(args ...string) result {
			return command(t, append([]string{"hunt"}, append(args, remote...)...)...)
		}

		p := s.call("PUT", "/api/v1/hunts/plain", organizer, ends).problem(t, http.StatusConflict)
		if p["code"] != "confirm" || !strings.Contains(fmt.Sprint(p["plan"]), says) {
			t.Errorf("%v", p)
		}
		for _, plan := range [][]string{{"plan", file}, {"apply", "--dry-run", file}} {
			if got := hunt(plan...); got.code != 0 || !strings.Contains(got.stdout, says) {
				t.Errorf("hunt %v: %+v", plan, got)
			}
		}
		if got := hunt("apply", file); got.code == 0 || !strings.Contains(got.stdout, says) || !strings.Contains(got.stderr, "--yes") {
			t.Errorf("hunt apply without a terminal: %+v", got)
		}
		if got := phase(); got != "open" {
			t.Fatalf("without a yes the hunt is %s", got)
		}
		s.stop()

		refused(t, []string{says, "--yes", file}, serveArgs("127.0.0.1:0", store, "--hunt", file)...)
		s = serve(t, store, "--hunt", huntFile(t, plainHunt))
		if got := phase(); got != "open" {
			t.Fatalf("after a start that was refused the hunt is %s", got)
		}
		remote[1] = s.URL
		if got := hunt("apply", "--yes", file); got.code != 0 || !strings.Contains(got.stdout, says) {
			t.Errorf("hunt apply --yes: %+v", got)
		}
		s.eventually("the hunt is closed", func() bool { return phase() == "closed" })
		s.stop()
		s = serve(t, store, "--hunt", file) // in force already
		if got := phase(); got != "closed" {
			t.Errorf("started again it is %s", got)
		}
	})
}

// TestBin: a deleted hunt is gone for everybody, and comes back as it was.
func TestBin(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store string) {
		s := serve(t, store)
		s.define("plain", plainHunt)
		s.phase("plain", "open")
		_, token := s.player("Ada")
		k, _ := s.join(token, "plain")
		if v := k.claim("plain", "text", obj{"text": "yes-it-is"}); v.Outcome != "awarded" {
			t.Fatalf("%s", v.Raw)
		}
		remote := []string{"--server", s.URL, "--organizer-token", organizer}
		hunt := func(args ...string) result {
			return command(t, append([]string{"hunt"}, append(args, remote...)...)...)
		}
		if got := hunt("delete", "plain"); got.code == 0 || !strings.Contains(got.stderr, "--yes") {
			t.Errorf("without a terminal: %+v", got)
		}
		if got := hunt("bin"); got.code != 0 || !strings.Contains(got.stdout, "empty") {
			t.Errorf("%+v", got)
		}
		if got := hunt("delete", "--yes", "plain"); got.code != 0 {
			t.Fatalf("%+v", got)
		}
		s.call("GET", "/api/v1/hunts/plain", "", nil).problem(t, http.StatusNotFound)
		s.call("GET", "/api/v1/hunts/plain/board", "", nil).problem(t, http.StatusNotFound)
		if v := k.claimAs(uuid.NewString(), "plain", "number", obj{"number": 3}); v.Type != "error" || v.Code != "not_joined" {
			t.Errorf("a claim in the bin: %s", v.Raw)
		}
		other := s.hello(token)
		for _, typ := range []string{"join", "watch"} {
			other.send(obj{"type": typ, "id": typ, "hunt": "plain"})
			other.wantError(typ, "unknown_hunt")
		}
		if got := hunt("bin"); !strings.HasPrefix(got.stdout, "plain: Plain, deleted ") {
			t.Errorf("%+v", got)
		}
		s.stop()
		refused(t, []string{"bin", "restore"}, serveArgs("127.0.0.1:0", store, "--hunt", huntFile(t, plainHunt))...)
		s = serve(t, store)
		remote[1] = s.URL
		if got := hunt("restore", "plain"); got.code != 0 {
			t.Fatalf("%+v", got)
		}
		back, joined := s.join(token, "plain")
		if joined.Phase != "open" || joined.You.Points != 1 {
			t.Errorf("came back as %s", joined.Raw)
		}
		if v := back.claim("plain", "number", obj{"number": 3}); v.Outcome != "awarded" || v.Total != 2 {
			t.Errorf("%s", v.Raw)
		}
		s.audit(store)
	})
}
