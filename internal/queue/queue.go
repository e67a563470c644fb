// Package queue limits a rate and gives whoever it sends away a place in the
// queue: a time of its own to come back.
package queue

import (
	"math/rand/v2"
	"time"
)

// Longest is how long at most a caller is asked to stay away. Those behind it
// come at random times, so that they do not all come at once.
const Longest = 10 * time.Minute

// Limit is a token bucket that remembers what it promised. Each caller that finds
// it empty is told a time one token later than the one before, so that callers
// who obey come back at the rate at which they are let in. A token is not kept
// for anyone: a newcomer may take it, and costs one of those who wait another
// round. A promise is forgotten when its time has come, and all of them are when
// the bucket is full, since then nobody came back.
//
// A Limit belongs to one goroutine at a time.
type Limit struct {
	rate, burst float64 // tokens a second, and at most
	tokens      float64
	at          time.Time // as of then
	due         time.Time // the last promise
}

// New returns a full bucket. The rate is above 0, the burst at least 1.
func New(perSecond float64, burst int) Limit {
	return Limit{rate: perSecond, burst: float64(burst), tokens: float64(burst)}
}

// Take takes a token and returns 0, or says how long to stay away.
func (l *Limit) Take(now time.Time) time.Duration {
	if !l.at.IsZero() {
		l.tokens = min(l.burst, l.tokens+l.rate*now.Sub(l.at).Seconds())
	}
	l.at = now
	if l.tokens == l.burst {
		l.due = now
	}
	if l.tokens > 1-1e-6 { // a time is whole nanoseconds
		l.tokens = max(0, l.tokens-1)
		return 0
	}
	next := now.Add(l.lasts(1 - l.tokens))
	if l.due = l.due.Add(l.lasts(1 + slack)); l.due.Before(next) {
		l.due = next
	}
	if last := now.Add(Longest); l.due.After(last) {
		l.due = last
		return Longest/2 + rand.N(Longest/2)
	}
	wait := l.due.Sub(now)
	return min(wait+l.jitter(wait), Longest)
}

// slack is the part of a token by which promises are farther apart than tokens, so
// that jitter fits in between.
const slack = 0.05

// jitter is added to a wait, never taken off: who comes early finds no token. It
// is a tenth of the wait, and not so much that tokens would run over meanwhile.
func (l *Limit) jitter(wait time.Duration) time.Duration {
	return rand.N(min(wait/10, l.lasts((l.burst-1)/2+slack)) + 1)
}

// lasts is how long it takes for so many tokens to come.
func (l *Limit) lasts(tokens float64) time.Duration {
	return time.Duration(tokens / l.rate * float64(time.Second))
}
