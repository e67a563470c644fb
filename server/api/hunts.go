package api

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/game/rules"
	"veltrix/server/auth"
	"veltrix/server/protocol"
)

// huntSummary is a hunt in the list of hunts. Times are Unix ms.
type huntSummary struct {
	Hunt           string     `json:"hunt"`
	Title          string     `json:"title"`
	Description    string     `json:"description"`
	Mode           hunt.Mode  `json:"mode"`
	Phase          game.Phase `json:"phase"`
	Opens          int64      `json:"opens,omitempty"`
	Closes         int64      `json:"closes,omitempty"`
	Frozen         bool       `json:"frozen"`
	Entrants       int64      `json:"entrants"`
	ChallengeCount int        `json:"challenge_count"`
	CodeRequired   bool       `json:"code_required"`
	Listed         bool       `json:"listed"`
}

func summaryOf(d *hunt.Definition) huntSummary {
	return huntSummary{
		Hunt: d.ID, Title: d.Title, Description: d.Description, Mode: d.Mode,
		ChallengeCount: len(d.Challenges), CodeRequired: d.JoinCode != "", Listed: !d.Unlisted,
	}
}

// outside is what those see of a hunt with a code who do not know it: title, times,
// phase, how one plays, and how many do, which its board shows.
func (s huntSummary) outside() huntSummary {
	if s.CodeRequired {
		s.Description, s.ChallengeCount = "", 0
	}
	return s
}

// lobby is the list as anyone may see it.
func lobby(all []huntSummary) []huntSummary {
	list := make([]huntSummary, 0, len(all))
	for _, s := range all {
		if s.Listed {
			list = append(list, s.outside())
		}
	}
	return list
}

// listing keeps the list of hunts for a moment: anyone may ask for it as often
// as they like, and it costs a look at every hunt.
type listing struct {
	mu    sync.Mutex
	at    time.Time
	hunts []huntSummary // with those that are not listed
}

const listingAge = time.Second

// forget makes the next request look again.
func (l *listing) forget() {
	l.mu.Lock()
	l.at = time.Time{}
	l.mu.Unlock()
}

func (a *API) listHunts(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	a.list.mu.Lock()
	defer a.list.mu.Unlock()
	if time.Since(a.list.at) > listingAge {
		hunts, err := a.summaries(ctx)
		if err != nil {
			return err
		}
		a.list.hunts, a.list.at = hunts, time.Now()
	}
	list := a.list.hunts
	if !a.tokens.Is(auth.Organizer, bearer(r)) {
		list = lobby(list)
	}
	w.Header().Add("Vary", "Authorization")
	return answer(w, http.StatusOK, map[string]any{"hunts": list})
}

// summaries reads the store, not the hunts: those that nobody plays any more
// need not be in memory for it.
func (a *API) summaries(ctx context.Context) ([]huntSummary, error) {
	ids, err := a.store.Hunts(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]huntSummary, 0, len(ids))
	for _, id := range ids {
		sum, err := a.store.Load(ctx, id)
		if errors.Is(err, game.ErrUnknownHunt) || err == nil && sum.DeletedAt != 0 {
			continue
		}
		if err != nil {
			return nil, err
		}
		s := summaryOf(sum.Definition)
		s.Phase, s.Frozen, s.Entrants = sum.Phase, sum.Frozen, sum.Entrants
		at := rules.ScheduleOf(sum)
		s.Opens, s.Closes = at.Opens(), at.Closes()
		if sum.Frozen { // as of the freeze
			frozen := new(int64) // a look may still run when it is no longer waited for
			err := a.look(ctx, id, func(v *actor.View) { *frozen = onBoard(v) })
			if errors.Is(err, game.ErrUnknownHunt) {
				continue
			}
			if err != nil {
				return nil, err
			}
			s.Entrants = *frozen
		}
		list = append(list, s)
	}
	return list, nil
}

// huntPage is a hunt as anyone may see it.
type huntPage struct {
	huntSummary
	Epoch      string                    `json:"epoch"`
	Seq        int64                     `json:"seq"`
	Rev        int64                     `json:"rev"`
	Definition *hunt.Public              `json:"definition"`
	Challenges map[string]protocol.Worth `json:"challenges"`
}

func (a *API) showHunt(w http.ResponseWriter, r *http.Request) error {
	if err := query(r, "code"); err != nil {
		return err
	}
	guess, err := a.guess(r)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	// A look may still run when it is no longer waited for, so it fills a page
	// of its own.
	type looked struct {
		page   huntPage
		d      *hunt.Definition
		viewer hunt.Viewer
		door   door
	}
	seen := new(looked)
	err = a.look(ctx, r.PathValue("hunt"), func(v *actor.View) {
		now := a.clock.Now().UnixMilli()
		viewer := hunt.Viewer{Started: begun(v), Closed: v.Phase == game.Closed, Now: v.HuntTime(now)}
		*seen = looked{pageOf(v, now), v.Definition, viewer, guess.door(v)}
	})
	if err != nil {
		guess.try.End(false)
		return err
	}
	inside, err := a.inside(ctx, r, guess, seen.door)
	if err != nil {
		return err
	}
	page := &seen.page
	if inside {
		page.Definition = seen.d.Public(seen.viewer)
	} else {
		page.outside(seen.d)
	}
	w.Header().Add("Vary", "Authorization")
	return answer(w, http.StatusOK, page)
}

// outside takes off the page what the hunt's code guards.
func (p *huntPage) outside(d *hunt.Definition) {
	p.huntSummary = p.huntSummary.outside()
	p.Challenges = map[string]protocol.Worth{}
	p.Definition = d.Public(hunt.Viewer{Outside: true})
	p.Definition.Opens, p.Definition.Closes = p.Opens, p.Closes
}

// begun reports whether a hunt has begun for whoever has not started a clock of
// its own.
func begun(v *actor.View) bool {
	return v.Phase == game.Closed || v.Phase != game.Draft && v.Definition.Limit == 0
}

// onBoard is how many entrants are on the board that players see.
func onBoard(v *actor.View) int64 {
	_, n := v.Rank("")
	return int64(n)
}

// pageOf is a hunt at now as players may see it: while the board is frozen as of
// the freeze.
func pageOf(v *actor.View, now int64) huntPage {
	p := huntPage{
		huntSummary: summaryOf(v.Definition), Epoch: v.Epoch, Seq: v.Seq, Rev: v.Definition.Rev,
		Challenges: map[string]protocol.Worth{},
	}
	p.Phase, p.Frozen, p.Entrants = v.Phase, v.Frozen, onBoard(v)
	p.Opens, p.Closes = v.Opens(), v.Closes()
	if v.Frozen {
		p.Seq = v.FrozenSeq
	}
	if !begun(v) {
		return p // the challenges are secret before the start
	}
	for i := range v.Definition.Challenges {
		c := &v.Definition.Challenges[i]
		points, solves := v.Worth(c, now)
		p.Challenges[c.ID] = protocol.Worth{Worth: points, Solves: solves}
	}
	return p
}
