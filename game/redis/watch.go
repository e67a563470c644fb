package redis

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/zap"

	"veltrix/game/hunt"
)

const (
	// watchPing is how long the bell may be silent before the connection is
	// tried: a half-open one would be silent for ever.
	watchPing = 10 * time.Second
	// watchPause is the wait before another connection is made.
	watchPause = 250 * time.Millisecond
)

var errMoved = errors.New("redis: the primaries have changed")

// Watch calls ring for every commit that added to a ledger, those of this node
// too. Whenever it has subscribed it calls ring("", 0): rings may have been
// missed before, so look at all ledgers. It blocks until ctx ends and then
// returns nil.
//
// It reads the bell as it rings. The library's Channel would keep rings in a
// buffer, and drop them silently when ring is slow.
func (s *Store) Watch(ctx context.Context, ring func(hunt string, seq int64)) error {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-pause.C:
		}
		err := s.listen(ctx, ring)
		if ctx.Err() != nil {
			return nil
		}
		select {
		case <-s.committer.closing:
			return errClosed
		default:
		}
		s.log.Warn("the bell is silent, subscribing again", zap.Error(err))
		pause.Reset(watchPause)
	}
}

// listen reads one subscription until it fails.
func (s *Store) listen(ctx context.Context, ring func(hunt string, seq int64)) error {
	at, err := s.servers.bell(ctx)
	if err != nil {
		return err
	}
	sub := at.client.Subscribe(ctx, s.bellChannel())
	// A cancelled context does not end a read; closing does. The error of
	// closing twice says just that.
	stop := context.AfterFunc(ctx, func() { _ = sub.Close() })
	defer func() {
		stop()
		_ = sub.Close()
	}()
	asked := false
	for {
		message, err := sub.ReceiveTimeout(ctx, watchPing)
		var timeout net.Error
		switch {
		case err == nil:
			asked = false
		case errors.As(err, &timeout) && timeout.Timeout() && !asked && ctx.Err() == nil:
			if err := errors.Join(sub.Ping(ctx), s.servers.same(ctx, at)); err != nil {
				return err
			}
			asked = true
			continue
		default:
			return err
		}
		switch m := message.(type) {
		case *goredis.Subscription:
			ring("", 0)
		case *goredis.Message:
			id, text, _ := strings.Cut(m.Payload, " ")
			seq, err := strconv.ParseInt(text, 10, 64)
			if err != nil || !hunt.ValidID(id) {
				s.log.Warn("the bell rang with nonsense", zap.Int("length", len(m.Payload)))
				continue
			}
			ring(id, seq)
		}
	}
}

// post is where the bell is listened to.
type post struct {
	client *goredis.Client
	run    string // run id of the server, with Sentinel
}

// bell chooses where to listen. A cluster passes every message to all of its
// nodes, so any primary that answers will do; the library would insist on the
// one that has the slot of the channel's name, dead or alive.
func (v *servers) bell(ctx context.Context) (post, error) {
	ctx, cancel := context.WithTimeout(ctx, v.timeout)
	defer cancel()
	if v.cluster == nil {
		run, err := v.run(ctx)
		return post{v.primary, run}, err
	}
	primaries, err := v.primaries(ctx)
	for _, i := range rand.Perm(len(primaries)) {
		if err = primaries[i].Ping(ctx).Err(); err == nil {
			return post{client: primaries[i]}, nil
		}
	}
	return post{}, err
}

// same checks that the place to listen is still a good one: a server that was
// replaced may live on, cut off from the others, and stay silent.
func (v *servers) same(ctx context.Context, at post) error {
	ctx, cancel := context.WithTimeout(ctx, v.timeout)
	defer cancel()
	if v.cluster == nil {
		if run, err := v.run(ctx); err != nil || run != at.run {
			return errors.Join(err, errMoved)
		}
		return nil
	}
	if primaries, err := v.primaries(ctx); err == nil && !slices.Contains(primaries, at.client) {
		return errMoved
	}
	return nil
}

// run is the run id of the one primary.
func (v *servers) run(ctx context.Context) (string, error) {
	info, err := v.primary.Info(ctx, "server").Result()
	return infoFacts(info)["run_id"], err
}
