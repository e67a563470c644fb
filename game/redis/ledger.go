package redis

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strconv"

	goredis "github.com/redis/go-redis/v9"

	"veltrix/game"
	"veltrix/game/hunt"
)

// ledgerPage is how many entries are read in one call at most: about 2 ms of
// Redis.
const ledgerPage = 5000

// epochs are those of a hunt, oldest first. A hunt has more than one only if
// history was lost.
type epochs []epoch

type epoch struct {
	name  string
	since int64 // seq of its first entry
}

// readEpochs reads the fields epoch and epochs of a hunt's meta; nil without a
// hunt.
func readEpochs(meta []any) (epochs, error) {
	name, ok := meta[0].(string)
	if !ok {
		return nil, nil
	}
	packed, several := meta[1].(string)
	if !several {
		return epochs{{name, 1}}, nil
	}
	var list epochs
	u := &unpacker{b: []byte(packed)}
	for len(u.b) > 0 {
		list = append(list, epoch{strconv.FormatInt(u.int(), 10), u.int()})
	}
	if u.err == nil && list.now() != name {
		u.fail("epochs", fmt.Errorf("the last one is not %s", name))
	}
	return list, u.err
}

// now is the epoch of the head.
func (l epochs) now() string {
	if len(l) == 0 {
		return ""
	}
	return l[len(l)-1].name
}

// at is the epoch of an entry; of entry 0 it is the first one.
func (l epochs) at(seq int64) string {
	after := sort.Search(len(l), func(i int) bool { return l[i].since > seq })
	return l[max(0, after-1)].name
}

// origin is what the times of the hunt are relative to.
func (l epochs) origin() (int64, error) { return strconv.ParseInt(l[0].name, 10, 64) }

// id is the id of an entry in the stream.
func (l epochs) id(seq int64) string { return l.at(seq) + "-" + strconv.FormatInt(seq, 10) }

// sawEpoch notes the epoch of a hunt's head. If it is not the one known before,
// what was known of the hunt's epochs and of the list of hunts may be wrong.
func (s *Store) sawEpoch(id, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.epochs[id]; known != nil && known.now() != name {
		delete(s.epochs, id)
		delete(s.listed, id)
	}
}

// Forget is game.Forgetter.Forget: the definition, read and packed, is a hundred
// kilobytes and more.
func (s *Store) Forget(hunt string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.definitions, hunt)
	delete(s.compiled, hunt)
	delete(s.epochs, hunt)
	delete(s.listed, hunt)
}

// Ledger returns up to limit entries after seq, at most ledgerPage.
func (s *Store) Ledger(ctx context.Context, id string, after int64, limit int) ([]game.Entry, error) {
	if !hunt.ValidID(id) {
		return nil, unknownHunt(id)
	}
	ctx, cancel := s.limit(ctx)
	defer cancel()
	after, limit = max(after, 0), min(limit, ledgerPage)
	s.mu.Lock()
	known := s.epochs[id]
	s.mu.Unlock()
	for {
		// The epochs are read along: what was known of them may be old.
		var meta *goredis.SliceCmd
		var list *goredis.XMessageSliceCmd
		err := s.read(ctx, id, func(tx goredis.Pipeliner) {
			meta = tx.HMGet(ctx, s.key(id, "meta"), "epoch", "epochs")
			if known != nil && limit > 0 {
				list = tx.XRangeN(ctx, s.key(id, "ledger"), "("+known.id(after), "+", int64(limit))
			}
		})
		if err != nil {
			return nil, classify(err)
		}
		now, err := readEpochs(meta.Val())
		switch {
		case err != nil:
			return nil, fmt.Errorf("redis: hunt %q: %w", id, err)
		case now == nil:
			return nil, unknownHunt(id)
		case now.now() == known.now():
			entries, err := known.entries(after, list)
			if err == nil {
				err = s.persons(ctx, id, entries)
			}
			return entries, err
		}
		s.sawEpoch(id, now.now())
		s.mu.Lock()
		s.epochs[id], known = now, now
		s.mu.Unlock()
	}
}

// entries unpacks a page and makes sure that it has no gap.
func (l epochs) entries(after int64, page *goredis.XMessageSliceCmd) ([]game.Entry, error) {
	if page == nil {
		return nil, nil
	}
	origin, err := l.origin()
	if err != nil {
		return nil, fmt.Errorf("redis: epoch: %w", err)
	}
	list := make([]game.Entry, 0, len(page.Val()))
	for i, m := range page.Val() {
		seq := after + int64(i) + 1
		packed, ok := m.Values["e"].(string)
		if m.ID != l.id(seq) || !ok {
			return nil, fmt.Errorf("redis: the ledger has %s where %s should be", m.ID, l.id(seq))
		}
		u := &unpacker{b: []byte(packed)}
		n := u.entry(l.at(seq), origin, seq)
		if u.err != nil {
			return nil, fmt.Errorf("redis: entry %s: %w", m.ID, u.err)
		}
		list = append(list, n)
	}
	return list, nil
}

// persons puts into entries what persons wrote, which stands beside the ledger.
func (s *Store) persons(ctx context.Context, id string, entries []game.Entry) error {
	var named, waiting []string
	for i := range entries {
		switch n := &entries[i]; n.Type {
		case game.Joined, game.Renamed, game.Unbanned, game.Shown, game.Moved:
			if n.Entrant != "" {
				named = append(named, n.Entrant)
			}
		case game.Submitted:
			waiting = append(waiting, n.Entrant+"/"+n.Challenge)
		}
	}
	if len(named)+len(waiting) == 0 {
		return nil
	}
	var who, notes *goredis.SliceCmd
	err := s.read(ctx, id, func(tx goredis.Pipeliner) {
		if len(named) > 0 {
			who = tx.HMGet(ctx, s.key(id, "who"), named...)
		}
		if len(waiting) > 0 {
			notes = tx.HMGet(ctx, s.key(id, "waiting"), waiting...)
		}
	})
	if err != nil {
		return classify(err)
	}
	name, note := 0, 0 // in the order in which they were asked for
	for i := range entries {
		switch n := &entries[i]; n.Type {
		case game.Joined, game.Renamed, game.Unbanned, game.Shown, game.Moved:
			if n.Entrant == "" {
				continue
			}
			if packed, known := who.Val()[name].(string); known {
				err = errors.Join(err, namePerson(n, packed))
			}
			name++
		case game.Submitted:
			packed, waits := notes.Val()[note].(string)
			if note++; waits {
				r, wrong := unpackReview(packed)
				if err = errors.Join(err, wrong); r.ID == n.ID {
					n.Note = r.Note
				}
			}
		}
	}
	return err
}

// namePerson puts the names into an entry that a packed field of who has.
func namePerson(n *game.Entry, packed string) error {
	u := &unpacker{b: []byte(packed)}
	name, looks, _ := u.str(), u.str(), u.str()
	var players []string
	for range u.list() {
		players = append(players, u.relative(n.Entrant))
	}
	for i := range u.list() {
		if own := u.str(); i < len(players) && players[i] == n.Player {
			n.Member = own
		}
	}
	if n.Type != game.Moved {
		n.Name, n.Looks = name, looks
	}
	return u.err
}
