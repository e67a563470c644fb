package play

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
	"veltrix/game/storetest"
	"veltrix/hub"
	"veltrix/server/auth"
)

// wall is the clock of a store in memory, Unix ms.
func wall() int64 { return time.Now().UnixMilli() }

// table is a node without HTTP: sockets, hub, hunts and a store in memory.
type table struct {
	t         testing.TB
	auth      *auth.Tokens
	hunts     *actor.Hunts
	publisher *Publisher
	gateway   *Gateway
	url       string
}

func parseHunt(t testing.TB, file string) *hunt.Definition {
	t.Helper()
	d, findings := huntfile.Parse([]byte(file))
	if d == nil {
		t.Fatalf("the test's own hunt does not parse: %v", findings)
	}
	return d
}

// newTable has the hunt of the file open.
func newTable(t testing.TB, file string) *table {
	t.Helper()
	d := parseHunt(t, file)
	tb := newTableOn(t, storetest.NewReference(wall))
	tb.organize(d.ID, game.Command{Type: game.CmdDefine, Definition: d})
	tb.organize(d.ID, game.Command{Type: game.CmdPhase, ID: uuid.NewString(), Phase: game.Open, By: "organizer"})
	return tb
}

func newTableOn(t testing.TB, store game.Store) *table {
	t.Helper()
	reg := prometheus.NewRegistry()
	tb := &table{t: t, auth: auth.NewTokens(strings.Repeat("k", 32), map[auth.Role]string{
		auth.Organizer: "the organizer", auth.Producer: "the producer", auth.Display: "the display",
	}, time.Now)}
	h := hub.New(hub.Default(), zap.NewNop(), hub.NewMetrics(reg))
	clock := new(actor.Clock)
	tb.publisher = NewPublisher(h, store, clock)
	tb.hunts = actor.NewHunts(store, clock, tb.publisher, actor.DefaultOptions(), actor.NewMetrics(reg), zap.NewNop())
	hard := context.WithoutCancel(t.Context())
	tb.gateway = NewGateway(Config{Publisher: tb.publisher, Hunts: tb.hunts, Clock: clock, Tokens: tb.auth, Brake: auth.NewBrake(), Hard: hard}, reg)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() {
		if err := tb.hunts.Run(ctx, hard); err != nil {
			t.Errorf("hunts: %v", err)
		}
	})
	server := httptest.NewServer(tb.gateway)
	tb.url = "ws" + strings.TrimPrefix(server.URL, "http")
	t.Cleanup(func() {
		cancel()
		running.Wait()
		tb.gateway.Wait()
		if err := h.Drain(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("drain: %v", err)
		}
		server.Close()
	})
	return tb
}

func (tb *table) organize(id string, c game.Command) {
	tb.t.Helper()
	r, err := tb.hunts.Do(tb.t.Context(), id, actor.Request{Command: c})
	if err != nil || r.Outcome != game.OutDone {
		tb.t.Fatalf("%s: %+v, %v", c.Type, r, err)
	}
}

// socket is a client: it speaks frames and reads messages one by one.
type socket struct {
	t     testing.TB
	ws    *websocket.Conn
	queue []map[string]any
}

// connect says hello for a player, or with the token of a role.
func (tb *table) connect(player string) *socket {
	tb.t.Helper()
	ws, _, err := websocket.Dial(tb.t.Context(), tb.url, nil)
	if err != nil {
		tb.t.Fatal(err)
	}
	ws.SetReadLimit(1 << 20)
	s := &socket{t: tb.t, ws: ws}
	tb.t.Cleanup(func() { _ = ws.CloseNow() })
	token := player
	if player != "" && tb.auth.Role(player) == "" {
		if token, err = tb.auth.Mint(player, "Name of "+player, time.Hour); err != nil {
			tb.t.Fatal(err)
		}
	}
	s.write(fmt.Sprintf(`{"type":"hello","token":%q}`, token))
	s.read("welcome")
	return s
}

func (s *socket) write(frame string) {
	s.t.Helper()
	if err := s.ws.Write(s.t.Context(), websocket.MessageText, []byte(frame)); err != nil {
		s.t.Fatal(err)
	}
}

// read returns the next message of one of the types; others are passed over.
func (s *socket) read(types ...string) map[string]any {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	defer cancel()
	for {
		for len(s.queue) == 0 {
			_, frame, err := s.ws.Read(ctx)
			if err != nil {
				s.t.Fatalf("waiting for %v: %v", types, err)
			}
			if frame[0] != '[' {
				frame = []byte("[" + string(frame) + "]")
			}
			if err := json.Unmarshal(frame, &s.queue); err != nil {
				s.t.Fatal(err)
			}
		}
		m := s.queue[0]
		s.queue = s.queue[1:]
		for _, t := range types {
			if m["type"] == t {
				return m
			}
		}
	}
}

func claimFrame(challenge string) string {
	return fmt.Sprintf(`{"type":"claim","id":%q,"hunt":"h","challenge":%q,"proof":{"text":"right"}}`, uuid.NewString(), challenge)
}

func manyChallenges(n int) string {
	var b strings.Builder
	b.WriteString("hunt: h\ntitle: A hunt\nmode: solo\nchallenges:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - {id: c%d, title: C%d, points: 10, proof: {text: right}}\n", i, i)
	}
	return b.String()
}

func TestHelloJoinAndClaimsInOneFrame(t *testing.T) {
	tb := newTable(t, manyChallenges(2))
	token, err := tb.auth.Mint("p", "Ada", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	ws, _, err := websocket.Dial(t.Context(), tb.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ws.CloseNow() }()
	s := &socket{t: t, ws: ws}
	s.write(fmt.Sprintf(`[{"type":"hello","token":%q},{"type":"join","id":"1","hunt":"h"},%s]`, token, claimFrame("c0")))
	if got := s.read("joined", "verdict", "error"); got["type"] != "joined" {
		t.Fatalf("first %v, want joined", got)
	}
	if got := s.read("verdict", "error"); got["outcome"] != "awarded" || got["rank"] != 1.0 {
		t.Errorf("verdict %v, want awarded at rank 1", got)
	}
	s.write(fmt.Sprintf(`[{"type":"leave","hunt":"h"},%s]`, claimFrame("c1")))
	if got := s.read("verdict", "error"); got["code"] != "not_joined" {
		t.Errorf("claim after leave: %v", got)
	}
}

func TestResumeListsExactlyWhatWasMissed(t *testing.T) {
	// More entries than the hunt keeps in memory, so that both ways are used.
	const others = 1500
	tb := newTable(t, manyChallenges(12))
	s := tb.connect("p")
	s.write(`{"type":"join","id":"1","hunt":"h"}`)
	joined := s.read("joined")
	since := fmt.Sprintf(`{"epoch":%q,"seq":%.0f}`, joined["epoch"], joined["seq"])

	elsewhere := func(player, challenge string) {
		text := "right"
		r, err := tb.hunts.Do(t.Context(), "h", actor.Request{
			Command: game.Command{Type: game.CmdClaim, ID: uuid.NewString(), Entrant: player, Player: player, Challenge: challenge},
			Proof:   &hunt.Proof{Text: &text},
		})
		if err != nil || r.Outcome != game.OutAwarded {
			t.Fatalf("claim of %s: %+v, %v", player, r, err)
		}
	}
	elsewhere("p", "c0")
	tb.organize("h", game.Command{Type: game.CmdAnnounce, ID: uuid.NewString(), Text: "halfway", By: "organizer"})
	for i := range others {
		id := fmt.Sprint("q", i)
		r, err := tb.hunts.Do(t.Context(), "h", actor.Request{Command: game.Command{Type: game.CmdJoin, Player: id, Name: id}})
		if err != nil || r.Outcome != game.OutDone {
			t.Fatalf("join: %+v, %v", r, err)
		}
	}
	elsewhere("p", "c1")

	for _, c := range []struct{ since, want string }{
		{since, "award c0, notice, award c1"},
		{fmt.Sprintf(`{"epoch":%q,"seq":%d}`, joined["epoch"], others+4), "award c1"},
		{fmt.Sprintf(`{"epoch":%q,"seq":%d}`, joined["epoch"], others+6), ""},
		{fmt.Sprintf(`{"epoch":%q,"seq":%d}`, joined["epoch"], others+999), "reset"},
		{fmt.Sprintf(`{"epoch":%q,"seq":-1}`, joined["epoch"]), "reset"},
		{`{"epoch":"1","seq":5}`, "reset"},
	} {
		back := tb.connect("p")
		back.write(`{"type":"join","id":"2","hunt":"h","since":` + c.since + `}`)
		m := back.read("joined", "error")
		var got []string
		missed, _ := m["missed"].([]any)
		for _, x := range missed {
			x := x.(map[string]any)
			got = append(got, strings.TrimSpace(fmt.Sprint(x["type"], " ", orEmpty(x["challenge"]))))
		}
		if m["reset"] == true {
			got = append(got, "reset")
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("since %s: %v, want %s", c.since, got, c.want)
		}
		if you := m["you"].(map[string]any); you["points"] != 20.0 {
			t.Errorf("points %v, want 20", you["points"])
		}
	}
}

func orEmpty(v any) any {
	if v == nil {
		return ""
	}
	return v
}

func TestDeltasApplyToTheBoardThatWasSent(t *testing.T) {
	tb := newTable(t, manyChallenges(12))
	watcher := tb.connect("")
	watcher.write(`{"type":"watch","id":"1","hunt":"h"}`)
	board := watcher.read("watching")["board"].(map[string]any)
	var players []*socket
	for i := range 5 {
		s := tb.connect(fmt.Sprint("p", i))
		s.write(`{"type":"join","id":"1","hunt":"h"}`)
		s.read("joined")
		players = append(players, s)
	}
	for c := range 12 {
		for i, s := range players {
			if (c+i)%3 != 0 {
				s.write(claimFrame(fmt.Sprint("c", c)))
				s.read("verdict")
			}
		}
	}
	deltas := 0
	// 5 players joined and solved 8 each after the definition and the opening.
	const last = 2 + 5 + 5*8
	solves := func() (n float64) {
		for _, c := range board["challenges"].(map[string]any) {
			n += c.(map[string]any)["solves"].(float64)
		}
		return n
	}
	for board["seq"] != float64(last) || solves() != 5*8 {
		next := watcher.read("board")
		if next["base"] == nil {
			board = next
			continue
		}
		deltas++
		if next["base"] != board["seq"] {
			t.Fatalf("delta on %v while holding %v", next["base"], board["seq"])
		}
		apply(board, next)
	}
	if deltas == 0 {
		t.Error("no delta was sent")
	}
	fresh := tb.connect("")
	fresh.write(`{"type":"watch","id":"1","hunt":"h"}`)
	want := fresh.read("watching")["board"].(map[string]any)
	if got, want := fmt.Sprint(board["rows"], board["challenges"]), fmt.Sprint(want["rows"], want["challenges"]); got != want {
		t.Errorf("deltas led to\n%s, the board is\n%s", got, want)
	}
}

// apply does with a delta what docs/protocol.md asks of clients.
func apply(board, delta map[string]any) {
	rows := board["rows"].([]any)
	for _, r := range delta["rows"].([]any) {
		rank := int(r.(map[string]any)["rank"].(float64))
		for len(rows) < rank {
			rows = append(rows, nil)
		}
		rows[rank-1] = r
	}
	rows = rows[:min(len(rows), int(delta["entrants"].(float64)))]
	changed, _ := delta["challenges"].(map[string]any)
	maps.Copy(board["challenges"].(map[string]any), changed)
	board["rows"], board["seq"], board["entrants"] = rows, delta["seq"], delta["entrants"]
}

func TestTeamsOnTheWire(t *testing.T) {
	tb := newTable(t, strings.Replace(manyChallenges(2), "mode: solo", "mode: team", 1))
	p, q := tb.connect("p"), tb.connect("q")
	p.write(`{"type":"join","id":"1","hunt":"h"}`)
	if m := p.read("joined", "error"); m["code"] != "bad_request" {
		t.Errorf("join without a team: %v", m)
	}
	p.write(`{"type":"join","id":"2","hunt":"h","team":{"name":"  The   Otters "}}`)
	you := p.read("joined", "error")["you"].(map[string]any)
	code := you["team"].(map[string]any)["code"]
	if you["name"] != "The Otters" {
		t.Errorf("team %v", you)
	}
	q.write(`{"type":"join","id":"1","hunt":"h","team":{"code":"NOPE"}}`)
	if m := q.read("joined", "error"); m["code"] != "bad_code" {
		t.Errorf("wrong code: %v", m)
	}
	q.write(fmt.Sprintf(`{"type":"join","id":"2","hunt":"h","team":{"code":%q}}`, code))
	if m := q.read("joined", "error"); m["type"] != "joined" {
		t.Fatalf("right code: %v", m)
	}
	q.write(claimFrame("c0"))
	if m := q.read("verdict", "error"); m["outcome"] != "awarded" {
		t.Errorf("a member's claim: %v", m)
	}
	if m := p.read("award"); m["challenge"] != "c0" || m["total"] != 10.0 {
		t.Errorf("the other member hears %v", m)
	}
}

// TestABanConcernsItsHuntAlone: the session is told that it left that hunt, and
// plays on in the other one.
func TestABanConcernsItsHuntAlone(t *testing.T) {
	tb := newTable(t, manyChallenges(3))
	other := parseHunt(t, strings.Replace(manyChallenges(3), "hunt: h\n", "hunt: other\n", 1))
	tb.organize("other", game.Command{Type: game.CmdDefine, Definition: other})
	tb.organize("other", game.Command{Type: game.CmdPhase, ID: uuid.NewString(), Phase: game.Open, By: "organizer"})
	ada := tb.connect("ada")
	for _, hunt := range []string{"h", "other"} {
		ada.write(fmt.Sprintf(`{"type":"join","id":"j","hunt":%q}`, hunt))
		ada.read("joined")
	}
	tb.organize("h", game.Command{Type: game.CmdBan, ID: uuid.NewString(), Entrant: "ada", Reason: "bots", By: "organizer"})
	if left := ada.read("left", "bye"); left["type"] != "left" || left["hunt"] != "h" || left["why"] != "banned" || left["id"] != nil {
		t.Fatalf("banned: %v", left)
	}
	ada.write(`{"type":"join","id":"again","hunt":"h"}`)
	if e := ada.read("error", "joined"); e["code"] != "forbidden" || e["why"] != "banned" {
		t.Errorf("joining again: %v", e)
	}
	ada.write(strings.Replace(claimFrame("c0"), `"h"`, `"other"`, 1))
	if v := ada.read("verdict", "error"); v["outcome"] != "awarded" {
		t.Errorf("a claim in the other hunt: %v", v)
	}
	tb.organize("h", game.Command{Type: game.CmdAnnounce, ID: uuid.NewString(), Text: "not for ada", By: "organizer"})
	tb.organize("other", game.Command{Type: game.CmdAnnounce, ID: uuid.NewString(), Text: "for ada", By: "organizer"})
	if n := ada.read("notice"); n["text"] != "for ada" {
		t.Errorf("after the ban came %v", n)
	}
}

// TestAJoinTakesAName: the entrant is called as the join says, else as the token.
func TestAJoinTakesAName(t *testing.T) {
	tb := newTable(t, manyChallenges(1))
	for player, c := range map[string]struct{ more, name, code string }{
		"ada": {"", "Name of ada", ""},
		"ben": {`,"name":"  Ben \u00a0 B. "`, "Ben B.", ""},
		"cy":  {`,"name":"\u202e"`, "", "bad_request"},
	} {
		got := tb.connect(player).ask("join", c.more)
		if got["type"] == "joined" && got["you"].(map[string]any)["name"] != c.name || got["type"] == "error" && got["code"] != c.code {
			t.Errorf("%s: %v", player, got)
		}
	}
}

// TestRateLimit: the messages that are too many get a time each, one later than
// the other.
func TestRateLimit(t *testing.T) {
	tb := newTable(t, manyChallenges(1))
	ada := tb.connect("ada")
	pings := "[" + strings.Repeat(`,{"type":"ping"}`, 100)[1:] + "]"
	began, refused, longest := time.Now(), 0, 0.0
	for range 3 * MaxBurst / 100 {
		ada.write(pings)
		for range 100 {
			e := ada.read("pong", "error")
			if e["type"] == "pong" {
				continue
			}
			if e["code"] != "rate_limited" {
				t.Fatalf("refused with %v", e)
			}
			refused++
			longest = max(longest, e["retry_after"].(float64))
		}
	}
	passed := float64(time.Since(began).Milliseconds())
	if refused == 0 || longest < float64(refused)*1000/MaxRate-passed {
		t.Errorf("%d messages refused in %v ms, and the last may come back after %v ms", refused, passed, longest)
	}
}
