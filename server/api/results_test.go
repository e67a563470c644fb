package api

import (
	"encoding/csv"
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
