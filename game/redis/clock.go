package redis

import (
	"context"
	"time"
)

// Now returns Redis's clock. In a cluster it is that of one of its nodes.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	ctx, cancel := s.limit(ctx)
	defer cancel()
	now, err := s.rdb.Time(ctx).Result()
	return now, classify(err)
}
