package salvage

import (
	"fmt"

	"veltrix/game"
	"veltrix/game/bolt/dbfile"
	"veltrix/game/hunt/huntfile"
)

// prefix finds the longest beginning of a ledger that is right and whose hunt
// file is there, and its last entry. A stray entry counts once a head proves the
// chain that it is in.
func (s *search) prefix(id string, r *remains) (k Kept, last game.Entry, err error) {
	type end struct {
		seq   int64
		chain uint32
	}
	proven := map[end]int64{} // how many records there were beside the ledger then
	for _, h := range r.heads {
		proven[end{h.Seq, h.Chain}] = max(proven[end{h.Seq, h.Chain}], h.Beside)
	}
	var chain uint32
	var sound int64         // entries up to here are right
	var unusable game.Entry // the last one whose hunt file is lost
	strays, usable := false, false
	for seq := int64(1); ; seq++ {
		p, found := r.ledger[seq]
		if !found || p.disputed {
			break
		}
		n, sealed, err := s.entry(id, seq, p)
		if err != nil {
			return k, last, err
		}
		if n.Type == game.Defined {
			if usable, err = s.usable(id, r, n.Rev); err != nil {
				return k, last, err
			}
			if !usable {
				unusable = n
			}
		}
		chain = dbfile.Link(chain, sealed)
		strays = strays || p.origin == stray
		beside, proof := proven[end{seq, chain}]
		if strays && !proof {
			continue
		}
		if r.live != nil && seq > r.live.Seq {
			r.beyond = beside
		}
		strays, sound = false, seq
		if usable {
			last = n
		}
	}
	k = Kept{Hunt: id, Entries: last.Seq, LostBeside: -1}
	k.explainCut(r, sound, unusable)
	if k.CutFrom == 0 && s.torn != nil {
		k.CutFrom, k.Why = k.Entries+1, s.torn.Error()+", so the last commit may be missing"
	}
	return k, last, nil
}

// explainCut notes which entries are lost, and why.
func (k *Kept) explainCut(r *remains, sound int64, unusable game.Entry) {
	end := r.last
	if r.live != nil {
		end = r.live.Seq
	}
	switch {
	case k.Entries < sound:
		k.Why = fmt.Sprintf("revision %d of the hunt file, in force from entry %d on, is lost", unusable.Rev, unusable.Seq)
	case r.live == nil:
		k.Why = "the record of how many entries there were is lost"
		end = 0
	case k.Entries < end:
		k.Why = fmt.Sprintf("entry %d is lost or damaged", k.Entries+1)
	default:
		return
	}
	k.CutFrom, k.CutTo = k.Entries+1, end
}

// usable reports whether a revision of the hunt file is there and can be parsed.
func (s *search) usable(id string, r *remains, rev int64) (bool, error) {
	p, known := r.definitions[rev]
	if !known || p.disputed {
		return false, nil
	}
	content, _, err := s.content(id, dbfile.SeqKey(rev), p)
	if err != nil {
		return false, err
	}
	d, _ := huntfile.ParseStored(content)
	return d != nil, nil
}

// entry reads an entry again.
func (s *search) entry(id string, seq int64, p place) (n game.Entry, sealed []byte, err error) {
	content, sealed, err := s.content(id, dbfile.SeqKey(seq), p)
	if err == nil {
		n.Seq = seq
		err = content.Entry(&n, dbfile.Words{})
	}
	return n, sealed, err
}

// content reads a record again. It was right a moment ago: when it is not any
// more, that is an error of the disk.
func (s *search) content(id string, key []byte, p place) (content dbfile.Content, sealed []byte, err error) {
	if sealed, err = s.read(p); err != nil {
		return nil, nil, err
	}
	content, err = dbfile.Unseal(id, key, sealed)
	return content, sealed, err
}
