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

	"veltrix/testkit/process"
	"veltrix/testkit/redisserver"
)

// Redis is a redis-server that keeps its port and its files when it comes back.
type Redis struct {
	*redisserver.Server

	Name string
	Link *Link // in front of it; nil when each node has a link of its own
	Cmd  *goredis.Client

	disk   *disk  // nil: its directory is an ordinary one
	synced string // the notes of what is on the disk; "" if there are none
}

// Start starts the server and waits until it answers or loads its files. A
// server that cannot load files which were cut says so in its log.
func (r *Redis) Start(ctx context.Context, more ...string) error {
	if err := r.Launch(more...); err != nil {
		return err
	}
	return r.Answers(ctx)
}

// LoseDisk removes the files of a server that has ended.
func (r *Redis) LoseDisk() error {
	files, err := os.ReadDir(r.Dir())
	for _, f := range files {
		err = errors.Join(err, os.RemoveAll(filepath.Join(r.Dir(), f.Name())))
	}
	return err
}

// Restart starts a server that has ended and waits until it has loaded.
func (r *Redis) Restart(ctx context.Context, more ...string) error {
	return r.Server.Start(ctx, more...)
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
	files, err := filepath.Glob(filepath.Join(r.Dir(), "appendonlydir", "*.incr.aof"))
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
	err := errors.Join(r.Cmd.Close(), r.End())
	if r.disk != nil {
		err = errors.Join(err, r.disk.end())
	}
	return err
}

// newRedis prepares a server on a port, with what every Redis of a lab has in
// common. It is not started yet.
func (l *Lab) newRedis(name string, port int, o redisserver.Options) (*Redis, error) {
	o.Name, o.Port, o.Dir, o.Log = name, port, filepath.Join(l.Dir, name), l.log(name)
	o.Args = slices.Concat([]string{"--repl-diskless-sync-delay", "0", "--repl-timeout", "5"}, o.Args, l.durability())
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, err
	}
	r := &Redis{Name: name, Server: redisserver.New(o), Cmd: goredis.NewClient(&goredis.Options{
		Addr: process.Loopback(port), Protocol: 2, DisableIdentity: true, DialerRetries: 1, MaxRetries: -1, ReadTimeout: 30 * time.Second,
		PoolSize: 4,
	})}
	l.Redis = append(l.Redis, r)
	return r, nil
}

// linked starts a server that everyone reaches over a link. args are made from
// its own port and from that of the link.
func (l *Lab) linked(ctx context.Context, name string, args func(port, link int) []string) error {
	var port [2]int // of the server, of the link
	for i := range port {
		var err error
		if port[i], err = process.Port(); err != nil {
			return err
		}
	}
	r, err := l.newRedis(name, port[0], redisserver.Options{Args: args(port[0], port[1])})
	if err != nil {
		return err
	}
	if r.Link, err = l.Toxiproxy.link(name, port[1], port[0]); err != nil {
		return err
	}
	l.StoreLinks = append(l.StoreLinks, r.Link)
	return r.Start(ctx)
}

// single starts one Redis, and a link to it for each node.
func (l *Lab) single(ctx context.Context) error {
	port, err := process.Port()
	if err != nil {
		return err
	}
	const name = "redis"
	var o redisserver.Options
	var small *disk
	if l.opts.SmallDisk > 0 {
		dir := filepath.Join(l.Dir, name)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if small, err = mountDisk(ctx, l.Dir, dir, l.opts.SmallDisk); err != nil {
			return err
		}
		o.Inside = small.inside
	}
	var synced string
	if l.opts.Power {
		synced = filepath.Join(l.Dir, "redis.synced")
		o.Env = []string{"LD_PRELOAD=" + l.opts.Programs.Synced, "SYNCED=" + synced}
	}
	r, err := l.newRedis(name, port, o)
	if err != nil {
		return err
	}
	r.disk, r.synced = small, synced
	if err := r.Start(ctx); err != nil {
		return err
	}
	for i := range l.opts.Nodes {
		link, err := l.link("redis-of-node"+strconv.Itoa(i), port)
		if err != nil {
			return err
		}
		l.StoreLinks = append(l.StoreLinks, link)
		l.stores = append(l.stores, "redis://"+link.Addr)
	}
	return nil
}
