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
	// pageSize is how many entries of a ledger a page covers: one read of the
	// store, about 1 ms.
	pageSize = 1000
	// maxPages bounds the pages that are kept, 30 MB when all of their
	// entries are worth keeping: as much as one hunt's resuming sessions may ask for.
	maxPages = MaxMissed/pageSize + 14
	// readsAtOnce bounds the pages that are read at the same time, so that commits
	// have little in front of them in the store.
	readsAtOnce = 4
	// readPatience bounds how long a visit reads, with waiting for others.
	readPatience = 5 * time.Second
)

// errLost says that the ledger is another one than was asked for.
var errLost = errors.New("the ledger has another history")

// ledgerPages keeps pages of ledgers for sessions that resume from farther back
// than their hunt remembers. Thousands of them come at once and have missed the
// same entries: each page is read once for all. Safe for concurrent use.
type ledgerPages struct {
	store game.Store
	reads chan struct{} // holds one for each read of the store

	mu    sync.Mutex // guards what follows, and page.used
	pages map[pageKey]*page
	clock int64 // grows with each use of a page
}

type pageKey struct {
	hunt, epoch string
	number      int64 // the page holds the entries after number·pageSize
}

// page is a part of a ledger, with the entries that are listed when they were
// missed. Ledgers only grow: entries are appended and never change.
type page struct {
	used int64 // ledgerPages.clock of the last use; guarded by ledgerPages.mu

	// turn is a lock that waiting for may be given up: it has room for one. It
	// guards what follows.
	turn    chan struct{}
	entries []game.Entry
	last    int64 // seq of the last entry that was read
}

func newLedgerPages(store game.Store) *ledgerPages {
	return &ledgerPages{store: store, reads: make(chan struct{}, readsAtOnce), pages: map[pageKey]*page{}}
}

// read returns entries of a hunt's ledger from the page that holds the entry
// after seq, and the seq that they reach: past seq, and at least need unless
// the page ends before. The entries are not to be changed. Fails with errLost
// or as game.Store does.
func (l *ledgerPages) read(ctx context.Context, hunt, epoch string, after, need int64) (entries []game.Entry, last int64, err error) {
	key := pageKey{hunt, epoch, after / pageSize}
	p := l.page(key)
	if err := acquire(ctx, p.turn); err != nil {
		return nil, 0, err
	}
	defer func() { <-p.turn }()
	begin, end := key.number*pageSize, (key.number+1)*pageSize
	p.last = max(p.last, begin)
	for p.last < min(max(need, after+1), end) {
		more, err := l.fetch(ctx, hunt, p.last, int(end-p.last))
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

func (l *ledgerPages) fetch(ctx context.Context, hunt string, after int64, limit int) ([]game.Entry, error) {
	if err := acquire(ctx, l.reads); err != nil {
		return nil, err
	}
	defer func() { <-l.reads }()
	return l.store.Ledger(ctx, hunt, after, limit)
}

// acquire takes one of the places in a channel, unless ctx ends first.
func acquire(ctx context.Context, places chan struct{}) error {
	select {
	case places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("read the ledger: %w: %w", game.ErrUnavailable, ctx.Err())
	}
}

// page returns the page of a key. When there are too many it forgets the one that
// was not used for longest.
func (l *ledgerPages) page(key pageKey) *page {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clock++
	p := l.pages[key]
	if p == nil {
		if len(l.pages) >= maxPages {
			var oldest pageKey
			for k, o := range l.pages {
				if q := l.pages[oldest]; q == nil || o.used < q.used {
					oldest = k
				}
			}
			delete(l.pages, oldest)
		}
		p = &page{turn: make(chan struct{}, 1)}
		l.pages[key] = p
	}
	p.used = l.clock
	return p
}

// forget drops a hunt's pages.
func (l *ledgerPages) forget(hunt string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k := range l.pages {
		if k.hunt == hunt {
			delete(l.pages, k)
		}
	}
}
