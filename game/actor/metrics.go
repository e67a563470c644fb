package actor

import (
	"github.com/prometheus/client_golang/prometheus"

	"veltrix/game"
)

// Metrics are what a node's hunts count.
type Metrics struct {
	Replies       *prometheus.CounterVec // by command and outcome or code
	BatchSize     prometheus.Histogram   // commands in a commit
	CommitSeconds prometheus.Histogram   // from the first try to durable
	Retries       prometheus.Counter     // tries of the store that failed and may pass
	Busy          prometheus.Counter     // requests that found a full mailbox
	Panics        prometheus.Counter
	Lost          prometheus.Counter // histories that the store lost, as this node noticed
	Restored      prometheus.Counter // entries put back
	Unhealed      prometheus.Counter // entries that could not be put back
	Forgetful     prometheus.Counter // failed writes of what is to be remembered
	Hunts         prometheus.Gauge   // in memory
}

// NewMetrics registers the metrics.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		Replies: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "veltrix_replies_total", Help: "Commands answered, by type and outcome (or code when refused).",
		}, []string{"command", "outcome"}),
		BatchSize: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "veltrix_batch_commands", Help: "Commands decided in one commit.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 9), // up to MaxBatch
		}),
		CommitSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "veltrix_commit_seconds", Help: "Time from the first try of a commit until it is durable.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 2, 17),
		}),
		Retries: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "veltrix_store_failures_total", Help: "Failed tries of the store; each is tried again for a while.",
		}),
		Busy: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "veltrix_busy_total", Help: "Requests answered busy because a hunt's mailbox was full.",
		}),
		Panics: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "veltrix_hunt_panics_total", Help: "Hunts that panicked and were read again from the store.",
		}),
		Lost: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "veltrix_history_lost_total", Help: "Times that a hunt's ledger was found to have lost history.",
		}),
		Restored: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "veltrix_restored_total", Help: "Lost ledger entries that this node put back from its memory.",
		}),
		Unhealed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "veltrix_unhealed_total", Help: "Lost ledger entries that could not be put back; the log says which.",
		}),
		Forgetful: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "veltrix_remember_failures_total", Help: "Failed writes to the directory of --remember; each is tried again.",
		}),
		Hunts: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "veltrix_hunts", Help: "Hunts in memory.",
		}),
	}
	reg.MustRegister(m.Replies, m.BatchSize, m.CommitSeconds, m.Retries, m.Busy, m.Panics,
		m.Lost, m.Restored, m.Unhealed, m.Forgetful, m.Hunts)
	return m
}

func (m *Metrics) reply(t game.CommandType, r game.Reply) {
	outcome := string(r.Outcome)
	if r.Code != "" {
		outcome = string(r.Code)
	}
	m.Replies.WithLabelValues(string(t), outcome).Inc()
}
