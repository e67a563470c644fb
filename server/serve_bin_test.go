package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"veltrix/game"
	"veltrix/game/bolt"
	"veltrix/game/hunt/huntfile"
)

// TestNodesEmptyTheBin: a node that starts removes what lay in the bin for 31 days,
// says so, and leaves what can still be restored.
func TestNodesEmptyTheBin(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	for id, ago := range map[string]time.Duration{"old": 32 * 24 * time.Hour, "fresh": 29 * 24 * time.Hour, "played": 0} {
		at := time.Now().Add(-ago).UnixMilli()
		store, err := bolt.Open(dir, bolt.Options{Clock: func() int64 { return at }}, zap.NewNop())
		if err != nil {
			t.Fatal(err)
		}
		d, findings := huntfile.Parse([]byte(strings.Replace(fairHunt, "hunt: fair", "hunt: "+id, 1)))
		if d == nil {
			t.Fatal(findings)
		}
		res, err := store.Commit(t.Context(), id, nil, game.Head{}, []game.Command{{Type: game.CmdDefine, Definition: d}})
		if err != nil {
			t.Fatal(err)
		}
		d.Rev = res.Rev
		if ago != 0 {
			_, err = store.Commit(t.Context(), id, d, game.Head{}, []game.Command{{Type: game.CmdDelete, ID: "bin", By: "organizer"}})
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	core, logged := observer.New(zap.InfoLevel)
	s := start(t, defaults(t, dir), zap.New(core))
	deadline := time.Now().Add(time.Minute)
	for logged.FilterMessage("hunt purged").Len() == 0 && time.Now().Before(deadline) {
		s.get(s.url+"api/v1/bin", s.organizer)
	}
	if all := logged.FilterMessage("hunt purged").All(); len(all) != 1 || all[0].ContextMap()["hunt"] != "old" {
		t.Errorf("purged: %+v", all)
	}
	if status, body := s.get(s.url+"api/v1/bin", s.organizer); status != 200 || strings.Contains(body, `"old"`) || !strings.Contains(body, `"fresh"`) {
		t.Errorf("the bin: %d %s", status, body)
	}
	if status, _ := s.get(s.url+"api/v1/hunts/played", ""); status != 200 {
		t.Errorf("the hunt that is played: %d", status)
	}
	s.end()
	store, err := bolt.Open(dir, bolt.Options{}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	if ids, err := store.Hunts(t.Context()); err != nil || strings.Join(ids, " ") != "fresh played" {
		t.Errorf("left are %v, %v", ids, err)
	}
}
