package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"veltrix/game"
)

// gave is a wrong claim that typed something. The digest has eight characters, as
// those of hunt.Judgement.
func (w *world) gave(player, challenge, digest, typed string) game.Command {
	c := w.wrong(player, challenge, digest)
	c.Answer = typed
	return c
}

// given expects wrong answers to a challenge.
func (w *world) given(challenge string, want ...game.Given) {
	w.Helper()
	got, err := w.store.Answers(w.context(), w.hunt, challenge)
	if err != nil {
		w.Fatal(err)
	}
	if len(got) == 0 && len(want) == 0 {
		return
	}
	if d := difference(want, got); d != "" {
		w.Fatalf("wrong answers to %s%s\nwant %+v\ngot  %+v", challenge, d, want, got)
	}
}

// wrongAnswers: each different one is kept as the first typed it, with all who gave
// it, each once; those of most entrants come first.
func wrongAnswers(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada", "bob", "cyd")
	w.given("easy")
	first := w.gave("cyd", "easy", "herring0", "Herring")
	w.one(first)
	w.one(first) // a replay
	w.one(w.gave("bob", "easy", "cod00000", "cod"))
	w.one(w.gave("ada", "easy", "herring0", "HERRING!"))
	w.one(w.gave("ada", "easy", "herring0", "herring"))
	w.one(w.gave("bob", "easy", "bream000", "bream"))
	w.one(w.gave("bob", "easier", "cod00000", "a cod"))
	w.given("easy",
		game.Given{Digest: "herring0", Text: "Herring", Entrants: []string{"ada", "cyd"}},
		game.Given{Digest: "bream000", Text: "bream", Entrants: []string{"bob"}},
		game.Given{Digest: "cod00000", Text: "cod", Entrants: []string{"bob"}},
	)
	w.given("easier", game.Given{Digest: "cod00000", Text: "a cod", Entrants: []string{"bob"}})
	w.given("nothing")

	// One that is not remembered as an attempt any more is still no other.
	for i := range game.RecentAnswers {
		w.pass(minute)
		w.one(w.gave("cyd", "easier", fmt.Sprintf("d%07d", i), fmt.Sprint("d", i)))
	}
	w.pass(minute)
	for range 2 {
		w.one(w.gave("cyd", "easier", "d0000000", "d0"))
	}
	if list, err := w.store.Answers(w.context(), w.hunt, "easier"); err != nil || len(list) != 1+game.RecentAnswers ||
		slices.ContainsFunc(list, func(g game.Given) bool { return len(g.Entrants) != 1 }) {
		t.Fatalf("%+v, %v", list, err)
	}
	if _, err := w.store.Answers(w.context(), "nowhere", "easy"); !errors.Is(err, game.ErrUnknownHunt) {
		t.Error(err)
	}
}

// wrongAnswersNotKept: what was not judged wrong is not kept: what is right, near or
// for an organizer, and what came at the wrong time.
func wrongAnswersNotKept(t *testing.T, open Open) {
	w := opened(t, open, plain, "ada", "bob")
	w.one(w.gave("ada", "tower", "locked00", "locked"))
	w.one(w.gave("ada", "dawn", "early000", "early"))
	right := w.right("ada", "gate")
	right.Digest, right.Answer = "gate0000", "gate"
	w.done(right)
	w.one(w.gave("ada", "gate", "after000", "after"))
	almost := w.gave("ada", "tower", "almost00", "almost")
	almost.Near = true
	w.want(w.one(almost), game.Reply{Outcome: game.OutNear, At: epoch0})
	claim := w.photo("ada", "see")
	claim.Digest, claim.Answer = "photo000", "see"
	w.one(claim)
	if r := w.one(w.review(claim.ID, "ada", false)); r.Outcome != game.OutWrong {
		t.Fatalf("%+v", r)
	}
	w.one(w.wrong("ada", "easy", "place000")) // a place has no text
	for _, challenge := range []string{"tower", "dawn", "gate", "photo", "easy"} {
		w.given(challenge)
	}
	w.one(w.gave("ada", "well", "one00000", "one"))
	w.want(w.one(w.gave("ada", "well", "soon0000", "soon")), game.Reply{Outcome: game.OutCooldown, RetryAfter: 5 * second})
	w.given("well", game.Given{Digest: "one00000", Text: "one", Entrants: []string{"ada"}})
	if n := w.ledger(); slices.ContainsFunc(n, func(n game.Entry) bool { return n.Text != "" && n.Type != game.Phased }) {
		t.Errorf("the ledger has a text: %+v", n)
	}
}

// wrongAnswersBounded: no more than game.MaxGiven different answers are kept, and who
// gives one of those is counted all the same. With the hunt they are purged.
func wrongAnswersBounded(t *testing.T, open Open) {
	const players = 50
	w := opened(t, open, plain)
	for i := range players {
		w.done(w.join(fmt.Sprint("p", i)))
	}
	all := game.MaxGiven + players
	for n := 0; n < all; n += players {
		var batch []game.Command
		for i := range players {
			batch = append(batch, w.gave(fmt.Sprint("p", i), "easy", fmt.Sprintf("d%07d", n+i), fmt.Sprint("answer ", n+i)))
		}
		for i, r := range w.commit(batch...).Replies {
			if r.Outcome != game.OutWrong {
				t.Fatalf("answer %d: %+v", n+i, r)
			}
		}
		w.pass(60 * minute)
	}
	w.one(w.gave("p1", "easy", "d0000000", "ANSWER 0"))
	w.one(w.gave("p1", "easy", fmt.Sprintf("d%07d", all-players), "too late"))
	list, err := w.store.Answers(w.context(), w.hunt, "easy")
	if err != nil || len(list) != game.MaxGiven {
		t.Fatalf("%d answers: %v", len(list), err)
	}
	want := game.Given{Digest: "d0000000", Text: "answer 0", Entrants: []string{"p0", "p1"}}
	if d := difference(want, list[0]); d != "" {
		t.Errorf("%+v%s", list[0], d)
	}
	for i := range list[1:] {
		if list[i+1].Digest >= fmt.Sprintf("d%07d", game.MaxGiven) || len(list[i+1].Entrants) != 1 {
			t.Errorf("%+v", list[i+1])
		}
	}
	w.done(w.bin(false))
	if err := w.store.Purge(w.context(), w.hunt, w.now.Load()+1); err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.Answers(w.context(), w.hunt, "easy"); !errors.Is(err, game.ErrUnknownHunt) {
		t.Errorf("after the purge: %v", err)
	}
	w.def = nil
	w.define(plain(w.hunt))
	w.given("easy")
}
