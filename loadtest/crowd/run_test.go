package crowd

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/coder/websocket"
)

// fake is a server that awards everything once, but only after every delay and
// refusal that a server may give. The zero value does not stall.
type fake struct {
	t     *testing.T
	stall time.Duration // before the first claim of all is answered

	mu     sync.Mutex
	frames map[string]string // by claim id: the first frame
	tries  map[string]int    // by claim id
	awards map[string]award  // by player and challenge
}

type award struct {
	id  string
	seq int64
}

type fakeMessage struct {
	Type, ID, Token, Challenge string
	Proof                      struct{ Text string }
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"veltrix.v1"}})
	if err != nil {
		f.t.Error(err)
		return
	}
	defer ws.CloseNow() // is gone either way
	player := ""
	for {
		_, text, err := ws.Read(r.Context())
		if err != nil {
			return // the crowd cut it, or is done
		}
		var all []fakeMessage
		if text[0] != '[' {
			text = fmt.Appendf(nil, "[%s]", text)
		}
		if err := json.Unmarshal(text, &all); err != nil {
			f.t.Error(err)
			return
		}
		for _, m := range all {
			reply := ""
			switch m.Type {
			case "hello":
				player = m.Token
				reply = `{"type":"welcome","heartbeat":25000}`
			case "join", "watch":
				reply = fmt.Sprintf(`{"type":"joined","id":%q,"epoch":"e","seq":1}`, m.ID)
			case "claim":
				reply = f.claim(player, &m, string(text))
			default:
				f.t.Errorf("%s", text)
			}
			if reply == "" || ws.Write(r.Context(), websocket.MessageText, []byte(reply)) != nil {
				return
			}
		}
	}
}

// claim answers; empty cuts the connection.
func (f *fake) claim(player string, m *fakeMessage, frame string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stall > 0 {
		time.Sleep(f.stall)
		f.stall = 0
	}
	if first, again := f.frames[m.ID]; again && first != frame {
		f.t.Errorf("%s was sent again as %s", first, frame)
	}
	f.frames[m.ID] = frame
	f.tries[m.ID]++
	if f.tries[m.ID] == 1 {
		switch len(f.tries) % 4 {
		case 0:
			return ""
		case 1:
			return fmt.Sprintf(`{"type":"error","id":%q,"code":"busy","message":"","retry_after":3}`, m.ID)
		}
	}
	what := player + " " + m.Challenge
	a, again := f.awards[what]
	if again && a.id != m.ID {
		f.t.Errorf("%s was claimed by %s and %s", what, a.id, m.ID)
	}
	if !again {
		a = award{m.ID, int64(len(f.awards)) + 1}
		f.awards[what] = a
	}
	return fmt.Sprintf(`{"type":"verdict","id":%q,"outcome":"awarded","seq":%d,"points":10,"replay":%t}`, m.ID, a.seq, again)
}

// against plays a plan against f.
func against(t *testing.T, f *fake, plan *Plan) *Result {
	t.Helper()
	f.t, f.frames, f.tries = t, make(map[string]string), make(map[string]int)
	f.awards = make(map[string]award)
	s := httptest.NewServer(f)
	defer s.Close()
	plan.URL, plan.Hunts, plan.ConnectRate, plan.Drain = s.URL, []string{"h"}, 1000, 20*time.Second
	start := func(context.Context) (time.Time, error) { return time.Now(), nil }
	r, err := Run(t.Context(), plan, start, func(Event) {})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func players(n int) []Member {
	all := make([]Member, n)
	for i := range all {
		all[i].ID = fmt.Sprintf("p%d", i)
		all[i].Token = all[i].ID
	}
	return all
}

// TestClaimsAreKept: connections that are cut before the answer and a server
// that is busy cost time, not claims.
func TestClaimsAreKept(t *testing.T) {
	f := &fake{}
	r := against(t, f, &Plan{Players: players(1), Challenges: 100, Duration: time.Minute})
	if r.Missing != 0 || len(r.Unexpected) > 0 || len(r.Acks) != 100 || len(f.awards) != 100 {
		t.Errorf("%d awards, %d acknowledged, %d without an answer, %v", len(f.awards), len(r.Acks), r.Missing, r.Unexpected)
	}
	if r.Lost != 25 || r.Busy != 25 || r.Resent < 50 {
		t.Errorf("%d connections lost, %d busy, %d sent again", r.Lost, r.Busy, r.Resent)
	}
	seen := make(map[int64]bool)
	for _, a := range r.Acks {
		if seen[a.Seq] || !a.Fresh || a.Points != 10 {
			t.Errorf("%+v", a)
		}
		seen[a.Seq] = true
	}
}

// TestStorm: everyone is cut once and comes back, no claim is lost, and those
// that waited for it are known.
func TestStorm(t *testing.T) {
	f := &fake{}
	r := against(t, f, &Plan{Players: players(8), Watchers: 2, Challenges: 200, Rate: 100, Duration: time.Second, Storm: true})
	if r.Missing != 0 || len(r.Unexpected) > 0 || len(r.Acks) != len(f.awards) {
		t.Errorf("%d awards, %d acknowledged, %d without an answer, %v", len(f.awards), len(r.Acks), r.Missing, r.Unexpected)
	}
	// The server cuts as well, so one or the other may be away just then.
	if r.Cut < 6 || r.Cut > 10 || r.Away != 0 || r.Back <= 0 || r.Back > 5*time.Second {
		t.Errorf("%d cut, %d not back, after %v", r.Cut, r.Away, r.Back)
	}
	h, err := hdrhistogram.Decode(r.Histograms[Meanwhile])
	if err != nil {
		t.Fatal(err)
	}
	if n := h.TotalCount(); n >= int64(len(r.Acks)) {
		t.Errorf("%d of %d claims waited in the storm", n, len(r.Acks))
	}
}

// TestMeanwhile: a request that waited at some time of a storm counts, whenever
// it was due.
func TestMeanwhile(t *testing.T) {
	r := newRecord()
	begin := time.Now()
	at := func(s int) time.Time { return begin.Add(time.Duration(s) * time.Second) }
	r.answered(Right, true, at(0), at(1)) // before
	r.cut(2, at(2))
	r.answered(Right, true, at(0), at(3)) // was open when it began
	r.back(at(4))
	r.back(at(5))
	r.answered(Right, true, at(4), at(6)) // was due in it
	r.answered(Right, true, at(5), at(6)) // was due after
	if h := r.histograms[Meanwhile]; h.TotalCount() != 2 || r.result.Back != 3*time.Second || r.result.Away != 0 {
		t.Errorf("%d waited, back after %v, %d away", h.TotalCount(), r.result.Back, r.result.Away)
	}
}

// TestStallIsSeen: in the open loop every request that was due while the server
// stood still is late, as it would be for real players, and not only the one
// request that hit the stall.
func TestStallIsSeen(t *testing.T) {
	f := &fake{stall: 500 * time.Millisecond}
	r := against(t, f, &Plan{Players: players(5), Challenges: 200, Rate: 200, Duration: time.Second})
	h, err := hdrhistogram.Decode(r.Histograms[Right])
	if err != nil {
		t.Fatal(err)
	}
	// Of about 100 requests due in the stall, half wait for more than half of it.
	slow := h.TotalCount() - countBelow(h, 250_000)
	if slow < 20 {
		t.Errorf("only %d of %d requests show the stall", slow, h.TotalCount())
	}
}

func countBelow(h *hdrhistogram.Histogram, us int64) (n int64) {
	for _, bar := range h.Distribution() {
		if bar.To < us {
			n += bar.Count
		}
	}
	return n
}

// TestPoisson: as many arrivals as named, exponential gaps, and times that do
// not depend on when they were served.
func TestPoisson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rate, seconds = 500.0, 40
		c := &crowd{timers: newTimers()}
		c.playing.Store(true)
		ctx, cancel := context.WithCancel(t.Context())
		var own sync.WaitGroup
		own.Go(func() { c.timers.Run(ctx) })
		begin := time.Now()
		var gaps []float64
		last := begin
		c.poisson(begin, rate, func(due time.Time) {
			gaps = append(gaps, due.Sub(last).Seconds())
			last = due
			if len(gaps)%100 == 0 {
				time.Sleep(50 * time.Millisecond) // late, and it makes no difference
			}
		})
		time.Sleep(seconds * time.Second)
		cancel()
		own.Wait()
		n := float64(len(gaps))
		if want := rate * seconds; math.Abs(n-want) > 6*math.Sqrt(want)+rate/10 {
			t.Errorf("%v arrivals, want about %v", n, want)
		}
		mean, square := 0.0, 0.0
		for _, g := range gaps {
			mean, square = mean+g/n, square+g*g/n
		}
		// Mean and deviation of an exponential distribution are equal.
		if deviation := math.Sqrt(square - mean*mean); math.Abs(deviation/mean-1) > 0.1 {
			t.Errorf("mean %v, deviation %v", mean, deviation)
		}
	})
}
