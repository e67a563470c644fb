package redis

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Setting is one setting of the connections to Redis and why it is what it is.
type Setting struct {
	Name, Value, Why string
}

// whyLibrary has the reason of every option of go-redis 9.23, ours and those
// that are left as the library has them; a test holds it against the library.
// What differs from the library's default says so.
//
//nolint:gosec // names of options, no credentials
var whyLibrary = map[string]string{
	"Network": "from the URL", "Addr": "from the URL", "Addrs": "from the URL", "SentinelAddrs": "from the URL; further Sentinels are found by themselves",
	"NodeAddress": "of maintenance notifications, which are off", "MasterName": "from the URL", "TLSConfig": "from the URL; TLS 1.2 or newer, the system's authorities",
	"Username": "from the URL", "Password": "from the URL", "SentinelUsername": "from the URL", "SentinelPassword": "from the URL", "DB": "from the URL",

	"ClientName": "CLIENT LIST shows whose connections these are",
	"OnConnect":  "each new connection is asked whether its server keeps --ack: after a failover it is another server",
	"Protocol":   "nothing here needs RESP3's types, and its push frames have the library look at the socket before each command (default 3)",

	"ContextTimeoutEnabled": "without it a context's deadline would not end a read (default off)",
	"MaxRetries":            "commands are idempotent and a closed connection is worth another try at once; more would hold up the commits that share the pipeline (default 3). In a cluster the library's redirects are the retries",
	"MinRetryBackoff":       "a restarting server is not hammered (default 10ms)",
	"MaxRetryBackoff":       "the caller knows better how long to try (default 1s)",
	"DialTimeout":           "a server that takes longer to accept a connection serves no hunt (default 5s)",
	"DialerRetries":         "five tries with pauses would eat a whole deadline while the server is down (default 5)",
	"DialerRetryTimeout":    "unused with one try", "DialerRetryBackoff": "unused with one try",
	"ReadTimeout":            "a healthy server answers within milliseconds, one that rewrites its file on a slow disk within a second",
	"WriteTimeout":           "as ReadTimeout",
	"PoolSize":               "two connections carry commits, the others serve reads, of which a burst (a hall of players that reconnects) may queue but not be refused; of each node in a cluster (default 10 a processor)",
	"MaxActiveConns":         "bounds what a node takes of maxclients (default no bound)",
	"MaxConcurrentDials":     "all of the pool after a restart of Redis, not more",
	"PoolTimeout":            "waiting for a connection is part of the same deadline (default ReadTimeout + 1s)",
	"PoolFIFO":               "last in, first out: few connections stay warm and the others time out",
	"MinIdleConns":           "a connection is made when one is needed; it takes a millisecond",
	"MaxIdleConns":           "ConnMaxIdleTime closes them",
	"ConnMaxIdleTime":        "shorter than the idle timeouts of common proxies and firewalls (default 30m)",
	"ConnMaxLifetime":        "a new connection asks the server again whether it keeps --ack, and follows a changed name (default no end)",
	"ConnMaxLifetimeJitter":  "so that they do not all end at once (default 0)",
	"PipelinePoolSize":       "a second pool for pipelines would only hold more connections (default 10)",
	"PipelineReadBufferSize": "there is no such pool", "PipelineWriteBufferSize": "there is no such pool",
	"ReadBufferSize":   "bytes: a full flight's replies in few reads (default 32 KiB)",
	"WriteBufferSize":  "bytes: a full batch is about 12 kB (default 32 KiB)",
	"DisableIdentity":  "CLIENT SETINFO is a round trip for each connection and unknown to Redis 7.0 (default off)",
	"DisableIndentity": "the old spelling of DisableIdentity", "IdentitySuffix": "identity is off",
	"MaintNotificationsConfig": "notices of managed upgrades are unknown to Redis 7.0 and need RESP3 (default auto)",
	"FailingTimeoutSeconds":    "of replicas that serve reads, which none does",
	"Dialer":                   "the library's: TCP keep-alive after 30s, dead after 3 unanswered probes 5s apart",

	"MaxRedirects":   "MOVED twice in a row is a cluster at work; then the caller tries again",
	"ReadOnly":       "a replica would show a board of the past; all reads go to primaries",
	"ReplicaOnly":    "as ReadOnly",
	"RouteByLatency": "as ReadOnly", "RouteByLatencyTolerance": "as ReadOnly", "RouteRandomly": "as ReadOnly", "UseDisconnectedReplicas": "as ReadOnly",
	"DisableRoutingPolicies":     "every command is about one hunt and goes by its key (default on, with COMMAND read from a node)",
	"ShardPicker":                "for commands without a key, of which there are none",
	"ClusterSlots":               "the cluster itself says who has which slot",
	"ClusterStateReloadInterval": "errors have the slots read again at once; this is for changes that cause no error (default 60s)",
	"NewClient":                  "the library's",

	"CredentialsProvider": "the URL has them", "CredentialsProviderContext": "the URL has them", "StreamingCredentialsProvider": "the URL has them",
	"AutoPipelineOptions": "commits are pipelined by the store itself, which knows how much work each is",
	"Limiter":             "a circuit breaker would hide that Redis is back; hunts space their tries themselves",
	"UnstableResp3":       "does nothing any more", "PushNotificationProcessor": "no pushes in RESP2",
	"ClientSideCache": "needs RESP3, and a cached board would be a stale one", "ClientSideCacheConfig": "as ClientSideCache",
}

// cacheOptions begin the names of options that do nothing without ClientSideCache.
const cacheOptions = "ClientSideCache"

// Settings lists every setting of the connections, those of a single server
// first and then what Sentinel and clusters have besides.
func Settings() []Setting {
	list := []Setting{
		{"redis.Timeout", DefaultTimeout.String(), "bounds one round trip, see ReadTimeout"},
		{"redis.flights", strconv.Itoa(flights), "while Redis works on one pipeline of commits the next is written and the last is read"},
		{"redis.flightCommands", strconv.Itoa(flightCommands), "at 15 µs each about the 8 ms that a lone claim may wait behind others"},
		{"redis.queued", strconv.Itoa(queued), "commits that wait for a flight to one primary; a hunt has two under way at most"},
		{"redis.replicaWait", replicaWait.String(), "with --ack replicated: a replica in step confirms within milliseconds; longer would hold up the hunts of the same flight"},
		{"redis.replicas", strconv.Itoa(ackReplicas), "with --ack replicated: one more copy survives any one death; more would let a second death stop the hunts"},
	}
	a := &address{kind: single, network: "tcp", seeds: []string{""}}
	seen := map[string]bool{}
	for _, options := range []any{
		*singleOptions(a, DefaultTimeout, nil), *failoverOptions(a, DefaultTimeout, nil), *clusterOptions(a, DefaultTimeout, nil),
	} {
		v := reflect.ValueOf(options)
		for i := range v.NumField() {
			f := v.Type().Field(i)
			why := whyLibrary[f.Name]
			if !f.IsExported() || seen[f.Name] || why == "" || strings.HasPrefix(why, "from the URL") {
				continue
			}
			seen[f.Name] = true
			list = append(list, Setting{"go-redis." + f.Name, valueText(f.Name, v.Field(i)), why})
		}
	}
	return slices.Clip(list)
}

func valueText(name string, v reflect.Value) string {
	switch {
	case name == "OnConnect":
		return "asks"
	case name == "MaintNotificationsConfig":
		return "disabled"
	case v.Kind() == reflect.Func, v.Kind() == reflect.Interface, v.Kind() == reflect.Pointer:
		return "none"
	}
	if text := fmt.Sprint(v.Interface()); text != "" {
		return text
	}
	return "none"
}

// ServerSettings lists what the settings of Redis itself should be, and why.
// The guard demands those that --ack rests on; the doctor looks at all.
func ServerSettings() []Setting {
	return []Setting{
		{"appendonly", "yes", "demanded by --ack fsync and replicated: what was acknowledged has to be in a file (default no)"},
		{"appendfsync", "always", "demanded as well: the sync comes before the reply, and one sync serves all commits of a flight (default everysec)"},
		{"no-appendfsync-on-rewrite", "no", "demanded as well: otherwise nothing is synced during a rewrite (the default)"},
		{"maxmemory-policy", "noeviction", "always demanded: a hunt must not be deleted (the default)"},
		{"maxmemory", "3/4 of the machine", "commits wait (OOM) before the kernel ends Redis; a rewrite needs the rest (default none)"},
		{"min-replicas-to-write", "1", "demanded by --ack replicated, advised with any replica: a primary cut off from them stops deciding (default 0)"},
		{"min-replicas-max-lag", "10", "seconds until then (the default)"},
		{"repl-backlog-size", "64mb", "a replica that was away for a moment need not copy everything (default 1mb)"},
		{"replica-priority", "100", "the same everywhere, so that the replica that has most is chosen (the default)"},
		{"client-output-buffer-limit replica", "256mb 64mb 60", "a replica that is slow must not use up memory; it copies again (the default)"},
		{"client-output-buffer-limit pubsub", "32mb 8mb 60", "a doorbell is 40 bytes: a node that is so far behind is cut off, subscribes again and looks at the ledgers (the default)"},
		{"client-output-buffer-limit normal", "0 0 0", "a page of the ledger may be large (the default)"},
		{"timeout", "0", "idle connections are closed by us (the default)"},
		{"tcp-keepalive", "300 or less", "connections of vanished nodes end (the default)"},
		{"tcp-backlog", "511", "all nodes may come back at once; the kernel's somaxconn has to allow it (the default)"},
		{"maxclients", "10000", "a node takes up to 17 connections of each primary (the default)"},
		{"busy-reply-threshold", "5000", "milliseconds; a commit takes one or two (the default)"},
		{"save", "none", "beside the append-only file a failed snapshot would stop all commits (default three)"},
		{"auto-aof-rewrite-percentage", "100", "the file does not grow without end (the default)"},
		{"cluster-require-full-coverage", "no", "the hunts of other shards go on when one is down (default yes)"},
	}
}
