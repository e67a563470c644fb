package api

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/storetest"
)

// TestBin: a deleted hunt is nowhere, and comes back as it was.
func TestBin(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	d.enter("ada", "Ada")
	d.claim("ada", "one", text("uno-answer"), game.OutAwarded)
	del := func(query string) reply { return d.call("DELETE", fairPath+query, deskOrganizer, nil) }
	for _, query := range []string{"", "?confirm=1", "?confirm=Fair"} {
		if p := del(query).refused(409, codeConfirm); !strings.Contains(p.Detail, "1 entrant is playing") || !strings.Contains(p.Detail, "?confirm=fair") {
			t.Errorf("%q: %s", query, p.Detail)
		}
	}
	if d.state() != "open false" {
		t.Fatal("it was deleted without a confirmation")
	}
	d.call("DELETE", "/api/v1/hunts/nowhere", deskOrganizer, nil).refused(404, game.CodeUnknownHunt)
	del("?confirm=fair&now=1").refused(400, game.CodeBadRequest)

	id := obj{"id": uuid.NewString(), "reason": "a test"}
	var did, again changed
	d.call("DELETE", fairPath+"?confirm=fair", deskOrganizer, id).ok(&did)
	if d.call("DELETE", fairPath+"?confirm=fair", deskOrganizer, id).ok(&again); !again.Replay || again.Seq != did.Seq || did.Seq == 0 {
		t.Errorf("deleted %+v, again %+v", did, again)
	}
	del("?confirm=fair").refused(404, game.CodeUnknownHunt)
	del("").refused(404, game.CodeUnknownHunt)

	for _, path := range []string{
		"", "/board", "/series", "/definition", "/reviews", "/ledger", "/results.csv", "/results.xlsx", "/entrants", "/entrants?id=ada",
		"/entrants?q=a", "/entrants/ada", "/stats",
	} {
		d.call("GET", fairPath+path, deskOrganizer, nil).refused(404, game.CodeUnknownHunt)
	}
	d.call("GET", "/h/fair/qr.svg", "", nil).refused(404, game.CodeUnknownHunt)
	var list struct{ Hunts []huntSummary }
	if d.call("GET", "/api/v1/hunts", deskOrganizer, nil).ok(&list); len(list.Hunts) != 0 {
		t.Errorf("the list has %+v", list.Hunts)
	}
	change := obj{"entrant": "ada", "points": 1, "reason": "x"}
	d.post("adjustments", change).refused(404, game.CodeUnknownHunt)
	d.post("adjustments?dry_run=1", change).refused(404, game.CodeUnknownHunt)
	d.post("phase", obj{"phase": "closed"}).refused(404, game.CodeUnknownHunt)
	d.call("POST", fairPath+"/events", deskProducer, []obj{}).refused(404, game.CodeUnknownHunt)
	for _, query := range []string{"", "?dry_run=1", "?confirm=1"} {
		if p := d.call("PUT", fairPath+query, deskOrganizer, deskHunt).refused(409, game.CodeConflict); p.Why != game.WhyBin {
			t.Errorf("a file for a hunt in the bin: %+v", p)
		}
	}

	var bin struct{ Hunts []Binned }
	d.call("GET", "/api/v1/bin", deskOrganizer, nil).ok(&bin)
	if len(bin.Hunts) != 1 || bin.Hunts[0] != (Binned{"fair", "The fair", did.At, did.At + 30*86_400_000}) {
		t.Errorf("the bin: %+v", bin)
	}
	d.call("GET", "/api/v1/bin", "", nil).refused(401, "unauthorized")
	d.call("GET", "/api/v1/bin", deskProducer, nil).refused(403, game.CodeForbidden)

	const back = "/api/v1/bin/fair/restore"
	d.call("POST", back, "", obj{"id": uuid.NewString(), "reason": "x"}).refused(401, "unauthorized")
	d.call("POST", back, deskOrganizer, obj{"id": "mine"}).refused(400, game.CodeBadRequest)
	d.call("POST", "/api/v1/bin/nowhere/restore", deskOrganizer, obj{"id": uuid.NewString(), "reason": "x"}).refused(404, game.CodeUnknownHunt)
	id = obj{"id": uuid.NewString(), "reason": "by mistake"}
	d.call("POST", back, deskOrganizer, id).ok(&did)
	if d.call("POST", back, deskOrganizer, id).ok(&again); !again.Replay || again.Seq != did.Seq {
		t.Errorf("restored %+v, again %+v", did, again)
	}
	if p := d.call("POST", back, deskOrganizer, obj{"id": uuid.NewString(), "reason": "x"}).refused(409, game.CodeConflict); p.Why != game.WhyHasNot {
		t.Errorf("restored twice: %+v", p)
	}
	var page boardPage
	if d.call("GET", fairPath+"/board", "", nil).ok(&page); page.Entrants != 1 || page.Rows[0].Points != 15 || d.state() != "open false" {
		t.Errorf("it came back as %+v", page)
	}
	d.claim("ada", "two", text("due-answer"), game.OutAwarded)
	d.call("DELETE", fairPath+"?confirm=fair", deskOrganizer, nil).ok(nil)
	d.call("POST", back, deskOrganizer, nil).ok(nil) // as short as it may be
	if d.call("GET", "/api/v1/bin", deskOrganizer, nil).ok(&bin); len(bin.Hunts) != 0 {
		t.Errorf("the bin still has %+v", bin)
	}
}

// TestBinIsEmptied: after 30 days nobody can restore a hunt, a day later it is gone.
func TestBinIsEmptied(t *testing.T) {
	var later atomic.Int64 // ms
	store := storetest.NewReference(func() int64 { return now() + later.Load() })
	d := newDesk(t, store)
	d.fair("open")
	other := strings.Replace(deskHunt, "hunt: fair", "hunt: other", 1)
	d.call("PUT", "/api/v1/hunts/other", deskOrganizer, other).ok(nil)
	var did changed
	d.call("DELETE", fairPath+"?confirm=fair", deskOrganizer, nil).ok(&did)
	purge := func() {
		t.Helper()
		if err := PurgeBin(t.Context(), store, d.api.clock.Now(), zap.NewNop()); err != nil {
			t.Fatal(err)
		}
	}
	day := (24 * time.Hour).Milliseconds()
	bin := func() (list struct{ Hunts []Binned }) {
		t.Helper()
		// A commit tells the node what time it is for the store.
		d.call("POST", "/api/v1/hunts/other/announcements", deskOrganizer, obj{"id": uuid.NewString(), "text": "Tea"}).ok(nil)
		d.call("GET", "/api/v1/bin", deskOrganizer, nil).ok(&list)
		purge()
		return list
	}
	later.Store(30*day - 60_000)
	if list := bin(); len(list.Hunts) != 1 {
		t.Errorf("a minute before: %+v", list)
	}
	later.Store(30*day + 60_000)
	if list := bin(); len(list.Hunts) != 0 {
		t.Errorf("a minute after: %+v", list)
	}
	again := obj{"id": uuid.NewString(), "reason": "x"}
	d.call("POST", "/api/v1/bin/fair/restore", deskOrganizer, again).refused(404, game.CodeUnknownHunt)
	if sum, err := store.Load(t.Context(), "fair"); err != nil || sum.DeletedAt != did.At {
		t.Errorf("its data is gone too early: %v", err)
	}
	later.Store(31*day + 60_000)
	bin()
	if _, err := store.Load(t.Context(), "fair"); !errors.Is(err, game.ErrUnknownHunt) {
		t.Errorf("its data is still there: %v", err)
	}
	d.call("POST", "/api/v1/bin/fair/restore", deskOrganizer, again).refused(404, game.CodeUnknownHunt)
	if _, err := store.Load(t.Context(), "other"); err != nil {
		t.Errorf("another hunt: %v", err)
	}
}
