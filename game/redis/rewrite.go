package redis

import (
	"context"
	"errors"
	"strings"

	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/zap"
)

// rewriteFile has the server write its append-only file anew, once in its
// life. A server that finds half a transaction at the end of its file may leave
// it there when it goes on, and run it at its next start, mixed with what was
// written after (valkey-io/valkey#4342 has it; Redis 7.0 does so). That would
// be a loss again.
//
// It is best effort: the server may not let this user do it.
func (s *Store) rewriteFile(ctx context.Context, id string) {
	ctx, cancel := s.limit(ctx)
	defer cancel()
	if err := s.tryRewrite(ctx, id); err != nil {
		s.log.Warn("cannot have the append-only file written anew; run BGREWRITEAOF, or half a transaction at its end may come back",
			zap.String("hunt", id), zap.Error(err))
	}
}

func (s *Store) tryRewrite(ctx context.Context, id string) error {
	var node goredis.Cmdable = s.rdb
	if cluster, is := s.rdb.(*goredis.ClusterClient); is {
		master, err := cluster.MasterForKey(ctx, s.key(id, "meta"))
		if err != nil {
			return err
		}
		node = master
	}
	info, err := node.Info(ctx).Result()
	if err != nil || strings.Contains(info, "aof_enabled:0") {
		return err
	}
	_, rest, found := strings.Cut(info, "run_id:")
	run, _, _ := strings.Cut(rest, "\r\n")
	if !found {
		return errors.New("INFO has no run_id")
	}
	s.mu.Lock()
	again := s.rewrote == run
	s.rewrote = run
	s.mu.Unlock()
	if again { // for another hunt
		return nil
	}
	if err := node.BgRewriteAOF(ctx).Err(); err != nil && !strings.Contains(err.Error(), "already in progress") {
		return err
	}
	return nil
}
