package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/rules"
	"veltrix/server/auth"
)

// entrantView is all that is known of an entrant. Times are Unix ms, by the pauses
// so far; 0 is none.
type entrantView struct {
	Entrant  string         `json:"entrant"`
	Name     string         `json:"name"`
	Rank     int            `json:"rank"` // live; 0 when banned or hidden
	Points   int64          `json:"points"`
	Banned   bool           `json:"banned"`
	Hidden   bool           `json:"hidden"`
	Division string         `json:"division"`
	Number   int64          `json:"number"` // how many joined before it
	JoinedAt int64          `json:"joined_at"`
	Started  int64          `json:"started"`  // its own clock
	Ends     int64          `json:"ends"`     // its own time
	Extra    int64          `json:"extra"`    // ms that it was extended by, for it alone
	Finished int64          `json:"finished"` // it met what finishing takes
	Skips    []string       `json:"skips"`    // challenges that it may skip, for it alone
	Players  []string       `json:"players"`
	Members  []memberView   `json:"members"` // of a team, the players with names
	Awards   []awardView    `json:"awards"`
	Badges   []heldView     `json:"badges"`
	Hints    []boughtView   `json:"hints"`
	Attempts []attemptsView `json:"attempts"`
	// History are the entrant's lines of the ledger after the seq HistoryAfter,
	// newest first; 0 means that they are all.
	History      []game.Entry `json:"history"`
	HistoryAfter int64        `json:"history_after"`
}

type memberView struct {
	Player string `json:"player"`
	Name   string `json:"name"`
}

type awardView struct {
	Challenge string `json:"challenge"`
	Seq       int64  `json:"seq"`
	At        int64  `json:"at"`
	Points    int64  `json:"points"` // with bonus
	Bonus     int64  `json:"bonus"`
	Revoked   bool   `json:"revoked"`
}

type heldView struct {
	Badge  string `json:"badge"`
	Seq    int64  `json:"seq"`
	At     int64  `json:"at"`
	Points int64  `json:"points"`
}

type boughtView struct {
	Challenge string `json:"challenge"`
	Hint      string `json:"hint"`
	Seq       int64  `json:"seq"`
	At        int64  `json:"at"`
	Cost      int64  `json:"cost"`
}

type attemptsView struct {
	Challenge string `json:"challenge"`
	Count     int64  `json:"count"`
}

// entrant shows an entrant and what it did.
func (a *API) entrant(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	id, entrant := r.PathValue("hunt"), r.PathValue("entrant")
	if len(entrant) > auth.MaxNameBytes {
		return refuse(game.CodeUnknownEntrant, "")
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	e, err := a.store.Entrant(ctx, id, entrant)
	if err != nil {
		return err
	}
	type standing struct {
		rank     int
		seq      int64
		schedule rules.Schedule
	}
	now := new(standing)
	if err := a.look(ctx, id, func(v *actor.View) {
		row, _ := v.Row(entrant)
		now.seq, now.schedule = v.Seq, v.Schedule
		now.rank, _ = v.RankWith(entrant, row.Points, row.Tie)
	}); err != nil {
		return err
	}
	view := viewOf(e)
	view.Rank = now.rank
	view.clock(&now.schedule, e)
	if view.History, view.HistoryAfter, err = a.history(ctx, id, e, now.seq); err != nil {
		return err
	}
	return answer(w, http.StatusOK, view)
}

// clock fills in the times of an entrant's own clock.
func (view *entrantView) clock(s *rules.Schedule, e *game.Entrant) {
	if e.Clock != 0 {
		view.Started = s.Wall(e.Clock)
	}
	if ends := s.Ends(e); ends != 0 {
		view.Ends = s.Wall(ends)
	}
}

func viewOf(e *game.Entrant) *entrantView {
	view := &entrantView{
		Entrant: e.ID, Name: e.Name, Points: e.Total, Banned: e.Banned, Hidden: e.Hidden, Division: e.Division,
		Number: e.Number, JoinedAt: e.JoinedAt, Extra: e.Extra, Finished: e.FinishedAt,
		Players: append([]string{}, e.Players...), Members: []memberView{}, Skips: []string{},
		Awards: []awardView{}, Badges: []heldView{}, Hints: []boughtView{}, Attempts: []attemptsView{},
	}
	for _, player := range e.Players {
		if name := e.Members[player]; name != "" {
			view.Members = append(view.Members, memberView{player, name})
		}
	}
	for id, skipped := range e.Skips {
		if skipped {
			view.Skips = append(view.Skips, id)
		}
	}
	slices.Sort(view.Skips)
	for id, x := range e.Awards {
		view.Awards = append(view.Awards, awardView{id, x.Seq, x.At, x.Points, x.Bonus, x.Revoked})
	}
	for id, b := range e.Badges {
		view.Badges = append(view.Badges, heldView{id, b.Seq, b.At, b.Points})
	}
	for id, h := range e.Hints {
		challenge, hint, _ := strings.Cut(id, "/")
		view.Hints = append(view.Hints, boughtView{challenge, hint, h.Seq, h.At, h.Cost})
	}
	for id, t := range e.Attempts {
		if t.Count > 0 {
			view.Attempts = append(view.Attempts, attemptsView{id, t.Count})
		}
	}
	slices.SortFunc(view.Awards, func(a, b awardView) int { return cmp.Compare(a.Seq, b.Seq) })
	slices.SortFunc(view.Badges, func(a, b heldView) int { return cmp.Compare(a.Seq, b.Seq) })
	slices.SortFunc(view.Hints, func(a, b boughtView) int { return cmp.Compare(a.Seq, b.Seq) })
	slices.SortFunc(view.Attempts, func(a, b attemptsView) int { return cmp.Compare(a.Challenge, b.Challenge) })
	return view
}

// Bounds of an entrant's history. The ledger has no index by entrant; this
// much of it is read in well under a second.
const (
	maxHistory     = 500     // entries shown
	maxHistoryRead = 100_000 // entries looked through, from the head back
)

// history returns the entrant's lines of the ledger up to head, newest first,
// and the seq down to which the ledger was looked through, 0 when that is as
// far back as the entrant goes.
func (a *API) history(ctx context.Context, id string, e *game.Entrant, head int64) ([]game.Entry, int64, error) {
	list := []game.Entry{}
	stop := max(0, head-maxHistoryRead)
	for before := head + 1; before > e.JoinSeq; {
		entries, err := a.entriesBefore(ctx, id, before, ledgerChunk)
		if err != nil {
			return nil, 0, err
		}
		for i := range entries {
			if entries[i].Entrant != e.ID {
				continue
			}
			if len(list) == maxHistory {
				return list, entries[i].Seq, nil
			}
			list = append(list, entries[i])
		}
		if len(entries) == 0 {
			break
		}
		if before = entries[len(entries)-1].Seq; before-1 <= stop && before > e.JoinSeq {
			return list, before - 1, nil
		}
	}
	return list, 0, nil
}

// entriesBefore returns up to limit entries before a seq, newest first.
func (a *API) entriesBefore(ctx context.Context, id string, before, limit int64) ([]game.Entry, error) {
	after := max(0, before-1-limit)
	if before-1-after <= 0 {
		return nil, nil
	}
	entries, err := a.store.Ledger(ctx, id, after, int(before-1-after))
	slices.Reverse(entries)
	return entries, err
}
