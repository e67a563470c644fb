package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/server/protocol"
)

func TestDefine(t *testing.T) {
	d := newDesk(t, nil)
	const path = "/api/v1/hunts/fair"
	var did Applied
	d.call("PUT", path+"?dry_run=1", deskOrganizer, deskHunt).ok(&did)
	if did.Rev != 1 || !did.DryRun || !did.Plan.New {
		t.Errorf("planned: %+v", did)
	}
	d.call("GET", path, "", nil).refused(404, game.CodeUnknownHunt)

	d.call("PUT", path, deskOrganizer, deskHunt).ok(&did)
	if did.Rev != 1 || did.Replay {
		t.Errorf("Applied: %+v", did)
	}
	d.call("PUT", path, deskOrganizer, deskHunt).ok(&did)
	if did.Rev != 1 || !did.Replay {
		t.Errorf("Applied again: %+v", did)
	}
	r := d.call("GET", path+"/definition", deskOrganizer, nil)
	if r.ok(nil); r.body != deskHunt || r.header.Get("Content-Type") != "application/yaml" || r.header.Get("ETag") != `"1"` {
		t.Errorf("the definition: %v\n%s", r.header, r.body)
	}
	if r := d.call("GET", path+"/definition", deskOrganizer, nil, "If-None-Match", `"0", "1"`); r.status != 304 || r.body != "" {
		t.Errorf("an unchanged definition: %d", r.status)
	}

	edited := strings.Replace(deskHunt, "points: 20", "points: 30", 1)
	d.call("PUT", path+"?dry_run=1", deskOrganizer, edited).ok(&did)
	if did.Rev != 2 || len(did.Plan.Challenges.Changed) != 1 || did.Plan.Challenges.Changed[0].ID != "two" {
		t.Errorf("the plan of an edit: %+v", did)
	}
	// JSON is taken and given back as JSON.
	asJSON := `{"hunt":"fair","title":"The fair","challenges":[{"id":"one","title":"One","points":10,"proof":{"text":"uno"}}]}`
	d.call("PUT", path, deskOrganizer, asJSON, "Content-Type", jsonType).ok(&did)
	if r := d.call("GET", path+"/definition", deskOrganizer, nil); r.body != asJSON || r.header.Get("Content-Type") != jsonType {
		t.Errorf("JSON came back as %s: %s", r.header.Get("Content-Type"), r.body)
	}

	p := d.call("PUT", path, deskOrganizer, strings.Replace(deskHunt, "title: One", "titel: One", 1)).refused(422, codeBadHunt)
	if !p.Findings.Failed() || p.Findings[0].Line != 5 {
		t.Errorf("findings: %v", p.Findings)
	}
	d.call("PUT", "/api/v1/hunts/other", deskOrganizer, deskHunt).refused(422, codeBadHunt)
	d.call("PUT", path, deskOrganizer, deskHunt, "Content-Type", "text/html").refused(415, codeMediaType)
	d.call("PUT", path+"?dry_run=1", deskOrganizer, deskHunt, "Content-Type", "").ok(nil) // as curl -T
	d.call("PUT", path+"?dry_run=1", deskOrganizer, "<html>", "Content-Type", "").refused(422, codeBadHunt)
	d.call("PUT", path+"?dry_run=maybe", deskOrganizer, deskHunt).refused(400, game.CodeBadRequest)
	d.call("PUT", path, deskOrganizer, deskHunt+strings.Repeat("#", hunt.MaxFile)).refused(413, protocol.CodeTooLarge)
}

func TestHuntsAreShownWithoutAnswers(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("draft")
	page := func() (p huntPage, body string) {
		t.Helper()
		r := d.call("GET", "/api/v1/hunts/fair?code=lantern", "", nil).ok(&p)
		return p, r.body
	}
	p, body := page()
	if p.Phase != game.Draft || p.ChallengeCount != 4 || !p.CodeRequired || p.Rev != 1 || p.Epoch == "" || p.Seq != 1 {
		t.Errorf("a draft: %s", body)
	}
	if len(p.Definition.Challenges) != 0 || len(p.Challenges) != 0 || strings.Contains(body, `"photo"`) {
		t.Errorf("a draft tells its challenges: %s", body)
	}
	var list struct{ Hunts []huntSummary }
	d.call("GET", "/api/v1/hunts", "", nil).ok(&list)
	d.post("phase", obj{"phase": "open"}).ok(nil)
	d.enter("ada", "Ada")
	d.claim("ada", "one", text("uno-answer"), game.OutAwarded)
	p, body = page()
	if p.Phase != game.Open || p.Opens == 0 || p.Entrants != 1 || len(p.Definition.Challenges) != 4 {
		t.Errorf("open: %s", body)
	}
	if got := p.Challenges["one"]; got != (protocol.Worth{Worth: 10, Solves: 1}) {
		t.Errorf("one is %+v", got)
	}
	// The list is at most a second old, and not that after a command.
	d.post("announcements", obj{"text": "Tea"}).ok(nil)
	r := d.call("GET", "/api/v1/hunts", "", nil).ok(&list)
	if len(list.Hunts) != 1 || list.Hunts[0].Phase != game.Open || list.Hunts[0].Entrants != 1 {
		t.Errorf("the list: %s", r.body)
	}
	for _, body := range []string{body, r.body} {
		for _, secret := range []string{"uno-answer", "due-answer", "LANTERN"} {
			if strings.Contains(body, secret) {
				t.Errorf("anyone may read %q: %s", secret, body)
			}
		}
	}
}

func TestCommands(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	d.enter("ada", "Ada")
	d.claim("ada", "one", text("uno-answer"), game.OutAwarded)

	var did changed
	body := obj{"id": strings.ToUpper(uuid.NewString()), "entrant": "ada", "points": -4, "reason": " shouting "}
	d.post("adjustments", body).ok(&did)
	if did.Points != -4 || did.Total != 11 || did.Replay || did.Seq == 0 || did.At == 0 || did.Badges == nil {
		t.Errorf("adjusted: %+v", did)
	}
	first := did.Seq
	body["id"] = strings.ToLower(body["id"].(string))
	d.post("adjustments", body).ok(&did)
	if !did.Replay || did.Seq != first {
		t.Errorf("again: %+v", did)
	}
	body["points"] = -5
	d.post("adjustments", body).refused(409, game.CodeConflict)

	d.post("revocations", obj{"entrant": "ada", "challenge": "one", "reason": "copied"}).ok(&did)
	if did.Points != -15 || did.Total != -4 {
		t.Errorf("revoked: %+v", did)
	}
	d.post("revocations", obj{"entrant": "ada", "challenge": "one", "reason": "copied"}).refused(409, game.CodeConflict)
	d.post("grants", obj{"entrant": "ada", "challenge": "two", "reason": "the sign was gone"}).ok(&did)
	if did.Points != 20 || did.Total != 16 {
		t.Errorf("granted: %+v", did)
	}
	d.post("grants", obj{"entrant": "ada", "badge": "hero", "reason": "helped"}).ok(&did)
	if did.Points != 7 || did.Total != 23 {
		t.Errorf("badge granted: %+v", did)
	}
	d.post("bans", obj{"entrant": "ada", "reason": "bots"}).ok(&did)
	d.post("bans", obj{"entrant": "ada", "reason": "bots"}).refused(409, game.CodeConflict)
	d.post("announcements", obj{"text": "Tea at five ☕\nin the hall"}).ok(&did)

	reason := "x"
	for _, c := range []struct {
		what   string
		body   obj
		status int
		code   game.Code
	}{
		{"adjustments", obj{"entrant": "nobody", "points": 1, "reason": reason}, 404, game.CodeUnknownEntrant},
		{"adjustments", obj{"entrant": "ada", "points": 0, "reason": reason}, 400, game.CodeBadRequest},
		{"adjustments", obj{"entrant": "ada", "points": 1.5, "reason": reason}, 400, game.CodeBadRequest},
		{"adjustments", obj{"entrant": "ada", "points": hunt.MaxPoints + 1, "reason": reason}, 400, game.CodeBadRequest},
		{"adjustments", obj{"entrant": "ada", "points": hunt.MaxPoints, "reason": reason}, 409, game.CodeConflict},
		{"adjustments", obj{"entrant": "ada", "reason": reason}, 400, game.CodeBadRequest},
		{"adjustments", obj{"entrant": "ada", "points": 1}, 400, game.CodeBadRequest},
		{"adjustments", obj{"points": 1, "reason": reason}, 400, game.CodeBadRequest},
		{"adjustments", obj{"id": "7", "entrant": "ada", "points": 1, "reason": reason}, 400, game.CodeBadRequest},
		{"adjustments", obj{"id": "{" + uuid.NewString() + "}", "entrant": "ada", "points": 1, "reason": reason}, 400, game.CodeBadRequest},
		{"adjustments", obj{"entrant": "ada", "points": 1, "reason": strings.Repeat("é", maxText+1)}, 400, game.CodeBadRequest},
		{"grants", obj{"entrant": "ada", "reason": reason}, 400, game.CodeBadRequest},
		{"grants", obj{"entrant": "ada", "challenge": "one", "badge": "hero", "reason": reason}, 400, game.CodeBadRequest},
		{"grants", obj{"entrant": "ada", "challenge": "nine", "reason": reason}, 404, game.CodeUnknownChallenge},
		{"grants", obj{"entrant": "ada", "challenge": "No Id", "reason": reason}, 404, game.CodeUnknownChallenge},
		{"grants", obj{"entrant": "ada", "badge": "nine", "reason": reason}, 404, game.CodeUnknownBadge},
		{"announcements", obj{}, 400, game.CodeBadRequest},
		{"announcements", obj{"text": "a\x1b[31m"}, 400, game.CodeBadRequest},
		{"announcements", obj{"text": "a", "to": "ada"}, 400, game.CodeBadRequest},
		{"bans", obj{"entrant": "ada"}, 400, game.CodeBadRequest},
		{"phase", obj{"phase": "draft"}, 400, game.CodeBadRequest},
		{"phase", obj{"phase": "reveal"}, 409, game.CodeConflict},
		{"reviews/" + uuid.NewString(), obj{"approve": true, "id": ""}, 400, game.CodeBadRequest},
	} {
		d.post(c.what, c.body).refused(c.status, c.code)
	}
}

func TestPhaseAndFreeze(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("draft")
	var at struct {
		Phase          game.Phase
		Frozen, Replay bool
		Seq, At        int64
	}
	move := func(phase string, want game.Phase, frozen bool) {
		t.Helper()
		if d.post("phase", obj{"phase": phase, "reason": "it is time"}).ok(&at); at.Phase != want || at.Frozen != frozen || at.Seq == 0 || at.At == 0 {
			t.Errorf("%s: %+v", phase, at)
		}
	}
	move("open", game.Open, false)
	d.enter("ada", "Ada")
	d.enter("bob", "=Bob")
	d.claim("ada", "one", text("uno-answer"), game.OutAwarded)
	move("freeze", game.Open, true)
	d.claim("bob", "two", text("due-answer"), game.OutAwarded)
	d.enter("eve", "Eve")

	var frozen, live boardPage
	r := d.call("GET", "/api/v1/hunts/fair/board", "", nil).ok(&frozen)
	if !frozen.Frozen || frozen.Entrants != 2 || frozen.Rows[1].Points != 0 {
		t.Errorf("the frozen board: %s", r.body)
	}
	if again := d.call("GET", "/api/v1/hunts/fair/board", "", nil, "If-None-Match", r.header.Get("ETag")); again.status != 304 {
		t.Errorf("the same board: %d", again.status)
	}
	for _, path := range []string{"/board", "/board?live=1"} {
		if r := d.call("GET", "/api/v1/hunts/fair"+path, deskOrganizer, nil).ok(&live); live.Frozen || live.Entrants != 3 || live.Rows[0].Entrant != "bob" {
			t.Errorf("the organizer's board: %s", r.body)
		}
	}
	if d.call("GET", "/api/v1/hunts/fair/board?live=0", deskOrganizer, nil).ok(&live); !live.Frozen {
		t.Error("an organizer cannot look at the frozen board")
	}
	move("reveal", game.Open, false)
	d.call("GET", "/api/v1/hunts/fair/board?offset=1&limit=1", "", nil).ok(&live)
	want := protocol.Row{Rank: 2, Entrant: "ada", Name: "Ada", Points: 15, Solved: 1}
	if live.Offset != 1 || live.Entrants != 3 || !slices.Equal(live.Rows, []protocol.Row{want}) {
		t.Errorf("a page: %+v", live)
	}
	for _, query := range []string{"offset=-1", "limit=0", "limit=1001", "limit=x", "live=maybe", "page=2"} {
		d.call("GET", "/api/v1/hunts/fair/board?"+query, "", nil).refused(400, game.CodeBadRequest)
	}
	move("paused", game.Paused, false)
	move("closed", game.Closed, false)
	d.post("phase", obj{"phase": "paused"}).refused(409, game.CodeConflict)
	d.post("phase", obj{"phase": "open"}).ok(nil) // a closed hunt opens again

	r = d.call("GET", "/api/v1/hunts/fair/results.csv", deskOrganizer, nil)
	if want := "\ufeffrank,entrant,name,points,solved,badges,division,state,started,finished,penalties\n" +
		"1,bob,'=Bob,20,1,0,,,,,0\n2,ada,Ada,15,1,0,,,,,0\n3,eve,Eve,0,0,0,,,,,0\n"; r.ok(nil).body != want {
		t.Errorf("results:\n%s", r.body)
	}
}

func TestReviews(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	d.enter("ada", "Ada")
	d.enter("bob", "Bob")
	shown := hunt.Proof{Review: &hunt.ReviewRequest{Note: "by the sea"}}
	claim := d.claim("ada", "photo", shown, game.OutPending)
	other := d.claim("bob", "photo", shown, game.OutPending)

	var list struct{ Reviews []waiting }
	r := d.call("GET", "/api/v1/hunts/fair/reviews", deskOrganizer, nil).ok(&list)
	if len(list.Reviews) != 2 {
		t.Fatalf("waiting: %s", r.body)
	}
	var numbers stats
	if d.call("GET", "/api/v1/hunts/fair/stats", deskOrganizer, nil).ok(&numbers); numbers.ReviewsWaiting != 2 {
		t.Errorf("stats tell of %d", numbers.ReviewsWaiting)
	}
	if w := list.Reviews[slices.IndexFunc(list.Reviews, func(w waiting) bool { return w.Claim == claim })]; w.At == 0 ||
		w != (waiting{claim, "ada", "Ada", "ada", "photo", "by the sea", w.At}) {
		t.Errorf("waiting: %+v", w)
	}
	review := func(claim string, body obj) reply {
		t.Helper()
		return d.call("POST", "/api/v1/hunts/fair/reviews/"+claim, deskOrganizer, body)
	}
	review(claim, obj{"reason": "?"}).refused(400, game.CodeBadRequest)
	review(uuid.NewString(), obj{"approve": true}).refused(404, game.CodeUnknownClaim)
	review("no-uuid", obj{"approve": true}).refused(404, game.CodeUnknownClaim)
	var did changed
	review(claim, obj{"approve": true, "reason": "lovely"}).ok(&did)
	if did.Outcome != game.OutAwarded || did.Points != 40 || did.Total != 40 {
		t.Errorf("approved: %+v", did)
	}
	// It is decided already: a body that names entrant and challenge gets the same
	// answer.
	review(claim, obj{"approve": true}).refused(404, game.CodeUnknownClaim)
	review(claim, obj{"approve": true, "entrant": "ada", "challenge": "photo"}).ok(&did)
	if !did.Replay || did.Total != 40 {
		t.Errorf("approved again: %+v", did)
	}
	review(other, obj{"approve": false, "reason": "blurred"}).ok(&did)
	if did.Outcome != game.OutWrong {
		t.Errorf("rejected: %+v", did)
	}
	if d.call("GET", "/api/v1/hunts/fair/reviews", deskOrganizer, nil).ok(&list); len(list.Reviews) != 0 {
		t.Errorf("still waiting: %+v", list)
	}
}

func TestEvents(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	d.enter("ada", "Ada")
	const path = "/api/v1/hunts/fair/events"
	event := func(id, player, kind string, floor any) obj {
		return obj{"id": id, "type": kind, "player": player, "at": 1, "data": obj{"floor": floor, "more": []int{1}}}
	}
	first, second := uuid.NewString(), uuid.NewString()
	batch := []obj{
		event(first, "ada", "step", "3"), event(first, "ada", "step", "3"), event(uuid.NewString(), "ada", "step", "4"),
		event(uuid.NewString(), "ada", "jump", "3"), event(uuid.NewString(), "eve", "step", "3"), event(second, "ada", "step", 3),
	}
	var did []eventResult
	r := d.call("POST", path, deskProducer, batch).ok(&did)
	outcomes := make([]string, len(did))
	for i := range did {
		outcomes[i] = did[i].Outcome
	}
	if want := []string{"pending", "pending", "ignored", "ignored", "refused", "awarded"}; !slices.Equal(outcomes, want) {
		t.Fatalf("outcomes %v, want %v: %s", outcomes, want, r.body)
	}
	if did[0].ID != first || did[0].Challenges[0].Count != 1 || !did[1].Challenges[0].Replay || did[4].Code != game.CodeNotJoined {
		t.Errorf("results: %s", r.body)
	}
	if c := did[5].Challenges[0]; c.Challenge != "steps" || c.Points != 5 || c.Total != 5 || c.Seq == 0 {
		t.Errorf("the award: %+v", c)
	}
	d.call("POST", path, deskProducer, batch).ok(&did)
	if did[5].Outcome != "awarded" || !did[5].Challenges[0].Replay {
		t.Errorf("again: %+v", did[5])
	}
	for _, bad := range []any{
		obj{},
		[]obj{{"id": first}},
		[]obj{event("7", "ada", "step", "3")},
		[]obj{event(first, "", "step", "3")},
		[]obj{event(first, "ada", "", "3")},
		[]obj{{"id": first, "kind": "step"}},
		make([]obj, maxEventsPosted+1),
	} {
		d.call("POST", path, deskProducer, bad).refused(400, game.CodeBadRequest)
	}
	if r := d.call("POST", path, deskProducer, []obj{}); r.status != 200 || strings.TrimSpace(r.body) != "[]" {
		t.Errorf("no events: %d %s", r.status, r.body)
	}
	d.call("POST", path, deskProducer, json.RawMessage("null")).refused(400, game.CodeBadRequest)
	if d.call("POST", path, deskProducer, []obj{}).ok(&did); len(did) != 0 {
		t.Errorf("nothing: %+v", did)
	}
	d.call("POST", "/api/v1/hunts/nowhere/events", deskProducer, []obj{}).refused(404, game.CodeUnknownHunt)
}

func TestLedger(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	for range 2*ledgerChunk/game.MaxBatch + 3 { // more than two chunks
		d.announceMany()
	}
	d.post("announcements", obj{"text": "<end>"}).ok(nil)
	read := func(query string) []game.Entry {
		t.Helper()
		r := d.call("GET", "/api/v1/hunts/fair/ledger"+query, deskOrganizer, nil)
		if r.status != http.StatusOK || r.header.Get("Content-Type") != "application/x-ndjson" {
			t.Fatalf("%d %s", r.status, r.body)
		}
		var list []game.Entry
		for line := range strings.Lines(r.body) {
			var n game.Entry
			if err := json.Unmarshal([]byte(line), &n); err != nil {
				t.Fatalf("%v in %q", err, line)
			}
			list = append(list, n)
		}
		return list
	}
	all := read("")
	if len(all) < 2*ledgerChunk || all[len(all)-1].Text != "<end>" {
		t.Fatalf("%d entries, the last %+v", len(all), all[len(all)-1])
	}
	for i, n := range all {
		if n.Seq != int64(i+1) {
			t.Fatalf("entry %d has seq %d", i, n.Seq)
		}
	}
	if got := read("?after=1&limit=2"); len(got) != 2 || got[0].Seq != 2 {
		t.Errorf("a part: %+v", got)
	}
	if got := read("?after=1000000"); len(got) != 0 {
		t.Errorf("past the end: %+v", got)
	}
	// Backwards, in pages that meet.
	back := read("?before=9007199254740991")
	slices.Reverse(back)
	if !slices.Equal(back, all) {
		t.Errorf("backwards %d entries, forwards %d", len(back), len(all))
	}
	page := read("?before=9007199254740991&limit=3")
	page = append(page, read(fmt.Sprintf("?before=%d&limit=2", page[2].Seq))...)
	slices.Reverse(page)
	if !slices.Equal(page, all[len(all)-5:]) {
		t.Errorf("the last five: %+v", page)
	}
	if got := read("?before=2"); len(got) != 1 || got[0].Seq != 1 {
		t.Errorf("the first: %+v", got)
	}
	if got := read("?before=1"); len(got) != 0 {
		t.Errorf("before the first: %+v", got)
	}
	for _, query := range []string{"after=-1", "limit=0", "after=x", "from=1", "before=0", "before=x", "before=5&after=1"} {
		d.call("GET", "/api/v1/hunts/fair/ledger?"+query, deskOrganizer, nil).refused(400, game.CodeBadRequest)
	}
}

// announceMany makes as many entries as a batch holds.
func (d *desk) announceMany() {
	d.t.Helper()
	replies := make(chan game.Reply, game.MaxBatch)
	for range game.MaxBatch {
		request := &actor.Request{
			Command: game.Command{Type: game.CmdAnnounce, ID: uuid.NewString(), Text: "x", By: byOrganizer},
			Done:    func(_ *actor.View, r game.Reply) { replies <- r },
		}
		if code := d.api.hunts.Post("fair", request); code != "" {
			d.t.Fatalf("a mailbox with nothing in it is %s", code)
		}
	}
	for range game.MaxBatch {
		if r := <-replies; r.Outcome != game.OutDone {
			d.t.Fatalf("%+v", r)
		}
	}
}

// TestADryRunIsNotMistaken: what knows no dry run refuses it and changes nothing.
func TestADryRunIsNotMistaken(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	d.enter("ada", "Ada")
	head := d.ledgerHead()
	review := "/api/v1/hunts/fair/reviews/" + uuid.NewString()
	for _, c := range []struct {
		path, token string
		body        any
	}{
		{fairPath + "/phase", deskOrganizer, obj{"id": uuid.NewString(), "phase": "closed"}},
		{fairPath + "/announcements", deskOrganizer, obj{"id": uuid.NewString(), "text": "Hello"}},
		{review, deskOrganizer, obj{"approve": true}},
		{fairPath + "/events", deskProducer, []obj{}},
	} {
		if p := d.call("POST", c.path+"?dry_run=1", c.token, c.body).refused(400, game.CodeBadRequest); !strings.Contains(p.Detail, "dry_run") {
			t.Errorf("%s: %+v", c.path, p)
		}
	}
	if d.ledgerHead() != head {
		t.Error("a dry run has changed the hunt")
	}
}
