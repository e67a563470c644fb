package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/centrifugal/centrifuge"
	"github.com/redis/go-redis/v9"
)

const (
	points    = 10
	boardSize = 50
	boardRate = 100 * time.Millisecond
)

// hunt judges claims and shows the board.
type hunt struct {
	id, channel          string
	ledger, ranks, names string            // keys
	answers              map[string]string // by challenge
	redis                redis.Cmdable     // claims, with automatic pipelining
	reads                redis.Cmdable     // boards: not in the queue of claims
	award                *redis.Script
	shown                atomic.Pointer[[]byte] // the board that was shown last
}

func newHunt(id string, challenges int, claims, reads redis.Cmdable, award *redis.Script) *hunt {
	key := "{" + id + "}:"
	h := &hunt{
		id: id, channel: "hunt:" + id, ledger: key + "ledger", ranks: key + "board", names: key + "names",
		answers: make(map[string]string), redis: claims, reads: reads, award: award,
	}
	for i := range challenges {
		h.answers[fmt.Sprintf("c-%d", i+1)] = fmt.Sprintf("answer %d", i+1)
	}
	return h
}

// load makes the script known to Redis.
func (h *hunt) load(ctx context.Context) error { return h.award.Load(ctx, h.redis).Err() }

// enter notes the name of a player; a watcher has no token.
func (h *hunt) enter(ctx context.Context, player string) error {
	if player == "" {
		return nil
	}
	return h.redis.HSetNX(ctx, h.names, player, "Player "+player).Err()
}

type claim struct {
	ID        string `json:"id"`
	Challenge string `json:"challenge"`
	Proof     struct {
		Text string `json:"text"`
	} `json:"proof"`
}

type verdict struct {
	Type      string `json:"type"`
	ID        string `json:"id"`
	Hunt      string `json:"hunt"`
	Challenge string `json:"challenge"`
	Outcome   string `json:"outcome"`
	Seq       int64  `json:"seq,omitempty"`
	Points    int64  `json:"points,omitempty"`
	Total     int64  `json:"total,omitempty"`
	At        int64  `json:"at,omitempty"`
	Replay    bool   `json:"replay,omitempty"`
}

// claim judges a claim and, when it is right, answers once Redis has written the
// award to its disk.
func (h *hunt) claim(ctx context.Context, player string, data []byte) ([]byte, error) {
	var c claim
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, centrifuge.ErrorBadRequest
	}
	answer, known := h.answers[c.Challenge]
	if player == "" || !known || c.ID == "" {
		return nil, centrifuge.ErrorBadRequest
	}
	v := verdict{Type: "verdict", ID: c.ID, Hunt: h.id, Challenge: c.Challenge}
	if normal(c.Proof.Text) != answer {
		v.Outcome = "wrong"
		return json.Marshal(&v)
	}
	got, err := h.award.Run(ctx, h.redis, []string{h.ledger, h.ranks, "{" + h.id + "}:e:" + player},
		player, c.Challenge, c.ID, points).Slice()
	if err != nil {
		return nil, centrifuge.ErrorInternal
	}
	if err := v.fill(got); err != nil {
		return nil, centrifuge.ErrorInternal
	}
	return json.Marshal(&v)
}

var errReply = errors.New("the script returned something else")

// fill takes the reply of the script.
func (v *verdict) fill(got []any) error {
	if len(got) != 6 {
		return errReply
	}
	outcome, ok := got[0].(string)
	if !ok {
		return errReply
	}
	v.Outcome = outcome
	var again int64
	for i, field := range []*int64{&v.Seq, &v.Points, &v.Total, &v.At, &again} {
		n, ok := got[i+1].(int64)
		if !ok {
			return errReply
		}
		*field = n
	}
	v.Replay = again == 1
	return nil
}

// normal is the form in which answers are compared.
func normal(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), " ")) }

type row struct {
	Rank    int    `json:"rank"`
	Entrant string `json:"entrant"`
	Name    string `json:"name"`
	Points  int64  `json:"points"`
}

type board struct {
	Type string `json:"type"`
	Hunt string `json:"hunt"`
	Seq  int64  `json:"seq"`
	At   int64  `json:"at"`
	Size int    `json:"size"`
	Rows []row  `json:"rows"`
}

// board is the board that was shown last.
func (h *hunt) board() []byte {
	if b := h.shown.Load(); b != nil {
		return *b
	}
	return nil
}

// show publishes the board ten times a second while it changes, until ctx ends.
func (h *hunt) show(ctx context.Context, publish func([]byte) error) error {
	tick := time.NewTicker(boardRate)
	defer tick.Stop()
	var last int64
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
		b, err := h.read(ctx, last)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("read the board: %w", err)
		}
		if b == nil {
			continue
		}
		last = b.Seq
		data, err := json.Marshal(b)
		if err != nil {
			return err
		}
		h.shown.Store(&data)
		if err := publish(data); err != nil {
			return fmt.Errorf("publish the board: %w", err)
		}
	}
}

// read returns the board, or nil when the ledger has not grown since last.
func (h *hunt) read(ctx context.Context, last int64) (*board, error) {
	newest, err := h.reads.XRevRangeN(ctx, h.ledger, "+", "-", 1).Result()
	if err != nil || len(newest) == 0 {
		return nil, err
	}
	_, id, _ := strings.Cut(newest[0].ID, "-")
	seq, err := strconv.ParseInt(id, 10, 64)
	if err != nil || seq == last {
		return nil, err
	}
	b := &board{Type: "board", Hunt: h.id, Seq: seq, Size: boardSize}
	stamp, _ := newest[0].Values["at"].(string)
	if b.At, err = strconv.ParseInt(stamp, 10, 64); err != nil {
		return nil, err
	}
	top, err := h.reads.ZRevRangeWithScores(ctx, h.ranks, 0, boardSize-1).Result()
	if err != nil {
		return nil, err
	}
	entrants := make([]string, len(top))
	for i, z := range top {
		entrants[i], _ = z.Member.(string)
	}
	names, err := h.reads.HMGet(ctx, h.names, entrants...).Result()
	if err != nil {
		return nil, err
	}
	for i, z := range top {
		name, _ := names[i].(string)
		b.Rows = append(b.Rows, row{Rank: i + 1, Entrant: entrants[i], Name: name, Points: int64(z.Score) >> 31})
	}
	return b, nil
}
