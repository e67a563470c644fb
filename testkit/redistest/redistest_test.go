package redistest_test

import (
	"bufio"
	"fmt"
	"net"
	"testing"

	"go.uber.org/goleak"

	"veltrix/testkit/redistest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(redistest.M{M: m}) }

func send(t *testing.T, network, addr, line string) string {
	t.Helper()
	conn, err := net.Dial(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, "%s\r\n", line); err != nil {
		t.Fatal(err)
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestWhatIsWrittenSurvivesACrash(t *testing.T) {
	s := redistest.Start(t)
	if got := send(t, "tcp", s.Addr(), "SET k v"); got != "+OK\r\n" {
		t.Fatal(got)
	}
	s.Kill()
	if _, err := net.Dial("tcp", s.Addr()); err == nil {
		t.Fatal("the server still listens")
	}
	s.Restart()
	if got := send(t, "unix", s.Socket(), "STRLEN k"); got != ":1\r\n" {
		t.Fatal(got)
	}
}

func TestArgumentsWin(t *testing.T) {
	s := redistest.Start(t, "--appendonly", "no", "--databases", "3")
	if got := send(t, "tcp", s.Addr(), "SELECT 3"); got == "+OK\r\n" {
		t.Fatal("the argument had no effect")
	}
}

func TestSharedIsOneServer(t *testing.T) {
	if a, b := redistest.Shared(t), redistest.Shared(t); a.Server != b.Server {
		t.Fatal("two servers")
	}
}
