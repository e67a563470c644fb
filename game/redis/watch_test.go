package redis_test

import (
	"context"
	"testing"

	"veltrix/game/redis"
	"veltrix/testkit/redistest"
)

type ring struct {
	hunt string
	seq  int64
}

func TestBell(t *testing.T) {
	server := redistest.Start(t)
	prefix := freshPrefix()
	opts := redis.Options{URL: server.UnixURL(), Prefix: prefix}
	listener := openAt(t, opts)
	ctx, cancel := context.WithCancel(t.Context())
	rings := make(chan ring, 64)
	ended := make(chan error, 1)
	go func() {
		ended <- listener.Watch(ctx, func(hunt string, seq int64) { rings <- ring{hunt, seq} })
	}()
	next := func(want ring) {
		t.Helper()
		if got := <-rings; got != want {
			t.Fatalf("%+v, want %+v", got, want)
		}
	}
	next(ring{}) // look at all ledgers
	w := newTown(t, openAt(t, opts), prefix)
	next(ring{"town", 1})
	next(ring{"town", 2})
	next(ring{"town", 3})
	wrong := w.claim("ada", "gate")
	wrong.Right = false
	w.ok(wrong) // adds nothing to the ledger
	w.ok(w.claim("ada", "gate"))
	next(ring{"town", 5}) // the award and its badge

	if n := direct(t, server).Do(t.Context(), "CLIENT", "KILL", "TYPE", "pubsub").Val(); n != int64(1) {
		t.Fatalf("%v connections killed", n)
	}
	next(ring{})
	w.ok(w.join("bob"))
	next(ring{"town", 6})

	server.Kill()
	server.Restart()
	next(ring{})
	w.ok(w.join("cyd"))
	next(ring{"town", 7})

	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

// TestBellOfOthers: a prefix is a bell of its own.
func TestBellOfOthers(t *testing.T) {
	listener := openPrefix(t, freshPrefix(), nil)
	ctx, cancel := context.WithCancel(t.Context())
	rings := make(chan ring, 64)
	ended := make(chan error, 1)
	go func() {
		ended <- listener.Watch(ctx, func(hunt string, seq int64) { rings <- ring{hunt, seq} })
	}()
	<-rings
	prefix := freshPrefix()
	newTown(t, openPrefix(t, prefix, nil), prefix)
	newTown(t, listener, "")
	if got := <-rings; got != (ring{"town", 1}) {
		t.Fatalf("%+v", got)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}
