package hub

import "context"

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
	for _, s := range all {
		s.Close(Restarting)
	}
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
	all := make([]*Session, 0, len(h.sessions))
	for s := range h.sessions {
		all = append(all, s)
	}
	return all
}
