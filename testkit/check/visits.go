package check

import (
	"slices"

	"veltrix/testkit/player"
)

// personal are the types of entries that are sent to an entrant's sessions, in
// order and none missing; announcements are sent to everyone.
var personal = []string{"awarded", "badge", "hinted", "adjusted", "revoked"}

// Visits reports every way in which what sessions were sent differs from the
// ledger: what a resuming session missed is exactly what the ledger has after
// its since, and between a snapshot and the last entry that was heard nothing
// is missing, doubled or out of order. A ledger of several epochs is not
// compared: seqs of different histories cannot be compared.
func Visits(visits []player.Visit, ledger []Entry) []string {
	if len(ledger) > 0 && ledger[0].Epoch != ledger[len(ledger)-1].Epoch {
		return nil
	}
	var f findings
	for i := range visits {
		v := &visits[i]
		if v.Since >= 0 && !v.Reset {
			if want := sentTo(ledger, v.Entrant, v.Since, v.From); !slices.Equal(v.Missed, want) {
				f.addf("%s resumed from %d at %d and was told to have missed %v, not %v", v.Player, v.Since, v.From, v.Missed, want)
			}
		}
		if want := sentTo(ledger, v.Entrant, v.From, v.Last); !slices.Equal(v.Heard, want) {
			f.addf("%s heard %v between %d and %d, not %v", v.Player, v.Heard, v.From, v.Last, want)
		}
		if v.Reset {
			f.addf("%s was told that history was lost, which it was not", v.Player)
		}
	}
	if f.count > len(f.list) {
		f.list = append(f.list, "… and more visits")
	}
	return f.list
}

// sentTo are the seqs, after one and up to another, of the entries that are
// sent to an entrant.
func sentTo(ledger []Entry, entrant string, after, upTo int64) []int64 {
	var seqs []int64
	for i := max(0, after); i < min(upTo, int64(len(ledger))); i++ {
		e := &ledger[i]
		if e.Type == "announced" || e.Entrant == entrant && slices.Contains(personal, e.Type) {
			seqs = append(seqs, e.Seq)
		}
	}
	return seqs
}
