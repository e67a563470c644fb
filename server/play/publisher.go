package play

import (
	"encoding/json"
	"sync"
	"sync/atomic"
	"time"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/hub"
	"veltrix/server/protocol"
)

// Publisher sends what hunts publish to the sessions in them. It implements
// actor.Publisher.
type Publisher struct {
	hub   *hub.Hub
	pages *ledgerPages // Forget drops a hunt's
	// versions numbers boards and tickers of all hunts, so that none is used
	// twice even when a hunt ends and comes back.
	versions atomic.Uint64

	mu        sync.RWMutex
	audiences map[string]*audience // by hunt; made by the first session that enters
}

var _ actor.Publisher = (*Publisher)(nil)

// NewPublisher returns a publisher for the hunts of a store. It starts nothing.
func NewPublisher(h *hub.Hub, store game.Store) *Publisher {
	return &Publisher{hub: h, pages: newLedgerPages(store), audiences: map[string]*audience{}}
}

// Audience implements actor.Publisher.
func (p *Publisher) Audience(hunt string) int { return p.hub.Count(topic(hunt)) }

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
	case game.Joined, game.Recovered: // Reset announces a new epoch
	case game.Phased:
		p.hub.Publish(topic(v.Hunt), protocol.Encode(protocol.Phase{
			Type: "phase", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Phase: n.Phase, Frozen: n.Frozen,
			Opens: v.Opens(), Closes: v.Closes(),
		}))
		if n.Phase == game.Open && v.Opens() == n.At { // it leaves draft, so the challenges show
			p.publishDefinition(v, n)
		}
	case game.Defined:
		p.publishDefinition(v, n)
	case game.Announced:
		p.hub.Publish(topic(v.Hunt), protocol.Encode(notice(v, n)))
	case game.Banned:
		for _, m := range p.membersOf(v.Hunt, n.Entrant) {
			m.expel(game.WhyBanned)
		}
	default:
		p.sendToEntrant(v, n, more, origin)
	}
}

// sendToEntrant sends an entry to the entrant's sessions, but not an award or a
// hint to the session that asked for it: its reply says the same.
func (p *Publisher) sendToEntrant(v *actor.View, n *game.Entry, more []game.Entry, origin any) {
	members := p.membersOf(v.Hunt, n.Entrant)
	if len(members) == 0 {
		return
	}
	var msg []byte
	for _, m := range members {
		if m.session == origin && (n.Type == game.Awarded || n.Type == game.Hinted) {
			continue
		}
		if msg == nil {
			msg = protocol.Encode(personal(v, n, more))
		}
		m.session.out.Send(msg)
	}
}

// personal is the message of an entry to its entrant, nil where there is none.
// More are the entries that follow, badges of the same award among them.
func personal(v *actor.View, n *game.Entry, more []game.Entry) any {
	switch n.Type {
	case game.Awarded:
		a := protocol.Award{
			Type: "award", Hunt: v.Hunt, Seq: n.Seq, At: n.At, ID: n.ID, Challenge: n.Challenge,
			Points: n.Points, Bonus: n.Bonus, Total: n.Total, Badges: []string{}, Reason: n.Reason,
		}
		for i := range more {
			b := &more[i]
			if b.Type == game.Badged && b.Entrant == n.Entrant && b.ID == n.ID {
				a.Badges, a.Total = append(a.Badges, b.Badge), b.Total
			} else if b.Entrant == n.Entrant {
				break
			}
		}
		return a
	case game.Badged:
		return protocol.Badge{
			Type: "badge", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Badge: n.Badge,
			Points: n.Points, Total: n.Total, Reason: n.Reason,
		}
	case game.Hinted:
		return protocol.Hinted{
			Type: "hinted", Hunt: v.Hunt, Challenge: n.Challenge, Hint: n.Hint,
			Text: hintText(v.Definition, n.Challenge, n.Hint), Cost: -n.Points, Total: n.Total, Seq: n.Seq, At: n.At,
		}
	case game.Adjusted, game.Revoked:
		return protocol.Correction{
			Type: string(n.Type), Hunt: v.Hunt, Seq: n.Seq, At: n.At, Challenge: n.Challenge, Badge: n.Badge,
			Points: n.Points, Total: n.Total, Reason: n.Reason,
		}
	}
	return nil
}

// notice is the message of an announcement.
func notice(v *actor.View, n *game.Entry) protocol.Notice {
	return protocol.Notice{Type: "notice", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Text: n.Text}
}

// publishDefinition sends the definition of this entry, one for each revision, as
// seen by an entrant that solved nothing.
func (p *Publisher) publishDefinition(v *actor.View, n *game.Entry) {
	_, rev := v.Published()
	p.hub.Publish(topic(v.Hunt), protocol.Encode(protocol.Definition{
		Type: "definition", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Rev: rev,
		Definition: p.audience(v.Hunt).definition(v, nil, n.At),
	}))
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
		if rank == m.rank && entrants == m.entrants && row.Points == m.points {
			continue
		}
		m.rank, m.entrants, m.points = rank, entrants, row.Points
		m.session.out.Put(topic(v.Hunt), protocol.Encode(protocol.Standing{
			Type: "standing", Hunt: v.Hunt, Seq: v.Seq, Rank: rank, Points: row.Points, Entrants: entrants,
		}))
	}
}

// Reset implements actor.Publisher.
func (p *Publisher) Reset(v *actor.View) {
	a := p.audience(v.Hunt)
	a.views, a.viewRev = map[string]json.RawMessage{}, ""
	p.hub.Publish(topic(v.Hunt), protocol.Encode(protocol.Reset{Type: "reset", Hunt: v.Hunt, Epoch: v.Epoch, Seq: v.Seq}))
	p.Board(v, true)
}
