package actor_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestWaitingRequestsAreOneBatch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := start(t, storetest.NewReference(clock), nil)
		defer n.stop()
		n.open(huntFile)
		n.join("p")
		gate := make(chan struct{})
		n.store.set(func(int, []game.Command) error { <-gate; return nil }, nil)
		const all = 1 + game.MaxBatch + 35
		replies := make(chan game.Reply, all)
		n.post(replies, claim("p", "a", "1"), "right")
		synctest.Wait() // the first is being committed
		for i := range all - 1 {
			n.post(replies, claim("p", "a", fmt.Sprint("d", i)), "right")
		}
		close(gate)
		synctest.Wait()
		if len(replies) != all {
			t.Fatalf("%d replies, want %d", len(replies), all)
		}
		if sizes := n.store.sizes[len(n.store.sizes)-3:]; sizes[0] != 1 || sizes[1] != game.MaxBatch || sizes[2] != 35 {
			t.Errorf("batches of %v, want 1, %d, 35", sizes, game.MaxBatch)
		}
		awarded := 0
		for range all {
			if r := <-replies; r.Outcome == game.OutAwarded {
				awarded++
			}
		}
		if awarded != 1 {
			t.Errorf("awarded %d times", awarded)
		}
		n.pub.gapless(t, 2, 4) // the definition was there when the hunt was loaded
	})
}

func TestFullMailboxIsBusy(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := start(t, storetest.NewReference(clock), func(o *actor.Options) { o.Mailbox = 2 })
		defer n.stop()
		n.open(huntFile)
		n.join("p")
		gate := make(chan struct{})
		n.store.set(func(int, []game.Command) error { <-gate; return nil }, nil)
		replies := make(chan game.Reply, 10)
		n.post(replies, claim("p", "a", "1"), "right")
		synctest.Wait()
		n.post(replies, claim("p", "a", "2"), "right")
		n.post(replies, claim("p", "a", "3"), "right")
		called := false
		code := n.hunts.Post("h", &actor.Request{Command: claim("p", "a", "4"), Done: func(*actor.View, game.Reply) { called = true }})
		if code != game.CodeBusy {
			t.Errorf("code %q, want busy", code)
		}
		close(gate)
		synctest.Wait()
		if called || len(replies) != 3 {
			t.Errorf("refused request answered: %v; %d replies, want 3", called, len(replies))
		}
	})
}

func TestBatchIsHeldWhileTheStoreFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := start(t, storetest.NewReference(clock), nil)
		defer n.stop()
		n.open(huntFile)
		n.join("p")
		broken := time.Now().Add(5 * time.Second)
		n.store.set(func(int, []game.Command) error {
			if time.Now().Before(broken) {
				return errStore
			}
			return nil
		}, nil)
		if r := n.do(claim("p", "a", "1")); r.Outcome != game.OutAwarded {
			t.Errorf("outcome %s after a short failure, want awarded", r.Outcome)
		}
		if time.Now().Before(broken) {
			t.Error("answered before the store came back")
		}
		n.store.set(func(int, []game.Command) error { return errStore }, nil)
		at := time.Now()
		if r := n.do(claim("p", "c", "2")); r.Code != game.CodeUnavailable {
			t.Errorf("code %q after a long failure, want unavailable", r.Code)
		}
		if waited := time.Since(at); waited < 8*time.Second || waited > 10*time.Second {
			t.Errorf("held for %v, want a little under 10 s", waited)
		}
		n.store.set(nil, nil)
		if r := n.do(claim("p", "c", "2")); r.Outcome != game.OutAwarded || r.Replay {
			t.Errorf("same claim afterwards: %+v", r)
		}
	})
}

func TestLostReplyIsPublishedOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := start(t, storetest.NewReference(clock), nil)
		defer n.stop()
		n.open(huntFile)
		n.join("p")
		lost := false
		n.store.set(nil, func(int, []game.Command) error {
			if lost {
				return nil
			}
			lost = true
			return errStore // it took effect, and nobody heard
		})
		r := n.do(claim("p", "a", "1"))
		if r.Outcome != game.OutAwarded || !r.Replay || r.Points != 100 {
			t.Errorf("reply %+v, want the award as a replay", r)
		}
		n.pub.gapless(t, 2, 4)
	})
}

func TestPanicAnswersInternalAndTheHuntComesBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := start(t, storetest.NewReference(clock), nil)
		defer n.stop()
		n.open(huntFile)
		n.join("p")
		n.store.set(func(int, []game.Command) error { panic("store") }, nil)
		if r := n.do(claim("p", "a", "1")); r.Code != game.CodeInternal {
			t.Errorf("code %q, want internal", r.Code)
		}
		n.store.set(nil, nil)
		n.pub.mu.Lock()
		n.pub.panics = true
		n.pub.mu.Unlock()
		// The award is durable and answered before the audience panics.
		if r := n.do(claim("p", "a", "1")); r.Outcome != game.OutAwarded {
			t.Errorf("outcome %s, want awarded", r.Outcome)
		}
		if r := n.do(claim("p", "a", "1")); r.Outcome != game.OutAwarded || !r.Replay {
			t.Errorf("after the panic: %+v, want the award as a replay", r)
		}
		err := n.hunts.Look(t.Context(), "h", func(*actor.View) { panic("look") })
		if err == nil {
			t.Error("a look that panicked returned no error")
		}
		if err := n.hunts.Look(t.Context(), "h", func(*actor.View) {}); err != nil {
			t.Errorf("look after a panic: %v", err)
		}
	})
}

func TestStaleClaimsAreJudgedAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		ref := storetest.NewReference(clock)
		n := start(t, ref, nil)
		defer n.stop()
		n.open(huntFile)
		n.join("p")
		// Another node changes the answer behind this one's back.
		edited := parse(t, `
hunt: h
title: A hunt
mode: solo
challenges:
  - {id: a, title: A, points: 70, proof: {text: left}}
`)
		if _, err := ref.Commit(t.Context(), "h", nil, game.Head{}, []game.Command{{Type: game.CmdDefine, Definition: edited}}); err != nil {
			t.Fatal(err)
		}
		if r := n.do(claim("p", "a", "1")); r.Outcome != game.OutWrong {
			t.Errorf("outcome %s by the new definition, want wrong", r.Outcome)
		}
		n.pub.gapless(t, 2, 4) // the foreign definition was published, too
	})
}

func TestScheduleMovesTheHuntByItself(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := start(t, storetest.NewReference(clock), nil)
		defer n.stop()
		at := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(time.RFC3339) }
		n.define(`
hunt: h
title: A hunt
mode: solo
opens: ` + at(10*time.Second) + `
freeze: ` + at(20*time.Second) + `
closes: ` + at(30*time.Second) + `
challenges:
  - {id: a, title: A, points: 100, proof: {text: right}}
`)
		phases := func(after time.Duration) string {
			time.Sleep(after)
			synctest.Wait()
			n.pub.mu.Lock()
			defer n.pub.mu.Unlock()
			var s strings.Builder
			for _, e := range n.pub.entries {
				if e.Type == game.Phased {
					fmt.Fprint(&s, e.Phase, e.Frozen, " ")
				}
			}
			return s.String()
		}
		if got := phases(9 * time.Second); got != "" {
			t.Errorf("too early: %s", got)
		}
		if got := phases(2 * time.Second); got != "openfalse " {
			t.Errorf("at 11 s: %s", got)
		}
		if got := phases(10 * time.Second); got != "openfalse opentrue " {
			t.Errorf("at 21 s: %s", got)
		}
		if got := phases(10 * time.Second); got != "openfalse opentrue closedtrue " {
			t.Errorf("at 31 s: %s", got)
		}
	})
}

func TestBoardsAndStandingsKeepTheirPace(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := start(t, storetest.NewReference(clock), nil)
		defer n.stop()
		n.open(huntFile)
		for i := range 100 {
			n.join(fmt.Sprint("p", i))
			n.do(claim(fmt.Sprint("p", i), "a", strconv.Itoa(i)))
			time.Sleep(40 * time.Millisecond)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		n.pub.mu.Lock()
		defer n.pub.mu.Unlock()
		pace := func(name string, at []time.Time, least time.Duration, want int) {
			for i := 1; i < len(at); i++ {
				if at[i].Sub(at[i-1]) < least {
					t.Errorf("%s %v apart, want at least %v", name, at[i].Sub(at[i-1]), least)
				}
			}
			if len(at) < want {
				t.Errorf("%d %s in 4 s of changes, want at least %d", len(at), name, want)
			}
		}
		pace("boards", n.pub.boards, 100*time.Millisecond, 34)
		pace("worths", n.pub.worths, 500*time.Millisecond, 8)
		pace("standings", n.pub.standings, time.Second, 4)
		if n.pub.worthsAt != 202 || len(n.pub.events) != 100 {
			t.Errorf("worths as of %d, %d awards in tickers, want all", n.pub.worthsAt, len(n.pub.events))
		}
		if n.pub.board.Entrants != 100 || n.pub.board.Seq != 202 {
			t.Errorf("last board of %d entrants at %d, want the newest", n.pub.board.Entrants, n.pub.board.Seq)
		}
		if !n.pub.events[0].First || n.pub.events[1].First {
			t.Error("the first award of a challenge, and only that, is a first")
		}
	})
}

// TestBoardsOutliveAStall: one fan-out that was held up for a minute.
func TestBoardsOutliveAStall(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := start(t, storetest.NewReference(clock), nil)
		defer n.stop()
		n.pub.fanOut = time.Minute
		n.open(huntFile)
		n.join("p")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		n.pub.mu.Lock()
		defer n.pub.mu.Unlock()
		if n.pub.board.Entrants != 1 {
			t.Errorf("the board after two seconds has %d entrants, want 1", n.pub.board.Entrants)
		}
	})
}

// TestManyWatchersGetFewerBoards, and the last one.
func TestManyWatchersGetFewerBoards(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := start(t, storetest.NewReference(clock), nil)
		defer n.stop()
		n.pub.fanOut = 400 * time.Millisecond
		n.open(huntFile)
		for i := range 100 {
			n.join(fmt.Sprint("p", i))
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		n.pub.mu.Lock()
		defer n.pub.mu.Unlock()
		if got := len(n.pub.boards); got < 4 || got > 7 || n.pub.board.Entrants != 100 {
			t.Errorf("%d boards in 3 s that take 0.4 s each, the last of %d entrants; want one every 0.4 s", got, n.pub.board.Entrants)
		}
	})
}

func TestIdleHuntsEndAndComeBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := alone(t, storetest.NewReference(clock), func(o *actor.Options) { o.Idle = time.Millisecond; o.Look = time.Millisecond })
		defer n.stop()
		n.open(huntFile)
		n.join("p")
		// Posts that hit the moment of retiring must not be lost.
		for i := range 500 {
			time.Sleep(time.Duration(i%5) * 500 * time.Microsecond)
			if r := n.do(claim("p", "a", strconv.Itoa(i))); r.Outcome != game.OutAwarded && r.Outcome != game.OutAlready {
				t.Fatalf("claim %d: %+v", i, r)
			}
		}
		n.stop()
		if n := len(n.store.forgot); n < 100 {
			t.Errorf("the store was asked %d times to forget the hunt, want once", n)
		}
	})
}

// TestHuntsThatNobodyAsksForAreLetGo soon after the node began, which read them
// all; a schedule, an audience or a request keeps them.
func TestHuntsThatNobodyAsksForAreLetGo(t *testing.T) {
	bubble(t, func(t *testing.T) {
		store := storetest.NewReference(clock)
		first := start(t, store, nil)
		first.open(huntFile)
		first.stop()
		n := alone(t, store, nil)
		defer n.stop()
		forgot := func() int {
			synctest.Wait()
			n.store.mu.Lock()
			defer n.store.mu.Unlock()
			return len(n.store.forgot)
		}
		time.Sleep(29 * time.Second)
		if forgot() != 0 {
			t.Error("let go before players can be back")
		}
		time.Sleep(12 * time.Second)
		if forgot() != 1 {
			t.Error("kept although nobody asked for it")
		}
		n.join("p")
		time.Sleep(4 * time.Minute)
		if forgot() != 1 {
			t.Error("let go although it was used")
		}
		time.Sleep(2 * time.Minute)
		if forgot() != 2 {
			t.Error("kept although it is idle")
		}
	})
}

func TestDrainAnswersWhatWasAccepted(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := start(t, storetest.NewReference(clock), nil)
		n.open(huntFile)
		n.join("p")
		gate := make(chan struct{})
		n.store.set(func(int, []game.Command) error { <-gate; return nil }, nil)
		replies := make(chan game.Reply, 200)
		for i := range 200 {
			n.post(replies, claim("p", "a", strconv.Itoa(i)), "right")
		}
		stopped := make(chan struct{})
		go func() { n.stop(); close(stopped) }()
		synctest.Wait()
		if code := n.hunts.Post("h", &actor.Request{Command: claim("p", "a", "x")}); code != game.CodeUnavailable {
			t.Errorf("post while draining: %q, want unavailable", code)
		}
		close(gate)
		<-stopped
		if len(replies) != 200 {
			t.Errorf("%d replies, want 200", len(replies))
		}
	})
}

func TestUnknownHunt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := start(t, storetest.NewReference(clock), nil)
		defer n.stop()
		if r := n.join("p"); r.Code != game.CodeUnknownHunt {
			t.Errorf("code %q, want unknown_hunt", r.Code)
		}
		err := n.hunts.Look(t.Context(), "h", func(*actor.View) { t.Error("looked at nothing") })
		if !errors.Is(err, game.ErrUnknownHunt) {
			t.Errorf("look: %v, want unknown hunt", err)
		}
		n.define(huntFile)
		if r := n.join("p"); r.Outcome != game.OutDone {
			t.Errorf("join after the definition: %+v", r)
		}
	})
}

func TestBadProofAndJoinCode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := start(t, storetest.NewReference(clock), nil)
		defer n.stop()
		n.open(`
hunt: h
title: A hunt
mode: solo
join_code: LANTERN
challenges:
  - {id: a, title: A, points: 100, proof: {number: {value: 5}}}
`)
		if r := n.join("p"); r.Code != game.CodeBadCode {
			t.Errorf("join without the code: %+v", r)
		}
		r, _ := n.hunts.Do(t.Context(), "h", actor.Request{
			Command: game.Command{Type: game.CmdJoin, Player: "p", Name: "p"}, JoinCode: " lan tern",
		})
		if r.Outcome != game.OutDone {
			t.Errorf("join with the code: %+v", r)
		}
		if r := n.join("p"); r.Outcome != game.OutDone || !r.Replay {
			t.Errorf("join again without the code: %+v", r)
		}
		if r := n.do(claim("p", "a", "1")); r.Code != game.CodeBadProof || r.Why == "" {
			t.Errorf("text for a number: %+v", r)
		}
	})
}

func TestTeams(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := start(t, storetest.NewReference(clock), nil)
		defer n.stop()
		n.open(`
hunt: h
title: A hunt
mode: team
challenges:
  - {id: a, title: A, points: 100, proof: {text: right}}
`)
		join := func(player string, team *actor.Team) game.Reply {
			r, err := n.hunts.Do(t.Context(), "h", actor.Request{
				Command: game.Command{Type: game.CmdJoin, Player: player, Name: player}, Team: team,
			})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		if r := join("p", nil); r.Code != game.CodeUnknownEntrant {
			t.Errorf("join without a team: %+v", r)
		}
		founded := join("p", &actor.Team{Name: "Otters"})
		if founded.Entrant == nil || founded.Entrant.Name != "Otters" || founded.Entrant.Invite == "" {
			t.Fatalf("founding: %+v", founded)
		}
		if again := join("p", &actor.Team{Name: "Otters"}); !again.Replay || again.Entrant.ID != founded.Entrant.ID {
			t.Errorf("founding again: %+v", again)
		}
		if r := join("q", &actor.Team{Invite: "WRONG"}); r.Code != game.CodeUnknownEntrant {
			t.Errorf("wrong invitation: %+v", r)
		}
		joined := join("q", &actor.Team{Invite: founded.Entrant.Invite})
		if joined.Entrant == nil || joined.Entrant.ID != founded.Entrant.ID || len(joined.Entrant.Players) != 2 {
			t.Errorf("joining: %+v", joined)
		}
		c := claim("q", "a", "1")
		c.Entrant = founded.Entrant.ID
		if r := n.do(c); r.Outcome != game.OutAwarded {
			t.Errorf("a member's claim: %+v", r)
		}
		if r := join("p", nil); r.Entrant == nil || r.Entrant.Total != 100 {
			t.Errorf("coming back: %+v", r)
		}
	})
}
