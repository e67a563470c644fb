package check

import (
	"slices"
	"strings"
	"testing"

	"veltrix/testkit/player"
)

// said is a claim that was sent at one time and had this verdict at another.
func said(id, challenge string, sent, heard int64, outcome string, seq int64) player.Claim {
	return player.Claim{
		ID: id, Player: "p", Entrant: "e", Challenge: challenge, Began: sent, Ended: heard,
		Verdicts: []player.Message{{Type: "verdict", ID: id, Outcome: outcome, Seq: seq, Points: 10, Arrived: heard}},
	}
}

func TestLinearizable(t *testing.T) {
	for _, c := range []struct {
		name   string
		claims []player.Claim
		wrong  bool
	}{
		{"one after the other", []player.Claim{
			said("1", "x", 0, 10, "wrong", 0), said("2", "x", 20, 30, "awarded", 5), said("3", "x", 40, 50, "already", 5),
		}, false},
		{"at the same time", []player.Claim{
			said("1", "x", 0, 50, "already", 5), said("2", "x", 0, 60, "awarded", 5), said("3", "x", 0, 70, "closed", 0),
		}, false},
		{"already before it was awarded", []player.Claim{
			said("1", "x", 0, 10, "already", 5), said("2", "x", 20, 30, "awarded", 5),
		}, true},
		{"forgotten after it was awarded", []player.Claim{
			said("1", "x", 0, 10, "awarded", 5), said("2", "x", 20, 30, "wrong", 0),
		}, true},
		{"awarded twice", []player.Claim{
			said("1", "x", 0, 10, "awarded", 5), said("2", "x", 0, 10, "awarded", 6),
		}, true},
		{"the ledger in another order than time", []player.Claim{
			said("1", "x", 0, 10, "awarded", 6), said("2", "y", 20, 30, "awarded", 5),
		}, true},
		{"another award than the one that is there", []player.Claim{
			said("1", "x", 0, 10, "awarded", 5), said("2", "x", 20, 30, "already", 4),
		}, true},
	} {
		if found := Linearizable(c.claims, 1); (found != nil) != c.wrong {
			t.Errorf("%s: %v", c.name, found)
		}
	}
	// Where history was lost, an award may come back with another seq.
	if found := Linearizable([]player.Claim{
		said("1", "x", 0, 10, "awarded", 6), said("2", "y", 20, 30, "awarded", 5), said("3", "x", 40, 50, "already", 9),
	}, 2); found != nil {
		t.Error(found)
	}
	// A copy that came late was awarded, where the first was answered that the
	// hunt is paused.
	late := said("1", "x", 0, 10, "closed", 0)
	late.Verdicts = append(late.Verdicts, player.Message{Type: "verdict", ID: "1", Outcome: "awarded", Seq: 5, Points: 10, Arrived: 90})
	if found := Linearizable([]player.Claim{late, said("2", "x", 20, 30, "already", 5)}, 1); found != nil {
		t.Error(found)
	}
}

func TestVisits(t *testing.T) {
	_, ledger, _ := played()
	ledger = append(ledger, Entry{Epoch: "1", Seq: 11, At: 2000, Type: "announced"})
	good := player.Visit{Player: "a", Entrant: "a", Hunt: "h", Epoch: "1", From: 6, Last: 11, Since: 3, Missed: []int64{6}, Heard: []int64{7, 9, 11}}
	if found := Visits([]player.Visit{good}, ledger); found != nil {
		t.Error(found)
	}
	for name, change := range map[string]func(*player.Visit){
		"missed too little": func(v *player.Visit) { v.Missed = nil },
		"missed too much":   func(v *player.Visit) { v.Missed = []int64{6, 7} },
		"heard less":        func(v *player.Visit) { v.Heard = []int64{7, 11} },
		"heard twice":       func(v *player.Visit) { v.Heard = []int64{7, 7, 9, 11} },
		"out of order":      func(v *player.Visit) { v.Heard = []int64{9, 7, 11} },
		"someone else's":    func(v *player.Visit) { v.Heard = []int64{7, 8, 9, 11} },
		"reset for nothing": func(v *player.Visit) { v.Reset = true },
	} {
		v := good
		v.Missed, v.Heard = slices.Clone(good.Missed), slices.Clone(good.Heard)
		change(&v)
		if found := Visits([]player.Visit{v}, ledger); found == nil {
			t.Errorf("%s: nothing found", name)
		}
	}
}

func TestCount(t *testing.T) {
	history, ledger, _ := played()
	for i := range history {
		history[i].Entrant = history[i].Player
		history[i].Began, history[i].Ended = 1000, 43_000
	}
	if got, want := Count(history, ledger), (Tally{Claims: 2, Awarded: 2, LongestMs: 42}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	without := slices.DeleteFunc(slices.Clone(ledger), func(e Entry) bool { return e.ID == "claim-b" })
	if got := Count(history, without); got.Lost != 1 {
		t.Errorf("%+v without an award", got)
	}
	if got := Count(history, append(slices.Clone(ledger), Entry{Type: "awarded", Entrant: "b", Challenge: "x", ID: "other"})); got.Duplicated != 1 {
		t.Errorf("%+v with an award twice", got)
	}
	history[0].Verdicts = nil
	if got := Count(history, ledger); got.Unanswered != 1 || got.Awarded != 1 {
		t.Errorf("%+v with a claim that was not answered", got)
	}
}

func TestManyVisitsAreCut(t *testing.T) {
	visits := make([]player.Visit, 100)
	for i := range visits {
		visits[i] = player.Visit{Since: -1, Heard: []int64{1}}
	}
	if found := Visits(visits, nil); len(found) != maxProblems+1 || !strings.HasPrefix(found[maxProblems], "…") {
		t.Errorf("%d findings", len(found))
	}
}
