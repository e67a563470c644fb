package redis_test

import (
	"errors"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"veltrix/game"
	"veltrix/game/redis"
	"veltrix/testkit/redistest"
)

func TestGuardRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		ack  redis.Ack
		says []string // nothing: it opens
	}{
		{"as it should be", nil, redis.AckFsync, nil},
		{"the default is fsync", []string{"--appendonly", "no"}, "", []string{"redis-cli CONFIG SET appendonly yes"}},
		{"everysec", []string{"--appendfsync", "everysec"}, redis.AckFsync, []string{
			"appendfsync is everysec", "redis-cli CONFIG SET appendfsync always", "CONFIG REWRITE",
		}},
		{"not during a rewrite", []string{"--no-appendfsync-on-rewrite", "yes"}, redis.AckFsync, []string{
			"redis-cli CONFIG SET no-appendfsync-on-rewrite no",
		}},
		{"memory needs no file", []string{"--appendonly", "no"}, redis.AckMemory, nil},
		{"evicting", []string{"--maxmemory-policy", "allkeys-lru"}, redis.AckMemory, []string{
			"redis-cli CONFIG SET maxmemory-policy noeviction",
		}},
		{"replica", []string{"--replicaof", "127.0.0.1 1"}, redis.AckFsync, []string{"it is a slave", "primary"}},
		{"replicated without guard", nil, redis.AckReplicated, []string{
			"redis-cli CONFIG SET min-replicas-to-write 1", "--ack fsync",
		}},
		{"replicated without replica", []string{"--min-replicas-to-write", "1"}, redis.AckReplicated, []string{"no replica", "REPLICAOF", "--ack fsync"}},
		{"no such level", nil, "maybe", []string{"maybe", "fsync"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := redistest.Start(t, c.args...)
			for _, url := range []string{server.URL(), server.UnixURL()} {
				s, err := redis.Open(t.Context(), redis.Options{URL: url, Ack: c.ack, Prefix: freshPrefix()}, zap.NewNop())
				if err == nil {
					if closeErr := s.Close(); closeErr != nil {
						t.Error(closeErr)
					}
				}
				if (err == nil) != (c.says == nil) {
					t.Fatalf("error %v", err)
				}
				for _, part := range c.says {
					if !strings.Contains(err.Error(), part) {
						t.Errorf("%q does not say %q", err, part)
					}
				}
			}
		})
	}
}

// TestGuardWithoutConfig: with a user that may not read the settings, the log
// names those that nobody checked; what INFO shows still counts.
func TestGuardWithoutConfig(t *testing.T) {
	server := redistest.Start(t)
	rdb := direct(t, server)
	ctx := t.Context()
	if err := rdb.Do(ctx, "ACL", "SETUSER", "game", "on", ">pass", "~*", "&*", "+@all", "-config").Err(); err != nil {
		t.Fatal(err)
	}
	core, logs := observer.New(zapcore.WarnLevel)
	url := "redis://game:pass@" + server.Addr()
	s, err := redis.Open(ctx, redis.Options{URL: url, Prefix: freshPrefix()}, zap.New(core))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n := logs.FilterField(zap.String("setting", "appendfsync")).Len(); n != 1 {
		t.Fatalf("%+v", logs.All())
	}
	if err := rdb.ConfigSet(ctx, "appendonly", "no").Err(); err != nil {
		t.Fatal(err)
	}
	if _, err = redis.Open(ctx, redis.Options{URL: url, Prefix: freshPrefix()}, zap.NewNop()); err == nil || !strings.Contains(err.Error(), "appendonly") {
		t.Fatalf("error %v", err)
	}
}

func TestOpenFails(t *testing.T) {
	server := redistest.Start(t, "--requirepass", "secret")
	for _, c := range []struct {
		opts        redis.Options
		unavailable bool
		says        string
	}{
		{redis.Options{URL: "http://127.0.0.1"}, false, "address"},
		{redis.Options{URL: server.URL(), Prefix: "a{b}"}, false, "prefix"},
		{redis.Options{URL: server.URL()}, false, "NOAUTH"},
		{redis.Options{URL: "unix:///nowhere/s"}, true, "nowhere"},
	} {
		_, err := redis.Open(t.Context(), c.opts, zap.NewNop())
		if err == nil || !strings.Contains(err.Error(), c.says) || errors.Is(err, game.ErrUnavailable) != c.unavailable {
			t.Errorf("%+v: %v", c.opts, err)
		}
	}
}

func TestClosed(t *testing.T) {
	s, err := redis.Open(t.Context(), redis.Options{URL: redistest.Shared(t).UnixURL(), Prefix: freshPrefix()}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	_, commit := s.Commit(t.Context(), "town", nil, game.Head{}, nil)
	for _, err := range []error{commit, s.Ready(t.Context()), s.Watch(t.Context(), func(string, int64) {})} {
		if err == nil || errors.Is(err, game.ErrUnavailable) {
			t.Errorf("error %v", err)
		}
	}
}
