package redis

import (
	"context"

	goredis "github.com/redis/go-redis/v9"
)

// read runs commands about one hunt in one pipeline at the primary that has
// the hunt, as one moment. Its error is that of a command, goredis.Nil
// included. While the hunt's slot is on its way it fails, as scripts do
// (callKeys).
//
// A pipeline of the cluster client would follow ASK, and may send a command to
// two nodes at once when another one of the pipeline is to be tried again.
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
