package redis

import (
	"context"
	"strings"

	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/zap"
)

// stale reports whether the server is a primary with data that goes on with an
// append-only file from before it started.
//
// A server that finds half a transaction at the end of its file may leave it
// there when it goes on, and run it at its next start, mixed with what was
// written after (valkey-io/valkey#4342 has it; Redis 7.0 does so). That would
// lose acknowledged entries even when the half was never acknowledged. Nothing
// shows whether a file ended so; writing it again costs one fork.
func (f *facts) stale() bool {
	keys := false
	for name := range f.info {
		keys = keys || strings.HasPrefix(name, "db") && strings.Trim(name[2:], "0123456789") == ""
	}
	return keys && f.info["role"] == "master" && f.info["aof_enabled"] == "1" && f.info["aof_rewrites"] == "0" &&
		f.info["aof_rewrite_in_progress"] == "0" && f.info["aof_rewrite_scheduled"] == "0"
}

// rewrite has the server write its append-only file again. It is best effort:
// the user may not be allowed to.
func (g *guard) rewrite(ctx context.Context, conn *goredis.Conn, name string) {
	err := conn.BgRewriteAOF(ctx).Err()
	if err == nil || strings.Contains(err.Error(), "already in progress") {
		return
	}
	g.log.Warn("cannot have the append-only file written again; run BGREWRITEAOF after every start of Redis, or half a transaction at its end may come back",
		zap.String("server", name), zap.Error(err))
}
