package play

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func fullGate(t *testing.T) *joinPlaces {
	t.Helper()
	g := newJoinPlaces(prometheus.NewRegistry())
	for range JoinsAtOnce {
		if _, ok := g.take(false); !ok {
			t.Fatal("an empty gate sends away")
		}
	}
	return g
}

func TestGateServesInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fullGate(t)
		var served []int
		for i := range 5 {
			go func() {
				if _, ok := g.take(true); ok {
					served = append(served, i)
				}
			}()
			synctest.Wait()
		}
		for range 5 {
			g.giveBack(time.Millisecond)
			synctest.Wait()
		}
		if !slices.Equal(served, []int{0, 1, 2, 3, 4}) || g.waiting != 0 {
			t.Errorf("served %v, %d wait", served, g.waiting)
		}
	})
}

// TestGateSpreadsWhoItSendsAway: as many come back at a time as get through.
func TestGateSpreadsWhoItSendsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fullGate(t)
		waiters := 0
		for { // until the wait would be too long
			began := time.Now()
			if time.Duration(g.waiting+1)*g.paceLocked() > JoinPatience {
				break
			}
			waiters++
			go g.take(true)
			synctest.Wait()
			if time.Since(began) != 0 {
				t.Fatal("time passed")
			}
		}
		if want := int(JoinPatience / (firstHold / JoinsAtOnce)); waiters != want {
			t.Errorf("%d wait, want %d", waiters, want)
		}
		var last time.Duration
		for i := range 10_000 {
			after, ok := g.take(i%2 == 0)
			if ok || after < leastAfter+JoinPatience || after != last+firstHold/JoinsAtOnce && i > 0 {
				t.Fatalf("the %dth that is sent away: %v, %t; the one before %v", i, after, ok, last)
			}
			last = after
		}
		for range 100_000 {
			if after, _ := g.take(false); after > mostAfter {
				t.Fatalf("sent away for %v", after)
			}
		}
		close(g.closing)
		synctest.Wait()
		if g.waiting != 0 {
			t.Errorf("%d wait at a closed gate", g.waiting)
		}
	})
}

// TestGateSendsAwayWhoWaitedTooLong: the store hangs, nobody leaves.
func TestGateSendsAwayWhoWaitedTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := fullGate(t)
		began := time.Now()
		after, ok := g.take(true)
		if ok || after < leastAfter || time.Since(began) != JoinPatience {
			t.Errorf("after %v: %v, %t", time.Since(began), after, ok)
		}
	})
}

func TestGateMeasuresItsPace(t *testing.T) {
	g := fullGate(t)
	for range 10 * JoinsAtOnce {
		g.giveBack(128 * time.Millisecond)
		if _, ok := g.take(false); !ok {
			t.Fatal("no place after one was given back")
		}
	}
	if pace := g.paceLocked(); pace < 990*time.Microsecond || pace > 1010*time.Microsecond {
		t.Errorf("with 128 places for 128 ms the pace is %v, want 1 ms", pace)
	}
}
