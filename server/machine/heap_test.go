package machine

import (
	"runtime/debug"
	"testing"
	"time"
)

func TestPercentFor(t *testing.T) {
	for live, want := range map[uint64]int{
		0: 6400, 10 << 20: 640, 64 << 20: 100, 1 << 30: 100,
	} {
		if got := percentFor(live); got != want {
			t.Errorf("%d MB live: %d %%, want %d", live>>20, got, want)
		}
	}
}

var kept [][]byte

// TestHeapIsGivenBack when a crowd has left, not while it plays, and not again
// and again.
func TestHeapIsGivenBack(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	h, now := newHeap(), time.Unix(0, 0)
	step := func(d time.Duration) bool {
		now = now.Add(d)
		_, giveBack := h.step(now)
		return giveBack
	}
	debug.FreeOSMemory()
	for range 3 {
		if step(time.Second) {
			t.Fatal("given back although there was nothing")
		}
	}
	for range 4 { // a crowd that plays
		for range 2 * worthIt / (1 << 20) {
			kept = append(kept, make([]byte, 1<<20))
		}
		if step(time.Second) {
			t.Fatal("given back while the node works")
		}
	}
	kept = nil
	if step(time.Second) || !step(time.Second) {
		t.Fatal("a node is quiet from the second quiet second on")
	}
	for range 4 {
		if step(time.Second) {
			t.Fatal("given back again within five seconds")
		}
	}
	if debug.FreeOSMemory(); step(time.Second) {
		t.Error("given back although it was")
	}
}
