package play

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"veltrix/game"
)

const (
	// shelfPage is how many entries of a ledger a page has: one read of the
	// store, about 1 ms.
	pageSize = 1000
	// shelfPages bounds the pages that are kept, 30 MB when all of their
	// entries are worth keeping: as much as one hunt's resuming sessions may ask for.
	maxPages = MaxMissed/pageSize + 14
	// shelfReads bounds the pages that are read at the same time, so that
	// commits find the store with little before them.
	readsAtOnce = 4
	// shelfPatience bounds what a visit reads, waiting for others included.
	readPatience = 5 * time.Second
)

// errLost says that the ledger is another one than was asked for.
var errLost = errors.New("the ledger has another history")

// shelf keeps pages of ledgers for sessions that resume from farther back than
// their hunt remembers. Thousands of them come at once and miss the same
// entries: each page is read once for all.
type ledgerPages struct {
	store game.Store
	reads chan struct{}

	mu    sync.Mutex
	pages map[pageKey]*page
	clock int64 // grows with each use of a page
}

type pageKey struct {
	hunt, epoch string
	number      int64 // the page holds the entries after number·shelfPage
}

// page is a part of a ledger, without what no session is told. Ledgers only
// grow: entries are appended and never change.
type page struct {
	used int64 // shelf.clock of the last use; of shelf.mu

	turn    chan struct{} // of capacity 1: holds one for who reads or looks
	entries []game.Entry
	last    int64 // seq of the last entry that was read
}

func newLedgerPages(store game.Store) *ledgerPages {
	return &ledgerPages{store: store, reads: make(chan struct{}, readsAtOnce), pages: map[pageKey]*page{}}
}

// read returns entries of a hunt's ledger from the page that holds the entry
// after seq, and the seq that they reach: past seq, and at least need unless
// the page ends before. The entries belong to the shelf. Fails with errLost
// or as game.Store does.
func (s *ledgerPages) read(ctx context.Context, hunt, epoch string, after, need int64) (entries []game.Entry, last int64, err error) {
	key := pageKey{hunt, epoch, after / pageSize}
	p := s.page(key)
	if err := acquire(ctx, p.turn); err != nil {
		return nil, 0, err
	}
	defer func() { <-p.turn }()
	begin, end := key.number*pageSize, (key.number+1)*pageSize
	p.last = max(p.last, begin)
	for p.last < min(max(need, after+1), end) {
		more, err := s.fetch(ctx, hunt, p.last, int(end-p.last))
		if err != nil {
			return nil, 0, err
		}
		if len(more) == 0 || more[0].Epoch != epoch {
			return nil, 0, errLost
		}
		for i := range more {
			if listed(&more[i]) {
				p.entries = append(p.entries, more[i])
			}
		}
		p.last = more[len(more)-1].Seq
	}
	return slices.Clip(p.entries), p.last, nil
}

func (s *ledgerPages) fetch(ctx context.Context, hunt string, after int64, limit int) ([]game.Entry, error) {
	if err := acquire(ctx, s.reads); err != nil {
		return nil, err
	}
	defer func() { <-s.reads }()
	return s.store.Ledger(ctx, hunt, after, limit)
}

func acquire(ctx context.Context, places chan struct{}) error {
	select {
	case places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("read the ledger: %w: %w", game.ErrUnavailable, ctx.Err())
	}
}

// page returns the page of that key, forgetting the one that was not used for
// longest when there are too many.
func (s *ledgerPages) page(key pageKey) *page {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock++
	p := s.pages[key]
	if p == nil {
		if len(s.pages) >= maxPages {
			var oldest pageKey
			for k, o := range s.pages {
				if q := s.pages[oldest]; q == nil || o.used < q.used {
					oldest = k
				}
			}
			delete(s.pages, oldest)
		}
		p = &page{turn: make(chan struct{}, 1)}
		s.pages[key] = p
	}
	p.used = s.clock
	return p
}

// forget drops a hunt's pages.
func (s *ledgerPages) forget(hunt string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k := range s.pages {
		if k.hunt == hunt {
			delete(s.pages, k)
		}
	}
}
