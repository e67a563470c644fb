package actor_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/game/storetest"
)

// lossy is a node over a store that can be made to forget.
type lossy struct {
	*node
	ref  *storetest.Reference
	past storetest.Past
}

func startLossy(t *testing.T) *lossy {
	ref := storetest.NewReference(clock)
	return &lossy{node: start(t, ref, nil), ref: ref}
}

// ledger reads the whole ledger and demands that it is sound: seq without a
// gap, epochs that grow and begin with recovered, no award twice, and totals
// that are sums.
func (l *lossy) ledger() []game.Entry {
	l.t.Helper()
	entries, err := l.ref.Ledger(context.Background(), "h", 0, 100000)
	if err != nil {
		l.t.Fatal(err)
	}
	awarded, totals := map[string]bool{}, map[string]int64{}
	for i, n := range entries {
		if n.Seq != int64(i)+1 {
			l.t.Errorf("entry %d has seq %d", i+1, n.Seq)
		}
		if i > 0 && n.Epoch != entries[i-1].Epoch && n.Type != game.Recovered {
			l.t.Errorf("epoch %s begins with %s", n.Epoch, n.Type)
		}
		if n.Type == game.Awarded {
			if key := n.Entrant + " " + n.Challenge; awarded[key] {
				l.t.Errorf("%s is awarded twice", key)
			} else {
				awarded[key] = true
			}
		}
		if totals[n.Entrant] += n.Points; n.Points != 0 && n.Total != totals[n.Entrant] {
			l.t.Errorf("seq %d: total %d of %s, want %d", n.Seq, n.Total, n.Entrant, totals[n.Entrant])
		}
	}
	return entries
}

// kinds counts the entries of each type.
func kinds(entries []game.Entry) map[game.EntryType]int {
	m := map[game.EntryType]int{}
	for _, n := range entries {
		m[n.Type]++
	}
	return m
}

// reports returns the reports of healing.
func (n *node) reports() []map[string]any {
	var list []map[string]any
	for _, e := range n.log.All() {
		if strings.HasPrefix(e.Message, "the store lost history") {
			list = append(list, e.ContextMap())
		}
	}
	return list
}

// healed demands that one loss was healed wholly.
func (n *node) healed(restored int) {
	n.t.Helper()
	if lost, back, un := n.count("veltrix_history_lost_total"), n.count("veltrix_restored_total"), n.count("veltrix_unhealed_total"); lost != 1 || back != restored || un != 0 {
		n.t.Errorf("%d losses, %d restored, %d unhealed; want 1, %d, 0; %v", lost, back, un, restored, n.reports())
	}
	if r := n.reports(); len(r) != 1 || r[0]["restored"] != int64(restored) {
		n.t.Errorf("reports %v", r)
	}
	n.pub.mu.Lock()
	defer n.pub.mu.Unlock()
	if n.pub.resets != 1 {
		n.t.Errorf("%d resets", n.pub.resets)
	}
}

// won is the reply to the player of an award.
type won struct {
	claim game.Command
	reply game.Reply
}

func (n *node) win(player, challenge, id string) won {
	n.t.Helper()
	w := won{claim: claim(player, challenge, id)}
	if w.reply = n.do(w.claim); w.reply.Outcome != game.OutAwarded {
		n.t.Fatalf("claim %s: %+v", id, w.reply)
	}
	return w
}

// still demands that an award is what it was.
func (n *node) still(w won) {
	n.t.Helper()
	r := n.do(w.claim)
	if r.Outcome != game.OutAwarded || !r.Replay || r.Points != w.reply.Points || r.Bonus != w.reply.Bonus {
		n.t.Errorf("claim %s got %+v and now gets %+v", w.claim.ID, w.reply, r)
	}
}

const healFile = `
hunt: h
title: A hunt
mode: solo
challenges:
  - {id: a, title: A, points: {initial: 100, minimum: 10, decay: 3, function: linear}, bonus: [9, 5], proof: {text: right}, hints: [{id: h1, title: H, text: T, cost: 10}]}
  - {id: b, title: B, points: 50, requires: [a], proof: {text: right}}
  - {id: c, title: C, points: 10, proof: {text: right}, attempts: {max: 2}}
  - {id: r, title: R, points: 30, proof: {review: {prompt: Show it}}}
badges:
  - {id: two, title: Two, points: 7, when: {solves: 2}}
  - {id: hand, title: Hand, points: 3, when: {manual: true}}
`

func TestLostTailIsPutBackBeforeTheNextClaimIsDecided(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := startLossy(t)
		defer l.stop()
		l.open(healFile)
		l.join("p")
		past := l.ref.Remember("h")
		l.join("q")
		first, second := l.win("p", "a", "1"), l.win("q", "a", "2")
		hinted := l.do(game.Command{Type: game.CmdHint, ID: "3", Player: "p", Challenge: "a", Hint: "h1"})
		l.do(game.Command{Type: game.CmdAdjust, ID: "4", Entrant: "q", Points: -20, Reason: "late", By: "olga"})
		third := l.win("p", "b", "5")
		l.do(game.Command{Type: game.CmdAnnounce, ID: "6", Text: "Hello", By: "olga"})
		l.do(game.Command{Type: game.CmdGrant, ID: "7", Entrant: "p", Badge: "hand", By: "olga"})
		l.do(game.Command{Type: game.CmdRevoke, ID: "8", Entrant: "q", Challenge: "a", Reason: "shared", By: "olga"})
		before := l.ledger()

		l.ref.Forget("h", past)
		// b needs a, and a pays a bonus to the first: decided before the rest is
		// back, this would be locked, or paid twice.
		if r := l.do(claim("q", "b", "9")); r.Outcome != game.OutLocked {
			t.Errorf("the award that b needs was revoked: %+v", r)
		}
		l.still(first)
		l.still(second)
		l.still(third)
		if r := l.do(game.Command{Type: game.CmdHint, ID: "3", Player: "p", Challenge: "a", Hint: "h1"}); !r.Replay || r.Points != hinted.Points {
			t.Errorf("hint %+v, now %+v", hinted, r)
		}
		after := l.ledger()
		want := kinds(before)
		want[game.Recovered]++
		if got := kinds(after); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("entries %v, want %v", got, want)
		}
		l.healed(len(before) - 3) // but defined, phase, joined p
		time.Sleep(time.Second)
		l.pub.mu.Lock()
		defer l.pub.mu.Unlock()
		if rows := l.pub.board.Rows; len(rows) != 2 || rows[0].Points != 100+9-10+50+7+3 || rows[1].Points != -20 {
			t.Errorf("board %+v", rows)
		}
	})
}

func TestLossIsNoticedWithoutAClaim(t *testing.T) {
	for name, lose := range map[string]func(l *lossy, past storetest.Past){
		"tail": func(l *lossy, past storetest.Past) { l.ref.Forget("h", past) },
		"all":  func(l *lossy, _ storetest.Past) { l.ref.Forget("h", storetest.Past{}) },
		"fork": func(l *lossy, past storetest.Past) {
			l.ref.Forget("h", past)
			for i := range 9 { // a node that remembers nothing goes on and outgrows what was lost
				_, err := l.ref.Commit(l.t.Context(), "h", nil, game.Head{}, []game.Command{
					{Type: game.CmdAnnounce, ID: fmt.Sprint("fork", i), Text: "fork", By: "olga"},
				})
				if err != nil {
					l.t.Fatal(err)
				}
			}
		},
		"fork of the same length": func(l *lossy, past storetest.Past) {
			l.ref.Forget("h", past)
			if _, err := l.ref.Commit(l.t.Context(), "h", nil, game.Head{}, []game.Command{
				{Type: game.CmdAnnounce, ID: "x", Text: "fork", By: "olga"}, {Type: game.CmdAnnounce, ID: "y", Text: "fork", By: "olga"},
			}); err != nil {
				l.t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				l := startLossy(t)
				defer l.stop()
				l.open(healFile)
				past := l.ref.Remember("h")
				l.join("p")
				first := l.win("p", "a", "1")
				lose(l, past)
				time.Sleep(actor.DefaultOptions().Look + 2*time.Second) // it waits for other nodes until a second after it noticed
				restored := 2
				if name == "all" {
					restored = 3 // the opening, too; the definition makes the hunt
				}
				l.healed(restored)
				entries := l.ledger()
				if k := kinds(entries); k[game.Recovered] != 1 || k[game.Awarded] != 1 {
					t.Errorf("entries %v", k)
				}
				l.still(first)
				if err := l.hunts.Look(t.Context(), "h", func(v *actor.View) {
					if v.Phase != game.Open || v.Seq != int64(len(entries)) || v.Epoch != entries[len(entries)-1].Epoch {
						t.Errorf("view at %d of %s, %s", v.Seq, v.Epoch, v.Phase)
					}
				}); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestNodesHealTogether: two nodes remember different parts; one epoch starts,
// and each award is there once.
func TestNodesHealTogether(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := startLossy(t)
		defer l.stop()
		l.open(healFile)
		l.join("p")
		other := start(t, l.ref, nil)
		defer other.stop()
		synctest.Wait()
		past := l.ref.Remember("h")
		first := l.win("p", "a", "1")
		time.Sleep(actor.DefaultOptions().Look + 2*time.Second) // the other has looked
		second, third := l.win("p", "b", "2"), l.win("p", "c", "3")
		other.join("q")
		fourth := other.win("q", "a", "4") // known to the other alone
		l.ref.Forget("h", past)
		replies := make(chan game.Reply, 2)
		l.post(replies, claim("p", "r", "5"), "right")
		other.post(replies, claim("q", "c", "6"), "right")
		time.Sleep(actor.DefaultOptions().Look + 2*time.Second)
		entries := l.ledger()
		if k := kinds(entries); k[game.Recovered] != 1 || k[game.Awarded] != 5 || k[game.Badged] != 2 || k[game.Joined] != 2 {
			t.Errorf("entries %v", k)
		}
		for _, w := range []won{first, second, third, fourth} {
			l.still(w)
			other.still(w)
		}
		for _, n := range []*node{l.node, other} {
			if n.pub.resets != 1 || n.count("veltrix_unhealed_total") != 0 {
				t.Errorf("%d resets, reports %v", n.pub.resets, n.reports())
			}
		}
	})
}

var errFinal = errors.New("no store has this")

// TestHealingSurvivesFailures: whatever fails meanwhile, nothing is left out.
func TestHealingSurvivesFailures(t *testing.T) {
	for name, fail := range map[string]func(l *lossy, past storetest.Past){
		"store away for long": func(l *lossy, _ storetest.Past) {
			until := time.Now().Add(40 * time.Second)
			l.store.set(func(int, []game.Command) error {
				if time.Now().Before(until) {
					return errStore
				}
				return nil
			}, nil)
		},
		"replies lost": func(l *lossy, _ storetest.Past) {
			n := 0
			l.store.set(nil, func(int, []game.Command) error {
				if n++; n%2 == 1 {
					return errStore
				}
				return nil
			})
		},
		"panics": func(l *lossy, _ storetest.Past) {
			n := 0
			l.store.set(nil, func(int, []game.Command) error {
				if n++; n < 5 {
					panic("half done")
				}
				return nil
			})
		},
		"audience panics": func(l *lossy, _ storetest.Past) {
			l.pub.mu.Lock()
			l.pub.panics = true
			l.pub.mu.Unlock()
		},
		"errors for good, sometimes": func(l *lossy, _ storetest.Past) {
			n := 0
			l.store.set(func(_ int, batch []game.Command) error {
				if n++; batch[0].Type == game.CmdRestore && n < 12 {
					return errFinal
				}
				return nil
			}, nil)
		},
		"lost again": func(l *lossy, past storetest.Past) {
			n := 0
			l.store.set(nil, func(_ int, batch []game.Command) error {
				if batch[0].Type == game.CmdRestore {
					if n++; n < 3 {
						time.Sleep(time.Second)
						l.ref.Forget("h", past)
						return errStore
					}
				}
				return nil
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				l := startLossy(t)
				defer l.stop()
				l.open(healFile)
				past := l.ref.Remember("h")
				var wins []won
				for i := range 40 {
					p := fmt.Sprint("p", i)
					l.join(p)
					wins = append(wins, l.win(p, "a", fmt.Sprint("a", i)), l.win(p, "c", fmt.Sprint("c", i)))
				}
				l.ref.Forget("h", past)
				fail(l, past)
				time.Sleep(2 * time.Minute)
				l.store.set(nil, nil)
				for _, w := range wins {
					l.still(w)
				}
				if k := kinds(l.ledger()); k[game.Awarded] != 80 || k[game.Badged] != 40 || k[game.Joined] != 40 {
					t.Errorf("entries %v", k)
				}
				if l.count("veltrix_unhealed_total") != 0 {
					t.Errorf("reports %v", l.reports())
				}
			})
		})
	}
}

// TestRequestsWaitForTheHealing: none is decided by half a history, none lost.
func TestRequestsWaitForTheHealing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := startLossy(t)
		defer l.stop()
		l.open(healFile)
		past := l.ref.Remember("h")
		l.join("p")
		l.win("p", "a", "1")
		l.ref.Forget("h", past)
		gate := make(chan struct{})
		l.store.set(func(_ int, batch []game.Command) error {
			if batch[0].Type == game.CmdRestore {
				<-gate
			}
			return nil
		}, nil)
		replies := make(chan game.Reply, 10)
		l.post(replies, claim("p", "b", "2"), "right")
		synctest.Wait()
		for i := range 5 {
			l.post(replies, claim("p", "c", fmt.Sprint("w", i)), "wrong")
		}
		synctest.Wait()
		if len(replies) != 0 {
			t.Errorf("answered %+v before history was back", <-replies)
		}
		close(gate)
		time.Sleep(2 * time.Second)
		if len(replies) != 6 {
			t.Fatalf("%d replies", len(replies))
		}
		if r := <-replies; r.Outcome != game.OutAwarded {
			t.Errorf("b after a: %+v", r)
		}
	})
}

// TestOneEntryThatCannotBePutBack: it is logged and counted, and the hunt goes on.
func TestOneEntryThatCannotBePutBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := startLossy(t)
		defer l.stop()
		l.open(healFile)
		past := l.ref.Remember("h")
		l.join("p")
		l.join("q")
		kept, given := l.win("p", "a", "1"), l.win("q", "c", "2")
		l.store.set(func(_ int, batch []game.Command) error {
			for _, c := range batch {
				if c.Type == game.CmdRestore && c.Entry.ID == given.claim.ID {
					panic("a bug that this entry meets")
				}
			}
			return nil
		}, nil)
		l.ref.Forget("h", past)
		time.Sleep(2 * time.Minute)
		l.still(kept)
		if got := l.count("veltrix_unhealed_total"); got != 1 {
			t.Errorf("%d unhealed, want 1", got)
		}
		r := l.reports()
		if len(r) != 1 || !strings.Contains(fmt.Sprint(r[0]["not_restored"]), "awarded q c 2 internal") {
			t.Errorf("reports %v", r)
		}
	})
}

func TestPendingClaimsAreRemembered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := startLossy(t)
		defer l.stop()
		l.open(healFile)
		l.join("p")
		past := l.ref.Remember("h")
		note := hunt.Proof{Review: &hunt.ReviewRequest{Note: "look"}}
		r, err := l.hunts.Do(t.Context(), "h", actor.Request{Command: claim("p", "r", "1"), Proof: &note})
		if err != nil || r.Outcome != game.OutPending {
			t.Fatalf("%+v, %v", r, err)
		}
		l.join("q")
		l.ref.Forget("h", past)
		time.Sleep(actor.DefaultOptions().Look + 2*time.Second)
		list, err := l.ref.Reviews(t.Context(), "h")
		if err != nil || len(list) != 1 || list[0].ID != "1" || list[0].Note != "look" {
			t.Errorf("waiting: %+v, %v", list, err)
		}
		l.healed(2) // its entry, and q; the claim itself is there by then
	})
}

// TestDefinitionAndPhase: what organizers did is put back, unless they decided
// again since.
func TestDefinitionAndPhase(t *testing.T) {
	for name, want := range map[string]game.Phase{"alone": game.Paused, "decided": game.Closed} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				l := startLossy(t)
				defer l.stop()
				l.open(healFile)
				l.join("p")
				past := l.ref.Remember("h")
				l.define(strings.Replace(healFile, "points: 50", "points: 60", 1))
				l.win("p", "a", "1")
				w := l.win("p", "b", "2")
				l.do(game.Command{Type: game.CmdPhase, ID: "pause", Phase: game.Paused, By: "olga"})
				l.ref.Forget("h", past)
				if name == "decided" {
					_, err := l.ref.Commit(t.Context(), "h", nil, game.Head{}, []game.Command{
						{Type: game.CmdPhase, ID: "close", Rev: 1, Phase: game.Closed, By: "olga"},
					})
					if err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(actor.DefaultOptions().Look + 2*time.Second)
				l.still(w)
				sum, err := l.ref.Load(t.Context(), "h")
				if err != nil || sum.Phase != want || sum.Definition.Rev != 2 || sum.Definition.Challenge("b").Points.Initial != 60 {
					t.Errorf("%s, rev %d: %v", sum.Phase, sum.Definition.Rev, err)
				}
				if w.reply.Points != 60 || l.count("veltrix_unhealed_total") != 0 {
					t.Errorf("%+v, %v", w.reply, l.reports())
				}
			})
		})
	}
}

// TestMoreThanIsRemembered: the report says what is gone for good, entrants that
// joined before are let in again, and the phase is what it was.
func TestMoreThanIsRemembered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := startLossy(t)
		defer l.stop()
		l.open(healFile)
		past := l.ref.Remember("h")
		l.join("p")
		l.do(game.Command{Type: game.CmdPhase, ID: "freeze", Freeze: game.FreezeOn, By: "olga"})
		for i := range 3000 {
			l.do(game.Command{Type: game.CmdAnnounce, ID: fmt.Sprint("n", i), Text: "x", By: "olga"})
		}
		w := l.win("p", "a", "1")
		l.ref.Forget("h", past)
		time.Sleep(actor.DefaultOptions().Look + 2*time.Second)
		l.still(w)
		r := l.reports()
		if len(r) != 1 || r[0]["fork"] != int64(-1) || r[0]["unknown_from"] != int64(3) || r[0]["refused"] != int64(0) {
			t.Fatalf("reports %v", r)
		}
		restored, gone := r[0]["restored"].(int64), r[0]["unknown_to"].(int64)-3+1
		if l.count("veltrix_unhealed_total") != int(gone) || restored+gone != 3003+2 { // joining and freeze are lost and yet put back
			t.Errorf("%d restored, %d gone", restored, gone)
		}
		sum, err := l.ref.Load(t.Context(), "h")
		if err != nil || sum.Phase != game.Open || !sum.Frozen {
			t.Errorf("%+v, %v", sum, err)
		}
	})
}

// TestAfterAPanicNothingIsMissing: the audience gets the entries that it had not
// got before.
func TestAfterAPanicNothingIsMissing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := startLossy(t)
		defer l.stop()
		l.open(huntFile)
		l.join("p")
		l.store.set(nil, func(int, []game.Command) error { panic("after the commit") })
		if r := l.do(claim("p", "a", "1")); r.Code != game.CodeInternal {
			t.Errorf("%+v", r)
		}
		l.store.set(nil, nil)
		l.win("p", "c", "2")
		l.pub.gapless(t, 2, 6)
		if l.pub.resets != 0 {
			t.Error("a reset although nothing was lost")
		}
	})
}
