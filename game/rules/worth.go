package rules

import (
	"veltrix/game"
	"veltrix/game/hunt"
)

// Worth returns the points that the next award of a challenge gives when it has
// been open for that many ms of hunt time, and the bonus that is a part of them.
// The value falls with the awards that stand, or with time; a bonus is paid once,
// even if its award is revoked.
func Worth(ch *hunt.Challenge, t game.Tally, open int64) (points, bonus int64) {
	if t.Given < int64(len(ch.Bonus)) {
		bonus = ch.Bonus[t.Given]
	}
	return ch.Points.Value(t.Solves, open) + bonus, bonus
}
