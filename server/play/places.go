package play

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// joinsAtOnce is how many joins and watches of a node are under way. They
	// share the mailboxes with claims: 128 are two batches of a hunt, so that a
	// claim behind them waits a few ms, and an eighth of a mailbox, so that
	// none is answered busy for their sake.
	JoinsAtOnce = 128
	// joinPatience is how long a session waits for its turn before it is sent
	// away: as long as a person waits for a page, and far below the time after
	// which clients take a silent connection for dead.
	JoinPatience = 2 * time.Second
	// firstHold is how long a join is thought to take until it was measured:
	// 128 of them are 2,000 a second, which two cores and a disk keep up with.
	firstHold = 64 * time.Millisecond
	// slowestHold bounds what is believed of a join: what takes longer met a
	// store that stalls, and says nothing of the pace afterwards. 128 in it are
	// 128 a second.
	slowestHold = time.Second
	// leastAfter and mostAfter bound how long those that are sent away are
	// asked to stay: not so short that it is not worth the way, and not longer
	// than clients back off by themselves.
	leastAfter = 250 * time.Millisecond
	mostAfter  = 30 * time.Second
)

// gate lets in so many joins at a time; others wait for their turn, in order,
// or are told when to come back. A storm of players that reconnect cannot
// starve the claims of those who play.
type joinPlaces struct {
	places   chan struct{} // one for each join under way; who waits to send is served in order
	closing  chan struct{}
	sentAway prometheus.Counter

	mu      sync.Mutex
	waiting int
	hold    time.Duration // how long a place is held, on average
	due     time.Time     // by then all that were sent away are asked to be back
}

func newJoinPlaces(reg prometheus.Registerer) *joinPlaces {
	g := &joinPlaces{
		places: make(chan struct{}, JoinsAtOnce), closing: make(chan struct{}), hold: firstHold,
		sentAway: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "veltrix_overloaded_total", Help: "Joins sent away because too many came at once.",
		}),
	}
	reg.MustRegister(g.sentAway, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "veltrix_joins_waiting", Help: "Sessions that wait for their turn to join.",
	}, func() float64 {
		g.mu.Lock()
		defer g.mu.Unlock()
		return float64(g.waiting)
	}))
	return g
}

// enter takes a place, which leave gives back. Who is patient waits for one,
// unless that would take too long. Without a place, after is when to come
// back, 0 when the gate was closed.
func (g *joinPlaces) take(patient bool) (after time.Duration, ok bool) {
	select {
	case g.places <- struct{}{}:
		return 0, true
	default:
	}
	g.mu.Lock()
	if !patient || time.Duration(g.waiting+1)*g.paceLocked() > JoinPatience {
		defer g.mu.Unlock()
		return g.laterLocked(time.Now()), false
	}
	g.waiting++
	g.mu.Unlock()
	timer := time.NewTimer(JoinPatience)
	defer timer.Stop()
	tired := false
	select {
	case g.places <- struct{}{}:
		ok = true
	case <-timer.C:
		tired = true
	case <-g.closing:
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting--
	if tired {
		after = g.laterLocked(time.Now())
	}
	return after, ok
}

// leave gives a place back that was held for a while.
func (g *joinPlaces) giveBack(held time.Duration) {
	g.mu.Lock()
	g.hold += (min(held, slowestHold) - g.hold) / JoinsAtOnce // the mean of about the last turn of all places
	g.mu.Unlock()
	<-g.places
}

// close sends away who waits, with nothing said. It is called once.
func (g *joinPlaces) close() { close(g.closing) }

// paceLocked is the time from one join to the next when all places are taken.
func (g *joinPlaces) paceLocked() time.Duration { return g.hold / JoinsAtOnce }

// laterLocked finds a time to come back: when those who wait now are through,
// each of those who were sent away one pace after the one before.
func (g *joinPlaces) laterLocked(now time.Time) time.Duration {
	g.sentAway.Inc()
	through := now.Add(leastAfter + time.Duration(g.waiting)*g.paceLocked())
	if g.due.Before(through) {
		g.due = through
	}
	g.due = g.due.Add(g.paceLocked())
	if last := now.Add(mostAfter); g.due.After(last) {
		g.due = last
		return mostAfter/2 + rand.N(mostAfter/2) // more than fit in: at least not all at once
	}
	return g.due.Sub(now)
}
