// Package redis is a game.Store on Redis 7.0 or newer.
//
// Guarantees:
//   - One call of one script decides a batch, appends it to the ledger and
//     changes entrants and board: another client sees all of it or nothing.
//   - With AckFsync, Commit returns after Redis has written the batch to its
//     append-only file and synced it; Open refuses a server that would not.
//   - Every command may be committed again after an error that wraps
//     game.ErrUnavailable: what took effect answers as a replay.
//   - The time is Redis's own, the same for all nodes.
//   - All keys of a hunt share a hash tag, each call is about one hunt, and no
//     transaction spans two: nothing here stands against a cluster.
//
// Goroutines: Open starts two that carry commits to Redis and Close waits for
// them. Watch runs on its caller's.
package redis

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/hunt"
)

// Ack says what Commit has waited for when it returns.
type Ack string

// The levels of durability.
const (
	AckFsync      Ack = "fsync"      // on disk
	AckMemory     Ack = "memory"     // in the server's memory: a crash loses what was acknowledged
	AckReplicated Ack = "replicated" // on disk and on a replica; needs support for replicas
)

const (
	// DefaultPrefix begins every key.
	DefaultPrefix = "veltrix"
	// DefaultTimeout bounds one round trip. A healthy server answers within
	// milliseconds, one that rewrites its file on a slow disk within a second.
	DefaultTimeout = 5 * time.Second
)

// Options of a Store.
type Options struct {
	// URL is redis://[user:password@]host[:port][/db], rediss:// for TLS, or
	// unix:///path/to/socket.
	URL string
	// Prefix begins every key and the name of the bell's channel; empty is
	// DefaultPrefix.
	Prefix string
	// Ack is AckFsync when empty.
	Ack Ack
	// Timeout bounds every round trip; 0 is DefaultTimeout.
	Timeout time.Duration
	// Clock replaces Redis's time, Unix ms, in tests. Nil in production:
	// nodes' clocks differ.
	Clock func() int64
}

// Store is a game.Store on Redis.
type Store struct {
	rdb       goredis.UniversalClient
	committer *committer
	prefix    string
	timeout   time.Duration
	clock     func() int64
	log       *zap.Logger
	closing   sync.Once
	closed    error

	mu          sync.Mutex
	definitions map[string]*hunt.Definition // by hunt: the last one read, with its revision
	compiled    map[string]*compiled        // by hunt: the last one committed with
	epochs      map[string]epochs           // by hunt: as last seen
	listed      map[string]bool             // hunts known to be in the list of hunts
	rewrote     string                      // run id of the server that was last told to write its file anew
}

var _ game.Store = (*Store)(nil)

// Open connects to Redis and checks that it keeps what the Ack promises. The
// error says what to change.
func Open(ctx context.Context, opts Options, log *zap.Logger) (*Store, error) {
	switch opts.Ack {
	case "":
		opts.Ack = AckFsync
	case AckFsync, AckMemory:
	case AckReplicated:
		return nil, errors.New("redis: ack replicated needs replicas, which this version does not support yet; use fsync")
	default:
		return nil, fmt.Errorf("redis: unknown ack %q; use %s or %s", opts.Ack, AckFsync, AckMemory)
	}
	if opts.Prefix == "" {
		opts.Prefix = DefaultPrefix
	}
	if opts.Timeout == 0 {
		opts.Timeout = DefaultTimeout
	}
	if !validPrefix(opts.Prefix) {
		return nil, fmt.Errorf("redis: prefix %q: use letters, digits, ., :, _ and -", opts.Prefix)
	}
	settings, err := clientOptions(opts)
	if err != nil {
		return nil, err
	}
	rdb := goredis.NewClient(settings)
	s := &Store{
		rdb: rdb, prefix: opts.Prefix, timeout: opts.Timeout, clock: opts.Clock, log: log,
		definitions: map[string]*hunt.Definition{}, compiled: map[string]*compiled{},
		epochs: map[string]epochs{}, listed: map[string]bool{},
	}
	if err := s.gate(ctx, opts.Ack); err != nil {
		return nil, errors.Join(err, rdb.Close())
	}
	s.committer = newCommitter(rdb, opts.Timeout)
	return s, nil
}

// Close waits for the commits under way, refuses those that wait, and closes
// the connections.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.committer.close()
		s.closed = s.rdb.Close()
	})
	return s.closed
}

// key is a key of a hunt. The braces are the hash tag.
func (s *Store) key(id, name string) string { return s.prefix + ":{" + id + "}:" + name }

func (s *Store) huntsKey() string    { return s.prefix + ":hunts" }
func (s *Store) bellChannel() string { return s.prefix + ":bell" }

// validHunt tells whether a hunt can have this id; a brace would leave the
// hash tag.
func validHunt(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	for i := range len(id) {
		if c := id[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

func validPrefix(prefix string) bool {
	for i := range len(prefix) {
		c := prefix[i]
		letter := (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
		if !letter && c != '.' && c != ':' && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

func unknownHunt(id string) error { return fmt.Errorf("hunt %q: %w", id, game.ErrUnknownHunt) }
