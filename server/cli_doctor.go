package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
)

type doctorCmd struct {
	settings
}

// check is something that the doctor looks at. Its error says the remedy; one
// that does not keep the server from serving is only advice.
type check struct {
	name   string
	advice bool
	look   func(context.Context) (string, error)
}

// Run implements the command.
func (c *doctorCmd) Run(ctx context.Context, out *streams, from *sources) (err error) {
	if err := c.validate(from); err != nil {
		return usageError{err}
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var store game.Store
	defer func() {
		if store != nil {
			err = errors.Join(err, store.Close())
		}
	}()
	checks := []check{
		{name: "store", look: func(ctx context.Context) (string, error) {
			if err := c.StoreSettings.exists(from); errors.Is(err, fs.ErrNotExist) {
				return redact(c.StoreSettings.Store) + " does not exist yet, the first start makes it", nil
			}
			opened, err := openStore(ctx, &c.StoreSettings, zap.NewNop())
			store = opened
			return redact(c.StoreSettings.Store) + ", " + ackWords[c.StoreSettings.Ack], err
		}},
		{name: "commits", look: func(ctx context.Context) (string, error) {
			if store == nil {
				return "not tried, no store is open", nil
			}
			return "the store can commit", store.Ready(ctx)
		}},
		{name: "address", look: func(ctx context.Context) (string, error) { return free(ctx, "addr", c.Addr) }},
		{name: "operations address", look: func(ctx context.Context) (string, error) { return free(ctx, "ops-addr", c.OpsAddr) }},
		{name: "open files", advice: true, look: func(context.Context) (string, error) { return openFiles(c.MaxSessions) }},
	}
	bad := false
	for _, check := range checks {
		text, err := check.look(ctx)
		verdict := "ok"
		switch {
		case err != nil && check.advice:
			verdict, text = "advice", err.Error()
		case err != nil:
			verdict, text, bad = "BAD", err.Error(), true
		}
		if _, err := fmt.Fprintf(out.out, "%-6s  %-18s  %s\n", verdict, check.name, text); err != nil {
			return err
		}
	}
	if bad {
		return errFound
	}
	return nil
}

// free tells whether an address can be listened on. A server that runs there
// is the usual reason why not.
func free(ctx context.Context, flag, addr string) (string, error) {
	l, err := listen(ctx, flag, addr)
	if err != nil {
		return "", err
	}
	return addr + " is free", l.Close()
}
