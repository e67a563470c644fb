package redis

import (
	"context"
	"sync"

	goredis "github.com/redis/go-redis/v9"
)

// read runs commands about one hunt in one transaction at the primary that has
// the hunt. Its error is that of a command, goredis.Nil included. While the
// hunt's slot moves it fails, as scripts do (callKeys).
//
// A pipeline of the cluster client would follow ASK. It may also send a command
// to two nodes at once when another command of the pipeline is tried again.
func (s *Store) read(ctx context.Context, id string, add func(goredis.Pipeliner)) error {
	meta := s.key(id, "meta")
	for n := 1; ; n++ {
		primary, err := s.servers.of(ctx, meta)
		if err == nil {
			_, err = primary.TxPipelined(ctx, func(tx goredis.Pipeliner) error {
				tx.Exists(ctx, callKeys(meta)...)
				add(tx)
				return nil
			})
		}
		if err == nil {
			return nil
		}
		if lookAgain(err) {
			s.servers.look(ctx)
		}
		if n == sends || !elsewhere(err) {
			return err
		}
	}
}

// readMany runs one command about each hunt, in one pipeline for each primary,
// all at the same time, and returns their errors. It calls add once for each
// hunt, in order.
func (s *Store) readMany(ctx context.Context, ids []string, add func(pipe goredis.Pipeliner, id string) goredis.Cmder) []error {
	cmds := make([]goredis.Cmder, len(ids))
	pipes := map[*goredis.Client]goredis.Pipeliner{}
	for i, id := range ids {
		primary, err := s.servers.of(ctx, s.key(id, "meta"))
		pipe := pipes[primary] // nil is for those that have no primary
		if pipe == nil && err == nil {
			pipe = primary.Pipeline()
			pipes[primary] = pipe
		} else if err != nil {
			pipe = s.rdb.Pipeline() // never sent
		}
		cmds[i] = add(pipe, id)
		cmds[i].SetErr(err)
	}
	var all sync.WaitGroup
	for _, pipe := range pipes {
		all.Go(func() { exec(ctx, pipe) })
	}
	all.Wait()
	errs := make([]error, len(ids))
	look := false
	for i, cmd := range cmds {
		errs[i] = cmd.Err()
		look = look || lookAgain(errs[i])
	}
	if look {
		s.servers.look(ctx)
	}
	return errs
}
