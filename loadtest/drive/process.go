package drive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"veltrix/testkit/redisserver"
)

// Usage is the processor time and the memory of a process and its children.
type Usage struct {
	CPU      float64 // seconds
	Resident float64 // bytes
}

// UsageOf reads the usage of a process from /proc.
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

// StartRedis starts a Redis that keeps what it acknowledged, on a socket in dir
// only; more is for its command line.
func StartRedis(ctx context.Context, dir string, more ...string) (*redisserver.Server, error) {
	return redisserver.Start(ctx, redisserver.Options{
		Dir: dir, Socket: filepath.Join(dir, "redis.sock"), Args: append([]string{"--loglevel", "warning"}, more...),
	})
}
