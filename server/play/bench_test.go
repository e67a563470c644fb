package play

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/server/protocol"
)

// crowded is a hunt of 50 challenges with so many entrants; the first one has
// solved 20 of them.
func crowded(b *testing.B, entrants int) (tb *table, first *game.Entrant) {
	b.Helper()
	var file strings.Builder
	file.WriteString("hunt: bench\ntitle: Benchmark\nmode: solo\nchallenges:\n")
	for i := range 50 {
		fmt.Fprintf(&file, "  - {id: lantern-%02d, title: Lantern %d, description: Find it and read the year on its foot., points: 100, proof: {text: a}}\n", i, i)
	}
	tb = newTable(b, file.String())
	names := make([]string, entrants)
	for i := range names {
		names[i] = uuid.NewString()
		tb.organize("bench", game.Command{Type: game.CmdJoin, Player: names[i], Name: fmt.Sprintf("Player %d", i)})
	}
	for i := range 20 {
		tb.organize("bench", game.Command{
			Type: game.CmdGrant, ID: uuid.NewString(), Entrant: names[0], Challenge: fmt.Sprintf("lantern-%02d", i), By: "olga",
		})
	}
	r, err := tb.hunts.Do(b.Context(), "bench", actor.Request{Command: game.Command{Type: game.CmdJoin, Player: names[0], Name: "Player 0"}})
	if err != nil || r.Entrant == nil {
		b.Fatal(r, err)
	}
	return tb, r.Entrant
}

// onView runs f on the goroutine of the hunt.
func (tb *table) onView(f func(v *actor.View)) {
	if err := tb.hunts.Look(tb.t.Context(), "bench", f); err != nil {
		tb.t.Fatal(err)
	}
}

// BenchmarkBoard makes and publishes a board of which so many rows changed.
func BenchmarkBoard(b *testing.B) {
	tb, _ := crowded(b, 1000)
	for _, changed := range []int{1, 10, 50} {
		b.Run(fmt.Sprintf("changed=%d", changed), func(b *testing.B) {
			tb.onView(func(v *actor.View) {
				tb.publisher.Board(v, true)
				a := tb.publisher.audience("bench")
				before := slices.Clone(a.shown.rows)
				for i := range changed {
					before[i*len(before)/changed].Points++
				}
				b.ReportAllocs()
				for b.Loop() {
					a.shown.rows = before
					tb.publisher.Board(v, true)
				}
			})
		})
	}
}

// BenchmarkSnapshot makes what a player is sent on joining.
func BenchmarkSnapshot(b *testing.B) {
	tb, e := crowded(b, 1000)
	tb.onView(func(v *actor.View) {
		tb.publisher.Board(v, true)
		a, r := tb.publisher.audience("bench"), &protocol.Request{ID: "1"}
		b.ReportAllocs()
		for b.Loop() {
			b.SetBytes(int64(len(a.snapshot(v, r, e, nil, 1).Encode())))
		}
	})
}

// BenchmarkVerdict turns a frame into a request and a reply into a frame:
// what a claim costs besides the hunt and the socket.
func BenchmarkVerdict(b *testing.B) {
	tb, e := crowded(b, 1000)
	frame := []byte(`{"type":"claim","id":"0b7e4b1e-3c0c-4b5e-9d2f-5a0e8f6f0001","hunt":"bench","challenge":"lantern-07","proof":{"text":"1874"}}`)
	tb.onView(func(v *actor.View) {
		b.ReportAllocs()
		for b.Loop() {
			protocol.Decode(frame, func(r *protocol.Request, _ *protocol.Error) {
				if _, err := decodeProof(r.Proof); err != nil {
					b.Fatal(err)
				}
				reply := game.Reply{Outcome: game.OutAwarded, Seq: 7, At: 1795439335420, Points: 100, Total: 2000}
				m := verdict(v, &reply, e.ID, "lantern-07")
				m.ID, m.Hunt, m.Challenge = r.ID, r.Hunt, r.Challenge
				m.Encode()
			})
		}
	})
}
