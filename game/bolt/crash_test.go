package bolt

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/zap"

	"veltrix/game/bolt/bolttest"
	"veltrix/game/bolt/dbfile"
)

// roleEnv makes the test binary another process: "claim" claims without end,
// from the numbers that its input gives, and prints what was acknowledged, "hold"
// holds the store until its input ends; the others fill the disk.
const roleEnv = "VELTRIX_BOLT_TEST_ROLE"

// TestRole is the test that other processes run; alone it does nothing.
func TestRole(t *testing.T) {
	role, dir, found := strings.Cut(os.Getenv(roleEnv), ":")
	if !found {
		return
	}
	if run := map[string]func(*testing.T, string){"limited": limited, "tmpfs": tmpfs, "cramped": cramped}[role]; run != nil {
		run(t, dir)
		return
	}
	var from [2]int
	if role == "claim" {
		if _, err := fmt.Scanln(&from[0], &from[1]); err != nil {
			t.Fatal(err)
		}
		fmt.Println("starting")
	}
	s, err := Open(dir, Options{}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	if role == "hold" {
		fmt.Println("held")
		_, _ = io.Copy(io.Discard, os.Stdin)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return
	}
	var all sync.WaitGroup
	for i := range 2 {
		id := fmt.Sprintf("crowd-%d", i)
		def := bolttest.Start(t, s, bolttest.Crowd(t, id, 50))
		all.Go(func() {
			for n := from[i]; ; n++ {
				p, challenge := bolttest.Player(n/50), fmt.Sprintf("c%d", n%50)
				res := bolttest.Commit(t, s, id, def, bolttest.Joining(p), bolttest.Claiming(p, challenge))
				fmt.Printf("ack %d %d %d\n", i, n, res.Replies[1].Seq)
			}
		})
	}
	all.Wait()
}

// process starts the test binary in a role.
func process(t *testing.T, role, dir string) (*exec.Cmd, io.WriteCloser, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestRole$")
	cmd.Env = append(os.Environ(), roleEnv+"="+role+":"+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, in, bufio.NewScanner(out)
}

// TestCopied copies the file while commits go on, page by page as a crash of the
// machine may leave it: it opens with all that was acknowledged before, or is
// refused as damaged.
func TestCopied(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	def := bolttest.Start(t, s, bolttest.Crowd(t, "crowd", 50))
	var acknowledged atomic.Int64
	stop := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			p := bolttest.Player(n / 50)
			if n%50 == 0 {
				bolttest.Commit(t, s, "crowd", def, bolttest.Joining(p))
			}
			acknowledged.Store(bolttest.Commit(t, s, "crowd", def, bolttest.Claiming(p, fmt.Sprintf("c%d", n%50))).Seq)
		}
	})
	whole := 0
	for range 12 {
		before := acknowledged.Load()
		copied := t.TempDir()
		src, err := os.ReadFile(filepath.Join(dir, FileName))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(copied, FileName), src, 0o600); err != nil {
			t.Fatal(err)
		}
		seq, err := seqIn(copied)
		switch {
		case err == nil && seq >= before:
			whole++
		case err == nil:
			t.Errorf("%d entries, %d were acknowledged", seq, before)
		case !errors.Is(err, ErrDamaged):
			t.Error(err)
		}
	}
	close(stop)
	all.Wait()
	t.Logf("%d of 12 copies were whole", whole)
}

// TestTorn: a transaction did not happen when only some of its pages reached the
// disk, and not its meta page.
func TestTorn(t *testing.T) {
	dir, torn := t.TempDir(), t.TempDir()
	path := filepath.Join(dir, FileName)
	s := open(t, dir, Options{NoSync: true})
	def := bolttest.Start(t, s, bolttest.Crowd(t, "crowd", 50))
	r := rand.New(rand.NewPCG(3, 4))
	image := func() []byte {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return trimmed(t, b)
	}
	before := image()
	for n := range 40 {
		p := bolttest.Player(n)
		head := bolttest.Commit(t, s, "crowd", def).Seq
		bolttest.Commit(t, s, "crowd", def, bolttest.Joining(p), bolttest.Claiming(p, "c1"), bolttest.Claiming(p, "c2"))
		after := image()
		mixed := slices.Concat(before, make([]byte, len(after)-len(before)))
		for at := 2 * 4096; at < len(mixed); at += 4096 {
			if r.IntN(2) == 0 {
				copy(mixed[at:at+4096], after[at:at+4096])
			}
		}
		if err := os.WriteFile(filepath.Join(torn, FileName), mixed, 0o600); err != nil {
			t.Fatal(err)
		}
		if seq, err := seqIn(torn); err != nil || seq != head {
			t.Fatalf("seq %d, want %d: %v", seq, head, err)
		}
		before = after
	}
}

// seqIn opens a store, loads its hunt and returns the head of the ledger.
func seqIn(dir string) (seq int64, err error) {
	s, err := Open(dir, Options{}, zap.NewNop())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	sum, err := s.Load(background, "crowd")
	if err != nil {
		return 0, err
	}
	list, err := s.Ledger(background, "crowd", 0, bolttest.Everything)
	if err == nil && int64(len(list)) != sum.Seq {
		err = fmt.Errorf("%d entries, the head is %d", len(list), sum.Seq)
	}
	return sum.Seq, err
}

var damages = flag.Int("damages", 200, "how many damaged files TestDamaged reads")

// TestDamaged changes bytes of a file: a store reads what was written, or refuses
// the file as damaged.
func TestDamaged(t *testing.T) {
	dir := t.TempDir()
	good := sample(t, dir)
	want := contents(t, dir)
	r := rand.New(rand.NewPCG(1, 2))
	var noticed, harmless int
	for i := range *damages {
		bad := append([]byte(nil), good...)
		at := r.IntN(len(bad))
		if i%3 == 0 { // where it hurts: page headers and elements
			at = r.IntN(len(bad)/4096)*4096 + r.IntN(128)
		}
		switch i % 4 {
		case 0: // a bit
			bad[at] ^= byte(1 << r.IntN(8))
		case 1: // a byte
			bad[at] = byte(r.IntN(256))
		case 2: // a torn sector
			clear(bad[at&^511 : min(len(bad), at&^511+512)])
		case 3: // a lost tail
			bad = bad[:at]
		}
		if err := os.WriteFile(filepath.Join(dir, FileName), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := read(dir)
		switch {
		case err == nil && got == want:
			harmless++
		case err == nil:
			t.Fatalf("change %d at %d: other contents, no error\nwant %.2000s\ngot  %.2000s", i, at, want, got)
		case errors.Is(err, ErrDamaged) && strings.Contains(err.Error(), FileName):
			noticed++
		default:
			t.Fatalf("change %d at %d: %v", i, at, err)
		}
		after, err := os.ReadFile(filepath.Join(dir, FileName))
		if err != nil {
			t.Fatal(err)
		}
		if got == "" && string(after) != string(bad) {
			t.Fatalf("change %d at %d: a damaged file was written to", i, at)
		}
	}
	if noticed < *damages/6 || harmless < *damages/30 {
		t.Errorf("%d changes were noticed, %d harmless", noticed, harmless)
	}
	t.Logf("%d changes were noticed, %d harmless", noticed, harmless)
}

// sample makes a store with all kinds of records and returns its file.
func sample(t *testing.T, dir string) []byte {
	t.Helper()
	s, err := Open(dir, Options{NoSync: true}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	bolttest.Fill(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	return trimmed(t, b)
}

// trimmed cuts off what the file only reserved.
func trimmed(t *testing.T, b []byte) []byte {
	t.Helper()
	m, err := dbfile.ReadMeta(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return b[:int64(m.Pages)*m.PageSize]
}

func contents(t *testing.T, dir string) string {
	t.Helper()
	text, err := read(dir)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// read opens a store and writes out all that it keeps.
func read(dir string) (text string, err error) {
	s, err := Open(dir, Options{}, zap.NewNop())
	if err != nil {
		return "", err
	}
	text, err = bolttest.Contents(s)
	if err = errors.Join(err, s.Close()); err != nil {
		return "", err
	}
	return text, nil
}
