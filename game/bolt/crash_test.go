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
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/zap"
)

// roleEnv makes the test binary another process: "claim" claims without end,
// from the numbers that its input gives, and prints what was acknowledged, "hold"
// holds the store until its input ends; the others fill the disk.
const roleEnv = "VELTRIX_BOLT_TEST_ROLE"

// TestRole is what the other processes run; alone it does nothing.
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
		def := start(t, s, crowd(t, id, 50))
		all.Go(func() {
			for n := from[i]; ; n++ {
				p, challenge := player(n/50), fmt.Sprintf("c%d", n%50)
				res := mustCommit(t, s, id, def, joining(p), claiming(p, challenge))
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
// said to be damaged.
func TestCopied(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	def := start(t, s, crowd(t, "crowd", 50))
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
			p := player(n / 50)
			if n%50 == 0 {
				mustCommit(t, s, "crowd", def, joining(p))
			}
			acknowledged.Store(mustCommit(t, s, "crowd", def, claiming(p, fmt.Sprintf("c%d", n%50))).Seq)
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

// TestTorn: a transaction of which only some pages reached the disk, and not its
// meta page, did not happen.
func TestTorn(t *testing.T) {
	dir, torn := t.TempDir(), t.TempDir()
	path := filepath.Join(dir, FileName)
	s := open(t, dir, Options{NoSync: true})
	def := start(t, s, crowd(t, "crowd", 50))
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
		p := player(n)
		head := mustCommit(t, s, "crowd", def).Seq
		mustCommit(t, s, "crowd", def, joining(p), claiming(p, "c1"), claiming(p, "c2"))
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
	list, err := s.Ledger(background, "crowd", 0, 1<<20)
	if err == nil && int64(len(list)) != sum.Seq {
		err = fmt.Errorf("%d entries, the head is %d", len(list), sum.Seq)
	}
	return sum.Seq, err
}

var damages = flag.Int("damages", 200, "how many damaged files TestDamaged reads")

// TestDamaged changes bytes of a file: what is in it is read as it was written,
// or the file is said to be damaged.
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
		case 0: // bits
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
	if _, err := s.Secret(t.Context(), "token", "sesame"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"crowd", "second"} {
		def := start(t, s, crowd(t, id, 20))
		for i := range 12 {
			p := player(i)
			mustCommit(t, s, id, def, joining(p))
			for c := range 6 {
				challenge := "c" + strconv.Itoa(c)
				wrong := claiming(p, challenge)
				wrong.ID, wrong.Right, wrong.Digest = "wrong"+wrong.ID, false, "d"
				mustCommit(t, s, id, def, wrong, claiming(p, challenge))
			}
		}
	}
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
	m, err := readMeta(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return b[:int64(m.pages)*m.pageSize]
}

func contents(t *testing.T, dir string) string {
	t.Helper()
	text, err := read(dir)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// read writes out everything that a store keeps.
func read(dir string) (text string, err error) {
	s, err := Open(dir, Options{}, zap.NewNop())
	if err != nil {
		return "", err
	}
	defer func() {
		if err = errors.Join(err, s.Close()); err != nil {
			text = ""
		}
	}()
	ids, err := s.Hunts(background)
	if err != nil {
		return "", err
	}
	secret, err := s.Secret(background, "token", "sesame")
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintln(&b, ids, secret)
	for _, id := range ids {
		list, err := s.Ledger(background, id, 0, 1<<20)
		if err != nil {
			return "", err
		}
		rows, seq, err := s.Rows(background, id, false)
		if err != nil {
			return "", err
		}
		sum, err := s.Load(background, id)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(&b, list, rows, seq, sum.Seq, sum.Tallies, sum.Phase, string(sum.Definition.Source))
		for _, row := range rows {
			e, err := s.Entrant(background, id, row.Entrant)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&b, "%+v\n", *e)
		}
	}
	return b.String(), nil
}
