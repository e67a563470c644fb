package redis

import (
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// clientOptions sets every option that matters on purpose. Options of the
// URL's query would override them, so only its address, user and database
// count.
func clientOptions(opts Options) (*goredis.Options, error) {
	url, err := goredis.ParseURL(opts.URL)
	if err != nil {
		return nil, fmt.Errorf("redis: address: %w", err)
	}
	return &goredis.Options{
		Network: url.Network, Addr: url.Addr, TLSConfig: url.TLSConfig,
		Username: url.Username, Password: url.Password, DB: url.DB,
		ClientName: "veltrix",

		// RESP2: nothing here needs RESP3's types, and its push frames make
		// the library look at the socket before every command.
		Protocol: 2,
		// Off by default; without it a context's deadline would not end a read.
		ContextTimeoutEnabled: true,
		// Commands are idempotent, so a connection that a restarted server
		// closed is worth another try at once. More would hold up the commits
		// that share the pipeline: who asked knows better how long to try.
		MaxRetries:      2,
		MinRetryBackoff: 8 * time.Millisecond,
		MaxRetryBackoff: 64 * time.Millisecond,
		// The library dials 5 times with pauses by default, which would eat a
		// whole deadline while the server is down.
		DialerRetries: 1,
		DialTimeout:   min(opts.Timeout, 2*time.Second),
		ReadTimeout:   opts.Timeout,
		WriteTimeout:  opts.Timeout,
		// Two carry commits; the others serve reads, a burst of which (a hall
		// full of players that reconnect) may queue but not be refused.
		PoolSize:       12,
		MaxActiveConns: 16,
		PoolTimeout:    opts.Timeout,
		// Pipelines on the pool of all others: a second pool would only hold
		// more connections with larger buffers.
		PipelinePoolSize: -1,
		// A full batch is about 12 kB, its reply as much.
		ReadBufferSize:  64 << 10,
		WriteBufferSize: 64 << 10,
		// Shorter than the idle timeouts of common proxies and firewalls.
		ConnMaxIdleTime: 4 * time.Minute,

		// CLIENT SETINFO and notifications of managed upgrades are round trips
		// for each connection, and unknown to Redis 7.0.
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}, nil
}
