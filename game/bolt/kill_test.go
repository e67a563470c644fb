package bolt

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/bolt/bolttest"
	"veltrix/game/bolt/salvage"
)

var kills = flag.Int("kills", 25, "how often TestKilled kills")

// crowdRecord is what the player of a hunt knows: the seq of each acknowledged
// claim, by its number.
type crowdRecord struct {
	seqs map[int]int64
	next int // the first claim that was not acknowledged: it is sent again
}

// TestKilled kills a process that claims at random moments, opening the file
// among them, and starts the next one on the same file: each acknowledged claim
// is there once, at the seq of its acknowledgement, and so is each that was sent
// again.
func TestKilled(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 2))
	var claims, early int
	const each = 50 // kills of one file
	for done := 0; done < *kills; {
		dir := t.TempDir()
		record := [2]crowdRecord{{seqs: map[int]int64{}}, {seqs: map[int]int64{}}}
		for range min(each, *kills-done) {
			n := killOnce(t, r, dir, &record)
			if n == 0 {
				early++
			}
			done++
			verify(t, dir, &record)
		}
		for i := range record {
			claims += len(record[i].seqs)
		}
		reports, err := salvage.Check(dir)
		for _, r := range reports {
			err = errors.Join(err, r.Err)
		}
		if err != nil {
			t.Fatal(err)
		}
		audit(t, dir)
	}
	if claims < *kills {
		t.Errorf("only %d claims were acknowledged", claims)
	}
	t.Logf("seed %d: %d kills, %d of them before a claim was acknowledged; %d claims acknowledged, 0 lost, 0 twice", *seed, *kills, early, claims)
}

// killOnce runs a process, kills it and returns how many claims it acknowledged.
func killOnce(t *testing.T, r *rand.Rand, dir string, record *[2]crowdRecord) (acked int) {
	t.Helper()
	cmd, in, lines := process(t, "claim", dir)
	if _, err := fmt.Fprintln(in, record[0].next, record[1].next); err != nil {
		t.Fatal(err)
	}
	note := func() {
		var i, n int
		var seq int64
		// A line that the kill cut acknowledges nothing.
		if _, err := fmt.Sscanf(lines.Text()+" .", "ack %d %d %d .", &i, &n, &seq); err != nil {
			return
		}
		rec := &record[i]
		if was, known := rec.seqs[n]; known && was != seq {
			t.Errorf("hunt %d: claim %d was acknowledged as entry %d and as %d", i, n, was, seq)
		}
		rec.seqs[n], rec.next = seq, n+1
		acked++
	}
	until := r.IntN(60)
	if r.IntN(4) == 0 {
		until = 0
	}
	for lines.Scan() {
		note()
		if lines.Text() == "starting" && until == 0 || acked > 0 && acked >= until {
			break
		}
	}
	wait := 4000
	if until == 0 {
		wait = 40_000 // the file may have to be made first
	}
	time.Sleep(time.Duration(r.IntN(wait)) * time.Microsecond) // waits for nothing: any moment will do
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // what was printed before the kill counts too
		if strings.Contains(lines.Text(), "FAIL") {
			t.Fatal(lines.Text())
		}
		note()
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the process was not killed: %v", err)
	}
	return acked
}

// verify opens the file that a kill left and compares it with what the players
// know.
func verify(t *testing.T, dir string, record *[2]crowdRecord) {
	t.Helper()
	s, err := Open(dir, Options{}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	for i := range record {
		id := fmt.Sprintf("crowd-%d", i)
		list, err := s.Ledger(t.Context(), id, 0, bolttest.Everything)
		if err != nil && len(record[i].seqs) > 0 {
			t.Fatal(err)
		}
		at := map[string]int64{}
		for _, n := range list {
			pair := n.Entrant + " " + n.Challenge
			if n.Type != game.Awarded {
				continue
			}
			if first, twice := at[pair]; twice {
				t.Errorf("%s: %s is there at %d and at %d", id, pair, first, n.Seq)
			}
			at[pair] = n.Seq
		}
		for n, seq := range record[i].seqs {
			if found := at[fmt.Sprintf("%s c%d", bolttest.Player(n/50), n%50)]; found != seq {
				t.Errorf("%s: claim %d was acknowledged as entry %d and is %d", id, n, seq, found)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// audit runs the program's audit, which shares no code with this package.
func audit(t *testing.T, dir string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "go", "run", "veltrix/server", "audit", "--store", "bolt:"+dir).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "is what the ledger says") {
		t.Errorf("audit: %v\n%s", err, out)
	}
}
