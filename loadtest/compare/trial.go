package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"veltrix/loadtest/drive"
)

// contestant is a server that is compared.
type contestant struct {
	name string
	args []string // of the generator
}

func contestants(o *options) ([]contestant, error) {
	veltrix, centrifuge := filepath.Join(o.Bin, "veltrix"), filepath.Join(o.Bin, "centrifuge")
	node := func(name string) contestant {
		return contestant{name, []string{"--peer", name, "--server", filepath.Join(o.Peers, name, "server.js")}}
	}
	all := []contestant{
		{"veltrix-redis", []string{"--server", veltrix, "--store", "redis"}},
		{"veltrix-bolt", []string{"--server", veltrix, "--store", "bolt"}},
		{"centrifuge", []string{"--peer", "centrifuge", "--server", centrifuge}},
		node("socketio"),
		node("colyseus"),
	}
	if len(o.Only) == 0 {
		return all, nil
	}
	for _, name := range o.Only {
		if !slices.Contains(names(all), name) {
			return nil, fmt.Errorf("--only %s: choose among %s", name, strings.Join(names(all), ", "))
		}
	}
	return slices.DeleteFunc(all, func(c contestant) bool { return !slices.Contains(o.Only, c.name) }), nil
}

func names(all []contestant) []string {
	var list []string
	for _, c := range all {
		list = append(list, c.name)
	}
	return list
}

// The trials.
const (
	peak  = "peak"       // everyone claims again as soon as they are answered
	equal = "equal load" // the same claims a second for all
	idle  = "idle"       // many connections, a claim now and then
)

// trial is a run of the generator.
type trial struct {
	name string
	args []string
}

// trials are what each contestant goes through in a round. Every player claims
// each of 50 challenges once; other requests are left out because the peers do
// not have them.
func trials(o *options) []trial {
	claims := func(players int, more ...string) []string {
		return append([]string{
			"--hunts", "1", "--challenges", strconv.Itoa(o.Challenges), "--players", strconv.Itoa(players),
			"--wrong", "0", "--duplicate", "0", "--hint", "0", "--joins", "0", "--reconnects", "0",
		}, more...)
	}
	rate := strconv.FormatFloat(o.Rate, 'f', -1, 64)
	duration := fmt.Sprintf("%ds", o.seconds())
	return []trial{
		{peak, claims(o.Players, "--closed", "--watchers", "100", "--warmup", "500ms", "--duration", "120s")},
		{equal, claims(o.Players, "--rate", rate, "--watchers", "100", "--warmup", warmup.String(), "--duration", duration)},
		// Lateness does not matter to memory, which is measured here.
		{idle, claims(o.Connections, "--rate", "2", "--late", "10s", "--watchers", "0", "--warmup", "5s", "--duration", "5s")},
	}
}

// warmup is that of the run at equal load.
const warmup = 2 * time.Second

// seconds is how long the run at equal load can be measured before there is
// nothing left to claim, and no longer than 15.
func (o *options) seconds() int {
	available := float64(o.Players*o.Challenges) / o.Rate / 1.1
	return min(int(available-warmup.Seconds()), 15)
}

// figures are what one run measured.
type figures struct {
	Invalid []string `json:"invalid,omitempty"` // why they say nothing

	Claims     float64 `json:"claims_per_second"`
	P50        float64 `json:"p50_ms"`
	P99        float64 `json:"p99_ms"`
	P999       float64 `json:"p999_ms"`
	Server     float64 `json:"server_us_per_claim"`
	Redis      float64 `json:"redis_us_per_claim"`
	Generator  float64 `json:"generator_us_per_claim"`
	Boards     float64 `json:"boards_per_second_and_watcher"`
	BoardP50   float64 `json:"board_age_p50_ms"`
	BoardP99   float64 `json:"board_age_p99_ms"`
	Connection float64 `json:"bytes_per_connection"`
	Verified   int     `json:"verified"` // acknowledged awards found in the ledger

	Noise drive.Noise `json:"noise,omitzero"`
}

// run lets the generator start a contestant and play, at most so many times.
func (t trial) run(ctx context.Context, generator string, c contestant, tries int) (figures, error) {
	s, noise, err := drive.Calmest(ctx, tries, func() (*drive.Summary, error) {
		return drive.Run(ctx, generator, slices.Concat(t.args, c.args)...)
	})
	if err != nil {
		return figures{}, err
	}
	f := figuresOf(s)
	f.Noise = noise
	return f, nil
}

func figuresOf(s *drive.Summary) figures {
	right, age := s.Latencies["right"], s.Latencies["board_age"]
	f := figures{
		Invalid: s.Invalid, Claims: s.Awards, P50: right.P50, P99: right.P99, P999: right.P999,
		Server: s.CPU("server").PerAward, Redis: s.CPU("redis").PerAward, Generator: s.CPU("generator").PerAward,
		BoardP50: age.P50, BoardP99: age.P99, Verified: s.Verification.Verified, Connection: s.Session(),
	}
	if s.Watchers > 0 {
		f.Boards = s.Boards / float64(s.Watchers)
	}
	return f
}
