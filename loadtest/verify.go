package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/google/uuid"

	"veltrix/loadtest/crowd"
	"veltrix/testkit/check"
)

// maxProblems bounds the list: one broken invariant breaks many lines.
const maxProblems = 50

// verification is what was compared, and what is wrong.
type verification struct {
	Acknowledged int      `json:"acknowledged"` // awards and hints that players were told of
	Verified     int      `json:"verified"`     // of those: in the ledger, once, as told
	Repeated     int      `json:"repeated"`     // later answers that named the same award
	Entries      int      `json:"entries"`      // of the ledgers
	Awards       int      `json:"awards"`       // in the ledgers
	Untold       int      `json:"untold"`       // awards whose player has no answer
	Rows         int      `json:"board_rows"`   // compared with the ledgers
	Problems     []string `json:"problems"`
	More         int      `json:"more_problems"` // than are listed
}

func (v *verification) addf(format string, args ...any) {
	if len(v.Problems) >= maxProblems {
		v.More++
		return
	}
	v.Problems = append(v.Problems, fmt.Sprintf(format, args...))
}

// entry is what matters of a line of the ledger.
type entry struct {
	Seq       int64  `json:"seq"`
	Epoch     string `json:"epoch"`
	Type      string `json:"type"`
	Entrant   string `json:"entrant"`
	Player    string `json:"player"`
	Challenge string `json:"challenge"`
	ID        string `json:"id"`
	Points    int64  `json:"points"`
	Total     int64  `json:"total"`
}

// told is what players of one hunt were told.
type told struct {
	members  []crowd.Member
	fresh    map[uuid.UUID]crowd.Ack // by claim id: awards and hints
	repeated []crowd.Ack
}

// byHunt sorts what players were told.
func byHunt(hunts int, members []crowd.Member, acks []crowd.Ack, v *verification) []told {
	all := make([]told, hunts)
	for i := range all {
		all[i] = told{members: members, fresh: make(map[uuid.UUID]crowd.Ack)}
	}
	for _, a := range acks {
		t := &all[members[a.Player].Hunt]
		if !a.Fresh && !a.Hint {
			t.repeated = append(t.repeated, a)
			continue
		}
		v.Acknowledged++
		if _, twice := t.fresh[a.ID]; twice {
			v.addf("claim %s was acknowledged twice", a.ID)
		}
		t.fresh[a.ID] = a
	}
	return all
}

// solve is an entrant's challenge.
type solve struct{ entrant, challenge string }

// ledger is the fold of one hunt's ledger.
type ledger struct {
	entries int64
	epoch   string
	awards  map[solve]entry
	points  map[string]int64 // by entrant
	solves  map[string]int64
}

func newLedger() *ledger {
	return &ledger{awards: make(map[solve]entry), points: make(map[string]int64), solves: make(map[string]int64)}
}

// verifyHunt reads a hunt's ledger line by line and its board, and compares them
// with what players were told.
func (v *verification) verifyHunt(ctx context.Context, t *target, hunt string, told *told) error {
	l := newLedger()
	if err := t.ledger(ctx, hunt, func(e entry) { v.entry(hunt, l, e, told) }); err != nil {
		return fmt.Errorf("ledger of %s: %w", hunt, err)
	}
	v.rest(hunt, l, told)
	reader := check.Server{URL: t.url, Organizer: t.organizer, Client: t.client}
	board, err := reader.Board(ctx, hunt)
	if err != nil {
		return err
	}
	v.board(hunt, board, l)
	return nil
}

// rest looks at what is left of told when the ledger was read.
func (v *verification) rest(hunt string, l *ledger, told *told) {
	v.Entries += int(l.entries)
	v.Awards += len(l.awards)
	for id, a := range told.fresh {
		v.addf("%s: %s was acknowledged to %s as seq %d and is not in the ledger", hunt, id, told.members[a.Player].ID, a.Seq)
	}
	for _, a := range told.repeated {
		who := told.members[a.Player].ID
		e, ok := l.awards[solve{who, crowd.Challenge(int(a.Challenge))}]
		if !ok || e.Seq != a.Seq || e.Points != a.Points {
			v.addf("%s: claim %s of %s was told of an award seq %d with %d points; the ledger has %+v", hunt, a.ID, who, a.Seq, a.Points, e)
			continue
		}
		v.Repeated++
	}
}

// entry checks a line of the ledger and takes what it proves from told.
func (v *verification) entry(hunt string, l *ledger, e entry, told *told) {
	l.entries++
	if e.Seq != l.entries {
		v.addf("%s: entry %d has seq %d", hunt, l.entries, e.Seq)
	}
	if l.epoch != "" && e.Epoch != l.epoch {
		v.addf("%s: seq %d has epoch %s after %s: history was lost", hunt, e.Seq, e.Epoch, l.epoch)
	}
	l.epoch = e.Epoch
	if e.Entrant == "" {
		return
	}
	l.points[e.Entrant] += e.Points
	if e.Type != "awarded" && e.Type != "hinted" {
		return
	}
	if e.Total != l.points[e.Entrant] {
		v.addf("%s: seq %d says a total of %d for %s, whose points sum to %d", hunt, e.Seq, e.Total, e.Entrant, l.points[e.Entrant])
	}
	if e.Type == "awarded" {
		s := solve{e.Entrant, e.Challenge}
		if first, twice := l.awards[s]; twice {
			v.addf("%s: seq %d awards %s to %s again, after seq %d", hunt, e.Seq, e.Challenge, e.Entrant, first.Seq)
		}
		l.awards[s] = e
		l.solves[e.Entrant]++
	}
	id, err := uuid.Parse(e.ID)
	a, known := told.fresh[id]
	switch {
	case err != nil:
		v.addf("%s: seq %d has the id %q", hunt, e.Seq, e.ID)
	case !known && e.Type == "awarded":
		v.Untold++
	case known && (a.Seq != e.Seq || a.Points != e.Points && !a.Hint || a.Hint != (e.Type == "hinted") ||
		told.members[a.Player].ID != e.Player || crowd.Challenge(int(a.Challenge)) != e.Challenge):
		v.addf("%s: %s was told %+v; the ledger has %+v", hunt, told.members[a.Player].ID, a, e)
		delete(told.fresh, id)
	case known:
		v.Verified++
		delete(told.fresh, id)
	}
}

// board compares the board with the fold of the ledger.
func (v *verification) board(hunt string, b *check.Board, l *ledger) {
	if b.Entrants != int64(len(l.points)) || len(b.Rows) != len(l.points) {
		v.addf("%s: the board has %d rows and says %d entrants, the ledger has %d", hunt, len(b.Rows), b.Entrants, len(l.points))
	}
	for _, r := range b.Rows {
		v.Rows++
		if r.Points != l.points[r.Entrant] || r.Solved != l.solves[r.Entrant] {
			v.addf("%s: the board has %+v, the ledger %d points and %d solves", hunt, r, l.points[r.Entrant], l.solves[r.Entrant])
		}
	}
}

// answers adds what was wrong with the answers themselves.
func (v *verification) answers(r *crowd.Result) {
	for what, n := range r.Unexpected {
		v.addf("%d answers were unexpected: asked %s", n, what)
	}
	if r.Missing > 0 {
		v.addf("%d requests had no answer when the run ended, among them %s", r.Missing, r.Unanswered[0])
	}
	if int64(v.Untold) > r.Missing {
		v.addf("%d awards are in the ledger and their players were not told, but only %d requests had no answer", v.Untold, r.Missing)
	}
}

// ledger calls yield with every line of a hunt's ledger.
func (t *target) ledger(ctx context.Context, hunt string, yield func(entry)) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url+"/api/v1/hunts/"+hunt+"/ledger", http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+t.organizer)
	resp, err := t.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // has been read
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the answer is %s", resp.Status)
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return fmt.Errorf("line %.200q: %w", lines.Text(), err)
		}
		yield(e)
	}
	return lines.Err()
}
