package hub

import "github.com/prometheus/client_golang/prometheus"

// Metrics counts what a hub does.
type Metrics struct {
	sessions  prometheus.Gauge
	refused   prometheus.Counter
	framesIn  prometheus.Counter
	framesOut prometheus.Counter
	bytesIn   prometheus.Counter
	bytesOut  prometheus.Counter
	blocked   prometheus.Counter
	overflows prometheus.Counter
	fulls     prometheus.Counter
	deltas    prometheus.Counter
	skips     prometheus.Counter
	closes    map[Code]prometheus.Counter
}

// NewMetrics registers the hub's metrics. A nil registerer registers nothing.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{closes: make(map[Code]prometheus.Counter)}
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: "veltrix_hub_" + name, Help: help})
	}
	m.sessions = prometheus.NewGauge(prometheus.GaugeOpts{Name: "veltrix_hub_sessions", Help: "Sessions of this node."})
	m.refused = counter("refused_total", "Connections refused: draining, too many, wrong origin or no WebSocket request.")
	m.framesIn = counter("received_frames_total", "Messages received, fragments joined.")
	m.framesOut = counter("sent_frames_total", "Frames handed to the network.")
	m.bytesIn = counter("received_bytes_total", "Payload bytes received.")
	m.bytesOut = counter("sent_bytes_total", "Bytes handed to the network, headers included.")
	m.blocked = counter("blocked_writes_total", "Frames that the kernel did not take at once.")
	m.overflows = counter("queue_overflows_total", "Sessions whose reliable queue passed its bound.")
	states := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "veltrix_hub_states_total",
		Help: "State versions by how they reached a session: full, delta, or skipped for a newer one.",
	}, []string{"how"})
	m.fulls, m.deltas, m.skips = states.WithLabelValues("full"), states.WithLabelValues("delta"), states.WithLabelValues("skipped")
	closes := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "veltrix_hub_closes_total",
		Help: "Ended sessions by close code; gone are those that the peer or the network ended.",
	}, []string{"code"})
	for code, word := range words {
		m.closes[code] = closes.WithLabelValues(word)
	}
	if reg != nil {
		reg.MustRegister(m.sessions, m.refused, m.framesIn, m.framesOut, m.bytesIn, m.bytesOut,
			m.blocked, m.overflows, states, closes)
	}
	return m
}

func (m *Metrics) ended(c Code) {
	n, ok := m.closes[c]
	if !ok {
		n = m.closes[gone]
	}
	n.Inc()
	m.sessions.Dec()
}
