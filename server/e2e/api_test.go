package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"veltrix/testkit/check"
	"veltrix/testkit/player"
)

type obj = map[string]any

// answer is an HTTP response that was read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// json decodes the body into v.
func (a answer) json(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
}

// call sends a request. A string body goes as it is, any other as JSON; header
// is pairs of name and value.
func (s *server) call(method, path, token string, body any, header ...string) answer {
	s.t.Helper()
	var reader io.Reader = http.NoBody
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
		header = append([]string{"Content-Type", "application/yaml"}, header...)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			s.t.Fatal(err)
		}
		reader = bytes.NewReader(raw)
		header = append([]string{"Content-Type", "application/json"}, header...)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, reader)
	if err != nil {
		s.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := s.client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, raw}
}

// organize sends an organizer's request for a hunt and demands success.
func (s *server) organize(hunt, what string, body any) answer {
	s.t.Helper()
	a := s.call(http.MethodPost, "/api/v1/hunts/"+hunt+"/"+what, organizer, body)
	if a.status < 200 || a.status > 299 {
		s.t.Fatalf("POST %s %v: %d %s", what, body, a.status, a.body)
	}
	return a
}

// define applies a hunt file and demands success.
func (s *server) define(hunt, file string) answer {
	s.t.Helper()
	a := s.call(http.MethodPut, "/api/v1/hunts/"+hunt, organizer, file)
	if a.status < 200 || a.status > 299 {
		s.t.Fatalf("PUT %s: %d %s", hunt, a.status, a.body)
	}
	return a
}

// phase moves a hunt.
func (s *server) phase(hunt, phase string) {
	s.t.Helper()
	s.organize(hunt, "phase", obj{"id": uuid.NewString(), "phase": phase})
}

// problem demands a problem document with this status.
func (a answer) problem(t *testing.T, status int) obj {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	if typ := a.header.Get("Content-Type"); !strings.HasPrefix(typ, "application/problem+json") {
		t.Errorf("a problem of type %q", typ)
	}
	var p obj
	a.json(t, &p)
	if p["status"] != float64(status) || p["title"] == nil && p["detail"] == nil {
		t.Errorf("problem document %s", a.body)
	}
	return p
}

// player makes a player over the API.
func (s *server) player(name string) (id, token string) {
	s.t.Helper()
	a := s.call(http.MethodPost, "/api/v1/players", "", obj{"name": name})
	if a.status != http.StatusCreated {
		s.t.Fatalf("POST players: %d %s", a.status, a.body)
	}
	var made struct{ Player, Name, Token string }
	a.json(s.t, &made)
	if made.Player == "" || made.Token == "" || made.Name != name {
		s.t.Fatalf("POST players: %s", a.body)
	}
	return made.Player, made.Token
}

// mint signs a player's token as an operator's own backend may.
func mint(t *testing.T, id, name string, expires time.Time) string {
	t.Helper()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"sub": id, "name": name, "exp": expires.Unix(),
	}).SignedString([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// source reads ledger and board of the server.
func (s *server) source() *check.Server {
	return &check.Server{URL: s.URL, Organizer: organizer, Client: s.client}
}

// ledger reads a hunt's ledger.
func (s *server) ledger(hunt string) []check.Entry {
	s.t.Helper()
	ledger, err := s.source().Ledger(s.t.Context(), hunt)
	if err != nil {
		s.t.Fatal(err)
	}
	return ledger
}

// verify compares a history with ledger and board of a hunt that rests.
func (s *server) verify(hunt string, history *player.History) []check.Entry {
	s.t.Helper()
	ledger := s.ledger(hunt)
	board, err := s.source().Board(s.t.Context(), hunt)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, problem := range check.Verify(history.Claims(), ledger, board) {
		s.t.Error(problem)
	}
	return ledger
}
