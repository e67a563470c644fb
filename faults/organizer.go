package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"veltrix/faults/lab"
)

// Order is a request of an organizer and its answer. An acknowledged order is
// in the ledger, once.
type Order struct {
	ID    string `json:"id"`
	Hunt  string `json:"hunt"`
	Path  string `json:"path"`
	Tries int    `json:"tries"`
	// Status is that of the answer: 2xx acknowledges, any other refuses for
	// good.
	Status int `json:"status"`
}

// organizer runs hunts over the HTTP API, trying one node after the other until
// one has answered. It is safe for concurrent use.
type organizer struct {
	lab        *lab.Lab
	challenges int // of each hunt

	mu   sync.Mutex
	file *os.File // of orders
	err  error
	rand *rand.Rand
	next int
}

// send asks one node after the other until an answer is final.
func (o *organizer) send(ctx context.Context, method, path string, body []byte) (status, tries int, err error) {
	for tries = 1; ; tries++ {
		o.mu.Lock()
		n := o.lab.Nodes[o.next%len(o.lab.Nodes)]
		o.next++
		o.mu.Unlock()
		_, err := n.Do(ctx, method, path, strings.NewReader(string(body)), http.StatusOK, http.StatusCreated, http.StatusNoContent)
		var answer *lab.StatusError
		switch {
		case err == nil:
			return http.StatusOK, tries, nil
		case errors.As(err, &answer) && answer.Status < 500 && answer.Status != http.StatusTooManyRequests:
			return answer.Status, tries, err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return 0, tries, fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
	}
}

// order sends a command with an id and journals what came of it.
func (o *organizer) order(ctx context.Context, hunt, path string, fields map[string]any) error {
	id := uuid.NewString()
	fields["id"] = id
	body, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	status, tries, err := o.send(ctx, http.MethodPost, "/api/v1/hunts/"+hunt+"/"+path, body)
	line, jerr := json.Marshal(Order{ID: id, Hunt: hunt, Path: path, Tries: tries, Status: status})
	o.mu.Lock()
	if jerr == nil {
		_, jerr = o.file.Write(append(line, '\n'))
	}
	o.err = errors.Join(o.err, jerr)
	o.mu.Unlock()
	return err
}

// define applies a definition, and open opens the hunt.
func (o *organizer) define(ctx context.Context, hunt, kind string, edit int) error {
	_, _, err := o.send(ctx, http.MethodPut, "/api/v1/hunts/"+hunt, []byte(definition(hunt, kind, edit, o.challenges)))
	return err
}

func (o *organizer) open(ctx context.Context, hunt string) error {
	return o.order(ctx, hunt, "phase", map[string]any{"phase": "open"})
}

// work gives orders, one after the other, until ctx ends.
func (o *organizer) work(ctx context.Context, l *load) {
	tick := time.NewTicker(150 * time.Millisecond)
	defer tick.Stop()
	for edit := 1; ; {
		select {
		case <-tick.C:
		case <-l.stopping:
			return
		case <-ctx.Done():
			return
		}
		hunt, kind, entrants := l.current(o.number(3))
		if hunt == "" {
			continue
		}
		var err error
		switch n := o.number(12); {
		case n < 4 && len(entrants) > 0:
			who := entrants[o.number(len(entrants))]
			err = o.order(ctx, hunt, "adjustments", map[string]any{"entrant": who, "points": []int{-3, -1, 2, 5}[o.number(4)], "reason": "a correction"})
		case n < 6 && len(entrants) > 0:
			who := entrants[o.number(len(entrants))]
			err = o.order(ctx, hunt, "revocations", map[string]any{
				"entrant": who, "challenge": fmt.Sprintf("c%d", o.number(o.challenges)), "reason": "taken back",
			})
		case n < 8:
			err = o.order(ctx, hunt, "announcements", map[string]any{"text": "The fog is lifting."})
		case n < 10 && kind == mixed:
			err = o.define(ctx, hunt, kind, edit)
			edit++
		case n < 11 && kind == mixed:
			if err = o.order(ctx, hunt, "phase", map[string]any{"phase": "paused"}); ctx.Err() == nil {
				err = o.open(ctx, hunt)
			}
		}
		l.refused(ctx, err)
	}
}

func (o *organizer) number(n int) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.rand.IntN(n)
}

// close ends the journal of orders.
func (o *organizer) close() error { return errors.Join(o.err, o.file.Close()) }
