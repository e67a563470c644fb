package main

import (
	"context"
	"net/http"
	"time"

	"veltrix/game"
)

// stats are a hunt's numbers now. What this node counted, it counted since it
// has the hunt in memory.
type stats struct {
	Now             int64                  `json:"now"`      // Unix ms
	Sessions        int                    `json:"sessions"` // of this node
	Audience        int                    `json:"audience"` // sessions of this node in the hunt
	Entrants        int                    `json:"entrants"`
	ClaimsPerSecond float64                `json:"claims_per_second"`
	VerdictMS       verdictMS              `json:"verdict_ms"`
	Outcomes        map[game.Outcome]int64 `json:"outcomes"`
	Challenges      []challengeStats       `json:"challenges"`
	Phase           game.Phase             `json:"phase"`
	Frozen          bool                   `json:"frozen"`
	Seq             int64                  `json:"seq"`
}

type verdictMS struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

type challengeStats struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Solves int64  `json:"solves"`
	Wrong  int64  `json:"wrong"`
}

// stats shows a hunt's numbers.
func (a *api) stats(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	id := r.PathValue("hunt")
	s := new(stats) // a look may still run when it is no longer waited for
	if err := a.hunts.Look(ctx, id, func(v *game.View) { *s = statsOf(v) }); err != nil {
		return err
	}
	s.Now, s.Sessions, s.Audience = now(), a.sessions(), a.audience(id)
	return answer(w, http.StatusOK, s)
}

func statsOf(v *game.View) stats {
	counts := v.Counts()
	s := stats{
		Entrants: v.Board(0, 0, true).Entrants, ClaimsPerSecond: counts.PerSecond,
		VerdictMS: verdictMS{milliseconds(counts.P50), milliseconds(counts.P99)},
		Outcomes:  counts.Outcomes, Phase: v.Phase, Frozen: v.Frozen, Seq: v.Seq,
		Challenges: make([]challengeStats, len(v.Definition.Challenges)),
	}
	for i := range v.Definition.Challenges {
		c := &v.Definition.Challenges[i]
		s.Challenges[i] = challengeStats{c.ID, c.Title, v.Tally(c.ID, true).Solves, counts.Wrong[c.ID]}
	}
	return s
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Round(10*time.Microsecond)) / float64(time.Millisecond)
}
