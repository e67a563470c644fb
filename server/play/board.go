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

// boardSize is how many rows a board on the wire has. GET …/board has the rest.
const boardSize = 50

// Ticker implements actor.Publisher.
func (p *Publisher) Ticker(v *actor.View, events []actor.Event, skipped int) {
	if len(events) > 0 {
		p.hub.SetState(topic(v.Hunt), slotTicker, hub.State{Version: p.versions.Add(1), Full: ticker(v, events, skipped)})
	}
}

// Board implements actor.Publisher. It shows the top of the board, as a delta to
// each session that was sent the one before.
func (p *Publisher) Board(v *actor.View, worthsToo bool) {
	a := p.audience(v.Hunt)
	page := v.Board("", 0, boardSize, false)
	board := protocol.Board{
		Type: "board", Hunt: v.Hunt, Seq: page.Seq, At: page.At, Frozen: page.Frozen,
		Entrants: page.Entrants, Size: boardSize, Rows: protocol.RowsOf(page.Rows, 0), Challenges: worths(v, p.clock()),
	}
	state := hub.State{Version: p.versions.Add(1), Base: a.shown.version, Full: protocol.Encode(board)}
	if a.shown.version != 0 {
		changes := delta(&a.shown, board, worthsToo)
		if board.Seq == a.shown.seq && board.Frozen == a.shown.frozen && board.Entrants == a.shown.entrants &&
			len(changes.Rows)+len(changes.Challenges) == 0 {
			return // shown already, when the first session entered
		}
		state.Delta = protocol.Encode(changes)
	}
	shown := shownBoard{
		version: state.Version, seq: board.Seq, frozen: board.Frozen, entrants: board.Entrants,
		rows: board.Rows, worths: a.shown.worths, full: state.Full,
	}
	if worthsToo {
		shown.worths = board.Challenges
	}
	a.shown = shown
	p.hub.SetState(topic(v.Hunt), slotBoard, state)
}

// worths returns what the challenges give, nil before the hunt opens.
func worths(v *actor.View, now int64) map[string]protocol.Worth {
	if v.Phase == game.Draft {
		return nil
	}
	m := make(map[string]protocol.Worth, len(v.Definition.Challenges))
	for i := range v.Definition.Challenges {
		c := &v.Definition.Challenges[i]
		points, solves := v.Worth(c, now)
		m[c.ID] = protocol.Worth{Worth: points, Solves: solves}
	}
	return m
}

// delta is what changed on the board since it was last shown, and with worthsToo
// the challenges whose worth did.
func delta(shown *shownBoard, b protocol.Board, worthsToo bool) protocol.Board {
	b.Base = shown.seq
	rows := []protocol.Row{}
	for i, r := range b.Rows {
		if i >= len(shown.rows) || shown.rows[i] != r {
			rows = append(rows, r)
		}
	}
	b.Rows = rows
	var changed map[string]protocol.Worth
	for id, w := range b.Challenges {
		if worthsToo && shown.worths[id] != w {
			if changed == nil {
				changed = map[string]protocol.Worth{}
			}
			changed[id] = w
		}
	}
	b.Challenges = changed
	return b
}

// ticker encodes the latest awards.
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
