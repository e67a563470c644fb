// Package storetest is what every game.Store has to pass.
//
//   - Run states the rules of docs/rules.md one by one.
//   - RunProperty drives random commands through the Reference and any number
//     of stores and demands the same replies, ledgers, boards and entrants.
//   - Coverage shows that those random commands reach every outcome.
package storetest

import "testing"

// Run is the conformance suite. Every test opens a store of its own.
func Run(t *testing.T, open Open) {
	tests := []struct {
		name string
		run  func(t *testing.T, open Open)
	}{
		{"claim/award", claimAward},
		{"claim/refusals", claimRefusals},
		{"claim/wrong", claimWrong},
		{"claim/cooldown", claimCooldown},
		{"claim/same wrong answer", claimSameAnswer},
		{"claim/locked", claimLocked},
		{"claim/window", claimWindow},
		{"claim/stale", claimStale},
		{"claim/decay and bonus", claimDecay},
		{"claim/replay order", claimReplayOrder},
		{"badges", badges},
		{"badges/within", badgesWithin},
		{"streak", streak},
		{"event", event},
		{"hint", hints},
		{"review", reviews},
		{"review/same id twice", reviewSameID},
		{"join", join},
		{"join/team", joinTeam},
		{"define", define},
		{"adjust", adjust},
		{"revoke", revoke},
		{"grant", grant},
		{"phase", phases},
		{"announce", announce},
		{"ban", ban},
		{"reused ids", reusedIDs},
		{"tie", ties},
		{"schedule", schedule},
		{"schedule/late", scheduleLate},
		{"pause", pause},
		{"freeze", freeze},
		{"close", closing},
		{"time", timeNeverGoesBack},
		{"advance", advance},
		{"unknown hunt", unknownHunt},
		{"ledger", ledgerPages},
		{"load", load},
		{"hunts", hunts},
		{"secret", secrets},
		{"batch", batches},
		{"turn", turns},
		{"watch", watch},
		{"duplicates at once", duplicatesAtOnce},
		{"hunts at once", huntsAtOnce},
		{"loss/head", headKnown},
		{"loss/new epoch", historyLost},
		{"loss/at once", lossAtOnce},
		{"restore", restored},
		{"restore/refused", restoreRefused},
		{"restore/revoked", restoreRevoked},
		{"restore/schedule", restoreBeforeSchedule},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(t, open) })
	}
}
