package main

import (
	"encoding/json"
	"strconv"
	"time"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/hub"
	"veltrix/server/protocol"
)

// Slots of a hunt's topic.
const (
	slotBoard  = 0
	slotTicker = 1
)

// boardSize is how many rows boards on the wire have. More are to be had from
// GET …/board.
const boardSize = 50

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// Audience implements game.Publisher.
func (p *play) Audience(hunt string) int { return p.hub.Count(topic(hunt)) }

// FanOut implements game.Publisher.
func (p *play) FanOut() time.Duration { return p.hub.FanOut() }

// Forget implements game.Publisher.
func (p *play) Forget(hunt string) {
	p.shelf.forget(hunt)
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.audiences[hunt]; a != nil && len(a.members) == 0 {
		delete(p.audiences, hunt)
		p.hub.SetState(topic(hunt), slotBoard, hub.State{})
		p.hub.SetState(topic(hunt), slotTicker, hub.State{})
	}
}

// Entry implements game.Publisher.
func (p *play) Entry(v *actor.View, n *game.Entry, more []game.Entry, origin any) {
	switch n.Type {
	case game.Joined, game.Recovered: // of a new epoch everyone is told by Reset
	case game.Phased:
		p.hub.Publish(topic(v.Hunt), protocol.Encode(protocol.Phase{
			Type: "phase", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Phase: n.Phase, Frozen: n.Frozen,
			Opens: v.Opens(), Closes: v.Closes(),
		}))
		if n.Phase == game.Open && v.Opens() == n.At { // out of draft: the challenges show
			p.publishDefinition(v, n)
		}
	case game.Defined:
		p.publishDefinition(v, n)
	case game.Announced:
		p.hub.Publish(topic(v.Hunt), protocol.Encode(notice(v, n)))
	case game.Banned:
		for _, m := range p.sessions(v.Hunt, n.Entrant) {
			m.session.out.Close(hub.Banned)
		}
	default:
		p.tell(v, n, more, origin)
	}
}

// tell sends an entry to the entrant's sessions. The session that asked has
// the reply, which says the same as an award or a hint.
func (p *play) tell(v *actor.View, n *game.Entry, more []game.Entry, origin any) {
	members := p.sessions(v.Hunt, n.Entrant)
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

// personal is an entry as its entrant is told, nil when it is not.
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

func notice(v *actor.View, n *game.Entry) protocol.Notice {
	return protocol.Notice{Type: "notice", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Text: n.Text}
}

func (p *play) publishDefinition(v *actor.View, n *game.Entry) {
	p.hub.Publish(topic(v.Hunt), protocol.Encode(protocol.Definition{
		Type: "definition", Hunt: v.Hunt, Seq: n.Seq, At: n.At, Rev: v.Definition.Rev,
		Definition: p.of(v.Hunt).definition(v, nil),
	}))
}

// Ticker implements game.Publisher.
func (p *play) Ticker(v *actor.View, events []actor.Event, skipped int) {
	if len(events) > 0 {
		p.hub.SetState(topic(v.Hunt), slotTicker, hub.State{Version: p.versions.Add(1), Full: ticker(v, events, skipped)})
	}
}

// Board implements game.Publisher: it shows the top of the board, as a delta
// to whoever was shown the one before.
func (p *play) Board(v *actor.View, worthsToo bool) {
	a := p.of(v.Hunt)
	page := v.Board(0, boardSize, false)
	board := protocol.Board{
		Type: "board", Hunt: v.Hunt, Seq: page.Seq, At: page.At, Frozen: page.Frozen,
		Entrants: page.Entrants, Size: boardSize, Rows: protocol.RowsOf(page.Rows, 0), Challenges: worths(v),
	}
	state := hub.State{Version: p.versions.Add(1), Base: a.version, Full: protocol.Encode(board)}
	if a.version != 0 {
		changes := delta(a, board, worthsToo)
		if board.Seq == a.seq && board.Frozen == a.frozen && board.Entrants == a.entrants &&
			len(changes.Rows)+len(changes.Challenges) == 0 {
			return // shown already, to the first who came
		}
		state.Delta = protocol.Encode(changes)
	}
	a.version, a.rows, a.full = state.Version, board.Rows, state.Full
	if worthsToo {
		a.worths = board.Challenges
	}
	a.seq, a.frozen, a.entrants = board.Seq, board.Frozen, board.Entrants
	p.hub.SetState(topic(v.Hunt), slotBoard, state)
}

func worths(v *actor.View) map[string]protocol.Worth {
	if v.Phase == game.Draft {
		return nil
	}
	m := make(map[string]protocol.Worth, len(v.Definition.Challenges))
	for i := range v.Definition.Challenges {
		c := &v.Definition.Challenges[i]
		m[c.ID] = protocol.WorthOf(c, v.Tally(c.ID, false))
	}
	return m
}

// delta is what changed on the board since it was last shown, and what
// challenges are worth since that was.
func delta(a *audience, b protocol.Board, worthsToo bool) protocol.Board {
	b.Base = a.seq
	rows := []protocol.Row{}
	for i, r := range b.Rows {
		if i >= len(a.rows) || a.rows[i] != r {
			rows = append(rows, r)
		}
	}
	b.Rows = rows
	var changed map[string]protocol.Worth
	for id, w := range b.Challenges {
		if worthsToo && a.worths[id] != w {
			if changed == nil {
				changed = map[string]protocol.Worth{}
			}
			changed[id] = w
		}
	}
	b.Challenges = changed
	return b
}

func ticker(v *actor.View, events []actor.Event, skipped int) []byte {
	t := protocol.Ticker{Type: "ticker", Hunt: v.Hunt, Skipped: skipped}
	for i := range events {
		e := &events[i]
		row, _ := v.Row(e.Entrant)
		badges := e.Badges
		if badges == nil {
			badges = []string{}
		}
		t.Events = append(t.Events, protocol.Event{
			Seq: e.Seq, At: e.At, Name: row.Name, Entrant: e.Entrant, Challenge: e.Challenge,
			Points: e.Points, First: e.First, Badges: badges,
		})
	}
	return protocol.Encode(t)
}

// Standings implements game.Publisher.
func (p *play) Standings(v *actor.View) {
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

// Reset implements game.Publisher.
func (p *play) Reset(v *actor.View) {
	a := p.of(v.Hunt)
	a.views, a.viewRev = map[string]json.RawMessage{}, ""
	p.hub.Publish(topic(v.Hunt), protocol.Encode(protocol.Reset{Type: "reset", Hunt: v.Hunt, Epoch: v.Epoch, Seq: v.Seq}))
	p.Board(v, true)
}
