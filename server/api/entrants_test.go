package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
	"veltrix/server/auth"
	"veltrix/server/protocol"
)

func TestEntrantsAreSearched(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	d.enter("p-1", "Ada STRASSE")
	d.enter("p-2", "Zoë Ábel")
	d.enter("q-3", "oda straße")
	d.enter("q-4", "张伟")
	d.claim("q-3", "two", text("due-answer"), game.OutAwarded)
	d.post("phase", obj{"phase": "freeze"}).ok(nil)
	d.claim("q-4", "one", text("uno-answer"), game.OutAwarded)

	find := func(query string) (page entrantPage, ids string) {
		t.Helper()
		d.call("GET", "/api/v1/hunts/fair/entrants?"+query, deskOrganizer, nil).ok(&page)
		list := make([]string, len(page.Entrants))
		for i, e := range page.Entrants {
			list[i] = fmt.Sprintf("%d:%s", e.Rank, e.Entrant)
		}
		return page, strings.Join(list, " ")
	}
	for _, c := range []struct {
		query, want string
		total       int
	}{
		{"", "1:q-3 2:q-4 3:p-1 4:p-2", 4}, // live, although the board is frozen
		{"offset=1&limit=2", "2:q-4 3:p-1", 4},
		{"offset=9", "", 4},
		{"q=" + url.QueryEscape("  "), "1:q-3 2:q-4 3:p-1 4:p-2", 4},
		{"q=straSSe", "1:q-3 3:p-1", 2},
		{"q=straSSe&offset=1", "3:p-1", 2},
		{"q=straSSe&limit=1", "1:q-3", 2},
		{"q=straSSe&offset=7", "", 2},
		{"q=" + url.QueryEscape("ZOE\u0308 a\u0301"), "4:p-2", 1}, // in another normal form
		{"q=" + url.QueryEscape("伟"), "2:q-4", 1},
		{"q=p-", "3:p-1 4:p-2", 2},
		{"q=-1", "", 0},
		{"q=" + url.QueryEscape("%_.*["), "", 0},
	} {
		if page, ids := find(c.query); ids != c.want || page.Total != c.total || page.Entrants == nil {
			t.Errorf("%s: %s of %d, want %s of %d", c.query, ids, page.Total, c.want, c.total)
		}
	}
	page, _ := find("q=q-3")
	row := protocol.Row{Rank: 1, Entrant: "q-3", Name: "oda straße", Points: 20, Solved: 1}
	if want := (entrantRow{Row: row}); page.Entrants[0] != want {
		t.Errorf("found %+v, want %+v", page.Entrants[0], want)
	}

	// Who is banned is on no board, and yet found: by name, by id, after the others.
	d.post("bans", obj{"entrant": "q-3", "reason": "bots"}).ok(nil)
	for query, want := range map[string]string{
		"": "1:q-4 2:p-1 3:p-2", "q=straSSe": "2:p-1 0:q-3", "q=q-": "1:q-4 0:q-3", "q=straSSe&offset=1": "0:q-3", "q=nobody": "",
		"id=q-3&id=p-1&id=nobody&id=q-4&id=": "0:q-3 2:p-1 1:q-4",
	} {
		if _, ids := find(query); ids != want {
			t.Errorf("with one banned, %s: %s, want %s", query, ids, want)
		}
	}
	d.post("adjustments", obj{"entrant": "q-3", "points": -5, "reason": "bots"}).ok(nil)
	d.post("bans", obj{"entrant": "p-1", "reason": "bots, too"}).ok(nil)
	page, ids := find("q=straSSe")
	row.Rank, row.Points = 0, 15
	if want := (entrantRow{row, true, false}); ids != "0:q-3 0:p-1" || page.Entrants[0] != want {
		t.Errorf("found %s, %+v, want %+v", ids, page.Entrants, want)
	}
	// So is who is hidden, until it is shown again.
	d.post("visibility", obj{"entrant": "q-4", "hidden": true, "reason": "a tester"}).ok(nil)
	for query, want := range map[string]string{"": "1:p-2", "q=q-4": "0:q-4", "id=q-4&id=p-2": "0:q-4 1:p-2"} {
		if page, ids := find(query); ids != want || strings.HasPrefix(want, "0") && (!page.Entrants[0].Hidden || page.Entrants[0].Banned) {
			t.Errorf("with one hidden, %s: %s, want %s: %+v", query, ids, want, page)
		}
	}
	d.post("visibility", obj{"entrant": "q-4", "hidden": false, "reason": "no tester"}).ok(nil)
	d.post("bans", obj{"entrant": "q-3", "lift": true, "reason": "no bot"}).ok(nil)
	for query, want := range map[string]string{"": "1:q-3 2:q-4 3:p-2", "q=q-": "1:q-3 2:q-4", "id=q-4&id=q-3": "2:q-4 1:q-3"} {
		if page, ids := find(query); ids != want || page.Entrants[0].Hidden || page.Entrants[0].Banned {
			t.Errorf("all are back, %s: %s, want %s", query, ids, want)
		}
	}
	for _, query := range []string{
		"id=a&q=b", strings.Repeat("id=x&", maxIDs) + "id=y", "offset=-1", "limit=0", "limit=1001", "page=2", "q=" + strings.Repeat("x", maxSearch+1),
	} {
		d.call("GET", "/api/v1/hunts/fair/entrants?"+query, deskOrganizer, nil).refused(400, game.CodeBadRequest)
	}
}

func TestSearchGoesThroughTheWholeBoard(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	const n = searchChunk + 100
	replies := make(chan game.Reply, game.MaxBatch)
	for from := 0; from < n; from += game.MaxBatch {
		for i := range game.MaxBatch {
			id := fmt.Sprintf("e%05d", from+i)
			request := &actor.Request{
				Command:  game.Command{Type: game.CmdJoin, Entrant: id, Player: id, Name: "Name " + id, Found: true},
				JoinCode: "lantern", Done: func(_ *actor.View, r game.Reply) { replies <- r },
			}
			if code := d.api.hunts.Post("fair", request); code != "" {
				t.Fatal(code)
			}
		}
		for range game.MaxBatch {
			<-replies
		}
	}
	var page entrantPage
	d.call("GET", "/api/v1/hunts/fair/entrants?q=99", deskOrganizer, nil).ok(&page)
	want := 0
	for i := range (n + game.MaxBatch - 1) / game.MaxBatch * game.MaxBatch {
		if strings.Contains(fmt.Sprintf("e%05d", i), "99") {
			want++
		}
	}
	if page.Total != want {
		t.Errorf("%d found, want %d", page.Total, want)
	}
	// Beyond the first chunk a rank counts from the top, too.
	d.call("GET", "/api/v1/hunts/fair/entrants?q="+fmt.Sprintf("NAME+e%05d", n-1), deskOrganizer, nil).ok(&page)
	if page.Total != 1 || page.Entrants[0].Rank != n {
		t.Errorf("the last: %+v", page)
	}
}

func TestEntrantIsShown(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	d.enter("ada", "Ada")
	d.enter("bob", "Bob")
	d.claim("bob", "two", text("due-answer"), game.OutAwarded)
	d.claim("ada", "two", text("wrong"), game.OutWrong)
	d.claim("ada", "one", text("uno-answer"), game.OutAwarded)
	d.post("grants", obj{"entrant": "ada", "badge": "hero", "reason": "helped"}).ok(nil)
	d.post("adjustments", obj{"entrant": "ada", "points": -4, "reason": "shouting"}).ok(nil)

	show := func() (e entrantView) {
		t.Helper()
		d.call("GET", "/api/v1/hunts/fair/entrants/ada", deskOrganizer, nil).ok(&e)
		return e
	}
	kinds := func(e entrantView) string {
		list := make([]string, len(e.History))
		for i, n := range e.History {
			list[i] = string(n.Type)
			if n.Entrant != "ada" || i > 0 && n.Seq >= e.History[i-1].Seq {
				t.Errorf("in the history: %+v", n)
			}
		}
		return strings.Join(list, " ")
	}
	e := show()
	if e.Entrant != "ada" || e.Name != "Ada" || e.Rank != 2 || e.Points != 14+4 || e.Banned || e.JoinedAt == 0 ||
		!slices.Equal(e.Players, []string{"ada"}) {
		t.Errorf("shown: %+v", e)
	}
	if len(e.Awards) != 1 || e.Awards[0] != (awardView{"one", e.Awards[0].Seq, e.Awards[0].At, 15, 5, false}) || e.Awards[0].Seq == 0 {
		t.Errorf("awards: %+v", e.Awards)
	}
	if len(e.Badges) != 1 || e.Badges[0].Badge != "hero" || e.Badges[0].Points != 7 || len(e.Hints) != 0 {
		t.Errorf("badges: %+v, hints: %+v", e.Badges, e.Hints)
	}
	if !slices.Equal(e.Attempts, []attemptsView{{"two", 1}}) {
		t.Errorf("attempts: %+v", e.Attempts)
	}
	if got := kinds(e); got != "adjusted badge awarded joined" || e.HistoryAfter != 0 {
		t.Errorf("history: %s after %d", got, e.HistoryAfter)
	}

	d.post("revocations", obj{"entrant": "ada", "challenge": "one", "reason": "copied"}).ok(nil)
	d.post("bans", obj{"entrant": "ada", "reason": "bots"}).ok(nil)
	if e = show(); !e.Banned || e.Rank != 0 || e.Points != 3 || !e.Awards[0].Revoked || kinds(e) != "banned revoked adjusted badge awarded joined" {
		t.Errorf("banned: %+v", e)
	}
	for range 2 * ledgerChunk / game.MaxBatch { // the ledger goes on without her
		d.announceMany()
	}
	if e = show(); len(e.History) != 6 || e.HistoryAfter != 0 {
		t.Errorf("much later: %d lines after %d", len(e.History), e.HistoryAfter)
	}

	d.call("GET", "/api/v1/hunts/fair/entrants/eve", deskOrganizer, nil).refused(404, game.CodeUnknownEntrant)
	d.call("GET", "/api/v1/hunts/fair/entrants/"+strings.Repeat("x", auth.MaxNameBytes+1), deskOrganizer, nil).refused(404, game.CodeUnknownEntrant)
	d.call("GET", "/api/v1/hunts/fair/entrants/ada?all=1", deskOrganizer, nil).refused(400, game.CodeBadRequest)
}

func TestLongHistoryIsCut(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	d.enter("ada", "Ada")
	replies := make(chan game.Reply, 1)
	for i := range maxHistory + 2 {
		request := &actor.Request{
			Command: game.Command{
				Type: game.CmdAdjust, ID: uuid.NewString(), Entrant: "ada", Points: int64(1 - i%2*2), Reason: "x", By: byOrganizer,
			},
			Done: func(_ *actor.View, r game.Reply) { replies <- r },
		}
		if code := d.api.hunts.Post("fair", request); code != "" {
			t.Fatal(code)
		}
		if r := <-replies; r.Outcome != game.OutDone {
			t.Fatalf("%+v", r)
		}
	}
	var e entrantView
	d.call("GET", "/api/v1/hunts/fair/entrants/ada", deskOrganizer, nil).ok(&e)
	if len(e.History) != maxHistory || e.HistoryAfter != e.History[maxHistory-1].Seq-1 {
		t.Fatalf("%d lines after %d", len(e.History), e.HistoryAfter)
	}
	// What is missing is to be had from the ledger.
	r := d.call("GET", fmt.Sprintf("/api/v1/hunts/fair/ledger?before=%d", e.HistoryAfter+1), deskOrganizer, nil)
	if lines := strings.Count(r.body, `"entrant":"ada"`); r.status != http.StatusOK || lines != 3 {
		t.Errorf("%d lines before that: %s", lines, r.body)
	}
}

func TestStats(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("draft")
	get := func() (s stats) {
		t.Helper()
		d.call("GET", "/api/v1/hunts/fair/stats", deskOrganizer, nil).ok(&s)
		return s
	}
	if s := get(); s.Phase != game.Draft || s.Entrants != 0 || s.Outcomes == nil || len(s.Challenges) != 4 || s.VerdictMS != (verdictMS{}) {
		t.Errorf("a draft: %+v", s)
	}
	d.post("phase", obj{"phase": "open"}).ok(nil)
	d.enter("ada", "Ada")
	d.enter("bob", "Bob")
	d.claim("ada", "two", text("wrong"), game.OutWrong)
	again := d.claim("ada", "two", text("also wrong"), game.OutWrong)
	proof := text("also wrong")
	d.play(actor.Request{ // the same claim once more
		Command: game.Command{Type: game.CmdClaim, ID: again, Entrant: "ada", Player: "ada", Challenge: "two"},
		Proof:   &proof,
	}, game.OutWrong)
	d.claim("ada", "one", text("uno-answer"), game.OutAwarded)
	d.post("phase", obj{"phase": "freeze"}).ok(nil)
	d.claim("bob", "one", text("uno-answer"), game.OutAwarded)

	s := get()
	if s.Now == 0 || s.Sessions != 5 || s.Audience != 3 || s.Entrants != 2 || s.Phase != game.Open || !s.Frozen || s.Seq == 0 {
		t.Errorf("stats: %+v", s)
	}
	if len(s.Outcomes) != 2 || s.Outcomes[game.OutWrong] != 2 || s.Outcomes[game.OutAwarded] != 2 {
		t.Errorf("outcomes: %v", s.Outcomes)
	}
	want := []challengeStats{{"one", "One", 2, 0}, {"two", "Two", 0, 2}, {"photo", "Photo", 0, 0}, {"steps", "Steps", 0, 0}}
	if !slices.Equal(s.Challenges, want) {
		t.Errorf("challenges: %+v", s.Challenges)
	}
	if s.VerdictMS.P50 <= 0 || s.VerdictMS.P99 < s.VerdictMS.P50 {
		t.Errorf("delays: %+v", s.VerdictMS)
	}
	d.call("GET", "/api/v1/hunts/fair/stats?live=1", deskOrganizer, nil).refused(400, game.CodeBadRequest)
}

// A file that an earlier linter accepted stays applied and can be sent again. What is
// wrong in it by now is said as warnings.
func TestLintOfAFileInForce(t *testing.T) {
	d := newDesk(t, nil)
	old := strings.Replace(deskHunt, "title: The fair\n", "title: The fair\ntheme: night\n", 1)
	d.call("PUT", "/api/v1/hunts/fair", deskOrganizer, old).refused(422, codeBadHunt)
	def, _ := huntfile.ParseStored([]byte(old))
	d.play(actor.Request{Command: game.Command{Type: game.CmdDefine, Definition: def, By: "olga"}}, game.OutDone)
	var out linted
	d.call("POST", "/api/v1/lint", deskOrganizer, old).ok(&out)
	if out.Hunt != "fair" || out.Findings.Failed() || len(out.Findings) != 1 || !strings.Contains(out.Findings[0].Message, `no key "theme"`) {
		t.Errorf("in force: %+v", out)
	}
	var applied Applied
	d.call("PUT", "/api/v1/hunts/fair", deskOrganizer, old).ok(&applied)
	if !applied.Replay || applied.Rev != 1 || len(applied.Findings) != 1 {
		t.Errorf("sent again: %+v", applied)
	}
	changed := strings.Replace(old, "title: One", "title: Uno", 1)
	d.call("PUT", "/api/v1/hunts/fair", deskOrganizer, changed).refused(422, codeBadHunt)
}

func TestLint(t *testing.T) {
	d := newDesk(t, nil)
	var out linted
	lint := func(body string) linted {
		t.Helper()
		out = linted{}
		d.call("POST", "/api/v1/lint", deskOrganizer, body).ok(&out)
		return out
	}
	parsed, _ := huntfile.Parse([]byte(deskHunt))
	if lint(deskHunt); out.Hunt != "fair" || out.Findings.Failed() || out.Findings == nil || out.MaxScore != hunt.MaxScore(parsed) {
		t.Errorf("a good file: %+v", out)
	}
	if lint(strings.Replace(deskHunt, "title: One", "titel: One", 1)); out.Hunt != "" || out.MaxScore != 0 || !out.Findings.Failed() || out.Findings[0].Line != 5 {
		t.Errorf("a mistake: %+v", out)
	}
	if lint("a: [b"); !out.Findings.Failed() {
		t.Errorf("no YAML: %+v", out)
	}
	d.call("GET", "/api/v1/hunts/fair", "", nil).refused(404, game.CodeUnknownHunt) // nothing was applied
	d.call("POST", "/api/v1/lint", deskOrganizer, deskHunt, "Content-Type", "text/html").refused(415, codeMediaType)
	d.call("POST", "/api/v1/lint?dry_run=1", deskOrganizer, deskHunt).refused(400, game.CodeBadRequest)
	d.call("POST", "/api/v1/lint", deskOrganizer, deskHunt+strings.Repeat("#", hunt.MaxFile)).refused(413, protocol.CodeTooLarge)
	d.call("POST", "/api/v1/lint", "", deskHunt).refused(401, protocol.CodeUnauthorized)
	d.call("POST", "/api/v1/lint", deskProducer, deskHunt).refused(403, game.CodeForbidden)
	if r := d.call("GET", "/api/v1/lint", deskOrganizer, nil); r.refused(405, codeMethod).Code == "" || r.header.Get("Allow") != "POST" {
		t.Errorf("Allow: %q", r.header.Get("Allow"))
	}
}
