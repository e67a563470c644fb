package salvage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	"go.uber.org/goleak"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/bolt"
	"veltrix/game/bolt/bolttest"
	"veltrix/game/bolt/dbfile"
)

var seed = flag.Uint64("seed", 1, "of TestDamagedPlaces")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// sample makes a store with all kinds of records and returns its file.
func sample(t *testing.T, dir string) []byte {
	t.Helper()
	s, err := bolt.Open(dir, bolt.Options{NoSync: true}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	bolttest.Fill(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return trimmed(t, filepath.Join(dir, dbfile.Name))
}

// trimmed reads a file without what it only reserved.
func trimmed(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := dbfile.ReadMeta(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return b[:int64(m.Pages)*m.PageSize]
}

// large makes a store whose ledgers have branches and returns its file.
func large(t *testing.T) (image []byte, ledgers map[string][]game.Entry) {
	t.Helper()
	dir := t.TempDir()
	s, err := bolt.Open(dir, bolt.Options{NoSync: true}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Secret(t.Context(), "token", "sesame"); err != nil {
		t.Fatal(err)
	}
	ledgers = map[string][]game.Entry{}
	for _, id := range []string{"crowd", "second"} {
		def := bolttest.Start(t, s, bolttest.Crowd(t, id, 40))
		for i := range 40 {
			p := bolttest.Player(i)
			batch := []game.Command{bolttest.Joining(p)}
			for c := range 20 {
				wrong := bolttest.Claiming(p, fmt.Sprint("c", c+20))
				wrong.Right, wrong.Digest = false, "d"
				batch = append(batch, bolttest.Claiming(p, fmt.Sprint("c", c)), wrong)
			}
			bolttest.Commit(t, s, id, def, batch...)
		}
		if ledgers[id], err = s.Ledger(t.Context(), id, 0, bolttest.Everything); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return trimmed(t, filepath.Join(dir, dbfile.Name)), ledgers
}

// spot is a kind of page, and which pages of a file are of that kind.
type spot struct {
	name  string
	pages []int
}

// spots finds the kinds of pages of a sound file.
func spots(t *testing.T, image []byte) []spot {
	t.Helper()
	list := []spot{{name: "older meta page"}, {name: "newer meta page"}, {name: "branch"}, {name: "leaf"}, {name: "list of free pages"}, {name: "root"}}
	add := func(i, page int) { list[i].pages = append(list[i].pages, page) }
	both, _ := dbfile.ReadMetas(bytes.NewReader(image))
	newer := 0
	if both[1].Transaction > both[0].Transaction {
		newer = 1
	}
	m := both[newer]
	add(0, 1-newer)
	add(1, newer)
	add(4, int(m.Freelist))
	add(5, int(m.Root))
	for todo := []uint64{m.Root}; len(todo) > 0; todo = todo[1:] {
		page := dbfile.Page(image[int64(todo[0])*m.PageSize:])
		page = page[:int64(page.Span())*m.PageSize]
		if page.Branch() {
			add(2, int(todo[0]))
		} else {
			add(3, int(todo[0]))
		}
		for i := range page.Count() {
			e, fits := page.Element(i, page.Branch())
			if !fits {
				t.Fatalf("page %d: element %d", todo[0], i)
			}
			child := e.Child
			if e.Bucket {
				child, _, _ = e.Root()
			}
			if child != 0 {
				todo = append(todo, child)
			}
		}
	}
	return list
}

// TestDamagedPlaces damages each kind of place in each way: the store refuses the
// file, or reads what was written. A repair then makes a file that opens and holds
// the beginning of each ledger, reports what it cut, and keeps the file as it was.
func TestDamagedPlaces(t *testing.T) {
	image, ledgers := large(t)
	r := rand.New(rand.NewPCG(*seed, 3))
	ways := map[string]func(page []byte){
		"bit of the header":  func(p []byte) { p[r.IntN(dbfile.HeaderSize)] ^= 1 << r.IntN(8) },
		"bit of an element":  func(p []byte) { p[dbfile.HeaderSize+r.IntN(64)] ^= 1 << r.IntN(8) },
		"bit of the content": func(p []byte) { p[len(p)-1-r.IntN(len(p)/2)] ^= 1 << r.IntN(8) },
		"torn sector":        func(p []byte) { clear(p[512*r.IntN(8):][:512]) },
		"lost page":          func(p []byte) { clear(p) },
		"rubbish": func(p []byte) {
			for i := range p {
				p[i] = byte(r.Uint32())
			}
		},
	}
	for _, at := range spots(t, image) {
		if len(at.pages) == 0 {
			t.Fatalf("there is no %s", at.name)
		}
		noticed, whole := 0, 0
		for way, spoil := range ways {
			for range 4 {
				page := at.pages[r.IntN(len(at.pages))]
				bad := slices.Clone(image)
				spoil(bad[page*4096:][:4096])
				done, err := mends(t, bad, ledgers)
				if err != nil {
					t.Fatalf("seed %d: %s of %s, page %d: %v", *seed, way, at.name, page, err)
				}
				if done != nil {
					noticed++
					if done.Whole() {
						whole++
					}
				}
			}
		}
		t.Logf("%s: %d of 24 were noticed and repaired, %d of them without a loss", at.name, noticed, whole)
		if noticed == 0 {
			t.Errorf("no damage of %s was noticed", at.name)
		}
	}
}

// mends opens and repairs a damaged file; done is nil when the damage did no harm.
func mends(t *testing.T, bad []byte, ledgers map[string][]game.Entry) (done *Repaired, err error) {
	dir := t.TempDir()
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, dbfile.Name)
	if err := os.WriteFile(path, bad, 0o640); err != nil {
		return nil, err
	}
	s, err := bolt.Open(dir, bolt.Options{}, zap.NewNop())
	if err == nil {
		err = compare(t, s, ledgers, nil)
		return nil, errors.Join(err, s.Close())
	}
	if !errors.Is(err, dbfile.ErrDamaged) || !strings.Contains(err.Error(), path) {
		return nil, fmt.Errorf("refused with %w", err)
	}
	if done, err = Repair(dir, noon); err != nil {
		return nil, err
	}
	kept, err := os.ReadFile(done.Copy)
	if err != nil || string(kept) != string(bad) {
		return nil, fmt.Errorf("the copy is another one: %w", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		return nil, fmt.Errorf("mode %v: %w", info.Mode(), err)
	}
	if _, err := Repair(dir, noon); !errors.Is(err, ErrSound) {
		return nil, fmt.Errorf("after the repair: %w", err)
	}
	reports, err := Check(dir)
	for _, r := range reports {
		err = errors.Join(err, r.Err)
	}
	if err != nil {
		return nil, err
	}
	if s, err = bolt.Open(dir, bolt.Options{}, zap.NewNop()); err != nil {
		return nil, err
	}
	return done, errors.Join(compare(t, s, ledgers, done), s.Close())
}

// compare demands the entries that a repair reports; done is nil for a file that
// was not repaired, and then all are there.
func compare(t *testing.T, s *bolt.Store, ledgers map[string][]game.Entry, done *Repaired) error {
	for id, want := range ledgers {
		k := Kept{Hunt: id, Entries: int64(len(want))}
		if done != nil {
			i := slices.IndexFunc(done.Hunts, func(k Kept) bool { return k.Hunt == id })
			if i < 0 {
				if done.LostHunts == 0 {
					return fmt.Errorf("%s is gone in silence", id)
				}
				continue
			}
			k = done.Hunts[i]
		}
		if k.Entries == 0 {
			continue // the hunt is gone, and that was said
		}
		list, err := s.Ledger(t.Context(), id, 0, bolttest.Everything)
		if err != nil {
			return err
		}
		if k.CutFrom == 0 && k.Entries != int64(len(want)) {
			return fmt.Errorf("%s: %d of %d entries, and none is said to be cut", id, k.Entries, len(want))
		}
		if k.CutFrom != 0 {
			end := list[len(list)-1]
			list = list[:len(list)-1]
			if end.Type != game.Recovered || end.Epoch <= want[0].Epoch || k.CutFrom != k.Entries+1 || k.Why == "" || (k.CutTo != 0 && k.CutTo != int64(len(want))) {
				return fmt.Errorf("%s: %+v ends with %+v", id, k, end)
			}
		}
		if int64(len(list)) != k.Entries || !slices.EqualFunc(list, want[:len(list)], k.asWritten) {
			return fmt.Errorf("%s: %d entries that are not the first %d of those that were written", id, len(list), k.Entries)
		}
	}
	return nil
}

// asWritten reports whether an entry is the one that was written. A name stands
// beside the ledger, and may be lost where records of there are.
func (k *Kept) asWritten(got, want game.Entry) bool {
	if got.Name == "" && k.LostBeside != 0 {
		want.Name = ""
	}
	return got == want
}

// TestRepairCuts: the report says what was cut, and the hunt goes on.
func TestRepairCuts(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(b *bbolt.Bucket) error
		want  Kept
	}{
		"entry": {func(b *bbolt.Bucket) error {
			return b.Bucket(dbfile.LedgerBucket).Put(dbfile.SeqKey(50), []byte("rubbish"))
		}, Kept{Entries: 49, CutFrom: 50, CutTo: 86, Why: "entry 50 is lost or damaged"}},
		"attempts": {func(b *bbolt.Bucket) error {
			k, _ := b.Bucket(dbfile.BesideBucket).Cursor().Last()
			return b.Bucket(dbfile.BesideBucket).Delete(k)
		}, Kept{Entries: 86, LostBeside: 1}},
		"name": {func(b *bbolt.Bucket) error {
			return b.Bucket(dbfile.BesideBucket).Delete([]byte(bolttest.Player(3) + "\x00\x01"))
		}, Kept{Entries: 86, LostBeside: 1}},
		"head": {func(b *bbolt.Bucket) error { return b.Delete(dbfile.HeadKey) }, Kept{Entries: 86, CutFrom: 87, Why: "the record of how many entries there were is lost", LostBeside: -1}},
	} {
		dir := t.TempDir()
		sample(t, dir)
		path := filepath.Join(dir, dbfile.Name)
		db, err := bbolt.Open(path, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = db.Update(func(tx *bbolt.Tx) error { return c.spoil(tx.Bucket(dbfile.HuntsBucket).Bucket([]byte("crowd"))) })
		// The pages that were replaced are rubbish, so that only the tree is there.
		if err = errors.Join(err, db.Close(), clearFree(path)); err != nil {
			t.Fatal(err)
		}
		done, err := Repair(dir, noon)
		if err != nil {
			t.Fatal(err)
		}
		got := done.Hunts[0]
		c.want.Hunt = "crowd"
		if c.want.LostBeside == 0 {
			got.LostBeside = 0 // of those who joined after the cut
		}
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", c.want) || !done.Hunts[1].Whole() || done.LostHunts != 0 || done.LostSecrets != 0 {
			t.Errorf("%s: %+v", name, done)
		}
		s, err := bolt.Open(dir, bolt.Options{}, zap.NewNop())
		if err != nil {
			t.Fatal(err)
		}
		if kept, err := s.Secret(t.Context(), "token", "new"); err != nil || kept != "sesame" {
			t.Errorf("%s: the secret is %q, %v", name, kept, err)
		}
		sum, err := s.Load(t.Context(), "crowd")
		if err != nil {
			t.Fatal(err)
		}
		bolttest.Commit(t, s, "crowd", sum.Definition, bolttest.Joining(bolttest.Player(99)), bolttest.Claiming(bolttest.Player(99), "c0"))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// clearFree overwrites the pages that are free.
func clearFree(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	m, err := dbfile.ReadMeta(bytes.NewReader(b))
	if err != nil {
		return err
	}
	list := dbfile.Page(b[int64(m.Freelist)*m.PageSize:])
	for i := range list.Count() {
		id := binary.NativeEndian.Uint64(list[dbfile.HeaderSize+8*i:])
		clear(b[int64(id)*m.PageSize:][:m.PageSize])
	}
	return os.WriteFile(path, b, 0o600)
}
