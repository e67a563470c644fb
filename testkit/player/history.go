package player

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Claim is what a player sent and heard about one claim, or about one hint
// that it bought.
type Claim struct {
	ID        string `json:"id"`
	Player    string `json:"player"`
	Entrant   string `json:"entrant,omitempty"` // as the server named it when the player joined
	Hunt      string `json:"hunt"`
	Challenge string `json:"challenge"`
	Hint      string `json:"hint,omitempty"` // a hint was asked for
	Sent      int    `json:"-"`              // frames that carried it; one may have been lost on the way
	Answers   int    `json:"-"`              // messages with its id that came back
	// Began is when it was sent first and Ended when its first verdict, or a
	// final refusal, came; Unix µs, 0 when not.
	Began int64 `json:"began"`
	Ended int64 `json:"-"`
	// Verdicts in the order of arrival, of all sockets. Those of a hint are the
	// messages "hinted".
	Verdicts []Message `json:"-"`
	// Refusal is the last error with this id; while it carries a retry_after
	// the claim is sent again.
	Refusal *Message `json:"-"`
}

// Answered says whether the claim has a verdict or a final refusal.
func (c *Claim) Answered() bool {
	return len(c.Verdicts) > 0 || c.Refusal != nil && !Retryable(c.Refusal.Code)
}

// Awarded says whether a verdict of the claim is "awarded".
func (c *Claim) Awarded() bool {
	return slices.ContainsFunc(c.Verdicts, func(v Message) bool { return v.Outcome == "awarded" })
}

// Retryable says whether a claim that got this error code is to be sent again.
// Internal says nothing about what was decided; the id makes asking safe.
func Retryable(code string) bool {
	return code == "busy" || code == "unavailable" || code == "rate_limited" || code == "internal"
}

// Visit is what a socket of a player heard between joining and its end.
type Visit struct {
	Player  string `json:"player"`
	Entrant string `json:"entrant"`
	Hunt    string `json:"hunt"`
	Epoch   string `json:"epoch"`
	From    int64  `json:"from"` // seq of the snapshot
	Last    int64  `json:"last"` // the highest seq heard since, or From
	// Since is the seq that the socket resumed from; −1 when it did not.
	Since int64 `json:"since"`
	Reset bool  `json:"reset,omitempty"` // the server could not say what was missed
	// Missed are the seqs of the messages that were missed.
	Missed []int64 `json:"missed,omitempty"`
	// Heard are the seqs of what came between From and Last, in order.
	Heard []int64 `json:"heard,omitempty"`
}

// History keeps every claim and visit of any number of players. The zero value
// is ready; it is safe for concurrent use.
type History struct {
	// Journal, if not nil, gets every event before it takes effect; without it
	// the history is in memory only. It is set before the first player runs.
	Journal *Journal

	mu     sync.Mutex
	order  []string
	claims map[string]*Claim
	visits []Visit
	open   int           // frames without an answer
	quiet  chan struct{} // made by a caller that waits for open to be 0, closed when it is
}

// Settled waits until every frame with a claim was answered. It only makes
// sense when no connection was lost since the first claim.
func (h *History) Settled(ctx context.Context) error {
	h.mu.Lock()
	if h.open <= 0 {
		h.mu.Unlock()
		return nil
	}
	if h.quiet == nil {
		h.quiet = make(chan struct{})
	}
	quiet := h.quiet
	h.mu.Unlock()
	select {
	case <-quiet:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Answers is how many messages with the id of a claim came back.
func (h *History) Answers(id string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c := h.claims[id]; c != nil {
		return c.Answers
	}
	return 0
}

// Claims returns a copy of all claims in the order of their first sending.
func (h *History) Claims() []Claim {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]Claim, 0, len(h.order))
	for _, id := range h.order {
		c := *h.claims[id]
		c.Verdicts = slices.Clone(c.Verdicts)
		all = append(all, c)
	}
	return all
}

// Visits returns all visits that have ended.
func (h *History) Visits() []Visit {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.visits)
}

// Awarded counts the claims with a verdict "awarded".
func (h *History) Awarded() int {
	n := 0
	for _, c := range h.Claims() {
		if c.Awarded() {
			n++
		}
	}
	return n
}

func (h *History) begin(c Claim) {
	c.Began = time.Now().UnixMicro()
	h.record(event{Claim: &c})
}

func (h *History) sent(id string) { h.record(event{Sent: id}) }

// answer keeps a verdict or an error; those without a claim are not answers.
func (h *History) answer(m Message) { h.record(event{Answer: &m, Epoch: m.Heard}) }

func (h *History) visited(v Visit) { h.record(event{Visit: &v}) }

// record journals an event and takes it in.
func (h *History) record(e event) {
	e.At = time.Now().UnixMicro()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.Journal != nil {
		h.Journal.write(e)
	}
	h.takeLocked(e)
}

func (h *History) takeLocked(e event) {
	switch {
	case e.Claim != nil:
		if h.claims == nil {
			h.claims = make(map[string]*Claim)
		}
		h.order = append(h.order, e.Claim.ID)
		h.claims[e.Claim.ID] = e.Claim
	case e.Sent != "":
		if c := h.claims[e.Sent]; c != nil {
			c.Sent++
			h.open++
		}
	case e.Answer != nil:
		h.answeredLocked(e)
	case e.Visit != nil:
		h.visits = append(h.visits, *e.Visit)
	}
}

func (h *History) answeredLocked(e event) {
	m := e.Answer
	c := h.claims[m.ID]
	if c == nil {
		return
	}
	c.Answers++
	h.open--
	if h.open <= 0 && h.quiet != nil {
		close(h.quiet)
		h.quiet = nil
	}
	m.Heard, m.Arrived = e.Epoch, e.At
	if m.Type == "error" {
		c.Refusal = m
	} else {
		c.Verdicts = append(c.Verdicts, *m)
	}
	if c.Ended == 0 && c.Answered() {
		c.Ended = e.At
	}
}
