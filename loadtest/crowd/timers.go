package crowd

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// timers runs functions at their times, in order, on one goroutine: that of
// Run. A late function runs as soon as it can; none is left out. Their number
// is bounded: a few for each player.
type timers struct {
	mu   sync.Mutex
	due  dueHeap
	wake chan struct{}
}

type timer struct {
	at  time.Time
	run func(at time.Time)
}

func newTimers() *timers { return &timers{wake: make(chan struct{}, 1)} }

// At runs f when it is time. It never blocks.
func (t *timers) At(at time.Time, f func(at time.Time)) {
	t.mu.Lock()
	first := len(t.due) == 0 || at.Before(t.due[0].at)
	heap.Push(&t.due, timer{at, f})
	t.mu.Unlock()
	if first {
		select {
		case t.wake <- struct{}{}:
		default:
		}
	}
}

// Run blocks until ctx ends.
func (t *timers) Run(ctx context.Context) {
	alarm := time.NewTimer(time.Hour)
	defer alarm.Stop()
	for {
		alarm.Reset(t.fire(ctx))
		select {
		case <-alarm.C:
		case <-t.wake:
		case <-ctx.Done():
			return
		}
	}
}

// fire runs all that is due and returns how long to wait for the next.
func (t *timers) fire(ctx context.Context) time.Duration {
	for ctx.Err() == nil {
		t.mu.Lock()
		if len(t.due) == 0 {
			t.mu.Unlock()
			return time.Hour
		}
		if wait := time.Until(t.due[0].at); wait > 0 {
			t.mu.Unlock()
			return wait
		}
		next := heap.Pop(&t.due).(timer)
		t.mu.Unlock()
		next.run(next.at)
	}
	return 0
}

type dueHeap []timer

func (h *dueHeap) Len() int           { return len(*h) }
func (h *dueHeap) Less(i, j int) bool { return (*h)[i].at.Before((*h)[j].at) }
func (h *dueHeap) Swap(i, j int)      { (*h)[i], (*h)[j] = (*h)[j], (*h)[i] }
func (h *dueHeap) Push(x any)         { *h = append(*h, x.(timer)) }
func (h *dueHeap) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	(*h)[last] = timer{}
	*h = (*h)[:last]
	return x
}
