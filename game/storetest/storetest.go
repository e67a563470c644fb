// Package storetest is the suite that every game.Store has to pass.
//
// A store that passes guarantees:
//   - Run: the rules of docs/rules.md, one by one, and what game.Store promises
//     of ledgers, boards, turns and lost histories.
//   - RunProperty, RunSeeds: to random commands it gives the replies, ledgers,
//     boards and entrants of the Reference, which drives game/rules.
//   - Coverage: the same, for commands that reach every outcome of the rules.
//   - Each: random hunts of the Reference alone, for whoever has something else
//     to say of them.
//
// Concurrency properties: a test that runs commits at the same time waits for
// all of them. Stores and the Reference are safe for concurrent use; the other
// types belong to the goroutine of their test.
package storetest

import "testing"

// Run is the conformance suite. Every test opens a store of its own.
func Run(t *testing.T, open Open) {
	tests := []struct {
		name string
		run  func(t *testing.T, open Open)
	}{
		{"claim/award", claimAward},
		{"claim/refused", claimRefused},
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
		{"tie/solve without points", tiedSolve},
		{"tie/badge, hint and penalty", tiedBadge},
		{"tie/taken back", tiedRevoked},
		{"tie/granted again", tiedAgain},
		{"tie/correction", tiedCorrection},
		{"tie/review", tiedReview},
		{"out/worth", outWorth},
		{"out/board", outBoard},
		{"out/plays on", outPlays},
		{"out/lifted", outLifted},
		{"undo/rename", renamed},
		{"undo/close", openedAgain},
		{"undo/close in a pause", openedAfterPause},
		{"undo/places", placesTakenBack},
		{"undo/a file opens nothing", fileOpensNothing},
		{"undo/plan by hand", planStays},
		{"bin", binned},
		{"bin/paused", binnedPaused},
		{"bin/purge", purged},
		{"shape/after the lock", shapeAfterLock},
		{"shape/draft", shapeOfDraft},
		{"close/frozen", closedFrozen},
		{"hint/as bought", hintAsBought},
		{"team/size and name", teamRules},
		{"team/move", teamMoves},
		{"unlock/parts", unlockParts},
		{"unlock/after", unlockAfter},
		{"unlock/after the start", unlockAfterStart},
		{"route/rotate", routesRotate},
		{"route/shuffle", routesShuffle},
		{"skip", skips},
		{"skip/once", skipsOnce},
		{"finish", finishes},
		{"finish/when", finishesWhen},
		{"limit/start", limitStart},
		{"limit/edited", limitEdited},
		{"limit/none", limitNone},
		{"limit/ends", limitEnds},
		{"limit/extended", limitExtended},
		{"points/by time", pointsByTime},
		{"points/judged", judged},
		{"penalty", penalties},
		{"practice", practice},
		{"near", near},
		{"wrong answers", wrongAnswers},
		{"wrong answers/not kept", wrongAnswersNotKept},
		{"wrong answers/bounded", wrongAnswersBounded},
		{"division", divisions},
		{"name", names},
		{"open in step", openInStep},
		{"guessing", guessing},
		{"define/only if", onlyIf},
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
		{"restore/everything", healed},
		{"restore/refused", restoreRefused},
		{"restore/revoked", restoreRevoked},
		{"restore/schedule", restoreBeforeSchedule},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(t, open) })
	}
}
