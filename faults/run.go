package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"veltrix/faults/lab"
	"veltrix/testkit/check"
	"veltrix/testkit/process"
)

// settings of a run.
type settings struct {
	dir       string // of the run; one directory in it for each fault
	programs  lab.Programs
	seed      uint64
	times     int     // firings of each fault at least
	claims    int     // of each fault at least
	perSecond float64 // claims at most
	out       io.Writer
}

// meta describes a run in its directory, for the check.
type meta struct {
	Fault    string   `json:"fault"`
	Seed     uint64   `json:"seed"`
	Lossy    bool     `json:"lossy"`
	Hunts    []string `json:"hunts"`
	Nodes    int      `json:"nodes"`
	Fired    int      `json:"fired"`
	Evidence []string `json:"evidence"`
	// Problems are those that can only be seen while everything runs.
	Problems []string `json:"problems"`
	Seconds  float64  `json:"seconds"`
}

// Row is a line of the report.
type Row struct {
	meta
	check.Tally
	Findings []string `json:"findings"`
}

// bad says whether the row fails the run.
func (r *Row) bad(times int) bool {
	return r.Fired < times || r.Lost+r.Duplicated+r.Unanswered+len(r.Findings)+len(r.Problems) > 0
}

// fault runs one fault in a lab of its own and checks what is left.
func (s *settings) fault(ctx context.Context, f *Fault) (row Row, err error) {
	began := time.Now()
	dir := filepath.Join(s.dir, f.Name)
	m := meta{Fault: f.Name, Seed: s.seed, Lossy: f.Lossy}
	l, err := lab.Open(ctx, lab.Options{
		Dir: filepath.Join(dir, "lab"), Programs: s.programs, Kind: f.On, Nodes: f.Nodes, Ack: f.Ack, SmallDisk: f.SmallDisk, Power: f.Power,
	})
	if err == nil {
		err = s.play(ctx, f, l, dir, &m)
	}
	if err != nil {
		m.Problems = append(m.Problems, err.Error())
	}
	if err := l.Close(); err != nil {
		m.Problems = append(m.Problems, err.Error())
	}
	m.Seconds = time.Since(began).Seconds()
	text, err := json.MarshalIndent(m, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "meta.json"), text, 0o644)
	}
	if err != nil {
		return Row{meta: m}, err
	}
	return checkDir(dir)
}

// play plays while the fault fires, and then collects what the store holds.
func (s *settings) play(ctx context.Context, f *Fault, l *lab.Lab, dir string, m *meta) error {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(f.Name)) // never fails
	source := rand.New(rand.NewPCG(s.seed, hash.Sum64()))
	x, err := startLoad(ctx, l, f.Name, dir, source.Uint64(), s.perSecond, challenges)
	if err != nil {
		return err
	}
	err = x.await(ctx, 50)
	for tries := 0; err == nil && m.Fired < s.times && tries < s.times+5; tries++ {
		err = s.fire(ctx, f, x, source, m)
	}
	for err == nil && x.verdicts.Load() < int64(s.claims) {
		err = x.await(ctx, min(100, int64(s.claims)-x.verdicts.Load()))
	}
	m.Hunts = x.ids()
	err = errors.Join(err, x.finish(90*time.Second))
	x.mu.Lock()
	if !f.Lossy {
		m.Problems = append(m.Problems, x.problems...)
	}
	x.mu.Unlock()
	return errors.Join(err, collect(ctx, l, dir, m))
}

// fire makes a fault happen once.
func (s *settings) fire(ctx context.Context, f *Fault, x *load, source *rand.Rand, m *meta) error {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Minute)
	defer cancel()
	shot := &Shot{Context: ctx, Lab: x.lab, Load: x, Rand: source}
	if err := x.await(ctx, int64(source.IntN(100))); err != nil {
		return err
	}
	if err := shot.aim(); err != nil {
		return fmt.Errorf("aim: %w", err)
	}
	if err := f.Inject(shot); err != nil {
		return fmt.Errorf("inject: %w", err)
	}
	evidence, missed := f.Evidence(shot)
	if f.Undo != nil {
		if err := f.Undo(shot); err != nil {
			return errors.Join(missed, fmt.Errorf("undo: %w", err))
		}
	}
	if missed != nil {
		m.Evidence = append(m.Evidence, "did not fire: "+missed.Error())
	} else {
		m.Evidence = append(m.Evidence, evidence)
		m.Fired += max(1, f.Times)
	}
	if err := x.lab.Ready(ctx); err != nil {
		return err
	}
	return x.await(ctx, 30)
}

// collect writes ledgers and boards of all nodes to files and audits the store.
func collect(ctx context.Context, l *lab.Lab, dir string, m *meta) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	m.Nodes = len(l.Nodes)
	if err := l.Ready(ctx); err != nil {
		return err
	}
	for _, hunt := range m.Hunts {
		if err := collectHunt(ctx, l, dir, hunt); err != nil {
			return err
		}
	}
	if l.Kind == lab.Bolt { // audit wants the file for itself
		state, err := l.Nodes[0].Process().Terminate()
		if err != nil || !state.Success() {
			return fmt.Errorf("the node ended with %v: %w", state, err)
		}
	}
	out, err := exec.CommandContext(ctx, l.Veltrix(), append([]string{"audit", "--store", l.Store(0), "--ack", l.Ack()}, m.Hunts...)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("audit: %w\n%s", err, out)
	}
	return nil
}

func collectHunt(ctx context.Context, l *lab.Lab, dir, hunt string) error {
	from := func(n *lab.Node) *check.Server { return &check.Server{URL: n.URL, Organizer: lab.Organizer} }
	ledger, err := from(l.Nodes[0]).Ledger(ctx, hunt)
	if err != nil {
		return err
	}
	var lines bytes.Buffer
	encode := json.NewEncoder(&lines)
	for i := range ledger {
		if err := encode.Encode(&ledger[i]); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, hunt+".ledger.ndjson"), lines.Bytes(), 0o644); err != nil {
		return err
	}
	for i, n := range l.Nodes {
		var board *check.Board
		err := process.Until(ctx, n.Name+" knows all of "+hunt, func() (bool, error) {
			var err error
			board, err = from(n).Board(ctx, hunt)
			return err == nil && board.Seq >= int64(len(ledger)), err
		})
		if err != nil {
			return err
		}
		text, err := json.Marshal(board)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s.board%d.json", hunt, i)), text, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
