package actor_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"veltrix/game"
	"veltrix/game/actor"
)

// crowd is how many claims wait at once in a rush: a mailbox full.
const crowd = 1000

// rush has a crowd claim at once, behind a claim that is being committed, and
// returns their last replies by player. A claim that was refused for now, or that went
// wrong within, is sent again with the same id.
func (l *lossy) rush(begin func()) map[string]game.Reply {
	l.t.Helper()
	for i := range crowd {
		l.join(fmt.Sprint("p", i))
	}
	l.join("first")
	gate := make(chan struct{})
	l.store.set(func(int, []game.Command) error { <-gate; return nil }, nil)
	replies := make(chan game.Reply, 1)
	l.post(replies, claim("first", "a", "first"), "right")
	synctest.Wait()
	type answered struct {
		player string
		reply  game.Reply
	}
	all := make(chan answered, crowd)
	post := func(p string) {
		code := l.hunts.Post("h", &actor.Request{
			Command: claim(p, "a", p), Proof: proof("right"), Origin: p,
			Done: func(_ *actor.View, r game.Reply) { all <- answered{p, r} },
		})
		if code != "" {
			l.t.Fatalf("post: %s", code)
		}
	}
	for i := range crowd {
		post(fmt.Sprint("p", i))
	}
	begin()
	close(gate)
	last := map[string]game.Reply{}
	for answers, claims := 0, crowd; answers < claims; answers++ {
		var t answered
		select {
		case t = <-all:
		case <-time.After(time.Minute):
			l.t.Fatalf("%d of %d claims were answered within a minute", answers, claims)
		}
		if t.reply.Outcome == game.OutRefused {
			claims++
			time.AfterFunc(2*time.Second, func() { post(t.player) })
			continue
		}
		last[t.player] = t.reply
	}
	synctest.Wait()
	if len(all) != 0 || len(last) != crowd {
		l.t.Fatalf("%d players were answered, %d answers too many", len(last), len(all))
	}
	return last
}

// TestStream: in a rush the next batch is under way while one is decided, and
// every claim is awarded once, in the order in which they came, whatever goes
// wrong in between.
func TestStream(t *testing.T) {
	foreign := func(l *lossy, cmds ...game.Command) {
		if _, err := l.ref.Commit(context.Background(), "h", nil, game.Head{}, cmds); err != nil {
			l.t.Error(err)
		}
	}
	// What is asked before the nth batch is decided, and when the nth was.
	for name, fault := range map[string]struct {
		before, after func(l *lossy, n int64) error
		replays       bool // some replies are replays
		reordered     bool
		lost          bool // awards, which have to be put back
	}{
		"nothing": {},
		"fails": {before: func(_ *lossy, n int64) error {
			if n == 2 || n == 3 {
				return errStore
			}
			return nil
		}},
		"reply lost": {after: func(_ *lossy, n int64) error {
			if n == 1 { // the one behind it is decided
				return errStore
			}
			return nil
		}, replays: true},
		"replies lost": {after: func(_ *lossy, n int64) error {
			if n <= 3 {
				return errStore
			}
			return nil
		}, replays: true},
		"late": {before: func(_ *lossy, n int64) error {
			if n == 2 {
				time.Sleep(time.Second) // the one behind it comes first
			}
			return nil
		}},
		"another node's": {before: func(l *lossy, n int64) error {
			if n == 3 {
				foreign(l, game.Command{Type: game.CmdJoin, Entrant: "eve", Player: "eve", Name: "Eve"})
			}
			return nil
		}},
		"another node's while waiting": {after: func(l *lossy, n int64) error {
			if n == 2 {
				foreign(l, game.Command{Type: game.CmdAnnounce, ID: "hello", Text: "Hello", By: "olga"})
			}
			return nil
		}},
		"another definition": {before: func(l *lossy, n int64) error {
			if n == 3 {
				foreign(l, game.Command{Type: game.CmdDefine, Definition: parse(l.t, huntFile+"# again\n"), By: "olga"})
			}
			return nil
		}},
		"history lost": {before: func(l *lossy, n int64) error {
			if n == 3 {
				l.ref.Forget("h", l.past)
			}
			return nil
		}, reordered: true, lost: true},
		"panic": {before: func(l *lossy, n int64) error {
			if n == 3 {
				l.pub.mu.Lock()
				l.pub.panics = true
				l.pub.mu.Unlock()
			}
			return nil
		}, replays: true, reordered: true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				l := startLossy(t)
				defer l.stop()
				l.open(huntFile)
				var begun, ended, under, most, sizes atomic.Int64
				last := l.rush(func() {
					l.past = l.ref.Remember("h")
					l.store.set(func(_ int, batch []game.Command) error {
						if len(batch) == game.MaxBatch {
							sizes.Add(1)
						}
						n := begun.Add(1)
						most.Store(max(most.Load(), under.Add(1)))
						time.Sleep(time.Duration(n) * time.Millisecond)
						if fault.before == nil {
							return nil
						}
						err := fault.before(l, n)
						if err != nil {
							under.Add(-1)
						}
						return err
					}, func(_ int, _ []game.Command) error {
						under.Add(-1)
						if fault.after == nil {
							return nil
						}
						return fault.after(l, ended.Add(1))
					})
				})
				if most.Load() < 2 || sizes.Load() < 3 {
					t.Errorf("%d at once under way, want two; %d full batches", most.Load(), sizes.Load())
				}
				replays := 0
				for p, r := range last {
					if r.Outcome != game.OutAwarded {
						t.Fatalf("%s: %+v", p, r)
					}
					if r.Replay {
						replays++
					}
				}
				if (replays > 0) != fault.replays {
					t.Errorf("%d replays", replays)
				}
				entries := l.ledger()
				order := int64(0)
				for _, n := range entries {
					if n.Type != game.Awarded || n.Player == "first" {
						continue
					}
					if !fault.lost && last[n.Player].Seq != n.Seq {
						t.Fatalf("%s got seq %d, it is %d", n.Player, last[n.Player].Seq, n.Seq)
					}
					if !fault.reordered && n.Player != fmt.Sprint("p", order) {
						t.Fatalf("award %d is that of %s", order, n.Player)
					}
					order++
				}
				if order != crowd {
					t.Errorf("%d awards, want %d", order, crowd)
				}
				if back := l.count("veltrix_restored_total"); fault.lost {
					if back <= game.MaxBatch || l.count("veltrix_history_lost_total") != 1 || l.count("veltrix_unhealed_total") != 0 {
						t.Errorf("%d put back, %v", back, l.reports())
					}
				} else if name != "panic" {
					l.pub.gapless(t, 2, entries[len(entries)-1].Seq)
				}
				if n := l.count("veltrix_hunt_panics_total"); (n > 0) != (name == "panic") {
					t.Errorf("%d panics", n)
				}
				err := l.hunts.Look(t.Context(), "h", func(v *actor.View) {
					for p := range last {
						if row, _ := v.Row(p); row.Solved != 1 {
							t.Errorf("%s has solved %d", p, row.Solved)
						}
					}
				})
				if err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestPanicWhileLaunching: whichever batch of a stream cannot be sent, every
// claim is answered and awarded once.
func TestPanicWhileLaunching(t *testing.T) {
	for nth := 1; nth <= 4; nth++ {
		t.Run(fmt.Sprint(nth), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				l := startLossy(t)
				defer l.stop()
				l.open(huntFile)
				last := l.rush(func() {
					l.store.set(func(n int, _ []game.Command) error {
						time.Sleep(time.Duration(n) * time.Millisecond) // they arrive in order
						return nil
					}, nil)
					l.store.mu.Lock()
					l.store.panicAt = l.store.launches + nth
					l.store.mu.Unlock()
				})
				for p, r := range last {
					if r.Outcome != game.OutAwarded {
						t.Errorf("%s: %+v", p, r)
					}
				}
				if n := l.count("veltrix_hunt_panics_total"); n != 1 {
					t.Errorf("%d panics", n)
				}
				awards := map[string]int{}
				for _, n := range l.ledger() {
					if n.Type == game.Awarded {
						awards[n.Player]++
					}
				}
				for p := range last {
					if awards[p] != 1 {
						t.Errorf("%s was awarded %d times", p, awards[p])
					}
				}
			})
		})
	}
}
