package redis

import (
	"context"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// The settings of the library's connections; reasons.go has the reason of each.
const (
	clientName      = "veltrix"
	maxRetries      = 2
	minBackoff      = 8 * time.Millisecond
	maxBackoff      = 64 * time.Millisecond
	dialTimeout     = 2 * time.Second
	dialRetries     = 1
	dialRetryPause  = 100 * time.Millisecond
	poolSize        = 12
	maxConns        = 16
	idleTime        = 4 * time.Minute
	lifetime        = 30 * time.Minute
	lifetimeJitter  = 5 * time.Minute
	bufferSize      = 64 << 10
	maxRedirects    = 3
	slotsInterval   = 10 * time.Second
	failingSeconds  = 15
	protocolVersion = 2
)

func singleOptions(a *address, timeout time.Duration, vet func(context.Context, *goredis.Conn) error) *goredis.Options {
	return &goredis.Options{
		Network: a.network, Addr: a.seeds[0], TLSConfig: tlsConfig(a.tls),
		Username: a.user, Password: a.password, DB: a.db,
		ClientName: clientName, OnConnect: vet, Protocol: protocolVersion,

		ContextTimeoutEnabled: true,
		MaxRetries:            maxRetries, MinRetryBackoff: minBackoff, MaxRetryBackoff: maxBackoff,
		DialTimeout: min(timeout, dialTimeout), DialerRetries: dialRetries, DialerRetryTimeout: dialRetryPause,
		ReadTimeout: timeout, WriteTimeout: timeout,
		PoolSize: poolSize, MaxActiveConns: maxConns, MaxConcurrentDials: poolSize, PoolTimeout: timeout,
		ConnMaxIdleTime: idleTime, ConnMaxLifetime: lifetime, ConnMaxLifetimeJitter: lifetimeJitter,
		PipelinePoolSize: -1,
		ReadBufferSize:   bufferSize, WriteBufferSize: bufferSize,

		DisableIdentity:          true,
		FailingTimeoutSeconds:    failingSeconds,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
}

// failoverOptions has no maintenance notifications: the library turns them off
// for Sentinel by itself.
func failoverOptions(a *address, timeout time.Duration, vet func(context.Context, *goredis.Conn) error) *goredis.FailoverOptions {
	return &goredis.FailoverOptions{
		MasterName: a.master, SentinelAddrs: a.seeds, TLSConfig: tlsConfig(a.tls),
		SentinelUsername: a.sentinelUser, SentinelPassword: a.sentinelPassword,
		Username: a.user, Password: a.password, DB: a.db,
		ClientName: clientName, OnConnect: vet, Protocol: protocolVersion,

		ContextTimeoutEnabled: true,
		MaxRetries:            maxRetries, MinRetryBackoff: minBackoff, MaxRetryBackoff: maxBackoff,
		DialTimeout: min(timeout, dialTimeout), DialerRetries: dialRetries, DialerRetryTimeout: dialRetryPause,
		ReadTimeout: timeout, WriteTimeout: timeout,
		PoolSize: poolSize, MaxActiveConns: maxConns, MaxConcurrentDials: poolSize, PoolTimeout: timeout,
		ConnMaxIdleTime: idleTime, ConnMaxLifetime: lifetime, ConnMaxLifetimeJitter: lifetimeJitter,
		PipelinePoolSize: -1,
		ReadBufferSize:   bufferSize, WriteBufferSize: bufferSize,

		DisableIdentity:       true,
		FailingTimeoutSeconds: failingSeconds,
	}
}

func clusterOptions(a *address, timeout time.Duration, vet func(context.Context, *goredis.Conn) error) *goredis.ClusterOptions {
	return &goredis.ClusterOptions{
		Addrs: a.seeds, TLSConfig: tlsConfig(a.tls), Username: a.user, Password: a.password,
		ClientName: clientName, OnConnect: vet, Protocol: protocolVersion,

		MaxRedirects: maxRedirects, DisableRoutingPolicies: true, ClusterStateReloadInterval: slotsInterval,

		ContextTimeoutEnabled: true,
		MaxRetries:            -1, MinRetryBackoff: minBackoff, MaxRetryBackoff: maxBackoff,
		DialTimeout: min(timeout, dialTimeout), DialerRetries: dialRetries, DialerRetryTimeout: dialRetryPause,
		ReadTimeout: timeout, WriteTimeout: timeout,
		PoolSize: poolSize, MaxActiveConns: maxConns, MaxConcurrentDials: poolSize, PoolTimeout: timeout,
		ConnMaxIdleTime: idleTime, ConnMaxLifetime: lifetime, ConnMaxLifetimeJitter: lifetimeJitter,
		PipelinePoolSize: -1,
		ReadBufferSize:   bufferSize, WriteBufferSize: bufferSize,

		DisableIdentity:          true,
		FailingTimeoutSeconds:    failingSeconds,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
}
