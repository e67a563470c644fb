package protocol

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"

	"veltrix/game"
)

const claimFrame = `{"type":"claim","id":"0b7e4b1e-3c0c-4b5e-9d2f-5a0e8f6f0001","hunt":"old-town","challenge":"lantern","proof":{"text":"1874"}}`

func BenchmarkDecode(b *testing.B) {
	var raw [4]byte
	for _, c := range []struct{ name, frame string }{
		{"claim", claimFrame},
		{"claims=16", "[" + strings.Repeat(claimFrame+",", 15) + claimFrame + "]"},
		{"join", `{"type":"join","id":"1","hunt":"old-town","code":"LANTERN","since":{"epoch":"1795439335420","seq":120}}`},
		{"ping", `{"type":"ping"}`},
		{"malformed", `{"type":"claim","id":"7","hunt":1}`},
	} {
		b.Run(c.name, func(b *testing.B) {
			frame := []byte(c.frame)
			at := bytes.Index(frame, []byte("0b7e4b1e"))
			b.ReportAllocs()
			b.SetBytes(int64(len(frame)))
			n := uint32(0)
			for b.Loop() {
				if n++; at >= 0 { // no two claims have the same id
					binary.BigEndian.PutUint32(raw[:], n)
					hex.Encode(frame[at:], raw[:])
				}
				Decode(frame, func(*Request, *Error) {})
			}
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	points, total, left := int64(150), int64(300), int64(2)
	rows := make([]Row, 50)
	worths := map[string]Worth{}
	for i := range rows {
		rows[i] = Row{
			Rank: i + 1, Entrant: "0b7e4b1e-3c0c-4b5e-9d2f-5a0e8f6f" + strconv.Itoa(1000+i), Name: "Player " + strconv.Itoa(i),
			Points: 12_000 - int64(i), Solved: 20, Badges: 2,
		}
		worths["lantern-"+strconv.Itoa(i)] = Worth{Worth: 350, Solves: int64(i)}
	}
	board := Board{
		Type: "board", Hunt: "old-town", Seq: 124, At: 1795439335420, Entrants: 5321, Size: 50, Rows: rows, Challenges: worths,
	}
	changes := board
	changes.Base, changes.Rows, changes.Challenges = 120, rows[:5], map[string]Worth{"lantern-1": worths["lantern-1"]}
	verdict := Verdict{
		Type: "verdict", ID: "0b7e4b1e-3c0c-4b5e-9d2f-5a0e8f6f0001", Hunt: "old-town", Challenge: "lantern", At: 1795439335420,
	}
	awarded, wrong := verdict, verdict
	awarded.Outcome, awarded.Seq, awarded.Points, awarded.Bonus, awarded.Total = game.OutAwarded, 124, &points, &points, &total
	awarded.Rank, awarded.Badges = 2, []string{}
	wrong.Outcome, wrong.AttemptsLeft, wrong.RetryAfter = game.OutWrong, &left, 10_000
	for _, c := range []struct {
		name    string
		message any
	}{
		{"verdict=awarded", awarded},
		{"verdict=wrong", wrong},
		{"pong", Pong{Type: "pong", Now: 1795439335420}},
		{"standing", Standing{Type: "standing", Hunt: "old-town", Seq: 124, Rank: 7, Points: 300, Entrants: 5321}},
		{"board", board},
		{"delta", changes},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if v, ok := c.message.(Verdict); ok {
					b.SetBytes(int64(len(v.Encode())))
				} else {
					b.SetBytes(int64(len(Encode(c.message))))
				}
			}
		})
	}
}
