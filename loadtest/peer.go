package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"veltrix/loadtest/crowd"
	"veltrix/loadtest/drive"
	"veltrix/loadtest/peers"
	"veltrix/testkit/check"
	"veltrix/testkit/process"
)

// peerHunt is the one hunt that a peer has.
const peerHunt = "load"

// startPeer runs a peer, and a Redis where none is named. It returns the address
// of the Redis.
func (t *target) startPeer(ctx context.Context, o *options) (database string, err error) {
	if t.dir, err = os.MkdirTemp("", "vxload"); err != nil {
		return "", err
	}
	script := filepath.Join(t.dir, "award.lua")
	if err := os.WriteFile(script, []byte(peers.Award), 0o644); err != nil {
		return "", err
	}
	if database, err = t.startRedis(ctx); err != nil {
		return "", err
	}
	t.what = o.Peer + " on redis"
	s, err := t.serve(ctx, process.Options{Program: o.Server, Env: []string{"NODE_ENV=production"}, Args: append([]string{
		"--addr", "127.0.0.1:0", "--redis", database, "--script", script, "--hunt", peerHunt, "--challenges", strconv.Itoa(o.Challenges),
	}, o.ServerArg...)})
	if err != nil {
		return database, err
	}
	t.peer = s.Pid
	return database, nil
}

// peerMembers are the players of a peer, which takes the token for the player.
func peerMembers(o *options) (hunts []string, members []crowd.Member) {
	members = make([]crowd.Member, o.Players+o.lateJoiners())
	for i := range members {
		name := fmt.Sprintf("p-%d", i+1)
		members[i] = crowd.Member{ID: name, Token: name}
	}
	return []string{peerHunt}, members
}

// verifyPeer is verifyHunt for a peer: the ledger and the board are read from
// Redis itself.
func (v *verification) verifyPeer(ctx context.Context, t *target, hunt string, acked *acked) error {
	c := v.compare(hunt, acked)
	c.fold.Unjoined = true // peers know everybody
	const page = 10_000
	after := "-"
	for {
		entries, err := t.redis.XRangeN(ctx, peers.LedgerKey(hunt), after, "+", page).Result()
		if err != nil {
			return fmt.Errorf("ledger of %s: %w", hunt, err)
		}
		for _, e := range entries {
			line, err := peerEntry(e)
			if err != nil {
				return fmt.Errorf("ledger of %s: %s: %w", hunt, e.ID, err)
			}
			c.entry(&line)
			after = "(" + e.ID
		}
		if len(entries) < page {
			break
		}
	}
	board, err := t.peerBoard(ctx, hunt)
	if err != nil {
		return fmt.Errorf("board of %s: %w", hunt, err)
	}
	c.end(board)
	return nil
}

// peerEntry reads an entry of a peer's ledger.
func peerEntry(m redis.XMessage) (e check.Entry, err error) {
	field := func(name string) string {
		text, _ := m.Values[name].(string)
		return text
	}
	number := func(text string) int64 {
		n, bad := strconv.ParseInt(text, 10, 64)
		err = errors.Join(err, bad)
		return n
	}
	epoch, seq, _ := strings.Cut(m.ID, "-")
	e = check.Entry{
		Epoch: epoch, Seq: number(seq), Type: "awarded", Entrant: field("entrant"), Player: field("entrant"),
		Challenge: field("challenge"), ID: field("id"), Points: number(field("points")), Total: number(field("total")),
	}
	return e, err
}

// peerBoard reads the whole board.
func (t *target) peerBoard(ctx context.Context, hunt string) (*check.Board, error) {
	ranks, err := t.redis.ZRevRangeWithScores(ctx, peers.BoardKey(hunt), 0, -1).Result()
	if err != nil {
		return nil, err
	}
	pipe := t.redis.Pipeline()
	fields := make([]*redis.IntCmd, len(ranks))
	b := &check.Board{Hunt: hunt, Entrants: int64(len(ranks))}
	for i, z := range ranks {
		entrant, _ := z.Member.(string)
		b.Rows = append(b.Rows, check.Row{Rank: int64(i) + 1, Entrant: entrant, Points: int64(z.Score) >> 31})
		fields[i] = pipe.HLen(ctx, peers.EntrantKey(hunt, entrant))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, err
	}
	for i, n := range fields {
		b.Rows[i].Solved = n.Val() - 1 // all but "points"
	}
	return b, nil
}

// processes reads the CPU time and memory of a process and its children, under
// the names that Veltrix has for its own.
func processes(pid int) (map[string]float64, error) {
	u, err := drive.UsageOf(pid)
	return map[string]float64{"process_cpu_seconds_total": u.CPU, "process_resident_memory_bytes": u.Resident}, err
}
