package player

import (
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// TestJournal: what is read again is what was played, also when the last line
// was cut off.
func TestJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	journal, err := NewJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	h := &History{Journal: journal}
	h.begin(Claim{ID: "1", Player: "p", Entrant: "e", Hunt: "h", Challenge: "c"})
	h.sent("1")
	h.sent("1")
	h.answer(Message{Type: "error", ID: "1", Code: "busy", Raw: []byte(`{"type":"error","id":"1","code":"busy"}`)})
	h.answer(Message{
		Type: "verdict", ID: "1", Outcome: "awarded", Seq: 7, Heard: "5",
		Raw: []byte(`{"type":"verdict","id":"1","outcome":"awarded","seq":7}`),
	})
	h.visited(Visit{Player: "p", Hunt: "h", From: 3, Last: 7, Since: -1, Heard: []int64{7}})
	if err := journal.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := NewJournal(path); err == nil {
		t.Error("a journal was written over")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"", `{"at":1,"cla`} {
		again, err := Replay(strings.NewReader(string(text) + end))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := again.Claims(), h.Claims(); !reflect.DeepEqual(got, want) {
			t.Errorf("claims %+v, want %+v", got, want)
		}
		if got, want := again.Visits(), h.Visits(); !reflect.DeepEqual(got, want) {
			t.Errorf("visits %+v, want %+v", got, want)
		}
	}
	if c := h.Claims()[0]; c.Sent != 2 || c.Answers != 2 || c.Ended == 0 || c.Verdicts[0].Heard != "5" || c.Refusal.Code != "busy" {
		t.Errorf("%+v", c)
	}
	if _, err := Replay(strings.NewReader("nonsense\n")); err == nil {
		t.Error("nonsense was read")
	}
}

// TestReset: a player whose history was lost joins again and sends what it was
// awarded once more, with the same id.
func TestReset(t *testing.T) {
	var ids []string
	again := make(chan struct{})
	err := play(t, Config{}, func(q request) (string, websocket.StatusCode) {
		ids = append(ids, q.ID)
		switch len(ids) {
		case 2: // the second claim comes with the news
			return `[` + verdict(q) + `,{"type":"reset","hunt":"h","epoch":"2","seq":1}]`, 0
		case 4:
			close(again)
		}
		return verdict(q), 0
	}, func(p *Player, _ *History) {
		for _, c := range []string{"a", "b"} {
			if _, err := p.Claim(t.Context(), c, nil); err != nil {
				t.Error(err)
			}
		}
		select {
		case <-again:
		case <-t.Context().Done():
			t.Error("nothing was sent again")
		}
	})
	if err != nil || len(ids) != 4 || ids[2]+ids[3] != ids[0]+ids[1] && ids[3]+ids[2] != ids[0]+ids[1] {
		t.Errorf("ids %v, %v", ids, err)
	}
}

// TestResume: a socket that comes back says what it knows, and keeps what it
// had missed.
func TestResume(t *testing.T) {
	n := 0
	h := &History{}
	err := play(t, Config{}, func(q request) (string, websocket.StatusCode) {
		if n++; n == 1 {
			return "", 4000
		}
		return `[{"type":"notice","hunt":"h","seq":9},` + verdict(q) + `]`, 0
	}, func(p *Player, history *History) {
		if _, err := p.Claim(t.Context(), "c", nil); err != nil {
			t.Error(err)
		}
		h = history
	})
	visits := h.Visits()
	if err != nil || len(visits) != 2 || visits[0].Since != -1 || visits[1].Since != 1 || visits[1].Last != 9 || len(visits[1].Heard) != 1 {
		t.Errorf("%+v, %v", visits, err)
	}
}

func TestBoundsOfWhatIsKept(t *testing.T) {
	p := New(Config{History: &History{}})
	for _, outcome := range []string{"awarded", "wrong"} {
		for i := range 3 * keptMost {
			id := strconv.Itoa(i)
			p.waiting[id] = &pending{answer: make(chan Message, 1)}
			for range 2 { // it was sent in two copies
				p.answered(Message{Type: "verdict", ID: id, Outcome: outcome})
			}
		}
		if n := len(p.kept); n != keptMost || p.kept[0].id == p.kept[1].id {
			t.Errorf("%d claims are kept", n)
		}
	}
}
