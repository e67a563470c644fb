package bolt

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/bolt/bolttest"
	"veltrix/game/bolt/dbfile"
	"veltrix/game/bolt/salvage"
)

var background = context.Background()

func TestSecondProcess(t *testing.T) {
	dir := t.TempDir()
	cmd, in, lines := process(t, "hold", dir)
	if !lines.Scan() || lines.Text() != "held" {
		t.Fatalf("%q", lines.Text())
	}
	_, err := Open(dir, Options{}, zap.NewNop())
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), dir) {
		t.Errorf("%v", err)
	}
	if _, err := salvage.Check(dir); !errors.Is(err, ErrInUse) {
		t.Errorf("%v", err)
	}
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	for lines.Scan() {
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	open(t, dir, Options{})
}

func TestDirectory(t *testing.T) {
	base := t.TempDir()
	file := filepath.Join(base, "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	taken := filepath.Join(base, "taken")
	if err := os.MkdirAll(filepath.Join(taken, FileName), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below"), "/proc/nowhere", "/proc", taken} {
		if _, err := Open(dir, Options{}, zap.NewNop()); err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", dir, err)
		}
	}
	open(t, filepath.Join(base, "new", "deep"), Options{})
	if left, err := filepath.Glob(filepath.Join(base, "new", "deep", "*")); err != nil || len(left) != 1 {
		t.Errorf("%q, %v", left, err)
	}
}

// TestForeign: files that are not a store's, or only half of one, are refused and
// not changed.
func TestForeign(t *testing.T) {
	other := filepath.Join(t.TempDir(), "other.db")
	db, err := bbolt.Open(other, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	bolt, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"empty": "", "text": "hello", "zeros": strings.Repeat("\x00", 1<<16), "half": string(bolt[:5000]), "bbolt": string(bolt),
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, FileName)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(dir, Options{}, zap.NewNop())
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
		if now, err := os.ReadFile(path); err != nil || string(now) != content {
			t.Errorf("%s was changed: %v", name, err)
		}
	}
}

// TestFailedWrite: a state that is ahead of the file is dropped, whatever
// failed, and other hunts go on.
func TestFailedWrite(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	def := bolttest.Start(t, s, bolttest.Crowd(t, "crowd", 50))
	other := bolttest.Start(t, s, bolttest.Crowd(t, "other", 50))
	bolttest.Commit(t, s, "crowd", def, bolttest.Joining(bolttest.Player(0)))
	boom := errors.New("boom")
	if err := s.group.write(func(*bbolt.Tx) error { return boom }); !errors.Is(err, boom) || !errors.Is(err, game.ErrUnavailable) {
		t.Fatal(err)
	}
	l := s.hunts["crowd"]
	l.state.Seq += 7 // as if a write had failed half-way
	cmd := bolttest.Claiming(bolttest.Player(0), "c1")
	cmd.Rev = def.Rev
	if _, err := s.Commit(background, "crowd", def, game.Head{}, []game.Command{cmd}); !errors.Is(err, game.ErrUnavailable) {
		t.Fatal(err)
	}
	if l.state != nil {
		t.Fatal("the state was kept")
	}
	res := bolttest.Commit(t, s, "crowd", def, cmd)
	if res.Seq != 4 || res.Replies[0].Replay {
		t.Fatalf("%+v", res)
	}
	bolttest.Commit(t, s, "other", other, bolttest.Joining(bolttest.Player(1)))
}

func TestClosed(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	def := bolttest.Start(t, s, bolttest.Crowd(t, "crowd", 5))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, commit := s.Commit(background, "crowd", def, game.Head{}, nil)
	_, load := s.Load(background, "crowd")
	for _, err := range []error{commit, load, s.Ready(background)} {
		if !errors.Is(err, game.ErrUnavailable) {
			t.Error(err)
		}
	}
}

// TestNamed: an error names the place of a record that is wrong.
func TestNamed(t *testing.T) {
	for place, spoil := range map[string]func(hunt *bbolt.Bucket) error{
		"entry 7": func(b *bbolt.Bucket) error {
			return b.Bucket(dbfile.LedgerBucket).Put(dbfile.SeqKey(7), []byte("rubbish"))
		},
		"entry 9 is missing":    func(b *bbolt.Bucket) error { return b.Bucket(dbfile.LedgerBucket).Delete(dbfile.SeqKey(9)) },
		"ledger ends with":      func(b *bbolt.Bucket) error { return deleteLast(b.Bucket(dbfile.LedgerBucket)) },
		"beside the ledger: 83": func(b *bbolt.Bucket) error { return deleteLast(b.Bucket(dbfile.BesideBucket)) },
		"not the 84 that were": func(b *bbolt.Bucket) error {
			return b.Bucket(dbfile.BesideBucket).Delete([]byte(bolttest.Player(3) + "\x00\x01")) // its name
		},
		"revision 1":           func(b *bbolt.Bucket) error { return b.Bucket(dbfile.DefinitionsBucket).Delete(dbfile.SeqKey(1)) },
		"head":                 func(b *bbolt.Bucket) error { return b.Put(dbfile.HeadKey, []byte("rubbish")) },
		"not the one that was": replaceEntry,
	} {
		dir := t.TempDir()
		sample(t, dir)
		path := filepath.Join(dir, FileName)
		db, err := bbolt.Open(path, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = db.Update(func(tx *bbolt.Tx) error { return spoil(tx.Bucket(dbfile.HuntsBucket).Bucket([]byte("crowd"))) })
		if err = errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		_, err = read(dir)
		if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), place) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", place, err)
		}
		reports, err := salvage.Check(dir)
		for _, r := range reports {
			if r.Hunt == "crowd" {
				err = errors.Join(err, r.Err)
			} else if r.Err != nil || r.Entries == 0 {
				t.Errorf("%s: %+v", place, r)
			}
		}
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: Check: %v", place, err)
		}
	}
}

func deleteLast(b *bbolt.Bucket) error {
	k, _ := b.Cursor().Last()
	return b.Delete(k)
}

// replaceEntry puts a well-formed entry in the place of another.
func replaceEntry(b *bbolt.Bucket) error {
	r := dbfile.EntryRecord("crowd", &game.Entry{Seq: 2, Epoch: "1", At: 1, Type: game.Announced, Text: "Hello", By: "olga"})
	return b.Bucket(dbfile.LedgerBucket).Put(r.Key, r.Value)
}
