package redis_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/game/redis"
	"veltrix/testkit/redistest"
)

// mute is a Publisher that publishes to no one.
type mute struct{ actor.Publisher }

func (mute) Entry(*actor.View, *game.Entry, []game.Entry, any) {}
func (mute) FanOut() time.Duration                             { return 0 }
func (mute) Audience(string) int                               { return 0 }
func (mute) Reset(*actor.View)                                 {}
func (mute) Forget(string)                                     {}

// BenchmarkRush has 1,000 players without sessions in one hunt, each of whom
// claims again as soon as it is answered: with the next batch under way to the
// store, and one batch at a time. Hunt and Redis have a processor each where
// there are two.
func BenchmarkRush(b *testing.B) {
	server := redistest.Start(b, "--appendfsync", "always")
	for _, ahead := range []bool{true, false} {
		b.Run(fmt.Sprintf("ahead=%t", ahead), func(b *testing.B) {
			claims, took := 0, time.Duration(0)
			for b.Loop() {
				n, d := rush(b, server.UnixURL(), ahead)
				claims += n
				took += d
			}
			b.ReportMetric(float64(claims)/took.Seconds(), "claims/s")
		})
	}
}

// rush measures how long so many claims took.
func rush(b *testing.B, url string, ahead bool) (n int, took time.Duration) {
	const players, challenges = 1000, 20
	s := openAt(b, redis.Options{URL: url, Prefix: freshPrefix()})
	w := newBenchWorld(b, s, "hunt", false)
	w.group = 50
	for w.n < players*challenges { // joins all players; these claims are not sent
		w.batch(b, w.group*challenges)
	}
	var store game.Store = s
	if !ahead {
		store = struct{ game.Store }{s} // is not a game.Pipeliner
	}
	hunts := actor.NewHunts(store, new(actor.Clock), mute{}, actor.DefaultOptions(), actor.NewMetrics(prometheus.NewRegistry()), zaptest.NewLogger(b, zaptest.Level(zap.ErrorLevel)))
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error)
	go func() { ended <- hunts.Run(ctx, ctx) }()
	var answers [challenges]string
	for i := range answers {
		answers[i] = fmt.Sprint("a", i)
	}
	type answer struct {
		player  int
		outcome game.Outcome
	}
	answered := make(chan answer, players)
	post := func(player, challenge int) {
		p := uuid(1, player)
		if code := hunts.Post("hunt", &actor.Request{
			Command: game.Command{
				Type: game.CmdClaim, ID: uuid(2, challenge*players+player), Entrant: p, Player: p,
				Challenge: fmt.Sprintf("lantern-%02d", challenge),
			},
			Proof: &hunt.Proof{Text: &answers[challenge]},
			Done:  func(_ *actor.View, r game.Reply) { answered <- answer{player, r.Outcome} },
		}); code != "" {
			b.Fatal(code)
		}
	}
	var next [players]int
	begun := time.Now()
	for i := range players {
		post(i, 0)
	}
	for ; n < players*challenges; n++ {
		a := <-answered
		if a.outcome != game.OutAwarded {
			b.Fatal(a.outcome)
		}
		if next[a.player]++; next[a.player] < challenges {
			post(a.player, next[a.player])
		}
	}
	took = time.Since(begun)
	cancel()
	if err := <-ended; err != nil && ctx.Err() == nil {
		b.Fatal(err)
	}
	return n, took
}
