package e2e

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"veltrix/testkit/player"
	"veltrix/testkit/redistest"
)

// healing is a storm over two nodes and a Redis that loses history meanwhile.
type healing struct {
	*storm
	t     *testing.T
	redis *redistest.Server
	args  []string
	nodes []*server
	dirs  []string // of --remember
}

// startHealing starts the nodes; remember makes them keep their memory on disk.
// They reach Redis by its socket: while it is down its port may be taken.
func startHealing(t *testing.T, remember bool) *healing {
	h := &healing{storm: newStorm(t, 20, 20), t: t, redis: redistest.Start(t)}
	h.args = []string{"--hunt", huntFile(t, stormHunt(20))}
	for range 2 {
		args := h.args
		if remember {
			h.dirs = append(h.dirs, filepath.Join(t.TempDir(), "memory"))
			args = append(args[:2:2], "--remember", h.dirs[len(h.dirs)-1])
		}
		h.nodes = append(h.nodes, serve(t, h.redis.UnixURL(), args...))
	}
	return h
}

// during runs fault while the storm blows over both nodes, then demands that
// every claim got its verdict and that the ledger has what players were sent.
func (h *healing) during(fault func()) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 2*patience)
	done := make(chan struct{})
	defer func() { <-done }()
	defer cancel()
	failed := 0
	go func() {
		defer close(done)
		failed = h.run(ctx, h.t, h.nodes[0].URL, h.nodes[1].URL)
	}()
	fault()
	<-done
	if failed > 0 {
		h.t.Fatalf("%d players failed", failed)
	}
	h.settle(h.t, h.nodes[0])
	h.verifyOn(h.nodes[1])
	for _, n := range h.nodes {
		if got := n.metric("veltrix_unhealed_total"); got != 0 {
			h.t.Errorf("%v unhealed", got)
		}
		n.stop()
	}
	h.nodes[0].audit(h.redis.UnixURL())
}

func (h *healing) verifyOn(n *server) {
	h.t.Helper()
	n.verify("storm", &h.history)
}

// watch returns sessions that watch the storm on each node.
func (h *healing) watch() []*sock {
	var socks []*sock
	for _, n := range h.nodes {
		k := n.hello("")
		k.send(obj{"type": "watch", "id": "w", "hunt": "storm"})
		k.want("watching", "w")
		socks = append(socks, k)
	}
	return socks
}

// wereReset demands that each session gets a reset: history was lost.
func (h *healing) wereReset(socks []*sock) {
	h.t.Helper()
	for _, k := range socks {
		k.until("reset", func(m player.Message) bool { return m.Type == "reset" })
	}
}

// cut ends Redis and takes the end of its log away.
func (h *healing) cut(share float64) {
	h.t.Helper()
	h.redis.Kill()
	files, err := filepath.Glob(filepath.Join(h.redis.Dir(), "appendonlydir", "*.incr.aof"))
	if err != nil || len(files) != 1 {
		h.t.Fatalf("logs %v, %v", files, err)
	}
	info, err := os.Stat(files[0])
	if err != nil {
		h.t.Fatal(err)
	}
	if err := os.Truncate(files[0], info.Size()-int64(share*float64(info.Size()))); err != nil {
		h.t.Fatal(err)
	}
}

// say sends Redis a command and demands success.
func say(t *testing.T, addr, command string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write([]byte(command + "\r\n")); err != nil {
		t.Fatal(err)
	}
	if answer, err := bufio.NewReader(conn).ReadString('\n'); err != nil || answer != "+OK\r\n" {
		t.Fatalf("%s: %q, %v", command, answer, err)
	}
}

var metricLine = regexp.MustCompile(`(?m)^(veltrix_\w+) (\S+)$`)

// metric reads a counter of the operations address.
func (s *server) metric(name string) float64 {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.Ops+"/metrics", http.NoBody)
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := s.client.Do(req)
	for range 2 {
		if err != nil { // a server in a storm closes a connection whose request is late
			resp, err = s.client.Do(req)
		}
	}
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, m := range metricLine.FindAllStringSubmatch(string(text), -1) {
		if m[1] == name {
			value, err := strconv.ParseFloat(m[2], 64)
			if err != nil {
				s.t.Fatal(err)
			}
			return value
		}
	}
	s.t.Fatalf("there is no metric %s", name)
	return 0
}

// TestRedisLosesItsTail: killed under claims, and the end of its log is gone.
func TestRedisLosesItsTail(t *testing.T) {
	t.Parallel()
	h := startHealing(t, false)
	marks := []<-chan struct{}{h.mark(0.3), h.mark(0.7)}
	h.during(func() {
		for _, mark := range marks {
			await(t, mark)
			watchers := h.watch()
			h.cut(0.1)
			h.redis.Restart()
			h.wereReset(watchers)
		}
	})
}

// TestRedisIsEmptied: FLUSHALL under claims; the nodes make the hunt again.
func TestRedisIsEmptied(t *testing.T) {
	t.Parallel()
	h := startHealing(t, false)
	mark := h.mark(0.5)
	h.during(func() {
		await(t, mark)
		watchers := h.watch()
		say(t, h.redis.Addr(), "FLUSHALL")
		h.wereReset(watchers)
	})
}

// TestRedisIsRestored: an older copy takes the place of what there was.
func TestRedisIsRestored(t *testing.T) {
	t.Parallel()
	h := startHealing(t, false)
	early, late := h.mark(0.3), h.mark(0.6)
	h.during(func() {
		await(t, early)
		dir, backup := filepath.Join(h.redis.Dir(), "appendonlydir"), filepath.Join(t.TempDir(), "backup")
		if err := os.CopyFS(backup, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		await(t, late)
		watchers := h.watch()
		h.redis.Kill()
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(dir, os.DirFS(backup)); err != nil {
			t.Fatal(err)
		}
		h.redis.Restart()
		h.wereReset(watchers)
	})
}

// TestEverythingDiesAtOnce: nodes and Redis are killed together and the end of
// its log is lost; the nodes remember on disk.
func TestEverythingDiesAtOnce(t *testing.T) {
	t.Parallel()
	h := startHealing(t, true)
	mark := h.mark(0.5)
	h.during(func() {
		await(t, mark)
		for _, n := range h.nodes {
			n.kill()
		}
		h.cut(0.3)
		h.redis.Restart()
		for i, n := range h.nodes {
			h.nodes[i] = serveOn(t, strings.TrimPrefix(n.URL, "http://"), h.redis.UnixURL(), "--remember", h.dirs[i])
		}
		restored := 0.0
		for _, n := range h.nodes {
			n.eventually("the loss was noticed", func() bool { return n.metric("veltrix_history_lost_total") > 0 })
			restored += n.metric("veltrix_restored_total")
		}
		t.Logf("%v entries were put back", restored)
	})
}
