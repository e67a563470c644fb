package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"veltrix/loadtest/crowd"
	"veltrix/testkit/check"
)

func members(n int) []crowd.Member {
	all := make([]crowd.Member, n)
	for i := range all {
		all[i].ID = fmt.Sprintf("p%d", i)
	}
	return all
}

// TestVerifyFinds damages one thing at a time: an acknowledgement, the ledger
// or the board.
func TestVerifyFinds(t *testing.T) {
	claim, hint := uuid.New(), uuid.New()
	type state struct {
		acks   []crowd.Ack
		ledger []check.Entry
		board  check.Board
	}
	for _, c := range []struct {
		name   string
		damage func(*state)
		says   string // empty: nothing
	}{
		{"nothing", func(*state) {}, ""},
		{"award lost", func(s *state) { s.ledger = s.ledger[:2]; s.board.Rows[0] = check.Row{Rank: 1, Entrant: "p0"} }, "not in the ledger"},
		{"hint lost", func(s *state) { s.ledger = s.ledger[:3] }, "not in the ledger"},
		{"gap", func(s *state) { s.ledger[3].Seq = 5 }, "has seq 5"},
		{"new epoch", func(s *state) { s.ledger[3].Epoch = "2" }, "history was lost"},
		{"award twice", func(s *state) {
			again := s.ledger[2]
			again.Seq, again.ID, again.Total = 5, uuid.NewString(), 20
			s.ledger = append(s.ledger, again)
		}, "awards c-1 to p0 again"},
		{"other points", func(s *state) { s.acks[0].Points = 9 }, "was told"},
		{"other seq", func(s *state) { s.acks[0].Seq = 9 }, "was told"},
		{"other player", func(s *state) { s.acks[0].Player = 1 }, "was told"},
		{"acknowledged twice", func(s *state) { s.acks = append(s.acks, s.acks[0]) }, "acknowledged twice"},
		{"repeated with another seq", func(s *state) { s.acks[2].Seq = 1 }, "was told of an award seq 1"},
		{"wrong total", func(s *state) { s.ledger[2].Total = 11 }, "sum to 10"},
		{"board", func(s *state) { s.board.Rows[0].Points = 11 }, "the ledger 10 points"},
		{"board lacks a row", func(s *state) { s.board.Rows = nil }, "has 0 rows"},
		{"untold", func(s *state) { s.acks = s.acks[1:] }, "were not told"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := state{
				acks: []crowd.Ack{
					{ID: claim, Seq: 3, Points: 10, Fresh: true},
					{ID: hint, Challenge: 1, Seq: 4, Hint: true},
					{ID: claim, Seq: 3, Points: 10},
				},
				ledger: []check.Entry{
					{Seq: 1, Type: "phase"},
					{Seq: 2, Type: "joined", Entrant: "p0", Player: "p0"},
					{Seq: 3, Type: "awarded", Entrant: "p0", Player: "p0", Challenge: "c-1", ID: claim.String(), Points: 10, Total: 10},
					{Seq: 4, Type: "hinted", Entrant: "p0", Player: "p0", Challenge: "c-2", ID: hint.String(), Total: 10},
				},
				board: check.Board{Entrants: 1, Rows: []check.Row{{Rank: 1, Entrant: "p0", Points: 10, Solved: 1}}},
			}
			for i := range s.ledger {
				s.ledger[i].Epoch = "1"
			}
			c.damage(&s)
			var v verification
			acked := byHunt(1, members(2), s.acks, &v)
			compared := v.compare("h", &acked[0])
			for i := range s.ledger {
				compared.entry(&s.ledger[i])
			}
			compared.end(&s.board)
			v.answers(&crowd.Result{})
			if c.says == "" && (len(v.Problems) > 0 || v.Verified != 2 || v.Repeated != 1) {
				t.Errorf("%+v", v)
			}
			if !slices.ContainsFunc(append(v.Problems, c.says), func(p string) bool { return strings.Contains(p, c.says) && p != c.says || c.says == "" }) {
				t.Errorf("found %q, want %q in it", v.Problems, c.says)
			}
		})
	}
}

func TestAnswersAreJudged(t *testing.T) {
	var v verification
	v.answers(&crowd.Result{Unexpected: map[string]int64{"right: closed": 3}, Missing: 1, Unanswered: []string{"some-id"}})
	if len(v.Problems) != 2 || !strings.Contains(v.Problems[0], "right: closed") || !strings.Contains(v.Problems[1], "some-id") {
		t.Errorf("%q", v.Problems)
	}
	for range 2 * maxProblems {
		v.addf("again")
	}
	if len(v.Problems) != maxProblems || v.More != maxProblems+2 {
		t.Errorf("%d problems and %d more", len(v.Problems), v.More)
	}
}
