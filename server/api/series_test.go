package api

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/storetest"
)

// countingStore counts what is read of the ledger.
type countingStore struct {
	game.Store
	entries atomic.Int64
}

func (s *countingStore) Ledger(ctx context.Context, id string, after int64, limit int) ([]game.Entry, error) {
	entries, err := s.Store.Ledger(ctx, id, after, limit)
	s.entries.Add(int64(len(entries)))
	return entries, err
}

// chartDesk is a desk whose series can be read and made old.
type chartDesk struct {
	*desk
	store *countingStore
}

func newChartDesk(t *testing.T) *chartDesk {
	store := &countingStore{Store: storetest.NewReference(now)}
	d := &chartDesk{newDesk(t, store), store}
	d.fair("open")
	return d
}

// age makes the answer that is kept as old as answers get.
func (d *chartDesk) age() {
	h := d.api.charts.of("fair")
	h.mu.Lock()
	h.at = h.at.Add(-seriesAge)
	h.mu.Unlock()
}

// read returns the series and what was read of the ledger for it.
func (d *chartDesk) read() (page seriesPage, entries int64) {
	d.t.Helper()
	before := d.store.entries.Load()
	d.call("GET", "/api/v1/hunts/fair/series", "", nil).ok(&page)
	return page, d.store.entries.Load() - before
}

func (d *chartDesk) adjust(entrant string, by int) {
	d.t.Helper()
	d.play(actor.Request{Command: game.Command{
		Type: game.CmdAdjust, ID: uuid.NewString(), Entrant: entrant, Points: int64(by), Reason: "x", By: byOrganizer,
	}}, game.OutDone)
}

// totals are the totals of a series, without their times.
func totals(s series) (list []int64) {
	for _, p := range s.Points {
		list = append(list, p[1])
	}
	return list
}

func TestSeries(t *testing.T) {
	d := newChartDesk(t)
	if page, _ := d.read(); page.Seq != 2 || page.Frozen || page.Series == nil || len(page.Series) != 0 {
		t.Errorf("nobody yet: %+v", page)
	}
	d.enter("ada", "Ada")
	d.enter("bob", "Bob")
	d.adjust("ada", 5)
	d.claim("bob", "two", text("due-answer"), game.OutAwarded)
	if page, read := d.read(); len(page.Series) != 0 || read != 0 {
		t.Errorf("the answer is not kept: %+v, %d entries read", page, read)
	}
	d.age()
	page, _ := d.read()
	if page.Seq != 6 || page.At == 0 || len(page.Series) != 2 || page.Series[0].Entrant != "bob" || page.Series[1].Name != "Ada" {
		t.Fatalf("two: %+v", page)
	}
	if got := totals(page.Series[0]); !slices.Equal(got, []int64{0, 25 - 5}) {
		t.Errorf("bob's totals: %v", got)
	}
	for _, s := range page.Series {
		if !slices.IsSortedFunc(s.Points, func(a, b [2]int64) int { return int(a[0] - b[0]) }) || s.Points[0][0] == 0 {
			t.Errorf("not in order of time: %v", s.Points)
		}
	}

	// What comes later is read alone, and while the board is frozen nothing shows.
	d.adjust("ada", -2)
	d.age()
	if page, read := d.read(); read != 1 || page.Series[1].Points[len(page.Series[1].Points)-1][1] != 3 {
		t.Errorf("one more entry, read %d: %+v", read, page.Series[1])
	}
	d.post("phase", obj{"phase": "freeze"}).ok(nil)
	d.adjust("ada", 100)
	d.enter("eve", "Eve")
	d.age()
	page, _ = d.read()
	if last := page.Series[1].Points[len(page.Series[1].Points)-1]; !page.Frozen || len(page.Series) != 2 || page.Series[0].Entrant != "bob" || last[1] != 3 {
		t.Errorf("frozen: %+v", page)
	}
	if page.Seq != 8 || page.Series[1].Points[len(page.Series[1].Points)-1][0] > page.At {
		t.Errorf("frozen, up to seq %d", page.Seq)
	}
	// A ban takes its entrant off a frozen board, too.
	d.post("bans", obj{"entrant": "bob", "reason": "bots"}).ok(nil)
	d.age()
	if page, _ = d.read(); len(page.Series) != 1 || page.Series[0].Entrant != "ada" {
		t.Errorf("frozen, without bob: %+v", page)
	}
	d.post("phase", obj{"phase": "reveal"}).ok(nil)
	d.age()
	page, _ = d.read()
	if page.Frozen || len(page.Series) != 2 || page.Series[0].Entrant != "ada" || totals(page.Series[0])[len(page.Series[0].Points)-1] != 103 {
		t.Errorf("revealed: %+v", page)
	}

	r := d.call("GET", "/api/v1/hunts/fair/series", "", nil)
	if again := d.call("GET", "/api/v1/hunts/fair/series", "", nil, "If-None-Match", r.header.Get("ETag")); again.status != 304 {
		t.Errorf("the same series: %d", again.status)
	}
	d.call("GET", "/api/v1/hunts/fair/series?limit=5", "", nil).refused(400, game.CodeBadRequest)
	d.call("GET", "/api/v1/hunts/nowhere/series", "", nil).refused(404, game.CodeUnknownHunt)
	if d.api.charts.hunts["nowhere"] != nil {
		t.Error("a hunt that is not there is kept")
	}
}

// TestSeriesFollowTheTop: an entrant from far behind has its past, too, and the
// numbers are those of the ledger.
func TestSeriesFollowTheTop(t *testing.T) {
	d := newChartDesk(t)
	want := map[string][]int64{}
	change := func(entrant string, by int) {
		t.Helper()
		d.adjust(entrant, by)
		list := want[entrant]
		want[entrant] = append(list, list[len(list)-1]+int64(by))
	}
	id := func(i int) string { return fmt.Sprintf("e%02d", i) }
	for i := range seriesWatched + 20 {
		d.enter(id(i), id(i))
		want[id(i)] = []int64{0}
		change(id(i), 1000-i)
	}
	agree := func() (read int64) {
		t.Helper()
		d.age()
		page, read := d.read()
		var board boardPage
		d.call("GET", fmt.Sprintf("/api/v1/hunts/fair/board?limit=%d", seriesSize), "", nil).ok(&board)
		if len(page.Series) != seriesSize || page.Seq != board.Seq {
			t.Fatalf("%d series at %d", len(page.Series), page.Seq)
		}
		for i, s := range page.Series {
			if s.Entrant != board.Rows[i].Entrant {
				t.Errorf("series %d is of %s, the board has %s", i, s.Entrant, board.Rows[i].Entrant)
			}
			// Changes of the same millisecond are one point.
			got, rest := totals(s), want[s.Entrant]
			for _, total := range got {
				at := slices.Index(rest, total)
				if at < 0 {
					t.Fatalf("%s: %v, want %v", s.Entrant, got, want[s.Entrant])
				}
				rest = rest[at+1:]
			}
			if got[0] != 0 || got[len(got)-1] != board.Rows[i].Points {
				t.Errorf("%s: %v, want %v", s.Entrant, got, want[s.Entrant])
			}
		}
		return read
	}
	all := agree()
	change(id(seriesWatched-1), 500) // from the back of those watched
	if read := agree(); read != 1 {
		t.Errorf("%d entries read, want the new one", read)
	}
	change(id(seriesWatched+5), 900) // from behind them
	if read := agree(); read != all+2 {
		t.Errorf("%d entries read, want all %d", read, all+2)
	}
	change(id(0), -3000) // out of the top, and someone up
	agree()
}

func TestSeriesAreBounded(t *testing.T) {
	var tr track
	for i := range int64(10_000) {
		tr.add(i*10, i)
		tr.add(i*10, i+1) // the same moment
		if len(tr) > seriesPoints {
			t.Fatalf("%d points", len(tr))
		}
	}
	if tr[0][0] != 0 || tr[len(tr)-1] != [2]int64{99_990, 10_000} || len(tr) < seriesPoints/2 {
		t.Errorf("%d points from %v to %v", len(tr), tr[0], tr[len(tr)-1])
	}
	if !slices.IsSortedFunc(tr, func(a, b [2]int64) int { return int(a[0] - b[0]) }) {
		t.Error("not in order of time")
	}
	var c folded[huntChart]
	for i := range 3 * foldedHunts {
		if h := c.of(fmt.Sprint(i)); h != c.of(fmt.Sprint(i)) {
			t.Fatal("a hunt's series are not kept")
		}
	}
	if len(c.hunts) > foldedHunts {
		t.Errorf("the series of %d hunts are kept", len(c.hunts))
	}

	// Of a very long ledger only the end is read; a series begins with what its
	// entrant had then.
	store := &longLedger{head: 3 * seriesRead}
	h := &huntChart{}
	page := &boardView{actor.Board{Seq: store.head, At: store.head, Rows: []game.Row{{Entrant: "ada", Points: store.head}, {Entrant: "bob", Points: 7}}}, "1"}
	if err := h.follow(t.Context(), store, "fair", page); err != nil {
		t.Fatal(err)
	}
	ada, bob := *h.tracks["ada"], *h.tracks["bob"]
	if store.read != seriesRead || len(ada) > seriesPoints || ada[0][1] != 2*seriesRead || ada[len(ada)-1][1] != store.head {
		t.Errorf("%d entries read, ada's %d points from %v", store.read, len(ada), ada[0])
	}
	if len(bob) != 1 || bob[0] != [2]int64{store.head, 7} {
		t.Errorf("bob, of whom nothing is known: %v", bob)
	}
	store.head += seriesRead + 1 // nobody asked for a while
	page.Seq = store.head
	if err := h.follow(t.Context(), store, "fair", page); err != nil || store.read != 2*seriesRead {
		t.Errorf("%d entries read, %v", store.read, err)
	}
	page.epoch, page.Seq = "2", 10 // another history
	store.read = 0
	if err := h.follow(t.Context(), store, "fair", page); err != nil || store.read != 10 || (*h.tracks["ada"])[0][1] != 0 {
		t.Errorf("%d entries of another history read, %v", store.read, err)
	}
}

// longLedger gives one point to Ada with every entry.
type longLedger struct {
	game.Store
	head int64
	read int
}

func (l *longLedger) Ledger(_ context.Context, _ string, after int64, limit int) (list []game.Entry, _ error) {
	for seq := after + 1; seq <= l.head && len(list) < limit; seq++ {
		list = append(list, game.Entry{Seq: seq, At: seq, Type: game.Adjusted, Entrant: "ada", Points: 1, Total: seq})
	}
	l.read += len(list)
	return list, nil
}

// TestSeriesAreReadOnceForAll: however many ask at the same time.
func TestSeriesAreReadOnceForAll(t *testing.T) {
	d := newChartDesk(t)
	d.enter("ada", "Ada")
	before := d.store.entries.Load()
	start := time.Now()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if r := d.call("GET", "/api/v1/hunts/fair/series", "", nil); r.status != 200 {
				t.Errorf("%d %s", r.status, r.body)
			}
		})
	}
	all.Wait()
	if read := d.store.entries.Load() - before; read != 3 && time.Since(start) < seriesAge {
		t.Errorf("%d entries read by twenty, want 3", read)
	}
}
