package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/server/auth"
	"veltrix/server/protocol"
)

// maxEventsPosted bounds the events of one request.
const maxEventsPosted = 100

// event is what a producer reports.
type event struct {
	ID     string                     `json:"id"`
	Type   string                     `json:"type"`
	Player string                     `json:"player"`
	At     int64                      `json:"at"` // the producer's time; the store's clock counts
	Data   map[string]json.RawMessage `json:"data"`
}

// eventResult is what became of an event.
type eventResult struct {
	ID string `json:"id"`
	// Outcome is awarded if any challenge was, else that of the first one that
	// the event meets; ignored when it meets none, refused with a code.
	Outcome    string           `json:"outcome"`
	Code       game.Code        `json:"code,omitempty"`
	RetryAfter int64            `json:"retry_after,omitempty"`
	Challenges []eventChallenge `json:"challenges"`
}

// eventChallenge is what an event did for one challenge.
type eventChallenge struct {
	Challenge  string       `json:"challenge"`
	Outcome    game.Outcome `json:"outcome"`
	Code       game.Code    `json:"code,omitempty"`
	RetryAfter int64        `json:"retry_after,omitempty"`
	Count      int64        `json:"count,omitempty"` // events counted so far
	Seq        int64        `json:"seq,omitempty"`
	At         int64        `json:"at,omitempty"`
	Points     int64        `json:"points,omitempty"`
	Bonus      int64        `json:"bonus,omitempty"`
	Total      int64        `json:"total,omitempty"`
	Badges     []string     `json:"badges,omitempty"`
	Requires   []string     `json:"requires,omitempty"`
	Replay     bool         `json:"replay,omitempty"`
}

const (
	outcomeIgnored = "ignored"
	outcomeRefused = string(game.OutRefused)
)

// events takes a producer's reports and answers what became of each, in order.
func (a *API) events(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	var list []event
	if err := decode(w, r, &list); err != nil {
		return err
	}
	if list == nil {
		return badRequest("the body is null, want a list of events")
	}
	if len(list) > maxEventsPosted {
		return badRequest(fmt.Sprintf("there are %d events, at most %d", len(list), maxEventsPosted))
	}
	for i := range list {
		if err := list[i].check(i); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), CommandTimeout)
	defer cancel()
	id := r.PathValue("hunt")
	sum, err := a.load(ctx, id)
	if err != nil {
		return err
	}
	batch := eventBatch{api: a, hunt: id, entrants: map[string]string{}, results: []eventResult{}}
	for i := range list {
		if err := batch.post(ctx, sum.Definition, &list[i]); err != nil {
			return err
		}
	}
	results, err := batch.wait(ctx)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, results)
}

func (e *event) check(i int) error {
	id, ok := canonical(e.ID)
	if !ok {
		return badRequest(fmt.Sprintf("event %d: id is not a UUID", i))
	}
	e.ID = id
	if e.Type == "" {
		return badRequest(fmt.Sprintf("event %d: type is missing", i))
	}
	if auth.CheckPlayerID(e.Player) != nil {
		return badRequest(fmt.Sprintf("event %d: player is missing or no id of a player", i))
	}
	return nil
}

// meets reports whether an event is one that a challenge counts.
func (e *event) meets(c *hunt.Criterion) bool {
	if c.Kind != hunt.KindEvent || c.Event != e.Type {
		return false
	}
	for field, want := range c.Match {
		if got, ok := plain(e.Data[field]); !ok || got != want {
			return false
		}
	}
	return true
}

// plain is the text of a JSON string, number or boolean.
func plain(raw json.RawMessage) (string, bool) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || strings.IndexByte("[{n", raw[0]) >= 0 {
		return "", false
	}
	if raw[0] != '"' {
		return string(raw), true
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return s, err == nil
}

// eventBatch posts the events of a request one after the other and then waits for
// all replies: the hunt decides them together.
type eventBatch struct {
	api      *API
	hunt     string
	entrants map[string]string // by player
	results  []eventResult
	replies  []eventReply
}

// eventReply is the place for a hunt's reply to one event and challenge.
type eventReply struct {
	result, challenge int
	reply             chan game.Reply
}

func (b *eventBatch) post(ctx context.Context, d *hunt.Definition, e *event) error {
	at := len(b.results)
	b.results = append(b.results, eventResult{ID: e.ID, Challenges: []eventChallenge{}})
	res := &b.results[at]
	entrant, err := b.entrant(ctx, e.Player)
	if errors.Is(err, game.ErrUnknownEntrant) {
		res.Outcome, res.Code = outcomeRefused, game.CodeNotJoined
		return nil
	}
	if err != nil {
		return err
	}
	for i := range d.Challenges {
		c := &d.Challenges[i]
		if !e.meets(&c.Proof) {
			continue
		}
		reply := make(chan game.Reply, 1)
		b.replies = append(b.replies, eventReply{at, len(res.Challenges), reply})
		res.Challenges = append(res.Challenges, eventChallenge{Challenge: c.ID})
		code := b.api.hunts.Post(b.hunt, &actor.Request{
			Command: game.Command{Type: game.CmdEvent, ID: e.ID, Entrant: entrant, Player: e.Player, Challenge: c.ID},
			Done:    func(_ *actor.View, r game.Reply) { reply <- r },
		})
		if code != "" {
			reply <- game.Reply{Outcome: game.OutRefused, Code: code}
		}
	}
	return nil
}

func (b *eventBatch) entrant(ctx context.Context, player string) (string, error) {
	if e, ok := b.entrants[player]; ok {
		return e, nil
	}
	e, err := b.api.store.EntrantOf(ctx, b.hunt, player)
	if err == nil {
		b.entrants[player] = e
	}
	return e, err
}

func (b *eventBatch) wait(ctx context.Context) ([]eventResult, error) {
	for _, p := range b.replies {
		select {
		case r := <-p.reply:
			c := &b.results[p.result].Challenges[p.challenge]
			c.Outcome, c.Code, c.Count, c.Replay = r.Outcome, r.Code, r.Count, r.Replay
			c.Seq, c.At, c.Points, c.Bonus, c.Total = r.Seq, r.At, r.Points, r.Bonus, r.Total
			c.Badges, c.Requires = r.Badges, r.Requires
			if r.Code != "" {
				c.RetryAfter = protocol.RetryAfter(r.Code)
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	for i := range b.results {
		b.results[i].conclude()
	}
	return b.results, nil
}

// conclude says in one word what became of an event.
func (r *eventResult) conclude() {
	if r.Outcome != "" {
		return
	}
	r.Outcome = outcomeIgnored
	for i, c := range r.Challenges {
		if i == 0 || c.Outcome == game.OutAwarded && r.Outcome != string(game.OutAwarded) {
			r.Outcome = string(c.Outcome)
		}
		if c.Code != "" && r.Code == "" {
			r.Code, r.RetryAfter = c.Code, c.RetryAfter
		}
	}
}
