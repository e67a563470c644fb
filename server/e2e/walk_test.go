package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"veltrix/testkit/player"
)

// walkHunt has a challenge for every outcome of a claim.
const walkHunt = `
hunt: walk
title: A walk through the protocol
description: Every outcome once.
challenges:
  - id: gate
    title: The gate
    points: 100
    bonus: [50, 30]
    tags: [start]
    proof: {text: [iron, wrought iron]}
    attempts: {max: 3}
    hints:
      - {id: h1, title: Material, text: It rusts., cost: 10}
      - {id: h2, title: More, text: Four letters., cost: 500, requires: [h1]}
  - id: tower
    title: The tower
    description: Secret until the gate is solved.
    points: 200
    requires: [gate]
    proof: {number: {value: 42, tolerance: 0.5}}
    attempts: {max: 2}
  - id: fountain
    title: The fountain
    points: 30
    proof: {choice: {options: [water, wine, milk], answer: [water, milk]}}
    attempts: {max: 5, cooldown: 1h}
  - id: lamp
    title: The lamp
    points: 10
    proof: {code: LAMP-77}
  - id: spot
    title: The spot
    points: 20
    proof: {location: {lat: 52.5163, lon: 13.3777, radius: 50m}}
  - id: riddle
    title: The riddle
    points: 15
    proof: {regex: "(?i)echo(es)?"}
  - id: photo
    title: The photo
    points: 70
    proof: {review: {prompt: Show the bridge.}}
  - id: later
    title: Much later
    points: 5
    opens: 2099-01-01T00:00:00Z
    proof: {text: patience}
badges:
  - id: starter
    title: Starter
    icon: "🌱"
    when: {solves: 1, tag: start}
  - id: third
    title: Third
    points: 20
    when: {solves: 3}
  - id: hero
    title: Hero
    when: {manual: true}
`

func TestWalk(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store string) {
		s := serve(t, store, "--hunt", huntFile(t, walkHunt))
		t.Run("join", s.in(walkJoin))
		t.Run("claims", s.in(walkClaims))
		t.Run("proofs", s.in(walkProofs))
		t.Run("limits", s.in(walkLimits))
		t.Run("hints", s.in(walkHints))
		t.Run("sessions of one player", s.in(walkSessions))
		t.Run("resume", s.in(walkResume))
		t.Run("watch", s.in(walkWatch))
		t.Run("review", s.in(walkReview))
		s.t = t
		s.verify("walk", &player.History{})
		s.audit(store)
	})
}

// in runs part of a test on a server that is there already.
func (s *server) in(part func(t *testing.T, s *server)) func(*testing.T) {
	return func(t *testing.T) {
		outer := s.t
		s.t = t
		defer func() { s.t = outer }()
		part(t, s)
	}
}

// someone makes a player that has joined the walk.
func (s *server) someone(name string) (*sock, player.Message, string) {
	s.t.Helper()
	_, token := s.player(name)
	k, joined := s.join(token, "walk")
	return k, joined, token
}

func walkJoin(t *testing.T, s *server) {
	id, token := s.player("Ada")
	k := s.dial()
	k.send(obj{"type": "hello", "token": token, "surprise": obj{"a": 1}})
	w := k.want("welcome", "")
	if w.Player != id || w.Name != "Ada" || w.Session == "" || w.Now < 1.7e12 || w.Heartbeat <= 0 || w.MaxFrame < 1024 {
		t.Errorf("welcome %s", w.Raw)
	}
	k.send(obj{"type": "join", "id": "j1", "hunt": "walk"})
	j := k.want("joined", "j1")
	if j.Hunt != "walk" || j.Epoch == "" || j.Seq < 1 || j.Rev != 1 || j.Phase != "open" || j.Board == nil || j.You == nil {
		t.Fatalf("joined %s", j.Raw)
	}
	if j.You.Name != "Ada" || j.You.Points != 0 || j.You.Entrant == "" || j.You.Rank < 1 || len(j.You.Solved) != 0 {
		t.Errorf("you %+v", j.You)
	}
	for _, secret := range []string{"iron", "LAMP-77", "52.51", "echo", "It rusts", "Four letters", "patience", "Secret until"} {
		if strings.Contains(string(j.Raw), secret) {
			t.Errorf("joined tells %q: %s", secret, j.Raw)
		}
	}
	// Joining again changes nothing.
	k.send(obj{"type": "join", "id": "j2", "hunt": "walk"})
	if again := k.want("joined", "j2"); again.Seq != j.Seq || again.You.Entrant != j.You.Entrant {
		t.Errorf("joined again: %s", again.Raw)
	}
	k.send(obj{"type": "join", "id": "j3", "hunt": "nowhere"})
	k.wantError("j3", "unknown_hunt")
	k.send(obj{"type": "leave", "id": "l1", "hunt": "walk"})
	k.want("left", "l1")
	if m := k.claim("walk", "gate", obj{"text": "iron"}); m.Type != "error" || m.Code != "not_joined" {
		t.Errorf("a claim after leaving: %s", m.Raw)
	}
	joins := 0
	for _, e := range s.ledger("walk") {
		if e.Type == "joined" && e.Player == id {
			joins++
		}
	}
	if joins != 1 {
		t.Errorf("%d joined entries, want 1", joins)
	}
}

func walkClaims(t *testing.T, s *server) {
	k, joined, _ := s.someone("Grace")
	if v := k.claim("walk", "tower", obj{"number": 42}); v.Outcome != "locked" || !slices.Equal(v.Requires, []string{"gate"}) {
		t.Errorf("locked: %s", v.Raw)
	}
	v := k.claim("walk", "gate", obj{"text": "steel"})
	if v.Outcome != "wrong" || v.AttemptsLeft == nil || *v.AttemptsLeft != 2 {
		t.Errorf("wrong: %s", v.Raw)
	}
	if again := k.claimAs(v.ID, "walk", "gate", obj{"text": "steel"}); again.Outcome != "wrong" || !again.Replay ||
		*again.AttemptsLeft != 2 || again.At != v.At {
		t.Errorf("wrong again by the same id: %s", again.Raw)
	}
	if same := k.claim("walk", "gate", obj{"text": "  STEEL "}); same.Outcome != "wrong" || same.Replay || *same.AttemptsLeft != 2 {
		t.Errorf("the same wrong answer by another id: %s", same.Raw)
	}

	v = k.claim("walk", "gate", obj{"text": " Wrought   IRON\u2009"})
	if v.Outcome != "awarded" || v.Points != 150 || v.Bonus != 50 || v.Total != 150 || v.Rank != 1 || v.Replay ||
		v.Seq <= joined.Seq || v.At == 0 || !slices.Equal(v.Badges, []string{"starter"}) {
		t.Fatalf("awarded: %s", v.Raw)
	}
	replay := k.claimAs(v.ID, "walk", "gate", obj{"text": "not even right"})
	if replay.Outcome != "awarded" || !replay.Replay || replay.Seq != v.Seq || replay.Points != 150 || replay.Total != 150 ||
		!slices.Equal(replay.Badges, v.Badges) {
		t.Errorf("replay: %s", replay.Raw)
	}
	for _, proof := range []struct {
		text  string
		right bool
	}{{"iron", true}, {"gold", false}} {
		a := k.claim("walk", "gate", obj{"text": proof.text})
		if a.Outcome != "already" || a.Seq != v.Seq || a.Points != 150 || a.Right == nil || *a.Right != proof.right {
			t.Errorf("already with %s: %s", proof.text, a.Raw)
		}
	}
	// The description of a locked challenge is public once it is unlocked.
	k.send(obj{"type": "join", "id": "again", "hunt": "walk"})
	if j := k.want("joined", "again"); !strings.Contains(string(j.Raw), "Secret until the gate is solved.") {
		t.Errorf("the tower is still hidden: %s", j.Raw)
	}
	entry := s.ledger("walk")[v.Seq-1]
	if entry.Type != "awarded" || entry.ID != v.ID || entry.Points != 150 || entry.Bonus != 50 || entry.Total != 150 ||
		entry.Entrant != joined.You.Entrant || entry.Challenge != "gate" || entry.At != v.At {
		t.Errorf("entry %+v for verdict %s", entry, v.Raw)
	}
}

func walkProofs(t *testing.T, s *server) {
	k, _, _ := s.someone("Emmy")
	right := []struct {
		challenge string
		proof     obj
		points    int64
	}{
		{"gate", obj{"text": "iron"}, 130}, // the second solver's bonus
		{"tower", obj{"number": 42.5}, 200},
		{"fountain", obj{"choice": []string{"milk", "water"}}, 30},
		{"lamp", obj{"code": "lamp - 77"}, 10},
		{"spot", obj{"location": obj{"lat": 52.51632, "lon": 13.37772, "accuracy": 12}}, 20},
		{"riddle", obj{"text": "ECHOES"}, 15},
	}
	total := int64(0)
	for i, c := range right {
		v := k.claim("walk", c.challenge, c.proof)
		total += c.points
		if i == 2 {
			total += 20 // the badge for the third
		}
		if v.Outcome != "awarded" || v.Points != c.points || v.Total != total {
			t.Errorf("%s: want %d points, %d in all: %s", c.challenge, c.points, total, v.Raw)
		}
	}
	if v := k.claim("walk", "later", obj{"text": "patience"}); v.Outcome != "closed" {
		t.Errorf("before its window: %s", v.Raw)
	}
}

func walkLimits(t *testing.T, s *server) {
	k, _, token := s.someone("Mary")
	other, _ := s.join(token, "walk")
	// Attempts count on all sockets together.
	for i, answer := range []string{"one", "two", "three"} {
		v := []*sock{k, other}[i%2].claim("walk", "gate", obj{"text": answer})
		if v.Outcome != "wrong" || *v.AttemptsLeft != int64(2-i) {
			t.Errorf("attempt %d: %s", i+1, v.Raw)
		}
	}
	if v := other.claim("walk", "gate", obj{"text": "iron"}); v.Outcome != "exhausted" {
		t.Errorf("exhausted: %s", v.Raw)
	}
	if v := k.claim("walk", "fountain", obj{"choice": "wine"}); v.Outcome != "wrong" || v.RetryAfter != 3600_000 {
		t.Errorf("wrong with a cooldown: %s", v.Raw)
	}
	if v := other.claim("walk", "fountain", obj{"choice": []string{"water", "milk"}}); v.Outcome != "cooldown" ||
		v.RetryAfter <= 3500_000 || v.RetryAfter > 3600_000 {
		t.Errorf("cooldown: %s", v.Raw)
	}
	_, j := s.join(token, "walk")
	if a := j.You.Attempts; a["gate"].Left != 0 || a["fountain"].RetryAt <= j.Now && a["fountain"].RetryAt == 0 {
		t.Errorf("attempts after rejoining: %s", j.Raw)
	}
}

func walkHints(t *testing.T, s *server) {
	k, _, token := s.someone("Hedy")
	other, _ := s.join(token, "walk")
	hint := func(k *sock, id, challenge, hint string) player.Message {
		k.send(obj{"type": "hint", "id": id, "hunt": "walk", "challenge": challenge, "hint": hint})
		return k.until("answer to hint", func(m player.Message) bool { return m.ID == id })
	}
	if m := hint(k, uuid.NewString(), "gate", "h1"); m.Code != "insufficient_points" {
		t.Errorf("a hint without points: %s", m.Raw)
	}
	k.claim("walk", "lamp", obj{"code": " lamp-77"})
	k.claim("walk", "spot", obj{"location": obj{"lat": 52.5163, "lon": 13.3777, "accuracy": 5}})
	first := hint(k, uuid.NewString(), "gate", "h1")
	if first.Type != "hinted" || first.Text != "It rusts." || first.Cost != 10 || first.Total != 20 || first.Seq == 0 {
		t.Fatalf("hinted: %s", first.Raw)
	}
	if m := other.until("push of the hint", func(m player.Message) bool { return m.Type == "hinted" }); m.Seq != first.Seq ||
		m.Text != "It rusts." || m.Hint != "h1" {
		t.Errorf("hinted on the other socket: %s", m.Raw)
	}
	// It is bought once, also when it is asked for again with another id.
	if m := hint(other, uuid.NewString(), "gate", "h1"); m.Type != "hinted" || m.Total != 20 || m.Seq != first.Seq || m.Text != "It rusts." {
		t.Errorf("the same hint again: %s", m.Raw)
	}
	if m := hint(k, uuid.NewString(), "gate", "h2"); m.Code != "insufficient_points" {
		t.Errorf("an expensive hint: %s", m.Raw)
	}
	if m := hint(k, uuid.NewString(), "gate", "h9"); m.Code != "unknown_hint" {
		t.Errorf("an unknown hint: %s", m.Raw)
	}
	if m := hint(k, uuid.NewString(), "nothing", "h1"); m.Code != "unknown_challenge" {
		t.Errorf("a hint of an unknown challenge: %s", m.Raw)
	}
	_, j := s.join(token, "walk")
	if h := j.You.Hints["gate/h1"]; h.Text != "It rusts." || h.Cost != 10 || j.You.Points != 20 {
		t.Errorf("hints after rejoining: %s", j.Raw)
	}
}

func walkSessions(t *testing.T, s *server) {
	k, _, token := s.someone("Katherine")
	other, joined := s.join(token, "walk")
	stranger, _, _ := s.someone("Stranger")

	// An array frame: two claims, of which the second needs the first.
	a, b := uuid.NewString(), uuid.NewString()
	k.send([]obj{
		{"type": "claim", "id": a, "hunt": "walk", "challenge": "gate", "proof": obj{"text": "iron"}},
		{"type": "claim", "id": b, "hunt": "walk", "challenge": "tower", "proof": obj{"number": 42}},
		{"type": "ping"},
	})
	va, vb := k.want("verdict", a), k.want("verdict", b)
	if va.Outcome != "awarded" || vb.Outcome != "awarded" || vb.Seq <= va.Seq {
		t.Fatalf("array frame: %s %s", va.Raw, vb.Raw)
	}
	// The other session hears of both awards, in order; the claiming one does not.
	pushed := []player.Message{other.want("award", ""), other.want("award", "")}
	for i, want := range []player.Message{va, vb} {
		p := pushed[i]
		if p.Seq != want.Seq || p.Challenge != want.Challenge || p.Points != want.Points || p.Bonus != want.Bonus ||
			p.Total != want.Total || !slices.Equal(p.Badges, want.Badges) || p.Hunt != "walk" || p.At != want.At {
			t.Errorf("pushed %s for verdict %s", p.Raw, want.Raw)
		}
	}
	k.fence()
	for _, m := range k.seen {
		if m.Type == "award" {
			t.Errorf("the session with the verdict was pushed %s", m.Raw)
		}
	}
	stranger.fence()
	for _, m := range stranger.seen {
		if m.Type == "award" || m.Type == "badge" || m.Type == "verdict" {
			t.Errorf("a stranger was pushed %s", m.Raw)
		}
	}

	// A board to which deltas were applied is the board that GET returns.
	held := other.wantBoard(joined.Board, vb.Seq)
	fetched, err := s.source().Board(t.Context(), "walk")
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(held.Rows)) != min(fetched.Entrants, held.Size) {
		t.Fatalf("the pushed board has %d rows, there are %d entrants", len(held.Rows), fetched.Entrants)
	}
	for i, r := range held.Rows {
		if got := player.Row(fetched.Rows[i]); got != r {
			t.Errorf("rank %d: pushed %+v, fetched %+v", i+1, r, got)
		}
	}
	for _, k := range []*sock{k, other, stranger} {
		for _, m := range k.boards {
			if strings.Contains(string(m.Raw), "wrought") || m.Hunt != "walk" {
				t.Errorf("odd push %s", m.Raw)
			}
		}
	}
}

func walkResume(t *testing.T, s *server) {
	k, joined, token := s.someone("Annie")
	at := joined.Seq
	since := func(epoch string, seq int64) player.Message {
		k := s.hello(token)
		k.send(obj{"type": "join", "id": "r", "hunt": "walk", "since": obj{"epoch": epoch, "seq": seq}})
		return k.want("joined", "r")
	}
	v := k.claim("walk", "lamp", obj{"code": "LAMP-77"})
	s.organize("walk", "adjustments", obj{"id": uuid.NewString(), "entrant": joined.You.Entrant, "points": 7, "reason": "fair play"})

	r := since(joined.Epoch, at)
	if r.Reset || len(r.Missed) != 2 || r.Missed[0].Type != "award" || r.Missed[0].Seq != v.Seq ||
		r.Missed[1].Type != "adjusted" || r.Missed[1].Points != 7 || r.Missed[1].Total != 17 {
		t.Errorf("missed: %s", r.Raw)
	}
	if r.You.Points != 17 || r.You.Solved["lamp"].Seq != v.Seq || r.You.Solved["lamp"].Points != 10 {
		t.Errorf("you: %s", r.Raw)
	}
	if r = since(joined.Epoch, r.Seq); r.Reset || len(r.Missed) != 0 {
		t.Errorf("nothing missed: %s", r.Raw)
	}
	if r = since("1", at); !r.Reset || len(r.Missed) != 0 {
		t.Errorf("another epoch: %s", r.Raw)
	}
	if r = since(joined.Epoch, r.Seq+1000); !r.Reset {
		t.Errorf("a seq that never was: %s", r.Raw)
	}
}

func walkWatch(t *testing.T, s *server) {
	k := s.hello("")
	k.send(obj{"type": "watch", "id": "w", "hunt": "walk"})
	w := k.want("watching", "w")
	if w.You != nil || w.Phase != "open" || w.Board == nil || len(w.Definition) == 0 || strings.Contains(string(w.Raw), "iron") {
		t.Errorf("watching: %s", w.Raw)
	}
	k.send(obj{"type": "join", "id": "j", "hunt": "walk"})
	k.wantError("j", "unauthorized")
	m := k.claim("walk", "gate", obj{"text": "iron"})
	if m.Type != "error" || m.Code != "unauthorized" && m.Code != "not_joined" {
		t.Errorf("a claim of who watches: %s", m.Raw)
	}
	p, _, _ := s.someone("Watched")
	v := p.claim("walk", "lamp", obj{"code": "LAMP-77"})
	k.wantBoard(w.Board, v.Seq)
	s.eventually("the ticker told of the award", func() bool {
		for _, b := range k.boards {
			for _, e := range b.Events {
				if e.Seq == v.Seq && e.Name == "Watched" && e.Challenge == "lamp" && e.Points == 10 {
					return true
				}
			}
		}
		k.fence()
		return false
	})
}

func walkReview(t *testing.T, s *server) {
	k, _, _ := s.someone("Rosalind")
	v := k.claim("walk", "photo", obj{"review": obj{"note": "see the post card"}})
	if v.Outcome != "pending" {
		t.Fatalf("for review: %s", v.Raw)
	}
	if again := k.claimAs(v.ID, "walk", "photo", obj{"review": obj{"note": "x"}}); again.Outcome != "pending" || !again.Replay {
		t.Errorf("pending again: %s", again.Raw)
	}
	list := s.call("GET", "/api/v1/hunts/walk/reviews", organizer, nil)
	if list.status != 200 || !strings.Contains(string(list.body), v.ID) || !strings.Contains(string(list.body), "see the post card") {
		t.Errorf("reviews: %d %s", list.status, list.body)
	}
	s.organize("walk", "reviews/"+v.ID, obj{"approve": true, "reason": "lovely"})
	if a := k.want("award", ""); a.Challenge != "photo" || a.Points != 70 {
		t.Errorf("approved: %s", a.Raw)
	}
	if now := k.claimAs(v.ID, "walk", "photo", obj{"review": obj{"note": "x"}}); now.Outcome != "awarded" || !now.Replay || now.Points != 70 {
		t.Errorf("the claim after approval: %s", now.Raw)
	}

	v = k.claim("walk", "photo", obj{"review": obj{"note": "again"}})
	if v.Outcome != "already" {
		t.Errorf("a claim after approval: %s", v.Raw)
	}
	if raw, err := json.Marshal(s.ledger("walk")); err != nil || strings.Contains(string(raw), "post card") {
		t.Errorf("the ledger holds the note (%v)", err)
	}
}
