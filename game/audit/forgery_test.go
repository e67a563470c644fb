package audit

import (
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"

	"veltrix/game"
)

// TestAuditFindsEveryForgery: an entry that says something else, one for each rule
// that the audit knows.
func TestAuditFindsEveryForgery(t *testing.T) {
	store := played(t)
	for _, c := range []struct {
		what string
		typ  game.EntryType
		nth  int // of this type
		lie  func(n *game.Entry)
		word string
	}{
		{"an award that ties later", game.Awarded, 0, func(n *game.Entry) { n.Tie++ }, "ada ties with seq"},
		{"a revocation that keeps the tie", game.Revoked, 0, func(n *game.Entry) { n.Tie++ }, "bob ties with seq"},
		{"a correction without a tie", game.Adjusted, 0, func(n *game.Entry) { n.Tie = 0 }, "eve ties with seq 0"},
		{"a correction that loses its place", game.Adjusted, 1, func(n *game.Entry) { n.KeepPlace = false }, "eve ties with seq"},
		{"a hint that moves the tie", game.Hinted, 0, func(n *game.Entry) { n.Tie = n.Seq }, "hinted moves a tie"},
		{"a badge that moves the tie", game.Badged, 0, func(n *game.Entry) { n.Tie = n.Seq }, "badge moves a tie"},
		{"an award that was always there", game.Awarded, 1, func(n *game.Entry) { n.Since = 4 }, "ties since seq 4"},
		{"a grant that forgets", game.Awarded, 3, func(n *game.Entry) { n.Since = 0 }, "one of bob ties since seq 0"},
		{"an approval that forgets", game.Awarded, 4, func(n *game.Entry) { n.Since = 0 }, "three of eve ties since seq 0"},
		{"a badge since long ago", game.Badged, 0, func(n *game.Entry) { n.Since = 3 }, "badge ties since"},
		{"a hint of another revision", game.Hinted, 0, func(n *game.Entry) { n.Rev++ }, "in force is 1"},
		{"points of a join", game.Joined, 0, func(n *game.Entry) { n.Points = 5 }, "joined moves 5 points"},
		{"points of a rejection", game.Rejected, 0, func(n *game.Entry) { n.Total = 5 }, "rejected moves"},
		{"a number that was taken", game.Joined, 1, func(n *game.Entry) { n.Number = 0 }, "bob joins as number 0"},
		{"a player with a number", game.Joined, 5, func(n *game.Entry) { n.Number = 9 }, "player max joins number 9"},
		{"a penalty that gives", game.Penalised, 0, func(n *game.Entry) { n.Points = 2 }, "gave 2 points"},
		{"a penalty below zero", game.Penalised, 0, func(n *game.Entry) { n.Points = -50 }, "below zero"},
		{"a start before the time", game.Started, 0, func(n *game.Entry) { n.Clock-- }, "but the hunt time is"},
		{"a second start", game.Started, 1, func(n *game.Entry) { n.Entrant = "ada" }, "ada started before"},
		{"a second finish", game.Finished, 1, func(n *game.Entry) { n.Entrant = "ada" }, "ada finished before"},
		{"a claim handed in after the award", game.Submitted, 0, func(n *game.Entry) { n.Challenge = "two"; n.Entrant = "ada" }, "ada hands two in"},
		{"another claim is rejected", game.Rejected, 0, func(n *game.Entry) { n.ID = "x" }, "the claim x is rejected"},
		{"hiding without the tallies", game.Hidden, 0, func(n *game.Entry) { n.Awards = "" }, `those of "one -two" have to move`},
		{"showing with others", game.Shown, 0, func(n *game.Entry) { n.Awards = "one two" }, `those of "one -two" have to move`},
		{"a ban without the tallies", game.Banned, 0, func(n *game.Entry) { n.Awards = "" }, `those of "one -two" have to move`},
		{"hiding who is banned", game.Hidden, 1, func(n *game.Entry) { n.Awards = "one" }, `those of "" have to move`},
		{"a second ban", game.Unbanned, 0, func(n *game.Entry) { n.Type = game.Banned }, "joe is banned a second time"},
		{"showing who is shown", game.Hidden, 0, func(n *game.Entry) { n.Type = game.Shown }, "kim is shown a second time"},
		{"a move from elsewhere", game.Moved, 0, func(n *game.Entry) { n.From = "eve" }, `player max moves from "eve"`},
		{"a move twice", game.Moved, 0, func(n *game.Entry) { n.Player = "tim" }, `player tim moves from "bob"`},
		{"a skip twice", game.Unskipped, 0, func(n *game.Entry) { n.Type = game.Skipped }, "one is skipped a second time"},
		{"a skip for all that is none", game.Skipped, 2, func(n *game.Entry) { n.Type = game.Unskipped }, "three is unskipped a second time"},
		{"a rename of nobody", game.Renamed, 0, func(n *game.Entry) { n.Entrant = "zoe" }, "zoe\", who never joined"},
		{"another division", game.Divided, 0, func(n *game.Entry) { n.Division = "school" }, "the division of eve"},
		{"more time", game.Extended, 0, func(n *game.Entry) { n.Minutes++ }, "the extension of ada"},
		{"more time for all", game.Extended, 1, func(n *game.Entry) { n.Minutes++ }, "the extension for all"},
		{"deleting twice", game.Announced, 0, func(n *game.Entry) { n.Type = game.Deleted }, "deleted a second time"},
		{"out of the bin before", game.Announced, 0, func(n *game.Entry) { n.Type = game.Undeleted }, "from the bin, where it was not"},
		{"a place that it has not", game.Badged, -1, func(n *game.Entry) { n.Place++ }, "is for place"},
		{"a badge for a place that stays", game.Revoked, -1, func(n *game.Entry) { n.By = "x" }, "keeps the badge"},
		{"a badge for a place while it is open", game.Badged, 0, func(n *game.Entry) { n.Place = 1 }, "is for a place, but the phase is open"},
		{"a badge that goes by itself", game.Revoked, 0, func(n *game.Entry) { n.By = "" }, "nobody takes the badge"},
		{"a leap back", game.Phased, 2, func(n *game.Entry) { n.Phase = game.Draft }, "from open to draft"},
		{"another plan", game.Phased, 2, func(n *game.Entry) { n.Closes = 77 }, "closes at 77"},
		{"a schedule before its time", game.Phased, 1, func(n *game.Entry) { n.By = game.Schedule }, "planned for 5000000"},
		{"a claim after the end", game.Phased, 1, func(n *game.Entry) { n.Phase = game.Draft }, "by a player in the phase draft"},
		{"another plan of the file", game.Defined, 0, func(n *game.Entry) { n.Opens = 5 }, "revision 1 is to open"},
		{"a plan that the file forgets", game.Defined, 1, func(n *game.Entry) { n.Closes = 0 }, "revision 2 is to open"},
		{"a penalty twice", game.Finished, 0, func(n *game.Entry) {
			n.Type, n.Challenge, n.ID, n.Points = game.Penalised, "two", "6f1c0b1e-2f5e-4a6c-9d0e-000000000016", -1
		}, "paid for the claim two/"},
		{"a claim of one that is banned", game.Joined, 4, func(n *game.Entry) { n.Type, n.Entrant = game.Banned, "ada" }, "by ada, which is banned"},
		{"closing twice", game.Announced, 0, func(n *game.Entry) { n.Type, n.Phase, n.Frozen = game.Phased, game.Closed, true }, "the phase was closed before"},
		{"time after the end", game.Undeleted, 0, func(n *game.Entry) { n.Type, n.Minutes = game.Extended, 1 }, "but the hunt is closed"},
	} {
		change := func(list []game.Entry) []game.Entry {
			list = slices.Clone(list)
			var at []int
			for i := range list {
				if list[i].Type == c.typ {
					at = append(at, i)
				}
			}
			c.lie(&list[at[(c.nth+len(at))%len(at)]])
			return list
		}
		r, err := Hunt(t.Context(), &lying{Store: store, ledger: change}, "fair")
		if err != nil || !slices.ContainsFunc(r.Differences, func(d Difference) bool { return strings.Contains(d.String(), c.word) }) {
			t.Errorf("%s: nothing says %q: %v, %v", c.what, c.word, r.Differences, err)
		}
	}
}

// TestAuditLooksAtEverything: whatever a store tells of a hunt and an entrant is
// compared, a field that comes tomorrow, too.
func TestAuditLooksAtEverything(t *testing.T) {
	store := played(t)
	beside := map[string]bool{
		// What persons wrote.
		"Entrant.Name": true, "Entrant.Looks": true, "Entrant.Members": true, "Entrant.Invite": true,
		// What was tried and is no entry.
		"Entrant.Streak": true, "Entrant.Broken": true, "Entrant.Attempts": true,
		"Summary.Definition": true, // its revision is, see above
	}
	altered := func(what string, lie *lying) {
		if beside[what] {
			return
		}
		lie.Store = store
		if r, err := Hunt(t.Context(), lie, "fair"); err != nil || len(r.Differences) == 0 {
			t.Errorf("another %s is no difference: %v", what, err)
		}
	}
	for i, f := range slices.Collect(fields[game.Summary]()) {
		altered("Summary."+f, &lying{summary: func(s *game.Summary) { alter(reflect.ValueOf(s).Elem().Field(i)) }})
	}
	for i, f := range slices.Collect(fields[game.Entrant]()) {
		altered("Entrant."+f, &lying{entrant: func(e *game.Entrant) { alter(reflect.ValueOf(e).Elem().Field(i)) }})
	}
	for i, f := range slices.Collect(fields[game.Award]()) {
		altered("Award."+f, &lying{entrant: func(e *game.Entrant) { alterIn(e.Awards, i) }})
	}
	for i, f := range slices.Collect(fields[game.Held]()) {
		altered("Held."+f, &lying{entrant: func(e *game.Entrant) { alterIn(e.Badges, i) }})
	}
	for i, f := range slices.Collect(fields[game.Bought]()) {
		altered("Bought."+f, &lying{entrant: func(e *game.Entrant) { alterIn(e.Hints, i) }})
	}
	for i, f := range slices.Collect(fields[game.Fine]()) {
		altered("Fine."+f, &lying{entrant: func(e *game.Entrant) { alterIn(e.Fined, i) }})
	}
}

func fields[T any]() iter.Seq[string] {
	return func(yield func(string) bool) {
		for f := range reflect.TypeFor[T]().Fields() {
			if !yield(f.Name) {
				return
			}
		}
	}
}

// alter makes a value another one. Maps lose what they have, or get something.
func alter(v reflect.Value) {
	switch v.Kind() {
	case reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.String:
		v.SetString(v.String() + "1")
	case reflect.Slice:
		v.SetZero()
	case reflect.Map:
		if v.Len() > 0 {
			v.SetZero()
			return
		}
		v.Set(reflect.MakeMap(v.Type()))
		value := reflect.New(v.Type().Elem()).Elem()
		if value.Kind() == reflect.Struct {
			value = reflect.ValueOf(game.Tally{Solves: 1})
		} else {
			value.SetBool(true)
		}
		v.SetMapIndex(reflect.ValueOf("one"), value)
	case reflect.Pointer:
		v.SetZero()
	}
}

// alterIn alters a field of every value of a map.
func alterIn[T any](m map[string]T, field int) {
	for key, value := range m {
		alter(reflect.ValueOf(&value).Elem().Field(field))
		m[key] = value
	}
}
