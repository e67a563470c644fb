package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"veltrix/faults/lab"
	"veltrix/testkit/player"
	"veltrix/testkit/process"
)

func playerFaults() []Fault {
	return []Fault{
		{
			Name: "players-cut", About: "all players of a node lose their connection (network gone, then back)", On: lab.SingleRedis, Short: true,
			Inject: func(s *Shot) error {
				// Players stay where they went when another node was cut off.
				err := process.Until(s, "a node has sessions", func() (bool, error) {
					for _, s.Node = range s.Lab.Nodes {
						if err := s.mark("veltrix_hub_sessions"); err != nil || s.before > 0 {
							return err == nil, err
						}
					}
					return false, nil
				})
				return errors.Join(err, s.Node.Link.Cut())
			},
			Evidence: func(s *Shot) (string, error) {
				err := process.Until(s, "the sessions end", func() (bool, error) {
					v, err := s.Node.Metric(s, "veltrix_hub_sessions")
					return v == 0, err
				})
				return fmt.Sprintf("%.0f sessions of %s ended", s.before, s.Node.Name), err
			},
			Undo: func(s *Shot) error { return s.Node.Link.Heal() },
		},
		{
			Name: "players-slow", About: "frames of players arrive in slices of a few bytes, 100 ms late", On: lab.SingleRedis,
			Inject: func(s *Shot) error {
				var err error
				for _, down := range []bool{false, true} {
					err = errors.Join(err,
						s.Node.Link.Poison(lab.Toxic{Type: "slicer", Downstream: down, Attributes: map[string]any{"average_size": 60, "size_variation": 40, "delay": 200}}),
						s.Node.Link.Poison(lab.Toxic{Type: "latency", Downstream: down, Attributes: map[string]any{"latency": 50, "jitter": 50}}))
				}
				return err
			},
			Evidence: func(s *Shot) (string, error) {
				if err := s.Load.await(s, 100); err != nil {
					return "", err
				}
				hunt, err := s.side()
				if err != nil {
					return "", err
				}
				began := time.Now()
				conn, err := guest(s, s.Node.Play(), hunt, nameless("slow"))
				if err != nil {
					return "", err
				}
				conn.Drop()
				d := time.Since(began)
				if d < 100*time.Millisecond {
					return "", fmt.Errorf("joining took %v only", d)
				}
				return fmt.Sprintf("joining over the slow link took %d ms", d.Milliseconds()), nil
			},
			Undo: func(s *Shot) error { return s.Node.Link.Heal() },
		},
		{
			Name: "verdict-lost", About: "what the server sends to players is cut off (limit_data)", On: lab.SingleRedis,
			Inject: func(s *Shot) error {
				return errors.Join(s.mark("veltrix_hub_closes_total"),
					s.Node.Link.Poison(lab.Toxic{Type: "limit_data", Downstream: true, Attributes: map[string]any{"bytes": 20_000 + s.Rand.IntN(20_000)}}))
			},
			Evidence: func(s *Shot) (string, error) { return s.rises("veltrix_hub_closes_total") },
			Undo:     func(s *Shot) error { return s.Node.Link.Heal() },
		},
		{
			Name: "duplicates", About: "50 copies of one claim over 3 nodes at once", On: lab.SingleRedis, Short: true,
			Inject: duplicate, Evidence: func(s *Shot) (string, error) { return s.note, nil },
		},
		{
			Name: "storm", About: "2,000 sessions lose their connection and come back at once", On: lab.SingleRedis,
			Inject: storm, Evidence: func(s *Shot) (string, error) { return s.note, nil },
		},
		{
			Name: "half-open", About: "ten players' connections go silent without being closed", On: lab.SingleRedis, Times: 10,
			Inject: halfOpen, Evidence: func(s *Shot) (string, error) { return s.rises("veltrix_hub_closes_total", `code="silent"`) },
		},
		{
			Name: "never-reads", About: "a reader that asks for much and never reads", On: lab.SingleRedis,
			Inject: neverReads, Evidence: func(s *Shot) (string, error) { return s.rises("veltrix_hub_closes_total", `code="slow"`) },
		},
		{
			Name: "bad-frames", About: "huge, binary and malformed frames", On: lab.SingleRedis,
			Inject: badFrames, Evidence: func(s *Shot) (string, error) { return s.note, nil },
		},
		{
			Name: "mailbox-full", About: "a hunt stands still and its mailbox fills up: busy", On: lab.SingleRedis,
			Inject: fillMailbox, Evidence: func(s *Shot) (string, error) { return s.note, nil },
			Undo: func(s *Shot) error { return s.Node.Disarm(s, "batchTaken") },
		},
	}
}

// nameless is a new player; names have 40 characters at most.
func nameless(kind string) string { return kind + "-" + uuid.NewString()[:18] }

// duplicate sends one claim 50 times over sockets of all nodes.
func duplicate(s *Shot) error {
	hunt, err := s.side()
	if err != nil {
		return err
	}
	token, err := mint(nameless("dup"))
	if err != nil {
		return err
	}
	p := player.New(player.Config{
		URLs: s.Lab.Plays(0), Client: s.Load.client, Token: token, Hunt: hunt, Sockets: len(s.Lab.Nodes), History: s.Load.history,
	})
	ctx, end := context.WithCancel(s)
	var running sync.WaitGroup
	running.Go(func() { err = p.Run(ctx) })
	v, cerr := p.ClaimCopies(ctx, "c0", answer(0, true), 50)
	if cerr == nil {
		cerr = process.Until(ctx, "every copy is answered", func() (bool, error) { return s.Load.history.Answers(v.ID) >= 50, nil })
	}
	answers := s.Load.history.Answers(v.ID)
	end()
	running.Wait()
	s.note = fmt.Sprintf("a claim was sent 50 times over %d nodes and answered %d times", len(s.Lab.Nodes), answers)
	if cerr == nil && answers != 50 {
		cerr = errors.New(s.note)
	}
	return errors.Join(err, cerr)
}

// storm has many watch a hunt, cuts them all off and waits until all are back.
func storm(s *Shot) error {
	const guests = 2000
	hunt, err := s.side()
	if err != nil {
		return err
	}
	ctx, end := context.WithCancel(s)
	defer end()
	var all sync.WaitGroup
	back := make(chan struct{}, 2*guests)
	enter := make(chan struct{}, 64) // those that connect at first
	for i := range guests {
		token, err := mint(fmt.Sprintf("guest-%d", i))
		if err != nil {
			return err
		}
		p := player.New(player.Config{
			URLs: s.Lab.Plays(i), Client: s.Load.client, Token: token, Hunt: hunt, History: &player.History{},
			Joins: func() { back <- struct{}{} },
		})
		enter <- struct{}{}
		all.Go(func() { _ = p.Run(ctx) }) // ends with ctx
		all.Go(func() {
			_ = p.Joined(ctx) // counted below
			<-enter
		})
	}
	wait := func(n int) error {
		patience := time.NewTimer(2 * time.Minute)
		defer patience.Stop()
		for range n {
			select {
			case <-back:
			case <-patience.C:
				return errors.New("not all came back")
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return nil
	}
	if err = wait(guests); err == nil {
		for _, n := range s.Lab.Nodes {
			err = errors.Join(err, n.Link.Cut())
		}
		for _, n := range s.Lab.Nodes {
			err = errors.Join(err, n.Link.Heal())
		}
		began := time.Now()
		if err == nil {
			err = wait(guests)
		}
		s.note = fmt.Sprintf("%d sessions were cut off at once and were back within %.1f s", guests, time.Since(began).Seconds())
	}
	end()
	all.Wait()
	return err
}

// halfOpen lets ten sessions fall silent and waits until the server noticed.
func halfOpen(s *Shot) error {
	if err := s.mark("veltrix_hub_closes_total", `code="silent"`); err != nil {
		return err
	}
	hunt, err := s.side()
	if err != nil {
		return err
	}
	link, err := s.Lab.Branch(s.Node)
	if err != nil {
		return err
	}
	for range 10 {
		conn, err := guest(s, "ws://"+link.Addr+"/ws", hunt, nameless("silent"))
		if err != nil {
			return err
		}
		defer conn.Drop()
	}
	for _, down := range []bool{false, true} {
		if err := link.Poison(lab.Toxic{Type: "timeout", Downstream: down, Attributes: map[string]any{"timeout": 0}}); err != nil {
			return err
		}
	}
	return process.UntilWithin(s, 3*time.Minute, "the server misses the silent ones", func() (bool, error) {
		v, err := s.Node.Metric(s, "veltrix_hub_closes_total", `code="silent"`)
		return v >= s.before+10, err
	})
}

// neverReads joins over and over and reads nothing of the answers, directly at
// the node: a proxy would read for it.
func neverReads(s *Shot) error {
	if err := s.mark("veltrix_hub_closes_total", `code="slow"`); err != nil {
		return err
	}
	hunt, err := s.side()
	if err != nil {
		return err
	}
	token, err := mint(nameless("reader"))
	if err != nil {
		return err
	}
	conn, _, err := upgrade(s, strings.TrimPrefix(s.Node.URL, "http://"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // it is closed by the server
	if err := conn.(*net.TCPConn).SetReadBuffer(4096); err != nil {
		return err
	}
	if _, err := conn.Write(textFrame(1, `{"type":"hello","token":"`+token+`"}`)); err != nil {
		return err
	}
	join := textFrame(1, `{"type":"join","id":"1","hunt":"`+hunt+`"}`)
	for range 1500 {
		if _, err := conn.Write(join); err != nil {
			break // the server had enough
		}
	}
	return process.Until(s, "the reader is closed as slow", func() (bool, error) {
		v, err := s.Node.Metric(s, "veltrix_hub_closes_total", `code="slow"`)
		return v > s.before, err
	})
}

// badFrames sends what no player sends, each over a connection of its own, and
// demands that the server says goodbye.
func badFrames(s *Shot) error {
	bad := map[string][]byte{
		"huge":                textFrame(1, strings.Repeat("x", 100_000)),
		"binary":              textFrame(2, "\x00\x01"),
		"reserved bits":       {0xF1, 0x80, 0, 0, 0, 0},
		"unknown opcode":      {0x83, 0x80, 0, 0, 0, 0},
		"without mask":        {0x81, 0x02, '{', '}'},
		"endless fragment":    append([]byte{0x01, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0}, make([]byte, 20_000)...),
		"control of 126 byte": append([]byte{0x89, 0xFE, 0, 126, 0, 0, 0, 0}, make([]byte, 126)...),
	}
	for name, frame := range bad {
		conn, r, err := upgrade(s, s.Node.Link.Addr)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		_, err = conn.Write(frame)
		if err == nil {
			for err == nil { // until the server closes
				_, err = r.ReadByte()
			}
		}
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			return fmt.Errorf("%s: the server kept the connection", name)
		}
		_ = conn.Close() // the server closed it
	}
	conn, err := player.Dial(s, s.Load.client, s.Node.Play())
	if err != nil {
		return err
	}
	defer conn.Drop()
	if err := conn.SendRaw(s, false, []byte(`[{"type":"hello"},{"type":`)); err != nil {
		return err
	}
	m, err := conn.Next(s)
	if err != nil || m.Type != "error" && m.Type != "bye" {
		return fmt.Errorf("malformed JSON: %s, %w", m.Raw, err)
	}
	s.note = fmt.Sprintf("%d connections with bad frames were closed, malformed JSON was answered %s", len(bad), m.Code)
	return nil
}

// fillMailbox holds the hunts of a node and posts more claims to one than a
// mailbox takes. The claims are wrong ones, of players that nobody counts.
func fillMailbox(s *Shot) error {
	if err := s.mark("veltrix_busy_total"); err != nil {
		return err
	}
	hunt, err := s.side()
	if err != nil {
		return err
	}
	var conns [2]*player.Conn
	for i := range conns {
		if conns[i], err = guest(s, s.Node.Play(), hunt, nameless("flood")); err != nil {
			return err
		}
		defer conns[i].Drop()
	}
	if err := s.Node.Arm(s, "batchTaken", "1*sleep(1500)"); err != nil {
		return err
	}
	for range 20 {
		for _, conn := range conns {
			var frame []map[string]any
			for range 40 {
				frame = append(frame, map[string]any{
					"type": "claim", "id": uuid.NewString(), "hunt": hunt, "challenge": "c1", "proof": answer(1, false),
				})
			}
			if err := conn.Send(s, frame); err != nil {
				return err
			}
		}
	}
	s.note, err = s.rises("veltrix_busy_total")
	return err
}
