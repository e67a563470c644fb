package actor_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/game/storetest"
)

// restarted runs a node that remembers in dir over a store.
func restarted(t *testing.T, ref *storetest.Reference, dir string) *lossy {
	l := remembering(t, ref, dir)
	l.run()
	return l
}

// remembering is restarted before the node runs.
func remembering(t *testing.T, ref *storetest.Reference, dir string) *lossy {
	return &lossy{node: prepare(t, ref, func(o *actor.Options) { o.Remember = dir }), ref: ref}
}

// TestRememberedOnDisk: the node and the tail of the store die together, and
// nobody asks for the hunt afterwards.
func TestRememberedOnDisk(t *testing.T) {
	for _, gone := range []bool{false, true} {
		t.Run(fmt.Sprint("all is gone ", gone), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "memory")
				ref := storetest.NewReference(clock)
				l := restarted(t, ref, dir)
				l.open(healFile)
				past := ref.Remember("h")
				l.join("p")
				l.join("q")
				wins := []won{l.win("p", "a", "1"), l.win("p", "b", "2"), l.win("q", "c", "3")}
				before := kinds(l.ledger())
				l.stop()
				if gone {
					past = storetest.Past{}
				}
				ref.Forget("h", past)

				l = restarted(t, ref, dir)
				time.Sleep(2 * time.Second) // past the second in which it waits for other nodes
				before[game.Recovered]++
				if got := kinds(l.ledger()); fmt.Sprint(got) != fmt.Sprint(before) {
					t.Errorf("entries %v, want %v", got, before)
				}
				for _, w := range wins {
					l.still(w)
				}
				if l.count("veltrix_unhealed_total") != 0 || l.count("veltrix_history_lost_total") != 1 {
					t.Errorf("reports %v", l.reports())
				}
				l.stop()
				l = restarted(t, ref, dir) // what was healed is remembered again
				defer l.stop()
				l.still(wins[0])
				if l.count("veltrix_history_lost_total") != 0 {
					t.Error("lost again")
				}
			})
		})
	}
}

// TestHiddenIsRememberedOnDisk: what an entry does not show comes back, too: the
// number, by which routes go, what the name looks like, and what was handed in.
func TestHiddenIsRememberedOnDisk(t *testing.T) {
	bubble(t, func(t *testing.T) {
		dir := t.TempDir()
		ref := storetest.NewReference(clock)
		l := restarted(t, ref, dir)
		l.open(healFile)
		l.join("Ada")
		l.join("Bob")
		note := hunt.Proof{Review: &hunt.ReviewRequest{Note: "look"}}
		if r, err := l.hunts.Do(t.Context(), "h", actor.Request{Command: claim("Bob", "r", "1"), Proof: &note}); err != nil || r.Outcome != game.OutPending {
			t.Fatalf("%+v, %v", r, err)
		}
		before, err := ref.Entrant(t.Context(), "h", "Bob")
		if err != nil || before.Number != 1 || before.Looks == "" {
			t.Fatalf("%+v, %v", before, err)
		}
		l.stop()
		ref.Forget("h", storetest.Past{})

		l = restarted(t, ref, dir)
		defer l.stop()
		time.Sleep(2 * time.Second)
		after, err := ref.Entrant(t.Context(), "h", "Bob")
		if err != nil || after.Number != 1 || after.Looks != before.Looks || after.Members["Bob"] != before.Members["Bob"] {
			t.Errorf("%+v, %v", after, err)
		}
		if p := after.Attempts["r"].Pending; p == nil || p.Note != "look" {
			t.Errorf("what waits is %+v", p)
		}
	})
}

// TestRememberedWhileHealing: the node dies before all was put back.
func TestRememberedWhileHealing(t *testing.T) {
	const players = game.MaxBatch // more entries than a batch has
	bubble(t, func(t *testing.T) {
		dir := t.TempDir()
		ref := storetest.NewReference(clock)
		l := restarted(t, ref, dir)
		l.open(healFile)
		past := ref.Remember("h")
		var wins []won
		for i := range players {
			p := fmt.Sprint("p", i)
			l.join(p)
			wins = append(wins, l.win(p, "a", fmt.Sprint("a", i)))
		}
		l.stop()
		ref.Forget("h", past)
		restores := 0
		l = remembering(t, ref, dir)
		l.store.set(func(_ int, batch []game.Command) error {
			if batch[0].Type == game.CmdRestore {
				if restores++; restores > 1 {
					return errStore
				}
			}
			return nil
		}, nil)
		l.run()
		time.Sleep(time.Second)
		l.stop()
		if k := kinds(l.ledger()); k[game.Awarded] == 0 || k[game.Awarded] == players {
			t.Fatalf("not half done: %v", k)
		}
		l = restarted(t, ref, dir)
		defer l.stop()
		for _, w := range wins {
			l.still(w)
		}
		if k := kinds(l.ledger()); k[game.Awarded] != players || k[game.Recovered] != 1 || l.count("veltrix_unhealed_total") != 0 {
			t.Errorf("%v, %v", k, l.reports())
		}
	})
}

// TestJournalIsBounded and holds what the memory holds.
func TestJournalIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		dir := t.TempDir()
		ref := storetest.NewReference(clock)
		l := restarted(t, ref, dir)
		l.open(healFile)
		l.join("p")
		for i := range 5000 {
			l.do(game.Command{Type: game.CmdAnnounce, ID: fmt.Sprint("n", i), Text: "x", By: "olga"})
			if i%500 == 0 {
				if lines := journalLines(t, dir); lines > 2048+2 {
					t.Fatalf("%d lines after %d entries", lines, i)
				}
			}
		}
		past := ref.Remember("h")
		w := l.win("p", "a", "1")
		l.stop()
		ref.Forget("h", past)
		l = restarted(t, ref, dir)
		defer l.stop()
		l.still(w)
		if l.count("veltrix_restored_total") != 1 || l.count("veltrix_unhealed_total") != 0 {
			t.Errorf("reports %v", l.reports())
		}
	})
}

func journalLines(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "h.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Count(text, []byte("\n"))
}

// TestJournalTornOrDamaged: what is before the damage counts, and a damage that
// no kill explains is logged.
func TestJournalTornOrDamaged(t *testing.T) {
	for name, test := range map[string]struct {
		damage func(text []byte) []byte
		logged bool
	}{
		"torn":    {func(text []byte) []byte { return text[:len(text)-9] }, false},
		"empty":   {func([]byte) []byte { return nil }, false},
		"damaged": {func(text []byte) []byte { return append(text[:len(text)-9], "\n{}\n"...) }, true},
		"a gap": {func(text []byte) []byte {
			lines := bytes.SplitAfter(text, []byte("\n"))
			return bytes.Join(append(lines[:4], lines[5:]...), nil)
		}, true},
		"an epoch that is none": {func(text []byte) []byte {
			return bytes.Replace(text, []byte(`"epoch":"9`), []byte(`"epoch":"x`), 3)
		}, true},
		"a definition that cannot be read": {func(text []byte) []byte {
			return bytes.Replace(text, []byte(`"source":"`), []byte(`"source":"AAAA`), 1)
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				dir := t.TempDir()
				ref := storetest.NewReference(clock)
				l := restarted(t, ref, dir)
				l.open(healFile)
				l.join("p")
				w := l.win("p", "a", "1")
				l.win("p", "c", "2")
				l.stop()
				file := filepath.Join(dir, "h.ndjson")
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, test.damage(text), 0o600); err != nil {
					t.Fatal(err)
				}
				l = restarted(t, ref, dir)
				defer l.stop()
				synctest.Wait()
				l.still(w)
				if logged := l.log.FilterMessage("cannot remember all").Len() > 0; logged != test.logged {
					t.Errorf("logged %v: %v", logged, l.log.All())
				}
				if l.count("veltrix_history_lost_total") != 0 {
					t.Errorf("a damaged journal looks like a loss: %v", l.reports())
				}
			})
		})
	}
}

// TestJournalCannotBeWritten: the hunt goes on, it is counted, and the file is
// there once it can be.
func TestJournalCannotBeWritten(t *testing.T) {
	bubble(t, func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "memory")
		ref := storetest.NewReference(clock)
		l := restarted(t, ref, dir)
		defer l.stop()
		l.open(healFile)
		synctest.Wait() // the node has read the directory
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		l.join("p")
		l.win("p", "a", "1")
		if l.count("veltrix_remember_failures_total") == 0 {
			t.Error("not counted")
		}
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		l.win("p", "c", "2")
		if lines := journalLines(t, dir); lines != 2+6 {
			t.Errorf("%d lines, want beginning, definition and 6 entries", lines)
		}
	})
}
