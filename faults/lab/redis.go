package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// Redis is a redis-server that keeps its port and its files when it comes back.
type Redis struct {
	Name string
	Port int
	Dir  string
	Link *Link // in front of it; nil when each node has a link of its own
	Cmd  *goredis.Client

	process *Process
	disk    *disk // nil: Dir is an ordinary directory
	args    []string
	env     []string
	synced  string // the notes of what is on the disk; "" if there are none
}

// Start starts the server and waits until it answers or loads its files.
func (r *Redis) Start(ctx context.Context, more ...string) error {
	args := slices.Concat([]string{
		"--bind", "127.0.0.1", "--port", strconv.Itoa(r.Port), "--dir", r.Dir, "--save", "",
		"--appendonly", "yes", "--appendfsync", "always", "--enable-debug-command", "yes",
		"--repl-diskless-sync-delay", "0", "--repl-timeout", "5",
	}, r.args, more)
	program := "redis-server"
	if r.disk != nil {
		program, args = r.disk.run(program, args)
	}
	var err error
	// Loading with files that were cut is tried by Redis itself.
	if r.process, err = launch(filepath.Dir(r.Dir), r.Name, r.env, program, args...); err != nil {
		return err
	}
	return Until(ctx, r.Name+" answers", func() (bool, error) {
		if !r.process.Alive() {
			return false, fmt.Errorf("it ended: %v; see %s", r.process.State(), r.process.log)
		}
		err := r.Cmd.Ping(ctx).Err()
		var answer goredis.Error
		return err == nil || errors.As(err, &answer), nil
	})
}

// Ready waits until the server has loaded its files.
func (r *Redis) Ready(ctx context.Context) error {
	return Until(ctx, r.Name+" has loaded", func() (bool, error) { return r.Cmd.Ping(ctx).Err() == nil, nil })
}

// Process is the running server.
func (r *Redis) Process() *Process { return r.process }

// Kill ends the server as a crash would.
func (r *Redis) Kill() error { return r.process.Kill() }

// LoseDisk removes the files of a server that has ended.
func (r *Redis) LoseDisk() error {
	files, err := os.ReadDir(r.Dir)
	for _, f := range files {
		err = errors.Join(err, os.RemoveAll(filepath.Join(r.Dir, f.Name())))
	}
	return err
}

// Restart starts a server that has ended and waits until it has loaded.
func (r *Redis) Restart(ctx context.Context, more ...string) error {
	if err := r.Start(ctx, more...); err != nil {
		return err
	}
	return r.Ready(ctx)
}

// Info returns the fields of a section of INFO.
func (r *Redis) Info(ctx context.Context, section string) (map[string]string, error) {
	text, err := r.Cmd.Info(ctx, section).Result()
	if err != nil {
		return nil, fmt.Errorf("%s: INFO %s: %w", r.Name, section, err)
	}
	fields := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			fields[name] = value
		}
	}
	return fields, nil
}

// Errors is how often the server answered an error that begins with word since
// it was started.
func (r *Redis) Errors(ctx context.Context, word string) (int64, error) {
	fields, err := r.Info(ctx, "errorstats")
	if err != nil {
		return 0, err
	}
	count := strings.TrimPrefix(fields["errorstat_"+word], "count=")
	if count == "" {
		return 0, nil
	}
	return strconv.ParseInt(count, 10, 64)
}

// AOF returns the newest of the files that the server appends to.
func (r *Redis) AOF() (string, error) {
	files, err := filepath.Glob(filepath.Join(r.Dir, "appendonlydir", "*.incr.aof"))
	if err != nil || len(files) == 0 {
		return "", fmt.Errorf("%s has no append-only file: %w", r.Name, err)
	}
	slices.SortFunc(files, func(a, b string) int { return generation(a) - generation(b) })
	return files[len(files)-1], nil
}

// generation is n of appendonly.aof.n.incr.aof.
func generation(path string) int {
	parts := strings.Split(filepath.Base(path), ".")
	if len(parts) < 3 {
		return 0
	}
	n, _ := strconv.Atoi(parts[len(parts)-3]) // other names sort first
	return n
}

func (r *Redis) end() error {
	err := r.Cmd.Close()
	if r.process != nil {
		err = errors.Join(err, r.process.end())
	}
	if r.disk != nil {
		err = errors.Join(err, r.disk.end())
	}
	return err
}

// newRedis prepares a server that is not started yet.
func (l *Lab) newRedis(name string, args ...string) (*Redis, error) {
	port, err := l.ports.take()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(l.Dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	r := &Redis{Name: name, Port: port, Dir: dir, args: args, Cmd: goredis.NewClient(&goredis.Options{
		Addr: loopback(port), Protocol: 2, DisableIdentity: true, DialerRetries: 1, MaxRetries: -1, ReadTimeout: 30 * time.Second,
		PoolSize: 4,
	})}
	l.Redis = append(l.Redis, r)
	return r, nil
}

// single starts one Redis, and a link to it for each node.
func (l *Lab) single(ctx context.Context) error {
	r, err := l.newRedis("redis", l.durability()...)
	if err != nil {
		return err
	}
	if l.opts.SmallDisk > 0 {
		if r.disk, err = mountDisk(ctx, l.Dir, r.Dir, l.opts.SmallDisk); err != nil {
			return err
		}
	}
	if l.opts.Power {
		r.synced = filepath.Join(l.Dir, "redis.synced")
		r.env = []string{"LD_PRELOAD=" + l.opts.Programs.Synced, "SYNCED=" + r.synced}
	}
	if err := r.Start(ctx); err != nil {
		return err
	}
	for i := range l.opts.Nodes {
		link, err := l.link("redis-of-node"+strconv.Itoa(i), r.Port)
		if err != nil {
			return err
		}
		l.StoreLinks = append(l.StoreLinks, link)
		l.stores = append(l.stores, "redis://"+link.Addr)
	}
	return nil
}
