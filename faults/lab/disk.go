package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// disk is a small file system that lives as long as a process that holds its
// mount namespace: nothing outside sees it, and nothing of it stays behind.
type disk struct {
	holder *Process
	dir    string
}

// mountDisk mounts a tmpfs of so many bytes on dir. Who is not root needs user
// namespaces for it.
func mountDisk(ctx context.Context, logs, dir string, bytes int64) (*disk, error) {
	args := []string{"--mount"}
	if os.Getuid() != 0 {
		args = append(args, "--user", "--map-root-user")
	}
	ready := filepath.Join(dir, "mounted")
	args = append(args, "sh", "-c", `mount -t tmpfs -o size=`+strconv.FormatInt(bytes, 10)+` tmpfs "$0" && : >"$0/mounted" && exec sleep infinity`, dir)
	holder, err := launch(logs, filepath.Base(dir)+"-disk", nil, "unshare", args...)
	if err != nil {
		return nil, err
	}
	d := &disk{holder: holder, dir: dir}
	err = Until(ctx, "the small disk is mounted", func() (bool, error) {
		if !holder.Alive() {
			return false, fmt.Errorf("unshare ended: %v; see %s", holder.State(), holder.log)
		}
		_, err := os.Stat(d.path(ready))
		return err == nil, nil
	})
	if err != nil {
		return nil, errors.Join(err, holder.end())
	}
	return d, nil
}

// path is where a file of the disk is seen from outside.
func (d *disk) path(inside string) string {
	return filepath.Join("/proc", strconv.Itoa(d.holder.Pid), "root", inside)
}

// run is how a program is started that sees the disk.
func (d *disk) run(program string, args []string) (string, []string) {
	enter := []string{"--target", strconv.Itoa(d.holder.Pid), "--mount"}
	if os.Getuid() != 0 {
		enter = append(enter, "--user", "--preserve-credentials")
	}
	return "nsenter", append(append(enter, program), args...)
}

// Fill leaves no room on the server's disk; Free makes it again.
func (r *Redis) Fill() error {
	f, err := os.Create(r.disk.path(filepath.Join(r.Dir, "ballast")))
	if err != nil {
		return err
	}
	block := make([]byte, 4096)
	for {
		if _, err = f.Write(block); err != nil {
			break
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}

// Free takes away what Fill made.
func (r *Redis) Free() error { return os.Remove(r.disk.path(filepath.Join(r.Dir, "ballast"))) }

func (d *disk) end() error { return d.holder.end() }
