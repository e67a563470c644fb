package audit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"veltrix/game"
)

// same reports a value that is not as the ledger says.
func same[T comparable](a *auditor, what string, stored, folded T) {
	if stored != folded {
		a.differf(0, "%s is %v, the ledger says %v", what, stored, folded)
	}
}

func (a *auditor) compareSummary(s *game.Summary) {
	f := a.fold
	same(a, "the head", s.Seq, f.seq)
	same(a, "the phase", s.Phase, f.phase)
	same(a, "frozen", s.Frozen, f.frozen)
	same(a, "the seq of the freeze", s.FrozenSeq, f.frozenSeq)
	same(a, "the time of opening", s.OpenedAt, f.openedAt)
	same(a, "the time of closing", s.ClosedAt, f.closedAt)
	same(a, "the time of the pause", s.PausedAt, f.pausedAt)
	same(a, "the sum of the pauses", s.Shift, f.shift)
	same(a, "the number of entrants", s.Entrants, int64(len(f.rows())))
	if s.Nonce != "" && f.nonce != "" {
		same(a, "the nonce of the head", s.Nonce, f.nonce)
	}
	if s.Epoch != strconv.FormatInt(f.epoch, 10) {
		a.differf(0, "the epoch is %s, the ledger ends in %d", s.Epoch, f.epoch)
	}
	if s.Definition == nil {
		a.differf(0, "there is no definition")
	} else {
		same(a, "the revision", s.Definition.Rev, f.rev)
	}
	a.compareTallies("", s.Tallies, f.tallies)
	if f.frozen {
		a.compareTallies("at the freeze ", s.FrozenTallies, f.shownTally)
	}
}

func (a *auditor) compareTallies(when string, stored, folded map[string]game.Tally) {
	for _, id := range keysOfBoth(stored, folded) {
		same(a, when+"the number of solves of "+id, stored[id].Solves, folded[id].Solves)
		same(a, when+"the number of awards of "+id, stored[id].Given, folded[id].Given)
	}
}

func keysOfBoth[V any](one, other map[string]V) []string {
	keys := slices.Collect(maps.Keys(one))
	for k := range other {
		if _, both := one[k]; !both {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

// compareBoard checks each row, that none is missing or twice there, and the
// order: more points first, then who had them first.
func (a *auditor) compareBoard(what string, stored []game.Row, folded map[string]game.Row) {
	seen := make(map[string]bool, len(stored))
	for i, r := range stored {
		if seen[r.Entrant] {
			a.differf(0, "%s has %s twice", what, r.Entrant)
		}
		seen[r.Entrant] = true
		want, there := folded[r.Entrant]
		switch {
		case !there:
			a.differf(0, "%s has %s, whom the ledger has not there", what, r.Entrant)
		case r != want:
			a.differf(0, "%s has the row %s, the ledger says %s", what, rowText(r), rowText(want))
		}
		if i > 0 && !before(&stored[i-1], &r) {
			a.differf(0, "%s ranks %s (%d points, since %d) before %s (%d points, since %d)", what,
				stored[i-1].Entrant, stored[i-1].Points, stored[i-1].Tie, r.Entrant, r.Points, r.Tie)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(folded)) {
		if !seen[id] {
			a.differf(0, "%s lacks %s", what, id)
		}
	}
}

// before reports whether a row ranks before another: it has more points, or the
// same and had them first.
func before(r, other *game.Row) bool {
	return r.Points > other.Points || r.Points == other.Points && r.Tie < other.Tie
}

func rowText(r game.Row) string {
	return fmt.Sprintf("%s %q: %d points, %d solved, %d badges, tie %d", r.Entrant, r.Name, r.Points, r.Solved, r.Badges, r.Tie)
}

// compareEntrants reads every entrant of the ledger from the store.
func (a *auditor) compareEntrants(ctx context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(a.fold.entrants)) {
		e, err := a.store.Entrant(ctx, a.report.Hunt, id)
		if errors.Is(err, game.ErrUnknownEntrant) {
			a.differf(0, "the store does not know %s", id)
			continue
		}
		if err != nil {
			return err
		}
		a.compareEntrant(id, e, a.fold.entrants[id])
	}
	for _, player := range slices.Sorted(maps.Keys(a.fold.players)) {
		entrant, err := a.store.EntrantOf(ctx, a.report.Hunt, player)
		if err != nil && !errors.Is(err, game.ErrUnknownEntrant) {
			return err
		}
		same(a, "the entrant of player "+player, entrant, a.fold.players[player])
	}
	return nil
}

func (a *auditor) compareEntrant(id string, e *game.Entrant, f *entrantFold) {
	same(a, "the total of "+id, e.Total, f.sum)
	same(a, "the name of "+id, e.Name, f.name)
	same(a, "the solves of "+id, e.Solves, f.solves)
	same(a, "the first solves of "+id, e.Firsts, f.firsts)
	same(a, "the tie-break of "+id, e.Tie, f.tie)
	same(a, "the seq of joining of "+id, e.JoinSeq, f.joinSeq)
	same(a, "the time of joining of "+id, e.JoinedAt, f.joinedAt)
	same(a, "whether "+id+" is banned,", e.Banned, f.banned)
	if !slices.Equal(e.Players, f.players) {
		a.differf(0, "the players of %s are %v, the ledger says %v", id, e.Players, f.players)
	}
	awards := make(map[string]game.Award, len(f.awards))
	for c, award := range f.awards {
		awards[c] = *award
	}
	for _, c := range keysOfBoth(e.Awards, awards) {
		got, want := e.Awards[c], awards[c]
		if !sameAward(got, want) {
			a.differf(want.Seq, "the award of %s to %s is %+v, the ledger says %+v", c, id, got, want)
		}
	}
	for _, b := range keysOfBoth(e.Badges, f.badges) {
		if got, want := e.Badges[b], f.badges[b]; got != want {
			a.differf(want.Seq, "the badge %s of %s is %+v, the ledger says %+v", b, id, got, want)
		}
	}
	for _, h := range keysOfBoth(e.Hints, f.hints) {
		if got, want := e.Hints[h], f.hints[h]; got != want {
			a.differf(want.Seq, "the hint %s of %s is %+v, the ledger says %+v", h, id, got, want)
		}
	}
}

func sameAward(one, other game.Award) bool {
	return one.ID == other.ID && one.Player == other.Player && one.Seq == other.Seq && one.At == other.At &&
		one.Points == other.Points && one.Bonus == other.Bonus && one.Total == other.Total &&
		one.First == other.First && one.Revoked == other.Revoked && slices.Equal(one.Badges, other.Badges)
}
