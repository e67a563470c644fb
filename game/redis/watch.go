package redis

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/zap"
)

const (
	// watchPing is how long the bell may be silent before the connection is
	// tried: a half-open one would be silent for ever.
	watchPing = 10 * time.Second
	// watchPause is the wait before another connection is made.
	watchPause = 250 * time.Millisecond
)

// Watch calls ring for every commit that added to a ledger, those of this node
// too, and ring("", 0) whenever it has subscribed: rings were missed before,
// so look at all ledgers. It blocks until ctx ends and then returns nil.
//
// Messages are read as they come. The library's Channel would keep them in a
// buffer and drop them silently when ring is slow.
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
		if errors.Is(err, goredis.ErrClosed) {
			return errClosed
		}
		s.log.Warn("the bell is silent, subscribing again", zap.Error(err))
		pause.Reset(watchPause)
	}
}

// listen reads one subscription until it fails.
func (s *Store) listen(ctx context.Context, ring func(hunt string, seq int64)) error {
	sub := s.rdb.Subscribe(ctx, s.bellChannel())
	// A cancelled context does not end a read; closing does. Closing twice
	// gives an error that says so and nothing else.
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
			if err := sub.Ping(ctx); err != nil {
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
			hunt, text, _ := strings.Cut(m.Payload, " ")
			seq, err := strconv.ParseInt(text, 10, 64)
			if err != nil || !validHunt(hunt) {
				s.log.Warn("the bell rang with nonsense", zap.Int("length", len(m.Payload)))
				continue
			}
			ring(hunt, seq)
		}
	}
}
