package api

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"veltrix/game"
	"veltrix/game/hunt"
)

const previewHunt = deskHunt + `  - {id: rich, title: Rich, points: 3, when: {points: 30}}
  - {id: keen, title: Keen, points: 2, when: {challenges: [one, two]}}
`

// TestDryRunsForetell runs each correction dry and then in earnest.
func TestDryRunsForetell(t *testing.T) {
	d := newDesk(t, nil)
	d.call("PUT", "/api/v1/hunts/fair", deskOrganizer, previewHunt).ok(nil)
	d.post("phase", obj{"phase": "open"}).ok(nil)
	for _, id := range []string{"ada", "bob", "eve", "joe"} {
		d.enter(id, strings.ToUpper(id))
	}
	d.claim("ada", "one", text("uno-answer"), game.OutAwarded) // 15
	d.claim("bob", "two", text("due-answer"), game.OutAwarded) // 20
	d.post("phase", obj{"phase": "freeze"}).ok(nil)            // previews are of the live board
	head := func() int64 {
		var s stats
		d.call("GET", "/api/v1/hunts/fair/stats", deskOrganizer, nil).ok(&s)
		return s.Seq
	}
	place := func(entrant string) (rank int, points int64) {
		var e entrantView
		d.call("GET", "/api/v1/hunts/fair/entrants/"+entrant, deskOrganizer, nil).ok(&e)
		return e.Rank, e.Points
	}
	for i, c := range []struct {
		what string
		body obj
		want preview
	}{
		{"adjustments", obj{"entrant": "ada", "points": 4}, preview{Points: 4, Total: 19, Rank: 2, RankAfter: 2}},
		{"adjustments", obj{"entrant": "ada", "points": 1}, preview{Points: 1, Total: 20, Rank: 2, RankAfter: 2}}, // as many as bob, who was there first
		{"adjustments", obj{"entrant": "eve", "points": -5}, preview{Points: -5, Total: -5, Rank: 3, RankAfter: 4}},
		{"adjustments", obj{"entrant": "eve", "points": 35}, preview{Points: 38, Total: 33, Rank: 4, RankAfter: 1, Badges: []string{"rich"}}},
		{"grants", obj{"entrant": "ada", "challenge": "two"}, preview{Points: 25, Total: 45, Rank: 3, RankAfter: 1, Badges: []string{"rich", "keen"}}},
		{"grants", obj{"entrant": "joe", "challenge": "two"}, preview{Points: 20, Total: 20, Rank: 4, RankAfter: 4}}, // as many as bob, later
		{"grants", obj{"entrant": "joe", "badge": "hero"}, preview{Points: 7, Total: 27, Rank: 4, RankAfter: 3}},
		{"revocations", obj{"entrant": "joe", "badge": "hero"}, preview{Points: -7, Total: 20, Rank: 3, RankAfter: 4}},
		{"revocations", obj{"entrant": "ada", "challenge": "one"}, preview{Points: -15, Total: 30, Rank: 1, RankAfter: 2}},
		{"bans", obj{"entrant": "eve"}, preview{Points: 0, Total: 33, Rank: 1, RankAfter: 0}},
		{"adjustments", obj{"entrant": "eve", "points": 3}, preview{Points: 3, Total: 36, Rank: 0, RankAfter: 0}},
	} {
		entrant := c.body["entrant"].(string)
		c.body["reason"], c.body["id"] = "because", uuid.NewString()
		before, seq := points(place(entrant)), head()
		var said preview
		for range 2 {
			d.post(c.what+"?dry_run=1", c.body).ok(&said)
		}
		if now := head(); now != seq || points(place(entrant)) != before {
			t.Fatalf("%d: a dry run changed something: seq %d was %d", i, now, seq)
		}
		want := c.want
		want.Entrant, want.DryRun, want.Entrants = entrant, true, 4
		if want.Badges == nil {
			want.Badges = []string{}
		}
		if i > 9 {
			want.Entrants = 3
		}
		if !reflect.DeepEqual(said, want) {
			t.Errorf("%d %s: foretold %+v, want %+v", i, c.what, said, want)
		}

		var did changed
		d.post(c.what, c.body).ok(&did)
		rank, total := place(entrant)
		if total != said.Total || rank != said.RankAfter || total-before != said.Points || !slices.Equal(did.Badges, said.Badges) ||
			did.Replay || c.what != "bans" && did.Total != said.Total {
			t.Errorf("%d %s: foretold %+v, did %+v: rank %d, total %d", i, c.what, said, did, rank, total)
		}
	}
}

func points(_ int, points int64) int64 { return points }

// TestDryRunsRefuse: a dry run refuses what the correction refuses, in the same
// words.
func TestDryRunsRefuse(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	d.enter("ada", "Ada")
	d.enter("bob", "Bob")
	d.claim("ada", "one", text("uno-answer"), game.OutAwarded)
	d.post("grants", obj{"entrant": "ada", "badge": "hero", "reason": "x"}).ok(nil)
	d.post("bans", obj{"entrant": "bob", "reason": "x"}).ok(nil)
	const reason = "x"
	for _, c := range []struct {
		what   string
		body   obj
		status int
		code   game.Code
	}{
		{"adjustments", obj{"entrant": "nobody", "points": 1, "reason": reason}, 404, game.CodeUnknownEntrant},
		{"adjustments", obj{"entrant": "ada", "points": hunt.MaxPoints, "reason": reason}, 409, game.CodeConflict},
		{"adjustments", obj{"entrant": "ada", "points": 0, "reason": reason}, 400, game.CodeBadRequest},
		{"adjustments", obj{"entrant": "ada", "points": 1}, 400, game.CodeBadRequest},
		{"adjustments", obj{"id": "7", "entrant": "ada", "points": 1, "reason": reason}, 400, game.CodeBadRequest},
		{"grants", obj{"entrant": "ada", "challenge": "one", "reason": reason}, 409, game.CodeConflict},
		{"grants", obj{"entrant": "ada", "badge": "hero", "reason": reason}, 409, game.CodeConflict},
		{"grants", obj{"entrant": "ada", "challenge": "nine", "reason": reason}, 404, game.CodeUnknownChallenge},
		{"grants", obj{"entrant": "ada", "badge": "nine", "reason": reason}, 404, game.CodeUnknownBadge},
		{"revocations", obj{"entrant": "ada", "challenge": "two", "reason": reason}, 409, game.CodeConflict},
		{"revocations", obj{"entrant": "ada", "badge": "nine", "reason": reason}, 409, game.CodeConflict},
		{"bans", obj{"entrant": "bob", "reason": reason}, 409, game.CodeConflict},
		{"bans", obj{"entrant": "nobody", "reason": reason}, 404, game.CodeUnknownEntrant},
	} {
		dry := d.post(c.what+"?dry_run=1", c.body).refused(c.status, c.code)
		earnest := d.post(c.what, c.body).refused(c.status, c.code)
		if dry.Detail != earnest.Detail || dry.Why != earnest.Why || (c.code == game.CodeConflict) != (dry.Why != "") {
			t.Errorf("%s %v: dry %q, in earnest %q", c.what, c.body, dry.Detail, earnest.Detail)
		}
	}
	good := obj{"id": uuid.NewString(), "entrant": "ada", "points": 1, "reason": reason}
	d.post("adjustments?dry_run=perhaps", good).refused(400, game.CodeBadRequest)
	d.post("adjustments?dryrun=1", good).refused(400, game.CodeBadRequest)
	d.call("POST", "/api/v1/hunts/nowhere/adjustments?dry_run=1", deskOrganizer, good).refused(404, game.CodeUnknownHunt)
	d.call("POST", "/api/v1/hunts/fair/adjustments?dry_run=1", "", good).refused(401, "unauthorized")
	d.post("adjustments?dry_run=0", good).ok(nil)
}
