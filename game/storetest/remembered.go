package storetest

import (
	"strconv"

	"veltrix/game"
)

// restores makes commands that put back some entries of a history, in its order,
// now and then with other points or of another entrant.
func (g *generator) restores(history []game.Entry) []game.Command {
	var batch []game.Command
	if len(history) == 0 {
		return nil
	}
	at := g.roll(len(history))
	for range 3 { // prefer what is given back
		if t := history[at].Type; t == game.Awarded || t == game.Badged || t == game.Hinted {
			break
		}
		at = g.roll(len(history))
	}
	for i := at; i < min(at+1+g.roll(12), len(history)); i++ {
		n := history[i]
		switch {
		case n.Entrant == "" || g.roll.chance(85):
		case g.roll.chance(50):
			n.Points = pick(g.roll, []int64{0, 7, -3, 4_194_303, -4_194_303})
		default:
			n.Entrant = pick(g.roll, people)
			n.Nonce = "other"
		}
		if i == at && g.roll.chance(12) { // hints are rare
			n = game.Entry{
				Epoch: n.Epoch, Seq: n.Seq, Nonce: n.Nonce, Type: game.Hinted, ID: g.newID(), Entrant: pick(g.roll, people),
				Challenge: "tower", Hint: pick(g.roll, []string{"h1", "h2"}), Points: -int64(g.roll(30)),
			}
			n.Player = n.Entrant
		}
		batch = append(batch, game.Command{Type: game.CmdRestore, Entry: &n})
	}
	return batch
}

// known says which head a node remembers, made of the store's own head.
func (g *generator) known() (what string, known func(game.Head) game.Head) {
	if len(g.given) == 0 {
		if g.roll.chance(60) {
			return "nothing", func(game.Head) game.Head { return game.Head{} }
		}
		lost := game.Head{Epoch: strconv.FormatInt(epoch0-minute+int64(g.roll(2*minute)), 10), Seq: int64(g.roll(90)), Nonce: "AAAAAA"}
		return "a hunt that is gone", func(game.Head) game.Head { return lost }
	}
	later := func(h game.Head, ms int64) string {
		epoch, err := strconv.ParseInt(h.Epoch, 10, 64)
		if err != nil {
			return h.Epoch // and the store will object
		}
		return strconv.FormatInt(epoch+ms, 10)
	}
	n := int64(g.roll(1000))
	switch percent := g.roll(100); {
	case percent < 30:
		return "nothing", func(game.Head) game.Head { return game.Head{} }
	case percent < 80:
		return "the head", func(h game.Head) game.Head { return h }
	case percent < 90:
		return "an entry before", func(h game.Head) game.Head { return game.Head{Epoch: h.Epoch, Seq: max(0, h.Seq-n), Nonce: "AAAAAA"} }
	case percent < 92:
		return "no nonce", func(h game.Head) game.Head { return game.Head{Epoch: h.Epoch, Seq: h.Seq} }
	case percent < 95:
		return "an epoch before", func(h game.Head) game.Head {
			return game.Head{Epoch: later(h, -1-n), Seq: h.Seq + n, Nonce: h.Nonce, Forked: n%2 == 0}
		}
	case percent < 96:
		return "an entry after", func(h game.Head) game.Head { return game.Head{Epoch: h.Epoch, Seq: h.Seq + 1 + n} }
	case percent < 97:
		return "a later epoch", func(h game.Head) game.Head { return game.Head{Epoch: later(h, 1+n*minute), Seq: n} }
	case percent < 98:
		return "another head", func(h game.Head) game.Head { return game.Head{Epoch: h.Epoch, Seq: h.Seq, Nonce: "AAAAAA"} }
	case percent < 99:
		return "no nonce of a store", func(h game.Head) game.Head { return game.Head{Epoch: h.Epoch, Seq: h.Seq, Nonce: "not!"} }
	}
	return "a fork", func(h game.Head) game.Head { return game.Head{Epoch: h.Epoch, Seq: max(0, h.Seq-n), Forked: true} }
}
