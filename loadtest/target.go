package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"veltrix/loadtest/drive"
	"veltrix/testkit/process"
	"veltrix/testkit/veltrix"
)

// target is the server under test, and the programs that were started for it.
type target struct {
	url, organizer string
	ops            string // empty: unknown
	redis          *redis.Client
	client         *http.Client
	what           string // for reports
	peer           int    // process id; 0: it is Veltrix

	dir      string // removed at the end
	programs []started
}

// started is a program that runs for the target: a server, a peer or a Redis.
type started interface{ Stop() error }

// open finds or starts the server.
func open(ctx context.Context, o *options, progress io.Writer) (t *target, err error) {
	t = &target{
		url: strings.TrimSuffix(o.Target, "/"), organizer: o.OrganizerToken, ops: strings.TrimSuffix(o.Ops, "/"), what: o.Target,
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: requests}},
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, t.close())
		}
	}()
	database := o.Redis
	switch {
	case o.Peer != "":
		database, err = t.startPeer(ctx, o)
	case o.Target == "":
		database, err = t.start(ctx, o, progress)
	}
	if err != nil {
		return t, err
	}
	if database != "" {
		at, err := redis.ParseURL(database)
		if err != nil {
			return t, err
		}
		t.redis = redis.NewClient(at)
	}
	return t, nil
}

// start runs a server, and a Redis when that is the store. It returns the
// address of the Redis, if there is one.
func (t *target) start(ctx context.Context, o *options, progress io.Writer) (database string, err error) {
	if t.dir, err = os.MkdirTemp("", "vxload"); err != nil {
		return "", err
	}
	program := o.Server
	if program == "" {
		_, _ = fmt.Fprintln(progress, "building the server") // progress only
		program = filepath.Join(t.dir, "veltrix")
		if err := veltrix.Build(ctx, program); err != nil {
			return "", fmt.Errorf("%w (run from the repository, or use --server)", err)
		}
	}
	store := o.Store
	switch {
	case store == "bolt":
		store = "bolt:" + filepath.Join(t.dir, "data")
	case store == "redis":
		if store, err = t.startRedis(ctx); err != nil {
			return "", err
		}
		database = store
	case !strings.HasPrefix(store, "bolt:"):
		database = store
	}
	args := append([]string{
		"serve", "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--store", store, "--player-rate", "0", "--log-level", "warn",
	}, o.ServerArg...)
	t.what = fmt.Sprintf("%s on %s", filepath.Base(program), o.Store)
	_, err = t.serve(ctx, process.Options{Program: program, Args: args})
	return database, err
}

// serve starts a server, or a peer, and waits until it can be reached.
func (t *target) serve(ctx context.Context, o process.Options) (*veltrix.Server, error) {
	o.Stderr = os.Stderr
	s, err := veltrix.Start(o)
	if err != nil {
		return nil, err
	}
	t.programs = append(t.programs, s)
	if err := s.Reached(ctx); err != nil {
		return nil, err
	}
	t.url, t.organizer, t.ops = s.URL, s.Token, s.Ops
	return s, nil
}

// startRedis runs a Redis that keeps what it acknowledged, on a socket.
func (t *target) startRedis(ctx context.Context) (database string, err error) {
	s, err := drive.StartRedis(ctx, t.dir)
	if err != nil {
		return "", err
	}
	t.programs = append(t.programs, s)
	return s.UnixURL(), nil
}

// close ends what was started, in the reverse order.
func (t *target) close() error {
	var errs []error
	if t.redis != nil {
		errs = append(errs, t.redis.Close())
	}
	t.client.CloseIdleConnections()
	for _, p := range slices.Backward(t.programs) {
		errs = append(errs, p.Stop())
	}
	if t.dir != "" {
		errs = append(errs, os.RemoveAll(t.dir))
	}
	return errors.Join(errs...)
}

// usage is what the server and its Redis have used and counted so far.
type usage struct {
	at      time.Time
	server  map[string]float64 // metrics by name and labels
	redis   float64            // CPU seconds
	memory  float64            // of Redis, bytes
	stolen  float64            // drive.Stolen, of the generator's machine
	hasRead bool
}

// sample reads usage, and leaves out what cannot be known.
func (t *target) sample(ctx context.Context) (usage, error) {
	u := usage{at: time.Now(), stolen: drive.Stolen()}
	var err error
	if t.peer != 0 {
		if u.server, err = processes(t.peer); err != nil {
			return u, err
		}
		u.hasRead = true
	}
	if t.ops != "" {
		if u.server, err = t.metrics(ctx); err != nil {
			return u, fmt.Errorf("read metrics: %w", err)
		}
		u.hasRead = true
	}
	if t.redis != nil {
		info, err := t.redis.InfoMap(ctx, "cpu", "memory").Result()
		if err != nil {
			return u, fmt.Errorf("read INFO of Redis: %w", err)
		}
		for _, key := range []string{"used_cpu_sys", "used_cpu_user"} {
			u.redis += parse(info["CPU"][key])
		}
		u.memory = parse(info["Memory"]["used_memory"])
	}
	return u, nil
}

// metrics reads the text format of Prometheus.
func (t *target) metrics(ctx context.Context) (all map[string]float64, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.ops+"/metrics", http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := t.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		return nil, errors.New(resp.Status)
	}
	all = make(map[string]float64)
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		line := lines.Text()
		if at := strings.LastIndexByte(line, ' '); at > 0 && line[0] != '#' {
			all[line[:at]] = parse(line[at+1:])
		}
	}
	return all, lines.Err()
}

// parse returns 0 for text that is not a number.
func parse(text string) float64 {
	x, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return 0
	}
	return x
}
