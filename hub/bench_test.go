package hub

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
)

// crowd puts n sinks that discard into a topic.
func crowd(b *testing.B, n int) *fixture {
	f := newFixture(b, nil)
	f.wg.Add(1) // as long as there are sessions
	b.Cleanup(f.wg.Done)
	for range n {
		k := f.sink()
		k.off = true
		if err := f.Subscribe(k.Session, "topic"); err != nil {
			b.Fatal(err)
		}
	}
	return f
}

// flushed waits until every sink has had its frame.
func (f *fixture) flushed() {
	for {
		f.ready.mu.Lock()
		busy := f.ready.workers
		f.ready.mu.Unlock()
		if busy == 0 {
			return
		}
		runtime.Gosched()
	}
}

var message = bytes.Repeat([]byte("x"), 400)

func BenchmarkPublish(b *testing.B) {
	for _, n := range []int{1, 100, 10_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			f := crowd(b, n)
			b.ReportAllocs()
			for b.Loop() {
				f.Publish("topic", message)
				f.flushed()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/session")
		})
	}
}

func BenchmarkSetState(b *testing.B) {
	for _, n := range []int{1, 100, 10_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			f := crowd(b, n)
			b.ReportAllocs()
			var v uint64
			for b.Loop() {
				v++
				f.SetState("topic", 0, State{Version: v, Base: v - 1, Full: message, Delta: message[:100]})
				f.flushed()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/session")
		})
	}
}

// What the publisher itself waits for when nothing is written meanwhile.
func BenchmarkPublishAlone(b *testing.B) {
	f := crowd(b, 10_000)
	f.ready.limit = 0
	w := new(worker)
	b.ReportAllocs()
	for b.Loop() {
		f.Publish("topic", message)
		b.StopTimer()
		for f.turn(w) {
		}
		b.StartTimer()
	}
}

func BenchmarkEcho(b *testing.B) {
	f := newFixture(b, nil)
	f.receive = func(s *Session, frame []byte) {
		s.Admit()
		s.Send(bytes.Clone(frame))
	}
	srv := f.serve(b)
	c := dial(b, srv, "", nil)
	request := masked(opText, true, message[:200])
	answer := make([]byte, 204)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Write(request); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(c.br, answer); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFanOut publishes to real sockets; what a frame costs is then what
// the kernel takes for write(2), and for the test to read it again. It does not
// pause, since nobody waits.
func BenchmarkFanOut(b *testing.B) {
	f := newFixture(b, nil)
	f.pause = 0
	srv := f.serve(b)
	const n = 500
	var clients []*client
	for range n {
		clients = append(clients, dial(b, srv, "", nil))
		if err := f.Subscribe(receive(b, f.sessions), "topic"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	got := make([]byte, 404)
	for b.Loop() {
		f.Publish("topic", message)
		for _, c := range clients {
			if _, err := io.ReadFull(c.br, got); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/session")
}

// idleSessions is how many BenchmarkIdle opens; a process has 20,000 files on
// the machine it was written on.
const idleSessions = 10_000

// BenchmarkIdle has sessions opened over real sockets, each saying hello and
// being published to, and reports what this process then holds for one of
// them. The other halves belong to another process.
func BenchmarkIdle(b *testing.B) {
	const n = idleSessions
	f := newFixture(b, nil)
	f.got = make(chan string, n)
	srv := f.serve(b)
	for b.Loop() {
		before := footprint(b)
		crowd := exec.CommandContext(b.Context(), os.Args[0])
		crowd.Env = append(os.Environ(), crowdEnv+"="+srv.Listener.Addr().String())
		crowd.Stderr = os.Stderr
		leave, err := crowd.StdinPipe()
		if err != nil {
			b.Fatal(err)
		}
		said, err := crowd.StdoutPipe()
		if err != nil {
			b.Fatal(err)
		}
		if err := crowd.Start(); err != nil {
			b.Fatal(err)
		}
		for range n {
			if err := f.Subscribe(receive(b, f.sessions), "topic"); err != nil {
				b.Fatal(err)
			}
			receive(b, f.got)
		}
		f.Publish("topic", message)
		if _, err := io.ReadFull(said, make([]byte, 1)); err != nil {
			b.Fatal(err)
		}
		after := footprint(b)
		for unit, v := range map[string]int64{
			"heap-B/session": after.heap - before.heap, "stack-B/session": after.stack - before.stack,
			"rss-B/session": after.rss - before.rss, "goroutines/session": after.goroutines - before.goroutines,
			"returned-rss-B/session": after.returned - before.returned,
		} {
			b.ReportMetric(float64(v)/n, unit)
		}
		leave.Close()
		if err := crowd.Wait(); err != nil {
			b.Fatal(err)
		}
		for range n {
			receive(b, f.closed)
		}
	}
}

// crowdEnv makes this test binary the other half of BenchmarkIdle: the address
// to connect to.
const crowdEnv = "HUB_TEST_CROWD"

func beCrowd(addr string) error {
	hello := append([]byte(handshake+"\r\n"), masked(opText, true, message[:200])...)
	var conns []*client
	for range idleSessions {
		nc, err := net.Dial("tcp", addr)
		if err != nil {
			return err
		}
		c := &client{nc, newReader(nc)}
		conns = append(conns, c)
		if _, err := nc.Write(hello); err != nil {
			return err
		}
		resp, err := http.ReadResponse(c.br, nil)
		if err != nil {
			return err
		}
		if resp.StatusCode != http.StatusSwitchingProtocols {
			return errors.New(resp.Status)
		}
	}
	for _, c := range conns {
		if _, _, err := readFrame(c.br); err != nil {
			return err
		}
	}
	if _, err := os.Stdout.WriteString("."); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// usage is what the process holds; returned is the resident memory once what
// only waits for the next garbage collection was given back to the system.
type usage struct{ heap, stack, rss, returned, goroutines int64 }

func footprint(b *testing.B) usage {
	runtime.GC()
	u := usage{rss: resident(b), goroutines: int64(runtime.NumGoroutine())}
	debug.FreeOSMemory()
	u.returned = resident(b)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	u.heap, u.stack = int64(m.HeapAlloc), int64(m.StackInuse)
	return u
}

func resident(b *testing.B) int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("no /proc")
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	var kb int64
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		b.Fatal(err)
	}
	return kb << 10
}
