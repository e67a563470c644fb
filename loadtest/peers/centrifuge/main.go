// A treasure hunt on the centrifuge library, as its documentation would have one
// build it. README.md says what was chosen and why.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/centrifugal/centrifuge"
	"github.com/redis/go-redis/v9"
)

// maxClaims bounds the claims of a connection that wait for Redis.
const maxClaims = 16

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "peer centrifuge:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	var (
		addr       = flag.String("addr", "127.0.0.1:0", "where to listen")
		database   = flag.String("redis", "", "URL of Redis")
		script     = flag.String("script", "", "file of the award script")
		id         = flag.String("hunt", "", "id of the hunt")
		challenges = flag.Int("challenges", 0, "how many it has")
	)
	flag.Parse()
	source, err := os.ReadFile(*script)
	if err != nil {
		return err
	}
	at, err := redis.ParseURL(*database)
	if err != nil {
		return err
	}
	client := redis.NewClient(at)
	defer func() { err = errors.Join(err, client.Close()) }()
	pipeline, err := client.AutoPipeline()
	if err != nil {
		return err
	}
	h := newHunt(*id, *challenges, pipeline, client, redis.NewScript(string(source)))
	if err := h.load(ctx); err != nil {
		return err
	}
	node, err := newNode(h)
	if err != nil {
		return err
	}
	if err := node.Run(); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/connection/websocket", centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{
		// What the documentation gives for less memory per connection.
		ReadBufferSize: 512, WriteBufferSize: 512, UseWriteBufferPool: true,
		CheckOrigin: func(*http.Request) bool { return true },
	}))
	return serve(ctx, *addr, mux, node, h)
}

// serve runs until ctx ends.
func serve(ctx context.Context, addr string, mux http.Handler, node *centrifuge.Node, h *hunt) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	ctx, fail := context.WithCancelCause(ctx)
	var work sync.WaitGroup
	work.Go(func() { fail(server.Serve(listener)) })
	work.Go(func() {
		fail(h.show(ctx, func(board []byte) error {
			_, err := node.Publish(h.channel, board)
			return err
		}))
	})
	if _, err := fmt.Fprintf(os.Stdout, "play http://%s\nstore redis\n", listener.Addr()); err != nil {
		fail(err)
	}
	<-ctx.Done()
	end, done := context.WithTimeout(context.Background(), 10*time.Second)
	defer done()
	err = errors.Join(node.Shutdown(end), server.Close())
	work.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		err = errors.Join(cause, err)
	}
	return err
}

// newNode sets what clients may do.
func newNode(h *hunt) (*centrifuge.Node, error) {
	node, err := centrifuge.New(centrifuge.Config{
		LogLevel:   centrifuge.LogLevelError,
		LogHandler: func(e centrifuge.LogEntry) { fmt.Fprintln(os.Stderr, e.Message, e.Fields) },
	})
	if err != nil {
		return nil, err
	}
	node.OnConnecting(func(ctx context.Context, e centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		if err := h.enter(ctx, e.Token); err != nil {
			return centrifuge.ConnectReply{}, err
		}
		return centrifuge.ConnectReply{Credentials: &centrifuge.Credentials{UserID: e.Token}}, nil
	})
	node.OnConnect(func(client *centrifuge.Client) {
		client.OnSubscribe(func(e centrifuge.SubscribeEvent, done centrifuge.SubscribeCallback) {
			if e.Channel != h.channel {
				done(centrifuge.SubscribeReply{}, centrifuge.ErrorUnknownChannel)
				return
			}
			done(centrifuge.SubscribeReply{Options: centrifuge.SubscribeOptions{Data: h.board()}}, nil)
		})
		// Work that waits is done outside the connection's read loop, and only
		// a bounded amount of it at once. It ends with the answer of Redis.
		claims := make(chan struct{}, maxClaims)
		client.OnRPC(func(e centrifuge.RPCEvent, done centrifuge.RPCCallback) {
			claims <- struct{}{}
			go func() {
				defer func() { <-claims }()
				data, err := h.claim(client.Context(), client.UserID(), e.Data)
				done(centrifuge.RPCReply{Data: data}, err)
			}()
		})
	})
	return node, nil
}
