package lab

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"

	"veltrix/testkit/process"
)

// Kind is the kind of store that the nodes of a lab share.
type Kind string

// The kinds of labs.
const (
	Bolt          Kind = "bolt"     // one node with its file
	SingleRedis   Kind = "redis"    // nodes and one Redis
	SentinelRedis Kind = "sentinel" // nodes, a primary, two replicas, three Sentinels
	ClusterRedis  Kind = "cluster"  // nodes, three primaries, three replicas
)

// Options of a lab.
type Options struct {
	Dir       string // made; for files and logs
	Programs  Programs
	Kind      Kind
	Nodes     int    // with bolt 1
	Ack       string // of the nodes
	NodeArgs  []string
	SmallDisk int64 // bytes of the disk of a single Redis; 0 is an ordinary directory
	Power     bool  // a single Redis can have its power cut
}

// Lab is everything that a fault test needs, running.
type Lab struct {
	Dir        string
	Kind       Kind
	Nodes      []*Node
	Redis      []*Redis
	Sentinels  []*Sentinel
	StoreLinks []*Link // node i's to a single Redis; else that of each Redis
	Toxiproxy  *Toxiproxy

	opts     Options
	branches int      // made so far
	stores   []string // of each node
	http     *http.Client
}

// Open starts a lab and waits until its nodes are ready. What was started is
// ended by Close, also after an error.
func Open(ctx context.Context, opts Options) (*Lab, error) {
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if opts.Kind == Bolt {
		opts.Nodes = 1
	}
	l := &Lab{Dir: dir, Kind: opts.Kind, opts: opts, http: httpClient()}
	return l, l.start(ctx)
}

func (l *Lab) start(ctx context.Context) error {
	port, err := process.Port()
	if err != nil {
		return err
	}
	if l.Toxiproxy, err = startToxiproxy(ctx, l.Dir, l.opts.Programs.Toxiproxy, port); err != nil {
		return err
	}
	if err := l.startStore(ctx); err != nil {
		return fmt.Errorf("start %s: %w", l.Kind, err)
	}
	for i := range l.opts.Nodes {
		n, err := l.newNode(i)
		if err != nil {
			return err
		}
		l.Nodes = append(l.Nodes, n)
		if err := n.Start(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lab) startStore(ctx context.Context) error {
	switch l.Kind {
	case SingleRedis:
		return l.single(ctx)
	case SentinelRedis:
		return l.sentinel(ctx)
	case ClusterRedis:
		return l.cluster(ctx)
	default:
		l.stores = []string{"bolt:" + l.BoltDir()}
		return nil
	}
}

// BoltDir is where the node of a bolt lab keeps its file.
func (l *Lab) BoltDir() string { return filepath.Join(l.Dir, "data") }

// Store is the address of the store as node i has it.
func (l *Lab) Store(i int) string { return l.stores[i] }

// Ack is the level of the nodes.
func (l *Lab) Ack() string { return l.opts.Ack }

// Veltrix is the program that the nodes run.
func (l *Lab) Veltrix() string { return l.opts.Programs.Veltrix }

// log is the file to which a process appends what it prints.
func (l *Lab) log(name string) string { return filepath.Join(l.Dir, name+".log") }

// link puts a proxy in front of a port.
func (l *Lab) link(name string, upstream int) (*Link, error) {
	listen, err := process.Port()
	if err != nil {
		return nil, err
	}
	return l.Toxiproxy.link(name, listen, upstream)
}

// Ready waits until every node is ready.
func (l *Lab) Ready(ctx context.Context) error {
	for _, n := range l.Nodes {
		if err := n.Ready(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Plays are the players' URLs of all nodes, beginning with the i-th.
func (l *Lab) Plays(i int) []string {
	urls := make([]string, len(l.Nodes))
	for k := range urls {
		urls[k] = l.Nodes[(i+k)%len(l.Nodes)].Play()
	}
	return urls
}

// Close ends everything. Its error names processes that had ended before.
func (l *Lab) Close() error {
	var errs []error
	for _, n := range l.Nodes {
		if n.server != nil {
			errs = append(errs, n.server.End())
		}
	}
	for _, s := range l.Sentinels {
		errs = append(errs, s.end())
	}
	for _, r := range l.Redis {
		errs = append(errs, r.end())
	}
	if l.Toxiproxy != nil && l.Toxiproxy.process != nil {
		errs = append(errs, l.Toxiproxy.process.End())
	}
	l.http.CloseIdleConnections()
	return errors.Join(errs...)
}

// String names the lab.
func (l *Lab) String() string { return string(l.Kind) + " × " + strconv.Itoa(len(l.Nodes)) }
