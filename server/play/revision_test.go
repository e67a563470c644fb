package play

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/storetest"
)

// TestEveryRevisionIsPushed: of twenty files at once each session is pushed each
// revision, in order and as it was, on the node that took them. Another node's
// sessions get each revision, too.
func TestEveryRevisionIsPushed(t *testing.T) {
	const files = 20
	store := storetest.NewReference(wall)
	tb, other := newTableOn(t, store), newTableOn(t, store)
	tb.organize("h", game.Command{Type: game.CmdDefine, Definition: parseHunt(t, manyChallenges(1))})
	tb.organize("h", game.Command{Type: game.CmdPhase, ID: "0a1b6f9e-3a55-4f0e-8a43-0d5f4f2f9d01", Phase: game.Open, By: "organizer"})
	near, far := tb.connect("ada"), other.connect("ben")
	for _, s := range []*socket{near, far} {
		s.write(`{"type":"join","id":"j","hunt":"h"}`)
		if j := s.read("joined"); j["rev"] != 1.0 {
			t.Fatalf("joined: %v", j)
		}
	}
	var mu sync.Mutex
	var sent sync.WaitGroup
	titles := map[float64]string{}
	held := make(chan struct{})
	if code := tb.hunts.Post("h", actor.Viewing(func(*actor.View, error) { <-held })); code != "" {
		t.Fatal(code)
	}
	for i := range files {
		title := fmt.Sprint("Title ", i)
		d := parseHunt(t, strings.Replace(manyChallenges(1), "A hunt", title, 1))
		sent.Add(1)
		code := tb.hunts.Post("h", &actor.Request{
			Command: game.Command{Type: game.CmdDefine, Definition: d},
			Done: func(_ *actor.View, r game.Reply) {
				mu.Lock()
				titles[float64(r.Rev)] = title
				mu.Unlock()
				sent.Done()
			},
		})
		if code != "" {
			t.Fatal(code)
		}
		if i == files/2 { // its answer stands between two of them
			near.write(`{"type":"join","id":"k","hunt":"h"}`)
		}
	}
	close(held)
	sent.Wait()
	for name, s := range map[string]*socket{"near": near, "far": far} {
		for rev := 2.0; rev <= files+1; rev++ {
			m := s.read("definition", "joined")
			for m["type"] == "joined" {
				if m["rev"] != rev-1 {
					t.Errorf("%s: joined at revision %v, the last one pushed was %v", name, m["rev"], rev-1)
				}
				m = s.read("definition", "joined")
			}
			if m["rev"] != rev {
				t.Fatalf("%s: revision %v was pushed, want %v", name, m["rev"], rev)
			}
			mu.Lock()
			want := titles[rev]
			mu.Unlock()
			if got := m["definition"].(map[string]any)["title"]; name == "near" && got != want {
				t.Errorf("revision %v is pushed as %q, it was %q", rev, got, want)
			}
		}
	}
}
