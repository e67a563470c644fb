package lab

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"

	toxiproxy "github.com/Shopify/toxiproxy/v2/client"

	"veltrix/testkit/process"
)

// Toxiproxy is a running toxiproxy.
type Toxiproxy struct {
	process *process.Process
	api     string
	client  *toxiproxy.Client
}

// Link is a proxy in front of one listener.
type Link struct {
	Name string
	Addr string // where the proxy listens

	proxy *toxiproxy.Proxy
	of    *Toxiproxy
}

// Toxic is what a link does to what passes.
type Toxic struct {
	Type       string // of toxiproxy: latency, limit_data, reset_peer, timeout …
	Downstream bool   // on what comes from the server
	Attributes map[string]any
}

func startToxiproxy(ctx context.Context, dir, program string, port int) (*Toxiproxy, error) {
	t := &Toxiproxy{api: "http://" + process.Loopback(port), client: toxiproxy.NewClient(process.Loopback(port))}
	var err error
	t.process, err = process.Start(process.Options{
		Program: program, Args: []string{"-host", "127.0.0.1", "-port", strconv.Itoa(port), "-proxy-metrics"},
		Dir: dir, Env: []string{"LOG_LEVEL=error"}, Log: filepath.Join(dir, "toxiproxy.log"),
	})
	if err != nil {
		return nil, err
	}
	return t, t.process.Until(ctx, "answers", func() (bool, error) {
		_, err := t.client.Proxies()
		return err == nil, nil
	})
}

// link puts a proxy in front of a port.
func (t *Toxiproxy) link(name string, listen, upstream int) (*Link, error) {
	p, err := t.client.CreateProxy(name, process.Loopback(listen), process.Loopback(upstream))
	if err != nil {
		return nil, fmt.Errorf("link %s: %w", name, err)
	}
	return &Link{Name: name, Addr: process.Loopback(listen), proxy: p, of: t}, nil
}

// Poison adds a toxic; Heal takes all of them away and opens the link.
func (l *Link) Poison(x Toxic) error {
	stream := "upstream"
	if x.Downstream {
		stream = "downstream"
	}
	if _, err := l.proxy.AddToxic(x.Type+"_"+stream, x.Type, stream, 1, toxiproxy.Attributes(x.Attributes)); err != nil {
		return fmt.Errorf("link %s: %s: %w", l.Name, x.Type, err)
	}
	return nil
}

// Cut closes every connection of the link and lets none be made.
func (l *Link) Cut() error {
	if err := l.proxy.Disable(); err != nil {
		return fmt.Errorf("cut link %s: %w", l.Name, err)
	}
	return nil
}

// Heal makes the link whole.
func (l *Link) Heal() error {
	toxics, err := l.proxy.Toxics()
	if err != nil {
		return fmt.Errorf("heal link %s: %w", l.Name, err)
	}
	for _, x := range toxics {
		if err := l.proxy.RemoveToxic(x.Name); err != nil {
			return fmt.Errorf("heal link %s: %w", l.Name, err)
		}
	}
	if l.proxy.Enabled {
		return nil
	}
	if err := l.proxy.Enable(); err != nil {
		return fmt.Errorf("heal link %s: %w", l.Name, err)
	}
	return nil
}

// Passed is how many bytes the link received so far, both ways.
func (l *Link) Passed(ctx context.Context) (int64, error) {
	text, err := scrape(ctx, http.DefaultClient, l.of.api+"/metrics")
	if err != nil {
		return 0, err
	}
	sum := int64(0)
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "toxiproxy_proxy_received_bytes_total{") && strings.Contains(line, `proxy="`+l.Name+`"`) {
			_, value, _ := strings.Cut(strings.TrimSpace(line), "} ")
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return 0, fmt.Errorf("metric %q: %w", line, err)
			}
			sum += int64(n)
		}
	}
	return sum, nil
}

// scrape reads a page of metrics.
func scrape(ctx context.Context, client *http.Client, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", err
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }() // has been read
	text, err := io.ReadAll(bufio.NewReader(io.LimitReader(resp.Body, 8<<20)))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s", url, resp.Status)
	}
	return string(text), err
}

// Programs are where the programs of a lab are.
type Programs struct{ Veltrix, Toxiproxy, Synced string }

// In returns the programs of a directory made by scripts/failpoints.sh.
func In(dir string) Programs {
	return Programs{
		Veltrix: filepath.Join(dir, "veltrix"), Toxiproxy: filepath.Join(dir, "toxiproxy"), Synced: filepath.Join(dir, "synced.so"),
	}
}
