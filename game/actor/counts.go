package actor

import (
	"maps"
	"slices"
	"time"

	"veltrix/game"
)

// Counts are what a node has counted of a hunt's claims since it has the hunt
// in memory. Other nodes count their own.
type Counts struct {
	Outcomes map[game.Outcome]int64 // of claims; those sent again are not counted twice
	Wrong    map[string]int64       // wrong claims by challenge
	// PerSecond is the mean of the last claimSeconds full seconds, claims sent
	// again included.
	PerSecond float64
	// P50 and P99 are how long verdicts took from the mailbox to the reply: of
	// the claims of the last delayAge seconds, at most the last maxDelays; 0 without any.
	P50, P99 time.Duration
}

// How far Counts look back.
const (
	claimSeconds = 10
	delayAge     = 60 // seconds
	maxDelays    = 1024
)

// counter counts on the hunt's goroutine.
type counter struct {
	outcomes map[game.Outcome]int64
	wrong    map[string]int64
	seconds  [claimSeconds + 1]second // by Unix second modulo its length
	delays   []delay                  // a ring once it has maxDelays
	next     uint                     // in delays, modulo its length
}

// second is how many claims were answered in a second.
type second struct {
	at     int64
	claims int64
}

type delay struct {
	at   int64 // Unix second
	took time.Duration
}

func newCounter() *counter {
	return &counter{outcomes: map[game.Outcome]int64{}, wrong: map[string]int64{}}
}

// claim counts the verdict on a claim that was posted then.
func (c *counter) claim(challenge string, r *game.Reply, posted, now time.Time) {
	if !r.Replay {
		c.outcomes[r.Outcome]++
		if r.Outcome == game.OutWrong {
			c.wrong[challenge]++
		}
	}
	at := now.Unix()
	s := &c.seconds[at%int64(len(c.seconds))]
	if s.at != at {
		*s = second{at: at}
	}
	s.claims++
	d := delay{at, now.Sub(posted)}
	if len(c.delays) < maxDelays {
		c.delays = append(c.delays, d)
		return
	}
	c.delays[c.next%maxDelays] = d
	c.next++
}

// sum sums up what was counted until now.
func (c *counter) sum(now time.Time) Counts {
	sum := Counts{Outcomes: maps.Clone(c.outcomes), Wrong: maps.Clone(c.wrong)}
	at := now.Unix()
	var claims int64
	for _, s := range c.seconds {
		if s.at < at && s.at >= at-claimSeconds {
			claims += s.claims
		}
	}
	sum.PerSecond = float64(claims) / claimSeconds
	took := make([]time.Duration, 0, len(c.delays))
	for _, d := range c.delays {
		if at-d.at < delayAge {
			took = append(took, d.took)
		}
	}
	if len(took) > 0 {
		slices.Sort(took)
		sum.P50, sum.P99 = took[(len(took)-1)/2], took[(len(took)-1)*99/100]
	}
	return sum
}
