package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

func TestHTTP(t *testing.T) {
	t.Parallel()
	s := serve(t, stores[0].open(t), "--hunt", huntFile(t, plainHunt), "--player-rate", "1")
	t.Run("hunts", s.in(httpHunts))
	t.Run("board", s.in(httpBoard))
	t.Run("authentication", s.in(httpAuth))
	t.Run("problems", s.in(httpProblems))
	t.Run("lint", s.in(httpLint))
	t.Run("health and operations", s.in(httpOperations))
	t.Run("page", s.in(httpPage))
	t.Run("ledger", s.in(httpLedger))
	t.Run("rate of new players", s.in(httpRate))
}

func httpHunts(t *testing.T, s *server) {
	list := s.call("GET", "/api/v1/hunts", "", nil)
	one := s.call("GET", "/api/v1/hunts/plain", "", nil)
	for _, a := range []answer{list, one} {
		if a.status != http.StatusOK || !strings.Contains(string(a.body), `"plain"`) || !strings.Contains(string(a.body), `"open"`) {
			t.Errorf("%d %s", a.status, a.body)
		}
		if strings.Contains(string(a.body), "yes-it-is") {
			t.Errorf("an answer is public: %s", a.body)
		}
	}
	s.call("GET", "/api/v1/hunts/nowhere", "", nil).problem(t, http.StatusNotFound)
}

func httpBoard(t *testing.T, s *server) {
	const path = "/api/v1/hunts/plain/board"
	a := s.call("GET", path, "", nil)
	etag := a.header.Get("ETag")
	if a.status != http.StatusOK || etag == "" {
		t.Fatalf("%d, ETag %q", a.status, etag)
	}
	if again := s.call("GET", path, "", nil, "If-None-Match", etag); again.status != http.StatusNotModified || len(again.body) != 0 {
		t.Errorf("the same board again: %d %s", again.status, again.body)
	}
	for i := range 3 {
		_, token := s.player(fmt.Sprintf("Row %d", i))
		s.join(token, "plain")
	}
	s.eventually("the board changed", func() bool {
		return s.call("GET", path, "", nil, "If-None-Match", etag).status == http.StatusOK
	})
	var page struct {
		Entrants, Offset int
		Rows             []struct{ Rank int }
	}
	s.eventually("everyone is on the board", func() bool {
		s.call("GET", path+"?offset=1&limit=1", "", nil).json(t, &page)
		return page.Entrants == 3
	})
	if page.Offset != 1 || len(page.Rows) != 1 || page.Rows[0].Rank != 2 {
		t.Errorf("a page of the board: %+v", page)
	}
	for _, query := range []string{"offset=-1", "limit=x", "limit=-5"} {
		s.call("GET", path+"?"+query, "", nil).problem(t, http.StatusBadRequest)
	}
}

func httpAuth(t *testing.T, s *server) {
	_, token := s.player("Plain")
	for _, r := range []struct {
		method, path string
		body         any
	}{
		{"PUT", "/api/v1/hunts/plain", plainHunt},
		{"GET", "/api/v1/hunts/plain/definition", nil},
		{"POST", "/api/v1/hunts/plain/phase", obj{"id": uuid.NewString(), "phase": "paused"}},
		{"POST", "/api/v1/hunts/plain/adjustments", obj{}},
		{"POST", "/api/v1/hunts/plain/revocations", obj{}},
		{"POST", "/api/v1/hunts/plain/grants", obj{}},
		{"POST", "/api/v1/hunts/plain/announcements", obj{}},
		{"POST", "/api/v1/hunts/plain/bans", obj{}},
		{"POST", "/api/v1/hunts/plain/names", obj{}},
		{"POST", "/api/v1/hunts/plain/visibility", obj{}},
		{"POST", "/api/v1/hunts/plain/extensions", obj{}},
		{"POST", "/api/v1/hunts/plain/divisions", obj{}},
		{"POST", "/api/v1/hunts/plain/moves", obj{}},
		{"POST", "/api/v1/hunts/plain/skips", obj{}},
		{"DELETE", "/api/v1/hunts/plain?confirm=plain", nil},
		{"GET", "/api/v1/bin", nil},
		{"POST", "/api/v1/bin/plain/restore", obj{}},
		{"GET", "/api/v1/hunts/plain/reviews", nil},
		{"POST", "/api/v1/hunts/plain/reviews/" + uuid.NewString(), obj{}},
		{"POST", "/api/v1/hunts/plain/events", []obj{}},
		{"GET", "/api/v1/hunts/plain/ledger", nil},
		{"GET", "/api/v1/hunts/plain/results.csv", nil},
	} {
		t.Run(r.method+" "+r.path, s.in(func(t *testing.T, s *server) {
			none := s.call(r.method, r.path, "", r.body)
			none.problem(t, http.StatusUnauthorized)
			if none.header.Get("WWW-Authenticate") == "" {
				t.Error("401 without WWW-Authenticate")
			}
			s.call(r.method, r.path, "not-the-organizer-token", r.body).problem(t, http.StatusUnauthorized)
			if a := s.call(r.method, r.path, token, r.body); a.status != http.StatusForbidden && a.status != http.StatusUnauthorized {
				t.Errorf("a player's token: %d", a.status)
			}
		}))
	}
}

func httpProblems(t *testing.T, s *server) {
	s.call("GET", "/api/v1/nothing", "", nil).problem(t, http.StatusNotFound)
	if a := s.call("DELETE", "/api/v1/hunts/plain/board", organizer, nil); a.status != http.StatusMethodNotAllowed || a.header.Get("Allow") == "" {
		t.Errorf("DELETE: %d %s", a.status, a.body)
	}
	s.call("PUT", "/api/v1/hunts/other", organizer, plainHunt).problem(t, http.StatusUnprocessableEntity)
	s.call("POST", "/api/v1/hunts/nowhere/phase", organizer, obj{"id": uuid.NewString(), "phase": "open"}).problem(t, http.StatusNotFound)
	s.call("POST", "/api/v1/hunts/plain/phase", organizer, `{"id":`, "Content-Type", "application/json").problem(t, http.StatusBadRequest)
	big := s.call("PUT", "/api/v1/hunts/plain", organizer, plainHunt+"# "+strings.Repeat("x", 2<<20))
	big.problem(t, http.StatusRequestEntityTooLarge)
}

func httpLint(t *testing.T, s *server) {
	broken := strings.Replace(plainHunt, "title: Number", "titel: Number", 1)
	broken = strings.Replace(broken, "title: Choice, points: 1", "title: Choice, points: -1", 1)
	p := s.call("PUT", "/api/v1/hunts/plain", organizer, broken).problem(t, http.StatusUnprocessableEntity)
	findings, ok := p["findings"].([]any)
	if !ok || len(findings) < 2 {
		t.Fatalf("findings: %v", p)
	}
	text := fmt.Sprint(findings...)
	if !strings.Contains(text, "titel") || !strings.Contains(text, "title") {
		t.Errorf("no suggestion for titel: %s", text)
	}
	lines := map[float64]bool{}
	for _, f := range findings {
		at, ok := f.(obj)
		if !ok || at["column"] == nil {
			t.Fatalf("finding %v", f)
		}
		line, _ := at["line"].(float64)
		lines[line] = true
	}
	if !lines[6] || !lines[7] { // the text begins with an empty line
		t.Errorf("findings at lines %v, want 6 and 7: %s", lines, text)
	}
	for _, file := range []string{"", "- 1", "hunt: [", "\x00", "a: &a [*a]", strings.Repeat("[", 50_000)} {
		if a := s.call("PUT", "/api/v1/hunts/plain", organizer, file); a.status != 422 && a.status != 400 {
			t.Errorf("%.20q: %d %s", file, a.status, a.body)
		}
	}
}

func httpOperations(t *testing.T, s *server) {
	if a := s.call("GET", "/healthz", "", nil); a.status != http.StatusOK {
		t.Errorf("healthz: %d", a.status)
	}
	play := s.URL
	if a := s.call("GET", "/metrics", "", nil); a.status == http.StatusOK && strings.Contains(string(a.body), "# HELP") {
		t.Error("metrics are on the public address")
	}
	s.URL = s.Ops
	defer func() { s.URL = play }()
	if a := s.call("GET", "/metrics", "", nil); a.status != http.StatusOK || !strings.Contains(string(a.body), "veltrix_") {
		t.Errorf("metrics: %d", a.status)
	}
	if a := s.call("GET", "/debug/pprof/cmdline", "", nil); a.status != http.StatusOK {
		t.Errorf("pprof: %d", a.status)
	}
}

func httpPage(t *testing.T, s *server) {
	a := s.call("GET", "/", "", nil)
	if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
		t.Errorf("page: %d %s", a.status, a.header.Get("Content-Type"))
	}
	if a.header.Get("Content-Security-Policy") == "" || a.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("page without protection: %v", a.header)
	}
}

func httpLedger(t *testing.T, s *server) {
	all := s.ledger("plain")
	a := s.call("GET", "/api/v1/hunts/plain/ledger?after=1&limit=2", organizer, nil)
	if a.status != http.StatusOK || !strings.Contains(a.header.Get("Content-Type"), "ndjson") {
		t.Errorf("ledger: %d %s", a.status, a.header.Get("Content-Type"))
	}
	lines := strings.Split(strings.TrimSpace(string(a.body)), "\n")
	if len(all) < 3 || len(lines) != 2 || !strings.Contains(lines[0], `"seq":2,`) {
		t.Errorf("%d entries, of these: %s", len(all), a.body)
	}
	if strings.Contains(string(a.body), "yes-it-is") {
		t.Errorf("the ledger tells answers: %s", a.body)
	}
}

// httpRate: one address cannot make any number of players at once.
func httpRate(t *testing.T, s *server) {
	for i := range 100 {
		a := s.call("POST", "/api/v1/players", "", obj{"name": fmt.Sprintf("Many %d", i)})
		if a.status == http.StatusTooManyRequests {
			a.problem(t, http.StatusTooManyRequests)
			if a.header.Get("Retry-After") == "" {
				t.Error("429 without Retry-After")
			}
			return
		}
	}
	t.Error("100 players at once were no problem at one a second")
}
