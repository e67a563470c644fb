// Package audit recomputes a hunt from its ledger alone and reports everything
// that a store holds and the ledger does not say.
//
// Guarantees:
//   - It shares no code with the stores and the rules, on purpose: what it finds
//     is found a second way. A test holds its closure to that.
//   - Names and other words of persons stand beside the ledger. They are not
//     compared, so a store that has forgotten a person still agrees.
//   - It only reads. A hunt that changes while it is read is read again; a report
//     is of one moment or there is none.
package audit

import (
	"context"
	"fmt"
	"slices"

	"veltrix/game"
)

// Difference is something that is not as the ledger says. Seq is the entry
// that shows it, 0 when no single entry does.
type Difference struct {
	Hunt string
	Seq  int64
	Text string
}

// String names the hunt, the entry if there is one, and what differs.
func (d Difference) String() string {
	if d.Seq == 0 {
		return fmt.Sprintf("%s: %s", d.Hunt, d.Text)
	}
	return fmt.Sprintf("%s: seq %d: %s", d.Hunt, d.Seq, d.Text)
}

// maxDifferences bounds what is reported of one hunt: the first ones show what
// happened.
const maxDifferences = 1000

// Report is what an audit of one hunt found.
type Report struct {
	Hunt        string
	Entries     int64
	Entrants    int
	Awards      int64
	Badges      int64
	Points      int64 // of all entrants
	Differences []Difference
	More        int // differences that are left out
}

// auditor recomputes one hunt.
type auditor struct {
	store  game.Store
	report *Report
	fold   *ledgerFold
}

// maxTries bounds how often a hunt that moves is read again.
const maxTries = 5

// ledgerPage is how many entries are read from the store at once.
const ledgerPage = 1000

// Hunts audits these hunts, all of the store when there are none. Damaged has,
// by hunt, what is known to be wrong with how it is stored: that is the
// difference then, and the hunt is not read. The error is Hunt's, or says that
// the store has no such hunt.
func Hunts(ctx context.Context, store game.Store, ids []string, damaged map[string]error) ([]*Report, error) {
	known, err := store.Hunts(ctx)
	if err != nil {
		return nil, fmt.Errorf("list hunts: %w", err)
	}
	for _, id := range ids {
		if !slices.Contains(known, id) {
			return nil, fmt.Errorf("the store has no hunt %s; it has %d hunts", id, len(known))
		}
	}
	if len(ids) == 0 {
		ids = known
	}
	reports := make([]*Report, 0, len(ids))
	for _, id := range ids {
		r := &Report{Hunt: id}
		if wrong := damaged[id]; wrong != nil {
			r.Differences = append(r.Differences, Difference{id, 0, wrong.Error()})
		} else if r, err = Hunt(ctx, store, id); err != nil {
			return nil, err
		}
		reports = append(reports, r)
	}
	return reports, nil
}

// Hunt recomputes a hunt from its ledger and compares everything that the store
// says of it. The error says that the store could not be read, or that the hunt
// kept changing; both mean that nothing was shown.
func Hunt(ctx context.Context, store game.Store, id string) (*Report, error) {
	for range maxTries {
		a := &auditor{store: store, report: &Report{Hunt: id}}
		a.fold = newLedgerFold(a.differf)
		still, err := a.run(ctx)
		if err != nil {
			return nil, fmt.Errorf("audit %s: %w", id, err)
		}
		if still {
			return a.report, nil
		}
	}
	return nil, fmt.Errorf("audit %s: it kept changing while it was read; pause the hunt or stop the servers", id)
}

func (a *auditor) differf(seq int64, format string, args ...any) {
	if len(a.report.Differences) >= maxDifferences {
		a.report.More++
		return
	}
	a.report.Differences = append(a.report.Differences, Difference{a.report.Hunt, seq, fmt.Sprintf(format, args...)})
}

// run reads and compares; still reports that the hunt did not move
// meanwhile, so that the comparison means something.
func (a *auditor) run(ctx context.Context) (still bool, err error) {
	id := a.report.Hunt
	before, err := a.store.Load(ctx, id)
	if err != nil {
		return false, err
	}
	rows, seq, err := a.store.Rows(ctx, id, false)
	if err != nil {
		return false, err
	}
	shown, _, err := a.store.Rows(ctx, id, true)
	if err != nil {
		return false, err
	}
	if err := a.readLedger(ctx, before.Seq); err != nil {
		return false, err
	}
	a.fold.settled()
	a.compareSummary(before)
	if seq != before.Seq {
		a.differf(0, "the board is at seq %d, the ledger at %d", seq, before.Seq)
	}
	a.compareBoard("the board", rows, a.fold.rows())
	if a.fold.hunt.frozen {
		a.compareBoard("the frozen board", shown, a.fold.shownRows())
	}
	for _, compare := range []func(context.Context) error{a.compareEntrants, a.compareReviews, a.compareDefinitions} {
		if err := compare(ctx); err != nil {
			return false, err
		}
	}
	after, err := a.store.Load(ctx, id)
	if err != nil {
		return false, err
	}
	a.sum()
	return after.Seq == before.Seq && after.Epoch == before.Epoch, nil
}

// readLedger folds the entries up to the head.
func (a *auditor) readLedger(ctx context.Context, head int64) error {
	for after := int64(0); after < head; {
		entries, err := a.store.Ledger(ctx, a.report.Hunt, after, int(min(ledgerPage, head-after)))
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			a.differf(0, "the ledger ends at seq %d, its head says %d", a.fold.seq, head)
			return nil
		}
		for i := range entries {
			a.fold.add(&entries[i])
		}
		last := entries[len(entries)-1].Seq
		if last <= after { // it would never end
			a.differf(last, "the ledger does not go on after seq %d", after)
			return nil
		}
		after = last
	}
	return nil
}

func (a *auditor) sum() {
	r, f := a.report, a.fold
	r.Entries, r.Entrants, r.Awards = f.seq, len(f.entrants), f.counts[game.Awarded]
	for _, e := range f.entrants {
		r.Points += e.sum
		r.Badges += int64(len(e.badges))
	}
	slices.SortStableFunc(r.Differences, func(a, b Difference) int {
		switch {
		case a.Seq == b.Seq:
			return 0
		case a.Seq == 0 || b.Seq != 0 && a.Seq > b.Seq:
			return 1
		}
		return -1
	})
}
