package play

import (
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

// Ticker implements game.Publisher.
func (p *Publisher) Ticker(v *actor.View, events []actor.Event, skipped int) {
	if len(events) > 0 {
		p.hub.SetState(topic(v.Hunt), slotTicker, hub.State{Version: p.versions.Add(1), Full: ticker(v, events, skipped)})
	}
}

// Board implements game.Publisher: it shows the top of the board, as a delta
// to whoever was shown the one before.
func (p *Publisher) Board(v *actor.View, worthsToo bool) {
	a := p.audience(v.Hunt)
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
