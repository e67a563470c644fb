package drive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

// Usage is what a process and its children have used and hold.
type Usage struct {
	CPU      float64 // seconds
	Resident float64 // bytes
}

// UsageOf reads that of a process from /proc.
func UsageOf(pid int) (Usage, error) {
	dir := "/proc/" + strconv.Itoa(pid)
	text, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return Usage{}, err
	}
	// The second field is a name in parentheses, which may hold anything.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	const utime, stime, rss = 11, 12, 21 // proc(5), less the first two
	if len(fields) <= rss {
		return Usage{}, fmt.Errorf("%s/stat: %q", dir, text)
	}
	var numbers [3]float64
	for i, field := range []int{utime, stime, rss} {
		if numbers[i], err = strconv.ParseFloat(fields[field], 64); err != nil {
			return Usage{}, fmt.Errorf("%s/stat: %w", dir, err)
		}
	}
	u := Usage{
		CPU:      (numbers[0] + numbers[1]) / 100, // USER_HZ, which Linux has fixed
		Resident: numbers[2] * float64(os.Getpagesize()),
	}
	children, err := childrenOf(dir)
	if err != nil {
		return u, err
	}
	for _, child := range children {
		of, err := UsageOf(child)
		if err != nil {
			return u, err
		}
		u.CPU += of.CPU
		u.Resident += of.Resident
	}
	return u, nil
}

func childrenOf(dir string) (all []int, err error) {
	tasks, err := filepath.Glob(dir + "/task/*/children")
	if err != nil {
		return nil, err
	}
	for _, task := range tasks {
		text, err := os.ReadFile(task)
		if errors.Is(err, os.ErrNotExist) {
			continue // a thread that has ended
		}
		if err != nil {
			return nil, err
		}
		for child := range strings.FieldsSeq(string(text)) {
			pid, err := strconv.Atoi(child)
			if err != nil {
				return nil, err
			}
			all = append(all, pid)
		}
	}
	return all, nil
}

const (
	redisTimeout = 60 * time.Second // until it answers
	termTimeout  = 30 * time.Second // until it ends
)

// StartRedis runs a Redis that keeps what it acknowledged, on a socket in dir,
// and returns its address; more is for its command line. The process is to be
// stopped also when there is an error.
func StartRedis(ctx context.Context, dir string, more ...string) (cmd *exec.Cmd, url string, err error) {
	socket := filepath.Join(dir, "redis.sock")
	cmd = exec.Command("redis-server", append([]string{
		"--port", "0", "--unixsocket", socket, "--dir", dir,
		"--appendonly", "yes", "--appendfsync", "always", "--save", "", "--loglevel", "warning",
	}, more...)...)
	if err := cmd.Start(); err != nil {
		return nil, "", err
	}
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	ask := redis.NewClient(&redis.Options{Network: "unix", Addr: socket})
	defer func() { err = errors.Join(err, ask.Close()) }()
	for {
		if err = ask.Ping(ctx).Err(); err == nil {
			return cmd, "unix://" + socket, nil
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return cmd, "", fmt.Errorf("redis-server does not answer: %w", err)
		}
	}
}

// Stop ends a process that was started, as an operator does.
func Stop(cmd *exec.Cmd) error {
	var errs []error
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		errs = append(errs, err)
	}
	kill := time.AfterFunc(termTimeout, func() { _ = cmd.Process.Kill() }) // Wait says so
	defer kill.Stop()
	if err := cmd.Wait(); err != nil {
		errs = append(errs, fmt.Errorf("%s: %w", filepath.Base(cmd.Path), err))
	}
	return errors.Join(errs...)
}
