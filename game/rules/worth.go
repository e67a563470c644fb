package rules

import (
	"veltrix/game"
	"veltrix/game/hunt"
)

// Worth returns the points that the next award of a challenge gives, and the
// bonus that is a part of them. The value falls with the awards that stand; a
// bonus is paid once, even if its award is revoked.
func Worth(ch *hunt.Challenge, t game.Tally) (points, bonus int64) {
	if t.Given < int64(len(ch.Bonus)) {
		bonus = ch.Bonus[t.Given]
	}
	return ch.Points.Value(t.Solves, 0) + bonus, bonus
}
