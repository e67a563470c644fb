package audit

import (
	"slices"
	"strings"
	"testing"

	"veltrix/game"
	"veltrix/game/storetest"
)

// TestAuditOfRandomHunts is the second opinion on the rules: what they make of
// random commands is what the audit makes of the ledger.
func TestAuditOfRandomHunts(t *testing.T) {
	audited, counts := 0, map[game.EntryType]int{}
	storetest.Each(t, 400, func(store game.Store, id string) {
		r, err := Hunt(t.Context(), store, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range r.Differences {
			if !slices.ContainsFunc(forged, func(text string) bool { return strings.Contains(d.Text, text) }) {
				t.Errorf("%s", d)
			}
		}
		audited++
		entries, err := store.Ledger(t.Context(), id, 0, int(r.Entries))
		if err != nil {
			t.Fatal(err)
		}
		for i := range entries {
			counts[entries[i].Type]++
		}
	})
	for _, typ := range types {
		if counts[typ] == 0 {
			t.Errorf("none of %d hunts has an entry %s", audited, typ)
		}
	}
}

// forged is what no store would say by itself: these hunts are told to put back
// hints and penalties that gave points.
var forged = []string{"the hint tower/h1 gave", "the hint tower/h2 gave", "the penalty for gate/", "the penalty for east/"}

// types are all types of entries.
var types = []game.EntryType{
	game.Joined, game.Awarded, game.Badged, game.Hinted, game.Adjusted, game.Revoked, game.Phased, game.Announced, game.Banned,
	game.Unbanned, game.Hidden, game.Shown, game.Renamed, game.Divided, game.Moved, game.Extended, game.Skipped, game.Unskipped,
	game.Started, game.Submitted, game.Rejected, game.Penalised, game.Finished, game.Deleted, game.Undeleted, game.Defined,
	game.Recovered,
}
