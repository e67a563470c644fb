package play

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/hub"
	"veltrix/server/protocol"
)

// Publisher sends what hunts publish to the sessions in them. It implements
// actor.Publisher.
type Publisher struct {
	hub   *hub.Hub
	pages *ledgerPages // Forget drops a hunt's
	clock func() int64 // the store's, Unix ms
	// versions numbers boards and tickers of all hunts, so that none is used
	// twice even when a hunt ends and comes back.
	versions atomic.Uint64

	mu        sync.RWMutex
	audiences map[string]*audience // by hunt; made by the first session that enters
}

var _ actor.Publisher = (*Publisher)(nil)

// NewPublisher returns a publisher for the hunts of a store. It starts nothing.
func NewPublisher(h *hub.Hub, store game.Store, clock *actor.Clock) *Publisher {
	return &Publisher{
		hub: h, pages: newLedgerPages(store), audiences: map[string]*audience{},
		clock: func() int64 { return clock.Now().UnixMilli() },
	}
}

// Audience implements actor.Publisher.
func (p *Publisher) Audience(hunt string) int { return p.hub.Count(topic(hunt)) }

// Present implements actor.Publisher.
func (p *Publisher) Present(hunt string) []string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	a := p.audiences[hunt]
	if a == nil {
		return nil
	}
	return slices.Collect(maps.Keys(a.members))
}

// FanOut implements actor.Publisher.
func (p *Publisher) FanOut() time.Duration { return p.hub.FanOut() }

// Forget implements actor.Publisher.
func (p *Publisher) Forget(hunt string) {
	p.pages.forget(hunt)
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.audiences[hunt]; a != nil && len(a.members) == 0 {
		delete(p.audiences, hunt)
		p.hub.SetState(topic(hunt), slotBoard, hub.State{})
		p.hub.SetState(topic(hunt), slotTicker, hub.State{})
	}
}

// Entry implements actor.Publisher.
func (p *Publisher) Entry(v *actor.View, n *game.Entry, more []game.Entry, origin any) {
	switch n.Type {
	case game.Recovered: // Reset announces a new epoch
	case game.Phased:
		p.publishPhase(v, n)
	case game.Defined:
		p.publishDefinition(v, n)
	case game.Announced:
		p.hub.Publish(topic(v.Hunt), protocol.Encode(notice(v, n)))
	case game.Deleted:
		for _, id := range p.Present(v.Hunt) {
			for _, m := range p.membersOf(v.Hunt, id) {
				m.expel("deleted")
			}
		}
		p.hub.Publish(watched(v.Hunt), protocol.Encode(protocol.Left{Type: "left", Hunt: v.Hunt, Why: "deleted"}))
	case game.Banned:
		for _, m := range p.membersOf(v.Hunt, n.Entrant) {
			m.expel(game.WhyBanned)
		}
	case game.Moved:
		for _, m := range p.membersOf(v.Hunt, n.From) {
			if m.session.player == n.Player {
				m.expel("moved")
			}
		}
		p.walk(v, n)
	case game.Extended:
		p.walk(v, n)
		p.publishExtension(v, n)
	default:
		if n.Entrant == "" && (n.Type == game.Skipped || n.Type == game.Unskipped) { // for everybody
			p.hub.Publish(topic(v.Hunt), protocol.Encode(personal(v, nil, n, nil)[0]))
		}
		p.sendToEntrant(v, n, more, origin)
		p.walk(v, n)
	}
}

// publishPhase sends a change of the phase or the schedule, and the definition
// where that shows more or less of it.
func (p *Publisher) publishPhase(v *actor.View, n *game.Entry) {
	p.hub.Publish(topic(v.Hunt), protocol.Encode(protocol.Phase{
		Type: "phase", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Phase: n.Phase, Frozen: n.Frozen,
		Opens: v.Opens(), Closes: v.Closes(),
	}))
	a := p.audience(v.Hunt)
	was := a.phase
	a.phase = n.Phase
	left := n.Phase == game.Open && v.Opens() == n.At // draft, so the challenges show
	closes := n.Phase == game.Closed                  // a.phase may be newer than what was sent
	if left || (closes || was == game.Closed) && showsClosed(v.Definition) {
		p.publishDefinition(v, n)
	}
	p.publishEnds(v, n)
}

// showsClosed reports whether the definition shows more once the hunt is closed.
func showsClosed(d *hunt.Definition) bool {
	return d.Practice || d.Limit != 0 ||
		slices.ContainsFunc(d.Challenges, func(c hunt.Challenge) bool { return c.Solution != "" })
}

// publishEnds sends entrants with a clock of their own when it ends, where an entry
// has moved that: a pause does not count.
func (p *Publisher) publishEnds(v *actor.View, n *game.Entry) {
	for _, e := range p.audience(v.Hunt).present {
		if v.Ends(e.Walker) != e.ends {
			p.sendEnds(v, n, e)
		}
	}
}

func (p *Publisher) sendEnds(v *actor.View, n *game.Entry, e *present) {
	e.ends = v.Ends(e.Walker)
	msg := protocol.Encode(protocol.Extended{
		Type: "extended", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Ends: e.ends, Reason: n.Reason,
	})
	for _, m := range p.membersOf(v.Hunt, e.Entrant) {
		m.session.out.Send(msg)
	}
}

// publishExtension sends more time to those that get it.
func (p *Publisher) publishExtension(v *actor.View, n *game.Entry) {
	if n.Entrant == "" {
		p.hub.Publish(topic(v.Hunt), protocol.Encode(protocol.Phase{
			Type: "phase", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Phase: v.Phase, Frozen: v.Frozen,
			Opens: v.Opens(), Closes: v.Closes(),
		}))
	}
	for id, e := range p.audience(v.Hunt).present {
		if n.Entrant != "" && n.Entrant != id {
			continue
		}
		if n.Entrant != "" || v.Ends(e.Walker) != 0 {
			p.sendEnds(v, n, e)
		}
	}
}

// sendToEntrant sends an entry to the entrant's sessions, but not to the session
// that asked for it what its reply says.
func (p *Publisher) sendToEntrant(v *actor.View, n *game.Entry, more []game.Entry, origin any) {
	members := p.membersOf(v.Hunt, n.Entrant)
	if len(members) == 0 {
		return
	}
	var msgs [][]byte
	for _, m := range members {
		if m.session == origin && replied(n) {
			continue
		}
		if msgs == nil {
			for _, message := range personal(v, p.audience(v.Hunt).present[n.Entrant], n, more) {
				msgs = append(msgs, protocol.Encode(message))
			}
			if msgs == nil {
				return
			}
		}
		for _, msg := range msgs {
			m.session.out.Send(msg)
		}
	}
}

// replied reports whether the reply to a request says all of the entry that it
// made.
func replied(n *game.Entry) bool {
	switch n.Type {
	case game.Awarded, game.Hinted, game.Penalised, game.Started, game.Finished:
		return true
	}
	return false
}

// personal lists the messages of an entry to its entrant. More are the entries that
// follow, badges of the same award among them. e is nil for what was missed.
func personal(v *actor.View, e *present, n *game.Entry, more []game.Entry) []any {
	change := protocol.Change{
		Type: string(n.Type), Hunt: v.Hunt, Seq: n.Seq, At: n.At, Challenge: n.Challenge, Reason: n.Reason,
	}
	switch n.Type {
	case game.Awarded:
		return awardMessages(v, n, more)
	case game.Badged:
		return []any{protocol.Badge{
			Type: "badge", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Badge: n.Badge,
			Points: n.Points, Total: n.Total, Reason: n.Reason,
		}}
	case game.Hinted:
		_, text := v.HintText(n.Challenge, n.Hint, n.Rev)
		return []any{protocol.Hinted{
			Type: "hinted", Hunt: v.Hunt, Challenge: n.Challenge, Hint: n.Hint,
			Text: text, Cost: -n.Points, Total: n.Total, Seq: n.Seq, At: n.At,
		}}
	case game.Adjusted, game.Revoked, game.Penalised:
		c := protocol.Correction{
			Type: string(n.Type), Hunt: v.Hunt, Seq: n.Seq, At: n.At, Challenge: n.Challenge, Badge: n.Badge,
			Points: n.Points, Total: n.Total, Reason: n.Reason,
		}
		if n.Type == game.Penalised {
			c.ID = n.ID
		}
		return []any{c}
	case game.Rejected:
		return []any{protocol.Reviewed{
			Type: "reviewed", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Challenge: n.Challenge, Claim: n.ID, Reason: n.Reason,
		}}
	case game.Finished:
		return []any{protocol.Finished{Type: "finished", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Text: finishText(v)}}
	case game.Started:
		if e != nil {
			e.Apply(n)
			return []any{protocol.Started{Type: "started", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Ends: v.Ends(e.Walker)}}
		}
	case game.Renamed:
		change.Name = n.Name
		return []any{change}
	case game.Divided:
		change.Division = n.Division
		return []any{change}
	case game.Skipped, game.Unskipped:
		return []any{change}
	}
	return nil
}

// awardMessages are the messages of an award: one more says that an organizer
// approved a claim.
func awardMessages(v *actor.View, n *game.Entry, more []game.Entry) []any {
	a := protocol.Award{
		Type: "award", Hunt: v.Hunt, Seq: n.Seq, At: n.At, ID: n.ID, Challenge: n.Challenge,
		Points: n.Points, Bonus: n.Bonus, Total: n.Total, Badges: []string{}, Reason: n.Reason, Solved: solvedText(v, n.Challenge),
	}
	for i := range more {
		b := &more[i]
		if b.Type == game.Badged && b.Entrant == n.Entrant && b.ID == n.ID {
			a.Badges, a.Total = append(a.Badges, b.Badge), b.Total
		} else if b.Entrant == n.Entrant {
			break
		}
	}
	if n.By == "" || n.Player == "" {
		return []any{a}
	}
	return []any{a, protocol.Reviewed{
		Type: "reviewed", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Challenge: n.Challenge, Claim: n.ID, Approved: true,
		Points: &n.Points, Reason: n.Reason,
	}}
}

// solvedText is what whoever solved a challenge reads.
func solvedText(v *actor.View, challenge string) string {
	if c := v.Definition.Challenge(challenge); c != nil {
		return c.Solved
	}
	return ""
}

// finishText is what whoever has finished reads.
func finishText(v *actor.View) string {
	if f := v.Definition.Finish; f != nil {
		return f.Text
	}
	return ""
}

// notice is the message of an announcement.
func notice(v *actor.View, n *game.Entry) protocol.Notice {
	return protocol.Notice{Type: "notice", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Text: n.Text}
}

// publishDefinition sends the definition of this entry, one for each revision, as
// those see it who watch, and then to each entrant what it sees more.
func (p *Publisher) publishDefinition(v *actor.View, n *game.Entry) {
	_, rev := v.Published()
	a := p.audience(v.Hunt)
	definition, sees := a.definition(v, nil, n.At)
	a.watched, a.opening = sees, opening{}
	p.hub.Publish(topic(v.Hunt), protocol.Encode(protocol.Definition{
		Type: "definition", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Rev: rev, View: sees.view, Definition: definition,
	}))
	u := p.unlocked(v, n.At)
	for _, e := range a.present {
		e.sees = sees
		p.reveal(u, e)
	}
	p.publishEnds(v, n)
}

// Standings implements actor.Publisher.
func (p *Publisher) Standings(v *actor.View) {
	p.mu.RLock()
	a := p.audiences[v.Hunt]
	var members []*member
	if a != nil {
		for _, list := range a.members {
			members = append(members, list...)
		}
	}
	p.mu.RUnlock()
	for _, m := range members {
		row, _ := v.Row(m.entrant)
		rank, entrants := v.Rank(m.entrant)
		division := v.DivisionRank(m.entrant)
		if rank == m.rank && entrants == m.entrants && row.Points == m.points && division == m.division {
			continue
		}
		m.rank, m.entrants, m.points, m.division = rank, entrants, row.Points, division
		m.session.out.Put(topic(v.Hunt), protocol.Encode(protocol.Standing{
			Type: "standing", Hunt: v.Hunt, Seq: shownSeq(v), Rank: rank, Points: row.Points, Entrants: entrants,
			DivisionRank: division,
		}))
	}
}

// shownSeq is the seq that players may know: while frozen it is that of the freeze.
func shownSeq(v *actor.View) int64 {
	if v.Frozen {
		return v.FrozenSeq
	}
	return v.Seq
}

// Reset implements actor.Publisher.
func (p *Publisher) Reset(v *actor.View) {
	a := p.audience(v.Hunt)
	a.views, a.viewRev = map[string]json.RawMessage{}, ""
	p.hub.Publish(topic(v.Hunt), protocol.Encode(protocol.Reset{Type: "reset", Hunt: v.Hunt, Epoch: v.Epoch, Seq: v.Seq}))
	p.Board(v, true)
}
