// Package machine is what the server asks of the machine under it: addresses to
// listen on, memory to give back, and the limits and the disk that the command
// doctor looks at. Files named after a system hold what only that system has.
//
// TendHeap blocks until its context ends; nothing here starts a goroutine.
package machine

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// garbage is how much may pile up before it is collected, where the
	// runtime's default collects as soon as there is as much as what lives: a node
	// with few sessions has some 10 MB, and spent a tenth of its time on
	// collecting.
	garbage = 64 << 20
	// A quiet node allocates less than quietRate bytes a second. What it could
	// give back at once, a crowd that came in or left a moment ago, the runtime
	// would keep for minutes.
	quietRate = 4 << 20
	worthIt   = 8 << 20
	// Giving back marks all that lives, so it is not done often.
	giveBackEvery = 5 * time.Second
)

// heap tunes the garbage collector to what this node does.
type heap struct {
	samples   []metrics.Sample
	percent   int
	allocated uint64
	quietFor  int // steps
	gaveBack  time.Time
}

func newHeap() *heap {
	return &heap{percent: 100, samples: []metrics.Sample{
		{Name: "/gc/heap/live:bytes"},
		{Name: "/gc/heap/allocs:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/free:bytes"},
	}}
}

// TendHeap tunes the garbage collector to what the process does, once a second
// until ctx ends. It does nothing when the operator has set GOGC.
func TendHeap(ctx context.Context) {
	if os.Getenv("GOGC") != "" {
		return
	}
	h := newHeap()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			if percent, giveBack := h.step(now); giveBack {
				debug.FreeOSMemory()
			} else if percent != 0 {
				debug.SetGCPercent(percent)
			}
		}
	}
}

// step is to be called once a second. It returns a new percentage for the
// collector, 0 to leave it, or that memory is to be given back.
func (h *heap) step(now time.Time) (percent int, giveBack bool) {
	metrics.Read(h.samples)
	live, allocated := h.samples[0].Value.Uint64(), h.samples[1].Value.Uint64()
	idle := h.samples[2].Value.Uint64() + h.samples[3].Value.Uint64() - live
	if allocated-h.allocated > quietRate {
		h.quietFor = 0
	} else {
		h.quietFor++
	}
	h.allocated = allocated
	if h.quietFor >= 2 && int64(idle) > worthIt && now.Sub(h.gaveBack) >= giveBackEvery {
		h.gaveBack = now
		return 0, true
	}
	want := percentFor(live)
	if diff := want - h.percent; -h.percent/10 < diff && diff < h.percent/10 {
		return 0, false // setting it stops the world for a moment
	}
	h.percent = want
	return want, false
}

// percentFor is the growth of the heap at which it is collected: when there is as
// much garbage as what lives, and at least the constant garbage.
func percentFor(live uint64) int {
	return int(max(100, garbage*100/max(live, 1<<20)))
}
