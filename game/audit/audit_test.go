package audit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"veltrix/game"
	"veltrix/game/hunt"
)

// lying alters what an honest store tells.
type lying struct {
	game.Store
	summary func(*game.Summary)
	rows    func([]game.Row) []game.Row
	frozen  func([]game.Row) []game.Row
	ledger  func([]game.Entry) []game.Entry
	entrant func(*game.Entrant)
	of      func(player, entrant string) string
	reviews func([]game.Review) []game.Review
	lacks   int64 // a revision of the hunt file
}

func (l *lying) Reviews(ctx context.Context, id string) ([]game.Review, error) {
	list, err := l.Store.Reviews(ctx, id)
	if l.reviews != nil {
		list = l.reviews(slices.Clone(list))
	}
	return list, err
}

func (l *lying) Definition(ctx context.Context, id string, rev int64) (*hunt.Definition, error) {
	if rev == l.lacks {
		return nil, game.ErrUnknownRevision
	}
	return l.Store.Definition(ctx, id, rev)
}

func (l *lying) Load(ctx context.Context, id string) (*game.Summary, error) {
	s, err := l.Store.Load(ctx, id)
	if err == nil && l.summary != nil {
		l.summary(s)
	}
	return s, err
}

func (l *lying) Rows(ctx context.Context, id string, frozen bool) ([]game.Row, int64, error) {
	rows, seq, err := l.Store.Rows(ctx, id, frozen)
	if frozen && l.frozen != nil {
		rows = l.frozen(rows)
	}
	if !frozen && l.rows != nil {
		rows = l.rows(rows)
	}
	return rows, seq, err
}

func (l *lying) Ledger(ctx context.Context, id string, after int64, limit int) ([]game.Entry, error) {
	entries, err := l.Store.Ledger(ctx, id, after, limit)
	if l.ledger != nil {
		entries = l.ledger(entries)
	}
	return entries, err
}

func (l *lying) Entrant(ctx context.Context, id, entrant string) (*game.Entrant, error) {
	e, err := l.Store.Entrant(ctx, id, entrant)
	if err == nil && entrant == "ada" && l.entrant != nil {
		l.entrant(e)
	}
	return e, err
}

func (l *lying) EntrantOf(ctx context.Context, id, player string) (string, error) {
	e, err := l.Store.EntrantOf(ctx, id, player)
	if l.of != nil {
		e = l.of(player, e)
	}
	return e, err
}

func TestAuditOfAnHonestStore(t *testing.T) {
	r, err := Hunt(t.Context(), played(t), "fair")
	// ada, bob, eve and kim were given 2, 2, 2 and 2 awards, with that given again.
	if err != nil || len(r.Differences) != 0 || r.Entrants != 5 || r.Awards != 8 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestAuditWithoutNames: whoever was forgotten is no difference.
func TestAuditWithoutNames(t *testing.T) {
	store := &lying{
		Store: played(t),
		rows: func(rows []game.Row) []game.Row {
			rows = slices.Clone(rows)
			for i := range rows {
				rows[i].Name = ""
			}
			return rows
		},
		ledger: func(list []game.Entry) []game.Entry {
			list = slices.Clone(list)
			for i := range list {
				list[i].Name, list[i].Looks, list[i].Member, list[i].Note = "", "", "", ""
			}
			return list
		},
		entrant: func(e *game.Entrant) { e.Name, e.Looks, e.Members = "", "", nil },
	}
	store.frozen = store.rows
	if r, err := Hunt(t.Context(), store, "fair"); err != nil || len(r.Differences) != 0 {
		t.Errorf("%v, %v", r.Differences, err)
	}
}

// lost is a store of which a node knew more than there is: a new epoch began,
// twice, and what the node remembered was put back.
func lost(t *testing.T) game.Store {
	t.Helper()
	store := played(t)
	remembered := game.Entry{
		Epoch: "1", Seq: 90, Nonce: "then", Type: game.Awarded, Entrant: "bob", Player: "bob", Challenge: "two", Points: 31, ID: "claim",
	}
	for range 2 {
		sum, err := store.Load(t.Context(), "fair")
		if err != nil {
			t.Fatal(err)
		}
		known := game.Head{Epoch: sum.Epoch, Seq: sum.Seq + 5, Nonce: "then"}
		for range 2 {
			res, err := store.Commit(t.Context(), "fair", sum.Definition, known, []game.Command{{Type: game.CmdRestore, Entry: &remembered}})
			if err != nil || res.Replies[0].Outcome != game.OutDone {
				t.Fatalf("%+v, %v", res, err)
			}
		}
		remembered.Seq, remembered.Challenge, remembered.Type, remembered.Badge, remembered.ID = 91, "", game.Badged, "hero", "grant"
	}
	return store
}

func TestAuditOverEpochs(t *testing.T) {
	store := lost(t)
	r, err := Hunt(t.Context(), store, "fair")
	if err != nil || len(r.Differences) != 0 || r.Awards != 9 {
		t.Errorf("%+v, %v", r, err)
	}
	change := func(find func(*game.Entry) bool, change func(*game.Entry)) func([]game.Entry) []game.Entry {
		return func(list []game.Entry) []game.Entry {
			list = slices.Clone(list)
			for i := range list {
				if find(&list[i]) {
					change(&list[i])
				}
			}
			return list
		}
	}
	recovered := func(n *game.Entry) bool { return n.Type == game.Recovered }
	for _, c := range []struct {
		ledger func([]game.Entry) []game.Entry
		word   string
	}{
		{change(recovered, func(n *game.Entry) { n.Type = game.Announced }), "not with what was lost"},
		{change(func(*game.Entry) bool { return true }, func(n *game.Entry) { n.Epoch = "7" }), "goes on with epoch 7"},
		{change((*game.Entry).Restores, func(n *game.Entry) { n.Text = "restores 1-90/then" }), "was put back before"},
	} {
		r, err := Hunt(t.Context(), &lying{Store: store, ledger: c.ledger}, "fair")
		if err != nil || !slices.ContainsFunc(r.Differences, func(d Difference) bool { return strings.Contains(d.String(), c.word) }) {
			t.Errorf("nothing says %q: %v, %v", c.word, r.Differences, err)
		}
	}
}

// TestAuditFindsEveryLie: each kind of damage is found, and by the check that
// is meant for it.
func TestAuditFindsEveryLie(t *testing.T) {
	store := played(t)
	entry := func(find func(*game.Entry) bool, change func(*game.Entry)) func([]game.Entry) []game.Entry {
		return func(list []game.Entry) []game.Entry {
			list = slices.Clone(list)
			i := slices.IndexFunc(list, func(n game.Entry) bool { return find(&n) })
			change(&list[i])
			return list
		}
	}
	typed := func(want game.EntryType) func(*game.Entry) bool {
		return func(n *game.Entry) bool { return n.Type == want }
	}
	row := func(change func([]game.Row)) func([]game.Row) []game.Row {
		return func(rows []game.Row) []game.Row {
			rows = slices.Clone(rows)
			change(rows)
			return rows
		}
	}
	award := func(change func(*game.Award)) func(*game.Entrant) {
		return func(e *game.Entrant) {
			e.Awards = maps.Clone(e.Awards)
			a := e.Awards["one"]
			change(&a)
			e.Awards["one"] = a
		}
	}
	again := func(list []game.Entry, i int, change func(*game.Entry)) []game.Entry {
		n := list[i]
		change(&n)
		list = slices.Insert(slices.Clone(list), i+1, n)
		for j := range list {
			list[j].Seq = int64(j + 1)
		}
		return list
	}
	for _, c := range []struct {
		what string
		lie  lying
		word string
	}{
		{"a missing entry", lying{ledger: func(l []game.Entry) []game.Entry { return slices.Delete(slices.Clone(l), 4, 5) }}, "seq 6 follows 4"},
		{"a missing end", lying{ledger: func(l []game.Entry) []game.Entry {
			if l[0].Seq > 1 {
				return nil
			}
			return l[:10]
		}}, "the ledger ends at seq 10"},
		{"a second award", lying{ledger: func(l []game.Entry) []game.Entry {
			i := slices.IndexFunc(l, func(n game.Entry) bool { return n.Type == game.Awarded })
			return again(l, i, func(n *game.Entry) { n.ID = "other" })
		}, summary: func(s *game.Summary) { s.Seq++ }}, "ada was awarded one before"},
		{"a badge twice", lying{ledger: func(l []game.Entry) []game.Entry {
			return again(l, slices.IndexFunc(l, func(n game.Entry) bool { return n.Type == game.Badged }), func(*game.Entry) {})
		}, summary: func(s *game.Summary) { s.Seq++ }}, "was given the badge starter before"},
		{"a command twice", lying{ledger: func(l []game.Entry) []game.Entry {
			return again(l, slices.IndexFunc(l, func(n game.Entry) bool { return n.Type == game.Adjusted }), func(*game.Entry) {})
		}, summary: func(s *game.Summary) { s.Seq++ }}, "took effect before"},
		{"other points", lying{ledger: entry(typed(game.Awarded), func(n *game.Entry) { n.Points++ })}, "its entries add up to"},
		{"an older epoch", lying{ledger: entry(typed(game.Awarded), func(n *game.Entry) { n.Epoch = "1" })}, "older"},
		{"time that runs back", lying{ledger: entry(typed(game.Awarded), func(n *game.Entry) { n.At = 1 })}, "its time 1"},
		{"an award of nobody", lying{ledger: entry(typed(game.Awarded), func(n *game.Entry) { n.Entrant = "zoe" })}, "never joined"},
		{"a revision left out", lying{ledger: entry(typed(game.Defined), func(n *game.Entry) { n.Rev = 5 })}, "revision 5 follows"},
		{"a revocation of nothing", lying{ledger: entry(typed(game.Revoked), func(n *game.Entry) { n.Challenge = "two" })}, "which it has not"},
		{"a revocation of more", lying{ledger: entry(typed(game.Revoked), func(n *game.Entry) { n.Points-- })}, "taken back are"},
		{"a leap of phase", lying{ledger: entry(typed(game.Phased), func(n *game.Entry) { n.Phase = game.Paused })}, "from draft to paused"},
		{"an unknown type", lying{ledger: entry(typed(game.Announced), func(n *game.Entry) { n.Type = "said" })}, "unknown"},
		{"a wrong head", lying{summary: func(s *game.Summary) { s.Seq-- }}, "the board is at seq"},
		{"a wrong phase", lying{summary: func(s *game.Summary) { s.Phase = game.Open }}, "the phase is open"},
		{"a wrong tally", lying{summary: func(s *game.Summary) { s.Tallies["one"] = game.Tally{Solves: 9, Given: 3} }}, "solves of one is 9"},
		{"a wrong frozen tally", lying{summary: func(s *game.Summary) { s.FrozenTallies["two"] = game.Tally{Solves: 2, Given: 2} }}, "at the freeze"},
		{"a wrong count", lying{summary: func(s *game.Summary) { s.Entrants = 5 }}, "number of entrants"},
		{"a wrong pause", lying{summary: func(s *game.Summary) { s.Shift++ }}, "sum of the pauses"},
		{"an epoch before the ledger's", lying{summary: func(s *game.Summary) { s.Epoch = "1" }}, "the epoch is 1"},
		{"points on the board", lying{rows: row(func(r []game.Row) { r[0].Points++ })}, "the board has the row"},
		{"badges on the board", lying{rows: row(func(r []game.Row) { r[1].Badges++ })}, "the board has the row"},
		{"the order of the board", lying{rows: row(func(r []game.Row) { r[0], r[1] = r[1], r[0] })}, "before"},
		{"a row too few", lying{rows: func(r []game.Row) []game.Row { return r[1:] }}, "the board lacks"},
		{"a row twice", lying{rows: func(r []game.Row) []game.Row { return append(slices.Clone(r), r[0]) }}, "twice"},
		{"a stranger", lying{rows: func(r []game.Row) []game.Row { return append(slices.Clone(r), game.Row{Entrant: "zoe", Tie: 99}) }}, "has zoe"},
		{"the frozen board", lying{frozen: row(func(r []game.Row) { r[0].Solved++ })}, "the frozen board"},
		{"an entrant's total", lying{entrant: func(e *game.Entrant) { e.Total++ }}, "the total of ada"},
		{"an entrant's tie-break", lying{entrant: func(e *game.Entrant) { e.Tie++ }}, "tie-break of ada"},
		{"an entrant's players", lying{entrant: func(e *game.Entrant) { e.Players = nil }}, "the players of ada"},
		{"a ban", lying{entrant: func(e *game.Entrant) { e.Banned = true }}, "banned"},
		{"an award's points", lying{entrant: award(func(a *game.Award) { a.Points++ })}, "the award of one to ada"},
		{"an award's badges", lying{entrant: award(func(a *game.Award) { a.Badges = nil })}, "the award of one to ada"},
		{"an award's claim", lying{entrant: award(func(a *game.Award) { a.ID = "x" })}, "the award of one to ada"},
		{"a badge", lying{entrant: func(e *game.Entrant) { e.Badges = nil }}, "the badge starter of ada"},
		{"a hint", lying{entrant: func(e *game.Entrant) { e.Hints = nil }}, "the hint one/h of ada"},
		{"a row of one that is out", lying{rows: row(func(r []game.Row) { r[len(r)-1].Out = false })}, "before kim"},
		{"one that is out in front", lying{rows: row(func(r []game.Row) { slices.Reverse(r) })}, "ranks kim"},
		{"a review too few", lying{reviews: func([]game.Review) []game.Review { return nil }}, "the claim that waits for kim/three"},
		{"a review of another time", lying{reviews: func(r []game.Review) []game.Review { r[0].At++; return r }}, "the claim that waits for kim/three"},
		{"a revision that is gone", lying{lacks: 1}, "revision 1 of the hunt file is gone"},
		{"whose a player is", lying{of: func(player, _ string) string { return player + "!" }}, "the entrant of player ada"},
	} {
		c.lie.Store = store
		r, err := Hunt(t.Context(), &c.lie, "fair")
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		if !slices.ContainsFunc(r.Differences, func(d Difference) bool { return strings.Contains(d.String(), c.word) }) {
			t.Errorf("%s: nothing says %q: %v", c.what, c.word, r.Differences)
		}
	}
}

// TestAuditOfAMovingHunt: what cannot be compared is an error, not a clean bill.
func TestAuditOfAMovingHunt(t *testing.T) {
	epoch := 0
	store := &lying{Store: played(t), summary: func(s *game.Summary) {
		epoch++
		s.Epoch = strings.Repeat("9", 10+epoch%2)
	}}
	if r, err := Hunt(t.Context(), store, "fair"); err == nil {
		t.Errorf("%+v", r)
	}
}

func TestHunts(t *testing.T) {
	store := played(t)
	for _, c := range []struct {
		ids     []string
		damaged map[string]error
		want    string
	}{
		{nil, nil, "[]"},
		{[]string{"fair"}, nil, "[]"},
		{nil, map[string]error{"fair": errors.New("a torn page")}, "[fair: a torn page]"},
	} {
		reports, err := Hunts(t.Context(), store, c.ids, c.damaged)
		if err != nil || len(reports) != 1 || fmt.Sprint(reports[0].Differences) != c.want {
			t.Errorf("%v: %v, %v", c.ids, reports, err)
		}
	}
	if _, err := Hunts(t.Context(), store, []string{"nowhere"}, nil); err == nil {
		t.Error("a hunt that does not exist was audited")
	}
}
