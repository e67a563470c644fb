package audit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"veltrix/game"
	"veltrix/game/hunt"
)

// same reports a value that is not as the ledger says.
func same[T comparable](a *auditor, what string, stored, folded T) {
	if stored != folded {
		a.differf(0, "%s is %v, the ledger says %v", what, stored, folded)
	}
}

func (a *auditor) compareSummary(s *game.Summary) {
	f, h := a.fold, &a.fold.hunt
	same(a, "the head", s.Seq, f.seq)
	same(a, "the phase", s.Phase, h.phase)
	same(a, "frozen", s.Frozen, h.frozen)
	same(a, "the seq of the freeze", s.FrozenSeq, f.frozenSeq)
	same(a, "the time of opening", s.OpenedAt, h.openedAt)
	same(a, "the time of closing", s.ClosedAt, h.closedAt)
	same(a, "the time of the pause", s.PausedAt, h.pausedAt)
	same(a, "the sum of the pauses", s.Shift, h.shift)
	same(a, "the planned time of opening", s.OpensAt, h.opensAt)
	same(a, "the planned time of closing", s.ClosesAt, h.closesAt)
	same(a, "the extension for all", s.Extra, h.extra)
	same(a, "the time in the bin", s.DeletedAt, h.deletedAt)
	same(a, "the number of entrants that joined", s.Joined, f.numbers)
	same(a, "the number of entrants", s.Entrants, f.counted())
	a.sameSet("what is skipped for all", s.Skips, h.skips)
	if s.Nonce != "" && f.nonce != "" {
		same(a, "the nonce of the head", s.Nonce, f.nonce)
	}
	if s.Epoch != strconv.FormatInt(f.epoch, 10) {
		a.differf(0, "the epoch is %s, the ledger ends in %d", s.Epoch, f.epoch)
	}
	if s.Definition == nil {
		a.differf(0, "there is no definition")
	} else {
		same(a, "the revision", s.Definition.Rev, h.rev)
	}
	a.compareTallies("", s.Tallies, f.tallies())
	if h.frozen {
		a.compareTallies("at the freeze ", s.FrozenTallies, f.shownTally)
	}
}

// sameSet compares sets that are kept as maps.
func (a *auditor) sameSet(what string, stored, folded map[string]bool) {
	for _, id := range keysOfBoth(stored, folded) {
		same(a, what+", "+id+",", stored[id], folded[id])
	}
}

// compareDefinitions reads every revision of the hunt file. What a file does not
// change of the plan stays as it was.
func (a *auditor) compareDefinitions(ctx context.Context) error {
	before := &hunt.Definition{}
	for i, p := range a.fold.hunt.plans {
		rev := int64(i + 1)
		d, err := a.store.Definition(ctx, a.report.Hunt, rev)
		if errors.Is(err, game.ErrUnknownRevision) {
			a.differf(p.seq, "revision %d of the hunt file is gone", rev)
			continue
		}
		if err != nil {
			return err
		}
		same(a, "the revision of revision "+strconv.FormatInt(rev, 10), d.Rev, rev)
		opens, closes := d.Opens, d.Closes
		if opens == before.Opens {
			opens = p.opensBefore
		}
		if closes == before.Closes {
			closes = p.closesBefore
		}
		if p.opens != opens || p.closes != closes {
			a.differf(p.seq, "revision %d is to open at %d and to close at %d, not at %d and %d", rev, opens, closes, p.opens, p.closes)
		}
		before = d
	}
	return nil
}

// compareReviews checks which claims wait for an organizer.
func (a *auditor) compareReviews(ctx context.Context) error {
	list, err := a.store.Reviews(ctx, a.report.Hunt)
	if err != nil {
		return err
	}
	stored, folded := map[string]game.Review{}, map[string]game.Review{}
	for _, r := range list {
		r.Note = "" // stands beside the ledger
		stored[r.Entrant+"/"+r.Challenge] = r
	}
	for id, e := range a.fold.entrants {
		for challenge, r := range e.pending {
			folded[id+"/"+challenge] = r
		}
	}
	for _, key := range keysOfBoth(stored, folded) {
		if got, want := stored[key], folded[key]; got != want {
			a.differf(want.Seq, "the claim that waits for %s is %+v, the ledger says %+v", key, got, want)
		}
	}
	return nil
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
		r.Name = "" // stands beside the ledger
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
// same and had them first. Whoever is out comes last.
func before(r, other *game.Row) bool {
	if r.Out != other.Out {
		return other.Out
	}
	return r.Points > other.Points || r.Points == other.Points && r.Tie < other.Tie
}

func rowText(r game.Row) string {
	return fmt.Sprintf("%s: %d points, %d solved, %d badges, tie %d, division %q, out %v",
		r.Entrant, r.Points, r.Solved, r.Badges, r.Tie, r.Division, r.Out)
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
	same(a, "the id of "+id, e.ID, id)
	same(a, "the total of "+id, e.Total, f.sum)
	same(a, "the solves of "+id, e.Solves, f.solves())
	same(a, "the first solves of "+id, e.Firsts, f.firsts())
	same(a, "the tie-break of "+id, e.Tie, f.tie())
	same(a, "the last correction of "+id, e.Raised, f.raised)
	same(a, "the division of "+id, e.Division, f.division)
	same(a, "the number of "+id, e.Number, f.number)
	same(a, "the seq of joining of "+id, e.JoinSeq, f.joinSeq)
	same(a, "the time of joining of "+id, e.JoinedAt, f.joinedAt)
	same(a, "whether "+id+" is banned,", e.Banned, f.banned)
	same(a, "whether "+id+" is hidden,", e.Hidden, f.hidden)
	same(a, "the start of "+id, e.Clock, f.clock)
	same(a, "the extension of "+id, e.Extra, f.extra)
	same(a, "the seq of the finish of "+id, e.FinishedSeq, f.finished.Seq)
	same(a, "the time of the finish of "+id, e.FinishedAt, f.finished.At)
	a.sameSet("what is skipped for "+id, e.Skips, f.skips)
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
	for _, c := range keysOfBoth(e.Fined, f.fined) {
		if got, want := e.Fined[c], f.fined[c]; got != want {
			a.differf(want.Seq, "the penalty of %s for %s is %+v, the ledger says %+v", id, c, got, want)
		}
	}
}

func sameAward(one, other game.Award) bool {
	return one.ID == other.ID && one.Player == other.Player && one.Seq == other.Seq && one.At == other.At &&
		one.Points == other.Points && one.Bonus == other.Bonus && one.Total == other.Total &&
		one.First == other.First && one.Revoked == other.Revoked && one.Tie == other.Tie && slices.Equal(one.Badges, other.Badges)
}
