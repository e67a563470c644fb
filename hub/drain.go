package hub

import (
	"context"
	"math/rand/v2"
)

// Quiet is the first half of Drain: no connection is accepted and no frame is
// received from now on. It returns when every Peer.Receive that had begun has
// returned, or with the context's error. Sessions stay, and are written to,
// until Drain ends them.
func (h *Hub) Quiet(ctx context.Context) error {
	h.mu.Lock()
	h.draining = true
	all := h.snapshotLocked()
	h.mu.Unlock()
	var busy []<-chan struct{}
	for _, s := range all {
		if rest := s.mute(); rest != nil {
			busy = append(busy, rest)
		}
	}
	for _, rest := range busy {
		select {
		case <-rest:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Drain ends the hub: no connection is accepted from now on, no frame is
// received, and every session is written what waits for it, then bye with
// Restarting. It returns nil when all sessions and goroutines have ended. When
// ctx ends before, the connections that are left are cut and the context's
// error is returned; what remains then is only what a Peer takes to return.
// A hub cannot be used again.
func (h *Hub) Drain(ctx context.Context) error {
	h.mu.Lock()
	h.draining = true
	all := h.snapshotLocked()
	h.mu.Unlock()
	spread := h.cfg.spread(len(all))
	for _, s := range all {
		s.CloseAfter(Restarting, rand.N(spread))
	}
	h.part.Do(func() { close(h.parting) })
	done := make(chan struct{})
	go func() {
		h.wg.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	h.mu.Lock()
	h.cut = true
	all = h.snapshotLocked()
	h.mu.Unlock()
	for _, s := range all {
		s.abandon()
	}
	<-done
	return ctx.Err()
}

func (h *Hub) snapshotLocked() []*Session {
	all := make([]*Session, 0, h.wheel.n)
	for _, spoke := range h.wheel.spokes {
		for s := range spoke {
			all = append(all, s)
		}
	}
	return all
}
