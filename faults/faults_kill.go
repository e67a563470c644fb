package main

import (
	"fmt"
	"syscall"
	"time"

	"veltrix/faults/lab"
	"veltrix/testkit/process"
)

// hold makes the first goroutine that comes to a failpoint stay there for good.
const hold = "1*sleep(3600000)"

// steps are the failpoints on the way of a claim, in order.
var steps = []struct{ point, about string }{
	{"frameRead", "a frame was read"},
	{"posted", "the claim is in the hunt's mailbox"},
	{"batchTaken", "the hunt took a batch"},
	{"judged", "the proofs were judged"},
	{"beforeCommit", "the batch is about to go to the store"},
	{"storeExecuted", "the store has executed and replied"},
	{"beforeAnswer", "the answer is about to be queued"},
	{"beforeWrite", "the answer is about to be written"},
	{"afterWrite", "the answer was written"},
}

func killFaults() []Fault {
	var list []Fault
	for _, on := range []lab.Kind{lab.SingleRedis, lab.Bolt} {
		for _, step := range steps {
			f := killAt(on, step.point, step.about)
			f.Short = step.point == "storeExecuted" || on == lab.Bolt && step.point == "afterWrite"
			list = append(list, f)
		}
	}
	for _, step := range []struct{ point, about string }{
		{"beforeSyncDataPages", "bbolt wrote pages and has not synced them"},
		{"beforeSyncMetaPage", "bbolt wrote its meta page and has not synced it"},
		{"afterSync", "bbolt has synced the transaction"},
	} {
		list = append(list, killAt(lab.Bolt, step.point, step.about))
	}
	return append(list, Fault{
		Name: "kill-anywhere", About: "kill -9 of a node at any moment", On: lab.SingleRedis,
		Inject: func(s *Shot) error {
			time.Sleep(time.Duration(s.Rand.IntN(20)) * time.Millisecond) // any moment is the point
			return s.Node.Kill()
		},
		Evidence: func(s *Shot) (string, error) { return s.Node.Name + " died of SIGKILL", nil },
		Undo:     func(s *Shot) error { return s.Node.Start(s) },
	}, Fault{
		Name: "node-stalls", About: "a node stands still for a second (SIGSTOP)", On: lab.SingleRedis,
		Inject: func(s *Shot) error { return s.Node.Process().Signal(syscall.SIGSTOP) },
		Evidence: func(s *Shot) (string, error) {
			if err := s.Load.await(s, 1); err != nil { // the others go on
				return "", err
			}
			if s.Node.IsReadyWithin(s, time.Second) {
				return "", fmt.Errorf("%s answered while it was stopped", s.Node.Name)
			}
			return s.Node.Name + " answered nothing for a second", nil
		},
		Undo: func(s *Shot) error { return s.Node.Process().Signal(syscall.SIGCONT) },
	})
}

// killAt holds a node at a failpoint and kills it there.
func killAt(on lab.Kind, point, about string) Fault {
	return Fault{
		Name: "kill-" + string(on) + "-" + kebab(point), About: "kill -9 when " + about, On: on,
		Inject: func(s *Shot) error {
			passes := s.Rand.IntN(60)
			s.before = float64(passes)
			terms := hold
			if passes > 0 {
				terms = fmt.Sprintf("%d*off->%s", passes, hold)
			}
			return s.Node.Arm(s, point, terms)
		},
		Evidence: func(s *Shot) (string, error) {
			err := process.Until(s, s.Node.Name+" comes to "+point, func() (bool, error) {
				n, err := s.Node.Reached(s, point)
				return n > int(s.before), err
			})
			if err != nil {
				return "", err
			}
			pid := s.Node.Process().Pid
			if err := s.Node.Kill(); err != nil {
				return "", err
			}
			return fmt.Sprintf("%s (pid %d) held at %s after %.0f passes, died of SIGKILL", s.Node.Name, pid, point, s.before), nil
		},
		Undo: func(s *Shot) error { return s.Node.Start(s) },
	}
}

// kebab writes aName as a-name.
func kebab(name string) string {
	var out []rune
	for _, r := range name {
		if r >= 'A' && r <= 'Z' {
			out = append(out, '-', r-'A'+'a')
		} else {
			out = append(out, r)
		}
	}
	return string(out)
}

func boltFaults() []Fault {
	full := fails("bolt-disk-full", "the disk is full: a transaction of bbolt fails before it is written", "lackOfDiskSpace", `return("no space left on device")`)
	meta := fails("bolt-meta-fails", "bbolt wrote pages but cannot write its meta page", "beforeWriteMetaError", `return("input/output error")`)
	return []Fault{full, meta}
}

// fails has bbolt fail at a failpoint until it was noticed.
func fails(name, about, point, terms string) Fault {
	return Fault{
		Name: name, About: about, On: lab.Bolt, Short: name == "bolt-disk-full",
		Inject: func(s *Shot) error {
			if err := s.mark("veltrix_store_failures_total"); err != nil {
				return err
			}
			return s.Node.Arm(s, point, terms)
		},
		Evidence: func(s *Shot) (string, error) { return s.rises("veltrix_store_failures_total") },
		Undo:     func(s *Shot) error { return s.Node.Disarm(s, point) },
	}
}
