package audit

import (
	"veltrix/game"
	"veltrix/game/hunt"
)

// move adds an entry's points to its entrant and checks the total that it
// claims.
func (f *ledgerFold) move(n *game.Entry) *entrantFold {
	e := f.entrant(n)
	e.sum += n.Points
	if n.Total != e.sum {
		f.differf(n.Seq, "%s has the total %d, its entries add up to %d", n.Entrant, n.Total, e.sum)
	}
	if e.sum > hunt.MaxPoints || e.sum < -hunt.MaxPoints {
		f.differf(n.Seq, "%s has %d points, past the bound of ±%d", n.Entrant, e.sum, hunt.MaxPoints)
	}
	return e
}

func (f *ledgerFold) awarded(n *game.Entry) {
	e := f.move(n)
	before := e.awards[n.Challenge]
	if before != nil && !before.Revoked {
		f.differf(n.Seq, "%s was awarded %s before, at seq %d", n.Entrant, n.Challenge, before.Seq)
	}
	if want := e.since(n); n.Since != want {
		f.differf(n.Seq, "%s of %s ties since seq %d, not since %d", n.Challenge, n.Entrant, n.Since, want)
	}
	a := &game.Award{
		ID: n.ID, Player: n.Player, Seq: n.Seq, At: n.At, Points: n.Points, Bonus: n.Bonus, Total: n.Total, Tie: n.Seq,
	}
	if n.Since != 0 {
		a.Tie = n.Since
	}
	if before != nil {
		a.First = before.First
	} else if !e.out() {
		a.First = len(f.holders[n.Challenge]) == 0
		f.hold(n.Challenge, n.Entrant, true)
	}
	e.awards[n.Challenge] = a
	delete(e.pending, n.Challenge)
}

// since is what an award ties with when that is not its own entry: what it tied
// with before it was taken back, or when the claim was handed in that an
// organizer approves.
func (e *entrantFold) since(n *game.Entry) int64 {
	if before := e.awards[n.Challenge]; before != nil {
		return before.Tie
	}
	_, is := putBack(n)
	if waiting := e.pending[n.Challenge]; waiting.ID == n.ID && (is || n.By != "" && n.Player != "") {
		return waiting.Seq
	}
	return 0
}

func (f *ledgerFold) badged(n *game.Entry) {
	if _, is := putBack(n); n.Place != 0 && !is {
		f.place(n)
	}
	e := f.move(n)
	if has, is := e.badges[n.Badge]; is {
		f.differf(n.Seq, "%s was given the badge %s before, at seq %d", n.Entrant, n.Badge, has.Seq)
	}
	e.badges[n.Badge] = game.Held{Seq: n.Seq, At: n.At, Points: n.Points, Place: n.Place}
	if a := e.awards[n.Challenge]; n.Challenge != "" && a != nil && a.ID == n.ID {
		a.Badges, a.Total = append(a.Badges, n.Badge), n.Total
	}
}

func (f *ledgerFold) hinted(n *game.Entry) {
	e := f.move(n)
	key := n.Challenge + "/" + n.Hint
	if bought, has := e.hints[key]; has {
		f.differf(n.Seq, "%s bought the hint %s before, at seq %d", n.Entrant, key, bought.Seq)
	}
	if n.Points > 0 {
		f.differf(n.Seq, "the hint %s gave %d points", key, n.Points)
	}
	if _, is := putBack(n); !is && n.Rev != f.hunt.rev {
		f.differf(n.Seq, "the hint %s is of revision %d, in force is %d", key, n.Rev, f.hunt.rev)
	}
	e.hints[key] = game.Bought{ID: n.ID, Seq: n.Seq, At: n.At, Cost: -n.Points, Total: n.Total, Rev: n.Rev}
}

func (f *ledgerFold) adjusted(n *game.Entry) {
	if e := f.move(n); n.Points > 0 && !n.KeepPlace {
		e.raised = n.Seq
	}
}

// penalised folds the penalty for a wrong claim: once for its id, and never below
// zero.
func (f *ledgerFold) penalised(n *game.Entry) {
	e := f.move(n)
	key := n.Challenge + "/" + n.ID
	if fine, has := e.fined[key]; has {
		f.differf(n.Seq, "%s paid for the claim %s before, at seq %d", n.Entrant, key, fine.Seq)
	}
	if n.Points >= 0 {
		f.differf(n.Seq, "the penalty for %s gave %d points", key, n.Points)
	}
	if _, is := putBack(n); !is && e.sum < 0 {
		f.differf(n.Seq, "the penalty for %s takes %s below zero, to %d", key, n.Entrant, e.sum)
	}
	e.fined[key] = game.Fine{Seq: n.Seq, At: n.At, Points: -n.Points, Total: n.Total}
}

func (f *ledgerFold) revoked(n *game.Entry) {
	e := f.move(n)
	if n.Badge != "" {
		has, is := e.badges[n.Badge]
		switch {
		case !is:
			f.differf(n.Seq, "%s loses the badge %s, which it has not", n.Entrant, n.Badge)
		case n.Points != -has.Points:
			f.differf(n.Seq, "the badge %s gave %s %d points, taken back are %d", n.Badge, n.Entrant, has.Points, -n.Points)
		}
		delete(e.badges, n.Badge)
		return
	}
	a := e.awards[n.Challenge]
	if a == nil || a.Revoked {
		f.differf(n.Seq, "%s loses the award of %s, which it has not", n.Entrant, n.Challenge)
		return
	}
	if n.Points != -a.Points {
		f.differf(n.Seq, "%s gave %s %d points, taken back are %d", n.Challenge, n.Entrant, a.Points, -n.Points)
	}
	a.Revoked = true
}
