package actor

import (
	"math/rand/v2"
	"time"
)

// A hunt without audience, requests and schedule falls asleep after Options.Idle:
// it is taken out of memory, and wakes when somebody asks for it (Hunts.Post). One
// that was read because the node began, and not because anybody wanted it, falls
// asleep after unaskedIdle: players are back by then, and a node with thousands of
// old hunts need not hold them all for minutes. They end spread over some seconds.
const (
	unaskedIdle   = 30 * time.Second
	unaskedSpread = 10 * time.Second
)

// unasked returns how much of Options.Idle a hunt has behind it when it starts.
func (a *actor) unasked() time.Duration {
	return max(0, a.opts.Idle-unaskedIdle-rand.N(unaskedSpread))
}

// unused reports whether the hunt may fall asleep.
func (a *actor) unused(now time.Time) bool {
	if a.audience.pub.Audience(a.id) > 0 || a.view.due() != 0 {
		a.alarm.usedAt = now
		return false
	}
	return now.Sub(a.alarm.usedAt) >= a.opts.Idle
}
