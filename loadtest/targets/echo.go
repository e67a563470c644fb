package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"

	"veltrix/game"
	"veltrix/loadtest/crowd"
	"veltrix/server/protocol"
)

// echoHunt has a name as long as those that the generator makes.
const echoHunt = "load-000000-1"

// echoCmd answers every claim with a verdict, as a plain server on
// coder/websocket does that has nothing to decide. The options add the least
// work that would make the answer durable.
type echoCmd struct {
	Redis string `help:"Before each answer, one XADD there."`
	Bytes int    `help:"How much the XADD adds to the append-only file."`
	File  string `help:"Before each answer, write a page of this file and sync it."`
	Syncs int    `help:"How often."`

	rdb  *redis.Client
	pad  string
	file *os.File

	mu   sync.Mutex // one at a time, as a ledger is
	page int64
}

// Run implements the command.
func (e *echoCmd) Run(ctx context.Context) (err error) {
	if err := e.open(ctx); err != nil {
		return err
	}
	return errors.Join(serve(ctx, e), e.close())
}

func (e *echoCmd) open(ctx context.Context) (err error) {
	if e.File != "" {
		if e.file, err = pages(e.File); err != nil {
			return err
		}
	}
	if e.Redis == "" {
		return nil
	}
	at, err := redis.ParseURL(e.Redis)
	if err != nil {
		return err
	}
	e.rdb = redis.NewClient(at)
	return e.fit(ctx)
}

func (e *echoCmd) close() error {
	var errs []error
	if e.file != nil {
		errs = append(errs, e.file.Close())
	}
	if e.rdb != nil {
		errs = append(errs, e.rdb.Close())
	}
	return errors.Join(errs...)
}

// fit makes the pad so long that an XADD adds Bytes to the append-only file.
func (e *echoCmd) fit(ctx context.Context) error {
	if err := e.add(ctx); err != nil { // makes the stream
		return err
	}
	before, err := readRedis(ctx, e.rdb)
	if err != nil {
		return err
	}
	const tries = 20
	for range tries {
		if err := e.add(ctx); err != nil {
			return err
		}
	}
	after, err := readRedis(ctx, e.rdb)
	e.pad = strings.Repeat("x", max(e.Bytes-int(after.file-before.file)/tries, 0))
	return err
}

func (e *echoCmd) add(ctx context.Context) error {
	return e.rdb.XAdd(ctx, &redis.XAddArgs{Stream: "ledger", Values: []string{"award", e.pad}}).Err()
}

// pageSize is that of bbolt.
const (
	pageSize = 4096
	pageRoom = 256 // pages of the file
)

// pages makes a file whose blocks exist, so that writing them again changes
// nothing about it.
func pages(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if _, err = f.Write(make([]byte, pageSize*pageRoom)); err == nil {
		err = f.Sync()
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// keep makes an answer durable.
func (e *echoCmd) keep(ctx context.Context) error {
	if e.rdb != nil {
		return e.add(ctx)
	}
	if e.file == nil {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	var page [pageSize]byte
	for range e.Syncs {
		e.page++
		page[0] = byte(e.page)
		if _, err := e.file.WriteAt(page[:], e.page%pageRoom*pageSize); err != nil {
			return err
		}
		if err := datasync(e.file); err != nil {
			return err
		}
	}
	return nil
}

var (
	claimID = []byte(`"id":"`)
	joining = []byte(`[`)
	joined  = []byte(`{"type":"joined","id":"j","hunt":"` + echoHunt + `","epoch":"e","seq":1}`)
)

// verdict is what Veltrix sends for a right claim, and where its id goes.
func verdict() (text []byte, at int) {
	points, total := int64(10), int64(250)
	v := protocol.Verdict{
		Type: "verdict", ID: uuid.Nil.String(), Hunt: echoHunt, Challenge: crowd.Challenge(24), Outcome: game.OutAwarded,
		Seq: 25_000, Points: &points, Total: &total, Rank: 500, Badges: []string{}, At: time.Now().UnixMilli(),
	}
	text = v.Encode()
	return text, bytes.Index(text, claimID) + len(claimID)
}

// ServeHTTP implements http.Handler: one connection.
func (e *echoCmd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"veltrix.v1"}})
	if err != nil {
		return // it has answered
	}
	defer func() { _ = ws.CloseNow() }() // is gone either way
	text, at := verdict()
	id := text[at : at+len(uuid.Nil.String())]
	for {
		_, frame, err := ws.Read(r.Context())
		if err != nil {
			return // the crowd is done
		}
		answer := joined
		if !bytes.HasPrefix(frame, joining) {
			_, rest, _ := bytes.Cut(frame, claimID)
			copy(id, rest)
			if err := e.keep(r.Context()); err != nil {
				fmt.Fprintln(os.Stderr, "targets: echo:", err)
				return // the claim stays without an answer
			}
			answer = text
		}
		if ws.Write(r.Context(), websocket.MessageText, answer) != nil {
			return
		}
	}
}

// serve prints where it can be reached, and serves until standard input ends.
func serve(ctx context.Context, h http.Handler) error {
	in, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 30 * time.Second}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { // ends with standard input, at the latest with the process
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	stop := context.AfterFunc(ctx, func() { _ = s.Close() })
	defer stop()
	if _, err := fmt.Fprintln(os.Stdout, "http://"+in.Addr().String()); err != nil {
		return err
	}
	if err := s.Serve(in); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
