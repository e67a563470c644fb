package machine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

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

// Disk looks at the file system under a directory in which a store keeps its
// file, and measures it with a file of the pattern probe (as of os.CreateTemp).
// A directory that does not exist yet is judged by the one that it will be made
// in.
func Disk(dir, probe string) (found []redis.Finding) {
	say := func(v redis.Verdict, name, text string) {
		found = append(found, redis.Finding{Name: name, Verdict: v, Text: text})
	}
	for {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			return nil
		}
		dir = up
	}
	kind, free, err := fileSystem(dir)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
	case err != nil:
		say(redis.Bad, "disk", fmt.Sprintf("%s: %v", dir, err))
	case free < noSpace:
		say(redis.Bad, "disk", fmt.Sprintf("%d MiB free; make room, commits fail on a full disk", free>>20))
	case free < lowSpace:
		say(redis.Advice, "disk", fmt.Sprintf("%d MiB free; make room before a large hunt", free>>20))
	default:
		say(redis.Fine, "disk", fmt.Sprintf("%d GiB free", free>>30))
	}
	if why := unsafeKinds[kind]; why != "" {
		say(redis.Advice, "file system", kind+": "+why)
	} else if kind != "" {
		say(redis.Fine, "file system", kind)
	}
	took, err := syncTime(dir, probe)
	switch {
	case err != nil:
		say(redis.Bad, "sync", fmt.Sprintf("%v; choose a directory that this user may write to", err))
	case took > slowSync:
		say(redis.Advice, "sync", took.String()+": each batch of claims waits that long; use a faster disk")
	default:
		say(redis.Fine, "sync", took.String())
	}
	return found
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
func syncTime(dir, probe string) (took time.Duration, err error) {
	file, err := os.CreateTemp(dir, probe)
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
