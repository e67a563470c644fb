package actor

import (
	"slices"
	"time"

	"veltrix/game"
)

const (
	// maxTicker is how many awards a ticker has at most.
	maxTicker = 20
	// longestRest bounds the time between two boards on a busy node.
	longestRest = 2 * time.Second
	// never is longer than a hunt is in memory without an entry.
	never = 1000 * time.Hour
)

// audience is what a hunt shows, and what it has shown, to the sessions that
// play or watch it. It belongs to the hunt's goroutine.
//
// Guarantees:
//   - Entries go out in ledger order, none missing and none twice, also when the
//     view was dropped and read again meanwhile. Where that cannot be, because
//     history was lost or too much was missed, the audience gets a reset. An entry
//     whose publishing panics counts as published.
//   - Boards, tickers and standings are conflated: at most one in each interval,
//     always the newest, and none while nobody is there.
type audience struct {
	hunt string    // never changed
	pub  Publisher // never changed
	opts Options   // never changed

	epoch string // of what was shown; empty before
	seq   int64  // of the last entry that was published, while there is no view

	board, ticker, standings conflated
	tickAt                   time.Time // zero: now
	events                   []Event   // awards since the last ticker
	skipped                  int       // awards dropped before them
}

// conflated is something that is sent when it has changed and its time has come.
type conflated struct {
	changed bool
	sent    time.Time
}

// due reports whether it is to be sent now, if it may be sent once in each interval.
func (c *conflated) due(now time.Time, interval time.Duration) bool {
	return c.changed && now.Sub(c.sent) >= interval
}

func (c *conflated) done(now time.Time) { c.changed, c.sent = false, now }

// begin brings the audience up to a view that was read.
func (s *audience) begin(v *View) {
	s.board.changed, s.ticker.changed, s.standings.changed, s.tickAt = true, true, true, time.Time{}
	s.events, s.skipped = nil, 0
	switch missed, ok := v.After(s.seq); {
	case s.epoch == "": // nobody was shown anything
	case s.epoch != v.Epoch || !ok:
		s.pub.Reset(v)
	default: // a panic came between
		v.Seq = s.seq
		s.until(v, slices.Clone(missed), v.folded+1, nil)
	}
	s.epoch = v.Epoch
}

// entry publishes an entry; more are known to follow.
func (s *audience) entry(v *View, n *game.Entry, more []game.Entry, origin any) {
	v.Seq = max(v.Seq, n.Seq)
	switch n.Type {
	case game.Phased, game.Defined, game.Extended, game.Undeleted:
		s.tickAt = time.Time{}
	}
	v.revisions.publish(n, v.Definition.Rev)
	s.pub.Entry(v, n, more, origin)
}

// until publishes the entries below seq and returns the rest.
func (s *audience) until(v *View, entries []game.Entry, seq int64, origin any) []game.Entry {
	for len(entries) > 0 && entries[0].Seq < seq {
		n := &entries[0]
		entries = entries[1:]
		s.entry(v, n, entries, origin)
	}
	return entries
}

// noted is what the hunt knows of an entry that note looks at.
type noted struct {
	first      bool // it is the first award of its challenge
	hid, hides bool // the board was, and is, frozen
	out        bool // nothing of its entrant counts
}

// note notes what an entry changes of what is shown.
func (s *audience) note(n *game.Entry, is noted) {
	if n.Type == game.Announced {
		return
	}
	s.standings.changed = true
	gone := false
	switch n.Type {
	case game.Banned, game.Unbanned, game.Hidden, game.Shown, game.Renamed, game.Divided:
		gone = true
	}
	if !is.hid || !is.hides || gone {
		s.board.changed, s.ticker.changed = true, true
	}
	switch last := len(s.events) - 1; {
	case gone && is.out:
		s.events = slices.DeleteFunc(s.events, func(e Event) bool { return e.Entrant == n.Entrant })
	case is.hid, is.out:
	case n.Type == game.Awarded:
		s.events = append(s.events, Event{Entry: *n, First: is.first})
		if len(s.events) > maxTicker {
			s.events = s.events[1:]
			s.skipped++
		}
	case n.Type == game.Badged && last >= 0 && s.events[last].ID == n.ID && s.events[last].Entrant == n.Entrant:
		s.events[last].Badges = append(s.events[last].Badges, n.Badge)
	}
}

// show sends boards, tickers and standings that have changed and whose time has
// come.
func (s *audience) show(v *View, now time.Time) {
	if s.pub.Audience(s.hunt) == 0 {
		s.board.changed, s.ticker.changed, s.standings.changed = false, false, false
		s.events, s.skipped, s.tickAt = s.events[:0], 0, time.Time{}
		return
	}
	if !now.Before(s.tickAt) {
		s.tickAt = now.Add(never)
		if again := s.pub.Tick(v); again > 0 {
			s.tickAt = now.Add(again)
		}
	}
	ticker := s.ticker.due(now, s.opts.TickerInterval)
	if (s.board.changed || ticker) && now.Sub(s.board.sent) >= s.boardInterval() {
		if ticker {
			s.pub.Ticker(v, s.events, s.skipped)
			s.events, s.skipped = s.events[:0], 0
			s.ticker.done(now)
		}
		s.pub.Board(v, ticker)
		s.board.done(now)
	}
	if s.standings.due(now, s.opts.StandingInterval) {
		s.pub.Standings(v)
		s.standings.done(now)
	}
}

// boardInterval is the least time between two boards: with many watchers, the
// time in which one is written, since a watcher that misses one needs the next
// in full. A fan-out that was held up for long must not silence the boards.
func (s *audience) boardInterval() time.Duration {
	return max(s.opts.BoardInterval, min(s.pub.FanOut(), longestRest))
}

// next calls at with each time at which show has something to do.
func (s *audience) next(at func(time.Time)) {
	board := s.board.sent.Add(s.boardInterval())
	if s.board.changed {
		at(board)
	}
	if s.ticker.changed { // a ticker comes with a board
		ticker := s.ticker.sent.Add(s.opts.TickerInterval)
		if ticker.Before(board) {
			ticker = board
		}
		at(ticker)
	}
	if s.pub.Audience(s.hunt) > 0 && time.Until(s.tickAt) < never/2 {
		at(s.tickAt)
	}
	if s.standings.changed {
		at(s.standings.sent.Add(s.opts.StandingInterval))
	}
}
