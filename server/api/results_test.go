package api

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"veltrix/game"
	"veltrix/game/actor"
)

// TestCellsAreNoFormulas: wherever a spreadsheet of some country would begin a cell.
func TestCellsAreNoFormulas(t *testing.T) {
	for cell, want := range map[string]string{
		"Ada": "Ada", "Ada = Bob": "Ada = Bob", "a-b": "a-b", "C++": "C++", "": "", "Ada; Bob": "Ada; Bob", "me@home": "me@home",
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(1)": "'@SUM(1)", "\t=1": "'\t'=1", "\r=1": "'\r'=1",
		"＝1+1": "'＝1+1", "＋1": "'＋1", "－1": "'－1", "＠x": "'＠x", "﹦1": "'﹦1",
		";=1": ";'=1", "a;=1": "a;'=1", "a; =1": "a; '=1", `a;"=1"`: `a;"'=1"`, "a,+1": "a,'+1", "a|-1": "a|'-1", "a;＝1": "a;'＝1",
		" =1": " '=1", `"=1`: `"'=1`, "==1": "'==1",
	} {
		if got := harmless(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}

// TestTablesOfResults: the same rows in both forms, with names as harmless text.
func TestTablesOfResults(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	names := map[string]string{"ada": "Ádá", "eve": "＝1+1", "mal": "x;=1+cmd"}
	for id, name := range names {
		d.play(actor.Request{
			Command:  game.Command{Type: game.CmdJoin, Entrant: id, Player: id, Name: name, Found: true},
			JoinCode: "lantern",
		}, game.OutDone)
	}
	d.claim("ada", "one", text("uno-answer"), game.OutAwarded)

	r := d.call("GET", "/api/v1/hunts/fair/results.csv", deskOrganizer, nil).ok(nil)
	body, marked := strings.CutPrefix(r.body, "\ufeff")
	if !marked {
		t.Error("the table has no byte order mark")
	}
	lines, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(lines) != 4 {
		t.Fatalf("%v: %q", err, r.body)
	}
	for _, line := range lines[1:] {
		if line[2] != harmless(names[line[1]]) {
			t.Errorf("the name of %s is %q", line[1], line[2])
		}
	}

	r = d.call("GET", "/api/v1/hunts/fair/results.xlsx", deskOrganizer, nil).ok(nil)
	if !strings.Contains(r.header.Get("Content-Type"), "spreadsheetml") || !strings.Contains(r.header.Get("Content-Disposition"), "fair-results.xlsx") {
		t.Errorf("headers %v", r.header)
	}
	file, err := excelize.OpenReader(strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sheet, err := file.GetRows("Results")
	if err != nil || len(sheet) != 4 || strings.Join(sheet[0], ",") != strings.Join(resultColumns, ",") {
		t.Fatalf("%v: %q", err, sheet)
	}
	for i, row := range sheet[1:] {
		if row[1] != lines[i+1][1] || row[2] != names[row[1]] || row[3] != lines[i+1][3] {
			t.Errorf("row %d is %q, the table has %q", i+1, row, lines[i+1])
		}
		cell := "C" + string(rune('2'+i))
		if formula, err := file.GetCellFormula("Results", cell); err != nil || formula != "" {
			t.Errorf("%s has the formula %q, %v", cell, formula, err)
		}
	}
	d.call("GET", "/api/v1/hunts/fair/results.xlsx", "", nil).refused(401, "unauthorized")
	d.call("GET", "/api/v1/hunts/nowhere/results.xlsx", deskOrganizer, nil).refused(404, game.CodeUnknownHunt)
}

// TestResultsTellTheState: divisions, who is out, clocks and penalties.
func TestResultsTellTheState(t *testing.T) {
	d := second(t, "ada", "bob", "eve", "joe")
	d.call("PUT", fairPath, deskOrganizer, strings.Replace(secondHunt, "points: 10, bonus: [5]", "points: 10, penalty: 4", 1)+"finish: {text: Done, when: {challenges: [one]}}\n").ok(nil)
	d.claim("ada", "one", text("uno-answer"), game.OutAwarded)
	d.post("adjustments", obj{"entrant": "bob", "points": 6, "reason": "x"}).ok(nil)
	d.claim("bob", "one", text("no"), game.OutWrong)
	d.post("divisions", obj{"entrant": "ada", "division": "school", "reason": "x"}).ok(nil)
	d.post("visibility", obj{"entrant": "eve", "hidden": true, "reason": "x"}).ok(nil)
	d.post("bans", obj{"entrant": "joe", "reason": "x"}).ok(nil)
	r := d.call("GET", fairPath+"/results.csv", deskOrganizer, nil).ok(nil)
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(r.body, "\ufeff"))).ReadAll()
	if err != nil || len(lines) != 5 {
		t.Fatalf("%v: %q", err, r.body)
	}
	for i, e := range []string{"ada", "bob", "eve", "joe"} {
		in := d.inStore(e)
		want := map[string][]string{
			"ada": {"1", "ada", "Ada", "10", "1", "0", "school", "", clock(in.Clock), clock(in.FinishedAt), "0"},
			"bob": {"2", "bob", "Bob", "2", "0", "0", "", "", clock(in.Clock), "", "4"},
			"eve": {"", "eve", "Eve", "0", "0", "0", "", "hidden", clock(in.Clock), "", "0"},
			"joe": {"", "joe", "Joe", "0", "0", "0", "", "banned", clock(in.Clock), "", "0"},
		}[e]
		if !slices.Equal(lines[i+1], want) {
			t.Errorf("%s: %q, want %q", e, lines[i+1], want)
		}
		if in.Clock == 0 || e == "ada" && in.FinishedAt == 0 {
			t.Errorf("%s has no clock: %+v", e, in)
		}
	}
	r = d.call("GET", fairPath+"/results.xlsx", deskOrganizer, nil).ok(nil)
	file, err := excelize.OpenReader(strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := file.GetRows("Results")
	if err != nil || len(rows) != 5 || rows[0][7] != "state" || rows[4][0] != "" || rows[4][7] != "banned" || rows[2][10] != "4" {
		t.Errorf("%v: %q", err, rows)
	}
}
