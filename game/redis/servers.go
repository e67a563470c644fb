package redis

import (
	"context"
	"crypto/tls"
	"errors"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// lookPause is the least time between two looks at the slots of a cluster:
// many hunts fail at once when a primary dies, and one look is enough for all.
const lookPause = 100 * time.Millisecond

// servers are the way to the primaries of a Redis: one, or one for each shard
// of a cluster. All methods may be called at the same time.
type servers struct {
	// Set by connect and never changed.
	kind    topology
	timeout time.Duration
	// all finds the primary of a key by itself. A cluster's would follow ASK;
	// callKeys keeps it from seeing half a hunt.
	all     goredis.UniversalClient
	primary *goredis.Client        // nil with a cluster
	cluster *goredis.ClusterClient // nil without one

	weak sync.Map // *goredis.Client -> why it gets no commits

	// looking has room for one: the goroutine that put a value in reads the slots of the
	// cluster and owns looked.
	looking chan struct{}
	looked  time.Time
}

// connect makes the connections' pools; nothing is dialled yet. vet is called
// with each new connection and may refuse it.
func connect(a *address, timeout time.Duration, vet func(context.Context, *goredis.Conn) error) *servers {
	v := &servers{kind: a.kind, timeout: timeout, looking: make(chan struct{}, 1)}
	switch a.kind {
	case cluster:
		v.cluster = goredis.NewClusterClient(clusterOptions(a, timeout, vet))
		v.cluster.AddHook(lookHook{v})
		v.all = v.cluster
	case sentinel:
		v.primary = goredis.NewFailoverClient(failoverOptions(a, timeout, vet))
		v.all = v.primary
	default:
		v.primary = goredis.NewClient(singleOptions(a, timeout, vet))
		v.all = v.primary
	}
	return v
}

func tlsConfig(on bool) *tls.Config {
	if !on {
		return nil
	}
	return &tls.Config{MinVersion: tls.VersionTLS12}
}

// of returns the primary that has a key.
func (v *servers) of(ctx context.Context, key string) (*goredis.Client, error) {
	if v.cluster == nil {
		return v.primary, nil
	}
	return v.cluster.MasterForKey(ctx, key)
}

// primaries returns all of them. The slots of a cluster are read again; when no
// node answers soon, the primaries are those known before.
func (v *servers) primaries(ctx context.Context) ([]*goredis.Client, error) {
	if v.cluster == nil {
		return []*goredis.Client{v.primary}, nil
	}
	// The library asks the nodes one after the other, and one that hangs must
	// not use up the caller's time.
	ctx, cancel := context.WithTimeout(ctx, v.timeout/5)
	defer cancel()
	var mu sync.Mutex
	var list []*goredis.Client
	err := v.cluster.ForEachMaster(ctx, func(_ context.Context, c *goredis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		list = append(list, c)
		return nil
	})
	if err == nil && len(list) == 0 {
		err = errors.New("the cluster has no primary")
	}
	return list, err
}

// look reads the slots of a cluster again, unless that has just been done.
// Whether it could shows at the next call.
func (v *servers) look(ctx context.Context) {
	if v.cluster == nil {
		return
	}
	if ctx.Err() != nil { // the time went by waiting for a dead primary
		v.cluster.ReloadState(ctx) // in the background, one at a time
		return
	}
	select {
	case v.looking <- struct{}{}:
	case <-ctx.Done():
		return
	}
	defer func() { <-v.looking }()
	if time.Since(v.looked) < lookPause {
		return
	}
	_, _ = v.primaries(ctx)
	v.looked = time.Now()
}

// weaken keeps commits from a primary while err is not nil.
func (v *servers) weaken(c *goredis.Client, err error) {
	if err == nil {
		v.weak.Delete(c)
	} else {
		v.weak.Store(c, err)
	}
}

// weakness is why a primary gets no commits.
func (v *servers) weakness(c *goredis.Client) error {
	if err, ok := v.weak.Load(c); ok {
		return err.(error)
	}
	return nil
}

func (v *servers) close() error { return v.all.Close() }

// lookHook has the slots read again after an error that old slots may have
// caused. The library does so by itself for MOVED and READONLY only, so that
// reads would go to a dead primary until the next regular look.
type lookHook struct{ servers *servers }

// DialHook is goredis.Hook.
func (lookHook) DialHook(next goredis.DialHook) goredis.DialHook { return next }

// ProcessHook is goredis.Hook.
func (h lookHook) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		err := next(ctx, cmd)
		h.after(ctx, err)
		return err
	}
}

// ProcessPipelineHook is goredis.Hook.
func (h lookHook) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []goredis.Cmder) error {
		err := next(ctx, cmds)
		h.after(ctx, err)
		return err
	}
}

func (h lookHook) after(ctx context.Context, err error) {
	if err != nil && !errors.Is(err, goredis.ErrClosed) && lookAgain(err) {
		h.servers.look(ctx)
	}
}
