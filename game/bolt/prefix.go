package bolt

import (
	"fmt"

	"veltrix/game"
	"veltrix/game/hunt/huntfile"
)

// prefix finds the longest beginning of a ledger that is right and whose hunt
// file is there, and its last entry. A stray entry counts once a head proves the
// chain that it is in.
func (s *salvage) prefix(id string, r *remains) (k Kept, last game.Entry, err error) {
	proven := map[head]bool{}
	for _, h := range r.heads {
		proven[head{seq: h.seq, chain: h.chain}] = true
	}
	var chain uint32
	var sound int64     // entries up to here are right
	var lost game.Entry // the last one whose hunt file is lost
	strays, usable := false, false
	for seq := int64(1); ; seq++ {
		p, found := r.ledger[seq]
		if !found || p.fork {
			break
		}
		n, value, err := s.entry(id, seq, p)
		if err != nil {
			return k, last, err
		}
		if n.Type == game.Defined {
			if usable, err = s.usable(id, r, n.Rev); err != nil {
				return k, last, err
			}
			if !usable {
				lost = n
			}
		}
		chain = link(chain, value)
		strays = strays || p.from == stray
		if strays && !proven[head{seq: seq, chain: chain}] {
			continue
		}
		strays, sound = false, seq
		if usable {
			last = n
		}
	}
	k = Kept{Hunt: id, Entries: last.Seq, LostAttempts: -1}
	k.cut(r, sound, lost)
	if k.CutFrom == 0 && s.torn != nil {
		k.CutFrom, k.Why = k.Entries+1, s.torn.Error()+", so the last commit may be missing"
	}
	return k, last, nil
}

// cut says which entries are lost, and why.
func (k *Kept) cut(r *remains, sound int64, lost game.Entry) {
	end := r.last
	if r.live != nil {
		end = r.live.seq
	}
	switch {
	case k.Entries < sound:
		k.Why = fmt.Sprintf("revision %d of the hunt file, in force from entry %d on, is lost", lost.Rev, lost.Seq)
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

func (s *salvage) usable(id string, r *remains, rev int64) (bool, error) {
	p, known := r.definitions[rev]
	if !known || p.fork {
		return false, nil
	}
	value, err := s.read(p)
	if err != nil {
		return false, err
	}
	rd, err := unseal(id, seqKey(rev), value)
	if err != nil {
		return false, err
	}
	d, _ := huntfile.Parse(rd.rest)
	return d != nil, nil
}

// entry reads an entry again; what was right a moment ago is an error of the
// disk when it is not any more.
func (s *salvage) entry(id string, seq int64, p place) (n game.Entry, value []byte, err error) {
	value, err = s.read(p)
	if err != nil {
		return n, nil, err
	}
	rd, err := unseal(id, seqKey(seq), value)
	if err == nil {
		n.Seq = seq
		err = readEntry(rd, &n, words{})
	}
	return n, value, err
}
