package api

import (
	"context"
	"net/http"
	"sync"
	"time"

	"veltrix/game"
	"veltrix/game/actor"
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
	ReviewsWaiting  int                    `json:"reviews_waiting"` // claims, at most waitingAge ago
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
func (a *API) stats(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	id := r.PathValue("hunt")
	s := new(stats) // a look may still run when it is no longer waited for
	if err := a.look(ctx, id, func(v *actor.View) { *s = statsOf(v) }); err != nil {
		return err
	}
	var err error
	if s.ReviewsWaiting, err = a.reviewsWaiting(ctx, id); err != nil {
		return err
	}
	s.Now, s.Sessions, s.Audience = a.clock.Now().UnixMilli(), a.sessions(), a.audience(id)
	return answer(w, http.StatusOK, s)
}

func statsOf(v *actor.View) stats {
	counts := v.Counts()
	s := stats{
		Entrants: v.Board("", 0, 0, true).Entrants, ClaimsPerSecond: counts.PerSecond,
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

// milliseconds rounds up to a hundredth, since 0 says that there was none.
func milliseconds(d time.Duration) float64 {
	const step = 10 * time.Microsecond
	return float64((d + step - 1).Truncate(step)) / float64(time.Millisecond)
}

// waitingAge is for how long a count of waiting claims serves every desk: it
// costs the store a reading of all of them.
const waitingAge = 2 * time.Second

// waitingCount is how many claims of a hunt wait for an organizer.
type waitingCount struct {
	mu sync.Mutex
	at time.Time
	n  int
}

func (a *API) reviewsWaiting(ctx context.Context, id string) (int, error) {
	c := a.waiting.of(id)
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.at) < waitingAge {
		return c.n, nil
	}
	list, err := a.store.Reviews(ctx, id)
	if err != nil {
		return 0, err
	}
	c.at, c.n = time.Now(), len(list)
	return c.n, nil
}
