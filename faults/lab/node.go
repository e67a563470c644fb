package lab

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"veltrix/testkit/process"
	"veltrix/testkit/veltrix"
)

// What every node of a lab is started with.
const (
	Organizer = "organizer-token-of-the-fault-tests"
	Secret    = "a secret that signs the tokens of players, 0123456789abcdef"
)

// Node is a veltrix that keeps its ports when it comes back.
type Node struct {
	Name string
	URL  string // past the link: for organizers and checks
	Ops  string // URL of the operations address
	Link *Link  // of the players

	lab    *Lab
	server *veltrix.Server
	fail   string // URL of the failpoints
	args   []string
	env    []string
}

// Play is the URL of the players' WebSocket.
func (n *Node) Play() string { return "ws://" + n.Link.Addr + "/ws" }

// Process is the running node.
func (n *Node) Process() *process.Process { return n.server.Process }

// Start starts the node and waits until it is ready.
func (n *Node) Start(ctx context.Context) error {
	if err := n.Launch(); err != nil {
		return err
	}
	return n.Ready(ctx)
}

// Launch starts the node and does not wait.
func (n *Node) Launch() (err error) {
	n.server, err = veltrix.Start(process.Options{
		Name: n.Name, Program: n.lab.opts.Programs.Veltrix, Args: n.args, Dir: n.lab.Dir, Env: n.env, Log: n.lab.log(n.Name),
	})
	if err == nil {
		n.server.URL = n.URL
	}
	return err
}

// Ready waits until the node says that it is ready.
func (n *Node) Ready(ctx context.Context) error {
	return n.server.Ready(ctx, n.lab.http)
}

// IsReady asks /readyz.
func (n *Node) IsReady(ctx context.Context) bool {
	return veltrix.IsReady(ctx, n.lab.http, n.URL)
}

// Kill ends the node as a crash would.
func (n *Node) Kill() error { return n.server.Kill() }

// Arm sets what a failpoint does, in gofail's terms.
func (n *Node) Arm(ctx context.Context, point, terms string) error {
	return n.failpoint(ctx, http.MethodPut, point, terms)
}

// Disarm makes a failpoint do nothing.
func (n *Node) Disarm(ctx context.Context, point string) error {
	return n.failpoint(ctx, http.MethodDelete, point, "")
}

func (n *Node) failpoint(ctx context.Context, method, point, terms string) error {
	req, err := http.NewRequestWithContext(ctx, method, n.fail+"/"+point, strings.NewReader(terms))
	if err != nil {
		return err
	}
	resp, err := n.lab.http.Do(req)
	if err != nil {
		return fmt.Errorf("failpoint %s: %w", point, err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent {
		return fmt.Errorf("failpoint %s: %s", point, resp.Status)
	}
	return nil
}

// Reached is how often execution came to an armed failpoint.
func (n *Node) Reached(ctx context.Context, point string) (int, error) {
	text, err := scrape(ctx, n.lab.http, n.fail+"/"+point+"/count")
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(text))
}

// Metric adds up the samples of a metric of which all labels occur as they are
// written: code="slow".
func (n *Node) Metric(ctx context.Context, name string, labels ...string) (float64, error) {
	text, err := scrape(ctx, n.lab.http, n.Ops+"/metrics")
	if err != nil {
		return 0, err
	}
	return Metric(text, name, labels...)
}

// Metrics is the page of metrics.
func (n *Node) Metrics(ctx context.Context) (string, error) {
	return scrape(ctx, n.lab.http, n.Ops+"/metrics")
}

// Metric adds up samples on a page of metrics.
func Metric(page, name string, labels ...string) (float64, error) {
	sum := 0.0
lines:
	for line := range strings.Lines(page) {
		rest, ok := strings.CutPrefix(line, name)
		if !ok || rest[0] != ' ' && rest[0] != '{' {
			continue
		}
		for _, label := range labels {
			if !strings.Contains(rest, label) {
				continue lines
			}
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(rest[strings.LastIndexByte(strings.TrimSpace(rest), ' ')+1:]), 64)
		if err != nil {
			return 0, fmt.Errorf("metric %q: %w", line, err)
		}
		sum += v
	}
	return sum, nil
}

// newNode prepares a node that is not started yet.
func (l *Lab) newNode(i int) (*Node, error) {
	var port [3]int
	for p := range port {
		var err error
		if port[p], err = process.Port(); err != nil {
			return nil, err
		}
	}
	n := &Node{
		Name: "node" + strconv.Itoa(i), lab: l,
		URL: "http://" + process.Loopback(port[0]), Ops: "http://" + process.Loopback(port[1]), fail: "http://" + process.Loopback(port[2]),
		env: []string{"GOFAIL_HTTP=" + process.Loopback(port[2])},
	}
	n.args = append([]string{
		"--addr", process.Loopback(port[0]), "--ops-addr", process.Loopback(port[1]), "--store", l.stores[i], "--ack", l.opts.Ack,
		"--organizer-token", Organizer, "--secret", Secret, "--player-rate", "0", "--drain", "10s", "--log-format", "json",
	}, l.opts.NodeArgs...)
	var err error
	n.Link, err = l.link(n.Name, port[0])
	return n, err
}

// Branch puts one more link in front of a node.
func (l *Lab) Branch(n *Node) (*Link, error) {
	l.branches++
	_, port, err := net.SplitHostPort(strings.TrimPrefix(n.URL, "http://"))
	if err != nil {
		return nil, err
	}
	upstream, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	return l.link(n.Name+"-branch"+strconv.Itoa(l.branches), upstream)
}

// httpClient talks to nodes that come and go. It keeps no connection, since one
// to a killed node is worth nothing.
func httpClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DisableKeepAlives = true
	return &http.Client{Transport: t, Timeout: 20 * time.Second}
}

// Get reads a resource of a node, with the organizer's token.
func (n *Node) Get(ctx context.Context, path string) ([]byte, error) {
	return n.Do(ctx, http.MethodGet, path, nil, http.StatusOK)
}

// Do sends an organizer's request and demands one of the statuses.
func (n *Node) Do(ctx context.Context, method, path string, body io.Reader, statuses ...int) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, n.URL+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+Organizer)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := n.lab.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // has been read
	text, err := io.ReadAll(io.LimitReader(resp.Body, 64<<20))
	if err != nil {
		return nil, err
	}
	if slices.Contains(statuses, resp.StatusCode) {
		return text, nil
	}
	return text, &StatusError{Status: resp.StatusCode, Text: fmt.Sprintf("%s %s: %s: %s", method, path, resp.Status, text)}
}

// StatusError is an answer with another status than one that was wanted.
type StatusError struct {
	Status int
	Text   string
}

func (e *StatusError) Error() string { return e.Text }

// IsReadyWithin asks /readyz and waits no longer than that.
func (n *Node) IsReadyWithin(ctx context.Context, d time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return n.IsReady(ctx)
}
