package redis

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/zap"
)

// Verdict is how good a doctor finds something.
type Verdict string

// The verdicts.
const (
	Fine   Verdict = "ok"
	Advice Verdict = "advice" // serves, but could be better
	Bad    Verdict = "BAD"    // does not serve, or would break the promise
)

// Finding is one thing that was looked at. Unless it is fine, its text says what
// to change.
type Finding struct {
	Name    string
	Verdict Verdict
	Text    string
}

// Examine looks at everything of a Redis that matters to a store with these
// options: each primary, its settings and its replicas, and what connects
// them. It writes nothing that stays. An error means that it could not look.
func Examine(ctx context.Context, opts Options) ([]Finding, error) {
	if err := opts.complete(); err != nil {
		return nil, err
	}
	a, err := parseURL(opts.URL)
	if err != nil {
		return nil, fmt.Errorf("redis: address: %w", err)
	}
	if library.log.Load() == nil {
		libraryLog(zap.NewNop())
	}
	v := connect(a, opts.Timeout, nil)
	d := &doctor{ack: opts.Ack, prefix: opts.Prefix, servers: v}
	err = d.examine(ctx, a)
	return d.findings, errors.Join(err, v.close())
}

// doctor collects findings. In a cluster names get the server's address.
type doctor struct {
	ack      Ack
	prefix   string
	servers  *servers
	where    string
	findings []Finding
}

func (d *doctor) addf(v Verdict, name, format string, args ...any) {
	if d.where != "" {
		name += " " + d.where
	}
	d.findings = append(d.findings, Finding{name, v, fmt.Sprintf(format, args...)})
}

// judge adds a finding that is fine, with the good text, or not, with the bad one.
func (d *doctor) judge(fine bool, otherwise Verdict, name, good, bad string) {
	if fine {
		d.addf(Fine, name, "%s", good)
	} else {
		d.addf(otherwise, name, "%s", bad)
	}
}

func (d *doctor) examine(ctx context.Context, a *address) error {
	primaries, err := d.servers.primaries(ctx)
	if err != nil {
		return classify(err)
	}
	slices.SortFunc(primaries, func(a, b *goredis.Client) int { return strings.Compare(a.Options().Addr, b.Options().Addr) })
	for _, c := range primaries {
		if len(primaries) > 1 {
			d.where = c.Options().Addr
		}
		if err := d.primary(ctx, c); err != nil {
			d.addf(Bad, "server", "cannot be examined: %v", classify(err))
		}
	}
	d.where = ""
	switch a.kind {
	case cluster:
		d.cluster(ctx, primaries)
	case sentinel:
		d.sentinels(ctx, a)
	}
	return nil
}

// examined are the settings that are read besides those of the guard.
var examined = []string{
	"maxmemory", "min-replicas-to-write", "min-replicas-max-lag", "client-output-buffer-limit", "timeout", "tcp-keepalive",
	"tcp-backlog", "maxclients", "busy-reply-threshold", "save", "stop-writes-on-bgsave-error", "auto-aof-rewrite-percentage",
	"repl-backlog-size", "replica-priority", "cluster-require-full-coverage", "cluster-node-timeout", "latency-monitor-threshold",
}

func (d *doctor) primary(ctx context.Context, c *goredis.Client) error {
	f, err := ask(ctx, c)
	if err != nil {
		return err
	}
	d.server(f)
	if f.config == nil {
		d.addf(Advice, "CONFIG", "this user may not read settings, so most were not checked; allow it with: redis-cli ACL SETUSER %s +config|get",
			orDefault(c.Options().Username, "default"))
		f.config = map[string]string{}
	} else {
		for _, name := range examined {
			got, err := c.ConfigGet(ctx, name).Result()
			if err != nil {
				return err
			}
			maps.Copy(f.config, got)
		}
	}
	d.durability(f)
	d.memory(f)
	d.replication(f)
	d.connections(f)
	return d.latency(ctx, c)
}

func orDefault(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (d *doctor) server(f *facts) {
	major, _, _ := strings.Cut(f.info["redis_version"], ".")
	n, err := strconv.Atoi(major)
	product, version := productOf(f.info)
	d.judge(err == nil && n >= oldest, Bad, "version", version, fmt.Sprintf("%q; install Redis %d.0 or newer", f.info["redis_version"], oldest))
	wrong := misplaced(d.servers.kind, f.info)
	d.judge(len(wrong) == 0, Bad, "role", f.info["role"]+" of a "+f.info["redis_mode"]+" "+product, strings.Join(wrong, "; "))
	if f.info["loading"] == "1" {
		d.addf(Bad, "loading", "it reads its file, %s%% done; wait", f.info["loading_loaded_perc"])
	}
}

// productOf is what a server calls itself, and its version. Valkey and its like also
// name the version of Redis that they are compatible with.
func productOf(info map[string]string) (product, version string) {
	product, version = "Redis", info["redis_version"]
	name := info["server_name"]
	if name == "" || strings.EqualFold(name, "redis") {
		return product, version
	}
	product = strings.ToUpper(name[:1]) + name[1:]
	if own := info[name+"_version"]; own != "" {
		version = fmt.Sprintf("%s %s, as Redis %s", product, own, version)
	}
	return product, version
}

// durability looks at the append-only file, and what else keeps commits on disk.
func (d *doctor) durability(f *facts) {
	otherwise := Bad
	if d.ack == AckMemory {
		otherwise = Advice
	}
	for _, setting := range demands(AckFsync)[1:] { // memory looks at the first
		d.setting(f, setting.name, otherwise, setting.otherwise)
	}
	ok := f.info["aof_last_write_status"] != "err" && f.info["aof_last_bgrewrite_status"] != "err"
	d.judge(ok, Bad, "AOF state", aofState(f.info), "the last write or rewrite of the append-only file failed; look at Redis's log and at the disk")
	if percent := f.config["auto-aof-rewrite-percentage"]; percent != "" {
		d.judge(percent != "0", Advice, "AOF rewrite", "at "+percent+"% of growth",
			"never by itself, so the file grows without end: redis-cli CONFIG SET auto-aof-rewrite-percentage 100")
	}
	if save := f.config["save"]; f.config["stop-writes-on-bgsave-error"] == "yes" {
		d.judge(save == "" || f.info["aof_enabled"] != "1", Advice, "snapshots", "off beside the append-only file",
			"on beside the append-only file: one that fails stops all commits (MISCONF) although the file is well: redis-cli CONFIG SET save \"\"")
	}
}

func aofState(info map[string]string) string {
	if info["aof_enabled"] != "1" {
		return "off"
	}
	text := "written"
	if info["aof_rewrite_in_progress"] == "1" {
		text += ", a rewrite is under way"
	}
	if n := info["aof_delayed_fsync"]; n != "" && n != "0" {
		text += ", " + n + " delayed syncs since the start"
	}
	return text
}

// setting looks at one of the settings that the guard demands.
func (d *doctor) setting(f *facts, name string, otherwise Verdict, why string) {
	got, shown := f.config[name]
	if !shown && name == "maxmemory-policy" {
		got, shown = f.info["maxmemory_policy"], true
	}
	if !shown && name == "appendonly" {
		got, shown = map[string]string{"0": "no", "1": "yes"}[f.info["aof_enabled"]], true
	}
	switch {
	case !shown || got == "":
		d.addf(Advice, name, "could not be read; it should be %s", wanted[name])
	case got == wanted[name] || (name == "min-replicas-to-write" && got != "0"):
		d.addf(Fine, name, "%s", got)
	default:
		d.addf(otherwise, name, "%s, so %s; change it: redis-cli CONFIG SET %s %s, and CONFIG REWRITE", got, why, name, wanted[name])
	}
}

func (d *doctor) memory(f *facts) {
	d.setting(f, "maxmemory-policy", Bad, "it would delete hunts when memory is short")
	used, limit := number(f.info["used_memory"]), number(f.info["maxmemory"])
	whole := number(f.info["total_system_memory"])
	switch {
	case limit == 0 && whole > 0 && used > whole/2:
		d.addf(Bad, "maxmemory", "no limit, and Redis uses %s of the machine's %s: the kernel would end it; give it memory, and redis-cli CONFIG SET maxmemory %d",
			size(used), size(whole), whole/4*3)
	case limit == 0:
		d.addf(Advice, "maxmemory", "no limit, %s in use: when memory ends the kernel ends Redis, while with a limit commits only wait; redis-cli CONFIG SET maxmemory %d",
			size(used), whole/4*3)
	case used > limit/10*9:
		d.addf(Bad, "maxmemory", "%s of %s in use; raise it before commits are refused (OOM)", size(used), size(limit))
	case used > limit/10*7:
		d.addf(Advice, "maxmemory", "%s of %s in use; raise it soon", size(used), size(limit))
	default:
		d.addf(Fine, "maxmemory", "%s of %s in use", size(used), size(limit))
	}
}

func (d *doctor) replication(f *facts) {
	n := f.replicas()
	otherwise := Advice
	if d.ack == AckReplicated {
		otherwise = Bad
	}
	d.judge(n > 0, otherwise, "replicas", fmt.Sprintf("%d in step", n), "none in step: when this machine is lost, its hunts are; attach one with REPLICAOF")
	if n == 0 && d.ack != AckReplicated {
		return
	}
	d.setting(f, "min-replicas-to-write", otherwise, "a primary that is cut off from its replicas would still decide claims, show them, and forget them when it comes back")
	if lag := number(f.config["min-replicas-max-lag"]); f.config["min-replicas-to-write"] != "0" && f.config["min-replicas-max-lag"] != "" {
		d.judge(lag > 0 && lag <= 10, Advice, "min-replicas-max-lag", fmt.Sprintf("%d s", lag),
			fmt.Sprintf("%d s: that long a cut-off primary goes on; redis-cli CONFIG SET min-replicas-max-lag 10", lag))
	}
	if backlog := number(f.config["repl-backlog-size"]); backlog > 0 {
		d.judge(backlog >= 16<<20, Advice, "repl-backlog-size", size(backlog),
			size(backlog)+": a replica that was away for a moment has to copy everything; redis-cli CONFIG SET repl-backlog-size 67108864")
	}
	if p := f.config["replica-priority"]; p != "" {
		d.judge(p == "100", Advice, "replica-priority", p, p+": unless all servers have the same, Sentinel may choose one that lacks what another has")
	}
}

func (d *doctor) connections(f *facts) {
	limits := bufferLimits(f.config["client-output-buffer-limit"])
	if l := limits["pubsub"]; l != "" {
		d.addf(Fine, "client-output-buffer pubsub", "%s; a node that reads its doorbell too slowly is cut off, subscribes again and looks at the ledgers", l)
	}
	if l, n := limits["replica"], f.replicas(); l != "" && n > 0 {
		hard := number(strings.Fields(l)[0])
		d.judge(hard == 0 || hard >= 256<<20, Advice, "client-output-buffer replica", l,
			l+": a replica that is copying is cut off and begins again; redis-cli CONFIG SET client-output-buffer-limit \"replica 268435456 67108864 60\"")
	}
	if l := limits["normal"]; l != "" {
		d.judge(strings.HasPrefix(l, "0 "), Advice, "client-output-buffer normal", l, l+": a large ledger page may be cut; redis-cli CONFIG SET client-output-buffer-limit \"normal 0 0 0\"")
	}
	if text := f.config["timeout"]; text != "" {
		seconds := number(text)
		d.judge(seconds == 0 || time.Duration(seconds)*time.Second > idleTime, Advice, "timeout", text+" s",
			fmt.Sprintf("%s s: Redis closes connections that we keep for %s; redis-cli CONFIG SET timeout 0", text, idleTime))
	}
	if text := f.config["tcp-keepalive"]; text != "" {
		seconds := number(text)
		d.judge(seconds > 0 && seconds <= 300, Advice, "tcp-keepalive", text+" s", text+" s: connections of machines that vanished stay open; redis-cli CONFIG SET tcp-keepalive 60")
	}
	if text := f.config["tcp-backlog"]; text != "" {
		d.judge(number(text) >= 511, Advice, "tcp-backlog", text, text+": connections may be refused when all nodes come back at once; set tcp-backlog 511 in redis.conf (a restart)")
	}
	most, now := number(f.info["maxclients"]), number(f.info["connected_clients"])
	if most > 0 {
		d.judge(now+10*maxConns <= most, Advice, "maxclients", fmt.Sprintf("%d of %d connections; a node takes up to %d", now, most, maxConns+1),
			fmt.Sprintf("%d of %d connections, and a node takes up to %d; redis-cli CONFIG SET maxclients 10000 (mind Redis's own limit of open files)", now, most, maxConns+1))
	}
	if text := f.config["busy-reply-threshold"]; text != "" {
		d.judge(number(text) >= 1000, Advice, "busy-reply-threshold", text+" ms", text+" ms: a long commit would have others refused (BUSY); redis-cli CONFIG SET busy-reply-threshold 5000")
	}
}

// bufferLimits reads "normal 0 0 0 slave … pubsub …" by class.
func bufferLimits(text string) map[string]string {
	m := map[string]string{}
	words := strings.Fields(text)
	for i := 0; i+3 < len(words); i += 4 {
		name := words[i]
		if name == "slave" {
			name = "replica"
		}
		m[name] = strings.Join(words[i+1:i+4], " ")
	}
	return m
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// size writes bytes as people do.
func size(n int64) string {
	switch {
	case n >= 10<<30:
		return fmt.Sprintf("%d GiB", n>>30)
	case n >= 10<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}
