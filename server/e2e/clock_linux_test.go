package e2e

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"veltrix/testkit/player"
	"veltrix/testkit/process"
	"veltrix/testkit/redistest"
)

// serveShifted is serve on a node whose clock is wrong by that much. A Go
// program reads the clock in the vDSO, code that the kernel maps into every
// process; there the reading of the process is replaced before its first
// instruction by one that asks the kernel and adds the shift. Everything else
// on the machine keeps its clock.
func serveShifted(t *testing.T, shift time.Duration, store string, args ...string) *server {
	t.Helper()
	s := launchWith(t, process.Options{Trace: func(pid int) error {
		var status syscall.WaitStatus
		if _, err := syscall.Wait4(pid, &status, 0, nil); err != nil {
			return err
		}
		if err := shiftClock(pid, shift); err != nil {
			return fmt.Errorf("shift the clock (%v): %w", status, err)
		}
		return syscall.PtraceDetach(pid)
	}}, serveArgs("127.0.0.1:0", store, args...)...)
	s.ready()
	s.wantShift(shift)
	return s
}

// wantShift demands that the server's own clock is wrong by that much: it says
// so in the header of every answer.
func (s *server) wantShift(shift time.Duration) {
	s.t.Helper()
	date, err := http.ParseTime(s.call("GET", "/healthz", "", nil).header.Get("Date"))
	if err != nil {
		s.t.Fatal(err)
	}
	if d := time.Until(date) - shift; d < -time.Minute || d > time.Minute {
		s.t.Fatalf("the server's clock says %v, want it wrong by %v", date, shift)
	}
}

// shiftClock replaces clock_gettime in the vDSO of a process that has not begun.
func shiftClock(pid int, shift time.Duration) error {
	code, ok := clockCode[runtime.GOARCH]
	if !ok {
		return fmt.Errorf("no code to read a clock on %s", runtime.GOARCH)
	}
	base, err := vdsoOf(pid)
	if err != nil {
		return err
	}
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return err
	}
	defer func() { _ = memory.Close() }()
	image := make([]byte, 2*os.Getpagesize())
	n, err := memory.ReadAt(image, base)
	if n < os.Getpagesize() {
		return err
	}
	file, err := elf.NewFile(bytes.NewReader(image))
	if err != nil {
		return err
	}
	symbols, err := file.DynamicSymbols()
	if err != nil {
		return err
	}
	code = append(bytes.Clone(code), binary.LittleEndian.AppendUint64(nil, uint64(int64(shift/time.Second)))...)
	for _, symbol := range symbols {
		if symbol.Name != "__vdso_clock_gettime" && symbol.Name != "__kernel_clock_gettime" {
			continue
		}
		_, err := syscall.PtracePokeText(pid, uintptr(base)+uintptr(symbol.Value), code)
		return err
	}
	return fmt.Errorf("no clock_gettime in the vDSO")
}

// clockCode is clock_gettime(clock, time): the system call, and for
// CLOCK_REALTIME the eight bytes that follow the code added to its seconds.
var clockCode = map[string][]byte{
	"amd64": {
		0xb8, 228, 0, 0, 0, // mov eax, SYS_clock_gettime
		0x0f, 0x05, // syscall
		0x85, 0xff, // test edi, edi
		0x75, 0x0a, // jnz to ret
		0x48, 0x8b, 0x0d, 0x04, 0, 0, 0, // mov rcx, [rip+4]: the shift
		0x48, 0x01, 0x0e, // add [rsi], rcx
		0xc3, // ret
	},
	"arm64": {
		0x28, 0x0e, 0x80, 0xd2, // mov x8, SYS_clock_gettime
		0xe2, 0x03, 0x00, 0xaa, // mov x2, x0
		0x01, 0x00, 0x00, 0xd4, // svc 0
		0xa2, 0x00, 0x00, 0xb5, // cbnz x2, to ret
		0xa3, 0x00, 0x00, 0x58, // ldr x3, the shift
		0x24, 0x00, 0x40, 0xf9, // ldr x4, [x1]
		0x84, 0x00, 0x03, 0x8b, // add x3 to x4
		0x24, 0x00, 0x00, 0xf9, // str x4, [x1]
		0xc0, 0x03, 0x5f, 0xd6, // ret
	},
}

// vdsoOf returns where the vDSO of a process is, from its auxiliary vector.
func vdsoOf(pid int) (int64, error) {
	const sysinfoEHDR = 33
	vector, err := os.ReadFile(fmt.Sprintf("/proc/%d/auxv", pid))
	if err != nil {
		return 0, err
	}
	for ; len(vector) >= 16; vector = vector[16:] {
		if binary.NativeEndian.Uint64(vector) == sysinfoEHDR {
			return int64(binary.NativeEndian.Uint64(vector[8:])), nil
		}
	}
	return 0, fmt.Errorf("process %d has no vDSO", pid)
}

// clockFile is a hunt with these times; the challenges have windows unless
// between is empty.
func clockFile(opens, closes, between string) string {
	later, until := "", ""
	if between != "" {
		later, until = ", opens: "+between, ", closes: "+between
	}
	return `
hunt: clock
title: Clock
opens: ` + opens + `
closes: ` + closes + `
challenges:
  - {id: open, title: Open, points: 1, proof: {text: "yes"}}
  - {id: slow, title: Slow, points: 2, proof: {text: "yes"}, attempts: {cooldown: 1h}}
  - {id: later, title: Later, points: 3, proof: {text: "yes"}` + later + `}
  - {id: until, title: Until, points: 4, proof: {text: "yes"}` + until + `}
`
}

// TestNodesWithWrongClocks: one node is five hours ahead, one five hours
// behind. Schedule, windows, cooldowns and tokens go by the store's clock on
// all of them, and everyone is sent the same times.
func TestNodesWithWrongClocks(t *testing.T) {
	t.Parallel()
	store := redistest.Start(t).URL()
	const wrong = 5 * time.Hour
	nodes := []*server{serve(t, store), serveShifted(t, wrong, store), serveShifted(t, -wrong, store)}
	at := func(d time.Duration) string { return time.Now().Add(d).Format(time.RFC3339) }

	// The hunt opens by its schedule, and each node's sessions hear of it when
	// the store's clock says so.
	began := time.Now()
	nodes[1].define("clock", clockFile(at(3*time.Second), at(3*time.Hour), at(2*time.Hour)))
	socks := make([]*sock, len(nodes))
	tokens := make([]string, len(nodes))
	for i, s := range nodes {
		// A token of one node is good on the next, whatever their clocks; one
		// of a backend of the operator's own, too.
		_, token := nodes[(i+1)%len(nodes)].player(fmt.Sprint("Player ", i))
		tokens[i] = token
		k, joined := s.join(token, "clock")
		socks[i] = k
		for _, m := range []player.Message{k.seen[0], joined} {
			if d := time.Until(time.UnixMilli(m.Now)); d < -time.Minute || d > time.Minute {
				t.Errorf("node %d says that now is %v away: %s", i, d, m.Type)
			}
		}
		s.join(mint(t, fmt.Sprint("own-", i), fmt.Sprint("Own ", i), time.Now().Add(time.Hour)), "clock")
		stale := s.dial()
		stale.send(obj{"type": "hello", "token": mint(t, "old", "Old", time.Now().Add(-time.Hour))})
		stale.wantClose(4401)
	}
	var opened player.Message
	for i, k := range socks {
		p := k.want("phase", "")
		if i == 0 {
			opened = p
		}
		if p.Phase != "open" || p.At != opened.At || p.At < began.UnixMilli() || p.At > time.Now().UnixMilli() {
			t.Errorf("node %d: %s, node 0: %s", i, p.Raw, opened.Raw)
		}
	}
	for i, k := range socks {
		if v := k.claim("clock", "open", obj{"text": "yes"}); v.Outcome != "awarded" || v.At < began.UnixMilli() || v.At > time.Now().UnixMilli() {
			t.Errorf("node %d: %s", i, v.Raw)
		}
		if v := k.claim("clock", "later", obj{"text": "yes"}); v.Outcome != "closed" {
			t.Errorf("a challenge that opens in two hours, on node %d: %s", i, v.Raw)
		}
		if v := k.claim("clock", "until", obj{"text": "yes"}); v.Outcome != "awarded" {
			t.Errorf("a challenge that closes in two hours, on node %d: %s", i, v.Raw)
		}
		if v := k.claim("clock", "slow", obj{"text": "no"}); v.Outcome != "wrong" || v.RetryAfter != time.Hour.Milliseconds() {
			t.Errorf("a wrong claim on node %d: %s", i, v.Raw)
		}
		// The same player on the other nodes has to wait as long.
		for j, s := range nodes {
			other, joined := s.join(tokens[i], "clock")
			v := other.claim("clock", "slow", obj{"text": "yes"})
			if v.Outcome != "cooldown" || v.RetryAfter <= 0 || v.RetryAfter > time.Hour.Milliseconds() || v.RetryAfter < 30*time.Minute.Milliseconds() {
				t.Errorf("the cooldown of node %d on node %d: %s", i, j, v.Raw)
			}
			if wait := time.Until(time.UnixMilli(joined.You.Attempts["slow"].RetryAt)); wait < 30*time.Minute || wait > time.Hour {
				t.Errorf("on node %d the player of node %d may try again in %v", j, i, wait)
			}
		}
	}
	// The hunt closes by a new schedule, which comes by the node that is behind.
	nodes[2].define("clock", clockFile(at(-time.Minute), at(2*time.Second), ""))
	for i, k := range socks {
		k.until("closed", func(m player.Message) bool { return m.Type == "phase" && m.Phase == "closed" })
		if v := k.claimAs(uuid.NewString(), "clock", "slow", obj{"text": "yes"}); v.Outcome != "closed" {
			t.Errorf("after closing, on node %d: %s", i, v.Raw)
		}
	}
	nodes[1].verify("clock", &player.History{})
	nodes[0].audit(store)
}
