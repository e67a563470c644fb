package player

import (
	"context"
	"slices"
	"sync"
)

// Claim is what a player sent and heard about one claim.
type Claim struct {
	ID        string
	Player    string
	Hunt      string
	Challenge string
	Sent      int // frames that carried it; one may have been lost on the way
	Answers   int // messages with its id that came back
	// Verdicts in the order of arrival, of all sockets.
	Verdicts []Message
	// Refusal is the last error with this id; while it carries a retry_after
	// the claim is sent again.
	Refusal *Message
}

// Answered says whether the claim has a verdict or a final refusal.
func (c *Claim) Answered() bool {
	return len(c.Verdicts) > 0 || c.Refusal != nil && !Retryable(c.Refusal.Code)
}

// Retryable says whether a claim that got this error code is to be sent again.
func Retryable(code string) bool {
	return code == "busy" || code == "unavailable" || code == "rate_limited"
}

// History keeps every claim of any number of players. The zero value is ready;
// it is safe for concurrent use.
type History struct {
	mu     sync.Mutex
	order  []string
	claims map[string]*Claim
	open   int           // frames without an answer
	quiet  chan struct{} // made by who waits for open to be 0, closed when it is
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

// Awarded counts the claims that were told "awarded".
func (h *History) Awarded() int {
	n := 0
	for _, c := range h.Claims() {
		if slices.ContainsFunc(c.Verdicts, func(v Message) bool { return v.Outcome == "awarded" }) {
			n++
		}
	}
	return n
}

func (h *History) begin(c Claim) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.claims == nil {
		h.claims = make(map[string]*Claim)
	}
	h.order = append(h.order, c.ID)
	h.claims[c.ID] = &c
}

func (h *History) sent(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.claims[id].Sent++
	h.open++
}

// answer keeps a verdict or an error; those without a claim are no answers.
func (h *History) answer(m Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
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
	if m.Type == "verdict" {
		c.Verdicts = append(c.Verdicts, m)
	} else {
		c.Refusal = &m
	}
}
