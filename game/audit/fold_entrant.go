package audit

import (
	"maps"
	"slices"
	"strings"

	"veltrix/game"
)

// entrantFold is an entrant as the ledger says it is.
type entrantFold struct {
	players  []string
	division string
	number   int64
	joinSeq  int64
	joinedAt int64
	banned   bool
	hidden   bool
	sum      int64 // of the points of its entries
	raised   int64 // seq of the last correction that came as of its time
	clock    int64
	extra    int64
	finished game.Entry
	awards   map[string]*game.Award
	badges   map[string]game.Held
	hints    map[string]game.Bought
	fined    map[string]game.Fine
	skips    map[string]bool
	pending  map[string]game.Review // by challenge
}

// entrant returns the entrant of an entry, which has to have joined.
func (f *ledgerFold) entrant(n *game.Entry) *entrantFold {
	e := f.entrants[n.Entrant]
	if e == nil {
		if n.Type != game.Joined {
			f.differf(n.Seq, "%s of %q, who never joined", n.Type, n.Entrant)
		}
		e = &entrantFold{
			awards: map[string]*game.Award{}, badges: map[string]game.Held{}, hints: map[string]game.Bought{},
			fined: map[string]game.Fine{}, skips: map[string]bool{}, pending: map[string]game.Review{},
		}
		f.entrants[n.Entrant] = e
	}
	return e
}

// tie is the last seq that counts among equals: of an award with points that
// stands, or what that ties with, of a correction, or of joining.
func (e *entrantFold) tie() int64 {
	tie := max(e.joinSeq, e.raised)
	for _, a := range e.awards {
		if !a.Revoked && a.Points > 0 {
			tie = max(tie, a.Tie)
		}
	}
	return tie
}

func (e *entrantFold) solves() int64 {
	var solves int64
	for _, a := range e.awards {
		if !a.Revoked {
			solves++
		}
	}
	return solves
}

func (e *entrantFold) firsts() int64 {
	var firsts int64
	for _, a := range e.awards {
		if !a.Revoked && a.First {
			firsts++
		}
	}
	return firsts
}

func (f *ledgerFold) joined(n *game.Entry) {
	e := f.entrant(n)
	switch {
	case e.joinSeq != 0:
		if n.Number != e.number || n.Division != e.division {
			f.differf(n.Seq, "player %s joins number %d in division %q, %s is number %d in division %q",
				n.Player, n.Number, n.Division, n.Entrant, e.number, e.division)
		}
	default:
		if _, is := putBack(n); !is && n.Number != f.numbers {
			f.differf(n.Seq, "%s joins as number %d, %d joined before", n.Entrant, n.Number, f.numbers)
		}
		e.joinSeq, e.joinedAt, e.division, e.number = n.Seq, n.At, n.Division, n.Number
		f.numbers = max(f.numbers, n.Number+1)
	}
	if other := f.players[n.Player]; other != "" {
		f.differf(n.Seq, "player %s joined before, as %s", n.Player, other)
	}
	f.players[n.Player] = n.Entrant
	e.players = append(e.players, n.Player)
}

// moved takes a player from one entrant to another, or to none.
func (f *ledgerFold) moved(n *game.Entry) {
	if from := f.players[n.Player]; from != n.From || from == "" {
		f.differf(n.Seq, "player %s moves from %q, but was in %q", n.Player, n.From, from)
	}
	if from := f.entrants[n.From]; from != nil {
		from.players = slices.DeleteFunc(from.players, func(p string) bool { return p == n.Player })
	}
	if f.players[n.Player] = n.Entrant; n.Entrant != "" {
		e := f.entrant(n)
		e.players = append(e.players, n.Player)
	}
}

// out folds what takes an entrant off the board or brings it back, with all that
// it has.
func (f *ledgerFold) out(n *game.Entry) {
	e := f.entrant(n)
	was := e.out()
	flag, is := &e.banned, n.Type == game.Banned
	if n.Type == game.Hidden || n.Type == game.Shown {
		flag, is = &e.hidden, n.Type == game.Hidden
	}
	if *flag == is {
		f.differf(n.Seq, "%s is %s a second time", n.Entrant, n.Type)
	}
	*flag = is
	want := ""
	if e.out() != was {
		want = e.list()
		for id := range e.awards {
			f.hold(id, n.Entrant, was)
		}
	}
	if n.Awards != want {
		f.differf(n.Seq, "%s moves the tallies of %q, but those of %q have to move", n.Type, n.Awards, want)
	}
}

// out reports whether nothing of the entrant counts.
func (e *entrantFold) out() bool { return e.banned || e.hidden }

// list has the challenges that the entrant ever had, a minus before those that
// were taken back.
func (e *entrantFold) list() string {
	var list []string
	for _, id := range slices.Sorted(maps.Keys(e.awards)) {
		if e.awards[id].Revoked {
			id = "-" + id
		}
		list = append(list, id)
	}
	return strings.Join(list, " ")
}

// hold remembers whether the entrant is one of those that count and had the
// challenge.
func (f *ledgerFold) hold(challenge, entrant string, counts bool) {
	if !counts {
		delete(f.holders[challenge], entrant)
		return
	}
	if f.holders[challenge] == nil {
		f.holders[challenge] = map[string]bool{}
	}
	f.holders[challenge][entrant] = true
}

// walked folds the start and the finish of an entrant, each of which comes once.
func (f *ledgerFold) walked(n *game.Entry) {
	e := f.entrant(n)
	if n.Type == game.Finished {
		if e.finished.Seq != 0 {
			f.differf(n.Seq, "%s finished before, at seq %d", n.Entrant, e.finished.Seq)
		}
		e.finished = *n
		return
	}
	if e.clock != 0 {
		f.differf(n.Seq, "%s started before, at %d", n.Entrant, e.clock)
	}
	if _, is := putBack(n); !is && n.Clock != f.hunt.huntTime(n.At) {
		f.differf(n.Seq, "%s starts at %d, but the hunt time is %d", n.Entrant, n.Clock, f.hunt.huntTime(n.At))
	}
	e.clock = n.Clock
}

// skipped folds a skip, for one entrant or for all.
func (f *ledgerFold) skipped(n *game.Entry) {
	skips, is := f.hunt.skips, n.Type == game.Skipped
	if n.Entrant != "" {
		skips = f.entrant(n).skips
	}
	if skips[n.Challenge] == is {
		f.differf(n.Seq, "%s is %s a second time for %q", n.Challenge, n.Type, n.Entrant)
	}
	if delete(skips, n.Challenge); is {
		skips[n.Challenge] = true
	}
}

// handedIn folds a claim that waits for an organizer, and one that is refused.
func (f *ledgerFold) handedIn(n *game.Entry) {
	e := f.entrant(n)
	waiting, waits := e.pending[n.Challenge]
	if n.Type == game.Rejected {
		if waiting.ID != n.ID {
			f.differf(n.Seq, "the claim %s is rejected, %q waits", n.ID, waiting.ID)
		}
		delete(e.pending, n.Challenge)
		return
	}
	if waits || e.awards[n.Challenge] != nil {
		f.differf(n.Seq, "%s hands %s in, but has an award or waits already", n.Entrant, n.Challenge)
	}
	e.pending[n.Challenge] = game.Review{
		ID: n.ID, Entrant: n.Entrant, Player: n.Player, Challenge: n.Challenge, At: n.At, Seq: n.Seq,
	}
}
