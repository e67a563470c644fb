package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"veltrix/loadtest/crowd"
)

// requests is how many HTTP requests are made at once while setting up.
const requests = 16

// api talks to the server over HTTP.
type api struct {
	url       string
	organizer string
	client    *http.Client
}

// setUp makes the hunts, opens them and makes the players.
func (a *api) setUp(ctx context.Context, o *options) (hunts []string, members []crowd.Member, err error) {
	run := fmt.Sprintf("load-%06x", rand.IntN(1<<24)) // so that runs against one server do not meet
	for i := range o.Hunts {
		hunts = append(hunts, fmt.Sprintf("%s-%d", run, i+1))
	}
	err = parallel(ctx, o.Hunts, func(ctx context.Context, i int) error { return a.hunt(ctx, hunts[i], o.Challenges) })
	if err != nil {
		return nil, nil, err
	}
	members = make([]crowd.Member, o.Players+o.lateJoiners())
	err = parallel(ctx, len(members), func(ctx context.Context, i int) error {
		var made struct{ Player, Token string }
		err := a.call(ctx, http.MethodPost, "/api/v1/players", map[string]string{"name": fmt.Sprintf("Player %d", i+1)}, &made)
		members[i] = crowd.Member{ID: made.Player, Token: made.Token, Hunt: i % o.Hunts}
		return err
	})
	return hunts, members, err
}

// hunt makes a hunt and opens it.
func (a *api) hunt(ctx context.Context, id string, challenges int) error {
	file := crowd.HuntFile(id, challenges)
	if err := a.call(ctx, http.MethodPut, "/api/v1/hunts/"+id, file, nil); err != nil {
		return err
	}
	return a.phase(ctx, id, "open")
}

func (a *api) phase(ctx context.Context, hunt, phase string) error {
	return a.call(ctx, http.MethodPost, "/api/v1/hunts/"+hunt+"/phase", map[string]string{"id": uuid.NewString(), "phase": phase}, nil)
}

// call makes a request, and makes it again while the server asks to come back
// later.
func (a *api) call(ctx context.Context, method, path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	for {
		again, err := a.once(ctx, method, path, text, into)
		if err != nil || again == 0 {
			return err
		}
		select {
		case <-time.After(again):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (a *api) once(ctx context.Context, method, path string, body []byte, into any) (again time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, method, a.url+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	if a.organizer != "" {
		req.Header.Set("Authorization", "Bearer "+a.organizer)
	}
	resp, err := a.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }() // has been read
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return 0, err
	}
	if resp.StatusCode/100 != 2 {
		var problem struct {
			RetryAfter int64 `json:"retry_after"` // ms
		}
		if json.Unmarshal(text, &problem) == nil && problem.RetryAfter > 0 {
			return time.Duration(problem.RetryAfter) * time.Millisecond, nil
		}
		return 0, fmt.Errorf("%s %s: %s: %.300s", method, path, resp.Status, text)
	}
	if into == nil {
		return 0, nil
	}
	return 0, json.Unmarshal(text, into)
}

// parallel calls f(0) … f(n−1), a few at a time, and stops at the first error.
func parallel(ctx context.Context, n int, f func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(n, requests) {
		workers.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := f(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}
