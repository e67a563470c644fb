package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"veltrix/game/bolt"
	"veltrix/game/redis"
)

const (
	// lowSpace is what a bolt store should find free: an award takes some 300
	// bytes of file, so this is millions of them, and room for a backup.
	lowSpace = 1 << 30
	// noSpace stops a store soon.
	noSpace = 64 << 20
	// syncs are measured; the median counts.
	syncs = 15
	// slowSync is what players feel: a batch waits for one.
	slowSync = 50 * time.Millisecond
)

// disk looks at the file system of a bolt store. A directory that does not
// exist yet is judged by the one that it will be made in.
func disk(r *round, dir string) {
	for {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			return
		}
		dir = up
	}
	kind, free, err := fileSystem(dir)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
	case err != nil:
		r.line(redis.Bad, "disk", fmt.Sprintf("%s: %v", dir, err))
	case free < noSpace:
		r.line(redis.Bad, "disk", fmt.Sprintf("%d MiB free; make room, commits fail on a full disk", free>>20))
	case free < lowSpace:
		r.line(redis.Advice, "disk", fmt.Sprintf("%d MiB free; make room before a large hunt", free>>20))
	default:
		r.line(redis.Fine, "disk", fmt.Sprintf("%d GiB free", free>>30))
	}
	if why := unsafeKinds[kind]; why != "" {
		r.line(redis.Advice, "file system", kind+": "+why)
	} else if kind != "" {
		r.line(redis.Fine, "file system", kind)
	}
	took, err := syncTime(dir)
	switch {
	case err != nil:
		r.line(redis.Bad, "sync", fmt.Sprintf("%v; choose a directory that this user may write to", err))
	case took > slowSync:
		r.line(redis.Advice, "sync", took.String()+": each batch of claims waits that long; use a faster disk")
	default:
		r.line(redis.Fine, "sync", took.String())
	}
}

// unsafeKinds are file systems that do not keep what was synced, or do not
// lock as a local one does.
var unsafeKinds = map[string]string{
	"tmpfs":     "is memory, all is lost with the machine; choose a directory on a disk",
	"ramfs":     "is memory, all is lost with the machine; choose a directory on a disk",
	"nfs":       "locks and syncs of a network file system depend on its server; choose a local disk",
	"cifs":      "locks and syncs of a network file system depend on its server; choose a local disk",
	"overlayfs": "in a container this is usually thrown away with it; mount a volume for the data",
}

// syncTime measures how long it takes until a page is on disk, in a file that
// is removed again.
func syncTime(dir string) (took time.Duration, err error) {
	file, err := os.CreateTemp(dir, bolt.FileName+".probe-*")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	page := make([]byte, 4096)
	all := make([]time.Duration, syncs)
	for i := range all {
		start := time.Now()
		if _, err := file.WriteAt(page, 0); err != nil {
			return 0, err
		}
		if err := file.Sync(); err != nil {
			return 0, err
		}
		all[i] = time.Since(start).Round(10 * time.Microsecond)
	}
	slices.Sort(all)
	return all[syncs/2], nil
}
