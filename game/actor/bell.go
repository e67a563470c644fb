package actor

import (
	"math"
	"sync/atomic"
)

// always is rung to have a hunt look at its ledger whatever it knows.
const always = math.MaxInt64

// bell wakes a hunt when its ledger may have grown. Rings are conflated: what
// counts is the highest seq. Anyone may ring; only the hunt's goroutine answers.
type bell struct {
	rung chan struct{} // capacity 1: seq was raised
	seq  atomic.Int64  // the highest that was rung for
}

// ring says that the ledger has grown up to seq. It never blocks.
func (b *bell) ring(seq int64) {
	for {
		was := b.seq.Load()
		if was >= seq || b.seq.CompareAndSwap(was, seq) {
			break
		}
	}
	select {
	case b.rung <- struct{}{}:
	default: // rung already
	}
}

// answer returns the seq that the bell rang for and stills it.
func (b *bell) answer() int64 { return b.seq.Swap(0) }
