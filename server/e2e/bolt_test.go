package e2e

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"golang.org/x/sys/unix"

	"veltrix/game/bolt"
)

// limitFiles bounds the files that a server may write, as a full disk does.
func (s *server) limitFiles(size uint64) {
	s.t.Helper()
	var old unix.Rlimit
	if err := unix.Prlimit(s.Pid, unix.RLIMIT_FSIZE, nil, &old); err != nil {
		s.t.Fatal(err)
	}
	if err := unix.Prlimit(s.Pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: size, Max: old.Max}, nil); err != nil {
		s.t.Fatal(err)
	}
}

func (s *server) status(path string) int {
	s.t.Helper()
	return s.call(http.MethodGet, path, "", nil).status
}

// TestDiskFull: a server whose disk is full stays up, refuses claims as
// unavailable with a time to come back, is not ready, and goes on by itself.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	store := stores[0].open(t)
	s := serve(t, store)
	s.define("fair", fairHunt)
	s.phase("fair", "open")
	ada, _, _ := s.fairgoer("Ada")
	claim := func(challenge, proof string) (string, obj) {
		id := uuid.NewString()
		return id, obj{"type": "claim", "id": id, "hunt": "fair", "challenge": challenge, "proof": obj{"text": proof}}
	}
	first, message := claim("one", "uno")
	ada.send(message)
	ada.want("verdict", first)

	s.limitFiles(8 << 10)
	second, message := claim("two", "due")
	ada.send(message)
	if refused := ada.wantError(second, "unavailable"); refused.RetryAfter <= 0 {
		t.Errorf("no time to come back: %s", refused.Raw)
	}
	if ready, alive := s.status("/readyz"), s.status("/healthz"); ready != http.StatusServiceUnavailable || alive != http.StatusOK {
		t.Errorf("on a full disk readyz is %d, healthz %d", ready, alive)
	}
	if got := s.call(http.MethodGet, "/api/v1/hunts/fair/board", "", nil); got.status != http.StatusOK {
		t.Errorf("the board: %d %s", got.status, got.body)
	}

	s.limitFiles(unix.RLIM_INFINITY)
	s.eventually("the server is ready again", func() bool { return s.status("/readyz") == http.StatusOK })
	ada.send(message)
	if verdict := ada.want("verdict", second); verdict.Outcome != "awarded" || verdict.Total != 30 {
		t.Errorf("the claim sent again: %s", verdict.Raw)
	}
	s.audit(store)
}

// TestRepair: a damaged file is refused with its place and the remedy, repaired
// with the damaged one kept, and plays on.
func TestRepair(t *testing.T) {
	t.Parallel()
	store := stores[0].open(t)
	dir := strings.TrimPrefix(store, "bolt:")
	path := filepath.Join(dir, bolt.FileName)
	s := serve(t, store)
	s.define("fair", fairHunt)
	s.phase("fair", "open")
	ada, _, token := s.fairgoer("Ada")
	var ids []string
	for challenge, answer := range map[string]string{"one": "uno", "two": "due", "three": "tre"} {
		id := uuid.NewString()
		ids = append(ids, id)
		ada.send(obj{"type": "claim", "id": id, "hunt": "fair", "challenge": challenge, "proof": obj{"text": answer}})
		ada.want("verdict", id)
	}
	repair := []string{"audit", "--repair", "--store", store}
	refused(t, []string{"another veltrix", "stop the server"}, repair...)
	s.stop()
	refused(t, []string{"nothing is wrong", "nothing was changed"}, repair...)
	refused(t, []string{"leave out the hunts"}, append(repair, "fair")...)
	refused(t, []string{"redis-check-aof"}, "audit", "--repair", "--store", "redis://127.0.0.1:1")

	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// The id of the second award, wherever it stands.
	bad := bytes.ReplaceAll(good, []byte(ids[1]), []byte(uuid.NewString()))
	if err := os.WriteFile(path, bad, 0o600); err != nil {
		t.Fatal(err)
	}
	start := []string{"--store", store, "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"}
	refused(t, []string{path, "hunt fair", "entry 5", "checksum", "nothing was changed", "audit --repair"}, start...)
	if got := command(t, "audit", "--store", store); got.code != 1 || !strings.Contains(got.stdout, "entry 5") || !strings.Contains(got.stdout, "lantern-walk") {
		t.Errorf("audit of a damaged file: %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	got := command(t, repair...)
	if got.code != 1 || !strings.Contains(got.stdout, "fair: entries 1 to 4 are kept, 5 to 6 are cut: entry 5 is lost or damaged") || !strings.Contains(got.stdout, "2 hunts: every total") {
		t.Errorf("repair: %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	copies, err := filepath.Glob(path + ".damaged-*")
	if err != nil || len(copies) != 1 || !strings.Contains(got.stdout, copies[0]) {
		t.Fatalf("copies %q, %v; said was\n%s", copies, err, got.stdout)
	}
	if kept, err := os.ReadFile(copies[0]); err != nil || !bytes.Equal(kept, bad) {
		t.Errorf("the copy is another one: %v", err)
	}

	s = serve(t, store)
	again, joined := s.join(token, "fair")
	if joined.You.Points == 0 {
		t.Errorf("the first award is gone: %s", joined.Raw)
	}
	for challenge, answer := range map[string]string{"one": "uno", "two": "due", "three": "tre"} {
		id := uuid.NewString()
		again.send(obj{"type": "claim", "id": id, "hunt": "fair", "challenge": challenge, "proof": obj{"text": answer}})
		again.want("verdict", id)
	}
	if _, joined = s.join(token, "fair"); joined.You.Points != 70 {
		t.Errorf("after all claims were sent again: %s", joined.Raw)
	}
	s.audit(store)
}
