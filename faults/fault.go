package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"veltrix/faults/lab"
	"veltrix/testkit/process"
)

// Fault is something that goes wrong while hunts are played, again and again.
// Each firing is Inject, then Evidence, then Undo. Before the next one all
// nodes are ready again and verdicts come.
type Fault struct {
	Name  string // as in hunt ids
	About string
	On    lab.Kind
	Nodes int    // 0 is three, with bolt one
	Ack   string // "" is fsync
	// Lossy faults take history from the store. Nodes and players put back what
	// was acknowledged, and seqs may differ.
	Lossy     bool
	Short     bool  // part of the short selection
	SmallDisk int64 // bytes
	Power     bool  // the power of Redis can be cut
	// Times, if not 0, is how many firings one Inject makes at least.
	Times int

	// Inject makes the fault.
	Inject func(*Shot) error
	// Evidence waits until it shows from the outside that the fault happened,
	// and describes that. It is an error that the fault did not happen.
	Evidence func(*Shot) (string, error)
	// Undo repairs what does not heal by itself; it may be nil.
	Undo func(*Shot) error
}

// Shot is one firing of a fault.
type Shot struct {
	context.Context //nolint:containedctx // a shot is a parameter of one call after the other
	Lab             *lab.Lab
	Load            *load
	Rand            *rand.Rand
	Node            *lab.Node  // the victim, if it is a node
	Redis           *lab.Redis // the victim, if it is a Redis: the primary
	Link            *lab.Link  // between Node and the store

	before float64 // a count before the injection
	began  time.Time
	note   string // what the injection saw
	err    error  // of what the injection started
	done   chan struct{}
}

// aim chooses the victims.
func (s *Shot) aim() (err error) {
	i := s.Rand.IntN(len(s.Lab.Nodes))
	s.Node = s.Lab.Nodes[i]
	switch s.Lab.Kind {
	case lab.Bolt:
	case lab.ClusterRedis:
		id, _, _ := s.Load.current(s.Rand.IntN(len(kinds)))
		s.Redis, err = s.Lab.PrimaryOf(s, "veltrix:{"+id+"}:meta")
	default:
		s.Redis, err = s.Lab.Primary(s)
	}
	if s.Lab.Kind == lab.SingleRedis {
		s.Link = s.Lab.StoreLinks[i]
	} else if s.Redis != nil {
		s.Link = s.Redis.Link
	}
	return err
}

// rises waits until a metric of the victim node is above what it was at the
// injection.
func (s *Shot) rises(metric string, labels ...string) (string, error) {
	var now float64
	err := process.Until(s, metric+" rises", func() (bool, error) {
		v, err := s.Node.Metric(s, metric, labels...)
		now = v
		return err == nil && v > s.before, nil
	})
	return fmt.Sprintf("%s of %s %v: %.0f, was %.0f", metric, s.Node.Name, labels, now, s.before), err
}

// mark remembers a metric of the victim node.
func (s *Shot) mark(metric string, labels ...string) (err error) {
	s.before, err = s.Node.Metric(s, metric, labels...)
	return err
}

// all is the whole list, in the order in which it is run.
func all() []Fault {
	var list []Fault
	for _, part := range [][]Fault{killFaults(), boltFaults(), redisFaults(), linkFaults(), playerFaults(), operatorFaults(), lossFaults(), failoverFaults()} {
		list = append(list, part...)
	}
	for i := range list {
		f := &list[i]
		if f.Ack == "" {
			f.Ack = "fsync"
		}
		if f.Nodes == 0 {
			f.Nodes = 3
		}
	}
	return list
}
