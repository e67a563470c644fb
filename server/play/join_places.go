package play

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// JoinsAtOnce is how many joins and watches of a node are under way. They
	// share the mailboxes with claims: 128 are half a batch, so that a claim behind
	// them waits a few ms, and an eighth of a mailbox, so that they leave room for
	// claims.
	JoinsAtOnce = 128
	// JoinPatience is how long a session waits for its turn before it is sent
	// away: as long as a person waits for a page, and far below the time after
	// which players take a silent connection for dead.
	JoinPatience = 2 * time.Second
	// firstHold is how long a join is taken to hold its place until that was measured:
	// 128 of them are 2,000 a second, which two cores and a disk keep up with.
	firstHold = 64 * time.Millisecond
	// slowestHold bounds what a join counts for: one that takes longer met a store
	// that stalls, and says nothing of the pace afterwards. 128 in it are 128 a
	// second.
	slowestHold = time.Second
	// leastAfter and mostAfter bound how long those that are sent away are
	// asked to stay away: long enough to be worth it, and not longer than players
	// back off by themselves.
	leastAfter = 250 * time.Millisecond
	mostAfter  = 30 * time.Second
)

// joinPlaces bounds the joins under way: each holds a place. Others wait for
// their turn, in order, or are sent away with a time to come back. A storm of
// players that reconnect cannot starve the claims of those that play.
type joinPlaces struct {
	places   chan struct{} // holds one for each join under way; a channel serves its senders in order
	closing  chan struct{}
	sentAway prometheus.Counter

	mu      sync.Mutex // guards what follows
	waiting int
	hold    time.Duration // how long a place is held, on average
	due     time.Time     // by then all that were sent away are asked to be back
}

func newJoinPlaces(reg prometheus.Registerer) *joinPlaces {
	j := &joinPlaces{
		places: make(chan struct{}, JoinsAtOnce), closing: make(chan struct{}), hold: firstHold,
		sentAway: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "veltrix_overloaded_total", Help: "Joins sent away because too many came at once.",
		}),
	}
	reg.MustRegister(j.sentAway, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "veltrix_joins_waiting", Help: "Sessions that wait for their turn to join.",
	}, func() float64 {
		j.mu.Lock()
		defer j.mu.Unlock()
		return float64(j.waiting)
	}))
	return j
}

// take takes a place, which giveBack returns. A patient caller waits for one,
// unless that would take too long. Without a place, after is how long to stay
// away, 0 when the waiting was ended.
func (j *joinPlaces) take(patient bool) (after time.Duration, ok bool) {
	select {
	case j.places <- struct{}{}:
		return 0, true
	default:
	}
	j.mu.Lock()
	if !patient || time.Duration(j.waiting+1)*j.paceLocked() > JoinPatience {
		defer j.mu.Unlock()
		return j.laterLocked(time.Now()), false
	}
	j.waiting++
	j.mu.Unlock()
	timer := time.NewTimer(JoinPatience)
	defer timer.Stop()
	tired := false
	select {
	case j.places <- struct{}{}:
		ok = true
	case <-timer.C:
		tired = true
	case <-j.closing:
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.waiting--
	if tired {
		after = j.laterLocked(time.Now())
	}
	return after, ok
}

// giveBack returns a place and says how long it was held.
func (j *joinPlaces) giveBack(held time.Duration) {
	j.mu.Lock()
	j.hold += (min(held, slowestHold) - j.hold) / JoinsAtOnce // the mean of about the last turn of all places
	j.mu.Unlock()
	<-j.places
}

// close ends all waiting. It is called once.
func (j *joinPlaces) close() { close(j.closing) }

// paceLocked is the time from one join to the next when all places are taken.
func (j *joinPlaces) paceLocked() time.Duration { return j.hold / JoinsAtOnce }

// laterLocked finds a time to come back: when those that wait now are through,
// and each that is sent away one pace after the one before.
func (j *joinPlaces) laterLocked(now time.Time) time.Duration {
	j.sentAway.Inc()
	through := now.Add(leastAfter + time.Duration(j.waiting)*j.paceLocked())
	if j.due.Before(through) {
		j.due = through
	}
	j.due = j.due.Add(j.paceLocked())
	if last := now.Add(mostAfter); j.due.After(last) {
		j.due = last
		return mostAfter/2 + rand.N(mostAfter/2) // more than fit in: at least not all at once
	}
	return min(j.due.Sub(now)+rand.N(j.paceLocked()), mostAfter) // never early: no place is free then
}
