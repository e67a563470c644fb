package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/hub"
	"veltrix/server/api"
	"veltrix/server/auth"
	"veltrix/server/config"
	"veltrix/server/machine"
	"veltrix/server/play"
	"veltrix/web"
)

type serveCmd struct {
	config.Settings
}

// Run implements the command: it serves until SIGINT or SIGTERM. A second
// signal ends the process at once.
func (c *serveCmd) Run(ctx context.Context, out *streams, from *config.Sources) error {
	if err := c.Validate(from); err != nil {
		return usageError{err}
	}
	log, err := config.NewLog(out.err, c.LogLevel, c.LogFormat)
	if err != nil {
		return usageError{err}
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, func() {
		stop() // the next signal does what signals do
		// Whatever hangs, a store or a peer, the process ends. What was
		// acknowledged is durable by now.
		time.AfterFunc(c.Drain, func() {
			log.Error("could not stop in time, ending all the same", zap.Duration("within", c.Drain))
			os.Exit(1)
		})
	})
	tending, done := context.WithCancel(ctx)
	var tender sync.WaitGroup
	tender.Go(func() { machine.TendHeap(tending) })
	defer tender.Wait()
	defer done()
	return serve(ctx, &c.Settings, out.out, log)
}

// node is a server that is put together.
type node struct {
	set       *config.Settings
	log       *zap.Logger
	organizer string // token

	store   game.Store
	clock   *actor.Clock // the store's
	hub     *hub.Hub
	hunts   *actor.Hunts
	gateway *play.Gateway
	api     *api.API
	public  *http.Server
	ops     *http.Server

	hard   context.Context // ends when what is under way is given up
	giveUp context.CancelFunc
}

// serve runs a node until ctx ends, then stops it within the drain time. What
// was accepted is finished; an error means that it could not start, or that
// something failed that it cannot live without.
func serve(ctx context.Context, set *config.Settings, out io.Writer, log *zap.Logger) (err error) {
	// Listen first: when the port is taken, nothing is opened, made or said.
	public, err := machine.Listen(ctx, "addr", set.Addr)
	if err != nil {
		return err
	}
	ops, err := machine.Listen(ctx, "ops-addr", set.OpsAddr)
	if err != nil {
		return errors.Join(err, public.Close())
	}
	n, err := newNode(ctx, set, log)
	if err != nil {
		return errors.Join(err, public.Close(), ops.Close())
	}
	err = n.run(ctx, public, ops, out)
	if cerr := n.store.Close(); cerr != nil {
		err = errors.Join(err, fmt.Errorf("close the store: %w", cerr))
	}
	log.Info("stopped")
	return err
}

// newNode opens the store and puts the parts together. It starts nothing.
func newNode(ctx context.Context, set *config.Settings, log *zap.Logger) (_ *node, err error) {
	store, err := openStore(ctx, &set.StoreSettings, log)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, store.Close())
		}
	}()
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if c, ok := store.(prometheus.Collector); ok {
		reg.MustRegister(c)
	}
	clock, err := actor.ReadClock(ctx, store)
	if err != nil {
		return nil, err
	}
	tokens, organizer, err := openTokens(ctx, set, store, clock)
	if err != nil {
		return nil, err
	}
	errorLog, err := zap.NewStdLogAt(log.Named("http"), zap.DebugLevel)
	if err != nil {
		return nil, fmt.Errorf("log of the HTTP server: %w", err)
	}
	n := &node{set: set, log: log, organizer: organizer, store: store, clock: clock}
	n.hard, n.giveUp = context.WithCancel(context.WithoutCancel(ctx))

	// From the sessions up to the hunts, whose publisher they are, and back down
	// to what asks something of hunts.
	n.hub = hub.New(set.HubConfig(), log, hub.NewMetrics(reg))
	publisher := play.NewPublisher(n.hub, store, clock)
	opts := actor.DefaultOptions()
	opts.Remember = set.Remember
	n.hunts = actor.NewHunts(store, clock, publisher, opts, actor.NewMetrics(reg), log)
	brake := auth.NewBrake()
	n.gateway = play.NewGateway(play.Config{Publisher: publisher, Hunts: n.hunts, Clock: clock, Tokens: tokens, Brake: brake, Hard: n.hard}, reg)
	proxies, err := api.NewProxies(set.TrustedProxies)
	if err != nil {
		return nil, err
	}
	n.api = api.New(api.Config{
		Store: store, Hunts: n.hunts, Clock: clock, Tokens: tokens, Origins: set.Origins, Proxies: proxies, Brake: brake,
		PlayerRate: set.PlayerRate, Sessions: n.hub.Sessions, Audience: publisher.Audience,
	}, log)
	n.public = api.NewServer(n.api.Handler(n.gateway, web.Handler()), api.AnswerTimeout, errorLog)
	n.ops = api.NewServer(opsHandler(reg), profileTimeout, errorLog)
	return n, nil
}

// openTokens takes from the store what the settings do not give: the key of
// player tokens, and the organizers' token, which it returns.
func openTokens(ctx context.Context, set *config.Settings, store game.Store, clock *actor.Clock) (_ *auth.Tokens, organizer string, err error) {
	key := set.Secret
	if key == "" {
		if key, err = auth.PlayerKey(ctx, store); err != nil {
			return nil, "", err
		}
	}
	organizer = set.OrganizerToken
	if organizer == "" {
		if organizer, err = auth.OrganizerToken(ctx, store); err != nil {
			return nil, "", err
		}
	}
	return auth.NewTokens(key, map[auth.Role]string{
		auth.Organizer: organizer, auth.Producer: set.ProducerToken, auth.Display: set.DisplayToken,
	}, clock.Now), organizer, nil
}

// profileTimeout is of the operations address: the longest profile.
const profileTimeout = 5 * time.Minute

func opsHandler(reg *prometheus.Registry) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{Registry: reg}))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// run serves until ctx ends or a part fails, then stops everything in order.
//
// Goroutines: the hunts, one for each listener, one that empties the bin, and those
// that they start; all have ended when run returns.
func (n *node) run(ctx context.Context, public, ops net.Listener, out io.Writer) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer n.giveUp()

	var parts sync.WaitGroup
	var huntsEnded sync.WaitGroup
	huntsCtx, stopHunts := context.WithCancel(context.WithoutCancel(ctx))
	defer stopHunts()
	huntsEnded.Go(func() {
		if err := n.hunts.Run(huntsCtx, n.hard); err != nil {
			cancel(fmt.Errorf("hunts: %w", err))
		}
	})
	demo, err := n.openHunts(ctx)
	if err != nil {
		cancel(err)
	} else {
		for _, s := range []struct {
			server   *http.Server
			listener net.Listener
		}{{n.ops, ops}, {n.public, public}} {
			parts.Go(func() {
				if err := s.server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
					cancel(fmt.Errorf("serve %s: %w", s.listener.Addr(), err))
				}
			})
		}
		parts.Go(func() { n.emptyBin(ctx) })
		b := banner{
			version: versionText(), addr: public.Addr(), ops: ops.Addr(), organizer: n.organizer,
			store: config.Redact(n.set.StoreSettings.Store), ack: n.set.StoreSettings.Ack, demo: demo,
		}
		if err := b.write(out); err != nil {
			cancel(fmt.Errorf("write the banner: %w", err))
		}
		n.log.Info("serving", zap.Stringer("addr", public.Addr()), zap.Stringer("ops_addr", ops.Addr()), zap.String("version", versionText()))
	}
	<-ctx.Done()
	cause := context.Cause(ctx)
	n.log.Info("stopping", zap.Duration("within", n.set.Drain))
	n.drain(stopHunts, &huntsEnded)
	parts.Wait()
	// Serve closes its listener; before it began nobody did.
	_, _ = public.Close(), ops.Close()
	if errors.Is(cause, context.Canceled) {
		return nil // a signal
	}
	return cause
}
