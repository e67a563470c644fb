package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/time/rate"

	"veltrix/faults/lab"
	"veltrix/testkit/player"
	"veltrix/testkit/process"
)

// The players of a load. Their number is bounded, so that claims do not pile up
// while a fault holds them up.
const (
	soloPlayers  = 24
	teamPlayers  = 12 // in teams of three
	mixedPlayers = 12
	allPlayers   = soloPlayers + teamPlayers + mixedPlayers
)

// load plays hunts until it is stopped: a generation of three hunts, one of each
// kind, and the next when a player is through with its hunt.
//
// Goroutines: one for each player and one for the organizer, all ended when
// finish returns.
type load struct {
	name      string
	lab       *lab.Lab
	seed      uint64
	history   *player.History
	journal   *player.Journal
	organizer *organizer
	limit     *rate.Limiter // claims
	client    *http.Client

	verdicts atomic.Int64
	stopping chan struct{} // closed: no new claims
	players  sync.WaitGroup
	cancel   context.CancelFunc
	delays   delays

	mu       sync.Mutex
	hunts    map[string]*hunt // by id
	newest   [3]string        // by kind
	problems []string
}

// hunt is a hunt that is played.
type hunt struct {
	id, kind string
	made     chan struct{} // closed when it is open, or err is set
	err      error
	teams    [teamPlayers / 3]chan string // of capacity 1: the code, kept there

	mu       sync.Mutex
	entrants []string
}

var kinds = [3]string{solo, team, mixed}

// startLoad begins to play at so many claims a second. Files go to dir.
func startLoad(ctx context.Context, l *lab.Lab, name, dir string, seed uint64, perSecond float64, challenges int) (*load, error) {
	journal, err := player.NewJournal(filepath.Join(dir, "players.ndjson"))
	if err != nil {
		return nil, err
	}
	orders, err := os.Create(filepath.Join(dir, "orders.ndjson"))
	if err != nil {
		return nil, errors.Join(err, journal.Close())
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true
	ctx, cancel := context.WithCancel(ctx)
	x := &load{
		name: name, lab: l, seed: seed, journal: journal, history: &player.History{Journal: journal},
		organizer: &organizer{lab: l, challenges: challenges, file: orders, rand: rand.New(rand.NewPCG(seed, 1))},
		limit:     rate.NewLimiter(rate.Limit(perSecond), 64),
		client:    &http.Client{Transport: transport, Timeout: 30 * time.Second},
		stopping:  make(chan struct{}), cancel: cancel, hunts: map[string]*hunt{},
	}
	for i := range allPlayers {
		x.players.Go(func() { x.play(ctx, i) })
	}
	x.players.Go(func() {
		x.organizer.work(ctx, x)
	})
	return x, nil
}

// await waits until so many more verdicts have come.
func (l *load) await(ctx context.Context, more int64) error {
	want := l.verdicts.Load() + more
	return process.Until(ctx, fmt.Sprintf("%d more verdicts come", more), func() (bool, error) { return l.verdicts.Load() >= want, nil })
}

// finish lets every player end its current claim. A claim without a verdict
// within the patience stays without one.
func (l *load) finish(patience time.Duration) error {
	close(l.stopping)
	timer := time.AfterFunc(patience, l.cancel)
	l.players.Wait()
	timer.Stop()
	l.cancel()
	l.client.CloseIdleConnections()
	return errors.Join(l.journal.Close(), l.organizer.close())
}

func (l *load) stopped() bool {
	select {
	case <-l.stopping:
		return true
	default:
		return false
	}
}

// refused notes an error that the fault does not explain.
func (l *load) refused(ctx context.Context, err error) {
	var answer *lab.StatusError
	if err == nil || ctx.Err() != nil || errors.As(err, &answer) && answer.Status == http.StatusConflict {
		return // a conflict is two orders that exclude each other
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.problems) < 20 {
		l.problems = append(l.problems, err.Error())
	}
}

// current is the newest hunt of a kind that is open.
func (l *load) current(kind int) (id, name string, entrants []string) {
	l.mu.Lock()
	h := l.hunts[l.newest[kind]]
	l.mu.Unlock()
	if h == nil {
		return "", "", nil
	}
	select {
	case <-h.made:
	default:
		return "", "", nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.id, h.kind, slices.Clone(h.entrants)
}

// hunt returns the hunt of a generation; the first caller makes it.
func (l *load) hunt(ctx context.Context, generation, kind int) (*hunt, error) {
	return l.made(ctx, fmt.Sprintf("%s-%d-%s", l.name, generation, kinds[kind]), kind, true)
}

func (l *load) made(ctx context.Context, id string, kind int, newest bool) (*hunt, error) {
	l.mu.Lock()
	h := l.hunts[id]
	first := h == nil
	if first {
		h = &hunt{id: id, kind: kinds[kind], made: make(chan struct{})}
		for i := range h.teams {
			h.teams[i] = make(chan string, 1)
		}
		l.hunts[id] = h
	}
	l.mu.Unlock()
	if first {
		if h.err = l.organizer.define(ctx, id, h.kind, 0); h.err == nil {
			h.err = l.organizer.open(ctx, id)
		}
		if newest {
			l.mu.Lock()
			l.newest[kind] = id
			l.mu.Unlock()
		}
		close(h.made)
	}
	select {
	case <-h.made:
		return h, h.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// other is a hunt next to the generations; the first caller makes it.
func (l *load) other(ctx context.Context, id string) (*hunt, error) { return l.made(ctx, id, 0, false) }

// ids of all hunts that were made.
func (l *load) ids() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var ids []string
	for id, h := range l.hunts {
		select {
		case <-h.made:
			if h.err == nil {
				ids = append(ids, id)
			}
		default:
		}
	}
	slices.Sort(ids)
	return ids
}

// play is a player's life: one hunt of its kind after the other.
func (l *load) play(ctx context.Context, number int) {
	kind, place := 0, number
	switch {
	case number >= soloPlayers+teamPlayers:
		kind, place = 2, number-soloPlayers-teamPlayers
	case number >= soloPlayers:
		kind, place = 1, number-soloPlayers
	}
	for generation := 0; !l.stopped() && ctx.Err() == nil; generation++ {
		h, err := l.hunt(ctx, generation, kind)
		if err == nil {
			err = l.visit(ctx, h, generation, number, place)
		}
		l.refused(ctx, err)
	}
}

// visit plays one hunt.
func (l *load) visit(ctx context.Context, h *hunt, generation, number, place int) error {
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	name := fmt.Sprintf("%s-%d-%d", l.name, generation, number)
	token, err := mint(name)
	if err != nil {
		return err
	}
	cfg := player.Config{
		URLs: l.lab.Plays(number), Client: l.client, Token: token, Hunt: h.id, Sockets: 1 + number%2, History: l.history,
	}
	var team chan string
	if h.kind == "team" {
		team = h.teams[place/3]
		cfg.Team = &player.Team{Name: fmt.Sprintf("Team %d", place/3)}
		if place%3 != 0 {
			select {
			case code := <-team:
				team <- code
				cfg.Team = &player.Team{Code: code}
			case <-l.stopping:
				return nil
			case <-ctx.Done():
				return nil
			}
		}
	}
	p := player.New(cfg)
	var running sync.WaitGroup
	var ended error
	running.Go(func() {
		defer leave()
		ended = p.Run(ctx)
	})
	if err = p.Joined(ctx); err == nil {
		if team != nil && place%3 == 0 {
			team <- p.TeamCode()
		}
		h.joined(p.Entrant())
		err = l.claimAll(ctx, p, h, rand.New(rand.NewPCG(l.seed, uint64(generation*1000+number))))
	}
	over := ctx.Err() != nil && ended == nil
	leave()
	running.Wait()
	if over {
		return nil
	}
	return errors.Join(err, ended)
}

func (h *hunt) joined(entrant string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !slices.Contains(h.entrants, entrant) {
		h.entrants = append(h.entrants, entrant)
	}
}

// claimAll claims every challenge in an order of the player's own.
func (l *load) claimAll(ctx context.Context, p *player.Player, h *hunt, r *rand.Rand) error {
	for _, c := range r.Perm(l.organizer.challenges) {
		if h.kind == mixed && r.IntN(3) == 0 {
			if err := l.once(ctx, func() (player.Message, error) { return p.Hint(ctx, fmt.Sprintf("c%d", c), "h1") }); err != nil {
				return err
			}
		}
		if r.IntN(6) == 0 {
			if err := l.claim(ctx, p, c, false, 1); err != nil {
				return err
			}
		}
		copies := 1
		if r.IntN(5) == 0 {
			copies = 3
		}
		if err := l.claim(ctx, p, c, true, copies); err != nil {
			return err
		}
		if l.stopped() {
			return nil
		}
	}
	return nil
}

// claim claims again while the answer is that the hunt is paused.
func (l *load) claim(ctx context.Context, p *player.Player, c int, right bool, copies int) error {
	for {
		var outcome string
		err := l.once(ctx, func() (player.Message, error) {
			m, err := p.ClaimCopies(ctx, fmt.Sprintf("c%d", c), answer(c, right), copies)
			outcome = m.Outcome
			return m, err
		})
		if err != nil || outcome != "closed" || l.stopped() {
			return err
		}
		select {
		case <-time.After(50 * time.Millisecond): // paused by the organizer
		case <-ctx.Done():
			return nil
		}
	}
}

// once sends one request, when the limit allows it.
func (l *load) once(ctx context.Context, ask func() (player.Message, error)) error {
	if l.stopped() {
		return nil
	}
	if err := l.limit.Wait(ctx); err != nil {
		return nil //nolint:nilerr // the load ends
	}
	began := time.Now()
	m, err := ask()
	if err != nil && (m.Code == "insufficient_points" || m.Code == "closed" || ctx.Err() != nil) {
		err = nil
	}
	if err == nil && ctx.Err() == nil {
		l.verdicts.Add(1)
		l.delays.add(time.Since(began))
	}
	return err
}

// delays collects how long verdicts took since the last take.
type delays struct {
	mu  sync.Mutex
	all []time.Duration
}

func (d *delays) add(x time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.all) < 1<<20 {
		d.all = append(d.all, x)
	}
}

// take returns median and 99th percentile, and begins again.
func (d *delays) take() (p50, p99 time.Duration) {
	d.mu.Lock()
	all := d.all
	d.all = nil
	d.mu.Unlock()
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	return all[len(all)/2], all[len(all)*99/100]
}

// mint makes a player's token as an operator's own backend would.
func mint(name string) (string, error) {
	return jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"sub": name, "name": name, "exp": time.Now().Add(24 * time.Hour).Unix(),
	}).SignedString([]byte(lab.Secret))
}
