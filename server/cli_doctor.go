package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"time"

	"go.uber.org/zap"

	"veltrix/game/bolt"
	"veltrix/game/redis"
	"veltrix/server/config"
	"veltrix/server/machine"
)

type doctorCmd struct {
	config.Settings

	URL string `name:"url" placeholder:"URL" help:"Look at a running server from outside instead, through the proxy in front of it: https://HOST." why:"looks at this machine unless told otherwise"`
}

// Run implements the command.
func (c *doctorCmd) Run(ctx context.Context, out *streams, from *config.Sources) error {
	if c.URL != "" {
		return c.outside(ctx, &round{out: out.out})
	}
	if err := c.Validate(from); err != nil {
		return usageError{err}
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	r := &round{out: out.out}
	c.store(ctx, r, from)
	r.look("address", redis.Bad, func() (string, error) { return free(ctx, "addr", c.Addr) })
	r.look("operations address", redis.Bad, func() (string, error) { return free(ctx, "ops-addr", c.OpsAddr) })
	r.look("open files", redis.Advice, func() (string, error) { return machine.OpenFiles(c.MaxSessions) })
	r.look("somaxconn", redis.Advice, machine.Backlog)
	return r.end()
}

// outside looks at a server elsewhere. Its settings are not those of this command.
func (c *doctorCmd) outside(ctx context.Context, r *round) error {
	base, err := outsideURL(c.URL)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment}}
	defer client.CloseIdleConnections()
	(&outside{base, client, r}).look(ctx)
	return r.end()
}

// store opens the store as serve would, and looks at the disk or the Redis under
// it.
func (c *doctorCmd) store(ctx context.Context, r *round, from *config.Sources) {
	set := &c.StoreSettings
	if err := storeExists(set, from); errors.Is(err, fs.ErrNotExist) {
		r.line(redis.Fine, "store", config.Redact(set.Store)+" does not exist yet, the first start makes it")
	} else {
		r.look("store", redis.Bad, func() (string, error) {
			store, err := openStore(ctx, set, zap.NewNop())
			if err != nil {
				return "", err
			}
			err = store.Ready(ctx)
			return config.Redact(set.Store) + " can commit, " + ackWords[set.Ack], errors.Join(err, store.Close())
		})
	}
	kind, dir, err := set.Kind()
	switch {
	case err != nil: // said above
	case kind == config.Bolt:
		for _, f := range machine.Disk(dir, bolt.FileName+".probe-*") {
			r.line(f.Verdict, f.Name, f.Text)
		}
	default:
		findings, err := redis.Examine(ctx, redis.Options{URL: set.Store, Ack: redis.Ack(set.Ack)})
		for _, f := range findings {
			r.line(f.Verdict, f.Name, f.Text)
		}
		if err != nil {
			r.line(redis.Bad, "redis", err.Error())
		}
	}
}

// round writes a line for each thing that was looked at.
type round struct {
	out io.Writer
	bad bool
	err error // of writing
}

// end says how the round went.
func (r *round) end() error {
	if r.err == nil && r.bad {
		return errFound
	}
	return r.err
}

func (r *round) line(v redis.Verdict, name, text string) {
	r.bad = r.bad || v == redis.Bad
	if r.err == nil {
		_, r.err = fmt.Fprintf(r.out, "%-6s  %-22s  %s\n", v, name, text)
	}
}

// look writes what was found. An error says the remedy.
func (r *round) look(name string, otherwise redis.Verdict, look func() (string, error)) {
	text, err := look()
	if err != nil {
		r.line(otherwise, name, err.Error())
		return
	}
	r.line(redis.Fine, name, text)
}

// free reports whether an address can be listened on. The usual reason why not is
// a server that runs there.
func free(ctx context.Context, flag, addr string) (string, error) {
	l, err := machine.Listen(ctx, flag, addr)
	if err != nil {
		return "", err
	}
	return addr + " is free", l.Close()
}
