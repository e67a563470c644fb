package actor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/storetest"
)

func TestNodesKeepInStepByTheLedger(t *testing.T) {
	bubble(t, func(t *testing.T) {
		ref := storetest.NewReference(clock)
		one := start(t, ref, nil)
		defer one.stop()
		one.open(huntFile)
		two := start(t, ref, nil)
		defer two.stop()
		synctest.Wait() // it has read the hunt
		one.join("p")
		two.join("q")
		synctest.Wait()
		two.pub.gapless(t, 3, 4) // what one did came before its own join
		one.do(claim("p", "a", "1"))
		two.store.ring("h", 5)
		synctest.Wait()
		two.pub.gapless(t, 3, 5)
		// A lost doorbell costs a moment, never an entry.
		one.do(claim("p", "b", "2"))
		time.Sleep(actor.DefaultOptions().Look + time.Second)
		synctest.Wait()
		two.pub.gapless(t, 3, 7)
		one.pub.gapless(t, 2, 7)
		one.pub.mu.Lock()
		two.pub.mu.Lock()
		defer one.pub.mu.Unlock()
		defer two.pub.mu.Unlock()
		if fmt.Sprint(one.pub.board) != fmt.Sprint(two.pub.board) || len(one.pub.board.Rows) != 2 {
			t.Errorf("boards differ:\n%+v\n%+v", one.pub.board, two.pub.board)
		}
		if p := one.pub.board.Rows[0]; p.Points != 162 || p.Solved != 2 || p.Badges != 1 {
			t.Errorf("row %+v, want 100 + 50 + 5 + 7 points", p)
		}
	})
}

func TestOwnEntriesAreNotReadBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := start(t, storetest.NewReference(clock), nil)
		defer n.stop()
		n.open(huntFile)
		n.join("p")
		synctest.Wait()
		before := n.store.reads
		n.do(claim("p", "a", "1"))
		n.store.ring("h", 4) // the bell of its own commit
		synctest.Wait()
		if n.store.reads != before {
			t.Error("the bell of the node's own commit made it read the ledger")
		}
		looks := len(n.store.looks)
		n.store.ring("", 0)
		synctest.Wait()
		if len(n.store.looks) == looks {
			t.Error("a new subscription did not make it look")
		}
		if n.store.reads != before {
			t.Error("it read the ledger although the head is what it knows")
		}
	})
}

// TestIdleHuntsCostOneLook: two thousand hunts are not two thousand polls. It
// runs in real time: so many timers in a bubble are too much for the race
// detector (golang/go#78156).
func TestIdleHuntsCostOneLook(t *testing.T) {
	const hunts, pages = 2000, 8
	ref := storetest.NewReference(clock)
	for i := range hunts {
		d := parse(t, strings.Replace(huntFile, "hunt: h", fmt.Sprint("hunt: h", i), 1))
		if _, err := ref.Commit(t.Context(), d.ID, nil, game.Head{}, []game.Command{{Type: game.CmdDefine, Definition: d}}); err != nil {
			t.Fatal(err)
		}
	}
	n := start(t, ref, func(o *actor.Options) { o.Look = 10 * time.Millisecond })
	defer n.stop()
	// until waits for so many round trips after the first from, and returns them.
	until := func(from, more int) (looks []int, reads, commits int) {
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
			n.store.mu.Lock()
			looks, reads, commits = slices.Clone(n.store.looks[min(from, len(n.store.looks)):]), n.store.reads, n.store.commits
			n.store.mu.Unlock()
			if len(looks) >= more {
				return looks, reads, commits
			}
			if time.Now().After(deadline) {
				t.Fatalf("%d round trips in a minute", len(looks))
			}
		}
	}
	of := func(looks []int) (sum int) {
		for _, n := range looks {
			sum += n
		}
		return sum
	}
	read := pages // round trips
	for {
		looks, _, _ := until(0, read)
		read = len(looks)
		if of(looks[read-pages:]) == hunts { // all are in memory
			break
		}
		read++
	}
	_, reads, _ := until(read, 1)
	looks, after, commits := until(read, 5*pages)
	if after != reads || commits != 0 {
		t.Errorf("%d reads and %d commits of idle hunts", after-reads, commits)
	}
	if got := of(looks[:5*pages]); got != 5*hunts {
		t.Errorf("%d round trips for %d hunts, want %d", 5*pages, got, 5*hunts)
	}
}
