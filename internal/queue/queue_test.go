package queue

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestObedientCallersGetInWithFewTries: callers who come back when they were told
// to, all get in, as fast as the rate allows, and with few tries each. The clock
// is the test's own.
func TestObedientCallersGetInWithFewTries(t *testing.T) {
	const callers = 400
	wholeSeconds := func(d time.Duration) time.Duration { return (d + time.Second - 1).Truncate(time.Second) }
	for name, c := range map[string]struct {
		rate   float64
		burst  int
		over   time.Duration // in which they come first
		rounds func(time.Duration) time.Duration
		most   int // tries of all of them
	}{
		"all at once":               {20, 20, 0, nil, 2 * callers},
		"one by one, slowly":        {1, 30, 0, nil, 2 * callers},
		"no burst at all":           {20, 1, 0, nil, 3 * callers},
		"one after the other":       {5, 5, 10 * time.Second, nil, 3 * callers},
		"who read whole seconds":    {20, 600 / 20, 0, wholeSeconds, 3 * callers},
		"who get in without a wait": {20, 600, 0, nil, callers},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				limit, tries := New(c.rate, c.burst), 0
				take := func() time.Duration {
					mu.Lock()
					defer mu.Unlock()
					tries++
					return limit.Take(time.Now())
				}
				began := time.Now()
				var all sync.WaitGroup
				for i := range callers {
					all.Go(func() {
						time.Sleep(c.over * time.Duration(i) / callers)
						for wait := take(); wait > 0; wait = take() {
							if c.rounds != nil {
								wait = c.rounds(wait)
							}
							time.Sleep(wait)
						}
					})
				}
				all.Wait()
				if tries > c.most {
					t.Errorf("%d tries for %d callers, want at most %d", tries, callers, c.most)
				}
				needed := time.Duration(float64(max(0, callers-c.burst)) / c.rate * float64(time.Second))
				if took := time.Since(began); took > needed*3/2+c.over+2*time.Second {
					t.Errorf("took %v, at the rate it takes %v", took, needed)
				}
			})
		})
	}
}

// TestPromisesAreNotForever: those who were told to come back and did not, hold up
// nobody.
func TestPromisesAreNotForever(t *testing.T) {
	l, now := New(1, 10), time.Unix(1000, 0)
	for range 100_000 {
		if wait := l.Take(now); wait > Longest {
			t.Fatalf("sent away for %v", wait)
		}
	}
	now = now.Add(10 * time.Second)
	for i := range 10 {
		if wait := l.Take(now); wait != 0 {
			t.Fatalf("caller %d after a quiet time is sent away for %v", i, wait)
		}
	}
	if wait := l.Take(now); wait < time.Second || wait > 2*time.Second {
		t.Errorf("the first one after them is sent away for %v", wait)
	}
}
