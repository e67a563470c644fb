package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"veltrix/testkit/check"
	"veltrix/testkit/player"
)

const fairHunt = `
hunt: fair
title: The fair
challenges:
  - {id: one, title: One, points: 10, proof: {text: uno}}
  - {id: two, title: Two, points: 20, proof: {text: due}}
  - {id: three, title: Three, points: 40, proof: {text: tre}}
  - id: steps
    title: Steps
    points: 5
    proof: {event: {type: step, count: 2, match: {floor: "3"}}}
badges:
  - {id: hero, title: Hero, when: {manual: true}}
  - {id: best, title: Best, points: 100, when: {place: 1}}
`

func TestOrganizer(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store string) {
		s := serve(t, store)
		s.define("fair", fairHunt)
		for _, part := range []struct {
			name string
			test func(*testing.T, *server)
		}{
			{"phases", fairPhases},
			{"corrections", fairCorrections},
			{"ids", fairIDs},
			{"events", fairEvents},
			{"editing", fairEditing},
			{"ban", fairBan},
			{"freeze", fairFreeze},
			{"closing", fairClosing},
		} {
			t.Run(part.name, s.in(part.test))
		}
		s.verify("fair", &player.History{})
		s.audit(store)
	})
}

// fairgoer makes a player that has joined the fair.
func (s *server) fairgoer(name string) (*sock, player.Message, string) {
	s.t.Helper()
	_, token := s.player(name)
	k, joined := s.join(token, "fair")
	return k, joined, token
}

func fairPhases(t *testing.T, s *server) {
	k, joined, _ := s.fairgoer("Phil")
	if joined.Phase != "draft" {
		t.Fatalf("a new hunt is %q", joined.Phase)
	}
	closed := func(k *sock) {
		t.Helper()
		if v := k.claim("fair", "one", obj{"text": "uno"}); v.Outcome != "closed" {
			t.Errorf("a claim outside open: %s", v.Raw)
		}
	}
	move := func(phase string) {
		t.Helper()
		s.phase("fair", phase)
		if p := k.want("phase", ""); p.Phase != phase || p.Hunt != "fair" || p.Seq == 0 || p.At == 0 {
			t.Errorf("pushed %s", p.Raw)
		}
	}
	closed(k)
	move("open")
	move("paused")
	closed(k)
	move("open")
	if v := k.claim("fair", "one", obj{"text": "uno"}); v.Outcome != "awarded" || v.Points != 10 {
		t.Errorf("a claim after the pause: %s", v.Raw)
	}
	a := s.call("POST", "/api/v1/hunts/fair/phase", organizer, obj{"id": uuid.NewString(), "phase": "draft"})
	if a.status != http.StatusConflict && a.status != http.StatusBadRequest && a.status != http.StatusUnprocessableEntity {
		t.Errorf("back to draft: %d %s", a.status, a.body)
	}
	a.problem(t, a.status)
}

func fairCorrections(t *testing.T, s *server) {
	k, joined, _ := s.fairgoer("Cora")
	entrant := joined.You.Entrant
	v := k.claim("fair", "two", obj{"text": "due"})

	s.organize("fair", "adjustments", obj{"id": uuid.NewString(), "entrant": entrant, "points": -5, "reason": "shouting"})
	if m := k.want("adjusted", ""); m.Points != -5 || m.Total != v.Total-5 || m.Reason != "shouting" || m.Seq <= v.Seq {
		t.Errorf("adjusted: %s", m.Raw)
	}
	s.organize("fair", "revocations", obj{"id": uuid.NewString(), "entrant": entrant, "challenge": "two", "reason": "copied"})
	if m := k.want("revoked", ""); m.Challenge != "two" || m.Points != -20 || m.Total != -5 || m.Reason != "copied" {
		t.Errorf("revoked: %s", m.Raw)
	}
	if again := k.claim("fair", "two", obj{"text": "due"}); again.Outcome != "already" || again.Total != 0 && again.Points != 20 {
		t.Errorf("claiming what was revoked: %s", again.Raw)
	}
	if again := k.claimAs(v.ID, "fair", "two", obj{"text": "due"}); again.Outcome != "awarded" || !again.Replay {
		t.Errorf("the id of what was revoked: %s", again.Raw)
	}
	s.organize("fair", "grants", obj{"id": uuid.NewString(), "entrant": entrant, "challenge": "three", "reason": "the sign was gone"})
	if m := k.want("award", ""); m.Challenge != "three" || m.Points != 40 || m.Total != 35 {
		t.Errorf("granted: %s", m.Raw)
	}
	s.organize("fair", "grants", obj{"id": uuid.NewString(), "entrant": entrant, "badge": "hero", "reason": "helped others"})
	if m := k.want("badge", ""); m.Badge != "hero" || m.Seq == 0 {
		t.Errorf("badge granted: %s", m.Raw)
	}
	s.organize("fair", "announcements", obj{"id": uuid.NewString(), "text": "Tea at five ☕"})
	if m := k.want("notice", ""); m.Text != "Tea at five ☕" || m.Hunt != "fair" {
		t.Errorf("notice: %s", m.Raw)
	}
	entries := s.ledger("fair")
	grant := entries[slices.IndexFunc(entries, func(e check.Entry) bool { return e.Type == "awarded" && e.Challenge == "three" })]
	if grant.By == "" || grant.Reason != "the sign was gone" || grant.Entrant != entrant {
		t.Errorf("the grant's entry %+v", grant)
	}
	for _, bad := range []struct {
		what   string
		body   obj
		status []int
	}{
		{"adjustments", obj{"id": uuid.NewString(), "entrant": "nobody", "points": 1, "reason": "x"}, []int{404}},
		{"adjustments", obj{"id": "no uuid", "entrant": entrant, "points": 1, "reason": "x"}, []int{400, 422}},
		{"adjustments", obj{"id": uuid.NewString(), "entrant": entrant, "points": 1 << 40, "reason": "x"}, []int{400, 409, 422}},
		{"adjustments", obj{"id": uuid.NewString(), "entrant": entrant, "points": 1.5, "reason": "x"}, []int{400, 422}},
		{"revocations", obj{"id": uuid.NewString(), "entrant": entrant, "challenge": "one", "reason": "x"}, []int{409}},
		{"grants", obj{"id": uuid.NewString(), "entrant": entrant, "challenge": "nine", "reason": "x"}, []int{404}},
		{"grants", obj{"id": uuid.NewString(), "entrant": entrant, "challenge": "three", "reason": "x"}, []int{409}},
	} {
		a := s.call("POST", "/api/v1/hunts/fair/"+bad.what, organizer, bad.body)
		if !slices.Contains(bad.status, a.status) {
			t.Errorf("%s %v: %d %s", bad.what, bad.body, a.status, a.body)
			continue
		}
		a.problem(t, a.status)
	}
	if after := len(s.ledger("fair")); after != len(entries) {
		t.Errorf("refused commands made %d entries", after-len(entries))
	}
}

// fairIDs: an organizer's command takes effect once by its id.
func fairIDs(t *testing.T, s *server) {
	k, joined, _ := s.fairgoer("Ida")
	body := obj{"id": uuid.NewString(), "entrant": joined.You.Entrant, "points": 3, "reason": "kind"}
	s.organize("fair", "adjustments", body)
	before := len(s.ledger("fair"))
	s.organize("fair", "adjustments", body)
	body["points"] = 4
	s.call("POST", "/api/v1/hunts/fair/adjustments", organizer, body).problem(t, http.StatusConflict)
	if after := len(s.ledger("fair")); after != before {
		t.Errorf("repeating a command made %d entries", after-before)
	}
	notice := obj{"id": uuid.NewString(), "text": "once"}
	s.organize("fair", "announcements", notice)
	s.organize("fair", "announcements", notice)
	s.organize("fair", "announcements", obj{"id": uuid.NewString(), "text": "end"})
	n := 0
	k.until("the last notice", func(m player.Message) bool {
		if m.Text == "once" {
			n++
		}
		return m.Text == "end"
	})
	if n != 1 {
		t.Errorf("a repeated announcement was pushed %d times", n)
	}
}

func fairEvents(t *testing.T, s *server) {
	k, _, _ := s.fairgoer("Eve")
	id, _ := s.player("Stranger")
	me := k.seen[0].Player
	event := func(id, player, typ, floor string) obj {
		return obj{"id": id, "type": typ, "player": player, "at": 0, "data": obj{"floor": floor}}
	}
	first, second := uuid.NewString(), uuid.NewString()
	batch := []obj{
		event(first, me, "step", "3"), event(first, me, "step", "3"), event(uuid.NewString(), me, "step", "4"),
		event(uuid.NewString(), me, "jump", "3"), event(uuid.NewString(), id, "step", "3"), event(second, me, "step", "3"),
	}
	a := s.call("POST", "/api/v1/hunts/fair/events", producer, batch)
	var results []obj
	a.json(t, &results)
	if a.status != http.StatusOK || len(results) != len(batch) {
		t.Fatalf("events: %d %s", a.status, a.body)
	}
	if m := k.want("award", ""); m.Challenge != "steps" || m.Points != 5 {
		t.Errorf("award of events: %s", m.Raw)
	}
	before := len(s.ledger("fair"))
	if a = s.call("POST", "/api/v1/hunts/fair/events", producer, batch); a.status != http.StatusOK {
		t.Errorf("events again: %d %s", a.status, a.body)
	}
	if after := len(s.ledger("fair")); after != before {
		t.Errorf("repeating events made %d entries", after-before)
	}
	s.call("POST", "/api/v1/hunts/fair/events", "", batch).problem(t, http.StatusUnauthorized)
}

func fairEditing(t *testing.T, s *server) {
	k, _, _ := s.fairgoer("Edith")
	longer := strings.Replace(fairHunt, "badges:", "  - {id: four, title: Four, points: 1, proof: {text: quattro}}\nbadges:", 1)
	before := s.ledger("fair")
	dry := s.call("PUT", "/api/v1/hunts/fair?dry_run=1", organizer, longer)
	if dry.status != http.StatusOK || !strings.Contains(string(dry.body), "four") {
		t.Errorf("plan: %d %s", dry.status, dry.body)
	}
	if after := s.ledger("fair"); len(after) != len(before) {
		t.Errorf("a dry run made %d entries", len(after)-len(before))
	}
	if m := k.claim("fair", "four", obj{"text": "quattro"}); m.Code != "unknown_challenge" {
		t.Errorf("a claim of what was only planned: %s", m.Raw)
	}
	var plan struct{ Rev int64 }
	s.define("fair", longer).json(t, &plan)
	if m := k.want("definition", ""); m.Rev != 2 || plan.Rev != 2 || !strings.Contains(string(m.Definition), "four") ||
		strings.Contains(string(m.Raw), "quattro") {
		t.Errorf("plan %+v, pushed %s", plan, m.Raw)
	}
	if v := k.claim("fair", "four", obj{"text": "quattro"}); v.Outcome != "awarded" {
		t.Errorf("a claim of what was added: %s", v.Raw)
	}
	// The same file again does not make a revision; the file comes back as it
	// was given.
	s.define("fair", longer).json(t, &plan)
	if plan.Rev != 2 {
		t.Errorf("applying the same file made revision %d", plan.Rev)
	}
	if def := s.call("GET", "/api/v1/hunts/fair/definition", organizer, nil); !strings.Contains(string(def.body), "quattro") {
		t.Errorf("the organizer's definition: %d %s", def.status, def.body)
	}
	// Removing a challenge keeps its awards.
	s.define("fair", fairHunt)
	if m := k.want("definition", ""); m.Rev != 3 {
		t.Errorf("pushed %s", m.Raw)
	}
	k.send(obj{"type": "join", "id": "again", "hunt": "fair"})
	if j := k.want("joined", "again"); j.You.Points != 1 {
		t.Errorf("after removing a challenge: %s", j.Raw)
	}
}

func fairBan(t *testing.T, s *server) {
	k, joined, token := s.fairgoer("Bart")
	k.claim("fair", "one", obj{"text": "uno"})
	s.organize("fair", "bans", obj{"id": uuid.NewString(), "entrant": joined.You.Entrant, "reason": "bots"})
	if left := k.want("left", ""); left.Why != "banned" || left.Hunt != "fair" {
		t.Errorf("banned: %s", left.Raw)
	}
	k.send(obj{"type": "join", "id": "back", "hunt": "fair"})
	k.wantError("back", "forbidden") // the session lives
	again := s.hello(token)
	again.send(obj{"type": "join", "id": "j", "hunt": "fair"})
	again.wantError("j", "forbidden")
	board, err := s.source().Board(t.Context(), "fair")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range board.Rows {
		if r.Entrant == joined.You.Entrant {
			t.Errorf("banned but on the board: %+v", r)
		}
	}
}

func fairFreeze(t *testing.T, s *server) {
	k, joined, _ := s.fairgoer("Fritz")
	entrant := joined.You.Entrant
	points := func() int64 {
		t.Helper()
		var b struct{ Rows []player.Row }
		s.call("GET", "/api/v1/hunts/fair/board", "", nil).json(t, &b)
		i := slices.IndexFunc(b.Rows, func(r player.Row) bool { return r.Entrant == entrant })
		if i < 0 {
			t.Fatal("not on the board")
		}
		return b.Rows[i].Points
	}
	k.claim("fair", "one", obj{"text": "uno"})
	s.eventually("the award is on the board", func() bool { return points() == 10 })
	s.phase("fair", "freeze")
	if v := k.claim("fair", "three", obj{"text": "tre"}); v.Outcome != "awarded" || v.Total != 50 {
		t.Errorf("a claim while frozen: %s", v.Raw)
	}
	if p := points(); p != 10 {
		t.Errorf("the frozen board shows %d points", p)
	}
	stranger, _, _ := s.fairgoer("Late")
	stranger.send(obj{"type": "join", "id": "again", "hunt": "fair"})
	held := *stranger.want("joined", "again").Board
	stranger.applied = len(stranger.boards) // those came before
	held = stranger.untilBoard(&held, func(b player.Board) bool { return b.Frozen })
	for _, r := range held.Rows {
		if r.Points == 50 || r.Name == "Late" {
			t.Errorf("the frozen board has %+v", r)
		}
	}
	k.send(obj{"type": "join", "id": "again", "hunt": "fair"})
	if j := k.want("joined", "again"); j.You.Points != 50 {
		t.Errorf("own points while frozen: %s", j.Raw)
	}
	if live, err := s.source().Board(t.Context(), "fair"); err != nil || live.Frozen ||
		!slices.ContainsFunc(live.Rows, func(r check.Row) bool { return r.Entrant == entrant && r.Points == 50 }) {
		t.Errorf("the organizer's board: %+v, %v", live, err)
	}
	s.phase("fair", "reveal")
	s.eventually("the revealed board shows all", func() bool { return points() == 50 })
}

func fairClosing(t *testing.T, s *server) {
	board, err := s.source().Board(t.Context(), "fair")
	if err != nil {
		t.Fatal(err)
	}
	k, _, _ := s.fairgoer("Clara")
	s.phase("fair", "closed")
	k.want("phase", "")
	if v := k.claim("fair", "one", obj{"text": "uno"}); v.Outcome != "closed" {
		t.Errorf("a claim after closing: %s", v.Raw)
	}
	entries := s.ledger("fair")
	last := entries[len(entries)-1]
	if last.Type != "badge" || last.Badge != "best" || last.Entrant != board.Rows[0].Entrant || last.Points != 100 {
		t.Errorf("the last entry is %+v, the winner was %+v", last, board.Rows[0])
	}
	if csv := s.call("GET", "/api/v1/hunts/fair/results.csv", organizer, nil); csv.status != 200 ||
		!strings.HasPrefix(csv.header.Get("Content-Type"), "text/csv") || !strings.Contains(string(csv.body), board.Rows[0].Name) {
		t.Errorf("results: %d %s", csv.status, csv.body)
	}
}
