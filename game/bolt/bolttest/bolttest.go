// Package bolttest has what the tests of the embedded store and of salvage
// share: a small hunt, its players, and what a store holds, as a text. It takes
// any game.Store, so that the store's own tests can use it.
package bolttest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
)

// Everything is a limit of game.Store.Ledger that no test reaches.
const Everything = 1 << 20

// Crowd is a hunt file with so many challenges, c0, c1, …. It has a key that is
// unknown by now: what was accepted once loads for ever.
func Crowd(t testing.TB, id string, challenges int) *hunt.Definition {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "hunt: %s\ntitle: Crowd\nmode: solo\nedition: first\nchallenges:\n", id)
	for i := range challenges {
		fmt.Fprintf(&b, "  - {id: c%d, title: C, points: 10, proof: {text: answer-%d}}\n", i, i)
	}
	d, findings := huntfile.ParseStored([]byte(b.String()))
	if d == nil {
		t.Fatal(findings)
	}
	return d
}

// Start defines and opens a hunt and returns its definition.
func Start(t testing.TB, s game.Store, d *hunt.Definition) *hunt.Definition {
	t.Helper()
	Commit(t, s, d.ID, nil, game.Command{Type: game.CmdDefine, Definition: d, By: "olga"})
	sum, err := s.Load(t.Context(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	Commit(t, s, d.ID, sum.Definition, game.Command{Type: game.CmdPhase, ID: "open", Phase: game.Open, By: "olga"})
	return sum.Definition
}

// Commit commits commands that were judged with def, none of which may be
// refused.
func Commit(t testing.TB, s game.Store, id string, def *hunt.Definition, batch ...game.Command) game.Result {
	t.Helper()
	if def != nil {
		for i := range batch {
			batch[i].Rev = def.Rev
		}
	}
	res, err := s.Commit(context.Background(), id, def, game.Head{}, batch)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range batch {
		if r := res.Replies[i]; r.Outcome == game.OutRefused || r.Outcome == game.OutStale {
			t.Fatalf("%+v: %+v", c, r)
		}
	}
	return res
}

// Player is the id of a player.
func Player(i int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", i) }

// Joining is the command with which a player joins.
func Joining(player string) game.Command {
	return game.Command{Type: game.CmdJoin, Entrant: player, Player: player, Name: "Player", Found: true, Admitted: true}
}

// Claiming is a right claim, always with the same id.
func Claiming(player, challenge string) game.Command {
	return game.Command{
		Type: game.CmdClaim, ID: player[:24] + challenge + player[24+len(challenge):],
		Entrant: player, Player: player, Challenge: challenge, Right: true,
	}
}

// Hunts are the hunts of Fill.
var Hunts = []string{"crowd", "second"}

// FillEntries is how many entries Fill writes for each hunt.
const FillEntries = 86

// Fill makes all kinds of records: two hunts in which 12 players claim, each time
// wrongly first, and a secret.
func Fill(t testing.TB, s game.Store) {
	t.Helper()
	if _, err := s.Secret(t.Context(), "token", "sesame"); err != nil {
		t.Fatal(err)
	}
	for _, id := range Hunts {
		def := Start(t, s, Crowd(t, id, 20))
		for i := range 12 {
			p := Player(i)
			Commit(t, s, id, def, Joining(p))
			for c := range 6 {
				challenge := "c" + strconv.Itoa(c)
				wrong := Claiming(p, challenge)
				wrong.ID, wrong.Right, wrong.Digest = "wrong"+wrong.ID, false, "d"
				Commit(t, s, id, def, wrong, Claiming(p, challenge))
			}
		}
	}
}

// Contents writes out all that a store keeps.
func Contents(s game.Store) (string, error) {
	ctx := context.Background()
	ids, err := s.Hunts(ctx)
	secret, secretErr := s.Secret(ctx, "token", "sesame")
	if err := errors.Join(err, secretErr); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintln(&b, ids, secret)
	for _, id := range ids {
		list, err := s.Ledger(ctx, id, 0, Everything)
		if err != nil {
			return "", err
		}
		rows, seq, err := s.Rows(ctx, id, false)
		if err != nil {
			return "", err
		}
		sum, err := s.Load(ctx, id)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(&b, list, rows, seq, sum.Seq, sum.Tallies, sum.Phase, string(sum.Definition.Source))
		for _, row := range rows {
			e, err := s.Entrant(ctx, id, row.Entrant)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&b, "%+v\n", *e)
		}
	}
	return b.String(), nil
}
