package bolt

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/bolt/bolttest"
	"veltrix/game/bolt/salvage"
)

// TestDiskFull runs diskFull in a process of its own whose files are bounded.
func TestDiskFull(t *testing.T) { passes(t, exec.Command(os.Args[0]), "limited") }

// TestFileSystemFull runs diskFull on a file system of its own, as root or in a
// user namespace. Where neither may mount one, TestDiskFull has to do.
func TestFileSystemFull(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
	}
	passes(t, cmd, "tmpfs")
}

// passes runs a role that has to print that it passed.
func passes(t *testing.T, cmd *exec.Cmd, role string) {
	t.Helper()
	cmd.Args = []string{os.Args[0], "-test.run=^TestRole$"}
	cmd.Env = append(os.Environ(), roleEnv+"="+role+":"+t.TempDir())
	out, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) && role == "tmpfs" {
		t.Logf("this system does not allow a file system of a test's own: %v", err)
		return
	}
	lines := strings.Split(string(out), "\n")
	if err != nil || !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "passed") }) {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Log(lines[slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "passed") })])
}

// limited fills a file that may not grow.
func limited(t *testing.T, dir string) {
	var lift func()
	diskFull(t, dir, func() { lift = limitFiles(t, 64<<10) }, func() { lift() })
	fmt.Println("passed, with a bounded file")
}

// tmpfs fills a file system of 2 MiB.
func tmpfs(t *testing.T, dir string) {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		fmt.Println("passed over: no mounts of its own:", err)
		return
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"); err != nil {
		fmt.Println("passed over: no mount:", err)
		return
	}
	ballast := filepath.Join(dir, "ballast")
	diskFull(t, filepath.Join(dir, "data"), func() {
		f, err := os.Create(ballast)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(f, zeros{}, 4<<20); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("the file system took it all: %v", err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}, func() {
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
	})
	if err := syscall.Unmount(dir, 0); err != nil {
		t.Fatal(err)
	}
	fmt.Println("passed, on a full file system")
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// diskFull commits until the disk is full: commits are refused as unavailable
// and the store is not ready until there is room again; then it goes on, with
// all that was acknowledged.
func diskFull(t *testing.T, dir string, fill, free func()) {
	s := open(t, dir, Options{})
	def := bolttest.Start(t, s, bolttest.Crowd(t, "crowd", 50))
	other := bolttest.Start(t, s, bolttest.Crowd(t, "other", 50))
	acknowledged := bolttest.Commit(t, s, "crowd", def, bolttest.Joining(bolttest.Player(0))).Seq
	fill()
	var refused []game.Command
	for n := 0; len(refused) < 3; n++ {
		if n == 2000 {
			t.Fatal("the disk never was full")
		}
		cmd := game.Command{Type: game.CmdAnnounce, ID: fmt.Sprint("long", n), Text: strings.Repeat("x", 1000), By: "olga"}
		res, err := s.Commit(background, "crowd", def, game.Head{}, []game.Command{cmd})
		switch {
		case err == nil && len(refused) > 0:
			t.Fatal("a commit succeeded on a full disk")
		case err == nil:
			acknowledged = res.Seq
		case errors.Is(err, game.ErrUnavailable) && strings.Contains(err.Error(), s.path):
			refused = append(refused, cmd)
		default:
			t.Fatal(err)
		}
		if err != nil {
			if err := s.Ready(background); !errors.Is(err, game.ErrUnavailable) {
				t.Fatalf("ready on a full disk: %v", err)
			}
		}
	}
	cmd := bolttest.Joining(bolttest.Player(1))
	cmd.Rev = other.Rev
	if _, err := s.Commit(background, "other", other, game.Head{}, []game.Command{cmd}); !errors.Is(err, game.ErrUnavailable) {
		t.Fatalf("another hunt: %v", err)
	}
	free()
	if err := s.Ready(background); err != nil {
		t.Fatal(err)
	}
	sum, err := s.Load(background, "crowd")
	if err != nil || sum.Seq < acknowledged || sum.Seq > acknowledged+1 {
		t.Fatalf("seq %d, %d were acknowledged: %v", sum.Seq, acknowledged, err)
	}
	for _, cmd := range refused { // commands can be repeated
		bolttest.Commit(t, s, "crowd", def, cmd)
	}
	bolttest.Commit(t, s, "crowd", def, bolttest.Claiming(bolttest.Player(0), "c1"))
	bolttest.Commit(t, s, "other", other, bolttest.Joining(bolttest.Player(1)))
	if sum, err = s.Load(background, "crowd"); err != nil || sum.Seq != acknowledged+4 {
		t.Fatalf("seq %d after %d: %v", sum.Seq, acknowledged, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if reports, err := salvage.Check(dir); err != nil || reports[0].Err != nil || reports[1].Err != nil {
		t.Fatal(reports, err)
	}
}

// limitFiles makes writes past size fail until the returned function is called.
func limitFiles(t *testing.T, size uint64) (lift func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: old.Max}); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
			t.Fatal(err)
		}
	}
}

// TestNoRoomToStart: when a store cannot be made the error says why, and nothing
// is left.
func TestNoRoomToStart(t *testing.T) { passes(t, exec.Command(os.Args[0]), "cramped") }

func cramped(t *testing.T, dir string) {
	lift := limitFiles(t, 8<<10)
	_, err := Open(dir, Options{}, zap.NewNop())
	lift()
	if !errors.Is(err, syscall.EFBIG) || !strings.Contains(err.Error(), dir) {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Fatal(left, err)
	}
	fmt.Println("passed")
}

// TestReadOnly: a file and a directory that this user may not write to are
// errors that say so; the file is not touched. The other process is not root.
func TestReadOnly(t *testing.T) {
	base := t.TempDir()
	for d := base; d != filepath.Dir(d) && d != os.TempDir(); d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	binary := filepath.Join(base, "test")
	if err := copyTo(binary, os.Args[0]); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string][2]os.FileMode{"file": {0o755, 0o444}, "unreadable": {0o755, 0}, "directory": {0o555, 0}} {
		dir := filepath.Join(base, name)
		path := filepath.Join(dir, FileName)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if name != "directory" {
			sample(t, dir)
			if err := os.Chmod(path, mode[1]); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chmod(dir, mode[0]); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(binary, "-test.run=^TestRole$")
		cmd.Env = append(os.Environ(), roleEnv+"=hold:"+dir)
		if os.Geteuid() == 0 {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "permission denied") || !strings.Contains(string(out), dir) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func copyTo(to, from string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o755)
}
