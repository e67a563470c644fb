package check

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"

	"veltrix/testkit/player"
)

// linearPatience bounds the search for an order of one entrant's claims.
const linearPatience = 20 * time.Second

// held is an award as the model remembers it.
type held struct {
	id          string
	seq, points int64
}

// solved is the state of an entrant in the model: its awards and the seq of the
// newest entry that was sent to it. It is never changed, only copied.
type solved struct {
	awards map[string]held
	last   int64
}

// Linearizable reports entrants whose claims cannot have been decided one after
// the other, each between its first sending and its first verdict. The model of
// an entrant is the set of its solved challenges with id, seq and points: a
// challenge is awarded once, with a seq above those of earlier awards; once it
// is, a claim for it is answered with just that; before, with anything else.
// With several epochs seqs are not compared.
func Linearizable(claims []player.Claim, epochs int) []string {
	model := porcupine.Model{
		Partition: byEntrant,
		Init:      func() any { return solved{} },
		Step: func(state, in, out any) (bool, any) {
			return step(state.(solved), in.(*player.Claim), out.(*player.Message), epochs > 1)
		},
		Equal: func(a, b any) bool { return equal(a.(solved), b.(solved)) },
	}
	var f findings
	for entrant, operations := range operationsOf(claims) {
		switch porcupine.CheckOperationsTimeout(model, operations, linearPatience) {
		case porcupine.Illegal:
			f.addf("the %d claims of %s are not linearizable", len(operations), entrant)
		case porcupine.Unknown:
			f.addf("no order was found for the %d claims of %s within %v", len(operations), entrant, linearPatience)
		}
	}
	if f.count > len(f.list) {
		f.list = append(f.list, fmt.Sprintf("… and %d more entrants", f.count-len(f.list)))
	}
	return f.list
}

func operationsOf(claims []player.Claim) map[string][]porcupine.Operation {
	all := make(map[string][]porcupine.Operation)
	for i := range claims {
		c := &claims[i]
		if c.Hint != "" || len(c.Verdicts) == 0 {
			continue
		}
		// A copy that was decided later may be awarded where the first was not.
		verdicts := []*player.Message{&c.Verdicts[0]}
		if i := slices.IndexFunc(c.Verdicts, awarded); i > 0 {
			verdicts = append(verdicts, &c.Verdicts[i])
		}
		for _, v := range verdicts {
			of := all[c.Entrant]
			all[c.Entrant] = append(of, porcupine.Operation{
				ClientId: len(of), Input: c, Call: c.Began, Output: v, Return: v.Arrived,
			})
		}
	}
	return all
}

func awarded(v player.Message) bool { return v.Outcome == "awarded" }

// byEntrant leaves an entrant's operations together; they are alone already.
func byEntrant(history []porcupine.Operation) [][]porcupine.Operation {
	return [][]porcupine.Operation{history}
}

func step(s solved, c *player.Claim, v *player.Message, anySeq bool) (legal bool, next solved) {
	have, ok := s.awards[c.Challenge]
	switch v.Outcome {
	case "awarded":
		if ok || !anySeq && v.Seq <= s.last {
			return false, s
		}
		next = solved{awards: make(map[string]held, len(s.awards)+1), last: v.Seq}
		maps.Copy(next.awards, s.awards)
		next.awards[c.Challenge] = held{c.ID, v.Seq, v.Points}
		return true, next
	case "already":
		return ok && have.id != c.ID && have.points == v.Points && (anySeq || have.seq == v.Seq), s
	default:
		return !ok, s
	}
}

func equal(a, b solved) bool {
	if a.last != b.last || len(a.awards) != len(b.awards) {
		return false
	}
	for k, h := range a.awards {
		if b.awards[k] != h {
			return false
		}
	}
	return true
}
