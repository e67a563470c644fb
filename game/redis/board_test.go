package redis_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"veltrix/game"
	"veltrix/game/redis"
	"veltrix/testkit/redistest"
)

// TestRowsUnderWrites: a board of several pages, read while its rows change
// and change places, is what the ledger up to its seq says.
func TestRowsUnderWrites(t *testing.T) {
	server := redistest.Start(t, "--appendonly", "no")
	prefix := freshPrefix()
	w := newTown(t, openAt(t, redis.Options{URL: server.UnixURL(), Prefix: prefix, Ack: redis.AckMemory}), prefix)
	const entrants = 1300
	for i := 0; i < entrants; {
		var batch []game.Command
		for ; len(batch) < game.MaxBatch && i < entrants; i++ {
			cmd := w.join(fmt.Sprintf("p%d", i))
			cmd.Rev = 1
			batch = append(batch, cmd)
		}
		w.batch(batch)
	}
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	writers.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			batch := make([]game.Command, 0, game.MaxBatch)
			for i := range game.MaxBatch {
				// Up and down, far and near.
				points := int64((n*37+i*101)%4000 - 1500)
				batch = append(batch, game.Command{
					Type: game.CmdAdjust, ID: uuid(8, n*game.MaxBatch+i), Rev: 1, By: "olga", Points: points,
					Entrant: fmt.Sprintf("p%d", (n*game.MaxBatch*7+i*13)%entrants),
				})
			}
			batch[5] = game.Command{Type: game.CmdBan, ID: uuid(9, n), Entrant: fmt.Sprintf("p%d", n%entrants), By: "olga"}
			batch[6] = game.Command{Type: game.CmdBan, ID: uuid(10, n), Entrant: fmt.Sprintf("p%d", (n+entrants-3)%entrants), Lift: n%2 == 0, By: "olga"}
			w.batch(batch)
		}
	})
	type read struct {
		rows []game.Row
		seq  int64
	}
	var reads []read
	for range 12 {
		rows, seq, err := w.Rows(t.Context(), "town", false)
		if err != nil {
			t.Fatal(err)
		}
		reads = append(reads, read{rows, seq})
	}
	w.ok(game.Command{Type: game.CmdPhase, ID: w.id(), Freeze: game.FreezeOn, By: "olga"})
	first, frozenAt, err := w.Rows(t.Context(), "town", true)
	if err != nil {
		t.Fatal(err)
	}
	stop()
	writers.Wait()
	f := &folded{rows: map[string]game.Row{}, t: t, w: w}
	moved := false
	for _, r := range reads {
		moved = moved || r.seq != reads[0].seq
		f.upTo(r.seq)
		f.equal(r.rows, f.rows)
	}
	if !moved {
		t.Error("nothing was written meanwhile")
	}
	f.upTo(frozenAt)
	frozen := map[string]game.Row{}
	maps.Copy(frozen, f.rows)
	// Who is out is as of now on the frozen board, too.
	sum, err := w.Load(t.Context(), "town")
	if err != nil || sum.FrozenSeq != frozenAt {
		t.Fatalf("%+v, %v", sum, err)
	}
	f.upTo(sum.Seq)
	last, _, err := w.Rows(t.Context(), "town", true)
	if err != nil {
		t.Fatal(err)
	}
	for id, row := range frozen {
		row.Out = f.rows[id].Out
		frozen[id] = row
	}
	f.equal(last, frozen)
	for _, row := range first {
		want := frozen[row.Entrant]
		want.Out = row.Out
		if want != row {
			t.Fatalf("frozen row %+v, want %+v", row, want)
		}
	}
}

func (w *town) batch(batch []game.Command) {
	if _, err := w.Commit(context.Background(), "town", w.def, game.Head{}, batch); err != nil {
		w.Error(err)
	}
}

// folded is the board that the ledger gives.
type folded struct {
	t    *testing.T
	w    *town
	seq  int64
	rows map[string]game.Row
}

func (f *folded) upTo(seq int64) {
	f.t.Helper()
	for f.seq < seq {
		entries, err := f.w.Ledger(f.t.Context(), "town", f.seq, int(min(5000, seq-f.seq)))
		if err != nil || len(entries) == 0 {
			f.t.Fatalf("%d entries, %v", len(entries), err)
		}
		for _, n := range entries {
			f.seq = n.Seq
			switch n.Type {
			case game.Joined:
				f.rows[n.Entrant] = game.Row{Entrant: n.Entrant, Name: n.Name, Tie: n.Seq}
			case game.Adjusted:
				row := f.rows[n.Entrant]
				row.Points, row.Tie = n.Total, n.Tie
				f.rows[n.Entrant] = row
			case game.Banned, game.Unbanned:
				row := f.rows[n.Entrant]
				row.Out = n.Type == game.Banned
				f.rows[n.Entrant] = row
			}
		}
	}
}

func truth(is bool) int {
	if is {
		return 1
	}
	return 0
}

func (f *folded) equal(got []game.Row, rows map[string]game.Row) {
	f.t.Helper()
	var want []game.Row
	for _, row := range rows {
		want = append(want, row)
	}
	slices.SortFunc(want, func(a, b game.Row) int {
		if a.Out != b.Out {
			return cmp.Compare(truth(a.Out), truth(b.Out))
		}
		return cmp.Or(cmp.Compare(b.Points, a.Points), cmp.Compare(a.Tie, b.Tie))
	})
	if len(got) != len(want) {
		f.t.Fatalf("seq %d: %d rows, want %d", f.seq, len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			f.t.Fatalf("seq %d: row %d is %+v, want %+v", f.seq, i, got[i], want[i])
		}
	}
}
