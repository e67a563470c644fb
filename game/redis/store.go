// Package redis is a game.Store on Redis 7.0 or newer.
//
// Guarantees:
//   - One call of one script decides a batch, appends it to the ledger and
//     changes entrants and board: another client sees all of it or nothing.
//   - With AckFsync, Commit returns after Redis has written the batch to its
//     append-only file and synced it; with AckReplicated also after a replica
//     has received it. Open refuses a server that would not do so, and so does
//     every new connection: after a failover it is another server.
//   - Every command may be committed again after an error that wraps
//     game.ErrUnavailable: what took effect answers as a replay.
//   - The time is Redis's own, the same for all nodes.
//   - All keys of a hunt share a hash tag, each call is about one hunt, and no
//     transaction spans two. Keys outside of hunts are each used alone.
//   - In a cluster a primary that is slow or dead holds up its own hunts only.
//     The hunts of a slot that moves to another primary wait until it has
//     arrived.
//
// Concurrency properties:
//   - All methods may be called at the same time. Commits of one hunt leave in
//     the order in which they were launched, as a rule; a Turn makes sure.
//   - The first commit to each primary starts two goroutines that carry commits
//     there (committer.go). They end when the server is not a primary any more,
//     and Close waits for them. Other goroutines that a method starts end before
//     it returns. Watch runs on its caller's.
//   - Each mutex guards the fields below it in its struct, and none of these is
//     held during a round trip. lane.waiting and servers.looking choose the one
//     goroutine that waits for the next commit, or reads the slots of a cluster.
package redis

import (
	"context"
	"errors"
	"fmt"
	"strings"
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
	AckReplicated Ack = "replicated" // on disk, and received by a replica
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
	// URL names a single server (redis://, rediss:// for TLS, unix://), one
	// that Sentinels watch (redis-sentinel://), or a cluster (redis-cluster://).
	// CheckURL says how each is written.
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
	// Set by Open and never changed; each part is safe for concurrent use.
	servers   *servers
	rdb       goredis.UniversalClient // servers.all: finds the primary of a key
	committer *committer
	guard     *guard
	metrics   *metrics
	prefix    string
	timeout   time.Duration
	clock     func() int64
	log       *zap.Logger

	// closing guards closed, the error that every Close returns.
	closing sync.Once
	closed  error

	// mu guards what is remembered of hunts, so that it need not be read or
	// packed again.
	mu          sync.Mutex
	definitions map[string]*hunt.Definition // by hunt: the last one read, with its revision
	compiled    map[string]*compiled        // by hunt: the last one committed with
	epochs      map[string]epochs           // by hunt: as last seen
	listed      map[string]bool             // hunts known to be in the list of hunts
}

var (
	_ game.Store     = (*Store)(nil)
	_ game.Pipeliner = (*Store)(nil)
	_ game.Forgetter = (*Store)(nil)
)

// Open connects to Redis and checks that every primary keeps what the Ack
// promises. The error says what to change.
func Open(ctx context.Context, opts Options, log *zap.Logger) (*Store, error) {
	if err := opts.complete(); err != nil {
		return nil, err
	}
	a, err := parseURL(opts.URL)
	if err != nil {
		return nil, fmt.Errorf("redis: address: %w", err)
	}
	libraryLog(log)
	s := &Store{
		prefix: opts.Prefix, timeout: opts.Timeout, clock: opts.Clock, log: log, metrics: newMetrics(),
		definitions: map[string]*hunt.Definition{}, compiled: map[string]*compiled{},
		epochs: map[string]epochs{}, listed: map[string]bool{},
	}
	s.guard = &guard{ack: opts.Ack, log: log, metrics: s.metrics, logged: map[string]string{}}
	s.servers = connect(a, opts.Timeout, s.guard.admit)
	s.rdb = s.servers.all
	if err := s.guard.open(ctx, s.servers, opts.Timeout); err != nil {
		return nil, errors.Join(err, s.servers.close())
	}
	s.committer = newCommitter(s.servers, opts.Ack == AckReplicated, opts.Timeout, s.metrics)
	return s, nil
}

// complete fills in defaults and refuses values that no store can have.
func (o *Options) complete() error {
	switch o.Ack {
	case "":
		o.Ack = AckFsync
	case AckFsync, AckReplicated, AckMemory:
	default:
		return fmt.Errorf("redis: unknown ack %q; use %s, %s or %s", o.Ack, AckFsync, AckReplicated, AckMemory)
	}
	if o.Prefix == "" {
		o.Prefix = DefaultPrefix
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if !validPrefix(o.Prefix) {
		return fmt.Errorf("redis: prefix %q: use letters, digits, ., :, _ and -", o.Prefix)
	}
	return nil
}

// Close waits for the commits under way, refuses those that wait, and closes
// the connections.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.committer.close()
		s.closed = s.servers.close()
	})
	return s.closed
}

// key is a key of a hunt. The braces are the hash tag.
func (s *Store) key(id, name string) string { return s.prefix + ":{" + id + "}:" + name }

// callKeys are the keys that a script is called with, given that of the meta.
//
// The second one never exists. While a slot moves from one primary to another,
// each side has a part of its keys and takes the other part for missing: a
// script there would see half a hunt, and award again what the other half has.
// A server that cannot find all declared keys on its side refuses the whole
// call (ASK or TRYAGAIN), so this key makes both sides refuse until the slot
// has arrived. At other times it costs the bytes of its name.
func callKeys(meta string) []string { return []string{meta, keyBeside(meta, "never")} }

// keyBeside is another key of the hunt whose meta has this key.
func keyBeside(meta, name string) string { return strings.TrimSuffix(meta, "meta") + name }

func (s *Store) huntsKey() string    { return s.prefix + ":hunts" }
func (s *Store) bellChannel() string { return s.prefix + ":bell" }

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
