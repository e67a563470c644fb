package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/bolt"
	"veltrix/game/bolt/bolttest"
	"veltrix/game/hunt/huntfile"
	"veltrix/server/auth"
	"veltrix/server/config"
	"veltrix/server/machine"
)

const testOrganizer = "organizer-of-the-test"

var testKey = strings.Repeat("k", 32)

const fairHunt = `hunt: fair
title: The fair
join_code: LANTERN
challenges:
  - {id: one, title: One, points: 10, bonus: [5], proof: {text: uno-answer}}
  - {id: two, title: Two, points: 20, proof: {text: due-answer}}
  - {id: photo, title: Photo, points: 40, proof: {review: {prompt: Show it.}}}
  - {id: steps, title: Steps, points: 5, proof: {event: {type: step, count: 2, match: {floor: "3"}}}}
badges:
  - {id: hero, title: Hero, points: 7, when: {manual: true}}
`

// served is a node that runs within the test.
type served struct {
	t         *testing.T
	stop      context.CancelFunc
	ended     chan error
	banner    string
	url, ops  string
	organizer string
	client    *http.Client
}

// defaults are the settings that nothing changes, on free ports and a store of
// their own.
func defaults(t *testing.T, dir string, args ...string) *config.Settings {
	t.Helper()
	var c cli
	k, from, err := parser(&c, nil, io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	args = append([]string{"serve", "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--store", "bolt:" + dir}, args...)
	if _, err := k.Parse(args); err != nil {
		t.Fatal(err)
	}
	if err := c.Serve.Validate(from); err != nil {
		t.Fatal(err)
	}
	return &c.Serve.Settings
}

var bannerForm = regexp.MustCompile(`(?s)play +(http://\S+/)\n +organize +(http://\S+/organizer#token=(\S+))\n +ops +(http://\S+)/metrics\n +store +\S+`)

func start(t *testing.T, set *config.Settings, log *zap.Logger) *served {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s := &served{t: t, stop: stop, ended: make(chan error, 1), client: &http.Client{Transport: &http.Transport{}}}
	read, out := io.Pipe()
	go func() {
		err := serve(ctx, set, out, log)
		_ = out.Close()
		s.ended <- err
	}()
	lines := bufio.NewScanner(read)
	for lines.Scan() {
		s.banner += lines.Text() + "\n"
		if lines.Text() == "" && strings.Contains(s.banner, "store ") {
			break
		}
	}
	go func() { _, _ = io.Copy(io.Discard, read) }() // ends when serve does
	m := bannerForm.FindStringSubmatch(s.banner)
	if m == nil {
		t.Fatalf("the banner is %q, serve said %v", s.banner, <-s.ended)
	}
	s.url, s.organizer, s.ops = m[1], m[3], m[4]
	t.Cleanup(func() { s.client.CloseIdleConnections(); stop() })
	return s
}

func (s *served) get(url, token string) (int, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		s.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := s.client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// end stops the node and demands that it ends well.
func (s *served) end() {
	s.t.Helper()
	s.client.CloseIdleConnections()
	s.stop()
	if err := <-s.ended; err != nil {
		s.t.Errorf("serve ended with %v", err)
	}
}

func TestServe(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	core, seen := observer.New(zapcore.DebugLevel)
	s := start(t, defaults(t, dir), zap.New(core))
	if first := regexp.MustCompile(`http://\S+`).FindString(s.banner); first != s.url || !strings.HasPrefix(s.banner, "Veltrix ") {
		t.Errorf("the banner: %s", s.banner)
	}
	if !strings.Contains(s.banner, "demo") || !strings.Contains(s.banner, "fsync") || strings.Contains(s.banner, "!!!") {
		t.Errorf("the banner: %s", s.banner)
	}
	if code, _ := s.get(s.url+"readyz", ""); code != http.StatusOK {
		t.Errorf("readyz: %d", code)
	}
	if code, body := s.get(s.url+"api/v1/hunts", ""); code != http.StatusOK || !strings.Contains(body, `"phase":"open"`) {
		t.Errorf("the demo hunt: %d %s", code, body)
	}
	if code, body := s.get(s.url, ""); code != http.StatusOK || !strings.Contains(body, "<!doctype html>") {
		t.Errorf("the page: %d", code)
	}
	if code, body := s.get(s.ops+"/metrics", ""); code != http.StatusOK || !strings.Contains(body, "veltrix_hunts 1") {
		t.Errorf("metrics: %d %s", code, body)
	}
	if code, _ := s.get(s.ops+"/debug/pprof/cmdline", ""); code != http.StatusOK {
		t.Errorf("pprof: %d", code)
	}
	if code, _ := s.get(s.url+"metrics", ""); code != http.StatusNotFound {
		t.Errorf("metrics on the public address: %d", code)
	}
	ids := `lantern-walk`
	if code, body := s.get(s.url+"api/v1/hunts/"+ids+"/definition", s.organizer); code != http.StatusOK {
		t.Errorf("the organizer's token: %d %s", code, body)
	}
	ws, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(s.url, "http")+"ws", &websocket.DialOptions{HTTPClient: s.client})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ws.CloseNow() }()
	if err := ws.Write(t.Context(), websocket.MessageText, []byte(`{"type":"hello"}`)); err != nil {
		t.Fatal(err)
	}
	if _, m, err := ws.Read(t.Context()); err != nil || !bytes.Contains(m, []byte(`"welcome"`)) {
		t.Fatalf("%s %v", m, err)
	}

	// A stop sends the session its bye first, and then closes it for a restart.
	goodbye := make(chan string, 1)
	go func() {
		said := ""
		for {
			_, m, err := ws.Read(t.Context())
			if err != nil {
				goodbye <- said + " " + websocket.CloseStatus(err).String()
				return
			}
			said += string(m)
		}
	}()
	s.end()
	if said := <-goodbye; !strings.Contains(said, `"bye"`) || !strings.Contains(said, "4000") {
		t.Errorf("the session heard %s", said)
	}
	for _, entry := range seen.All() {
		if line := entry.Message; strings.Contains(line, s.organizer) || slices.ContainsFunc(entry.Context, func(f zap.Field) bool { return strings.Contains(f.String, s.organizer) }) {
			t.Errorf("the token is in the log: %+v", entry)
		}
	}

	// What was made is kept: token, key, and the hunt; no second demo.
	again := start(t, defaults(t, dir), zap.NewNop())
	if again.organizer != s.organizer || strings.Contains(again.banner, "demo") {
		t.Errorf("after a restart: %s", again.banner)
	}
	again.end()
}

func TestServeHuntFiles(t *testing.T) {
	file := write(t, "fair.yaml", fairHunt)
	later := write(t, "later.yaml", strings.Replace(fairHunt, "hunt: fair", "hunt: later\nopens: 2199-01-01T00:00:00Z", 1))
	dir := t.TempDir()
	for range 2 { // the second time nothing changes
		s := start(t, defaults(t, dir, "--hunt", file, "--hunt", later, "--ack", "memory", "--organizer-token", testOrganizer), zap.NewNop())
		if !strings.Contains(s.banner, "!!! --ack memory") || s.organizer != testOrganizer {
			t.Errorf("the banner: %s", s.banner)
		}
		_, body := s.get(s.url+"api/v1/hunts", "")
		if strings.Count(body, `"hunt":`) != 2 || strings.Count(body, `"phase":"open"`) != 1 || strings.Count(body, `"phase":"draft"`) != 1 {
			t.Errorf("hunts: %s", body)
		}
		if _, body := s.get(s.url+"api/v1/hunts/fair/ledger", testOrganizer); strings.Count(body, "\n") != 2 || !strings.Contains(body, `"by":"start"`) {
			t.Errorf("ledger: %s", body)
		}
		s.end()
	}
}

// A file of --hunt that is in force already does not keep the server from starting,
// though a linter of today refuses it.
func TestServeAnOlderHuntFile(t *testing.T) {
	dir, old := t.TempDir(), strings.Replace(fairHunt, "title: The fair\n", "title: The fair\ntheme: night\n", 1)
	file := write(t, "fair.yaml", old)
	if err := serve(t.Context(), defaults(t, t.TempDir(), "--hunt", file), io.Discard, zap.NewNop()); err == nil || !strings.Contains(err.Error(), "theme") {
		t.Fatalf("a new file is accepted: %v", err)
	}
	store, err := bolt.Open(dir, bolt.Options{}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	def, _ := huntfile.ParseStored([]byte(old))
	bolttest.Start(t, store, def)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	s := start(t, defaults(t, dir, "--hunt", file, "--organizer-token", testOrganizer), zap.NewNop())
	if _, body := s.get(s.url+"api/v1/hunts", ""); !strings.Contains(body, `"phase":"open"`) {
		t.Errorf("hunts: %s", body)
	}
	s.end()
}

func TestServeDoesNotStart(t *testing.T) {
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	bad := write(t, "bad.yaml", strings.Replace(fairHunt, "points: 20", "points: lots", 1))
	file := write(t, "file", "x")
	used := t.TempDir()
	s := start(t, defaults(t, used), zap.NewNop())
	defer s.end()
	for _, c := range []struct {
		dir   string
		args  []string
		words []string
	}{
		{t.TempDir(), []string{"--addr", taken.Addr().String()}, []string{"--addr", "in use"}},
		{t.TempDir(), []string{"--ops-addr", taken.Addr().String()}, []string{"--ops-addr", "in use"}},
		{t.TempDir(), []string{"--addr", "192.0.2.1:80"}, []string{"--addr", "192.0.2.1"}},
		{t.TempDir(), []string{"--hunt", bad}, []string{"--hunt", bad + ":6:", "points"}},
		{t.TempDir(), []string{"--hunt", "nowhere.yaml"}, []string{"--hunt", "nowhere.yaml"}},
		{filepath.Join(file, "x"), nil, []string{"--store", file}},
		{used, nil, []string{"--store", used, "another veltrix"}},
	} {
		var out bytes.Buffer
		err := serve(t.Context(), defaults(t, c.dir, c.args...), &out, zap.NewNop())
		if err == nil || out.Len() != 0 {
			t.Errorf("%v: started, or said %q", c.args, out.String())
			continue
		}
		for _, word := range c.words {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%v: does not say %q: %v", c.args, word, err)
			}
		}
	}
}

func TestReachable(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:80": "127.0.0.1:80", "0.0.0.0:80": "127.0.0.1:80", "[::]:80": "127.0.0.1:80", "[::1]:80": "[::1]:80",
	} {
		a, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := reachable(a); got != want {
			t.Errorf("%s is reachable at %s, want %s", addr, got, want)
		}
	}
}

// TestTools drives a running server with the commands that need one.
func TestTools(t *testing.T) {
	dir := t.TempDir()
	s := start(t, defaults(t, dir, "--organizer-token", testOrganizer, "--secret", testKey), zap.NewNop())
	remote := []string{"--server", s.url, "--organizer-token", testOrganizer}
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	file := write(t, "fair.yaml", fairHunt)
	odd := write(t, "odd.yaml", strings.Replace(fairHunt, "title: One", "titel: One", 1))
	for _, c := range []struct {
		args []string
		code int
		word string
	}{
		{[]string{"hunt", "lint", file}, 0, "maximum score 87"},
		{[]string{"hunt", "lint", odd, file}, 1, odd + ":5:"},
		{[]string{"hunt", "lint", "nowhere.yaml"}, 1, "nowhere.yaml"},
		{append([]string{"hunt", "plan", file}, remote...), 0, "would become revision 1"},
		{append([]string{"hunt", "export", "fair"}, remote...), 1, "unknown_hunt"},
		{append([]string{"hunt", "apply", file}, remote...), 0, "is revision 1 now"},
		{append([]string{"hunt", "apply", file}, remote...), 0, "nothing changes"},
		{append([]string{"hunt", "apply", odd}, remote...), 1, "titel"},
		{append([]string{"hunt", "export", "fair"}, remote...), 0, fairHunt},
		{[]string{"hunt", "export", "fair", "--server", s.url, "--organizer-token", "wrong-wrong-wrong-wrong"}, 1, "unauthorized"},
		{[]string{"hunt", "export", "fair", "--server", "ftp://x", "--organizer-token", "x"}, 2, "--server"},
		{[]string{"hunt", "export", "fair", "--server", "http://127.0.0.1:1", "--organizer-token", "x"}, 1, "running"},
		{[]string{"audit", "--store", "bolt:" + dir}, 1, "another veltrix"},
		{[]string{"audit", "--store", "bolt:" + filepath.Join(dir, "nowhere")}, 1, "no store"},
		{[]string{"doctor", "--store", "bolt:" + dir, "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"}, 1, "another veltrix"},
	} {
		if r := veltrix(t, nil, c.args...); r.code != c.code || !strings.Contains(r.out+r.errors, c.word) {
			t.Errorf("%v: code %d, no word %q in\n%s%s", c.args, r.code, c.word, r.out, r.errors)
		}
	}
	r := veltrix(t, []string{"VELTRIX_SECRET=" + testKey}, "token", "mint", "--player", "ada", "--name", "Ada")
	if id, name, err := auth.NewTokens(testKey, nil, time.Now).Player(strings.TrimSpace(r.out)); err != nil || id != "ada" || name != "Ada" {
		t.Errorf("minted %q for %q %q: %v", r.out, id, name, err)
	}
	http.DefaultClient.CloseIdleConnections()
	s.end()
	for _, c := range []struct {
		args []string
		word string
	}{
		{[]string{"audit", "--store", "bolt:" + dir}, "2 hunts: every total"},
		{[]string{"audit", "fair", "--store", "bolt:" + dir}, "1 hunts: every total"},
		{[]string{"token", "mint", "--player", "ada", "--name", "Ada", "--store", "bolt:" + dir}, "ey"},
		{[]string{"doctor", "--store", "bolt:" + dir, "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"}, "can commit, acknowledged when on disk"},
	} {
		if r := veltrix(t, nil, c.args...); r.code != 0 || !strings.Contains(r.out, c.word) {
			t.Errorf("%v: code %d, no word %q in\n%s%s", c.args, r.code, c.word, r.out, r.errors)
		}
	}
	if r := veltrix(t, nil, "audit", "nowhere", "--store", "bolt:"+dir); r.code != 1 || !strings.Contains(r.errors, "no hunt nowhere") {
		t.Errorf("audit of nothing: %+v", r)
	}
}

// TestStopFinishesWhatWasAccepted: commands that were taken before the stop
// are answered, and what was answered is in the store.
func TestStopFinishesWhatWasAccepted(t *testing.T) {
	dir := t.TempDir()
	set := defaults(t, dir, "--organizer-token", testOrganizer)
	n, err := newNode(t.Context(), set, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	public, err := machine.Listen(ctx, "addr", set.Addr)
	if err != nil {
		t.Fatal(err)
	}
	ops, err := machine.Listen(ctx, "ops-addr", set.OpsAddr)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- n.run(ctx, public, ops, io.Discard) }()
	const commands = 200
	answers := make(chan game.Reply, commands)
	accepted := 0
	for i := range commands {
		r := &actor.Request{
			Command: game.Command{Type: game.CmdAnnounce, ID: fmt.Sprint("id-", i), Text: "x", By: "organizer"},
			Done:    func(_ *actor.View, r game.Reply) { answers <- r },
		}
		if n.hunts.Post("lantern-walk", r) == "" {
			accepted++
		}
		if i == commands/2 {
			stop()
		}
	}
	if err := <-ended; err != nil {
		t.Errorf("run ended with %v", err)
	}
	if len(answers) != accepted {
		t.Fatalf("%d of %d accepted commands were answered", len(answers), accepted)
	}
	done := 0
	for range accepted {
		if (<-answers).Outcome == game.OutDone {
			done++
		}
	}
	entries, err := n.store.Ledger(t.Context(), "lantern-walk", 0, 10*commands)
	if err != nil {
		t.Fatal(err)
	}
	kept := 0
	for _, e := range entries {
		if e.Type == game.Announced {
			kept++
		}
	}
	if kept != done {
		t.Errorf("%d announcements were acknowledged, %d are in the ledger", done, kept)
	}
	if code := n.hunts.Post("lantern-walk", &actor.Request{}); code != game.CodeUnavailable {
		t.Errorf("after the stop a command is %q", code)
	}
	if err := n.store.Close(); err != nil {
		t.Error(err)
	}
}
