package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"

	"veltrix/game/redis"
)

// Limits of looking at a server from outside.
const (
	outsideAnswer = 15 * time.Second // of a request, and until a frame has arrived
	outsideGrace  = 5 * time.Second  // by which a ping may be late
	maxOutside    = 64 << 10         // bytes of an answer
)

// advice says what to write for each proxy.
type advice struct{ nginx, caddy, haproxy, apache string }

// What a proxy needs, by what is missing.
var (
	adviceUpgrade = advice{
		nginx:   `in location /: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";`,
		caddy:   "reverse_proxy passes it on by itself; take out header_up lines for Upgrade and Connection",
		haproxy: `mode http passes it on by itself; take out "option httpclose" and del-header lines for Upgrade`,
		apache:  "ProxyPass /ws http://127.0.0.1:8080/ws upgrade=websocket, before the ProxyPass of / (2.4.47 or newer)",
	}
	adviceHost = advice{
		nginx:   "in location /: proxy_set_header Host $http_host;",
		caddy:   "reverse_proxy passes it on by itself; take out header_up Host",
		haproxy: "passes it on by itself; take out http-request set-header Host",
		apache:  "ProxyPreserveHost On",
	}
	adviceIdle = advice{
		nginx:   "in location /: proxy_read_timeout 75s; proxy_send_timeout 75s;",
		caddy:   "reverse_proxy waits by itself; take out stream_timeout, or set it to hours",
		haproxy: "timeout tunnel 75s",
		apache:  "ProxyTimeout 75",
	}
)

func (a advice) text() string {
	return fmt.Sprintf("\n          nginx    %s\n          Caddy    %s\n          HAProxy  %s\n          Apache   %s", a.nginx, a.caddy, a.haproxy, a.apache)
}

// outside looks at a running server as a player's browser does, through whatever
// is in front of it.
type outside struct {
	base   *url.URL
	client *http.Client
	round  *round
}

func (o *outside) look(ctx context.Context) {
	if !o.healthy(ctx) {
		return
	}
	ws, ok := o.connect(ctx)
	if !ok {
		return
	}
	defer func() { _ = ws.conn.CloseNow() }()
	beat, ok := o.greet(ctx, ws)
	if !ok {
		return
	}
	o.stay(ctx, ws, beat)
}

// healthy reports whether a Veltrix server answers.
func (o *outside) healthy(ctx context.Context) bool {
	began := time.Now()
	status, body, err := o.get(ctx, "/healthz")
	var health struct{ Status string }
	switch {
	case err != nil:
		o.round.line(redis.Bad, "server", err.Error())
		return false
	case json.Unmarshal(body, &health) != nil || health.Status != "ok":
		o.round.line(redis.Bad, "server", fmt.Sprintf("GET /healthz answers %d, and not as Veltrix does: have the proxy send the whole site to Veltrix", status))
		return false
	}
	o.round.line(redis.Fine, "server", fmt.Sprintf("%s answers in %v", o.base, time.Since(began).Round(time.Millisecond)))
	if status, body, err = o.get(ctx, "/readyz"); err != nil || status != http.StatusOK {
		o.round.line(redis.Advice, "ready", fmt.Sprintf("GET /readyz answers %d: %s %v", status, detail(body), err))
	}
	return true
}

func (o *outside) get(ctx context.Context, path string) (status int, body []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, outsideAnswer)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, o.base.JoinPath(path).String(), http.NoBody)
	if err != nil {
		return 0, nil, err
	}
	res, err := o.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	body, err = io.ReadAll(io.LimitReader(res.Body, maxOutside))
	return res.StatusCode, body, errors.Join(err, res.Body.Close())
}

// detail is what a problem says, or else the beginning of an answer.
func detail(body []byte) string {
	var p struct{ Detail string }
	if json.Unmarshal(body, &p) == nil && p.Detail != "" {
		return p.Detail
	}
	return strings.ToValidUTF8(string(body[:min(len(body), 200)]), "")
}

// outsideSocket is a WebSocket and the pings that came over it.
type outsideSocket struct {
	conn  *websocket.Conn
	pings chan struct{}
}

// connect opens a WebSocket as a page of the server's own does.
func (o *outside) connect(ctx context.Context) (*outsideSocket, bool) {
	ctx, cancel := context.WithTimeout(ctx, outsideAnswer)
	defer cancel()
	ws := &outsideSocket{pings: make(chan struct{}, 1)}
	conn, res, err := websocket.Dial( //nolint:bodyclose // the library has closed it; what it kept is in memory
		ctx, o.base.JoinPath("/ws").String(), &websocket.DialOptions{
			HTTPClient: o.client,
			HTTPHeader: http.Header{"Origin": {o.base.Scheme + "://" + o.base.Host}},
			OnPingReceived: func(context.Context, []byte) bool {
				select {
				case ws.pings <- struct{}{}:
				default:
				}
				return true
			},
		})
	if err == nil {
		ws.conn = conn
		o.round.line(redis.Fine, "websocket", "opens, with a page's origin")
		return ws, true
	}
	if res == nil || res.Body == nil {
		o.round.line(redis.Bad, "websocket", err.Error())
		return nil, false
	}
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxOutside)) // what arrived is said
	var p struct{ Code string }
	switch _ = json.Unmarshal(body, &p); {
	case p.Code == "no_upgrade":
		o.round.line(redis.Bad, "websocket", "the proxy does not pass on Upgrade and Connection, or speaks HTTP/1.0 to the server. Add"+adviceUpgrade.text())
	case p.Code == "origin":
		o.round.line(redis.Bad, "websocket", "the proxy does not pass on Host: "+detail(body)+". Add"+adviceHost.text())
	case res.StatusCode == http.StatusOK || res.StatusCode == http.StatusBadGateway:
		o.round.line(redis.Bad, "websocket", fmt.Sprintf("the proxy answers /ws itself, with %s. Add%s", res.Status, adviceUpgrade.text()))
	default:
		o.round.line(redis.Bad, "websocket", fmt.Sprintf("%s: %s", res.Status, detail(body)))
	}
	return nil, false
}

// greet says hello without a token. It returns the time between two pings.
func (o *outside) greet(ctx context.Context, ws *outsideSocket) (time.Duration, bool) {
	ctx, cancel := context.WithTimeout(ctx, outsideAnswer)
	defer cancel()
	var frame []byte
	err := ws.conn.Write(ctx, websocket.MessageText, []byte(`{"type":"hello"}`))
	if err == nil {
		_, frame, err = ws.conn.Read(ctx)
	}
	var welcome struct {
		Type      string
		Heartbeat int64
	}
	if err == nil && (json.Unmarshal(frame, &welcome) != nil || welcome.Type != "welcome") {
		err = fmt.Errorf("the answer to hello is %q", detail(frame))
	}
	if err != nil {
		o.round.line(redis.Bad, "messages", "hello gets no welcome, so the proxy holds messages back: turn off its buffering of /ws ("+err.Error()+")")
		return 0, false
	}
	o.round.line(redis.Fine, "messages", "hello is answered by welcome")
	return time.Duration(welcome.Heartbeat) * time.Millisecond, true
}

// stay waits silently for the server's ping.
func (o *outside) stay(ctx context.Context, ws *outsideSocket, beat time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, beat+outsideGrace)
	defer cancel()
	began, ended := time.Now(), make(chan struct{})
	var err error // once it ended
	go func() {   // ends with ctx, and is waited for
		defer close(ended)
		for err == nil {
			_, _, err = ws.conn.Read(ctx)
		}
	}()
	select {
	case <-ws.pings:
		o.round.line(redis.Fine, "silence", fmt.Sprintf("the connection stays open, the server's ping came after %v", time.Since(began).Round(100*time.Millisecond)))
		cancel()
		<-ended
	case <-ended:
		o.round.line(redis.Bad, "silence", fmt.Sprintf("no ping of the server came within %v, and the connection ended (%v). The proxy has to keep silent connections for 60 s. Add%s",
			time.Since(began).Round(100*time.Millisecond), err, adviceIdle.text()))
	}
}

// outsideURL reads the address of a site.
func outsideURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" {
		return nil, usageError{fmt.Errorf("--url: %q is not the address of a site; write https://HOST, as players do", text)}
	}
	u.Path, u.RawQuery, u.Fragment = "", "", ""
	return u, nil
}
