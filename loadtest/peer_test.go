package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"

	"veltrix/loadtest/crowd"
	"veltrix/loadtest/peers"
)

// peerRedis starts a Redis with nothing in it.
func peerRedis(t *testing.T) *target {
	t.Helper()
	r := &target{dir: t.TempDir()}
	database, err := r.startRedis(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at, err := redis.ParseURL(database)
	if err != nil {
		t.Fatal(err)
	}
	r.redis, r.client = redis.NewClient(at), &http.Client{}
	t.Cleanup(func() {
		if err := r.close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// award runs the script of the peers and returns its reply, as JSON.
func (t *target) award(ctx context.Context, tb testing.TB, entrant, challenge, id string) string {
	tb.Helper()
	got, err := t.redis.Eval(ctx, peers.Award, []string{
		peers.LedgerKey(peerHunt), peers.BoardKey(peerHunt), peers.EntrantKey(peerHunt, entrant),
	}, entrant, challenge, id, 10).Slice()
	if err != nil {
		tb.Fatal(err)
	}
	got[4] = "at"
	text, err := json.Marshal(got)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// The script of the peers awards once, and what it wrote is verified; an award
// that is missing, there twice, or other than was acknowledged is found, too.
func TestPeerLedger(t *testing.T) {
	ctx := t.Context()
	r := peerRedis(t)
	members := []crowd.Member{{ID: "p-1"}, {ID: "p-2"}}
	a, b, c, other := uuid.New(), uuid.New(), uuid.New(), uuid.New()
	for _, x := range []struct{ entrant, challenge, id, want string }{
		{"p-1", "c-1", a.String(), `["awarded",1,10,10,"at",0]`},
		{"p-1", "c-2", b.String(), `["awarded",2,10,20,"at",0]`},
		{"p-1", "c-1", a.String(), `["awarded",1,10,20,"at",1]`},
		{"p-1", "c-1", other.String(), `["already",1,10,20,"at",0]`},
		{"p-2", "c-1", c.String(), `["awarded",3,10,10,"at",0]`},
	} {
		if got := r.award(ctx, t, x.entrant, x.challenge, x.id); got != x.want {
			t.Errorf("%v: %s", x, got)
		}
	}
	acks := []crowd.Ack{
		{ID: a, Player: 0, Challenge: 0, Seq: 1, Points: 10, Fresh: true},
		{ID: b, Player: 0, Challenge: 1, Seq: 2, Points: 10, Fresh: true},
		{ID: other, Player: 0, Challenge: 0, Seq: 1, Points: 10},
		{ID: c, Player: 1, Challenge: 0, Seq: 3, Points: 10, Fresh: true},
	}
	verify := func(acks []crowd.Ack) *verification {
		var v verification
		acked := byHunt(1, members, acks, &v)
		if err := v.verifyPeer(ctx, r, peerHunt, &acked[0]); err != nil {
			t.Fatal(err)
		}
		return &v
	}
	if v := verify(acks); len(v.Problems) > 0 || v.Verified != 3 || v.Repeated != 1 || v.Rows != 2 {
		t.Errorf("%+v", v)
	}
	lie := append([]crowd.Ack{}, acks...)
	lie[3].Seq = 4
	if v := verify(lie); len(v.Problems) != 1 {
		t.Errorf("a lie about a seq: %+v", v)
	}
	if v := verify(append(acks, crowd.Ack{ID: uuid.New(), Player: 1, Challenge: 1, Seq: 4, Points: 10, Fresh: true})); len(v.Problems) != 1 || !strings.Contains(v.Problems[0], "is not in the ledger") {
		t.Errorf("an award that is missing: %+v", v)
	}
	if err := r.redis.Do(ctx, "XADD", peers.LedgerKey(peerHunt), "1-4", "entrant", "p-2", "challenge", "c-1", "points", 10, "total", 20, "id", c.String()).Err(); err != nil {
		t.Fatal(err)
	}
	if v := verify(acks); len(v.Problems) < 2 { // twice, and the board differs
		t.Errorf("an award that is there twice: %+v", v)
	}
}

// Processes counts a process with its children.
func TestProcesses(t *testing.T) {
	alone, err := processes(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command("cat")
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write([]byte{'.'}); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil { // it is more than a fork by then
		t.Fatal(err)
	}
	of, err := processes(child.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	both, err := processes(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	const resident = "process_resident_memory_bytes"
	if alone[resident] == 0 || of[resident] == 0 || both[resident] < of[resident] {
		t.Errorf("%v and a child of %v are %v", alone, of, both)
	}
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	if err := child.Wait(); err != nil {
		t.Error(err)
	}
}
