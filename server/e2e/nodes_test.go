package e2e

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"veltrix/testkit/check"
	"veltrix/testkit/player"
	"veltrix/testkit/redistest"
)

// fleet is several nodes on one Redis.
type fleet struct {
	nodes []*server
	store string
}

const fleetSize = 3

func newFleet(t *testing.T, args ...string) *fleet {
	t.Helper()
	f := &fleet{store: redistest.Start(t).URL()}
	for range fleetSize {
		f.nodes = append(f.nodes, serve(t, f.store, args...))
	}
	return f
}

// urls are where the nodes' WebSockets are.
func (f *fleet) urls() []string {
	urls := make([]string, len(f.nodes))
	for i, s := range f.nodes {
		urls[i] = s.URL + "/ws"
	}
	return urls
}

// any returns a different node for each number.
func (f *fleet) any(i int) *server { return f.nodes[i%len(f.nodes)] }

// TestNodesAwardOnce: the same claim at the same instant over fifty sockets on
// three nodes is one award, and all fifty get the same verdict.
func TestNodesAwardOnce(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	f.any(0).define("storm", stormHunt(6))
	f.any(1).phase("storm", "open")
	token := mint(t, "ada", "Ada", time.Now().Add(time.Hour))
	const copies = 50
	socks := make([]*sock, copies)
	for i := range socks {
		socks[i], _ = f.any(i).join(token, "storm")
	}
	// together sends a claim of every socket and returns the verdicts.
	together := func(challenge int, id func(int) string) []player.Message {
		verdicts := make([]player.Message, copies)
		ready, all := make(chan struct{}), sync.WaitGroup{}
		for i, k := range socks {
			claim := obj{
				"type": "claim", "id": id(i), "hunt": "storm", "challenge": fmt.Sprintf("c%d", challenge),
				"proof": obj{"text": fmt.Sprintf("answer %d", challenge)},
			}
			all.Go(func() {
				<-ready
				if err := k.conn.Send(t.Context(), claim); err != nil {
					t.Errorf("send: %v", err)
					return
				}
				for verdicts[i].Type != "verdict" {
					m, err := k.next()
					if err != nil || m.Type == "error" {
						t.Errorf("socket %d: %s, %v", i, m.Raw, err)
						return
					}
					if m.Type == "verdict" {
						verdicts[i] = m
					}
				}
			})
		}
		close(ready)
		all.Wait()
		return verdicts
	}
	for c := range 3 {
		same := uuid.NewString()
		verdicts := together(c, func(int) string { return same })
		fresh := 0
		for _, v := range verdicts {
			if !v.Replay {
				fresh++
			}
			first := verdicts[0]
			if v.Outcome != "awarded" || v.Seq != first.Seq || v.Points != first.Points || v.Bonus != 7 || v.Total != first.Total || v.At != first.At {
				t.Errorf("one claim, two verdicts:\n%s\n%s", first.Raw, v.Raw)
			}
		}
		if fresh != 1 {
			t.Errorf("%d of %d copies were told that it was awarded just now", fresh, copies)
		}
	}
	for c := 3; c < 6; c++ {
		verdicts := together(c, func(int) string { return uuid.NewString() })
		outcomes := map[string]int{}
		for _, v := range verdicts {
			outcomes[v.Outcome]++
			if v.Seq != verdicts[0].Seq || v.Points != verdicts[0].Points {
				t.Errorf("one award, two stories:\n%s\n%s", verdicts[0].Raw, v.Raw)
			}
		}
		if outcomes["awarded"] != 1 || outcomes["already"] != copies-1 {
			t.Errorf("outcomes %v", outcomes)
		}
	}
	for _, s := range f.nodes {
		if n := count(s.verify("storm", &player.History{}), "awarded"); n != 6 {
			t.Errorf("%d awards, want 6", n)
		}
	}
	f.any(0).audit(f.store)
}

func count(ledger []check.Entry, typ string) (n int) {
	for _, e := range ledger {
		if e.Type == typ {
			n++
		}
	}
	return n
}

// story is what a session was sent from the ledger, in order: pushes, and
// awards in verdicts.
func story(seen []player.Message) (told []string) {
	for _, m := range seen {
		switch m.Type {
		case "award", "badge", "adjusted", "revoked", "hinted", "phase", "notice", "definition":
			told = append(told, fmt.Sprintf("%d %s", m.Seq, m.Type))
		case "verdict":
			if m.Outcome == "awarded" && !m.Replay {
				told = append(told, fmt.Sprintf("%d award", m.Seq))
			}
		}
	}
	return told
}

// storyOf is what the entrant's sessions have to be sent from the ledger after
// seq; without an entrant, what everyone is sent.
func storyOf(ledger []check.Entry, after int64, entrant string) (told []string) {
	words := map[string]string{"awarded": "award", "announced": "notice", "defined": "definition", "joined": "", "banned": ""}
	for _, e := range ledger {
		word, renamed := words[e.Type]
		if !renamed {
			word = e.Type
		}
		if e.Seq > after && word != "" && (e.Entrant == "" || e.Entrant == entrant) {
			told = append(told, fmt.Sprintf("%d %s", e.Seq, word))
		}
	}
	return told
}

// TestNodesTellTheSame: whichever node makes an entry, the sessions on all
// nodes are sent it, in order, none missing and none twice.
func TestNodesTellTheSame(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	file := stormHunt(30)
	f.any(0).define("storm", file)
	f.any(1).phase("storm", "open")
	type seat struct {
		*sock
		entrant string
		from    int64
	}
	var seats []seat
	entrants := make([]string, 2)
	for p := range entrants {
		token := mint(t, fmt.Sprint("player-", p), fmt.Sprint("Player ", p), time.Now().Add(time.Hour))
		for _, s := range f.nodes {
			k, joined := s.join(token, "storm")
			entrants[p] = joined.You.Entrant
			seats = append(seats, seat{k, entrants[p], joined.Seq})
		}
	}
	for _, s := range f.nodes {
		k := s.hello("")
		k.send(obj{"type": "watch", "id": "w", "hunt": "storm"})
		seats = append(seats, seat{k, "", k.want("watching", "w").Seq})
	}
	var all sync.WaitGroup
	for _, k := range seats { // each session claims other challenges, at once
		if k.entrant == "" {
			continue
		}
		share := slices.IndexFunc(seats, func(o seat) bool { return o.sock == k.sock }) % fleetSize
		all.Go(func() {
			for c := share; c < 30; c += fleetSize {
				claim := obj{
					"type": "claim", "id": uuid.NewString(), "hunt": "storm", "challenge": fmt.Sprintf("c%d", c),
					"proof": obj{"text": fmt.Sprintf("answer %d", c)},
				}
				if err := k.conn.Send(t.Context(), claim); err != nil {
					t.Errorf("claim: %v", err)
				}
			}
		})
	}
	for i := range 12 { // and organizers work on any node
		s := f.any(i)
		switch i % 4 {
		case 0:
			s.organize("storm", "announcements", obj{"id": uuid.NewString(), "text": fmt.Sprint("notice ", i)})
		case 1:
			s.organize("storm", "adjustments", obj{"id": uuid.NewString(), "entrant": entrants[i/4%2], "points": i, "reason": "test"})
		case 2:
			s.define("storm", strings.Replace(file, "title: Storm", fmt.Sprintf("title: Storm %d", i), 1))
		case 3:
			s.phase("storm", []string{"freeze", "reveal"}[i/4%2])
		}
	}
	all.Wait()
	for _, k := range seats {
		if k.entrant != "" {
			k.verdicts(30 / fleetSize)
		}
	}
	f.any(2).organize("storm", "announcements", obj{"id": uuid.NewString(), "text": "the end"})
	for _, k := range seats {
		k.until("the end", func(m player.Message) bool { return m.Text == "the end" })
	}
	ledger := f.any(1).verify("storm", &player.History{})
	for i, k := range seats {
		if got, want := story(k.seen), storyOf(ledger, k.from, k.entrant); !slices.Equal(got, want) {
			t.Errorf("session %d on node %d was told\n%v, the ledger has\n%v", i, i%fleetSize, got, want)
		}
	}

	f.any(1).organize("storm", "bans", obj{"id": uuid.NewString(), "entrant": entrants[0], "reason": "test"})
	for _, k := range seats {
		if k.entrant == entrants[0] {
			if left := k.want("left", ""); left.Why != "banned" {
				t.Errorf("banned: %s", left.Raw)
			}
		}
	}
	f.any(0).audit(f.store)
}

// verdicts reads until the session has that many.
func (k *sock) verdicts(n int) {
	k.t.Helper()
	k.until("verdicts", func(player.Message) bool {
		have := 0
		for _, m := range k.seen {
			if m.Type == "verdict" {
				have++
			}
		}
		return have >= n
	})
}

// TestNodesShareWhatTheyMade: nodes that were given no secrets agree on them, so
// that a player and an organizer of one are those of all, without sticky
// sessions.
func TestNodesShareWhatTheyMade(t *testing.T) {
	t.Parallel()
	store := redistest.Start(t).URL()
	var nodes []*server
	for range fleetSize {
		s := launch(t, "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--store", store)
		s.ready()
		nodes = append(nodes, s)
	}
	_, link, _ := strings.Cut(nodes[0].Organizer, "#token=")
	for i, s := range nodes {
		if _, token, _ := strings.Cut(s.Organizer, "#token="); token != link || token == "" {
			t.Errorf("node %d has another organizer link", i)
		}
	}
	must := func(a answer) {
		t.Helper()
		if a.status < 200 || a.status > 299 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	must(nodes[0].call("PUT", "/api/v1/hunts/storm", link, stormHunt(6)))
	must(nodes[1].call("POST", "/api/v1/hunts/storm/phase", link, obj{"id": uuid.NewString(), "phase": "open"}))
	for i := range nodes {
		made, plays := nodes[i], nodes[(i+1)%len(nodes)]
		_, token := made.player(fmt.Sprint("Player ", i))
		k, _ := plays.join(token, "storm")
		if v := k.claim("storm", "c0", obj{"text": "answer 0"}); v.Outcome != "awarded" {
			t.Errorf("a player of node %d on the next one: %s", i, v.Raw)
		}
	}
}
