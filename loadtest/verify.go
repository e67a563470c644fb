package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"veltrix/loadtest/crowd"
	"veltrix/testkit/check"
)

// maxProblems bounds the list: one broken invariant breaks many lines.
const maxProblems = 50

// verification counts what was compared and lists what is wrong.
type verification struct {
	Acknowledged int      `json:"acknowledged"` // awards and hints that were acknowledged to players
	Verified     int      `json:"verified"`     // of those: in the ledger, once, as acknowledged
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

// acked is what the server acknowledged to the players of one hunt.
type acked struct {
	members  []crowd.Member
	fresh    map[uuid.UUID]crowd.Ack // by claim id: awards and hints
	repeated []crowd.Ack
}

// byHunt sorts acknowledgements by hunt.
func byHunt(hunts int, members []crowd.Member, acks []crowd.Ack, v *verification) []acked {
	all := make([]acked, hunts)
	for i := range all {
		all[i] = acked{members: members, fresh: make(map[uuid.UUID]crowd.Ack)}
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

// A comparison checks one hunt as its ledger is read. Whether ledger and board
// agree is checked by check.Fold, as in tests. What players were sent is
// compared here and not by check.Verify: the generator keeps an Ack of some 50
// bytes for each award, where a test keeps every message.
type comparison struct {
	hunt  string
	v     *verification
	acked *acked
	fold  check.Fold
}

func (v *verification) compare(hunt string, acked *acked) *comparison {
	return &comparison{hunt: hunt, v: v, acked: acked, fold: check.Fold{
		Report: func(problem string) { v.addf("%s: %s", hunt, problem) },
	}}
}

// verifyHunt reads a hunt's ledger line by line and its board, and compares them
// with what players were sent.
func (v *verification) verifyHunt(ctx context.Context, t *target, hunt string, acked *acked) error {
	c := v.compare(hunt, acked)
	from := check.Server{URL: t.url, Organizer: t.organizer, Client: t.client}
	if err := from.Stream(ctx, hunt, c.entry); err != nil {
		return err
	}
	board, err := from.Board(ctx, hunt)
	if err != nil {
		return err
	}
	c.end(board)
	return nil
}

// entry checks a line of the ledger and removes what it proves from acked.
func (c *comparison) entry(e *check.Entry) {
	c.fold.Entry(e)
	if e.Type != "awarded" && e.Type != "hinted" {
		return
	}
	v, acked := c.v, c.acked
	id, err := uuid.Parse(e.ID)
	a, known := acked.fresh[id]
	switch {
	case err != nil:
		v.addf("%s: seq %d has the id %q", c.hunt, e.Seq, e.ID)
	case !known && e.Type == "awarded":
		v.Untold++
	case known && (a.Seq != e.Seq || a.Points != e.Points && !a.Hint || a.Hint != (e.Type == "hinted") ||
		acked.members[a.Player].ID != e.Player || crowd.Challenge(int(a.Challenge)) != e.Challenge):
		v.addf("%s: %s was told %+v; the ledger has %+v", c.hunt, acked.members[a.Player].ID, a, *e)
		delete(acked.fresh, id)
	case known:
		v.Verified++
		delete(acked.fresh, id)
	}
}

// end checks what is left of acked when the whole ledger was read, and the
// board.
func (c *comparison) end(board *check.Board) {
	v, acked := c.v, c.acked
	v.Entries += int(c.fold.Entries())
	v.Awards += c.fold.Awards()
	if c.fold.Epochs() > 1 {
		v.addf("%s: history was lost", c.hunt)
	}
	for id, a := range acked.fresh {
		v.addf("%s: %s was acknowledged to %s as seq %d and is not in the ledger", c.hunt, id, acked.members[a.Player].ID, a.Seq)
	}
	for _, a := range acked.repeated {
		who := acked.members[a.Player].ID
		got, ok := c.fold.Award(who, crowd.Challenge(int(a.Challenge)))
		if !ok || got.Seq != a.Seq || got.Points != a.Points {
			v.addf("%s: claim %s of %s was told of an award seq %d with %d points; the ledger has %+v", c.hunt, a.ID, who, a.Seq, a.Points, got)
			continue
		}
		v.Repeated++
	}
	v.Rows += len(board.Rows)
	c.fold.Board(board)
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
