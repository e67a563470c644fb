package actor

import (
	"maps"
	"testing"
	"time"

	"veltrix/game"
)

func TestCountsOfClaims(t *testing.T) {
	c := newCounter()
	start := time.Unix(1_800_000_000, 0)
	if got := c.sum(start); got.PerSecond != 0 || got.P50 != 0 || got.P99 != 0 || len(got.Outcomes) != 0 {
		t.Errorf("nothing yet: %+v", got)
	}
	say := func(after time.Duration, challenge string, r game.Reply, took time.Duration) {
		now := start.Add(after)
		c.claim(challenge, &r, now.Add(-took), now)
	}
	for i := range 100 { // ten a second for ten seconds, each slower than the one before
		say(time.Duration(i)*100*time.Millisecond, "a", game.Reply{Outcome: game.OutWrong}, time.Duration(i+1)*time.Millisecond)
	}
	say(0, "a", game.Reply{Outcome: game.OutWrong, Replay: true}, time.Millisecond)
	say(0, "b", game.Reply{Outcome: game.OutAwarded}, time.Millisecond)
	say(0, "b", game.Reply{Outcome: game.OutRefused, Code: game.CodeNotJoined}, time.Millisecond)

	got := c.sum(start.Add(10 * time.Second))
	if want := map[game.Outcome]int64{game.OutWrong: 100, game.OutAwarded: 1, game.OutRefused: 1}; !maps.Equal(got.Outcomes, want) {
		t.Errorf("outcomes %v, want %v", got.Outcomes, want)
	}
	if want := map[string]int64{"a": 100}; !maps.Equal(got.Wrong, want) {
		t.Errorf("wrong %v, want %v", got.Wrong, want)
	}
	if got.PerSecond != 10.3 {
		t.Errorf("%v claims a second", got.PerSecond)
	}
	if got.P50 != 49*time.Millisecond || got.P99 != 98*time.Millisecond { // the 51st and the 101st of 103
		t.Errorf("p50 %s, p99 %s", got.P50, got.P99)
	}
	if got := c.sum(start.Add(15 * time.Second)); got.PerSecond != 5 {
		t.Errorf("five seconds later %v claims a second", got.PerSecond)
	}
	if got := c.sum(start.Add(2 * time.Minute)); got.PerSecond != 0 || got.P99 != 0 || got.Outcomes[game.OutWrong] != 100 {
		t.Errorf("two minutes later: %+v", got)
	}
	for range 5 * maxDelays {
		say(time.Hour, "a", game.Reply{Outcome: game.OutAlready}, time.Second)
	}
	if got := c.sum(start.Add(time.Hour)); len(c.delays) != maxDelays || got.P50 != time.Second {
		t.Errorf("%d delays are kept, p50 %s", len(c.delays), got.P50)
	}
	// What was handed out is the reader's own.
	got.Outcomes[game.OutWrong], got.Wrong["a"] = 0, 0
	if now := c.sum(start); now.Outcomes[game.OutWrong] != 100 || now.Wrong["a"] != 100 {
		t.Errorf("changed from outside: %+v", now)
	}
}

// BenchmarkCountClaim is what counting adds to a claim on the hunt's goroutine;
// the clock is read once a batch.
func BenchmarkCountClaim(b *testing.B) {
	c := newCounter()
	now, wrong := time.Now(), &game.Reply{Outcome: game.OutWrong}
	b.ReportAllocs()
	for b.Loop() {
		c.claim("lantern", wrong, now, now)
	}
}
