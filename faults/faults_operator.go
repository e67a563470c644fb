package main

import (
	"errors"
	"fmt"
	"time"

	"veltrix/faults/lab"
)

// operatorFaults are what operators, organizers and our own mistakes do.
func operatorFaults() []Fault {
	return []Fault{
		{
			Name: "rolling-restart", About: "SIGTERM to a node under load, then its successor", On: lab.SingleRedis, Short: true,
			Inject: func(s *Shot) error {
				s.began = time.Now()
				state, err := s.Node.Process().Terminate()
				if err == nil && !state.Success() {
					err = fmt.Errorf("%s ended with %v", s.Node.Name, state)
				}
				return err
			},
			Evidence: func(s *Shot) (string, error) {
				return fmt.Sprintf("%s ended with 0 after %d ms", s.Node.Name, time.Since(s.began).Milliseconds()), nil
			},
			Undo: func(s *Shot) error { return s.Node.Start(s) },
		},
		{
			Name: "bolt-restart", About: "SIGTERM to the only node under load, then its successor", On: lab.Bolt,
			Inject: func(s *Shot) error {
				state, err := s.Node.Process().Terminate()
				if err == nil && !state.Success() {
					err = fmt.Errorf("%s ended with %v", s.Node.Name, state)
				}
				return err
			},
			Evidence: func(s *Shot) (string, error) { return s.Node.Name + " ended with 0", nil },
			Undo:     func(s *Shot) error { return s.Node.Start(s) },
		},
		{
			Name: "live-edit", About: "the definition is edited five times while it is played", On: lab.SingleRedis,
			Inject: func(s *Shot) error {
				id, kind, _ := s.Load.current(s.Rand.IntN(len(kinds)))
				if id == "" {
					return errors.New("nothing is played yet")
				}
				for i := range 5 {
					if err := s.Load.organizer.define(s, id, kind, 1000+s.Rand.IntN(1000)*5+i); err != nil {
						return err
					}
				}
				s.note = "five revisions of " + id
				return nil
			},
			Evidence: func(s *Shot) (string, error) { return s.note + " were taken", nil },
		},
		panics("hunt-panics", "a hunt panics with a batch in its hands", "batchTaken"),
		panics("hunt-panics-late", "a hunt panics after the store has executed", "storeExecuted"),
		{
			Name: "session-panics", About: "the code that reads a session's frames panics", On: lab.SingleRedis,
			Inject: func(s *Shot) error {
				return errors.Join(s.mark("veltrix_hub_closes_total", `code="internal"`), s.Node.Arm(s, "posted", `1*panic("a fault")`))
			},
			Evidence: func(s *Shot) (string, error) { return s.rises("veltrix_hub_closes_total", `code="internal"`) },
			Undo:     func(s *Shot) error { return s.Node.Disarm(s, "posted") },
		},
	}
}

func panics(name, about, point string) Fault {
	return Fault{
		Name: name, About: about, On: lab.SingleRedis,
		Inject: func(s *Shot) error {
			return errors.Join(s.mark("veltrix_hunt_panics_total"), s.Node.Arm(s, point, `1*panic("a fault")`))
		},
		Evidence: func(s *Shot) (string, error) { return s.rises("veltrix_hunt_panics_total") },
		Undo:     func(s *Shot) error { return s.Node.Disarm(s, point) },
	}
}
