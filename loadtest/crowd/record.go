package crowd

import (
	"fmt"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// The histograms hold 1 µs to 100 s with three digits. A longer time counts as
// 100 s and is not left out.
const (
	longest = 100_000_000
	digits  = 3
)

// NewHistogram returns an empty one like those that are recorded.
func NewHistogram() *hdrhistogram.Histogram { return hdrhistogram.New(1, longest, digits) }

// record collects what is measured; it is safe for concurrent use.
type record struct {
	mu         sync.Mutex
	from       time.Time // requests that were due before are not measured
	until      time.Time // zero while it runs
	histograms [Kinds]*hdrhistogram.Histogram
	second     *hdrhistogram.Histogram // right claims since the last tick
	tick       Tick
	result     Result
	storm      time.Time // zero: there was none
	calm       time.Time // when the last one was back; zero: not yet
}

func newRecord() *record {
	r := &record{second: NewSecond()}
	for i := range r.histograms {
		r.histograms[i] = NewHistogram()
	}
	r.result.Unexpected = make(map[string]int64)
	return r
}

func (r *record) begin(from time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.from = from
}

func (r *record) end(until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.until = until
}

// measuring says whether at lies in the time that is measured.
func (r *record) measuring(at time.Time) bool {
	return !r.from.IsZero() && !at.Before(r.from) && (r.until.IsZero() || at.Before(r.until))
}

// put records how long something took, from the time that it was due.
func (r *record) put(k Kind, due time.Time, value int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k == Ramp || r.measuring(due) {
		r.histograms[k].RecordValue(min(max(value, 1), longest)) //nolint:errcheck // is in range
	}
}

// sent counts a request that was written at now and due before.
func (r *record) sent(due, now time.Time) {
	late := now.Sub(due).Microseconds()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tick.Sent++
	if r.measuring(due) {
		r.histograms[Late].RecordValue(min(max(late, 1), longest)) //nolint:errcheck // is in range
	}
}

func (r *record) resent() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.result.Resent++
}

func (r *record) busy() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tick.Busy++
	r.result.Busy++
}

func (r *record) lost() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.result.Lost++
}

func (r *record) unexpected(asked Kind, came string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.result.Unexpected[fmt.Sprintf("%s: %s", asked, came)]++
}

func (r *record) ack(a Ack) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.result.Acks = append(r.result.Acks, a)
}

// answered counts the final answer to a request; only an expected one has a
// latency.
func (r *record) answered(k Kind, expected bool, due, now time.Time) {
	took := min(max(now.Sub(due).Microseconds(), 1), longest)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tick.Answered++
	if !expected {
		return
	}
	if k == Right {
		r.tick.Awarded++
		r.second.RecordValue(took) //nolint:errcheck // is in range
	}
	if r.measuring(now) {
		r.result.Answered++
		if k == Right {
			r.result.Awarded++
		}
	}
	if r.measuring(due) {
		r.histograms[k].RecordValue(took) //nolint:errcheck // is in range
	}
	if k == Right && r.waited(due, now) {
		r.histograms[Meanwhile].RecordValue(took) //nolint:errcheck // is in range
	}
}

// waited says whether a request that was due and is answered now has waited at
// some time of the storm.
func (r *record) waited(due, now time.Time) bool {
	return !r.storm.IsZero() && !now.Before(r.storm) && (r.calm.IsZero() || due.Before(r.calm))
}

// cut begins a storm that has ended so many connections.
func (r *record) cut(n int64, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.storm, r.result.Cut = at, n
	r.result.Away += n // those that have returned by themselves since were counted
}

// back is called for each that has returned.
func (r *record) back(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.result.Away--; r.result.Away == 0 && !r.storm.IsZero() {
		r.calm, r.result.Back = now, now.Sub(r.storm)
	}
}

func (r *record) frame(size int, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tick.Frames++
	r.tick.Bytes += int64(size)
	if r.measuring(now) {
		r.result.Frames++
		r.result.Bytes += int64(size)
	}
}

// board counts a board at a watcher.
func (r *record) board(at int64, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.measuring(now) {
		r.result.Boards++
		r.histograms[BoardAge].RecordValue(min(max(now.UnixMilli()-at, 1), longest)) //nolint:errcheck // is in range
	}
}

// take adds what was counted since the last take to t, and the latencies to h.
func (r *record) take(t *Tick, h *hdrhistogram.Histogram) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t.Add(&r.tick)
	h.Merge(r.second)
	r.second.Reset()
	r.tick = Tick{}
}

// Add adds the counts of another generator's, or shard's, same second. Latency
// is left alone.
func (t *Tick) Add(o *Tick) {
	t.Sent += o.Sent
	t.Answered += o.Answered
	t.Awarded += o.Awarded
	t.Frames += o.Frames
	t.Bytes += o.Bytes
	t.Busy += o.Busy
	t.Connected += o.Connected
	t.Open += o.Open
}

// Add adds what another generator's, or shard's, result counts. Histograms and
// Acks are left alone: the caller knows whose they are.
func (r *Result) Add(o *Result) {
	r.Answered += o.Answered
	r.Awarded += o.Awarded
	r.Frames += o.Frames
	r.Bytes += o.Bytes
	r.Boards += o.Boards
	r.Busy += o.Busy
	r.Resent += o.Resent
	r.Lost += o.Lost
	r.Missing += o.Missing
	r.Skipped += o.Skipped
	r.Cut += o.Cut
	r.Away += o.Away
	r.Back = max(r.Back, o.Back)
	if r.Unexpected == nil {
		r.Unexpected = make(map[string]int64)
	}
	for what, n := range o.Unexpected {
		r.Unexpected[what] += n
	}
	r.Unanswered = append(r.Unanswered, o.Unanswered...)
}
