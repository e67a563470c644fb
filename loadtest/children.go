package main

import (
	"context"
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"veltrix/loadtest/crowd"
)

// childArg makes this program a generator that its parent drives: it reads a
// crowd.Plan and then the time to start from standard input, and writes reports
// to standard output, all as gob.
const childArg = "generator-process"

// report is what a generator sends to its parent: an event, and at last the
// result.
type report struct {
	Event  crowd.Event
	Result *crowd.Result
}

// generator runs a plan, here or in a process of its own. It calls start once,
// and emit for every event.
type generator func(ctx context.Context, plan *crowd.Plan, start func(context.Context) (time.Time, error), emit func(crowd.Event)) (*crowd.Result, error)

// spawn is a generator in a process of its own.
func spawn(ctx context.Context, plan *crowd.Plan, start func(context.Context) (time.Time, error), emit func(crowd.Event)) (result *crowd.Result, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, self, childArg)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		cancel()
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		cancel()
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		cancel()
		return nil, err
	}
	defer func() {
		if err != nil {
			cancel()
		}
		if ended := cmd.Wait(); err == nil && ended != nil {
			err = fmt.Errorf("generator process: %w", ended)
		}
		cancel()
	}()
	send, receive := gob.NewEncoder(in), gob.NewDecoder(out)
	if err := send.Encode(plan); err != nil {
		return nil, fmt.Errorf("generator process: %w", err)
	}
	for {
		var r report
		if err := receive.Decode(&r); err != nil {
			return nil, fmt.Errorf("generator process: %w", err)
		}
		if r.Result != nil {
			return r.Result, in.Close()
		}
		emit(r.Event)
		if r.Event.Ready != nil {
			at, err := start(ctx)
			if err != nil {
				return nil, err
			}
			if err := send.Encode(at); err != nil {
				return nil, fmt.Errorf("generator process: %w", err)
			}
		}
	}
}

// child is the other end of spawn. It ends when its parent does.
func child(in io.Reader, out io.Writer) error {
	send, receive := gob.NewEncoder(out), gob.NewDecoder(in)
	var plan crowd.Plan
	if err := receive.Decode(&plan); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	starts := make(chan time.Time, 1)
	go func() { // ends with standard input, at the latest with the process
		for {
			var at time.Time
			if err := receive.Decode(&at); err != nil {
				cancel(fmt.Errorf("the parent is gone: %w", err))
				return
			}
			starts <- at
		}
	}()
	var mu sync.Mutex
	var broken error
	tell := func(r report) {
		mu.Lock()
		defer mu.Unlock()
		if err := send.Encode(r); err != nil && broken == nil {
			broken = err
			cancel(err)
		}
	}
	result, err := crowd.Run(ctx, &plan, func(ctx context.Context) (time.Time, error) {
		select {
		case at := <-starts:
			return at, nil
		case <-ctx.Done():
			return time.Time{}, context.Cause(ctx)
		}
	}, func(e crowd.Event) { tell(report{Event: e}) })
	if err != nil {
		return err
	}
	tell(report{Result: result})
	return broken
}
