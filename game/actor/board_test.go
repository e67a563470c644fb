package actor

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"veltrix/game"

	"pgregory.net/rapid"
)

// A board of few entrants in small chunks would never split: these tests use
// thousands.
func TestBoardAgreesWithSorting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 3000).Draw(t, "entrants")
		seq := int64(0)
		b := newBoard(nil)
		model := map[string]game.Row{}
		for i := range n {
			seq++
			r := game.Row{Entrant: fmt.Sprint("e", i), Tie: seq}
			b.insert(&r)
			model[r.Entrant] = r
		}
		rnd := rapid.IntRange(0, 1<<30)
		for range rapid.IntRange(0, 3000).Draw(t, "changes") {
			if n == 0 {
				break
			}
			id, x := fmt.Sprint("e", rnd.Draw(t, "who")%n), int64(rnd.Draw(t, "what"))
			seq++
			if x%50 == 0 {
				if r := b.rows[id]; r != nil {
					b.remove(r)
					delete(model, id)
				}
				continue
			}
			f := func(r *game.Row) {
				r.Points += x%200 - 60
				if x%3 != 0 {
					r.Tie = seq
				}
			}
			b.change(id, f)
			if r, ok := model[id]; ok {
				f(&r)
				model[id] = r
			}
		}
		want := make([]game.Row, 0, len(model))
		for _, r := range model {
			want = append(want, r)
		}
		slices.SortFunc(want, func(a, b game.Row) int { return cmp.Or(cmp.Compare(b.Points, a.Points), cmp.Compare(a.Tie, b.Tie)) })
		check(t, b, want)
		check(t, b.clone(), want)
	})
}

func check(t *rapid.T, b *board, want []game.Row) {
	if got := b.page(nil, 0, len(want)+10); !slices.Equal(got, want) {
		t.Fatalf("page of %d rows is not the sorted board of %d", len(got), len(want))
	}
	for i, r := range want {
		if rank := b.rank(r.Entrant); rank != i+1 {
			t.Fatalf("rank %d of %s, want %d", rank, r.Entrant, i+1)
		}
	}
	if len(want) > 10 {
		if got := b.page(nil, len(want)-7, 3); !slices.Equal(got, want[len(want)-7:len(want)-4]) {
			t.Fatal("a page in the middle is wrong")
		}
	}
	if b.rank("nobody") != 0 || b.rankWith("nobody", 1) != 0 {
		t.Fatal("someone unknown has a rank")
	}
	for i := 0; i < len(want); i += 97 { // with what others have, give or take a little
		r, other := want[i], want[(i*31+7)%len(want)]
		for _, more := range []int64{-1, 0, 1} {
			points, tie := other.Points+more, other.Tie
			rank := 1
			for _, w := range want {
				if w.Entrant != r.Entrant && game.Score(w.Points, w.Tie) > game.Score(points, tie) {
					rank++
				}
			}
			if got := b.rankWith(r.Entrant, game.Score(points, tie)); got != rank {
				t.Fatalf("%s with %d points would be %d, want %d", r.Entrant, points, got, rank)
			}
		}
	}
}

func BenchmarkBoardChange(b *testing.B) {
	for _, n := range []int{100, 10_000, 1_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			rows := make([]game.Row, n)
			for i := range rows {
				rows[i] = game.Row{Entrant: fmt.Sprint("e", i), Points: int64(n - i), Tie: int64(i + 1)}
			}
			board := newBoard(rows)
			seq := int64(n)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				seq++
				id := rows[i*7919%n].Entrant
				board.change(id, func(r *game.Row) { r.Points += 10; r.Tie = seq })
				board.rank(id)
			}
		})
	}
}
