package redis_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
	"veltrix/game/redis"
	"veltrix/testkit/redistest"
)

const townFile = `hunt: town
title: Town
mode: solo
challenges:
  - {id: gate, title: Gate, points: 100, bonus: [50], proof: {text: a}}
  - {id: photo, title: Photo, points: 10, proof: {review: {prompt: Show it}}}
  - {id: steps, title: Steps, points: 10, proof: {event: {type: step, count: 3}}}
badges:
  - {id: first, title: First, points: 5, when: {firsts: 1}}
`

func parse(t testing.TB, text string) *hunt.Definition {
	t.Helper()
	d, findings := huntfile.Parse([]byte(text))
	if d == nil {
		t.Fatal(findings)
	}
	return d
}

// town is a store with an open hunt in which ada has joined.
type town struct {
	testing.TB
	*redis.Store
	prefix string
	def    *hunt.Definition
	ids    int
}

func newTown(t testing.TB, s *redis.Store, prefix string) *town {
	t.Helper()
	w := &town{TB: t, Store: s, prefix: prefix}
	w.ok(game.Command{Type: game.CmdDefine, Definition: parse(t, townFile), By: "olga"})
	sum, err := s.Load(t.Context(), "town")
	if err != nil {
		t.Fatal(err)
	}
	w.def = sum.Definition
	w.ok(game.Command{Type: game.CmdPhase, ID: w.id(), Phase: game.Open, By: "olga"})
	w.ok(w.join("ada"))
	return w
}

func (w *town) id() string {
	w.ids++
	return uuid(7, w.ids)
}

func (w *town) join(p string) game.Command {
	return game.Command{Type: game.CmdJoin, Entrant: p, Player: p, Name: "Name of " + p, Found: true, Admitted: true}
}

func (w *town) claim(p, challenge string) game.Command {
	return game.Command{Type: game.CmdClaim, ID: w.id(), Entrant: p, Player: p, Challenge: challenge, Right: true, Digest: "d"}
}

func (w *town) try(cmd game.Command) (game.Result, error) {
	cmd.Rev = 1
	return w.Commit(w.Context(), "town", w.def, game.Head{}, []game.Command{cmd})
}

func (w *town) ok(cmd game.Command) game.Reply {
	w.Helper()
	res, err := w.try(cmd)
	if err != nil {
		w.Fatal(err)
	}
	switch r := res.Replies[0]; r.Outcome {
	case game.OutDone, game.OutAwarded, game.OutPending, game.OutWrong:
		return r
	default:
		w.Fatalf("%s: %+v", cmd.Type, r)
		return r
	}
}

func TestKeys(t *testing.T) {
	prefix := freshPrefix()
	now := int64(1_700_000_000_000)
	w := newTown(t, openPrefix(t, prefix, func() int64 { return now }), prefix)
	ctx := t.Context()
	rdb := direct(t, redistest.Shared(t))
	claim := w.claim("ada", "gate")
	w.ok(claim)
	review := w.claim("ada", "photo")
	review.Right, review.Pending = false, true
	w.ok(review)
	w.ok(game.Command{Type: game.CmdEvent, ID: "e-1", Entrant: "ada", Player: "ada", Challenge: "steps"})
	w.ok(game.Command{Type: game.CmdPhase, ID: w.id(), Freeze: game.FreezeOn, By: "olga"})
	w.ok(game.Command{Type: game.CmdAdjust, ID: w.id(), Entrant: "ada", Points: -7, By: "olga"})

	types := map[string]string{}
	keys, err := rdb.Keys(ctx, prefix+":*").Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		if types[key], err = rdb.Type(ctx, key).Result(); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{prefix + ":hunts": "set"}
	for name, kind := range map[string]string{
		"meta": "hash", "def": "hash", "ledger": "stream", "board": "zset", "tally": "hash", "e:ada": "hash", "t:ada": "hash",
		"v:ada:steps": "hash", "who": "hash", "players": "hash", "cmds": "hash", "waiting": "hash", "frozen": "hash",
		"frozen_tally": "hash",
	} {
		want[prefix+":{town}:"+name] = kind
	}
	if !maps.Equal(types, want) {
		t.Fatalf("keys\n%v\nwant\n%v", types, want)
	}
	base := prefix + ":{town}:"
	if score := rdb.ZScore(ctx, base+"board", "ada").Val(); score != 148*(1<<31)+(1<<31-1-4) {
		t.Errorf("score %.0f", score)
	}
	stream := rdb.XRange(ctx, base+"ledger", "-", "+").Val()
	for i, m := range stream {
		if m.ID != fmt.Sprintf("1700000000000-%d", i+1) || len(m.Values) != 1 {
			t.Errorf("%+v", m)
		}
	}
	if len(stream) != 8 {
		t.Errorf("%d entries", len(stream))
	}
	if got := rdb.HMGet(ctx, base+"meta", "epoch", "seq", "at").Val(); !slices.Equal(got, []any{"1700000000000", "8", "1700000000000"}) {
		t.Errorf("meta %v", got)
	}
	if got := rdb.HGet(ctx, base+"def", "1").Val(); got != townFile {
		t.Errorf("source %q", got)
	}
	if enc := rdb.ObjectEncoding(ctx, base+"e:ada").Val(); enc != "listpack" {
		t.Errorf("an entrant is kept as %s", enc)
	}
	fields := rdb.HKeys(ctx, base+"e:ada").Val()
	slices.Sort(fields)
	if !slices.Equal(fields, []string{"a:gate", "b:first", "g:gate", "s"}) {
		t.Errorf("fields %q", fields)
	}
	if got := rdb.HGet(ctx, base+"players", "ada").Val(); got != "" {
		t.Errorf("a solo player's entrant takes room: %q", got)
	}

	w.ok(game.Command{Type: game.CmdEvent, ID: "e-2", Entrant: "ada", Player: "ada", Challenge: "steps"})
	w.ok(game.Command{Type: game.CmdEvent, ID: "e-3", Entrant: "ada", Player: "ada", Challenge: "steps"})
	w.ok(game.Command{Type: game.CmdPhase, ID: w.id(), Freeze: game.FreezeOff, By: "olga"})
	w.ok(game.Command{Type: game.CmdReview, ID: review.ID, Entrant: "ada", Challenge: "photo", Approve: true, By: "olga"})
	for _, gone := range []string{"v:ada:steps", "frozen", "frozen_tally", "waiting"} {
		if rdb.Exists(ctx, base+gone).Val() != 0 {
			t.Errorf("%s is still there", gone)
		}
	}
}

func TestAnUnlistedHuntIsListedWhenItIsLoaded(t *testing.T) {
	prefix := freshPrefix()
	newTown(t, openPrefix(t, prefix, nil), prefix)
	if err := direct(t, redistest.Shared(t)).Del(t.Context(), prefix+":hunts").Err(); err != nil {
		t.Fatal(err)
	}
	other := openPrefix(t, prefix, nil)
	if list, err := other.Hunts(t.Context()); err != nil || len(list) != 0 {
		t.Fatalf("%q, %v", list, err)
	}
	if _, err := other.Load(t.Context(), "town"); err != nil {
		t.Fatal(err)
	}
	if list, err := other.Hunts(t.Context()); err != nil || !slices.Equal(list, []string{"town"}) {
		t.Fatalf("%q, %v", list, err)
	}
}

// TestNothingIsWrittenWhenTheScriptFails: a key of another type makes a batch
// fail while it is decided, after its first commands.
func TestNothingIsWrittenWhenTheScriptFails(t *testing.T) {
	prefix := freshPrefix()
	w := newTown(t, openPrefix(t, prefix, nil), prefix)
	rdb := direct(t, redistest.Shared(t))
	if err := rdb.Set(t.Context(), prefix+":{town}:e:bob", "not a hash", 0).Err(); err != nil {
		t.Fatal(err)
	}
	good, bad := w.claim("ada", "gate"), w.claim("bob", "gate")
	good.Rev, bad.Rev = 1, 1
	_, err := w.Commit(t.Context(), "town", w.def, game.Head{}, []game.Command{good, bad})
	if err == nil || errors.Is(err, game.ErrUnavailable) {
		t.Fatalf("error %v", err)
	}
	if sum, err := w.Load(t.Context(), "town"); err != nil || sum.Seq != 3 || len(sum.Tallies) != 0 {
		t.Fatalf("%+v, %v", sum, err)
	}
	if e, err := w.Entrant(t.Context(), "town", "ada"); err != nil || len(e.Awards) != 0 {
		t.Fatalf("%+v, %v", e, err)
	}
	if r := w.ok(good); r.Replay || r.Seq != 4 {
		t.Fatalf("%+v", r)
	}
}

// TestRedisTime: without a clock of the test's the server's own counts.
func TestRedisTime(t *testing.T) {
	prefix := freshPrefix()
	w := newTown(t, openPrefix(t, prefix, nil), prefix)
	rdb := direct(t, redistest.Shared(t))
	before := rdb.Time(t.Context()).Val().UnixMilli()
	at := w.ok(w.claim("ada", "gate")).At
	if after := rdb.Time(t.Context()).Val().UnixMilli(); at < before || at > after {
		t.Fatalf("%d is not between %d and %d", at, before, after)
	}
}

// TestRulesOfAnotherRevision: the schedule closes the hunt by the definition in
// force, whatever definition a batch comes with.
func TestRulesOfAnotherRevision(t *testing.T) {
	const start = int64(1_700_000_000_000)
	text := func(badges string) string {
		return strings.Replace(townFile, "mode: solo\n", "mode: solo\ncloses: 2023-11-14T23:00:00Z\n", 1) + badges
	}
	winner := "  - {id: winner, title: Winner, points: 7, when: {place: 1}}\n"
	for _, c := range []struct {
		name          string
		first, second string
		total         int64
	}{
		{"it has places", text(""), text(winner), 162},
		{"it has no places any more", text(winner), text(""), 155},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := start
			prefix := freshPrefix()
			w := &town{TB: t, Store: openPrefix(t, prefix, func() int64 { return now }), prefix: prefix}
			w.ok(game.Command{Type: game.CmdDefine, Definition: parse(t, c.first), By: "olga"})
			sum, err := w.Load(t.Context(), "town")
			if err != nil {
				t.Fatal(err)
			}
			w.def = sum.Definition
			w.ok(game.Command{Type: game.CmdPhase, ID: w.id(), Phase: game.Open, By: "olga"})
			w.ok(w.join("ada"))
			w.ok(w.claim("ada", "gate"))
			w.ok(game.Command{Type: game.CmdDefine, Definition: parse(t, c.second), By: "olga"})
			now += 24 * 3_600_000
			late, err := w.try(w.claim("ada", "steps"))
			if err != nil || late.Replies[0].Outcome != game.OutStale || late.Rev != 2 {
				t.Fatalf("%+v, %v", late, err)
			}
			e, err := w.Entrant(t.Context(), "town", "ada")
			if err != nil || e.Total != c.total {
				t.Fatalf("%+v, %v", e, err)
			}
		})
	}
}
