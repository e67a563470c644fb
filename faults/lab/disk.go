package lab

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"veltrix/testkit/process"
)

// disk is a small file system that lives as long as a process that holds its
// mount namespace: nothing outside sees it, and nothing of it stays behind.
type disk struct {
	holder *process.Process
	dir    string
}

// mountDisk mounts a tmpfs of so many bytes on dir. Without root it needs user
// namespaces.
func mountDisk(ctx context.Context, logs, dir string, bytes int64) (*disk, error) {
	args := []string{"--mount"}
	if os.Getuid() != 0 {
		args = append(args, "--user", "--map-root-user")
	}
	ready := filepath.Join(dir, "mounted")
	args = append(args, "sh", "-c", `mount -t tmpfs -o size=`+strconv.FormatInt(bytes, 10)+` tmpfs "$0" && : >"$0/mounted" && exec sleep infinity`, dir)
	name := filepath.Base(dir) + "-disk"
	holder, err := process.Start(process.Options{Name: name, Program: "unshare", Args: args, Log: filepath.Join(logs, name+".log")})
	if err != nil {
		return nil, err
	}
	d := &disk{holder: holder, dir: dir}
	err = holder.Until(ctx, "has mounted the small disk", func() (bool, error) {
		_, err := os.Stat(d.path(ready))
		return err == nil, nil
	})
	if err != nil {
		return nil, errors.Join(err, holder.End())
	}
	return d, nil
}

// path is where a file of the disk is seen from outside.
func (d *disk) path(file string) string {
	return filepath.Join("/proc", strconv.Itoa(d.holder.Pid), "root", file)
}

// inside returns the command line that starts a program which sees the disk.
func (d *disk) inside(program string, args []string) (string, []string) {
	enter := []string{"--target", strconv.Itoa(d.holder.Pid), "--mount"}
	if os.Getuid() != 0 {
		enter = append(enter, "--user", "--preserve-credentials")
	}
	return "nsenter", append(append(enter, program), args...)
}

// Fill leaves no room on the server's disk; Free makes it again.
func (r *Redis) Fill() error {
	f, err := os.Create(r.disk.path(filepath.Join(r.Dir(), "ballast")))
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
func (r *Redis) Free() error { return os.Remove(r.disk.path(filepath.Join(r.Dir(), "ballast"))) }

func (d *disk) end() error { return d.holder.End() }
