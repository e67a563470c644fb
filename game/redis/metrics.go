package redis

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/zap"
)

// metrics are what a Store counts.
type metrics struct {
	answers     *prometheus.CounterVec // commits that a server answered with an error, by its first word
	unconfirmed prometheus.Counter
	refused     prometheus.Counter
}

func newMetrics() *metrics {
	return &metrics{
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "veltrix_redis_answers_total", Help: "Commits that Redis answered with an error, by its first word; lost is a connection that failed.",
		}, []string{"word"}),
		unconfirmed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "veltrix_redis_unconfirmed_total", Help: "Flights of commits that no replica confirmed in time, with --ack replicated.",
		}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "veltrix_redis_refused_total", Help: "Connections and readiness checks that found a primary that cannot keep --ack.",
		}),
	}
}

// answered counts an error. Words that are not in the table share a label.
func (m *metrics) answered(err error) {
	word := "other"
	var said goredis.Error
	switch a := known(err); {
	case a != nil && a.word == maxClients:
		word = "MAXCLIENTS"
	case a != nil:
		word = a.word
	case !errors.As(err, &said):
		word = "lost"
	}
	m.answers.WithLabelValues(word).Inc()
}

// Describe is prometheus.Collector.
func (s *Store) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(s, to) }

// Collect is prometheus.Collector.
func (s *Store) Collect(to chan<- prometheus.Metric) {
	s.metrics.answers.Collect(to)
	s.metrics.unconfirmed.Collect(to)
	s.metrics.refused.Collect(to)
	stats := s.rdb.PoolStats()
	to <- prometheus.MustNewConstMetric(connections, prometheus.GaugeValue, float64(stats.TotalConns))
	to <- prometheus.MustNewConstMetric(poolTimeouts, prometheus.CounterValue, float64(stats.Timeouts))
}

var (
	connections  = prometheus.NewDesc("veltrix_redis_connections", "Connections to Redis, without the doorbell's.", nil, nil)
	poolTimeouts = prometheus.NewDesc("veltrix_redis_pool_timeouts_total", "Calls that waited too long for a connection.", nil, nil)
)

// The library logs to standard error by itself, and to one place for all of a
// process.
var library struct {
	once sync.Once
	log  atomic.Pointer[zap.Logger]
}

// libraryLog has the library log with the last store's logger, at Debug: what
// matters comes back as errors.
func libraryLog(log *zap.Logger) {
	library.log.Store(log)
	library.once.Do(func() { goredis.SetLogger(libraryLogger{}) })
}

type libraryLogger struct{}

// Printf is the library's logger.
func (libraryLogger) Printf(_ context.Context, format string, v ...any) {
	library.log.Load().Debug("go-redis", zap.String("says", fmt.Sprintf(format, v...)))
}
