package main

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"
)

// How the time of --drain is divided. Each part that ends early leaves its time to
// the next.
const (
	noticePart = 5  // 1/5 of it for load balancers to see /readyz
	finishPart = 2  // at 1/2 of it what was read is finished, or given up
	cutPart    = 10 // 1/10 of it is left when sessions and requests are cut
)

// drain stops a node: it says that it is not ready, takes nothing new, reads
// nothing more, finishes what it has read, and only then asks the sessions,
// which by now have their verdicts, to come back elsewhere.
func (n *node) drain(stopHunts context.CancelFunc, hunts *sync.WaitGroup) {
	whole := n.set.Drain
	ctx, cancel := context.WithTimeout(context.Background(), whole-whole/cutPart)
	defer cancel()
	// A store that does not answer must not keep sessions from their bye.
	finish, finished := context.WithTimeout(ctx, whole/finishPart)
	defer finished()
	context.AfterFunc(finish, n.giveUp)

	n.api.NotReady()
	n.notice(whole / noticePart)

	// Shutdown closes the listener at once and then waits for requests.
	var requests sync.WaitGroup
	requests.Go(func() {
		if err := n.public.Shutdown(ctx); err != nil {
			n.log.Warn("requests cut", zap.Error(err))
			_ = n.public.Close() // says nothing more than Shutdown did
		}
	})
	n.gateway.StopJoins()
	if err := n.hub.Quiet(finish); err != nil {
		n.log.Warn("requests of sessions given up", zap.Error(err))
	}
	stopHunts()
	hunts.Wait()
	n.gateway.Wait()
	if err := n.hub.Drain(ctx); err != nil {
		n.log.Warn("sessions cut", zap.Error(err))
	}
	requests.Wait()
	if err := n.ops.Shutdown(ctx); err != nil {
		_ = n.ops.Close() // a profile that runs on is not waited for
	}
}

// notice leaves load balancers the time to see that the node is not ready, and
// to send new connections elsewhere. With nobody connected there is nothing to
// protect: a refused connection is tried elsewhere anyway.
func (n *node) notice(d time.Duration) {
	over := time.NewTimer(d)
	defer over.Stop()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for n.hub.Sessions() > 0 {
		select {
		case <-over.C:
			return
		case <-look.C:
		}
	}
}
