package redis_test

import (
	"reflect"
	"strings"
	"testing"

	"veltrix/game"
	"veltrix/game/storetest"
)

// TestWithinOneBatch: commands see what those before them in the batch did to
// board and freeze, which is not in Redis yet.
func TestWithinOneBatch(t *testing.T) {
	text := townFile + "  - {id: winner, title: Winner, points: 7, when: {place: 1}}\n"
	adjust := func(n int, who string, points int64) game.Command {
		return game.Command{Type: game.CmdAdjust, ID: uuid(3, n), Rev: 1, Entrant: who, Points: points, By: "olga"}
	}
	freeze := func(n int, f game.Freeze) game.Command {
		return game.Command{Type: game.CmdPhase, ID: uuid(4, n), Rev: 1, Freeze: f, By: "olga"}
	}
	closing := game.Command{Type: game.CmdPhase, ID: uuid(5, 0), Rev: 1, Phase: game.Closed, By: "olga"}
	for _, c := range []struct {
		name    string
		batches [][]game.Command
	}{
		{"the leader falls, then the hunt closes", [][]game.Command{
			{adjust(1, "ada", 100), adjust(2, "bob", 50)},
			{adjust(3, "ada", -90), closing},
		}},
		{"the leader is banned, then the hunt closes", [][]game.Command{
			{adjust(1, "ada", 100), adjust(2, "bob", 50)},
			{{Type: game.CmdBan, ID: uuid(6, 0), Entrant: "ada", By: "olga"}, closing},
		}},
		{"frozen again", [][]game.Command{
			{adjust(1, "ada", 100), freeze(1, game.FreezeOn), adjust(2, "ada", 1)},
			{freeze(2, game.FreezeOff), freeze(3, game.FreezeOn), adjust(3, "ada", 1)},
			{adjust(4, "ada", 1), adjust(5, "bob", 1)},
		}},
		{"frozen and revealed", [][]game.Command{
			{freeze(1, game.FreezeOn), adjust(1, "ada", 1), freeze(2, game.FreezeOff)},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := func() int64 { return 1_700_000_000_000 }
			prefix := freshPrefix()
			stores := []game.Store{storetest.NewReference(clock), openPrefix(t, prefix, clock)}
			d := parse(t, text)
			w := &town{TB: t}
			batches := append([][]game.Command{
				{{Type: game.CmdDefine, Definition: d, By: "olga"}},
				{{Type: game.CmdPhase, ID: uuid(2, 0), Rev: 1, Phase: game.Open, By: "olga"}, w.join("ada"), w.join("bob")},
			}, c.batches...)
			for i := range batches[1] {
				batches[1][i].Rev = 1
			}
			for _, batch := range batches {
				var got [2]game.Result
				for i, s := range stores {
					var err error
					if got[i], err = s.Commit(t.Context(), "town", nil, game.Head{}, batch); err != nil {
						t.Fatal(err)
					}
					for j := range got[i].Entries {
						got[i].Entries[j].Nonce = ""
					}
				}
				same(t, got[0].Entries, got[1].Entries)
				for _, frozen := range []bool{false, true} {
					want, wantSeq, err := stores[0].Rows(t.Context(), "town", frozen)
					if err != nil {
						t.Fatal(err)
					}
					rows, seq, err := stores[1].Rows(t.Context(), "town", frozen)
					if err != nil {
						t.Fatal(err)
					}
					same(t, want, rows)
					same(t, wantSeq, seq)
				}
			}
			if strings.Contains(c.name, "closes") {
				if e, err := stores[1].Entrant(t.Context(), "town", "bob"); err != nil || e.Total != 57 {
					t.Fatalf("%+v, %v", e, err)
				}
			}
		})
	}
}

func same(t *testing.T, want, got any) {
	t.Helper()
	if !reflect.DeepEqual(want, got) {
		t.Fatalf("want %+v\ngot  %+v", want, got)
	}
}
