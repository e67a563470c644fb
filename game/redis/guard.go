package redis

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/zap"
)

// oldest is the oldest version that has what the scripts need: shebang lines
// (7.0) and SET with NX and GET (7.0).
const oldest = 7

// maxLogged bounds the servers whose last logged problems are remembered.
const maxLogged = 64

// guard keeps commits away from primaries that cannot keep what the Ack
// promises. It looks when the store is opened, with every new connection (after
// a failover it is another server), and whenever readiness is asked for.
type guard struct {
	// Set by Open and never changed.
	ack     Ack
	log     *zap.Logger
	metrics *metrics

	// mu guards what connections being made at the same time share.
	mu     sync.Mutex
	logged map[string]string // by run id: the problems that were logged of the server
}

// weakError says what keeps a server from keeping the Ack.
type weakError struct {
	server   string
	problems []string
}

func (e *weakError) Error() string {
	return fmt.Sprintf("the server %s cannot keep a hunt:\n  %s", e.server, strings.Join(e.problems, "\n  "))
}

// open refuses a Redis if any of its primaries is too weak, or if it is not of
// the kind that the URL says.
func (g *guard) open(ctx context.Context, v *servers, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	primaries, err := v.primaries(ctx)
	var weak *weakError
	reached := 0
	for _, c := range primaries {
		e := g.opened(ctx, v.kind, c)
		if e == nil {
			reached++
		}
		err = errors.Join(err, e)
	}
	switch {
	case errors.As(err, &weak):
		return fmt.Errorf("redis: %w", weak)
	case reached > 0 && err != nil:
		// The hunts of the other shards can be played. A primary that answers
		// later is looked at then.
		g.log.Warn("some primaries of the cluster cannot be reached", zap.Error(err))
	case err != nil:
		return fmt.Errorf("redis: cannot ask the server what it is: %w", classify(err))
	}
	if g.ack == AckMemory {
		g.log.Warn("acknowledging from memory: a crash of Redis loses acknowledged awards")
	}
	return nil
}

func (g *guard) opened(ctx context.Context, kind topology, c *goredis.Client) error {
	f, err := ask(ctx, c)
	if err != nil {
		return err
	}
	problems := append(misplaced(kind, f.info), check(g.ack, f)...)
	if g.ack == AckReplicated && f.replicas() == 0 {
		problems = append(problems, "it has no replica in step, which replicated waits for; attach one (redis-cli REPLICAOF on the other server), or start with --ack fsync")
	}
	if len(problems) > 0 {
		return &weakError{server: f.name(c), problems: problems}
	}
	for _, name := range unchecked(g.ack, f.config) {
		g.log.Warn("CONFIG is forbidden, so a setting of Redis could not be checked",
			zap.String("server", f.name(c)), zap.String("setting", name), zap.String("should_be", wanted[name]))
	}
	return nil
}

// admit looks at the server of a new connection. Sentinels are let in.
func (g *guard) admit(ctx context.Context, conn *goredis.Conn) error {
	f, err := ask(ctx, conn)
	if err != nil || f.info["redis_mode"] == "sentinel" {
		return err
	}
	name := "on port " + f.info["tcp_port"]
	if err := g.judge(f, name); err != nil {
		return err
	}
	if f.stale() {
		g.rewrite(ctx, conn, name)
	}
	return nil
}

// ready looks at a primary again and keeps commits away from it, or lets them
// go there again.
func (g *guard) ready(ctx context.Context, v *servers, c *goredis.Client) error {
	f, err := ask(ctx, c)
	if err != nil {
		return err
	}
	err = g.judge(f, f.name(c))
	v.weaken(c, err)
	return err
}

// judge returns a weakError for a server that cannot keep the Ack, and logs the
// same problems once.
func (g *guard) judge(f *facts, name string) error {
	problems := check(g.ack, f)
	text := strings.Join(problems, "; ")
	id := f.info["run_id"]
	g.mu.Lock()
	before, known := g.logged[id]
	if len(g.logged) >= maxLogged {
		clear(g.logged)
	}
	g.logged[id] = text
	g.mu.Unlock()
	if text == "" {
		if known && before != "" {
			g.log.Info("the primary keeps --ack again", zap.String("server", name))
		}
		return nil
	}
	g.metrics.refused.Inc()
	if before != text {
		g.log.Error("no commits: the primary cannot keep --ack", zap.String("server", name), zap.String("ack", string(g.ack)),
			zap.Strings("problems", problems))
	}
	return &weakError{server: name, problems: problems}
}

// facts are what a server says of itself.
type facts struct {
	info   map[string]string
	config map[string]string // nil when the user may not ask
}

// asker is a client or a connection.
type asker interface {
	Pipeline() goredis.Pipeliner
}

// ask reads the facts of a server in one round trip. CONFIG may be renamed,
// disabled or forbidden.
func ask(ctx context.Context, of asker) (*facts, error) {
	pipe := of.Pipeline()
	info := pipe.Info(ctx)
	var settings []*goredis.MapStringStringCmd
	for name := range wanted {
		settings = append(settings, pipe.ConfigGet(ctx, name))
	}
	exec(ctx, pipe)
	if err := info.Err(); err != nil {
		return nil, err
	}
	f := &facts{info: infoFacts(info.Val()), config: map[string]string{}}
	for _, s := range settings {
		var said goredis.Error
		switch err := s.Err(); {
		case err == nil && f.config != nil:
			maps.Copy(f.config, s.Val())
		case errors.As(err, &said) && known(err) == nil:
			f.config = nil
		case err != nil:
			return nil, err
		}
	}
	return f, nil
}

// name is how logs and errors call a server. A client that finds its primary by
// Sentinel has no address.
func (f *facts) name(c *goredis.Client) string {
	if addr := c.Options().Addr; strings.ContainsAny(addr, ":/") {
		return addr
	}
	return "on port " + f.info["tcp_port"]
}

// replicas counts those that are in step.
func (f *facts) replicas() int {
	n := 0
	for name, value := range f.info {
		if rest, ok := strings.CutPrefix(name, "slave"); ok && rest != "" && rest[0] >= '0' && rest[0] <= '9' &&
			strings.Contains(value, "state=online") {
			n++
		}
	}
	return n
}

// misplaced returns the problem when the server is not of the kind that the URL
// says.
func misplaced(kind topology, info map[string]string) []string {
	mode := info["redis_mode"]
	switch {
	case mode == "sentinel":
		return []string{"it is a Sentinel; write redis-sentinel://HOST:26379?master=NAME"}
	case mode == "cluster" && kind != cluster:
		return []string{"it is a node of a cluster; write redis-cluster://HOST:PORT"}
	case mode != "" && mode != "cluster" && kind == cluster:
		return []string{"it is not a node of a cluster; write redis://HOST:PORT"}
	}
	if role := info["role"]; role != "" && role != "master" {
		return []string{fmt.Sprintf("it is a %s; give the address of its primary", role)}
	}
	return nil
}

// wanted are the settings without which an acknowledged award could be lost.
var wanted = map[string]string{
	"appendonly": "yes", "appendfsync": "always", "no-appendfsync-on-rewrite": "no", "maxmemory-policy": "noeviction",
	"min-replicas-to-write": "1",
}

// demand is a setting that a level needs, and what happens without it.
type demand struct{ name, otherwise string }

// demands lists what a level needs, in the order in which it is reported.
func demands(ack Ack) []demand {
	list := []demand{{"maxmemory-policy", "it would delete hunts when memory is short"}}
	if ack == AckMemory {
		return list
	}
	list = append(list,
		demand{"appendonly", "an acknowledged award could be lost"},
		demand{"appendfsync", "an acknowledged award could be lost"},
		demand{"no-appendfsync-on-rewrite", "an acknowledged award could be lost: nothing is synced during a rewrite"})
	if ack == AckReplicated {
		list = append(list, demand{
			"min-replicas-to-write",
			"a primary that is cut off from its replicas would still decide claims, show them, and forget them when it comes back",
		})
	}
	return list
}

// check lists what is wrong with the settings, each with its remedy. INFO has
// some of what CONFIG may hide.
func check(ack Ack, f *facts) []string {
	var problems []string
	major, _, _ := strings.Cut(f.info["redis_version"], ".")
	if n, err := strconv.Atoi(major); err != nil || n < oldest {
		problems = append(problems, fmt.Sprintf("its version is %q; install Redis %d.0 or newer", f.info["redis_version"], oldest))
	}
	settings := map[string]string{"maxmemory-policy": f.info["maxmemory_policy"]}
	if f.info["aof_enabled"] == "0" {
		settings["appendonly"] = "no"
	}
	maps.Copy(settings, f.config)
	wrong := false
	for _, d := range demands(ack) {
		name, got := d.name, settings[d.name]
		if got == "" || got == wanted[name] || (name == "min-replicas-to-write" && got != "0") {
			continue
		}
		wrong = wrong || name != "maxmemory-policy"
		problems = append(problems, fmt.Sprintf("%s is %s, so %s; change it: redis-cli CONFIG SET %s %s", name, got, d.otherwise, name, wanted[name]))
	}
	if wrong {
		instead := "start with --ack memory and accept the loss"
		if ack == AckReplicated {
			instead = "start with --ack fsync or memory and accept the loss"
		}
		problems = append(problems, "(keep the settings over a restart with: redis-cli CONFIG REWRITE; or "+instead+")")
	}
	return problems
}

// unchecked lists the settings that the server did not show.
func unchecked(ack Ack, config map[string]string) []string {
	var names []string
	for _, d := range demands(ack) {
		if _, shown := config[d.name]; !shown && d.name != "maxmemory-policy" && d.name != "appendonly" { // INFO has these
			names = append(names, d.name)
		}
	}
	return slices.Clip(names)
}

// infoFacts parses the reply of INFO. Valkey calls redis_mode server_mode.
func infoFacts(info string) map[string]string {
	facts := map[string]string{}
	for line := range strings.Lines(info) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			facts[name] = value
		}
	}
	if mode, ok := facts["server_mode"]; ok && facts["redis_mode"] == "" {
		facts["redis_mode"] = mode
	}
	return facts
}

// Ready reports whether Redis would take a commit now. It writes nothing. A
// cluster is ready while any of its primaries is, for the hunts of that one can
// be played; but a primary that cannot keep the Ack makes it not ready.
func (s *Store) Ready(ctx context.Context) error {
	ctx, cancel := s.limit(ctx)
	defer cancel()
	primaries, err := s.servers.primaries(ctx)
	if err != nil {
		return classify(err)
	}
	errs := make([]error, len(primaries))
	var all sync.WaitGroup
	for i, c := range primaries {
		all.Go(func() {
			if errs[i] = s.guard.ready(ctx, s.servers, c); errs[i] == nil {
				errs[i] = readyScript.Run(ctx, c, nil).Err()
			}
		})
	}
	all.Wait()
	var weak *weakError
	if err := errors.Join(errs...); errors.As(err, &weak) || !slices.Contains(errs, nil) {
		return classify(err)
	}
	return nil
}
