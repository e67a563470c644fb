package play

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func fullPlaces(t *testing.T) *joinPlaces {
	t.Helper()
	j := newJoinPlaces(prometheus.NewRegistry())
	for range JoinsAtOnce {
		if _, ok := j.take(false); !ok {
			t.Fatal("there is no place though none is taken")
		}
	}
	return j
}

func TestPlacesAreGivenInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := fullPlaces(t)
		var served []int
		for i := range 5 {
			go func() {
				if _, ok := j.take(true); ok {
					served = append(served, i)
				}
			}()
			synctest.Wait()
		}
		for range 5 {
			j.giveBack(time.Millisecond)
			synctest.Wait()
		}
		if !slices.Equal(served, []int{0, 1, 2, 3, 4}) || j.waiting != 0 {
			t.Errorf("served %v, %d wait", served, j.waiting)
		}
	})
}

// TestThoseSentAwayComeBackSpread: as many come back at a time as get through.
func TestThoseSentAwayComeBackSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := fullPlaces(t)
		waiters := 0
		for { // until the wait would be too long
			began := time.Now()
			if time.Duration(j.waiting+1)*j.paceLocked() > JoinPatience {
				break
			}
			waiters++
			go j.take(true)
			synctest.Wait()
			if time.Since(began) != 0 {
				t.Fatal("time passed")
			}
		}
		if want := int(JoinPatience / (firstHold / JoinsAtOnce)); waiters != want {
			t.Errorf("%d wait, want %d", waiters, want)
		}
		pace := firstHold / JoinsAtOnce
		for i := range 10_000 {
			after, ok := j.take(i%2 == 0)
			place := leastAfter + JoinPatience + time.Duration(i+1)*pace
			if ok || after < place || after > place+pace {
				t.Fatalf("the %dth that is sent away: %v, %t; its place is at %v", i, after, ok, place)
			}
		}
		for range 100_000 {
			if after, _ := j.take(false); after > mostAfter {
				t.Fatalf("sent away for %v", after)
			}
		}
		close(j.closing)
		synctest.Wait()
		if j.waiting != 0 {
			t.Errorf("%d wait although the waiting was ended", j.waiting)
		}
	})
}

// TestWaitingForAPlaceEnds: the store hangs, nobody leaves.
func TestWaitingForAPlaceEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := fullPlaces(t)
		began := time.Now()
		after, ok := j.take(true)
		if ok || after < leastAfter || time.Since(began) != JoinPatience {
			t.Errorf("after %v: %v, %t", time.Since(began), after, ok)
		}
	})
}

func TestPlacesMeasureTheirPace(t *testing.T) {
	j := fullPlaces(t)
	for range 10 * JoinsAtOnce {
		j.giveBack(128 * time.Millisecond)
		if _, ok := j.take(false); !ok {
			t.Fatal("no place after one was given back")
		}
	}
	if pace := j.paceLocked(); pace < 990*time.Microsecond || pace > 1010*time.Microsecond {
		t.Errorf("with 128 places for 128 ms the pace is %v, want 1 ms", pace)
	}
}
