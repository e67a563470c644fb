package check

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"veltrix/testkit/player"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// played is a small hunt that went well: Ada has an award, a badge and a
// correction, Ben an award, Cy is banned.
func played() ([]player.Claim, []Entry, *Board) {
	ledger := []Entry{
		{Type: "defined", Rev: 1},
		{Type: "phase", Phase: "open"},
		{Type: "joined", Entrant: "a", Player: "a"},
		{Type: "joined", Entrant: "b", Player: "b"},
		{Type: "joined", Entrant: "c", Player: "c"},
		{Type: "awarded", Entrant: "a", Player: "a", Challenge: "x", Points: 15, Bonus: 5, Total: 15, ID: "claim-a"},
		{Type: "badge", Entrant: "a", Player: "a", Badge: "one", Points: 2, Total: 17, ID: "claim-a"},
		{Type: "awarded", Entrant: "b", Player: "b", Challenge: "x", Points: 10, Total: 10, ID: "claim-b"},
		{Type: "adjusted", Entrant: "a", Points: -7, Total: 10, ID: "fix"},
		{Type: "banned", Entrant: "c", ID: "ban"},
	}
	for i := range ledger {
		ledger[i].Epoch, ledger[i].Seq, ledger[i].At = "1", int64(i)+1, int64(1000+i)
	}
	award := func(id, who string, seq, points, bonus, total int64) player.Claim {
		v := player.Message{Type: "verdict", ID: id, Outcome: "awarded", Seq: seq, Points: points, Bonus: bonus, Total: total}
		again := v
		again.Replay = true
		return player.Claim{ID: id, Player: who, Challenge: "x", Sent: 2, Answers: 2, Verdicts: []player.Message{v, again}}
	}
	history := []player.Claim{award("claim-a", "a", 6, 15, 5, 17), award("claim-b", "b", 8, 10, 0, 10)}
	board := &Board{Entrants: 2, Rows: []Row{
		{Rank: 1, Entrant: "a", Points: 10, Solved: 1, Badges: 1},
		{Rank: 2, Entrant: "b", Points: 10, Solved: 1},
	}}
	return history, ledger, board
}

func TestConsistent(t *testing.T) {
	history, ledger, board := played()
	if problems := Verify(history, ledger, board); problems != nil {
		t.Error(problems)
	}
	if problems := Verify(nil, nil, &Board{}); problems != nil {
		t.Error(problems)
	}
}

// lose takes Ben's award out of the ledger, as if the database had.
func lose(ledger []Entry) {
	ledger[7] = Entry{Epoch: "2", Seq: 8, At: 1007, Type: "recovered", Text: "after seq 7 of epoch 1"}
	ledger[8].Epoch, ledger[9].Epoch = "2", "2"
}

// TestRecovered: what was lost and given again is where players do not expect
// it, and that is all.
func TestRecovered(t *testing.T) {
	history, ledger, board := played()
	lose(ledger)
	ledger = append(ledger, Entry{
		Epoch: "2", Seq: 11, At: 2000, Type: "awarded", Entrant: "b", Player: "b", Challenge: "x", Points: 10, Total: 10, ID: "claim-b",
		Text: "restores 1-8/nonce",
	})
	replay := history[1].Verdicts[1]
	replay.Seq = 11
	history[1].Verdicts = append(history[1].Verdicts, replay)
	if problems := Verify(history, ledger, board); problems != nil {
		t.Error(problems)
	}
}

// TestFinds damages one thing at a time: the checker must see it.
func TestFinds(t *testing.T) {
	type state struct {
		history []player.Claim
		ledger  []Entry
		board   *Board
	}
	for _, c := range []struct {
		name   string
		damage func(s *state)
		says   string
	}{
		{"lost award", func(s *state) { s.ledger[7] = Entry{Epoch: "1", Seq: 8, At: 1007, Type: "announced"} }, "claim-b"},
		{"gap", func(s *state) { s.ledger = slices.Delete(s.ledger, 8, 9) }, "seq 10"},
		{"fork", func(s *state) { s.ledger[4].Epoch = "2" }, "epoch 2"},
		{"an epoch for nothing", func(s *state) { s.ledger[9].Type, s.ledger[9].Entrant = "recovered", "" }, "goes on with epoch 1"},
		{"an epoch before", func(s *state) {
			s.ledger = append(s.ledger, Entry{Epoch: "0", Seq: 11, At: 2000, Type: "recovered"})
		}, "before it was 1"},
		{"lost and not given again", func(s *state) { lose(s.ledger) }, "claim-b"},
		{"lost and given again with other points", func(s *state) {
			lose(s.ledger)
			s.ledger = append(s.ledger, Entry{
				Epoch: "2", Seq: 11, At: 2000, Type: "awarded", Entrant: "b", Player: "b", Challenge: "x", Points: 9, Total: 9, ID: "claim-b",
			})
		}, "claim-b"},
		{"time runs back", func(s *state) { s.ledger[5].At = 1 }, "older"},
		{"award twice", func(s *state) {
			s.ledger = append(s.ledger, Entry{
				Epoch: "1", Seq: 11, At: 2000, Type: "awarded", Entrant: "b", Player: "b", Challenge: "x", Points: 10, Total: 20, ID: "other",
			})
		}, "awards x to b again"},
		{"badge twice", func(s *state) {
			s.ledger = append(s.ledger, Entry{Epoch: "1", Seq: 11, At: 2000, Type: "badge", Entrant: "a", Badge: "one", Points: 2, Total: 12})
		}, "badge one"},
		{"wrong total", func(s *state) { s.ledger[8].Total = 11 }, "sum to 10"},
		{"points without joining", func(s *state) { s.ledger[3].Type = "announced" }, "not joined"},
		{"other points", func(s *state) { s.history[0].Verdicts[0].Points = 14 }, "claim-a"},
		{"other claim's award", func(s *state) { s.history[0].Verdicts[1].Seq = 8 }, "claim-a"},
		{"someone else's award", func(s *state) { s.history[1].Player = "a" }, "claim-b"},
		{"two fresh verdicts", func(s *state) { s.history[0].Verdicts[1].Replay = false }, "2 times that it was awarded just now"},
		{"verdicts differ", func(s *state) { s.history[0].Verdicts[1].Outcome = "wrong" }, "and then"},
		{"already what is not there", func(s *state) { s.history[1].Verdicts = []player.Message{{Outcome: "already", Seq: 6, Points: 15}} }, "claim-b"},
		{"no answer", func(s *state) { s.history[1].Verdicts = nil }, "no answer"},
		{"board of other points", func(s *state) { s.board.Rows[1].Points = 9 }, "ledger 10 points"},
		{"board order", func(s *state) { slices.Reverse(s.board.Rows); s.board.Rows[0].Rank, s.board.Rows[1].Rank = 1, 2 }, "belongs above"},
		{"board lacks one", func(s *state) { s.board.Rows = s.board.Rows[:1] }, "the board has 1 rows"},
		{"board has a banned one", func(s *state) { s.board.Rows[1].Entrant = "c" }, "not in the hunt"},
		{"board ranks", func(s *state) { s.board.Rows[1].Rank = 1 }, "has rank 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s state
			s.history, s.ledger, s.board = played()
			c.damage(&s)
			problems := Verify(s.history, s.ledger, s.board)
			if !strings.Contains(strings.Join(problems, "\n"), c.says) {
				t.Errorf("found %q, want %q in it", problems, c.says)
			}
		})
	}
}

func TestManyProblemsAreCut(t *testing.T) {
	ledger := make([]Entry, 1000)
	if problems := Verify(nil, ledger, nil); len(problems) != maxProblems+1 || problems[maxProblems] != "… and 950 more" {
		t.Errorf("%d problems, the last is %q", len(problems), problems[len(problems)-1])
	}
}

// TestFetch reads pages until one is empty.
func TestFetch(t *testing.T) {
	const entries, entrants = 2500, 2001
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		number := func(name string) int {
			n, err := strconv.Atoi(r.URL.Query().Get(name))
			if err != nil {
				t.Error(err)
			}
			return n
		}
		limit := min(number("limit"), 300) // a server may give less than it was asked for
		switch {
		case r.Header.Get("Authorization") != "Bearer token":
			http.Error(w, "who are you", http.StatusUnauthorized)
		case strings.HasSuffix(r.URL.Path, "/h/ledger"):
			for i := number("after"); i < min(entries, number("after")+limit); i++ {
				if _, err := fmt.Fprintf(w, "{\"seq\":%d}\n", i+1); err != nil {
					t.Error(err)
				}
			}
		default:
			b := Board{Entrants: entrants}
			for i := number("offset"); i < min(entrants, number("offset")+limit); i++ {
				b.Rows = append(b.Rows, Row{Rank: int64(i) + 1})
			}
			if err := json.NewEncoder(w).Encode(b); err != nil {
				t.Error(err)
			}
		}
	}))
	defer s.Close()
	defer s.Client().CloseIdleConnections()
	from := &Server{URL: s.URL, Organizer: "token", Client: s.Client()}
	ledger, err := from.Ledger(t.Context(), "h")
	if err != nil || len(ledger) != entries || ledger[entries-1].Seq != entries {
		t.Errorf("%d entries, %v", len(ledger), err)
	}
	board, err := from.Board(t.Context(), "h")
	if err != nil || len(board.Rows) != entrants || board.Rows[entrants-1].Rank != entrants {
		t.Errorf("%+v, %v", board, err)
	}
	from.Organizer = ""
	if _, err := from.Ledger(t.Context(), "h"); err == nil || !strings.Contains(err.Error(), "who are you") {
		t.Errorf("without a token: %v", err)
	}
}

// TestFold: what was revoked may be given again, and a ledger without joins can
// be allowed.
func TestFold(t *testing.T) {
	var problems []string
	f := Fold{Unjoined: true, Report: func(p string) { problems = append(problems, p) }}
	for i, e := range []Entry{
		{Type: "awarded", Entrant: "a", Challenge: "x", Points: 5, Total: 5, ID: "one"},
		{Type: "badge", Entrant: "a", Badge: "b", Total: 5},
		{Type: "revoked", Entrant: "a", Challenge: "x", Points: -5},
		{Type: "revoked", Entrant: "a", Challenge: "x"},
		{Type: "revoked", Entrant: "a", Badge: "b"},
		{Type: "awarded", Entrant: "a", Challenge: "x", Points: 4, Bonus: 1, Total: 4, ID: "two"},
	} {
		e.Epoch, e.Seq = "1", int64(i)+1
		f.Entry(&e)
	}
	f.Board(&Board{Entrants: 1, Rows: []Row{{Rank: 1, Entrant: "a", Points: 4, Solved: 1}}})
	if problems != nil {
		t.Errorf("%q", problems)
	}
	if got, ok := f.Award("a", "x"); !ok || got.Seq != 6 || got.ID != "two" || got.Points != 4 || got.Bonus != 1 {
		t.Errorf("%+v, %t", got, ok)
	}
	if f.Entries() != 6 || f.Epochs() != 1 || f.Awards() != 1 {
		t.Errorf("%d entries, %d epochs, %d awards", f.Entries(), f.Epochs(), f.Awards())
	}
	f.Unjoined = false
	f.Entry(&Entry{Epoch: "1", Seq: 7, Type: "awarded", Entrant: "b", Challenge: "x"})
	if len(problems) != 1 || !strings.Contains(problems[0], "has not joined") {
		t.Errorf("%q", problems)
	}
}

// TestOutAndBack: whoever is banned or hidden is on no board until both are lifted,
// and ties go by what the entries say.
func TestOutAndBack(t *testing.T) {
	history, ledger, board := played()
	add := func(entries ...Entry) {
		for _, e := range entries {
			e.Epoch, e.Seq, e.At = "1", int64(len(ledger))+1, 2000
			ledger = append(ledger, e)
		}
	}
	add(Entry{Type: "hidden", Entrant: "b"}, Entry{Type: "banned", Entrant: "b"}, Entry{Type: "unbanned", Entrant: "b"})
	alone := &Board{Entrants: 1, Rows: board.Rows[:1]}
	if problems := Verify(history, ledger, alone); problems != nil {
		t.Errorf("hidden: %v", problems)
	}
	add(Entry{Type: "shown", Entrant: "b"})
	if problems := Verify(history, ledger, board); problems != nil {
		t.Errorf("shown: %v", problems)
	}
	add(Entry{Type: "adjusted", Entrant: "a", Points: 3, Total: 13, Tie: 15}, Entry{Type: "penalised", Entrant: "a", Points: -3, Total: 10})
	board.Rows[0], board.Rows[1] = board.Rows[1], board.Rows[0]
	board.Rows[0].Rank, board.Rows[1].Rank = 1, 2
	if problems := Verify(history, ledger, board); problems != nil {
		t.Errorf("raised: %v", problems)
	}
}
