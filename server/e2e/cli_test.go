package e2e

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"veltrix/testkit/process"
	"veltrix/testkit/redistest"
)

// refused runs veltrix and demands that it ends with an error that has all of
// the words.
func refused(t *testing.T, words []string, args ...string) {
	t.Helper()
	got := command(t, args...)
	if got.code == 0 {
		t.Fatalf("veltrix %v ended with 0", args)
	}
	for _, word := range words {
		if !strings.Contains(got.stderr, word) {
			t.Errorf("veltrix %v does not say %q but:\n%s", args, word, got.stderr)
		}
	}
	if strings.Contains(got.stderr, "goroutine ") {
		t.Errorf("veltrix %v panicked:\n%s", args, got.stderr)
	}
}

func TestRefusesToStart(t *testing.T) {
	free := []string{"--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"}
	bolt := func(t *testing.T) []string { return append([]string{"--store", stores[0].open(t)}, free...) }
	t.Run("unknown flag", func(t *testing.T) {
		refused(t, []string{"--adr", "--addr"}, "--adr", "127.0.0.1:0")
	})
	t.Run("unknown configuration key", func(t *testing.T) {
		file := huntFile(t, "adr: 127.0.0.1:0\n")
		refused(t, []string{"adr", "addr"}, append(bolt(t), "--config", file)...)
	})
	t.Run("unknown variable", func(t *testing.T) {
		got := commandWith(t, []string{"VELTRIX_ADR=127.0.0.1:0"}, bolt(t)...)
		if got.code == 0 || !strings.Contains(got.stderr, "VELTRIX_ADR") {
			t.Errorf("exit code %d\n%s", got.code, got.stderr)
		}
	})
	t.Run("impossible values", func(t *testing.T) {
		refused(t, []string{"addr"}, append(bolt(t), "--addr", "nonsense")...)
		refused(t, []string{"ack"}, append(bolt(t), "--ack", "maybe")...)
		refused(t, []string{"store"}, append(free, "--store", "mysql://x")...)
		refused(t, []string{"drain"}, append(bolt(t), "--drain", "0s")...)
		refused(t, []string{"secret"}, append(bolt(t), "--secret", "short")...)
	})
	t.Run("store that cannot be written", func(t *testing.T) {
		file := huntFile(t, "a file, not a directory")
		refused(t, []string{file}, append(free, "--store", "bolt:"+filepath.Join(file, "data"))...)
	})
	t.Run("no Redis there", func(t *testing.T) {
		refused(t, []string{"127.0.0.1:1"}, append(free, "--store", "redis://127.0.0.1:1")...)
	})
	t.Run("Redis that forgets", func(t *testing.T) {
		redis := redistest.Start(t, "--appendonly", "no")
		refused(t, []string{"append"}, append(free, "--store", redis.URL())...)
	})
	t.Run("port in use", func(t *testing.T) {
		taken, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = taken.Close() }()
		addr := taken.Addr().String()
		refused(t, []string{addr}, "--store", "bolt:"+filepath.Join(t.TempDir(), "data"), "--ops-addr", "127.0.0.1:0", "--addr", addr)
	})
	t.Run("hunt file with a mistake", func(t *testing.T) {
		file := huntFile(t, strings.Replace(plainHunt, "points: 1", "points: lots", 1))
		refused(t, []string{file + ":5", "points"}, append(bolt(t), "--hunt", file)...)
	})
	t.Run("store in use", func(t *testing.T) {
		store := stores[0].open(t)
		serve(t, store)
		refused(t, []string{strings.TrimPrefix(store, "bolt:")}, append(free, "--store", store)...)
		refused(t, []string{strings.TrimPrefix(store, "bolt:")}, "audit", "--store", store)
	})
}

func TestCommands(t *testing.T) {
	t.Run("version", func(t *testing.T) {
		if got := command(t, "version"); got.code != 0 || strings.TrimSpace(got.stdout) == "" {
			t.Errorf("%+v", got)
		}
	})
	t.Run("help", func(t *testing.T) {
		if got := command(t, "serve", "--help"); got.code != 0 || !strings.Contains(got.stdout, "--store") {
			t.Errorf("%+v", got)
		}
	})
	t.Run("config", func(t *testing.T) {
		got := commandWith(t, []string{"VELTRIX_DRAIN=7s"}, "config", "--organizer-token", organizer)
		for _, word := range []string{"drain", "7s", "VELTRIX_DRAIN", "ops-addr", "127.0.0.1:9090", "bolt:./veltrix-data"} {
			if !strings.Contains(got.stdout, word) {
				t.Errorf("config does not say %q", word)
			}
		}
		if got.code != 0 || strings.Contains(got.stdout, organizer) {
			t.Errorf("config: exit code %d, or it tells the token\n%s%s", got.code, got.stdout, got.stderr)
		}
	})
	t.Run("doctor", func(t *testing.T) {
		if got := command(t, "doctor", "--store", redistest.Start(t).URL()); got.code != 0 {
			t.Errorf("a healthy Redis: %+v", got)
		}
		sick := redistest.Start(t, "--appendfsync", "everysec")
		if got := command(t, "doctor", "--store", sick.URL()); got.code == 0 || !strings.Contains(got.stdout+got.stderr, "appendfsync") {
			t.Errorf("a Redis that syncs every second: %+v", got)
		}
	})
	t.Run("hunt lint", func(t *testing.T) {
		if got := command(t, "hunt", "lint", huntFile(t, stormHunt(5))); got.code != 0 || !strings.Contains(got.stdout, "100") {
			t.Errorf("the maximum of 10+11+12+13+14 points, 5·7 bonus and 5 for a badge is 100: %+v", got)
		}
		file := huntFile(t, strings.Replace(plainHunt, "titel", "title", 1)+"\n  - {id: lost, title: Lost, points: 1, proof: {text: x}, requires: [nowhere]}\n")
		if got := command(t, "hunt", "lint", file); got.code == 0 || !strings.Contains(got.stdout+got.stderr, file+":10:") {
			t.Errorf("a reference to nothing: %+v", got)
		}
	})
	t.Run("audit of nothing", func(t *testing.T) {
		if got := command(t, "audit", "--store", redistest.Start(t).URL()); got.code != 0 {
			t.Errorf("%+v", got)
		}
	})
}

// TestDefaults: with nothing but addresses the server plays the demo hunt and
// keeps the token and the key that it made.
func TestDefaults(t *testing.T) {
	t.Parallel()
	store := stores[0].open(t)
	args := []string{"--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--store", store}
	first := launch(t, args...)
	first.ready()
	_, token := first.player("Ada")
	var list struct {
		Hunts []struct{ ID, Hunt, Phase string }
	}
	first.call("GET", "/api/v1/hunts", "", nil).json(t, &list)
	if len(list.Hunts) != 1 || list.Hunts[0].Phase != "open" {
		t.Fatalf("the demo hunt: %+v", list)
	}
	made := first.Token
	if len(made) < 16 {
		t.Errorf("the organizer token %q is short", made)
	}
	first.stop()

	second := launch(t, args...)
	second.ready()
	if !strings.HasSuffix(second.Organizer, "#token="+made) {
		t.Errorf("another organizer token after a restart")
	}
	second.hello(token)
	hunt := list.Hunts[0].ID + list.Hunts[0].Hunt
	if a := second.call("GET", "/api/v1/hunts/"+hunt+"/definition", made, nil); a.status != http.StatusOK {
		t.Errorf("the printed token: %d", a.status)
	}
	second.stop()
	for _, log := range []string{second.Stderr.String(), first.Stderr.String()} {
		if strings.Contains(log, made) || strings.Contains(log, token) {
			t.Error("a token is in the log")
		}
	}
}

// TestVariables: REDIS_URL and VELTRIX_* configure the server as flags do.
func TestVariables(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	config := filepath.Join(t.TempDir(), "veltrix.yaml")
	if err := os.WriteFile(config, []byte("addr: 127.0.0.1:0\nops-addr: 127.0.0.1:0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := launchWith(t, process.Options{Env: []string{"REDIS_URL=" + redis.URL(), "VELTRIX_ORGANIZER_TOKEN=" + organizer}}, "--config", config)
	s.ready()
	s.define("plain", plainHunt)
	s.stop()
	again := serve(t, redis.URL())
	if n := len(again.ledger("plain")); n != 1 {
		t.Errorf("%d entries in Redis, want that of the definition", n)
	}
}
