package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
)

// TestDivisionBoards: the rows of a division, with ranks within it.
func TestDivisionBoards(t *testing.T) {
	d := second(t, "ada", "bob", "eve", "joe")
	d.claim("eve", "one", text("uno-answer"), game.OutAwarded)
	for _, e := range []string{"bob", "eve", "joe"} {
		d.post("divisions", obj{"entrant": e, "division": "school", "reason": "x"}).ok(nil)
	}
	show := func(query, token string) string {
		t.Helper()
		var page boardPage
		d.call("GET", fairPath+"/board"+query, token, nil).ok(&page)
		var b strings.Builder
		fmt.Fprintf(&b, "%d:", page.Entrants)
		for _, r := range page.Rows {
			fmt.Fprintf(&b, " %d %s", r.Rank, r.Entrant)
			if r.Division != "" {
				b.WriteString("/" + r.Division)
			}
		}
		return b.String()
	}
	expect := func(query, token, want string) {
		t.Helper()
		if got := show(query, token); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	expect("", "", "4: 1 eve/school 2 ada 3 bob/school 4 joe/school")
	expect("?division=school", "", "3: 1 eve/school 2 bob/school 3 joe/school")
	expect("?division=school&offset=1&limit=1", "", "3: 2 bob/school")
	expect("?division=open", "", "0:")
	d.post("visibility", obj{"entrant": "bob", "hidden": true, "reason": "x"}).ok(nil)
	expect("", "", "3: 1 eve/school 2 ada 3 joe/school")
	expect("?division=school", "", "2: 1 eve/school 2 joe/school")
	if p := d.call("GET", fairPath+"/board?division=seniors", "", nil).refused(400, game.CodeBadRequest); p.Why != game.WhyDivision {
		t.Errorf("%+v", p)
	}
	// A freeze holds for divisions too.
	d.post("phase", obj{"phase": "freeze"}).ok(nil)
	d.claim("joe", "one", text("uno-answer"), game.OutAwarded)
	d.claim("joe", "two", text("due-answer"), game.OutAwarded)
	expect("?division=school", "", "2: 1 eve/school 2 joe/school")
	expect("?division=school", deskOrganizer, "2: 1 joe/school 2 eve/school")
	expect("?division=school&live=0", deskOrganizer, "2: 1 eve/school 2 joe/school")
}

// TestFrozenAnswersStandStill: what anyone may read does not tell that the game
// goes on.
func TestFrozenAnswersStandStill(t *testing.T) {
	d := second(t, "ada", "bob")
	d.claim("ada", "one", text("uno-answer"), game.OutAwarded)
	d.post("phase", obj{"phase": "freeze"}).ok(nil)
	paths := []string{"/api/v1/hunts", fairPath, fairPath + "/board", fairPath + "/series", fairPath + "/board?division=open"}
	read := func() (bodies []string) {
		t.Helper()
		d.api.list.forget()
		d.api.charts.forget("fair")
		for _, path := range paths {
			r := d.call("GET", path, "", nil).ok(nil)
			bodies = append(bodies, r.body+r.header.Get("ETag"))
		}
		return bodies
	}
	before := read()
	d.claim("bob", "one", text("uno-answer"), game.OutAwarded)
	d.claim("ada", "two", text("due-answer"), game.OutAwarded)
	d.play(actor.Request{Command: game.Command{Type: game.CmdJoin, Player: "eve", Name: "Eve"}}, game.OutDone)
	d.post("announcements", obj{"text": "Tea"}).ok(nil)
	for i, body := range read() {
		if body != before[i] {
			t.Errorf("%s was\n%s and is\n%s", paths[i], before[i], body)
		}
	}
	// A name is that of now, and so the answer has another tag.
	d.post("names", obj{"entrant": "ada", "name": "Ida", "reason": "x"}).ok(nil)
	if now := read(); now[2] == before[2] || !strings.Contains(now[2], "Ida") {
		t.Errorf("after a renaming: %s", now[2])
	}
}

// TestLedgerTellsNumbers: the entry that makes an entrant has its number, that of a
// second player none.
func TestLedgerTellsNumbers(t *testing.T) {
	for _, mode := range []string{"solo", "team"} {
		t.Run(mode, func(t *testing.T) {
			d := newDesk(t, nil)
			d.call("PUT", fairPath, deskOrganizer, secondHunt+"mode: "+mode+"\n").ok(nil)
			d.post("phase", obj{"phase": "open"}).ok(nil)
			join := func(player string, team *actor.Team) {
				t.Helper()
				d.play(actor.Request{Command: game.Command{Type: game.CmdJoin, Player: player, Name: player, Member: player}, Team: team}, game.OutDone)
			}
			want := map[string]string{"ada": "0", "bob": "1", "eve": "2"}
			if mode == "team" {
				join("ada", &actor.Team{Name: "red"})
				join("bob", &actor.Team{Name: "blue"})
				id, err := d.api.store.EntrantOf(t.Context(), "fair", "ada")
				if err != nil {
					t.Fatal(err)
				}
				join("eve", &actor.Team{Invite: d.inStore(id).Invite})
				want["eve"] = "none"
			} else {
				for _, p := range []string{"ada", "bob", "eve"} {
					join(p, nil)
				}
			}
			for _, query := range []string{"", "?after=3", "?before=1000"} {
				for l := range strings.Lines(d.call("GET", fairPath+"/ledger"+query, deskOrganizer, nil).ok(nil).body) {
					var n struct {
						Type   game.EntryType
						Player string
						Number *int64
					}
					if err := json.Unmarshal([]byte(l), &n); err != nil {
						t.Fatal(err)
					}
					got := "none"
					if n.Number != nil {
						got = fmt.Sprint(*n.Number)
					}
					if n.Type == game.Joined && got != want[n.Player] || n.Type != game.Joined && got != "none" {
						t.Errorf("%s%s: number %s, want %s", query, l, got, want[n.Player])
					}
				}
			}
		})
	}
}

// TestEntrantTellsItsState: clock, extensions, skips, division, number, members.
func TestEntrantTellsItsState(t *testing.T) {
	d := second(t, "ada", "bob")
	d.call("PUT", fairPath, deskOrganizer, secondHunt+"finish: {text: Done, when: {challenges: [one]}}\n").ok(nil)
	d.claim("bob", "one", text("uno-answer"), game.OutAwarded)
	for what, body := range map[string]obj{
		"extensions": {"entrant": "bob", "minutes": 5}, "divisions": {"entrant": "bob", "division": "open"},
		"skips": {"entrant": "bob", "challenge": "two"}, "visibility": {"entrant": "bob", "hidden": true},
	} {
		body["reason"] = "x"
		d.post(what, body).ok(nil)
	}
	var e entrantView
	r := d.call("GET", fairPath+"/entrants/bob", deskOrganizer, nil).ok(&e)
	in := d.inStore("bob")
	if !e.Hidden || e.Banned || e.Rank != 0 || e.Division != "open" || e.Number != 1 || e.Started != in.Clock || e.Extra != 300_000 ||
		e.Ends != in.Clock+95*time.Minute.Milliseconds() || e.Finished != in.FinishedAt || e.Finished == 0 || fmt.Sprint(e.Skips) != "[two]" ||
		e.Members == nil || len(e.Members) != 0 {
		t.Errorf("%s", r.body)
	}

	team := newDesk(t, nil)
	team.call("PUT", fairPath, deskOrganizer, secondHunt+"mode: team\n").ok(nil)
	team.post("phase", obj{"phase": "open"}).ok(nil)
	team.play(actor.Request{Command: game.Command{Type: game.CmdJoin, ID: uuid.NewString(), Player: "p-1", Member: "Ada"}, Team: &actor.Team{Name: "red"}}, game.OutDone)
	id, err := team.api.store.EntrantOf(t.Context(), "fair", "p-1")
	if err != nil {
		t.Fatal(err)
	}
	team.call("GET", fairPath+"/entrants/"+id, deskOrganizer, nil).ok(&e)
	if len(e.Members) != 1 || e.Members[0] != (memberView{"p-1", "Ada"}) || e.Name != "red" {
		t.Errorf("a team: %+v", e)
	}
}

// TestPublicPageOfALimit: before its start nobody reads the challenges of a hunt
// with a clock for each entrant.
func TestPublicPageOfALimit(t *testing.T) {
	d := second(t, "ada")
	var page struct {
		Definition hunt.Public
		Challenges map[string]any
	}
	if r := d.call("GET", fairPath, "", nil).ok(&page); len(page.Definition.Challenges) != 0 || len(page.Challenges) != 0 {
		t.Errorf("anyone reads %s", r.body)
	}
	d.post("phase", obj{"phase": "closed"}).ok(nil)
	if r := d.call("GET", fairPath, "", nil).ok(&page); len(page.Definition.Challenges) != 3 || len(page.Challenges) != 3 {
		t.Errorf("closed: %s", r.body)
	}
}
